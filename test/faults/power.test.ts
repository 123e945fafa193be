import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { seeded } from '../seeded.ts';
import { cutLog, flipLog } from './damage.ts';
import { failPower } from './power.ts';
import { record, type Recording } from './record.ts';
import { openShelf, type Shelf } from './shelf.ts';
import { requireStrace } from './strace.ts';
import { removeHouses } from './victim.ts';

// Three starts of a traced server on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const WORDS = 45;

let shelf: Shelf;
let usual: Recording;
beforeAll(async () => {
  requireStrace();
  shelf = openShelf();
  usual = await record(WORDS);
  expect(usual.acked.size).toBe(WORDS);
});
afterAll(() => {
  shelf.clear();
  removeHouses();
});

const steps = ({ steps: all }: Recording, what: string, file: string) => all.filter((step) => step.what === what && 'file' in step && step.file === file).length;

describe(`the power fails (seed ${SEED})`, () => {
  test('at any moment, and of what was not safe any part is on the disk: nothing acknowledged is lost, and the rest is a beginning (I1, I4)', () => {
    const outcome = failPower(usual, 150, seeded(SEED), shelf);
    console.log(`power: ${outcome.disks} disks from ${usual.steps.length} steps, ${outcome.shorter} with less than all; ${outcome.lost.length} lost`);
    expect([...outcome.lost, ...outcome.broken]).toEqual([]);
    expect(outcome.shorter, 'something was not there').toBeGreaterThan(50);
    expect(steps(usual, 'sync', 'log'), 'what was told had been made safe').toBeGreaterThan(WORDS / 3);
  });

  test('also while the log is emptied into the database', async () => {
    const recording = await record(WORDS, { checkpoint: 30 });
    const outcome = failPower(recording, 250, seeded(SEED), shelf);
    console.log(`power, log emptied every 30 pages: ${outcome.disks} disks from ${recording.steps.length} steps; ${outcome.lost.length} lost`);
    expect([...outcome.lost, ...outcome.broken]).toEqual([]);
    expect(steps(recording, 'sync', 'database')).toBeGreaterThan(3);
  });

  test('and a database that is not set to FULL is found to have lost some: this test is not blind', async () => {
    const outcome = failPower(await record(WORDS, { synchronous: 'NORMAL' }), 40, seeded(SEED), shelf);
    console.log(`power, control with NORMAL: ${outcome.lost.length} lost on ${outcome.disks} disks`);
    expect(outcome.lost.length).toBeGreaterThan(WORDS);
  });
});

describe(`a log that is damaged (seed ${SEED})`, () => {
  test('cut off anywhere gives a beginning with all that was whole before the cut', () => {
    expect(cutLog(usual, { disks: 250, random: seeded(SEED) }, shelf)).toEqual({ disks: 250, lost: [], broken: [] });
  });

  test('with a bit turned anywhere, too', () => {
    expect(flipLog(usual, { disks: 250, random: seeded(SEED) }, shelf)).toEqual({ disks: 250, lost: [], broken: [] });
  });

  test('and is found out where its sums hide it, or where nobody says that it was cut: these tests are not blind', () => {
    expect(cutLog(usual, { disks: 20, random: seeded(SEED), hide: true }, shelf).lost.length).toBeGreaterThan(20);
    const { lost, broken } = flipLog(usual, { disks: 30, random: seeded(SEED), hide: true }, shelf);
    expect(lost.length + broken.length).toBeGreaterThan(0);
  });
});
