/** What happens to a thread besides its messages, and what the team says to itself about it (rule D10). An entry never changes. */
import type { Entry, EntryKind, EntryReason, Id, Rev, Score, Seq, Time } from '../protocol/messages.ts';
import type { Change } from './change.ts';
import type { Host } from './host.ts';

/** Read at a time while nobody knows how many are new. */
const ENTRIES_AT_ONCE = 20;
/** Of one stretch of a thread the newest: beyond it somebody is writing a book between two messages. */
const ENTRIES_OF_PAGE = 500;
/** Of all entries of one answer, in characters of their texts. */
const ENTRIES_CHARS = 300_000;

/** How the ids of the server's own entries begin: one that a client had taken for a note could not be written any more. */
const OURS = 'entry.';
export const isOurs = (id: Id): boolean => id.startsWith(OURS);

interface EntryRow {
  n: number; thread: Id; id: Id; what: EntryKind; by_agent: Id | null; to_agent: Id | null; reason: EntryReason | null; after: Seq;
  until: Time | null; text: string | null; mentions: string | null; score: Score | null; amount: number | null; currency: string | null;
  at: Time; rev: Rev;
}

const COLUMNS = 'thread, id, what, by_agent, to_agent, reason, after, until, text, mentions, score, amount, currency, at, rev';
const ENTRY = `SELECT n, ${COLUMNS} FROM entry`;

/** What happened; the rest (place, time, `rev`, and an id where it has none of its own) is written with it. */
export type Happening = Omit<Entry, 'kind' | 'thread' | 'id' | 'rev' | 'at' | 'after'> & { id?: Id };

/**
 * Writes it down behind the newest message of the thread, and has the agents told.
 * @param thread as it stands: its `seq` is the place
 */
export function writeEntry(change: Change, thread: { id: Id; seq: Seq }, { id, ...happening }: Happening): Entry {
  const { host, rev } = change;
  const entry: Entry = {
    kind: 'entry', thread: thread.id, id: id ?? `${OURS}${rev}.${change.entries.length}`, rev, at: host.now(), after: thread.seq, ...happening,
  };
  host.sql(
    `INSERT INTO entry (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    entry.thread, entry.id, entry.what, entry.by ?? null, entry.to ?? null, entry.reason ?? null, entry.after, entry.until ?? null,
    entry.text ?? null, entry.mentions?.length ? JSON.stringify(entry.mentions) : null, entry.score ?? null, entry.amount ?? null,
    entry.currency ?? null, entry.at, rev);
  change.entries.push(entry);
  return entry;
}

/**
 * Those of a stretch of a thread, the oldest first: behind the messages from `first` up to, and not including, `before`.
 * @param first 0 for the beginning of the thread, where something may stand before any message
 */
export function entriesOf(host: Host, thread: Id, first: Seq, before: Seq = Number.MAX_SAFE_INTEGER): Entry[] {
  let room = ENTRIES_CHARS;
  return host.sql<EntryRow>(
    `${ENTRY} WHERE thread = ? AND after >= ? AND after < ? ORDER BY after DESC, n DESC LIMIT ?`, thread, first, before, ENTRIES_OF_PAGE)
    .filter(({ text }) => (room -= text?.length ?? 0) >= 0).reverse().map(toEntry);
}

/** Everything, however much: for an export. */
export function allEntriesOf(host: Host, thread: Id): Entry[] {
  return host.sql<EntryRow>(`${ENTRY} WHERE thread = ? ORDER BY after, n`, thread).map(toEntry);
}

/**
 * Those that are newer than `since`, the oldest first. Walks down from the last one written, as `messagesSince` does.
 * @returns nothing when they are more than `most`, or too long: then a client needs a fresh start, for entries leave no hole by which it could see that one is missing
 */
export function entriesSince(host: Host, since: Rev, most: number): Entry[] | undefined {
  const found: Entry[] = [];
  let room = ENTRIES_CHARS;
  for (let next = Number.MAX_SAFE_INTEGER; ;) {
    const some = host.sql<EntryRow>(`${ENTRY} WHERE n < ? ORDER BY n DESC LIMIT ${ENTRIES_AT_ONCE}`, next);
    for (const row of some) {
      if (row.rev <= since) return found.reverse();
      if (found.push(toEntry(row)) > most || (room -= row.text?.length ?? 0) < 0) return undefined;
      next = row.n;
    }
    if (some.length < ENTRIES_AT_ONCE) return found.reverse();
  }
}

/** The note, or another entry, that already has this id in this thread. */
export function entryWith(host: Host, thread: Id, id: Id): Entry | undefined {
  return host.sql<EntryRow>(`${ENTRY} WHERE thread = ? AND id = ?`, thread, id).map(toEntry)[0];
}

function toEntry(row: EntryRow): Entry {
  return {
    kind: 'entry', thread: row.thread, id: row.id, rev: row.rev, at: row.at, after: row.after, what: row.what,
    ...(row.by_agent !== null ? { by: row.by_agent } : {}),
    ...(row.to_agent !== null ? { to: row.to_agent } : {}),
    ...(row.reason !== null ? { reason: row.reason } : {}),
    ...(row.until !== null ? { until: row.until } : {}),
    ...(row.text !== null ? { text: row.text } : {}),
    ...(row.mentions !== null ? { mentions: JSON.parse(row.mentions) as Id[] } : {}),
    ...(row.score !== null ? { score: row.score } : {}),
    ...(row.amount !== null ? { amount: row.amount } : {}),
    ...(row.currency !== null ? { currency: row.currency } : {}),
  };
}
