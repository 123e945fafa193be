/**
 * Where a thread stood before the last act of an agent in it, so that this can be taken back as if it had not been (rule D4): with
 * whom, under which mark, and since when, for the wait of its visitor goes on (D6). Not told by its history: what was taken back there looks like any act.
 */
import type { Id, Mark, Time } from '../protocol/messages.ts';
import type { Standing } from './desk.ts';
import type { Host } from './host.ts';

export interface Place { state: Standing['state']; agent: Id | null; mark: Mark | null; held: Time | null }

const placeOf = ({ state, agent, mark, held }: Standing): Place => ({ state, agent, mark, held });
/** A mark goes when its agent speaks: that moves nothing. */
const isSame = (a: Place, b: Place): boolean => a.state === b.state && a.agent === b.agent && a.held === b.held;
/** What leads back out of where an act of the same agent has put it: one half of taking that back. */
const LEADS_BACK: Record<string, Standing['state']> = { wake: 'snoozed', reopen: 'ended' };

/** @param type of her act. @param from and where it led */
export function rememberStanding(host: Host, thread: Id, by: Id, type: string, from: Standing, to: Standing): void {
  const half = LEADS_BACK[type] === from.state ? find(host, thread, by, from) : undefined;
  host.sql(
    'INSERT INTO stood VALUES (?, ?, ?, ?) ON CONFLICT (thread) DO UPDATE SET agent = excluded.agent, before = excluded.before, after = excluded.after',
    thread, by, JSON.stringify(half ?? placeOf(from)), JSON.stringify(placeOf(to)));
}

/** It was taken back: nothing is left to be. */
export function forgetStanding(host: Host, thread: Id): void {
  host.sql('DELETE FROM stood WHERE thread = ?', thread);
}

/**
 * @param by who takes an act back, and to whom
 * @param now the thread as it stands
 * @returns nothing where the last act was another's, or it has been moved since, or did not stand there before
 */
export function stoodBefore(host: Host, thread: Id, by: Id, to: Id, now: Standing): Place | undefined {
  const before = find(host, thread, by, now);
  return before?.agent === to ? before : undefined;
}

function find(host: Host, thread: Id, by: Id, now: Standing): Place | undefined {
  const [row] = host.sql<{ agent: Id; before: string; after: string }>('SELECT agent, before, after FROM stood WHERE thread = ?', thread);
  return row?.agent === by && isSame(JSON.parse(row.after), placeOf(now)) ? JSON.parse(row.before) : undefined;
}
