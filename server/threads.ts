/** Threads and their messages: appending is idempotent by the sender's id, `seq` is given in the same transaction. */
import type { DeskThread, Id, Mark, Marks, Message, Page, Rev, Score, Seq, Thread, ThreadState, Time } from '../protocol/messages.ts';
import type { Desk } from '../protocol/settings.ts';
import type { Change } from './change.ts';
import { FRESH, type Standing } from './desk.ts';
import type { Bind, Host } from './host.ts';
import { surveyOf } from './survey.ts';

const HOUR_MS = 3_600_000;
const PREVIEW_CHARS = 140;
/** Of one page, in characters: six of the longest messages. A short question must not have an answer of megabytes. */
const PAGE_CHARS = 60_000;
/** Rows read at a time while nobody knows how long they are. */
const ROWS_AT_ONCE = 10;

export interface ThreadRow {
  id: Id;
  visitor: Id;
  state: ThreadState;
  agent: Id | null;
  agentName: string | null;
  seq: Seq;
  episode: number;
  created: Time;
  at: Time;
  waiting: Time | null;
  greeted: number;
  answered: Time | null;
  snooze_until: Time | null;
  snooze_keep: number;
  mark: Mark | null;
  prompts: number;
  lapses: number;
  held: Time | null;
  last_agent: Id | null;
  ended_at: Time | null;
  /** JSON */
  tags: string;
  visitor_got: Seq;
  visitor_seen: Seq;
  team_got: Seq;
  team_seen: Seq;
  preview: string;
  preview_by: Message['by'];
  rev: Rev;
  /** Not stored: how long a message may stand unanswered, in milliseconds. */
  overdueMs: number;
  /** Not stored: whether this brand asks how it was. */
  surveys: boolean;
  /** Of its episode: how its visitor rated it, and in which words; and the last rating it has. */
  rating: Score | null;
  words: string | null;
  score: Score | null;
}

interface MessageRow {
  thread: Id; seq: Seq; id: Id; by: Message['by']; agent: Id | null; name: string | null; body: string;
  page: string | null; at: Time; rev: Rev;
}

const THREAD = `SELECT thread.*, agent.name AS agentName, episode.score AS rating, episode.text AS words,
    (SELECT score FROM episode AS rated WHERE rated.thread = thread.id AND score IS NOT NULL ORDER BY n DESC LIMIT 1) AS score
  FROM thread LEFT JOIN agent ON agent.id = thread.agent LEFT JOIN episode ON episode.thread = thread.id AND episode.n = thread.episode`;
const MESSAGE = 'SELECT thread, seq, id, by, agent, name, body, page, at, rev FROM message';

export type Draft = Pick<Message, 'id' | 'by' | 'body'> & { agent?: Id; name?: string; page?: Page };

export class Threads {
  readonly #host: Host;
  readonly #desk: () => Desk;

  /** @param desk how this brand hands threads to people, now */
  constructor(host: Host, desk: () => Desk) {
    this.#host = host;
    this.#desk = desk;
  }

  /** Those of which it is true, as SQL with `?`. */
  rows(where: string, ...params: Bind[]): ThreadRow[] {
    const { overdueHours, survey } = this.#desk();
    return this.#host.sql<ThreadRow>(`${THREAD} WHERE ${where}`, ...params).map((row) => ({ ...row, overdueMs: overdueHours * HOUR_MS, surveys: survey }));
  }

  find(id: Id): ThreadRow | undefined {
    return this.rows('thread.id = ?', id)[0];
  }

  /** A thread of this visitor's, or nothing: not hers and not there are the same to her. */
  of(visitor: Id, id: Id): ThreadRow | undefined {
    const thread = this.find(id);
    return thread?.visitor === visitor ? thread : undefined;
  }

  begin(change: Change, id: Id, visitor: Id): ThreadRow {
    const now = this.#host.now();
    this.#host.sql(
      'INSERT INTO thread (id, visitor, state, created, at, rev) VALUES (?, ?, ?, ?, ?, ?)',
      id, visitor, FRESH.state, now, now, change.rev);
    const thread = this.find(id)!;
    change.threads.set(id, thread);
    return thread;
  }

  /** The message that already has this id in this thread. */
  said(thread: Id, id: Id): Message | undefined {
    const row = this.#host.sql<MessageRow>(`${MESSAGE} WHERE thread = ? AND id = ?`, thread, id)[0];
    return row && toMessage(row);
  }

  /** Adds the message as the thread's next. The caller has checked that its id is new here. */
  append(change: Change, thread: ThreadRow, draft: Draft): Message {
    const at = this.#host.now();
    const seq = thread.seq + 1;
    const { id, by, agent = null, name = null, body } = draft;
    const row: MessageRow = { thread: thread.id, seq, id, by, agent, name, body, page: draft.page ? JSON.stringify(draft.page) : null, at, rev: change.rev };
    this.#host.sql(
      'INSERT INTO message (thread, seq, id, by, agent, name, body, page, at, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      row.thread, row.seq, row.id, row.by, row.agent, row.name, row.body, row.page, row.at, row.rev);
    thread.seq = seq;
    thread.at = at;
    if (draft.by !== 'brand') {
      // An auto-reply is the same every time: what she asked tells an agent more.
      thread.preview = draft.body.slice(0, PREVIEW_CHARS).toWellFormed();
      thread.preview_by = draft.by;
    }
    // Whoever writes has read what stands above.
    if (draft.by === 'visitor') thread.visitor_got = thread.visitor_seen = seq;
    if (draft.by === 'agent') thread.team_got = thread.team_seen = seq;
    const message = toMessage(row);
    change.messages.push(message);
    return message;
  }

  /** Writes what was decided about the thread, and what `append` has moved. What hangs on it besides is `standing.ts`'s. */
  stand(change: Change, thread: ThreadRow, standing: Standing): void {
    const row = { ...thread, ...toRow(standing), rev: change.rev };
    // Most messages leave it where it is: with the agent an index is written, and that would be one more row for each of them.
    const place = thread.state === row.state && thread.agent === row.agent ? [] : [row.state, row.agent];
    this.#host.sql(
      `UPDATE thread SET ${place.length ? 'state = ?, agent = ?, ' : ''}
         episode = ?, waiting = ?, greeted = ?, answered = ?, snooze_until = ?, snooze_keep = ?, mark = ?,
         prompts = ?, lapses = ?, held = ?, last_agent = ?, ended_at = ?, seq = ?, at = ?, preview = ?, preview_by = ?, visitor_got = ?,
         visitor_seen = ?, team_got = ?, team_seen = ?, rev = ? WHERE id = ?`,
      ...place, row.episode, row.waiting, row.greeted, row.answered, row.snooze_until, row.snooze_keep, row.mark,
      row.prompts, row.lapses, row.held, row.last_agent, row.ended_at, row.seq, row.at, row.preview, row.preview_by, row.visitor_got,
      row.visitor_seen, row.team_got, row.team_seen, row.rev, row.id);
    change.threads.set(thread.id, row.agent === thread.agent ? row : { ...row, agentName: this.#nameOf(row.agent) });
  }

  /** Raises a watermark, never lowers it and never beyond the newest message. */
  mark(change: Change, thread: ThreadRow, side: 'visitor' | 'team', mark: keyof Marks, seq: Seq): void {
    const upTo = Math.min(seq, thread.seq);
    const seen = mark === 'seen';
    if (upTo <= (seen ? thread[`${side}_seen`] : thread[`${side}_got`])) return;
    this.#host.sql(
      `UPDATE thread SET ${side}_got = max(${side}_got, ?), ${side}_seen = max(${side}_seen, ?), rev = ? WHERE id = ?`,
      upTo, seen ? upTo : 0, change.rev, thread.id);
    change.threads.set(thread.id, this.find(thread.id)!);
  }

  visitorSpokeAfter(thread: Id, seq: Seq): boolean {
    return this.#host.sql("SELECT 1 AS yes FROM message WHERE thread = ? AND seq > ? AND by = 'visitor' LIMIT 1", thread, seq).length > 0;
  }

  /** When the first of her messages of this episode was said that no agent has answered. @param since its beginning */
  unanswered(thread: Id, since: Time): Time | null {
    return this.#host.sql<{ at: Time | null }>(
      `SELECT min(at) AS at FROM message WHERE thread = ? AND by = 'visitor' AND at >= ?
         AND seq > coalesce((SELECT max(seq) FROM message WHERE thread = ? AND by = 'agent'), 0)`, thread, since, thread)[0]!.at;
  }

  /** At most `n`, fewer where they are long, one at least. */
  page(thread: Id, before: Seq, n: number): { rows: Message[]; more: boolean } {
    const { rows } = this.newest(thread, 0, n, PAGE_CHARS, before);
    return { rows, more: rows.length > 0 && rows[0]!.seq > 1 };
  }

  /**
   * The newest of a thread that changed after `since`, the oldest first: at most `n`, and no more than fit into `chars`,
   * but one at least. Messages never change, so whoever walks down from the end may stop at the first one that is known.
   * @returns `more` when there are others after `since`
   */
  newest(thread: Id, since: Rev, n: number, chars = PAGE_CHARS, before: Seq = Number.MAX_SAFE_INTEGER): { rows: Message[]; more: boolean } {
    const found: MessageRow[] = [];
    let room = chars;
    for (let next = before; ;) {
      const some = this.#host.sql<MessageRow>(`${MESSAGE} WHERE thread = ? AND seq < ? ORDER BY seq DESC LIMIT ${ROWS_AT_ONCE}`, thread, next);
      for (const row of some) {
        const isLate = row.rev <= since;
        room -= row.body.length;
        if (isLate || found.length >= n || (found.length > 0 && room < 0)) return { rows: found.reverse().map(toMessage), more: !isLate };
        found.push(row);
        next = row.seq;
      }
      if (some.length < ROWS_AT_ONCE) return { rows: found.reverse().map(toMessage), more: false };
    }
  }

  visitorThreads(visitor: Id, since: Rev, limit: number): ThreadRow[] {
    return this.rows('thread.visitor = ? AND thread.rev > ? ORDER BY thread.at DESC LIMIT ?', visitor, since, limit);
  }

  /** Her head: every change of a message is a change of its thread. */
  visitorHead(visitor: Id): Rev {
    return this.#host.sql<{ head: Rev | null }>('SELECT max(rev) AS head FROM thread WHERE visitor = ?', visitor)[0]!.head ?? 0;
  }

  /** Everything, however much: for an export. */
  messagesOf(thread: Id): Message[] {
    return this.#host.sql<MessageRow>(`${MESSAGE} WHERE thread = ? ORDER BY seq`, thread).map(toMessage);
  }

  /** Of all threads, the oldest first. Walks down from the last one said, as `newest` does. @returns nothing when they are more than `n`, or more than fit into `chars` */
  messagesSince(since: Rev, n: number, chars: number): Message[] | undefined {
    const found: Message[] = [];
    let room = chars;
    for (let next = Number.MAX_SAFE_INTEGER; ;) {
      const some = this.#host.sql<MessageRow & { n: number }>(`${MESSAGE.replace('SELECT', 'SELECT n,')} WHERE n < ? ORDER BY n DESC LIMIT ${ROWS_AT_ONCE}`, next);
      for (const row of some) {
        if (row.rev <= since) return found.reverse();
        if (found.push(toMessage(row)) > n || (room -= row.body.length) < 0) return undefined;
        next = row.n;
      }
      if (some.length < ROWS_AT_ONCE) return found.reverse();
    }
  }

  changedSince(since: Rev, limit: number): ThreadRow[] {
    return this.rows('thread.rev > ? ORDER BY thread.rev LIMIT ?', since, limit);
  }

  /** Those that stand unanswered are told anew. */
  retell(change: Change): void {
    const told = this.#host.sql<{ id: Id }>('UPDATE thread SET rev = ? WHERE waiting IS NOT NULL RETURNING id', change.rev);
    for (const { id } of told) change.threads.set(id, this.find(id)!);
  }

  hand(change: Change, from: Id, to: Id): void {
    const moved = this.#host.sql<{ id: Id }>('UPDATE thread SET visitor = ?, rev = ? WHERE visitor = ? RETURNING id', to, change.rev, from);
    for (const { id } of moved) change.threads.set(id, this.find(id)!);
  }

  #nameOf(agent: Id | null): string | null {
    return agent === null ? null : this.#host.sql<{ name: string }>('SELECT name FROM agent WHERE id = ?', agent)[0]?.name ?? null;
  }
}

export const standingOf = (row: ThreadRow): Standing => ({
  state: row.state, agent: row.agent, episode: row.episode, waiting: row.waiting, greeted: row.greeted === 1, answered: row.answered,
  snoozeUntil: row.snooze_until, snoozeKeep: row.snooze_keep === 1, mark: row.mark, prompts: row.prompts, lapses: row.lapses,
  held: row.held, lastAgent: row.last_agent, endedAt: row.ended_at,
});

const toRow = (standing: Standing) => ({
  state: standing.state, agent: standing.agent, episode: standing.episode, waiting: standing.waiting, greeted: standing.greeted ? 1 : 0,
  answered: standing.answered, snooze_until: standing.snoozeUntil, snooze_keep: standing.snoozeKeep ? 1 : 0, mark: standing.mark,
  prompts: standing.prompts, lapses: standing.lapses, held: standing.held, last_agent: standing.lastAgent, ended_at: standing.endedAt,
});

export function toThread(row: ThreadRow): Thread {
  const survey = surveyOf(row);
  return {
    kind: 'thread', id: row.id, rev: row.rev, seq: row.seq, at: row.at, ended: row.state === 'ended', episode: row.episode,
    visitor: { got: row.visitor_got, seen: row.visitor_seen },
    team: { got: row.team_got, seen: row.team_seen },
    ...(row.agent && row.agentName ? { agent: { id: row.agent, name: row.agentName } } : {}),
    ...(survey ? { survey } : {}),
  };
}

export function toDeskThread(row: ThreadRow): DeskThread {
  return {
    kind: 'thread', id: row.id, rev: row.rev, seq: row.seq, at: row.at, created: row.created, episode: row.episode,
    visitor: { got: row.visitor_got, seen: row.visitor_seen },
    team: { got: row.team_got, seen: row.team_seen },
    who: row.visitor, state: row.state, preview: row.preview, previewBy: row.preview_by, prompts: row.prompts, lapses: row.lapses,
    tags: JSON.parse(row.tags) as string[],
    ...(row.agent ? { agent: row.agent } : {}),
    ...(row.waiting !== null ? { waiting: row.waiting, due: row.waiting + row.overdueMs } : {}),
    ...(row.snooze_until !== null ? { snooze: { until: row.snooze_until, keep: row.snooze_keep === 1 } } : {}),
    ...(row.mark !== null ? { mark: row.mark } : {}),
    ...(row.score !== null ? { score: row.score } : {}),
  };
}

function toMessage(row: MessageRow): Message {
  return {
    kind: 'message', thread: row.thread, seq: row.seq, id: row.id, by: row.by, body: row.body, at: row.at, rev: row.rev,
    ...(row.agent ? { agent: row.agent } : {}),
    ...(row.name ? { name: row.name } : {}),
    ...(row.page ? { page: JSON.parse(row.page) as Page } : {}),
  };
}

/** What her client is told of a message: where she was when she wrote it concerns the team alone. */
export function forVisitor(message: Message): Message {
  if (!message.page) return message;
  const { page: _, ...told } = message;
  return told;
}
