/**
 * Visitors and agents who write without pause, while the server they talk to is killed with SIGKILL again and again. What they
 * were told, and what is there in the end, is judged by `verdict.ts`.
 */
import { randomUUID } from 'node:crypto';
import type { Message } from '../../protocol/messages.ts';
import { seeded } from '../seeded.ts';
import { newToken, Talker } from '../talker.ts';
import { askDesk, inhabit, type Served, SHOP, until } from './hosts.ts';
import { judge, type Verdict, type Writer } from './verdict.ts';

const BRAND = 'acme';
const VISITORS = 6;
/** Unanswered at once. A visitor's are few: a restarted server takes ten of hers at once (rule R3), and they are sent again then. */
const AT_ONCE = { visitor: 3, agent: 8 };
/** Between two kills, for the same reason; an agent's 120 are enough to go on until the next. */
const BETWEEN_KILLS = { visitor: 9, agent: 110 };
/** A kill comes after a time up to this, or upon an answer up to this many: both well within what is written. */
const MOST_MS = 60;
const MOST_ANSWERS = 40;
/** Some kills do not wait until everybody is back. */
const EARLY = 0.25;
/** A busy machine, a slow start. */
const CALM_MS = 60_000;
const PAGE = 200;

export interface Torment {
  kills: number;
  seed: number;
  /** Goes on up to here until a kill has come between a write and its answer. */
  killsMost?: number;
  /** Every kill comes upon an answer: where the answer is a lie, it is found to be one. */
  uponAnswers?: boolean;
}

export interface Outcome extends Verdict {
  seed: number;
  kills: number;
  said: number;
  acked: number;
  /** Unanswered when the server was gone. */
  pending: number;
  /** Of these, written before: only the answer was lost, and without an id of its own each would be there twice. */
  written: number;
}

interface Person { talker: Talker; role: keyof typeof AT_ONCE; threads: string[]; writer: Omit<Writer, 'pending'>; left: number }

export async function torture(served: Served, { kills, seed, killsMost = kills, uponAnswers = false }: Torment): Promise<Outcome> {
  const random = seeded(seed);
  const threads = Array.from({ length: VISITORS }, () => randomUUID());
  let onAnswer = (): void => undefined;
  const { ownerCookie, people } = await gather(served, threads, () => onAnswer());
  for (const { talker } of people) void talker.connect();
  const everybodyIsBack = () => people.every(({ talker }) => talker.greeted);
  // Whoever is here from the first word on holds all that is said; and an agent answers in threads that exist.
  await until(everybodyIsBack, 'everybody to be here', CALM_MS);
  const visitors = people.slice(0, VISITORS);
  for (const each of visitors) write(each, 1);
  await until(() => visitors.every(({ talker }) => talker.acked.size === 1), 'everybody to have said something', CALM_MS);

  const cut: { id: string; talker: Talker; died: number }[] = [];
  const written = (): number => new Set(cut.filter(({ id, talker, died }) => (talker.written.get(id) ?? Number.POSITIVE_INFINITY) <= died).map(({ id }) => id)).size;
  const goOn = () => { for (const each of people) write(each, AT_ONCE[each.role] - each.talker.outbox.size); };
  let killed = 0;
  while (killed < kills || (written() === 0 && killed < killsMost)) {
    if (random() >= EARLY) await until(everybodyIsBack, 'everybody to be back', CALM_MS);
    await new Promise<void>((resolve) => {
      const answers = random() < 0.5 || uponAnswers ? Math.ceil(random() * MOST_ANSWERS) : 0;
      let heard = 0;
      // Whoever is answered goes on at once.
      onAnswer = () => {
        goOn();
        if (++heard === answers) resolve();
      };
      setTimeout(resolve, answers ? CALM_MS : random() * MOST_MS).unref();
      goOn();
    });
    await served.kill();
    const died = Date.now();
    onAnswer = () => undefined;
    // What it said before it died still arrives.
    await until(() => people.every(({ talker }) => !talker.greeted), 'everybody to notice', CALM_MS);
    for (const { talker } of people) for (const id of talker.outbox.keys()) cut.push({ id, talker, died });
    for (const each of people) each.left = BETWEEN_KILLS[each.role] - each.talker.outbox.size;
    // Nobody stops for it.
    goOn();
    killed++;
    await served.start();
    if (killed >= kills) await until(() => cut.every(({ id, talker }) => !talker.outbox.has(id)), 'what was unanswered to be answered', CALM_MS);
  }
  const pending = new Set(cut.map(({ id }) => id)).size;
  const rows = await lastWords(served, ownerCookie, people, threads);
  const writers = people.map(({ talker, writer }): Writer => ({ ...writer, pending: talker.outbox.size }));
  const sum = (of: (writer: Writer) => number) => writers.reduce((total, each) => total + of(each), 0);
  return { seed, kills: killed, said: sum(({ said }) => said.length), acked: sum(({ acked }) => acked.size), pending, written: written(), ...judge(rows, writers) };
}

async function gather(served: Served, threads: string[], onAnswer: () => void): Promise<{ ownerCookie: string; people: Person[] }> {
  const { ownerCookie, join } = await inhabit(served, BRAND);
  const line = `${served.url.replace('http', 'ws')}/v1/${BRAND}`;
  const person = (name: string, role: Person['role'], reads: string[], talker: Talker): Person => ({
    talker, role, threads: reads, left: BETWEEN_KILLS[role],
    writer: { name, by: role, said: [], acked: talker.acked, held: talker.held, reads, broken: talker.broken },
  });
  const people = threads.map((thread, n) => {
    const token = newToken();
    return person(`visitor ${n + 1}`, 'visitor', [thread], new Talker({ url: `${line}/visitor`, origin: SHOP, from: `198.51.100.${n + 1}`, secret: () => token, onAnswer }));
  });
  for (const [name, cookie] of [['Ada', ownerCookie], ['Grace', await join('Grace')]] as const) {
    const ticket = async () => ((await (await askDesk(served, BRAND, 'POST', 'ticket', { cookie })).json()) as { ticket: string }).ticket;
    people.push(person(name, 'agent', threads, new Talker({ url: `${line}/agent`, origin: served.url, from: `198.51.100.${people.length + 1}`, secret: ticket, onAnswer })));
  }
  return { ownerCookie, people };
}

/** At most `count` more, in turn into each of its threads. */
function write(person: Person, count: number): void {
  for (let n = 0; n < count && person.left > 0; n++) {
    person.left--;
    const { said, name } = person.writer;
    const thread = person.threads[said.length % person.threads.length]!;
    const body = `${name}, number ${said.length + 1}`;
    said.push({ id: person.talker.say(thread, body), thread, body });
  }
}

/** When everybody has been answered, and has heard what was said last of all. @returns what the server has, by thread */
async function lastWords(served: Served, cookie: string, people: Person[], threads: string[]): Promise<Map<string, Message[]>> {
  await until(() => people.every(({ talker }) => talker.greeted && talker.outbox.size === 0), 'all outboxes to be empty', CALM_MS);
  const last = people.at(-1)!;
  last.left = threads.length;
  write(last, threads.length);
  const words = last.writer.said.slice(-threads.length);
  await until(() => last.talker.outbox.size === 0, 'the last words to be answered', CALM_MS);
  await until(() => people.every(({ talker, writer }) => words.every(({ id, thread }) =>
    !writer.reads.includes(thread) || [...talker.held.get(thread)?.values() ?? []].some((message) => message.id === id))), 'the last words to be heard', CALM_MS);
  for (const { talker } of people) talker.stop();
  const rows = new Map<string, Message[]>();
  for (const thread of threads) rows.set(thread, await readAll(served, cookie, thread));
  return rows;
}

async function readAll(served: Served, cookie: string, thread: string): Promise<Message[]> {
  const all: Message[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const body = { frames: [{ type: 'pull', thread, before, n: PAGE }] };
    const { frames: [page] } = (await (await askDesk(served, BRAND, 'POST', 'frames', { cookie, body })).json()) as { frames: [{ rows: Message[]; more: boolean }] };
    all.unshift(...page.rows);
    if (!page.more) return all;
    before = all[0]!.seq;
  }
}

export const inWords = ({ seed, kills, said, acked, pending, written, lost, broken }: Outcome, host: string): string =>
  `${host}: ${kills} kills, ${said} said, ${acked} acknowledged, ${pending} unanswered at a kill, ${written} of them written before it; `
  + `${lost.length} lost, ${broken.length} other broken promises (seed ${seed})`;

/** Starts, torments and ends a server. @throws with what it printed last and the seed */
export async function tormented(name: string, starting: Promise<Served>, torment: Torment): Promise<Outcome> {
  const served = await starting;
  try {
    const outcome = await torture(served, torment);
    console.log(inWords(outcome, name));
    return outcome;
  } catch (error) {
    throw new Error(`${name}, seed ${torment.seed}: ${(error as Error).message}\n${served.output().slice(-2_000)}`, { cause: error });
  } finally {
    await served.close();
  }
}
