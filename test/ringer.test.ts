/** The sound of a call, where a browser lets a page make none before somebody has touched it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openRinger } from '../inbox/ringer.ts';

/** A loudspeaker that is let go by `allow`. */
class Speaker {
  static tones = 0;
  static allow: () => void;
  static allowed: Promise<void>;
  currentTime = 0;
  destination = {};
  resume = () => Speaker.allowed;
  createOscillator = () => ({ frequency: {}, connect: (to: unknown) => to, start: () => { Speaker.tones++; }, stop: () => undefined });
  createGain = () => ({ gain: { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined }, connect: (to: unknown) => to });
}
beforeEach(() => {
  vi.useFakeTimers();
  Speaker.tones = 0;
  Speaker.allowed = new Promise((done) => { Speaker.allow = done; });
  vi.stubGlobal('AudioContext', Speaker);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('two notes are played as soon as the browser allows it', async () => {
  openRinger('shop').chime();
  expect(Speaker.tones).toBe(0);
  Speaker.allow();
  await Speaker.allowed;
  expect(Speaker.tones).toBe(2);
});

test('calls that nobody could hear do not sound all together at her first touch', async () => {
  const ringer = openRinger('shop');
  for (let n = 0; n < 5; n++) ringer.chime();
  vi.setSystemTime(Date.now() + 60_000);
  Speaker.allow();
  await Speaker.allowed;
  expect(Speaker.tones).toBe(0);
  ringer.chime();
  await Speaker.allowed;
  expect(Speaker.tones).toBe(2);
});
