/** `npm run faults -- --kills 400 --words 2000`: a fault at every system call of the server's, for as long as one likes. */
import { parseArgs } from 'node:util';
import { requireStrace } from './strace.ts';
import { fail, inWords, killAt, type KillPoint, type Sweep } from './sweep.ts';
import { removeHouses, warmUp } from './victim.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '400' }, words: { type: 'string', default: '1000' } } });
const [kills, words] = [Number(values.kills), Number(values.words)];
if (![kills, words].every((each) => Number.isInteger(each) && each > 0)) {
  console.error('npm run faults -- [--kills 400] [--words 1000]');
  process.exit(2);
}
requireStrace();
await warmUp();
let isWell = true;
let [faults, acked] = [0, 0];
const tell = (name: string, sweep: Sweep): void => {
  console.log(inWords(name, sweep));
  for (const each of [...sweep.lost, ...sweep.broken]) console.log(`  ${each}`);
  faults += [...sweep.fired.values()].reduce((sum, each) => sum + each, 0);
  acked += sweep.acked;
  isWell &&= sweep.lost.length === 0 && sweep.broken.length === 0 && sweep.acked === sweep.said;
};
/** From the first call on: what a start asks, a first message, the next; and with a log that is emptied often, that too. */
const points = (call: string, most: number): KillPoint[] => Array.from({ length: most }, (_, n) => ({ call, nth: n + 1 }));
const each = Math.ceil(kills / 4);
tell('SIGKILL at each write', await killAt(points('pwrite64', each)));
tell('SIGKILL at each write, log emptied every 30 pages', await killAt(points('pwrite64', each), { checkpoint: 30 }));
tell('SIGKILL at each sync', await killAt([...points('fsync', Math.ceil(each / 4)), ...points('ftruncate', 1)]));
tell('SIGKILL at each sync, log emptied every 30 pages', await killAt(points('fsync', Math.ceil(each / 4)), { checkpoint: 30 }));
tell('SIGKILL at each lock and read', await killAt([...points('fcntl', Math.ceil(each / 4)), ...points('pread64', Math.ceil(each / 4))]));
// Primes, so that every call of a commit has its turn; another each time, so that the turns differ.
const PRIMES = [61, 67, 71, 73, 79, 83, 89, 97];
for (const [n, prime] of PRIMES.entries()) {
  const some = Math.ceil(words / PRIMES.length / 3);
  const unusual = n % 2 ? { unusual: { checkpoint: 30 } } : {};
  tell(`EIO, every ${prime}th write`, await fail({ error: 'EIO', every: { pwrite64: prime, fsync: 5 + n % 3 * 2 }, words: some, ...unusual }));
  tell(`ENOSPC, every ${prime}th write`, await fail({ error: 'ENOSPC', every: { pwrite64: prime, fsync: 5 + n % 3 * 2 }, words: some, ...unusual }));
  tell(`EIO, every ${prime + 42}th write, and reads, locks, opens`, await fail({ error: 'EIO', every: { pwrite64: prime + 42, pread64: prime + 170, openat: 7, mmap: 5, fcntl: 139, fstat: 53, ftruncate: 3 }, words: some, ...unusual }));
}
console.log(`${faults} faults in all, ${acked} messages acknowledged, ${isWell ? 'none lost, none twice' : 'NOT all as it should be'}`);
removeHouses();
process.exit(isWell ? 0 : 1);
