/**
 * What became of the messages that came in, by quarters of an hour: the days of every zone are made of whole ones. One that was
 * kept costs nothing more: it is counted later, from its row, and so exactly, whatever dies in between. What leaves no row (sent
 * twice, refused, asked to come again) is counted in memory, and written with the next change, after `KEPT_WITHIN_MS` at the
 * latest: before an object at the edge falls asleep. What was counted since then is lost with a process that dies.
 */
import type { Ack, Nak, Refused } from '../protocol/frames.ts';
import type { Id, Time } from '../protocol/messages.ts';
import type { Delivery } from '../protocol/report.ts';
import type { Host } from './host.ts';
import type { Jobs } from './jobs.ts';

export const QUARTER_MS = 15 * 60_000;
/** A Durable Object sleeps after ten seconds in which nothing came. */
const KEPT_WITHIN_MS = 5_000;
/** Messages counted from their rows in one go: 10 ms of work. */
const TAKEN_AT_ONCE = 20_000;
/** Between two steps of a long way, as in an old database. */
const REST_MS = 250;
/** Who has not come again for so long has given up, or is offline: no server can know of it. */
const PENDING_MS = 24 * 3_600_000;
/** More are not told apart: whoever floods us cannot fill our memory. */
const PENDING_MOST = 10_000;

type Kind = 'acked' | 'duplicates' | 'refused' | 'retried';

export class Deliveries {
  readonly #host: Host;
  readonly #jobs: Jobs;
  /** Not written yet. */
  #counted: { quarter: number; kind: Kind; n: number }[] = [];
  /** When those will be, at the latest. */
  #due: Time = 0;
  /** Asked to come again, when, and not here yet. Whoever still has one comes again after a restart, and is asked again or heard. */
  readonly #pending = new Map<Id, Time>();

  constructor(host: Host, jobs: Jobs) {
    this.#host = host;
    this.#jobs = jobs;
  }

  /** At its start, and when it has moved here: begins to count, if that has not begun. */
  begin(): void {
    this.#host.sql('INSERT INTO tally (one, n, since) VALUES (1, 0, coalesce((SELECT at FROM message ORDER BY n DESC LIMIT 1), 0)) ON CONFLICT (one) DO NOTHING');
  }

  /** The answer to a message. @param isNew it was written down with this answer, and not before */
  count(reply: Ack | Nak | Refused | undefined, isNew: boolean): void {
    if (!reply || reply.type === 'refused') return;
    if (reply.type === 'nak' && reply.retryAfter) {
      if (this.#pending.size < PENDING_MOST) this.#pending.set(reply.id, this.#host.now());
      this.#add('retried');
      // Of what could not be written nothing can be written either; it comes again, and takes the count with it.
      if (reply.code === 'rate_limited') this.settle(false);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.type === 'nak') this.#add('refused');
    else if (!isNew) this.#add('duplicates');
  }

  #add(kind: Kind): void {
    const quarter = Math.floor(this.#host.now() / QUARTER_MS);
    const found = this.#counted.find((each) => each.quarter === quarter && each.kind === kind);
    if (found) found.n++;
    else this.#counted.push({ quarter, kind, n: 1 });
  }

  /** In a handler, after all that it does. @param writes whether it writes something anyway */
  settle(writes: boolean): void {
    if (!this.#counted.length || this.#host.full) return;
    if (writes) return this.keep();
    const now = this.#host.now();
    if (this.#due > now && this.#due <= now + KEPT_WITHIN_MS) return;
    this.#due = now + KEPT_WITHIN_MS;
    this.#jobs.ensure('delivery', this.#due);
  }

  /** Writes down what is only in memory. */
  keep(): void {
    for (const { quarter, kind, n } of this.#counted) {
      this.#host.sql('INSERT INTO delivery (quarter, kind, n) VALUES (?, ?, ?) ON CONFLICT (quarter, kind) DO UPDATE SET n = n + excluded.n', quarter, kind, n);
    }
    this.#counted = [];
  }

  /** The job `delivery`, and once a day: brings all that is written up to date, a step at a time. */
  tally(): void {
    this.keep();
    // One that was overdue ran before its time: what is counted from now on needs another.
    this.#due = 0;
    const { n: last } = this.#tallied();
    const upTo = this.#host.sql<{ n: number | null }>('SELECT max(n) AS n FROM (SELECT n FROM message WHERE n > ? ORDER BY n LIMIT ?)', last, TAKEN_AT_ONCE)[0]!.n;
    if (upTo === null) return;
    this.#host.sql(
      `INSERT INTO delivery (quarter, kind, n) SELECT at / ${QUARTER_MS}, 'acked', count(*) FROM message WHERE n > ? AND n <= ? AND by <> 'brand' GROUP BY 1
       ON CONFLICT (quarter, kind) DO UPDATE SET n = n + excluded.n`, last, upTo);
    this.#host.sql('UPDATE tally SET n = ?', upTo);
    this.#goOn();
  }

  #tallied(): { n: number; since: Time } {
    return this.#host.sql<{ n: number; since: Time }>('SELECT n, since FROM tally')[0]!;
  }

  #goOn(): void {
    if (this.#host.full) return;
    const newest = this.#host.sql<{ n: number | null }>('SELECT max(n) AS n FROM message')[0]!.n ?? 0;
    if (newest - this.#tallied().n > TAKEN_AT_ONCE) this.#jobs.ensure('delivery', this.#host.now() + REST_MS);
  }

  /** Of the quarters of an hour that begin in this stretch; `pending` as it is now. */
  figures(from: Time, to: Time): Delivery {
    this.#goOn();
    const [first, last] = [Math.ceil(from / QUARTER_MS), Math.ceil(to / QUARTER_MS)];
    const { n, since } = this.#tallied();
    const rows = [
      ...this.#host.sql<{ kind: Kind; n: number }>('SELECT kind, sum(n) AS n FROM delivery WHERE quarter >= ? AND quarter < ? GROUP BY kind', first, last),
      ...this.#host.sql<{ kind: Kind; n: number }>(
        "SELECT 'acked' AS kind, count(*) AS n FROM message WHERE n > ? AND by <> 'brand' AND at >= ? AND at < ?", n, first * QUARTER_MS, last * QUARTER_MS),
      ...this.#counted.filter(({ quarter }) => quarter >= first && quarter < last),
    ];
    const of = (kind: Kind) => rows.reduce((sum, each) => sum + (each.kind === kind ? each.n : 0), 0);
    return { since: Math.max(from, since), acked: of('acked'), duplicates: of('duplicates'), refused: of('refused'), retried: of('retried'), pending: this.#waiting() };
  }

  #waiting(): number {
    const since = this.#host.now() - PENDING_MS;
    for (const [id, at] of this.#pending) if (at < since) this.#pending.delete(id);
    return this.#pending.size;
  }
}
