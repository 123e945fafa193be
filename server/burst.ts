/**
 * Messages that came in together. Where many write at once, most of what one of them costs is not the message: it is the number of its
 * change, its thread's row, the desk's look around, and a frame to everybody. Here all that is done once for all of them: one change, in
 * which each thread is read and written once, told in one frame to each. Only what is plain is taken: a visitor's message into a
 * thread of hers that stands before somebody or in the queue, and to which the brand has nothing to answer by itself. All else
 * goes the ordinary way (hear-visitor.ts), and so does each by itself if this fails.
 */
import type { Ack, FromVisitor, VisitorSay } from '../protocol/frames.ts';
import { FROM_VISITOR } from '../protocol/from-clients.ts';
import { WINDOW } from '../protocol/limits.ts';
import type { Id, Rev, Time } from '../protocol/messages.ts';
import { parse } from '../protocol/parse.ts';
import { autoReply } from './autoreply.ts';
import type { Brand } from './brand.ts';
import type { Change } from './change.ts';
import { afterVisitor, type Standing } from './desk.ts';
import { again, isBrands, momentOf, type Reply } from './hear-visitor.ts';
import type { Connection, VisitorWho } from './host.ts';
import type { Settings } from './settings.ts';
import { stand } from './standing.ts';
import { standingOf, type ThreadRow } from './threads.ts';

/** One text frame that came in. */
export interface Heard { readonly connection: Connection; readonly text: string }

/** In so many messages at once, others are waiting to be heard. */
const CROWD = 16;
/** Rows of threads that are kept from one burst to the next: 2 MB of them. Beyond, it begins anew. */
const THREADS_MOST = 2_000;

interface Burst {
  change: Change;
  now: Time;
  /** The threads it has moved, as `append` moved them, and what becomes of them. */
  moved: Map<Id, { thread: ThreadRow; standing: Standing }>;
  answers: { connection: Connection; reply: Reply; isNew: boolean }[];
  available: boolean | undefined;
}

export class Bursts {
  readonly #brand: Brand;
  /** As they stand in the database while its head is `#rev` and these are the settings. */
  readonly #threads = new Map<Id, ThreadRow>();
  #rev: Rev = -1;
  /** How many new messages came in on each connection. */
  readonly #said = new WeakMap<Connection, number>();
  #settings: Settings | undefined;

  constructor(brand: Brand) {
    this.#brand = brand;
  }

  /**
   * Takes in the first of these frames, up to one that is no plain message: all of them or, where it throws, none.
   * @returns how many
   */
  take(heard: readonly Heard[], from = 0): number {
    const brand = this.#brand;
    const { rev, moving } = brand.host.sql<{ rev: Rev; moving: string }>('SELECT rev, moving FROM head')[0]!;
    if (moving) return 0;
    if (rev !== this.#rev || this.#settings !== brand.settings || this.#threads.size > THREADS_MOST) this.#forget();
    this.#rev = rev;
    this.#settings = brand.settings;
    const answers: Burst['answers'] = [];
    try {
      return this.#take(heard, from, answers);
    } catch (error) {
      this.#forget();
      for (const { connection, isNew } of answers) if (isNew) brand.allowance.giveBack(connection.data as VisitorWho);
      throw error;
    }
  }

  #take(heard: readonly Heard[], from: number, answers: Burst['answers']): number {
    const brand = this.#brand;
    let at = from;
    const { change, moved } = brand.write((change) => {
      const burst: Burst = { change, now: brand.host.now(), moved: new Map(), answers, available: undefined };
      while (at < heard.length && this.#hear(burst, heard[at]!)) at++;
      change.isCrowded = change.messages.length >= CROWD;
      for (const { thread, standing } of burst.moved.values()) stand(brand, change, thread, { standing, entries: [] });
      for (const { reply, isNew } of answers) brand.deliveries.count(reply, isNew);
      return burst;
    });
    for (const [id, row] of change.threads) if (moved.has(id)) this.#threads.set(id, row);
    for (const { connection, reply } of answers) brand.answer(connection, reply);
    return at - from;
  }

  /** @returns whether it was taken */
  #hear(burst: Burst, { connection, text }: Heard): boolean {
    const { allowance, threads } = this.#brand;
    const who = connection.data;
    if (who.role !== 'visitor' || !who.greeted) return false;
    if (this.#brand.holds.holdsUp(connection)) return false;
    const parsed = parse<FromVisitor>(text, FROM_VISITOR);
    if ('refused' in parsed || parsed.frame.type !== 'say') return false;
    const { frame } = parsed;
    const thread = isBrands(frame.id) ? undefined : this.#open(burst, who, frame.thread);
    // What is too much is refused on the ordinary way, which also holds up what comes behind it.
    if (!thread || allowance.frame(who.connection, burst.now)) return false;
    const said = this.#mayRepeat(connection) && threads.said(thread.id, frame.id);
    if (said) {
      burst.answers.push({ connection, reply: again(said, 'visitor', frame.body.toWellFormed()), isNew: false });
      return true;
    }
    if (allowance.message(who.visitor, who.from, burst.now)) return false;
    try {
      burst.answers.push({ connection, reply: this.#add(burst, thread, frame), isNew: true });
    } catch (error) {
      this.#said.set(connection, -Infinity);
      allowance.giveBack(who); // it pays when it is heard by itself
      throw error;
    }
    this.#said.set(connection, (this.#said.get(connection) ?? 0) + 1);
    return true;
  }

  /**
   * What is said again comes first on a new connection (rule M6), and only there it is looked for. Elsewhere the database would
   * refuse a second row (rule M4), and the burst with it; where that has happened it is looked for ever after.
   */
  #mayRepeat(connection: Connection): boolean {
    return (this.#said.get(connection) ?? 0) < WINDOW;
  }

  #add(burst: Burst, thread: ThreadRow, { id, body, page }: VisitorSay): Ack {
    const { seq, at } = this.#brand.threads.append(burst.change, thread, { id, by: 'visitor', body: body.toWellFormed(), ...(page ? { page } : {}) });
    if (!burst.moved.has(thread.id)) burst.moved.set(thread.id, { thread, standing: this.#after(burst, thread) });
    return { type: 'ack', id, thread: thread.id, seq, at };
  }

  /** Her thread, if a message in it changes nothing but what every message changes. */
  #open(burst: Burst, who: VisitorWho, id: Id): ThreadRow | undefined {
    const moved = burst.moved.get(id)?.thread;
    if (moved) return moved.visitor === who.visitor ? moved : undefined;
    const thread = this.#threads.get(id) ?? this.#brand.threads.find(id);
    if (thread?.visitor !== who.visitor || (thread.state !== 'waiting' && thread.state !== 'assigned')) return undefined;
    if (!this.#threads.has(id)) {
      if (this.#brand.visitors.isBlocked(who.visitor)) return undefined;
      this.#threads.set(id, thread);
    }
    const moment = momentOf(this.#brand, who, burst.now, () => (burst.available ??= this.#brand.presence.available()));
    return autoReply(this.#after(burst, thread), this.#brand.settings, moment) ? undefined : thread;
  }

  /** Which is the same after one message and after many. */
  #after({ now }: Burst, thread: ThreadRow): Standing {
    return afterVisitor(standingOf(thread), now, () => false).standing;
  }

  /** Something was written: what is kept here of the rows is as good as before, or is forgotten. */
  saw(change: Change): void {
    // A batch that failed on its way to the disk has taken its number back, and another change has it now.
    const isNext = change.rev === this.#rev + 1;
    if (!isNext || change.agents.size || change.visitors.size || change.gone.size) return this.#forget();
    for (const id of change.threads.keys()) this.#threads.delete(id);
    this.#rev = change.rev;
  }

  #forget(): void {
    this.#threads.clear();
    this.#rev = -1;
  }
}
