/** `npm run drill`: copy, death and restore of a server of its own under load; nothing of yours is touched. `--times 100` for more. */
import { parseArgs } from 'node:util';
import { drill } from './drill.ts';
import { removeHouses } from './victim.ts';

const { values } = parseArgs({ options: { times: { type: 'string', default: '1' } } });
const times = Number(values.times);
if (!Number.isInteger(times) || times < 1) {
  console.error('npm run drill -- [--times 1]');
  process.exit(2);
}
let failed = 0;
for (let n = 0; n < times; n++) {
  const { steps, sinceCopy, backAfterMs } = await drill(times === 1 ? console.log : undefined);
  const problems = steps.flatMap((step) => step.problems);
  if (problems.length) failed++;
  console.log(`drill ${n + 1}: ${problems.length ? problems.join('; ') : 'all as it should be'}; everybody back ${(backAfterMs / 1_000).toFixed(1)} s after the death; ${sinceCopy} said since the copy by people who hold nothing`);
  removeHouses();
}
console.log(`${times} drills, ${failed} failed`);
process.exit(failed ? 1 : 0);
