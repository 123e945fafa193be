/**
 * Ten thousand widgets connected to one Node process, nobody saying anything: what each costs in memory, and how all of them
 * come back when the server is restarted (SIGTERM, as a deploy does: it says goodbye, and when to come back) and when it dies
 * (SIGKILL). They come back by chance, each for itself; had they all come back in the second after the server was there, that
 * would be the stampede to compare with. Real sockets through the product's own doors, each widget known and with a thread.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { makeBrand, cleanUp, type RunningServer, startServer, tempDir, until } from '../test/browser.ts';
import { SHOP } from '../test/contract/hosts.ts';
import type { Crowd, Question, Told } from './crowd.ts';
import { count, kib, percentile, type Row } from './figures.ts';
import { memoryOf } from './hosts.ts';
import { BRAND, BURST, stock, THREADS } from './stock.ts';

const MANY = THREADS;
/** Besides its sockets a process has files open. */
const FILES_BESIDES = 200;
/** What was allocated on the way in is collected, greetings are counted out (5 s), and a line has lived long enough to be a good one. */
const SETTLE_MS = 8_000;
const COME_MS = 300_000;

export async function idle(): Promise<Row[]> {
  requireFiles(MANY + FILES_BESIDES);
  try {
    return await measure();
  } finally {
    await cleanUp();
  }
}

/** @throws with what to do about it */
function requireFiles(needed: number): void {
  const allowed = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? needed);
  if (allowed < needed) throw new Error(`${count(MANY)} sockets in one process need ${needed} open files, and ${allowed} are allowed here: say "ulimit -n ${needed}" first, as root or within the hard limit`);
}

async function measure(): Promise<Row[]> {
  const dataDir = await tempDir('idle');
  await makeBrand({ dataDir, brand: BRAND, url: 'http://localhost', settings: { origins: [SHOP], autoReply: { when: 'never', text: {} } } });
  await stock(dataDir, BRAND, MANY * BURST);
  const server = await startServer({ dataDir, env: { TRUSTED_PROXY: '127.0.0.1' } });
  const crowd = fork(new URL('crowd.ts', import.meta.url));
  try {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const before = memoryOf({ port: server.port, dataDir });
    const began = performance.now();
    crowd.send({ port: server.port, brand: BRAND, origin: SHOP, many: MANY } satisfies Crowd);
    const ask = async (question: Question): Promise<Told> => {
      crowd.send(question);
      return (await once(crowd, 'message'))[0] as Told;
    };
    const allHere = () => until(async () => (await ask('here')).here === MANY, `${MANY} widgets to be here`, COME_MS);
    await allHere();
    const openedMs = performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const memory = memoryOf({ port: server.port, dataDir }) - before;
    const rows: Row[] = [
      [`${count(MANY)} idle connections on one process: memory for each, against the same process with none`, kib(memory / MANY)],
      ['… let in for the first time, fifty at a time', `${count(MANY / (openedMs / 1_000))}/s`],
    ];
    for (const [signal, name] of [['SIGTERM', 'a deploy (SIGTERM)'], ['SIGKILL', 'a crash (SIGKILL)']] as const) {
      await ask('forget');
      const { awayMs, up } = await restart(server, signal);
      await allHere();
      const { back, failed, turnedAway } = await ask('all');
      const after = back.map((at) => Math.max(at - up, 0));
      const busiest = Math.max(...perSecond(back));
      const seconds = (value: number) => `${(value / 1_000).toFixed(1)} s`;
      rows.push(
        [`${name} with ${count(MANY)} connected, server away for ${seconds(awayMs)}: half, 99 % and all are back, after it listens again`, [50, 99, 100].map((p) => seconds(percentile(after, p))).join(', ')],
        [`… in the busiest second, against all ${count(MANY)} at once`, `${count(busiest)} (${Math.round((100 * busiest) / MANY)} %)`],
        ['… attempts in vain for each connection: nobody listened yet, or the door was shut on the way out', `${(failed / MANY).toFixed(2)}, of which the door was shut ${(turnedAway / MANY).toFixed(2)}`],
      );
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
    return rows;
  } finally {
    crowd.kill('SIGKILL');
  }
}

/** @returns for how long nobody listened, and when it listened again */
async function restart(server: RunningServer, signal: 'SIGTERM' | 'SIGKILL'): Promise<{ awayMs: number; up: number }> {
  const began = Date.now();
  await server.kill(signal);
  await server.start();
  const up = Date.now();
  return { awayMs: up - began, up };
}

function perSecond(times: number[]): number[] {
  const counts = new Map<number, number>();
  for (const at of times) counts.set(Math.floor(at / 1_000), (counts.get(Math.floor(at / 1_000)) ?? 0) + 1);
  return [...counts.values()];
}
