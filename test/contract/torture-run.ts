/** `npm run torture -- --kills 100 --host node --seed 7`: as long as one likes; the same seed, the same plan of kills. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveEdge, serveNode } from './hosts.ts';
import { inWords, torture } from './torture.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '100' }, host: { type: 'string', default: 'node' }, seed: { type: 'string' } } });
const kills = Number(values.kills);
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
if (!['node', 'workerd'].includes(values.host) || !Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  console.error('npm run torture -- [--kills 100] [--host node|workerd] [--seed 7]');
  process.exit(2);
}
if (values.host === 'workerd' && ['dist', 'node_modules/wrangler'].some((path) => !existsSync(fileURLToPath(new URL(`../../${path}`, import.meta.url))))) {
  console.error('workerd needs the built widget and wrangler: npm test brings both.');
  process.exit(2);
}
console.log(`${values.host}: ${kills} kills with seed ${seed}: a second or two for each on Node, up to five on workerd …`);
const served = await (values.host === 'node' ? serveNode() : serveEdge());
try {
  const outcome = await torture(served, { kills, seed });
  console.log(inWords(outcome, values.host));
  for (const each of [...outcome.lost, ...outcome.broken]) console.log(`  ${each}`);
  process.exitCode = outcome.lost.length || outcome.broken.length ? 1 : 0;
} finally {
  await served.close();
}
process.exit();
