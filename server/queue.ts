/** The queue is handed out in the same change that let it move, so that nothing waits while a slot is free (rules D3 and D6). */
import type { Id } from '../protocol/messages.ts';
import type { Desk } from '../protocol/settings.ts';
import type { Brand } from './brand.ts';
import { retellBrand } from './brand-row.ts';
import type { Change } from './change.ts';
import { afterDismissal, afterRouting } from './desk.ts';
import { type Candidate, route } from './routing.ts';
import { fallbackMs, stand, unhandledSince, watchFallback } from './standing.ts';
import { standingOf } from './threads.ts';

/** A thread that nobody else could take is tried whenever the queue moves; this is only so that it is not forgotten if it never does. */
const STUCK_MS = 24 * 3_600_000;

export function handOut(brand: Brand, change: Change): void {
  const seats = brand.presence.seats();
  const free = seats.reduce((sum, { slots, active }) => sum + Math.max(0, slots - active), 0);
  if (free === 0) return;
  const stuck = unhandled(brand);
  const now = brand.host.now();
  for (const { thread: id, agent } of route(seats, [...waiting(brand, free + stuck.length), ...stuck], now)) {
    const thread = brand.threads.find(id)!;
    brand.jobs.cancel('stuck', id);
    stand(brand, change, thread, afterRouting(standingOf(thread), agent, now));
  }
}

function waiting(brand: Brand, most: number): Candidate[] {
  return brand.host.sql<{ id: Id; since: number; lastAgent: Id | null }>(
    `SELECT id, coalesce(waiting, held, at) AS since, last_agent AS lastAgent FROM thread INDEXED BY thread_queue WHERE state = 'waiting' ORDER BY since, id LIMIT ?`, most)
    .map(({ id, since, lastAgent }) => ({ thread: id, since, ...(lastAgent ? { givenBackBy: lastAgent } : {}) }));
}

/** Those whose agent has not handled them for so long that anybody else may have them. */
function unhandled(brand: Brand): Candidate[] {
  return brand.host.sql<{ arg: Id }>("SELECT arg FROM job WHERE kind = 'stuck'").flatMap(({ arg }) => {
    const thread = brand.threads.find(arg);
    const since = thread ? unhandledSince(standingOf(thread)) : null;
    if (since !== null && since + fallbackMs(brand) <= brand.host.now()) return { thread: arg, since, holder: thread!.agent! };
    brand.jobs.cancel('stuck', arg);
    return [];
  });
}

/** The job behind D6. */
export function fallBack(brand: Brand, change: Change, id: Id): void {
  const thread = brand.threads.find(id);
  if (!thread) return;
  const standing = standingOf(thread);
  const since = unhandledSince(standing);
  if (since === null) return;
  // It was answered meanwhile, or somebody else has it since.
  if (since + fallbackMs(brand) > brand.host.now()) return watchFallback(brand, id, standing);
  brand.jobs.schedule('stuck', brand.host.now() + STUCK_MS, id);
  change.desk = true;
}

/** The brand has changed how threads are handed out. */
export function resettle(brand: Brand, change: Change, before: Desk): void {
  const { slots, fallbackHours, overdueHours, survey } = brand.settings.desk;
  if (slots !== before.slots || survey !== before.survey) retellBrand(brand, change);
  if (slots !== before.slots) brand.agents.retell(change);
  if (overdueHours !== before.overdueHours) brand.threads.retell(change);
  if (fallbackHours === before.fallbackHours) return;
  for (const thread of brand.threads.rows("thread.state = 'assigned' AND thread.waiting IS NOT NULL")) watchFallback(brand, thread.id, standingOf(thread));
}

/** She has left the team: what she had goes back to the queue. */
export function letGo(brand: Brand, change: Change, agent: Id): void {
  const now = brand.host.now();
  for (const thread of brand.threads.rows("thread.agent = ? AND thread.state IN ('assigned', 'snoozed')", agent)) {
    stand(brand, change, thread, afterDismissal(standingOf(thread), now));
  }
}

/** A visitor is about to be erased, with her threads: whoever has them has them no more. */
export function forget(brand: Brand, change: Change, visitor: Id): void {
  for (const { id, state, agent } of brand.threads.rows('thread.visitor = ?', visitor)) {
    if (state === 'assigned' && agent) change.counts.add(agent);
    for (const kind of ['snooze', 'fallback', 'stuck']) brand.jobs.cancel(kind, id);
  }
  change.desk = true;
}
