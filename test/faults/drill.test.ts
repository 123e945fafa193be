import { afterAll, expect, test } from 'vitest';
import { drill } from './drill.ts';
import { removeHouses } from './victim.ts';

/** Two servers and three commands, each a cold start on a busy machine. */
const TEST_MS = 240_000;
afterAll(removeHouses);

test('a copy made under load is put back in a new place: whole, nobody erased is back, and everybody comes back with what she holds (I14, I15, O3)', async () => {
  const { steps, sinceCopy, backAfterMs } = await drill();
  console.log(`drill: ${steps.length} steps, everybody back ${backAfterMs} ms after the death; ${sinceCopy} said since the copy by people who hold nothing`);
  expect(steps.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([]);
  expect(steps).toHaveLength(8);
}, TEST_MS);
