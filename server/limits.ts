/** How much is too much: buckets in memory, one set a brand. Forgetting them on a restart costs nothing. */
import type { Id, Time } from '../protocol/messages.ts';
import { Buckets } from './rates.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** After this many refusals in a row of one connection, it is told to slow down and closed. */
export const REFUSALS_BEFORE_CLOSE = 20;
/** Sockets of one visitor (tabs) and of one agent. The oldest is superseded. */
export const SOCKETS_PER_PERSON = 6;

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
  readonly #typing = new Buckets({ burst: 1, perMs: 2 * SECOND });
  /** Everything else a client may ask: reading, marking, syncing. */
  readonly #frame = new Buckets({ burst: 300, perMs: MINUTE });

  /** 0, or the milliseconds until one more message is welcome. */
  message(visitor: Id, from: string, now: Time): number {
    return this.#message.take(visitor, now) || this.#messageFrom.take(from, now);
  }
  agentMessage(agent: Id, now: Time): number {
    return this.#agentMessage.take(agent, now);
  }
  thread(visitor: Id, from: string, now: Time): number {
    return this.#threadHour.take(visitor, now) || this.#threadDay.take(visitor, now) || this.#threadFrom.take(from, now);
  }
  newcomer(from: string, now: Time): number {
    return this.#newcomerFrom.take(from, now);
  }
  typing(connection: Id, now: Time): number {
    return this.#typing.take(connection, now);
  }
  frame(connection: Id, now: Time): number {
    return this.#frame.take(connection, now);
  }
}
