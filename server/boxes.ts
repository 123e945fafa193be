/** A window of the agents' list (rule A6), the latest activity first. */
import type { Box, List, Listed } from '../protocol/frames.ts';
import type { Id, ThreadState, Time } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import { whoseOf } from './catchup.ts';
import { type ThreadRow, type Threads, toDeskThread } from './threads.ts';

const OPEN: ThreadState[] = ['waiting', 'assigned', 'snoozed'];
const STATES: Record<Box, ThreadState[]> = { open: OPEN, ended: ['ended'], all: [...OPEN, 'ended'] };

/** @param who of that visitor alone */
export function threadsIn(threads: Threads, box: Box, before: Time, n: number, who?: Id): ThreadRow[] {
  const states = STATES[box];
  // Of one visitor they are few, whatever their state.
  if (who !== undefined) {
    return threads.rows('thread.visitor = ? AND thread.at < ? ORDER BY thread.at DESC', who, before).filter(({ state }) => states.includes(state)).slice(0, n);
  }
  // One by one: of several states at once SQLite would sort every open thread there is, and nothing ends them but people.
  return states.flatMap((state) => threads.rows('thread.state = ? AND thread.at < ? ORDER BY thread.at DESC LIMIT ?', state, before, n))
    .sort((a, b) => b.at - a.at).slice(0, n);
}

export function listed(brand: Brand, { box, before, n, who }: List): Listed {
  const threads = threadsIn(brand.threads, box, before, n + 1, who);
  const shown = threads.slice(0, n);
  return { type: 'listed', box, set: [...whoseOf(brand, shown), ...shown.map(toDeskThread)], more: threads.length > n };
}
