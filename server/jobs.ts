/** Everything due later: one table, one next wake. A job's row is gone in the same transaction as its effect. */
import type { Time } from '../protocol/messages.ts';
import type { Host } from './host.ts';

/** So that a long list of overdue jobs does not hold up the relaying. */
const JOBS_AT_ONCE = 50;
const RETRY_MS = 30_000;
/** A job that failed this often is left in the table, a day apart, and logged. */
const TRIES_BEFORE_PARKED = 8;
const PARKED_MS = 24 * 3_600_000;

export type Job = { kind: string; arg: string; due: Time };

export class Jobs {
  readonly #host: Host;
  constructor(host: Host) {
    this.#host = host;
  }

  /** One row per kind and arg: scheduling again moves it, and writes nothing where it stands there already. */
  schedule(kind: string, due: Time, arg = ''): void {
    const moved = this.#host.sql(
      'INSERT INTO job (kind, arg, due) VALUES (?, ?, ?) ON CONFLICT (kind, arg) DO UPDATE SET due = excluded.due, tries = 0 WHERE due <> excluded.due OR tries > 0 RETURNING 1 AS moved',
      kind, arg, due);
    if (moved.length) this.rearm();
  }

  /** Schedules unless it already is, then or earlier. */
  ensure(kind: string, due: Time, arg = ''): void {
    const moved = this.#host.sql(
      'INSERT INTO job (kind, arg, due) VALUES (?, ?, ?) ON CONFLICT (kind, arg) DO UPDATE SET due = excluded.due WHERE excluded.due < due RETURNING 1 AS moved',
      kind, arg, due);
    if (moved.length) this.rearm();
  }

  cancel(kind: string, arg = ''): void {
    if (this.#host.sql('DELETE FROM job WHERE kind = ? AND arg = ? RETURNING 1 AS gone', kind, arg).length) this.rearm();
  }

  /** Does what is due, each in its own savepoint: one that throws is tried again later and holds up nobody. */
  run(work: (job: Job) => void): void {
    const now = this.#host.now();
    const due = this.#host.sql<Job & { tries: number }>(
      'SELECT kind, arg, due, tries FROM job WHERE due <= ? ORDER BY due LIMIT ?', now, JOBS_AT_ONCE);
    for (const job of due) {
      try {
        this.#host.transaction(() => {
          this.#host.sql('DELETE FROM job WHERE kind = ? AND arg = ?', job.kind, job.arg);
          work(job);
        });
      } catch (error) {
        const parked = job.tries + 1 >= TRIES_BEFORE_PARKED;
        this.#host.log('job_failed', { kind: job.kind, tries: job.tries + 1, parked, error: (error as Error).name });
        this.#host.sql('UPDATE job SET tries = tries + 1, due = ? WHERE kind = ? AND arg = ?',
          now + (parked ? PARKED_MS : RETRY_MS * 2 ** job.tries), job.kind, job.arg);
      }
    }
    this.rearm();
  }

  rearm(): void {
    this.#host.wakeAt(this.#host.sql<{ due: Time | null }>('SELECT min(due) AS due FROM job')[0]!.due);
  }
}
