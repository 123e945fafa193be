/** One-time tickets. Taking one is what uses it up. */
import type { AgentRole, Id, Time } from '../../protocol/messages.ts';
import type { Host } from '../host.ts';

const DAY_MS = 24 * 3_600_000;
/** Long enough for a slow phone to open its socket, too short to be passed on. */
const SOCKET_MS = 30_000;
export const INVITE_MS = 7 * DAY_MS;

export interface Invite {
  email: string;
  role: AgentRole;
  due: Time;
  /** The one who comes may say her own address: the link of a first start, printed where only the operator reads. */
  anyEmail: boolean;
}

interface TicketRow { holder: string; data: string | null; due: Time }

// ---- sockets

export function issueSocketTicket(host: Host, hash: string, session: string): void {
  const now = host.now();
  host.sql("DELETE FROM ticket WHERE kind = 'socket' AND due < ?", now);
  host.sql("INSERT INTO ticket VALUES (?, 'socket', ?, NULL, ?)", hash, session, now + SOCKET_MS);
}

/** @returns the hash of the session it was issued to */
export function takeSocketTicket(host: Host, hash: string): string | undefined {
  const row = host.sql<TicketRow>("DELETE FROM ticket WHERE hash = ? AND kind = 'socket' RETURNING holder, data, due", hash)[0];
  return row && row.due >= host.now() ? row.holder : undefined;
}

// ---- invitations

/** A new invitation to the same address takes the place of the old one. */
export function issueInvite(host: Host, hash: string, invite: { email: string; role: AgentRole; anyEmail?: boolean; by?: Id }): Time {
  const due = host.now() + INVITE_MS;
  withdrawInvite(host, invite.email);
  host.sql("INSERT INTO ticket VALUES (?, 'invite', ?, ?, ?)", hash, invite.email,
    JSON.stringify({ role: invite.role, anyEmail: invite.anyEmail ?? false, ...(invite.by ? { by: invite.by } : {}) }), due);
  return due;
}

export function findInvite(host: Host, hash: string): Invite | undefined {
  return host.sql<TicketRow>(
    "SELECT holder, data, due FROM ticket WHERE hash = ? AND kind = 'invite' AND due >= ?", hash, host.now()).map(toInvite)[0];
}

/** Single use: of two who come with it at once, one finds nothing. */
export function takeInvite(host: Host, hash: string): Invite | undefined {
  return host.sql<TicketRow>(
    "DELETE FROM ticket WHERE hash = ? AND kind = 'invite' AND due >= ? RETURNING holder, data, due", hash, host.now()).map(toInvite)[0];
}

export function invites(host: Host): Invite[] {
  return host.sql<TicketRow>(
    "SELECT holder, data, due FROM ticket WHERE kind = 'invite' AND due >= ? ORDER BY due", host.now()).map(toInvite);
}

export function withdrawInvite(host: Host, email: string): boolean {
  return host.sql("DELETE FROM ticket WHERE kind = 'invite' AND holder = ? RETURNING 1 AS gone", email).length > 0;
}

/** Of somebody who leaves: a link that she kept for herself would be a way back in. */
export function withdrawInvitesBy(host: Host, agent: Id): void {
  host.sql("DELETE FROM ticket WHERE kind = 'invite' AND json_extract(data, '$.by') = ?", agent);
}

const toInvite = (row: TicketRow): Invite => {
  const { role, anyEmail } = JSON.parse(row.data!) as { role: AgentRole; anyEmail: boolean };
  return { email: row.holder, role, due: row.due, anyEmail };
};
