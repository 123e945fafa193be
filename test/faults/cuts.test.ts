/** Cut at every frame of a conversation: before it, inside it, after it, on the way up and on the way down. */
import 'fake-indexeddb/auto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FaultyDisk } from '../faulty-disk.ts';
import { type Cut, WHERE } from './cutting-line.ts';
import { converse, openStage, type Stage, type Whose } from './session.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });
/** Of one agent at a time: her sixth connection would end her first (rule C8). */
const AT_ONCE = 4;
/** How often each cut is made; `CUTS=20 npm run cuts`. Without, an agent's frames are cut at one of the three places each. */
const ROUNDS = Number(process.env['CUTS'] ?? 0);
const SEED = Date.now() % WHERE.length;

let stage: Stage;
beforeAll(async () => {
  new FaultyDisk().install();
  vi.spyOn(Math, 'random').mockReturnValue(0.05);
  stage = await openStage();
});
afterAll(async () => {
  await stage.end();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each<Whose>(['visitor', 'agent'])('the line of the %s is cut before, inside and after each frame, both ways: nothing is lost, nothing is there twice, and all hold the same (I1, I2, I4, I5, I7)', async (whose) => {
  const { frames, problems } = await converse(stage, whose);
  expect(problems).toEqual([]);
  const cuts: Cut[] = [];
  for (let round = 0; round < Math.max(1, ROUNDS); round++)
    for (const way of ['up', 'down'] as const) for (let frame = 0; frame < frames[way]; frame++) for (const [at, where] of WHERE.entries())
      if (ROUNDS || whose === 'visitor' || (frame + SEED) % WHERE.length === at) cuts.push({ way, frame, where });
  const queue = [...cuts];
  const found: string[] = [];
  let fired = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let cut = queue.shift(); cut; cut = queue.shift()) {
      const outcome = await converse(stage, whose, cut);
      if (outcome.hasCut) fired++;
      found.push(...outcome.problems.map((problem) => `${JSON.stringify(cut)}: ${problem}`));
    }
  }));
  console.log(`${whose}: ${frames.up} frames up, ${frames.down} down; ${fired} of ${cuts.length} cuts; ${found.length} problems`);
  expect(found).toEqual([]);
  // What is told at once in one conversation may be told in two frames in another.
  expect(fired).toBeGreaterThan(cuts.length * 0.8);
});
