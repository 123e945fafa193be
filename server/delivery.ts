/** What became of the messages that came in. Counted in memory: a count is not worth a write with each message. */
import type { Ack, Nak, Refused } from '../protocol/frames.ts';
import type { Delivery } from '../protocol/report.ts';
import type { Time } from '../protocol/messages.ts';

export class Deliveries {
  readonly #counts: Delivery;

  constructor(since: Time) {
    this.#counts = { since, acked: 0, duplicates: 0, refused: 0, retried: 0 };
  }

  /** @param isNew it was written down with this answer, and not before */
  count(reply: Ack | Nak | Refused | undefined, isNew: boolean): void {
    if (reply?.type === 'ack') this.#counts[isNew ? 'acked' : 'duplicates']++;
    else if (reply) this.#counts[reply.retryAfter ? 'retried' : 'refused']++;
  }

  figures(): Delivery {
    return { ...this.#counts };
  }
}
