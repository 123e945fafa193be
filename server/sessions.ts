/** Agents' sessions: a secret in a cookie, its hash in the brand's database. */
import type { AgentRole, Id, Time } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import type { Host } from './host.ts';

const HOUR_MS = 3_600_000;
/** Not used for this long: somebody may have left a computer open. */
export const SESSION_IDLE_MS = 12 * HOUR_MS;
/** However much it is used. */
export const SESSION_MOST_MS = 7 * 24 * HOUR_MS;
/** Writing down each use would be a write a request. */
const USE_EVERY_MS = 5 * 60_000;
/** More browsers than anybody has; beyond it the oldest is signed out. */
const SESSIONS_MOST = 20;

export interface SignedIn { agent: Id; role: AgentRole; /** The hash. */ session: string }

interface SessionRow { agent: Id; role: AgentRole; created: Time; used: Time }

/** Whose session this is, if it is still good, and notes that it was used. */
export function sessionOf(host: Host, hash: string): SignedIn | undefined {
  const now = host.now();
  const row = host.sql<SessionRow>(
    'SELECT agent, role, session.created, used FROM session JOIN agent ON agent.id = agent WHERE hash = ? AND gone = 0', hash)[0];
  if (!row || now - row.used > SESSION_IDLE_MS || now - row.created > SESSION_MOST_MS) return undefined;
  if (now - row.used > USE_EVERY_MS) host.sql('UPDATE session SET used = ? WHERE hash = ?', now, hash);
  return { agent: row.agent, role: row.role, session: hash };
}

/** Whether the session of an open socket has ended meanwhile, by itself or while the socket was being opened. An open inbox is a used session. */
export const hasRunOut = (host: Host, hash: string): boolean => !sessionOf(host, hash);

/** A new session, never one that was there before the password was given. */
export function openSession(brand: Brand, agent: Id, hash: string): void {
  const now = brand.host.now();
  const old = brand.host.sql<{ hash: string }>(
    'SELECT hash FROM session WHERE used < ? OR created < ?', now - SESSION_IDLE_MS, now - SESSION_MOST_MS);
  const extra = brand.host.sql<{ hash: string }>(
    'SELECT hash FROM session WHERE agent = ? ORDER BY used DESC LIMIT -1 OFFSET ?', agent, SESSIONS_MOST - 1);
  for (const each of [...old, ...extra]) endSession(brand, each.hash);
  brand.host.sql('INSERT INTO session VALUES (?, ?, ?, ?)', hash, agent, now, now);
}

/** The session and everything that came in by it: its socket tickets, its open sockets. */
export function endSession(brand: Brand, hash: string): void {
  brand.host.sql('DELETE FROM session WHERE hash = ?', hash);
  brand.host.sql("DELETE FROM ticket WHERE kind = 'socket' AND holder = ?", hash);
  brand.hangUp(hash);
}

/** All of somebody's, or all but the one she is using. */
export function endSessionsOf(brand: Brand, agent: Id, except?: string): void {
  for (const { hash } of brand.host.sql<{ hash: string }>('SELECT hash FROM session WHERE agent = ?', agent)) {
    if (hash !== except) endSession(brand, hash);
  }
}
