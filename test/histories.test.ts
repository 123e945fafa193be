/**
 * Random histories of a desk: visitors and agents come, go, lose their lines, take, hand over, put aside, wake, end and
 * reopen; time passes; the process dies and comes back. After each change the rules of chapter D hold, and whoever is
 * connected sees what is in the database.
 */
import { expect, it } from 'vitest';
import type { Id } from '../protocol/messages.ts';
import { erase } from '../server/privacy.ts';
import { DEFAULTS } from '../server/settings.ts';
import { toDeskThread, toThread } from '../server/threads.ts';
import { type RawEntry, type RawMessage, type RawSeat, type RawThread, THREADS, wrongIn } from './desk-log.ts';
import type { AnyFrame } from './desk-room.ts';
import { seeded } from './seeded.ts';
import { StillHost, type StillLine } from './still-host.ts';

const HISTORIES = Number(process.env['HISTORIES'] ?? 120);
const STEPS = 110;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const AGENTS = ['ada', 'bob', 'cy'];
const VISITORS = 5;

/** What a client keeps: the rows it was told, as rules S4 and S6 say. */
class Client {
  readonly line: StillLine;
  readonly rows: Map<string, AnyFrame>;
  #read = 0;
  rev = 0;
  epoch = '';

  constructor(line: StillLine, before?: Client) {
    this.line = line;
    this.rows = new Map(before?.rows);
    this.rev = before?.rev ?? 0;
    this.epoch = before?.epoch ?? '';
  }

  read(): void {
    for (const frame of this.line.got.slice(this.#read)) {
      if (frame.type !== 'ok' && frame.type !== 'changed') continue;
      if (frame.fresh) this.rows.clear();
      this.rev = frame.rev;
      this.epoch = frame.epoch ?? this.epoch;
      for (const row of frame.set) this.#take(row);
    }
    this.#read = this.line.got.length;
  }

  #take(row: AnyFrame): void {
    if (row.kind === 'gone') {
      this.rows.delete(`visitor ${row.id}`);
      for (const [key, each] of this.rows) if (each.kind === 'thread' && each.who === row.id) this.rows.delete(key);
      return;
    }
    const key = `${row.kind} ${row.id}`;
    if ((this.rows.get(key)?.rev ?? 0) <= row.rev) this.rows.set(key, row);
  }

  of(kind: string): AnyFrame[] {
    return [...this.rows.values()].filter((row) => row.kind === kind).sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

class History {
  readonly host = new StillHost();
  readonly random: () => number;
  readonly told: string[] = [];
  readonly agents = new Map<string, Client>();
  readonly visitors = new Map<number, Client>();
  readonly #kept = new Map<string, Client>();
  readonly #lives = new Map<number, number>();
  /** When a visitor was last here, and is not. */
  readonly #left = new Map<string, number>();
  #before = new Map<Id, RawThread>();
  #served = new Map<Id, number>();
  /** An `end` is being heard. */
  #ending = false;
  #down = false;
  #rev = 0;
  #ids = 0;
  woken = 0;
  seen = new Set<string>();

  constructor(seed: number) {
    this.random = seeded(seed);
    this.watch();
    this.host.handle(() => this.host.brand.change({ ...DEFAULTS, desk: { ...DEFAULTS.desk, slots: 2, fallbackHours: 1, absentMinutes: 5 } }));
    for (const id of AGENTS) this.host.handle(() => this.hire(id));
  }

  hire(id: string): void {
    const { brand } = this.host;
    brand.hire({ id, name: id, email: `${id}@brand.example`, role: 'agent', password: 'x' });
  }

  /** Also of what was found in the middle of a handler, or of a job that is tried again. */
  nothingFailed(): void {
    if (this.host.failures.length) this.fail(this.host.failures[0]!);
  }

  /** Looks after each change, before it is committed, as nobody else can. */
  watch(): void {
    const { brand } = this.host;
    const write = brand.write.bind(brand);
    brand.write = (work) => {
      const result = write(work);
      this.afterChange();
      return result;
    };
  }

  fail(what: string): never {
    // The brand answers what goes wrong in a handler by itself, and goes on.
    this.host.failures.push(what);
    throw new Error(`${what}\n  ${this.told.slice(-25).join('\n  ')}`);
  }

  threads(): RawThread[] {
    return this.host.sql<RawThread>(THREADS);
  }

  /** Counted from the rows, by nothing that the product counts with. */
  seats(threads: RawThread[]): RawSeat[] {
    const { desk } = this.host.brand.settings;
    return this.host.sql<{ id: Id; slots: number | null; seen_at: number | null }>("SELECT id, slots, seen_at FROM agent WHERE gone = 0 AND status = 'available'")
      .filter(({ id, seen_at }) => (seen_at ?? 0) > this.host.clock - desk.absentMinutes * MINUTE || this.isHere(id))
      .map(({ id, slots }) => ({ id, slots: slots ?? desk.slots, served: this.#served.get(id) ?? 0, active: threads.filter((each) => each.state === 'assigned' && each.agent === id).length }));
  }

  isHere(agent: Id): boolean {
    return [...this.host.lines].some(({ data, heard }) => data.role === 'agent' && data.agent === agent && data.greeted && heard > this.host.clock - 75 * SECOND);
  }

  afterChange(): void {
    const rev = this.host.brand.head();
    // A look around that found nothing to do.
    if (rev === this.#rev) return;
    const threads = this.threads();
    const seats = this.seats(threads);
    const news = this.host.sql<RawEntry>('SELECT thread, what, reason, by_agent, to_agent, until FROM entry WHERE rev = ? AND at = ? ORDER BY n', rev, this.host.clock);
    const messages = this.host.sql<RawMessage>('SELECT thread, by, agent FROM message WHERE rev = ? ORDER BY n', rev);

    this.#rev = rev;
    this.nothingWaits(threads, seats);
    for (const { reason, to_agent, thread } of news) {
      if (reason !== 'routed' && reason !== 'fallback') continue;
      if (this.host.sql("SELECT 1 FROM job WHERE kind = 'stuck' AND arg = ?", thread).length) this.fail(`D6: ${thread} was given to ${to_agent}, and somebody else is still looked for`);
      const seat = seats.find(({ id }) => id === to_agent) ?? this.fail(`D3: ${thread} was given to ${to_agent}, who is not in`);
      if (seat.active > seat.slots) this.fail(`D2: ${to_agent} was given ${thread} and holds ${seat.active} of ${seat.slots}`);
    }
    const wrong = wrongIn({ clock: this.host.clock, before: this.#before, threads, news, messages, seats });
    if (wrong) this.fail(wrong);
    this.promptsAreCounted(threads, messages);
    for (const each of threads) {
      const before = this.#before.get(each.id);
      this.seen.add(each.state);
      if (each.state === 'ended' && before?.state !== 'ended' && !this.#ending) this.fail(`D1: ${each.id} was ended by nobody`);
      if (each.state === 'assigned' && !each.agent) this.fail(`D1: ${each.id} is assigned to nobody`);
      const woken = news.filter(({ thread, what }) => thread === each.id && what === 'woken');
      if (woken.length > 1 || (woken.length && before?.state !== 'snoozed')) this.fail(`D5: ${each.id} was woken ${woken.length} times, and was ${before?.state}`);
      if (woken[0]?.reason !== 'time') continue;
      this.woken++;
      if (before!.snooze_until! > this.host.clock) this.fail(`D5: ${each.id} was woken too early`);
      if (!this.#down && this.host.clock - before!.snooze_until! > MINUTE) this.fail(`D5: ${each.id} was woken too late`);
    }
    this.remember(threads);
  }

  /** As it is now, for the next change. */
  remember(threads = this.threads()): void {
    this.#before = new Map(threads.map((each) => [each.id, each]));
    this.#served = new Map(this.host.sql<{ id: Id; served: number }>('SELECT id, served FROM agent').map(({ id, served }) => [id, served]));
  }

  /** What was said to somebody who has been away for longer than a page takes to turn. */
  promptsAreCounted(threads: RawThread[], messages: RawMessage[]): void {
    for (const { thread: id, by } of messages) {
      const before = this.#before.get(id);
      const left = this.#left.get(id[1]!);
      if (by !== 'agent' || !before || before.waiting !== null || before.state === 'ended' || left === undefined || this.host.clock - left < 11 * SECOND) continue;
      if (threads.find((each) => each.id === id)!.prompts !== before.prompts + 1) this.fail(`D8: ${id} was said something while she was away, and it counts for nothing`);
    }
  }

  nothingWaits(threads: RawThread[], seats: ReturnType<History['seats']>): void {
    const idle = seats.find(({ active, slots }) => active < slots);
    const waits = threads.find(({ state }) => state === 'waiting');
    if (idle && waits) this.fail(`D3: ${waits.id} waits while ${idle.id} has ${idle.active} of ${idle.slots}`);
  }

  /** When nothing more is due: what should have happened has, and everybody sees it. */
  afterStep(): void {
    this.nothingFailed();
    const threads = this.threads();
    this.nothingWaits(threads, this.seats(threads));
    const snoozes = this.host.sql<{ arg: Id; due: number }>("SELECT arg, due FROM job WHERE kind = 'snooze' ORDER BY arg");
    const aside = threads.filter(({ state }) => state === 'snoozed').map(({ id, snooze_until }) => ({ arg: id, due: snooze_until }));
    if (JSON.stringify(snoozes) !== JSON.stringify(aside)) this.fail(`D5: ${JSON.stringify(aside)} is aside, and due is ${JSON.stringify(snoozes)}`);
    if (aside.some(({ due }) => due! <= this.host.clock)) this.fail('D5: a snooze is over and the thread is still aside');
    for (const each of threads) {
      if (each.state !== 'assigned' || each.waiting === null) continue;
      const since = Math.max(each.waiting, each.held!);
      const other = this.seats(threads).find(({ id, active, slots }) => id !== each.agent && active < slots);
      if (other && since + HOUR + MINUTE < this.host.clock) this.fail(`D6: ${each.agent} has not handled ${each.id}, and ${other.id} could`);
    }
    const { brand } = this.host;
    for (const id of AGENTS) if (brand.presence.isHere(`a:${id}`) !== this.isHere(id)) this.fail(`E2: ${id} is ${this.isHere(id) ? '' : 'not '}here, and the desk thinks otherwise`);
    const { queue } = brand.settings.desk;
    const { busy, available } = brand.card();
    if (busy !== (queue === 0 ? !available : threads.filter(({ state }) => state === 'waiting').length >= queue)) this.fail(`D19: ${queue} may wait, and the card says busy ${busy}`);
    const rows = threads.map(({ id }) => brand.threads.find(id)!);
    const team = this.host.sql<{ id: Id; slots: number | null }>('SELECT id, slots FROM agent ORDER BY id')
      .map(({ id, slots }) => ({ id, slots: slots ?? brand.settings.desk.slots, active: threads.filter(({ state, agent }) => state === 'assigned' && agent === id).length }));
    for (const [name, client] of this.agents) {
      client.read();
      this.#same(name, client.of('thread'), rows.map(toDeskThread));
      this.#same(name, client.of('agent').map(({ id, slots, active }) => ({ id, slots, active })), team);
    }
    for (const [name, client] of this.visitors) {
      client.read();
      for (const row of client.of('thread')) this.asksHowItWas(row, threads.find(({ id }) => id === row.id)!);
      this.#same(`visitor ${name}`, client.of('thread'), rows.filter(({ visitor }) => visitor === (client.line.data as { visitor: Id }).visitor).map(toThread));
    }
  }

  /** D17, by the rows alone. */
  asksHowItWas({ survey }: AnyFrame, { id, state, episode, ended_at }: RawThread): void {
    const { score = null } = this.host.sql<{ score: number | null }>('SELECT score FROM episode WHERE thread = ? AND n = ?', id, episode)[0] ?? {};
    const asked = state === 'ended' ? { episode, until: ended_at! + DAY, ...(score === null ? {} : { score }) } : undefined;
    if (JSON.stringify(survey) !== JSON.stringify(asked)) this.fail(`D17: ${id} is asked ${JSON.stringify(survey)}, not ${JSON.stringify(asked)}`);
  }

  #same(who: string, held: unknown, is: unknown): void {
    const [a, b] = [JSON.stringify(held), JSON.stringify(is)];
    if (a !== b) this.fail(`S6: ${who} sees\n${a}\nand there is\n${b}`);
  }

  pick<T>(list: T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)];
  }

  /** @param isLegal what rule D1 says to it, from where the thread stands */
  act(agent: string, frame: { type: string; [field: string]: unknown }, isLegal = true): void {
    const id = `act${++this.#ids}`;
    const { line } = this.agents.get(agent)!;
    this.#ending = frame.type === 'end';
    // Sent twice now and then: the answer was lost.
    for (let times = this.random() < 0.1 ? 2 : 1; times > 0; times--) {
      this.host.hear(line, { id, ...frame });
      this.answers(line, id, frame.type, isLegal);
    }
    this.#ending = false;
  }

  answers(line: StillLine, id: Id, what: string, isLegal: boolean): void {
    this.nothingFailed();
    if (!line.isOpen) return;
    const answer = line.got.findLast((each) => each.id === id && (each.type === 'ack' || each.type === 'nak'));
    if (answer?.type !== (isLegal ? 'ack' : 'nak')) this.fail(`D1: ${what} should be ${isLegal ? 'done' : 'refused'}, and was answered ${JSON.stringify(answer)}`);
  }

  /** The alarm rings for what is not due, or not any more: an alarm that came twice, or was there in a backup. */
  ringOutOfTurn(thread: RawThread): void {
    const kind = this.pick(['snooze', 'fallback', 'stuck'])!;
    this.host.handle(() => this.host.brand.jobs.schedule(kind, this.host.clock, thread.id));
    this.host.pass(0, () => undefined);
  }

  hasSpokenAfter(thread: RawThread, seq: number): boolean {
    return this.host.sql("SELECT 1 FROM message WHERE thread = ? AND seq > ? AND by = 'visitor'", thread.id, seq).length > 0;
  }

  agentComes(name: string): void {
    if (this.agents.has(name)) return;
    this.host.handle(() => { this.host.sql("INSERT INTO session VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET created = excluded.created, used = excluded.used", `s-${name}`, name, this.host.clock, this.host.clock); });
    const line = this.host.open({ role: 'agent', connection: `c${++this.#ids}`, agent: name, session: `s-${name}`, from: 'office' });
    const client = new Client(line, this.#kept.get(name));
    this.host.hear(line, { type: 'hi', v: 1, rev: client.rev, ...(client.epoch ? { epoch: client.epoch } : {}) });
    this.agents.set(name, client);
  }

  agentGoes(name: string): void {
    const client = this.agents.get(name);
    if (!client) return;
    client.read();
    this.#kept.set(name, client);
    this.host.hangUp(client.line);
    this.agents.delete(name);
  }

  /** Her line is half open: nobody hears of her, and nobody is told that she has gone. */
  agentFallsSilent(name: string): void {
    const client = this.agents.get(name)!;
    client.read();
    this.#kept.set(name, client);
    this.agents.delete(name);
  }

  tokenOf(who: number): string {
    return `${who}-${this.#lives.get(who) ?? 0}`.padEnd(64, 'v');
  }

  visitorComes(who: number): Client {
    const here = this.visitors.get(who);
    if (here?.line.isOpen) return here;
    const token = this.tokenOf(who);
    const line = this.host.open({ role: 'visitor', connection: `c${++this.#ids}`, visitor: token.slice(0, 32), token, from: token });
    this.host.hear(line, { type: 'hi', v: 1, rev: 0 });
    const client = new Client(line);
    this.visitors.set(who, client);
    this.#left.delete(`${who}`);
    return client;
  }

  pass(ms: number): void {
    const end = this.host.clock + ms;
    while (this.host.clock < end) {
      // Everybody who is here is heard of; sessions are used.
      this.host.pass(Math.min(MINUTE, end - this.host.clock), () => {
        for (const { line } of [...this.agents.values(), ...this.visitors.values()]) line.heard = this.host.clock;
      });
      // With nobody here there is nothing to see but what is due.
      if (!this.agents.size && !this.visitors.size && end > this.host.clock) this.host.pass(end - this.host.clock, () => undefined);
    }
  }

  step(): void {
    const visitor = Math.floor(this.random() * VISITORS);
    const agent = this.pick([...this.agents.keys()]);
    const thread = this.pick(this.threads());
    const acts: Record<string, () => void> = {
      say: () => {
        this.host.hear(this.visitorComes(visitor).line, { type: 'say', id: `m${++this.#ids}`, thread: `t${visitor}${this.random() < 0.3 ? 'b' : 'a'}${this.#lives.get(visitor) ?? ''}`, body: 'hello' });
      },
      rate: () => {
        const ended = this.threads().find(({ id, state }) => id.startsWith(`t${visitor}`) && state === 'ended') ?? this.threads().find((each) => each.id.startsWith(`t${visitor}`));
        if (!ended) return;
        const { line } = this.visitorComes(visitor);
        const id = `r${++this.#ids}`;
        this.host.hear(line, { type: 'rate', id, thread: ended.id, episode: ended.episode, score: 1 + Math.floor(this.random() * 5) });
        this.answers(line, id, 'rate', ended.state === 'ended' && this.host.clock < ended.ended_at! + DAY);
      },
      visitorGoes: () => {
        const client = this.visitors.get(visitor);
        if (client) {
          this.host.hangUp(client.line);
          this.#left.set(`${visitor}`, this.host.clock);
        }
        this.visitors.delete(visitor);
      },
      comes: () => this.agentComes(this.pick(AGENTS)!),
      pass: () => this.pass(this.pick([SECOND, 11 * SECOND, MINUTE, MINUTE, 7 * MINUTE])!),
      ...(this.random() < 0.2 ? {
        long: () => this.pass(this.pick([HOUR, 2 * HOUR])!),
        dies: () => {
          for (const name of [...this.agents.keys()]) {
            const client = this.agents.get(name)!;
            client.read();
            this.#kept.set(name, client);
          }
          this.agents.clear();
          for (const who of this.visitors.keys()) this.#left.set(`${who}`, this.host.clock);
          this.visitors.clear();
          this.#down = true;
          // The next life is watched from its first wake on.
          this.host.restart(this.pick([0, MINUTE, 3 * HOUR, DAY])!);
          this.remember();
          this.#rev = this.host.brand.head();
          this.watch();
          this.#down = false;
        },
        slots: () => {
          const id = this.pick(AGENTS)!;
          const slots = this.pick([null, 1, 3, 4])!;
          this.host.handle(() => this.host.brand.write((change) => this.host.brand.agents.setSlots(change, id, slots)));
        },
        settings: () => {
          const { settings } = this.host.brand;
          this.host.handle(() => this.host.brand.change({ ...settings, desk: { ...settings.desk, slots: this.pick([1, 2, 3])!, overdueHours: this.pick([1, 24])!, queue: this.pick([0, 1, 3, 50])! } }));
        },
        dismiss: () => {
          const id = this.pick(AGENTS)!;
          this.agentGoes(id);
          this.host.handle(() => this.host.brand.dismiss(id));
          this.host.handle(() => this.hire(id));
        },
        erase: () => {
          const token = this.tokenOf(visitor);
          if (!this.threads().some(({ id }) => id.startsWith(`t${visitor}`))) return;
          this.visitors.delete(visitor);
          this.host.handle(() => erase(this.host.brand, token.slice(0, 32)));
          // Whoever has her number next is a stranger.
          this.#lives.set(visitor, (this.#lives.get(visitor) ?? 0) + 1);
        },
      } : {}),
    };
    if (agent) {
      Object.assign(acts, {
        goes: () => this.agentGoes(agent),
        ...(this.random() < 0.3 ? { silent: () => this.agentFallsSilent(agent) } : {}),
        status: () => this.act(agent, { type: 'status', status: this.pick(['away', 'available', 'available'])! }),
      });
    }
    if (agent && thread) {
      const to = this.pick([...AGENTS, undefined]);
      const seq = this.random() < 0.9 ? thread.seq : thread.seq - 1;
      const [isEnded, isBehind] = [thread.state === 'ended', this.hasSpokenAfter(thread, seq)];
      const on = (type: string, more: object = {}) => ({ type, thread: thread.id, ...more });
      const snooze = (ms: number, keep: boolean) => this.act(agent, on('snooze', { seq, until: this.host.clock + ms, keep }), !isEnded && !isBehind && ms > 0);
      Object.assign(acts, {
        answer: () => this.act(agent, on('say', { body: 'yes' })),
        take: () => this.act(agent, on('take')),
        transfer: () => this.act(agent, on('transfer', to ? { to } : {}), !isEnded),
        snooze: () => snooze(this.pick([-1, SECOND, MINUTE, 5 * MINUTE, HOUR, DAY])!, this.random() < 0.6),
        again: () => snooze(this.pick([MINUTE, 5 * MINUTE])!, true),
        wake: () => this.act(agent, on('wake'), thread.state === 'snoozed'),
        end: () => this.act(agent, on('end', { seq }), isEnded || !isBehind),
        reopen: () => this.act(agent, on('reopen'), isEnded),
        rings: () => this.ringOutOfTurn(thread),
      });
    }
    const what = this.pick(Object.keys(acts))!;
    this.told.push(`${new Date(this.host.clock).toISOString().slice(5, 19)} ${what} ${agent ?? ''} ${thread ? `${thread.id} ${thread.state} ${thread.agent ?? ''}` : ''}`);
    acts[what]!();
    this.afterStep();
  }
}

it(`D1 to D6, S6: ${HISTORIES} random histories of ${STEPS} steps`, { timeout: 600_000 }, () => {
  const first = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  console.log(`histories from seed ${first}`);
  let woken = 0;
  const seen = new Set<string>();
  for (let seed = first; seed < first + HISTORIES; seed++) {
    const history = new History(seed);
    try {
      for (let step = 0; step < STEPS; step++) history.step();
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    } finally {
      history.host.close();
    }
    woken += history.woken;
    for (const state of history.seen) seen.add(state);
  }
  // A history in which nothing happens proves nothing.
  expect([...seen].sort()).toEqual(['assigned', 'ended', 'snoozed', 'waiting']);
  expect(woken).toBeGreaterThan(HISTORIES / 2);
});
