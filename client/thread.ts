/** Pure: a thread as it is held, and what happened, give the thread as it is held now. */
import type { Id, Marks, Message, Seq } from '../protocol/messages.ts';

/** What the rows of both faces have in common. */
export interface AnyThread {
  kind: 'thread'; id: Id; rev: number; seq: Seq; at: number; visitor: Marks; team: Marks;
}
export type Side = 'visitor' | 'team';

/** A thread on this device. `messages` is one stretch without holes that ends at the newest one known. */
export interface Held<ThreadRow> {
  row: ThreadRow | undefined;
  messages: Message[];
  /** The server has older ones. */
  more: boolean;
  /** Somebody at the other end is writing; cleared by time or by what they wrote. */
  typing: { name?: string | undefined; agent?: Id | undefined } | undefined;
  /** Came before what stands in front of them: not shown until a page has filled the hole. */
  ahead: Message[];
  /** The server has said that nothing is older, whatever the numbers say. */
  first: boolean;
}

export const NOTHING: Held<never> = { row: undefined, messages: [], more: false, typing: undefined, ahead: [], first: false };

/** Takes a row and messages that came by `changed` or `ok`, in any order, some of them known already. */
export function take<T extends AnyThread>(held: Held<T>, row: T | undefined, came: Message[]): Held<T> {
  const runs = inRuns([...held.messages, ...held.ahead, ...came]);
  const last = held.messages.at(-1)?.seq;
  const at = last ? runs.findIndex((run) => run.some(({ seq }) => seq === last)) : runs.length - 1;
  const wrote = came.some(({ seq, by }) => seq > (last ?? 0) && by !== 'brand');
  return finished({
    ...held, row: row && row.rev >= (held.row?.rev ?? 0) ? row : held.row,
    messages: runs[at] ?? [], ahead: runs.slice(at + 1).flat(), typing: wrote ? undefined : held.typing,
  });
}

/**
 * Takes a page of history. It goes in front of what is held, or into the hole. Where the hole is larger than the page,
 * what lies before it is let go, so that the stretch again ends at the newest.
 */
export function takePage<T extends AnyThread>(held: Held<T>, rows: Message[], more: boolean): Held<T> {
  const joined = take(held, undefined, rows);
  const stretch = joined.ahead.length ? { ...joined, messages: inRuns(joined.ahead).at(-1)!, ahead: [], first: false } : joined;
  const oldest = stretch.messages[0]?.seq;
  return finished({ ...stretch, first: stretch.first || (!more && (oldest === undefined || !rows.length || oldest === rows[0]!.seq)) });
}

/** Before which `seq` a page must be pulled: there is a hole, or nothing is held yet. */
export function hole<T extends AnyThread>({ row, messages, ahead }: Held<T>): Seq | undefined {
  return ahead[0]?.seq ?? (row && row.seq > (messages.at(-1)?.seq ?? 0) ? row.seq + 1 : undefined);
}

/** Watermarks that this side knows better than the server, because it has not been able to say so yet. */
export function mark<T extends AnyThread>(held: Held<T>, side: Side, seen: Seq): Held<T> {
  if (!held.row || held.row[side].seen >= seen) return held;
  return { ...held, row: { ...held.row, [side]: { got: Math.max(held.row[side].got, seen), seen } } };
}

/** `seq` of the newest message that there is, held or not. */
export const newestOf = ({ row, messages }: Held<AnyThread>): Seq => Math.max(row?.seq ?? 0, messages.at(-1)?.seq ?? 0);

/** How far one's own message has come. */
export function fateOf(message: Message, row: AnyThread | undefined): 'sent' | 'delivered' | 'seen' {
  const { got = 0, seen = 0 } = row?.[sideOf(message) === 'visitor' ? 'team' : 'visitor'] ?? {};
  return seen >= message.seq ? 'seen' : got >= message.seq ? 'delivered' : 'sent';
}

/** How many messages of the other side this side has not seen, among those held. */
export function unread(held: Held<AnyThread>, side: Side): number {
  const seen = held.row?.[side].seen ?? 0;
  return held.messages.filter((message) => message.seq > seen && sideOf(message) !== side).length;
}

/** The messages held that are not in this set, the oldest first. */
export function notAmong(set: { id: Id }[], threads: Iterable<Held<AnyThread>>): Message[] {
  const there = new Set(set.map(({ id }) => id));
  return [...threads].flatMap(({ messages }) => messages).filter(({ id }) => !there.has(id)).sort((a, b) => a.at - b.at);
}

/** The brand's own words are the team's. */
export const sideOf = ({ by }: Message): Side => by === 'visitor' ? 'visitor' : 'team';

function finished<T extends AnyThread>(held: Held<T>): Held<T> {
  const oldest = held.messages[0]?.seq ?? (held.row?.seq ?? 0) + 1;
  return { ...held, more: !held.first && oldest > 1 };
}

/** Each `seq` once (the later change wins), split where one is missing. */
function inRuns(messages: Message[]): Message[][] {
  const bySeq = new Map<Seq, Message>();
  for (const message of messages) {
    const known = bySeq.get(message.seq);
    if (!known || message.rev >= known.rev) bySeq.set(message.seq, message);
  }
  const runs: Message[][] = [];
  for (const message of [...bySeq.values()].sort((a, b) => a.seq - b.seq)) {
    const run = runs.at(-1);
    if (run && run.at(-1)!.seq === message.seq - 1) run.push(message);
    else runs.push([message]);
  }
  return runs;
}
