/** A line that nothing passes over any more, and nobody is told: a phone in a tunnel, a router that forgot. */
import 'fake-indexeddb/auto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FaultyDisk } from '../faulty-disk.ts';
import { CuttingLine } from './cutting-line.ts';
import { comeFrom, openStage, type Stage, visitorOn } from './session.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
/** Issue 5 asks for it. */
const NOTICED_MS = 45_000;
const QUIET_MS = 200_000;
/** The clocks of both go in steps of this; between two of them, what is on the wire arrives. */
const STEP_MS = 500;

let stage: Stage;
beforeAll(async () => {
  new FaultyDisk().install();
  vi.spyOn(Math, 'random').mockReturnValue(0.05);
  // Timers and clock of both sides, and not what sockets live on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  stage = await openStage();
});
afterAll(async () => {
  vi.useRealTimers();
  await stage.end();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const really = setTimeout;
/** What is on the wire arrives: many turns of the loop that all three live on, in no time by their clocks. */
const arrive = async (): Promise<void> => { for (let n = 0; n < 3; n++) await new Promise((resolve) => really(resolve, 1)); };
/** Her line is up: that takes work that no clock of theirs counts. */
async function meet(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    vi.advanceTimersByTime(1);
    await arrive();
  }
}
async function pass(ms: number, isOver = () => false): Promise<number> {
  let passed = 0;
  for (; passed < ms && !isOver(); passed += STEP_MS) {
    vi.advanceTimersByTime(STEP_MS);
    await arrive();
  }
  return passed;
}

// The server asks every 20 s, the client 25 s after it heard something: the line falls silent at every part of both.
test.each([0, 1_000, 7_000, 13_000, 19_500, 24_500])('that falls silent %i ms after the greeting is noticed on both sides within 45 s', async (after) => {
  const line = new CuttingLine(stage.port);
  const port = comeFrom(await line.open());
  const she = visitorOn(port, `silent ${after}`);
  const owner = (await stage.door.house.owner('acme'))!;
  she.connect();
  await meet(() => she.line.value === 'on' && owner.sockets === 1);
  expect(owner.sockets).toBe(1);
  await pass(after);
  expect(she.line.value, 'a line that is well is left alone').toBe('on');
  expect(owner.sockets).toBe(1);

  line.isSilent = true;
  const noticed: { she?: number; server?: number } = {};
  for (let passed = 0; passed < 2 * NOTICED_MS && !(noticed.she && noticed.server); passed += STEP_MS) {
    await pass(STEP_MS);
    if (she.line.value !== 'on') noticed.she ??= passed + STEP_MS;
    if (owner.sockets === 0) noticed.server ??= passed + STEP_MS;
  }
  console.log(`silent after ${after} ms: noticed by the client in ${noticed.she} ms, by the server in ${noticed.server} ms`);
  expect(noticed.she).toBeLessThanOrEqual(NOTICED_MS);
  expect(noticed.server).toBeLessThanOrEqual(NOTICED_MS);
  she.stop();
  line.close();
  await arrive();
});

test('a line on which nobody says anything for minutes, and which answers, is left alone', async () => {
  const line = new CuttingLine(stage.port);
  const she = visitorOn(comeFrom(await line.open()), 'quiet');
  const owner = (await stage.door.house.owner('acme'))!;
  she.connect();
  await meet(() => she.line.value === 'on' && owner.sockets === 1);
  await pass(QUIET_MS, () => she.line.value !== 'on');
  expect([she.line.value, owner.sockets, line.connections]).toEqual(['on', 1, 1]);
  she.stop();
  line.close();
});
