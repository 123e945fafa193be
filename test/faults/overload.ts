/**
 * `npm run overload -- --seconds 60`: twice as many messages come in as the server can take, for that long. Its memory stays within
 * bounds, whoever is not taken is told to come again or waits, and afterwards everything is there, once, and it is as quick as before.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { databaseIn, newHouse, removeHouses, Victim, warmUp } from './victim.ts';
import { findIn, Voice } from './voice.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) {
  console.error('npm run overload -- [--seconds 30]');
  process.exit(2);
}
/** As many at once find out what it can take. */
const MEASURERS = 32;
const MEASURE_MS = 5_000;
const TIMES_TOO_MUCH = 2;
const TICK_MS = 20;
/** Over what it needs when it is busy: what may pile up is bounded. */
const MEMORY_BYTES = 256 * 2 ** 20;

const memoryOf = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1_024;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function timed(voice: Voice): Promise<number> {
  const began = performance.now();
  await voice.say();
  return performance.now() - began;
}
async function medianOf(times: number, voice: Voice): Promise<number> {
  const all: number[] = [];
  for (let n = 0; n < times; n++) all.push(await timed(voice));
  return all.sort((one, other) => one - other)[times >> 1]!;
}

await warmUp();
const dataDir = await newHouse();
const victim = await Victim.in({ dataDir });
await victim.start();
const voices: Voice[] = Array.from({ length: MEASURERS }, () => new Voice(victim.port));
const quick = await medianOf(20, voices[0]!);
const until = Date.now() + MEASURE_MS;
await Promise.all(voices.map(async (voice) => { while (Date.now() < until) await voice.say(); }));
const capacity = voices.reduce((sum, { acked }) => sum + acked.size, 0) / (MEASURE_MS / 1_000);
const before = memoryOf(victim.pid!);
console.log(`it takes ${Math.round(capacity)} messages a second from ${MEASURERS} at once; ${Math.round(before / 2 ** 20)} MiB; one alone waits ${quick.toFixed(1)} ms`);

let [most, waiting, mostWaiting] = [before, 0, 0];
const unanswered: Promise<unknown>[] = [];
const began = Date.now();
for (let asked = 0; Date.now() - began < seconds * 1_000;) {
  for (const due = (Date.now() - began) / 1_000 * capacity * TIMES_TOO_MUCH; asked < due; asked++) {
    // Each of them somebody new, who says one thing.
    const voice = new Voice(victim.port);
    voices.push(voice);
    mostWaiting = Math.max(mostWaiting, ++waiting);
    unanswered.push(voice.say().finally(() => { waiting--; }));
  }
  most = Math.max(most, memoryOf(victim.pid!));
  await sleep(TICK_MS);
}
const stopped = Date.now();
await Promise.all(unanswered);
const calm = (Date.now() - stopped) / 1_000;
const again = await medianOf(20, voices[0]!);
await victim.end('SIGKILL');
const [said, acked, why] = [new Map(), new Map<string, number>(), new Map<string, number>()];
for (const voice of voices) {
  for (const [id, each] of voice.said) said.set(id, each);
  for (const [id, seq] of voice.acked) acked.set(id, seq);
  for (const [reason, times] of voice.again) why.set(reason, (why.get(reason) ?? 0) + times);
}
const { lost, broken } = findIn(databaseIn(dataDir), acked, said);
const problems = [...lost, ...broken, ...voices.flatMap((voice) => voice.broken)];
if (acked.size !== said.size) problems.push(`${said.size - acked.size} were never acknowledged`);
if (most - before > MEMORY_BYTES) problems.push(`${Math.round((most - before) / 2 ** 20)} MiB more memory`);
console.log(`${said.size} said at ${TIMES_TOO_MUCH} times what it takes for ${seconds} s: at most ${mostWaiting} waited at once, ${Math.round((most - before) / 2 ** 20)} MiB more memory, asked to come again: `
  + `${[...why].map(([reason, times]) => `${reason} ${times}`).join(', ') || 'nobody'}; all answered ${calm.toFixed(1)} s after the rush; then one alone waits ${again.toFixed(1)} ms; ${lost.length} lost`);
for (const each of problems) console.log(`  ${each}`);
removeHouses();
process.exit(problems.length ? 1 : 0);
