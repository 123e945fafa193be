/** Pure: what happened to the threads held, and what came, give what is held now. */
import type { Entry, Id } from '../protocol/messages.ts';

/**
 * @param set any rows; those that are no entries are passed over
 * @param threads the threads held: with its thread, whatever happened to it goes
 */
export function takeEntries(held: ReadonlyMap<Id, readonly Entry[]>, set: readonly Entry[], threads: ReadonlyMap<Id, unknown>): ReadonlyMap<Id, readonly Entry[]> {
  const now = new Map([...held].filter(([thread]) => threads.has(thread)));
  const came = new Set<Id>();
  for (const row of set) {
    // They never change: the first to come is as good as any.
    if (row.kind !== 'entry' || !threads.has(row.thread) || now.get(row.thread)?.some(({ id }) => id === row.id)) continue;
    now.set(row.thread, [...now.get(row.thread) ?? [], row]);
    came.add(row.thread);
  }
  for (const thread of came) now.set(thread, [...now.get(thread)!].sort(inOrder));
  return came.size || now.size !== held.size ? now : held;
}

const inOrder = (a: Entry, b: Entry): number => a.after - b.after || a.at - b.at || a.rev - b.rev;
