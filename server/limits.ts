/** How much is too much: buckets in memory, one set a brand. Forgetting them on a restart costs nothing. */
import type { Id, Time } from '../protocol/messages.ts';
import { Buckets, takeAll } from './rates.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** After this many refusals in a row of one connection, it is told to slow down and closed. */
export const REFUSALS_BEFORE_CLOSE = 20;
/** Sockets of one visitor (tabs) and of one agent. The oldest is superseded. */
export const SOCKETS_PER_PERSON = 6;
/** Longer than what was sent behind a refused message is on its way: with less, some of it would come before the message. */
export const LEAST_WAIT_MS = SECOND;

/** Remembered of messages that could not be kept: as many as come in while a disk is full. A forgotten one pays again. */
const PAID_KEPT = 1_000;

/** The numbers of threats.md 4.2: `burst` at once, then `burst` again each `perMs` (so 20 a minute in tens is 10 per 30 s). */
export class Allowance {
  /** 20 messages a minute, 10 at once. */
  readonly #message = new Buckets({ burst: 10, perMs: 30 * SECOND });
  /** All visitors behind one address: an office, or one person with many tokens. */
  readonly #messageFrom = new Buckets({ burst: 60, perMs: MINUTE });
  readonly #agentMessage = new Buckets({ burst: 120, perMs: MINUTE });
  readonly #threadHour = new Buckets({ burst: 3, perMs: HOUR });
  readonly #threadDay = new Buckets({ burst: 10, perMs: 24 * HOUR });
  readonly #threadFrom = new Buckets({ burst: 20, perMs: HOUR });
  readonly #newcomerFrom = new Buckets({ burst: 30, perMs: HOUR });
  /** Labels and events: each is a write, and is told to all agents. 60 a minute, 30 at once. */
  readonly #report = new Buckets({ burst: 30, perMs: 30 * SECOND });
  readonly #reportFrom = new Buckets({ burst: 240, perMs: MINUTE });
  /** Greetings, catching up and pages, on all devices of a visitor: a few bytes that ask for hundreds of thousands. 60 a minute, 30 at once. */
  readonly #reading = new Buckets({ burst: 30, perMs: 30 * SECOND });
  /** Each is up to 50 ms of work: 60 a minute, 30 at once, for somebody who types fast. */
  readonly #search = new Buckets({ burst: 30, perMs: 30 * SECOND });
  readonly #typing = new Buckets({ burst: 1, perMs: 2 * SECOND });
  /** Everything else a client may ask: reading, marking, syncing. */
  readonly #frame = new Buckets({ burst: 300, perMs: MINUTE });

  /** Messages that were paid for and may have to come again, because they could not be kept: whose, and which. */
  readonly #paid = new Set<string>();

  /** 0, or the milliseconds until one more message is welcome. */
  message(visitor: Id, from: string, now: Time): number {
    return takeAll(now, [this.#message, visitor], [this.#messageFrom, from]);
  }
  /** A frame with a message, both of them allowed, that was not taken after all. */
  giveBack({ connection, visitor, from }: { connection: Id; visitor: Id; from: string }): void {
    this.#frame.giveBack(connection);
    this.#message.giveBack(visitor);
    this.#messageFrom.giveBack(from);
  }
  agentMessage(agent: Id, now: Time): number {
    return this.#agentMessage.take(agent, now);
  }
  thread(visitor: Id, from: string, now: Time): number {
    return takeAll(now, [this.#threadHour, visitor], [this.#threadDay, visitor], [this.#threadFrom, from]);
  }
  newcomer(from: string, now: Time): number {
    return this.#newcomerFrom.take(from, now);
  }
  report(visitor: Id, from: string, now: Time): number {
    return takeAll(now, [this.#report, visitor], [this.#reportFrom, from]);
  }
  reading(visitor: Id, now: Time): number {
    return this.#reading.take(visitor, now);
  }
  hasPaid(visitor: Id, message: Id): boolean {
    return this.#paid.has(`${visitor} ${message}`);
  }
  /** It has, and pays no more, however often it comes. */
  paid(visitor: Id, message: Id): void {
    this.#paid.add(`${visitor} ${message}`);
    if (this.#paid.size > PAID_KEPT) for (const oldest of this.#paid) return void this.#paid.delete(oldest);
  }
  search(agent: Id, now: Time): number {
    return this.#search.take(agent, now);
  }
  typing(connection: Id, now: Time): number {
    return this.#typing.take(connection, now);
  }
  frame(connection: Id, now: Time): number {
    return this.#frame.take(connection, now);
  }
}
