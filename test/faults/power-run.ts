/** `npm run power -- --disks 10000 --seed 7`: disks as they may be after the power failed or a log was damaged, as many as one likes. */
import { parseArgs } from 'node:util';
import { seeded } from '../seeded.ts';
import { cutLog, flipLog } from './damage.ts';
import { failPower } from './power.ts';
import { record } from './record.ts';
import { openShelf } from './shelf.ts';
import { requireStrace } from './strace.ts';
import { removeHouses } from './victim.ts';

const { values } = parseArgs({ options: { disks: { type: 'string', default: '4000' }, seed: { type: 'string' } } });
const disks = Number(values.disks);
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
if (!Number.isInteger(disks) || disks < 4 || !Number.isInteger(seed)) {
  console.error('npm run power -- [--disks 4000] [--seed 7]');
  process.exit(2);
}
/** Of one recording; then another is made, of other words at other moments. */
const DISKS_OF_ONE = 2_000;
const WORDS = 60;
requireStrace();
const shelf = openShelf();
const sum = { power: 0, cut: 0, bent: 0, lost: [] as string[], broken: [] as string[] };
const random = seeded(seed);
for (let made = 0; made < disks;) {
  const share = Math.min(DISKS_OF_ONE, disks - made);
  const few = Math.ceil(share / 4);
  const [usual, emptied] = [await record(WORDS), await record(WORDS, { checkpoint: 30 })];
  const outcomes = [
    failPower(usual, few, random, shelf), failPower(emptied, few, random, shelf),
    cutLog(usual, { disks: few, random }, shelf), flipLog(usual, { disks: few, random }, shelf),
  ];
  made += 4 * few;
  sum.power += 2 * few;
  sum.cut += few;
  sum.bent += few;
  for (const { lost, broken } of outcomes) {
    sum.lost.push(...lost);
    sum.broken.push(...broken);
  }
  console.log(`${sum.power} disks after a power failure, ${sum.cut} logs cut off, ${sum.bent} with a bit turned: ${sum.lost.length} lost, ${sum.broken.length} other broken promises (seed ${seed})`);
}
const control = failPower(await record(WORDS, { synchronous: 'NORMAL' }), 100, random, shelf);
console.log(`control, synchronous = NORMAL: ${control.lost.length} acknowledged messages missing on ${control.disks} disks`);
for (const each of [...sum.lost, ...sum.broken].slice(0, 50)) console.log(`  ${each}`);
shelf.clear();
removeHouses();
process.exit(sum.lost.length || sum.broken.length || !control.lost.length ? 1 : 0);
