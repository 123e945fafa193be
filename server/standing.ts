/** What the desk has decided about a thread is written down, with all that hangs on it: its episode, its history, what is due, and who has how many. */
import type { Brand } from './brand.ts';
import type { Change } from './change.ts';
import type { Standing, Step } from './desk.ts';
import { writeEntry } from './entries.ts';
import { keepEpisode } from './episodes.ts';
import { standingOf, type ThreadRow } from './threads.ts';

const HOUR_MS = 3_600_000;

/** Who has it before her. A snoozed thread counts for nobody. */
const holder = ({ state, agent }: Standing) => (state === 'assigned' ? agent : null);

/** @param thread as it was read, and moved by what was appended to it since */
export function stand(brand: Brand, change: Change, thread: ThreadRow, { standing, entries }: Step): void {
  const before = standingOf(thread);
  const at = brand.host.now();
  brand.threads.stand(change, thread, standing);
  keepEpisode(brand.host, thread, before, standing, at, thread.overdueMs);
  for (const entry of entries) writeEntry(change, thread, entry);

  if (standing.snoozeUntil !== null) brand.jobs.schedule('snooze', standing.snoozeUntil, thread.id);
  else if (before.snoozeUntil !== null) brand.jobs.cancel('snooze', thread.id);
  watchFallback(brand, thread.id, standing);

  const [had, has] = [holder(before), holder(standing)];
  if (had !== has) {
    if (had) change.counts.add(had);
    if (has) {
      change.counts.add(has);
      brand.agents.serve(has, at);
    }
  }
  change.desk ||= had !== has || standing.state === 'waiting';
}

/**
 * Since when its agent has kept the visitor waiting, or nothing (rule D6).
 */
export const unhandledSince = ({ state, waiting, held }: Standing) =>
  state === 'assigned' && waiting !== null ? Math.max(waiting, held ?? waiting) : null;

export const fallbackMs = (brand: Brand) => brand.settings.desk.fallbackHours * HOUR_MS;

/** An answer does not take the job away: that would be one more row with every message. It looks when it is due. */
export function watchFallback(brand: Brand, thread: ThreadRow['id'], standing: Standing): void {
  const since = unhandledSince(standing);
  if (since !== null) brand.jobs.ensure('fallback', since + fallbackMs(brand), thread);
}
