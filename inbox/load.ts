/** How many threads an agent holds of how many she may, and what that makes her. */
import type { Agent, DeskThread, Id } from '../protocol/messages.ts';

export type Standing = 'available' | 'full' | 'away' | 'gone';

/** @param isHere her connection stands; one's own always does, as far as she is concerned */
export function standingOf({ status, active, slots }: Agent, isHere: boolean): Standing {
  if (!isHere) return 'gone';
  if (status === 'away') return 'away';
  return active >= slots ? 'full' : 'available';
}

/** With what waits in the outbox: what she has just taken fills a slot at once. */
export function foreseeLoad(agent: Agent, now: Iterable<DeskThread>, told: (thread: Id) => DeskThread | undefined): Agent {
  let active = agent.active;
  const holds = (thread: DeskThread | undefined) => Number(thread?.state === 'assigned' && thread.agent === agent.id);
  for (const thread of now) active += holds(thread) - holds(told(thread.id));
  return active === agent.active ? agent : { ...agent, active: Math.max(0, active) };
}
