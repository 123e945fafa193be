/** `npm run torture -- --kills 100 --host node --seed 7`: as long as one likes; the same seed kills at the same moments. */
import { parseArgs } from 'node:util';
import { serveEdge, serveNode } from './hosts.ts';
import { inWords, torture } from './torture.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '100' }, host: { type: 'string', default: 'node' }, seed: { type: 'string' } } });
const kills = Number(values.kills);
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
if (!['node', 'workerd'].includes(values.host) || !(kills > 0) || !Number.isInteger(seed)) {
  console.error('npm run torture -- [--kills 100] [--host node|workerd] [--seed 7]');
  process.exit(2);
}
const served = await (values.host === 'node' ? serveNode() : serveEdge());
try {
  const outcome = await torture(served, { kills, seed });
  console.log(inWords(outcome, values.host));
  for (const each of [...outcome.lost, ...outcome.broken]) console.log(`  ${each}`);
  process.exitCode = outcome.lost.length || outcome.broken.length ? 1 : 0;
} finally {
  await served.close();
}
