/**
 * One row for each episode of a thread, written as it goes: the ledger and the report are read from it. What a row says of
 * its agent is who has it, or had it last.
 */
import type { Id, Time } from '../protocol/messages.ts';
import type { Standing } from './desk.ts';
import type { Host } from './host.ts';

/** What a step means for the episode that the thread is in after it. */
export interface Passage {
  firstReply: Time | null;
  ended: Time | null;
  agent: Id | null;
  prompts: number;
  lapses: number;
  /** Messages that waited for their answer for too long. */
  overdue: number;
}

/** Pure. @returns nothing where the episode goes on as it was */
export function passageOf(before: Standing, after: Standing, at: Time, overdueMs: number): Passage | undefined {
  // A message that nobody answered was handled by the end: late perhaps, but without a reply.
  const isOver = before.waiting !== null && after.waiting === null;
  const isAnswered = isOver && after.state !== 'ended';
  const passage: Passage = {
    firstReply: isAnswered ? at : null,
    ended: after.endedAt,
    agent: after.agent,
    prompts: Math.max(0, after.prompts - before.prompts),
    lapses: Math.max(0, after.lapses - before.lapses),
    overdue: isOver && at - before.waiting! >= overdueMs ? 1 : 0,
  };
  const isNothing = !passage.firstReply && !passage.prompts && !passage.lapses && !passage.overdue
    && before.episode === after.episode && before.endedAt === after.endedAt && before.agent === after.agent;
  return isNothing ? undefined : passage;
}

/** Begins the episode's row, or brings it up to date. A first reply is one to the message that the episode began with. */
export function keepEpisode(host: Host, thread: { id: Id; visitor: Id }, before: Standing, after: Standing, at: Time, overdueMs: number): void {
  const begins = before.episode !== after.episode || before.held === null;
  if (begins) {
    host.sql(
      'INSERT INTO episode (thread, n, began, lang) VALUES (?, ?, ?, (SELECT lang FROM visitor WHERE id = ?)) ON CONFLICT (thread, n) DO NOTHING',
      thread.id, after.episode, after.waiting ?? at, thread.visitor);
  }
  const passage = passageOf(before, after, at, overdueMs);
  if (!passage) return;
  const { firstReply, ended, agent, prompts, lapses, overdue } = passage;
  host.sql(
    `UPDATE episode SET first_reply = CASE WHEN first_reply IS NULL AND began = ? THEN ? ELSE first_reply END, ended = ?,
       agent = coalesce(?, agent), prompts = prompts + ?, lapses = lapses + ?, overdue = overdue + ? WHERE thread = ? AND n = ?`,
    before.waiting, firstReply, ended, agent, prompts, lapses, overdue, thread.id, after.episode);
}

/** When it began. */
export function beganAt(host: Host, thread: Id, episode: number): Time {
  return host.sql<{ began: Time }>('SELECT began FROM episode WHERE thread = ? AND n = ?', thread, episode)[0]?.began ?? 0;
}
