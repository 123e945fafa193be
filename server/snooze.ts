/** The job behind a snooze (rule D5): it takes effect once, because it looks at the row in the change that it makes. */
import type { Id } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import type { Change } from './change.ts';
import { afterTime } from './desk.ts';
import { stand } from './standing.ts';
import { standingOf } from './threads.ts';

/** "Next year on this day", in a leap year too. */
const SNOOZE_MOST_MS = 366 * 24 * 3_600_000;

/** @returns what is wrong with it, for developers */
export function tooFar(until: number, now: number): string | undefined {
  return until - now > SNOOZE_MOST_MS ? 'until: at most 366 days away' : undefined;
}

export function runOut(brand: Brand, change: Change, id: Id): void {
  const thread = brand.threads.find(id);
  if (thread?.state !== 'snoozed' || thread.snooze_until === null) return;
  const now = brand.host.now();
  if (thread.snooze_until > now) return brand.jobs.schedule('snooze', thread.snooze_until, id);
  stand(brand, change, thread, afterTime(standingOf(thread), now));
}
