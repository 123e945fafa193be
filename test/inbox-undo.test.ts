/** What leads back from an act. */
import { expect, test } from 'vitest';
import type { Act } from '../inbox/engine.ts';
import { foreseeThread } from '../inbox/foresee.ts';
import { type Back, backFrom } from '../inbox/undo.ts';
import type { DeskThread } from '../protocol/messages.ts';
import { thread } from './inbox-fake.ts';

const ME = 'marta';
const LATER = 5_000;
const mine: Partial<DeskThread> = { state: 'assigned', agent: ME };
const ravis: Partial<DeskThread> = { state: 'assigned', agent: 'ravi' };
const asleep: Partial<DeskThread> = { ...mine, state: 'snoozed', snooze: { until: LATER, keep: true } };
const steps = (back: Back) => back.cannot ?? back.steps;

/** @param now what became of it, where that is not what she did */
function undo(before: Partial<DeskThread>, frame: object, now?: Partial<DeskThread>, at = 0) {
  const row = thread('t', 'v', before);
  const act = { id: 'a', thread: 't', ...frame } as Act;
  const after = now ? thread('t', 'v', now) : foreseeThread(row, [{ frame: act, at: 0, fate: 'sending' }], ME);
  return steps(backFrom({ frame: act, before: row }, after, ME, 7, at));
}

test('what was taken goes back to whoever had it, or to the queue (A3, D4)', () => {
  expect(undo({}, { type: 'take' })).toEqual([{ type: 'transfer', thread: 't' }]);
  expect(undo(ravis, { type: 'take' })).toEqual([{ type: 'transfer', thread: 't', to: 'ravi', mark: 'none' }]);
  expect(undo(asleep, { type: 'take' })).toEqual([{ type: 'snooze', thread: 't', seq: 7, until: LATER, keep: true }]);
});

test('D16: an end is taken back, to whoever had the thread', () => {
  expect(undo(mine, { type: 'end', seq: 7 })).toEqual([{ type: 'reopen', thread: 't' }, { type: 'transfer', thread: 't', to: ME, mark: 'none' }]);
  expect(undo({}, { type: 'end', seq: 7 })).toEqual([{ type: 'reopen', thread: 't' }, { type: 'transfer', thread: 't' }]);
  expect(undo(ravis, { type: 'end', seq: 7 })).toEqual([{ type: 'reopen', thread: 't' }, { type: 'transfer', thread: 't', to: 'ravi', mark: 'none' }]);
  expect(undo({ state: 'ended', agent: ME }, { type: 'reopen' })).toEqual([{ type: 'end', thread: 't', seq: 7 }]);
});

test('D5: what was put aside is woken, or put aside until the time it had before', () => {
  expect(undo(mine, { type: 'snooze', until: 9, keep: true })).toEqual([{ type: 'wake', thread: 't' }, { type: 'transfer', thread: 't', to: ME, mark: 'none' }]);
  expect(undo(asleep, { type: 'snooze', until: 9, keep: false })).toEqual([{ type: 'snooze', thread: 't', seq: 7, until: LATER, keep: true }]);
  expect(undo(asleep, { type: 'wake' })).toEqual([{ type: 'snooze', thread: 't', seq: 7, until: LATER, keep: true }]);
  expect(undo(asleep, { type: 'wake' }, undefined, LATER)).toBe('late');
});

test('D4: what was given away is taken back, and what was never hers goes where it was', () => {
  expect(undo(mine, { type: 'transfer', to: 'ravi' })).toEqual([{ type: 'transfer', thread: 't', to: ME, mark: 'none' }]);
  expect(undo(mine, { type: 'transfer' })).toEqual([{ type: 'transfer', thread: 't', to: ME, mark: 'none' }]);
  expect(undo(ravis, { type: 'transfer', to: 'zoe' })).toEqual([{ type: 'transfer', thread: 't', to: 'ravi', mark: 'none' }]);
});

const HANDLED: object[] = [
  { type: 'take' }, { type: 'end', seq: 7 }, { type: 'snooze', until: 9_000, keep: true }, { type: 'transfer', to: 'zoe' }, { type: 'wake' },
];
const STOOD: Partial<DeskThread>[] = [
  mine, { ...mine, mark: 'returned' }, ravis, { ...ravis, mark: 'fallback' }, { ...ravis, mark: 'transferred' }, asleep,
  { ...asleep, agent: 'ravi', snooze: { until: LATER, keep: false } },
];
test.each(HANDLED)('D8: after %o is taken back the thread stands as it stood: with whom, under which mark, aside until when', (what) => {
  for (const stood of STOOD) {
    const before = thread('t', 'v', stood);
    const pending = (...frames: object[]) => frames.map((frame, n) => ({ frame: { id: `a${n}`, thread: 't', ...frame } as Act, at: 0, fate: 'sending' as const }));
    if (foreseeThread(before, pending(what), ME) === before) continue; // a wake of what is awake
    const back = undo(stood, what) as object[];
    // Her own, which she has before her without a mark, she cannot take.
    expect([stood, foreseeThread(before, pending(what, ...back), ME)]).toEqual([stood, before]);
  }
});

test('D12: of tags only what she did is taken back, whatever a colleague did in the meantime', () => {
  expect(undo({ tags: ['tea', 'old'] }, { type: 'tag', tags: ['tea', 'new'] }, { tags: ['tea', 'new', 'ravi’s'] }))
    .toEqual([{ type: 'tag', thread: 't', tags: ['tea', 'ravi’s', 'old'] }]);
});

test('D14: a block is lifted, and set again', () => {
  const back = (on: boolean) => steps(backFrom({ frame: { type: 'block', id: 'a', visitor: 'v', on } }, undefined, ME, 0, 0));
  expect(back(true)).toEqual([{ type: 'block', visitor: 'v', on: false }]);
  expect(back(false)).toEqual([{ type: 'block', visitor: 'v', on: true }]);
});

test('nothing is taken back from where the thread no longer stands, or of one that is gone', () => {
  expect(undo(mine, { type: 'end', seq: 7 }, { state: 'waiting' })).toBe('moved');
  expect(undo(mine, { type: 'snooze', until: 9, keep: true }, { ...mine, mark: 'returned' })).toBe('moved');
  expect(undo({}, { type: 'take' }, ravis)).toBe('moved');
  expect(steps(backFrom({ frame: { type: 'take', id: 'a', thread: 't' } }, undefined, ME, 0, 0))).toBe('moved');
});
