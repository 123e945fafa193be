/** The whole product in simulated worlds: see `test/sim/main.ts`. One half of them; `simulate-more.test.ts` plays the other. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HALF, PATIENCE_MS, playHalf, simulate } from './sim/child.ts';
import { KEPT } from './sim/kept.ts';
import { MUTANTS } from './sim/mutants.ts';
import { change } from './sim/seams.ts';

test('the same seed plays the same world, whatever was played before it', async () => {
  const [one, other] = await Promise.all([simulate('--seeds', '16'), simulate('--from', '9', '--seeds', '8')]);
  expect(one.hashes).toHaveLength(16);
  expect(other.hashes).toEqual(one.hashes.slice(8));
  expect(new Set(one.hashes).size).toBe(16);
}, PATIENCE_MS);

test('what was once found stays mended', async () => {
  const { runs, failures } = await simulate('--kept');
  expect(failures).toEqual([]);
  expect(runs).toBe(KEPT.length);
}, PATIENCE_MS);

test(`nothing is lost, doubled, out of order or told to the wrong one in ${HALF} worlds, and each thing that can go wrong in them did`, async () => {
  const { runs, failures, never } = await playHalf(1);
  expect(failures).toEqual([]);
  expect(never).toEqual([]);
  expect(runs).toBe(HALF);
}, PATIENCE_MS);

test('every bug that is planted fits the product of today', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  for (const each of MUTANTS.flatMap(({ changes }) => changes)) change(readFileSync(new URL(`../${each.file}`, import.meta.url), 'utf8'), each);
});
