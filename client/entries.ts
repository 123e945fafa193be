/** Pure: what happened to the threads held, and what came, give what is held now. */
import type { Entry, Id, Seq } from '../protocol/messages.ts';
import { KEPT_MESSAGES } from './rows.ts';
import { type AnyThread, type Held, newestOf } from './thread.ts';

/** Behind one message: as many as a server tells of one stretch. Beyond it somebody is writing a book between two messages. */
export const ENTRIES_BETWEEN = 500;

export interface Entries {
  now: ReadonlyMap<Id, readonly Entry[]>;
  /** Not held any more, or not taken. */
  gone: readonly Entry[];
}

/**
 * They stay as long as the message that they stand behind would: the newest ones, and those of the stretch that was read. Others come again with their page.
 * @param set any rows; those that are no entries are passed over
 * @param threads the threads held: with its thread, whatever happened to it goes
 */
export function takeEntries(held: ReadonlyMap<Id, readonly Entry[]>, set: readonly { kind: string }[], threads: ReadonlyMap<Id, Held<AnyThread>>): Entries {
  const now = new Map([...held].filter(([thread]) => threads.has(thread)));
  const gone: Entry[] = [];
  const came = new Set<Id>();
  for (const row of set) {
    // A message that comes pushes out what stands far above it.
    if (isMessage(row) && now.has(row.thread)) came.add(row.thread);
    if (!isEntry(row)) continue;
    if (!threads.has(row.thread)) gone.push(row);
    // They never change: the first to come is as good as any.
    else if (!now.get(row.thread)?.some(({ id }) => id === row.id)) {
      now.set(row.thread, [...now.get(row.thread) ?? [], row]);
      came.add(row.thread);
    }
  }
  let hasChanged = now.size !== held.size;
  for (const thread of came) {
    const all = now.get(thread)!;
    const stays = keep(all.toSorted(inOrder), floorOf(threads.get(thread)!));
    if (stays.length < all.length) gone.push(...all.filter((entry) => !stays.includes(entry)));
    if (stays.length === held.get(thread)?.length && stays.every((entry, n) => entry === held.get(thread)![n])) continue;
    now.set(thread, stays);
    hasChanged = true;
  }
  return { now: hasChanged ? now : held, gone };
}

/** The first place where one still stands. */
function floorOf(held: Held<AnyThread>): Seq {
  return Math.min(held.messages[0]?.seq ?? Infinity, newestOf(held) - KEPT_MESSAGES + 1);
}

/** @param entries in the order of the log */
function keep(entries: readonly Entry[], floor: Seq): Entry[] {
  const stays: Entry[] = [];
  let behind: Seq | undefined;
  let room = 0;
  for (const entry of entries.toReversed()) {
    if (entry.after < floor) break;
    if (entry.after !== behind) room = ENTRIES_BETWEEN;
    behind = entry.after;
    if (room-- > 0) stays.push(entry);
  }
  return stays.reverse();
}

const isEntry = (row: { kind: string }): row is Entry => row.kind === 'entry';
const isMessage = (row: { kind: string }): row is { kind: string; thread: Id } => row.kind === 'message';
const inOrder = (a: Entry, b: Entry): number => a.after - b.after || a.at - b.at || a.rev - b.rev;
