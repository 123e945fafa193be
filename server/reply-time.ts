/** How soon the team usually answers, as its own first replies say. */
import type { ReplyTime, Time } from '../protocol/messages.ts';
import type { Host } from './host.ts';
import { percentile } from './percentile.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Of so long ago they still say something of now. */
const RECENT_MS = 30 * 24 * HOUR_MS;
/** With fewer, chance speaks. */
const REPLIES_LEAST = 5;
/** The newest; more would not change what they say. */
const REPLIES_MOST = 500;
/** Each visitor who comes is told: looked up anew only after so long. */
const KEPT_MS = 10 * MINUTE_MS;
/** What people call minutes, and what hours. */
const MINUTES_BELOW_MS = HOUR_MS;
const HOURS_BELOW_MS = 12 * HOUR_MS;

/** Pure. @param replies how long each took, in milliseconds */
export function replyTimeOf(replies: number[]): ReplyTime {
  if (replies.length < REPLIES_LEAST) return 'hours';
  const median = percentile(Float64Array.from(replies), 50)!;
  return median < MINUTES_BELOW_MS ? 'minutes' : median < HOURS_BELOW_MS ? 'hours' : 'day';
}

export class OwnReplyTime {
  readonly #host: Host;
  #known: { at: Time; is: ReplyTime } | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** @param counts whether what began then says something of now: a night says nothing of the day, when alone this is told */
  now(counts: (began: Time) => boolean = () => true): ReplyTime {
    const now = this.#host.now();
    // Kept from a time to come: the clock was set back.
    if (this.#known && now - this.#known.at < KEPT_MS && now >= this.#known.at) return this.#known.is;
    const replies = this.#host.sql<{ began: Time; ms: number }>(
      'SELECT began, first_reply - began AS ms FROM episode WHERE began >= ? AND first_reply IS NOT NULL ORDER BY began DESC LIMIT ?', now - RECENT_MS, REPLIES_MOST);
    this.#known = { at: now, is: replyTimeOf(replies.filter(({ began }) => counts(began)).map(({ ms }) => ms)) };
    return this.#known.is;
  }
}
