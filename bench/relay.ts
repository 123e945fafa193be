/**
 * A durable relay, visitor -> server -> agent: every message is on disk before it is told to anybody. Compared in the same
 * run, under the same load, with a bare `ws` relay that stores nothing, the ceiling of what sockets alone allow, and with one
 * transaction a message, which is what everybody writes first. Each relay is a process of its own, and so is the load.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { median, type Row } from './figures.ts';
import type { Measured, Task } from './load.ts';
import type { Kind } from './relays.ts';

const SENDERS = [1, 10, 100, 1_000];
/** In flight for each sender: the window of the protocol. */
const WINDOW = 8;
const WARM_MS = 400;
const WARM_SENDERS = 50;
const MEASURE_MS = 1_200;
/** The disk and the neighbours of a shared machine have their moods. */
const ROUNDS = 3;

interface Served { process: ChildProcess; port: number }

export async function relay(): Promise<Row[]> {
  const load = fork(new URL('load.ts', import.meta.url));
  const [bare, ours] = await Promise.all([serve('bare'), serve('ours')]);
  try {
    // Code that has not run often runs slowly: both begin with what is not counted.
    for (const served of [bare, ours]) await run(load, served, WARM_SENDERS, 'warm');
    const rows: Row[] = [];
    for (const senders of SENDERS) rows.push(...await compare(load, bare, ours, senders));
    return rows;
  } finally {
    for (const each of [load, bare.process, ours.process]) each.disconnect();
  }
}

async function compare(load: ChildProcess, bare: Served, ours: Served, senders: number): Promise<Row[]> {
  const ask = (served: Served, name: string, drains = true) => run(load, served, senders, name, drains);
  const rounds: { bare: Measured; ours: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ bare: await ask(bare, `${round}`), ours: await ask(ours, `${round}`) });
  // It would be at work on what it was sent for long after the others.
  const single = await serve('single');
  const first = await ask(single, 'single', false);
  single.process.disconnect();

  const of = (kind: 'bare' | 'ours', key: keyof Measured) => median(rounds.map((round) => round[kind][key]));
  const ratio = (key: keyof Measured) => median(rounds.map((round) => round.ours[key] / round.bare[key]));
  const who = `${senders.toLocaleString('en')} ${senders === 1 ? 'sender' : 'senders'}`;
  return [
    [`durable relay, ${who}`, `${count(of('ours', 'perSecond'))} messages/s`],
    ['… of a bare relay without storage', `${Math.round(100 * ratio('perSecond'))} % of ${count(of('bare', 'perSecond'))}`],
    ['… of one transaction a message', `${(of('ours', 'perSecond') / first.perSecond).toFixed(1)} times ${count(first.perSecond)}`],
    ['… sender to agent, median and 99th percentile', `${ms(of('ours', 'p50'))} and ${ms(of('ours', 'p99'))} (bare: ${ms(of('bare', 'p50'))} and ${ms(of('bare', 'p99'))}; the 99th is ${ratio('p99').toFixed(1)} times)`],
  ];
}

function run(load: ChildProcess, { port }: Served, senders: number, name: string, drains = true): Promise<Measured> {
  return answerOf<Measured>(load, { port, senders, window: WINDOW, warmMs: WARM_MS, measureMs: MEASURE_MS, name: `${senders}-${name}`, drains } satisfies Task);
}

async function serve(kind: Kind): Promise<Served> {
  const process = fork(new URL('relays.ts', import.meta.url), [kind]);
  return { process, port: (await answer<{ port: number }>(process)).port };
}

function answerOf<T>(process: ChildProcess, question: Task): Promise<T> {
  process.send(question);
  return answer<T>(process);
}

/** @throws when it ends instead of answering */
async function answer<T>(process: ChildProcess): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([
      once(process, 'message', over).then(([value]) => value as T),
      once(process, 'exit', over).then(([code]) => { throw new Error(`it ended with ${code}`); }),
    ]);
  } finally {
    over.abort();
  }
}

const count = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (value: number): string => `${value.toFixed(1)} ms`;
