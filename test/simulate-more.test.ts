/** The other half of the simulated worlds, and whether what is wrong in them would be found. */
import { expect, test } from 'vitest';
import { HALF, PATIENCE_MS, playHalf, simulate } from './sim/child.ts';

/** Of the bugs that `npm run mutants` plants, one of each kind. */
const SAMPLE = ['acknowledged before the commit', 'together: what is said again is taken twice', 'nothing is sent again after a cut', 'a dead line is not noticed'];

test(`nothing is lost, doubled, out of order or told to the wrong one in ${HALF} more worlds, and each thing that can go wrong in them did`, async () => {
  const { runs, failures, never } = await playHalf(HALF + 1);
  expect(failures).toEqual([]);
  expect(never).toEqual([]);
  expect(runs).toBe(HALF);
}, PATIENCE_MS);

test.each(SAMPLE)('a planted bug is found: %s', async (name) => {
  const { failures } = await simulate('--mutant', name, '--seeds', '400', '--first');
  expect(failures).not.toEqual([]);
}, PATIENCE_MS);
