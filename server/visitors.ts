/** Visitors, the tokens of their devices, and what is known of them. People who say nothing leave no row. */
import type { EventData, Id, Page, Rev, Time, Visitor } from '../protocol/messages.ts';
import type { Change } from './change.ts';
import type { Host, VisitorWho } from './host.ts';

/** A device that was silent for a year is a stranger again. */
const TOKEN_MS = 365 * 24 * 3_600_000;
/** Writing down each use would be a write a page view. */
const TOKEN_USE_MS = 24 * 3_600_000;
const EVENTS_SHOWN = 20;
/** Of the events of one row, in characters of JSON, but the newest however long: hundreds of such rows come to an inbox at once. */
const EVENTS_CHARS = 4_000;
const EVENTS_KEPT = 500;

interface VisitorRow {
  id: Id; subject: string | null; verified: number; name: string | null; email: string | null; lang: string | null;
  zone: string | null; device: string | null; page: string | null; blocked: number; created: Time; at: Time; rev: Rev;
}

export class Visitors {
  readonly #host: Host;
  constructor(host: Host) {
    this.#host = host;
  }

  /** Who a token is. A never-seen token has an id all the same, made from its hash, and no row yet. */
  admit(token: string): { visitor: Id } | 'erased' {
    if (this.isErased(token)) return 'erased';
    const now = this.#host.now();
    const known = this.#host.sql<{ visitor: Id; used: Time }>('SELECT visitor, used FROM token WHERE hash = ?', token)[0];
    if (!known) return { visitor: token.slice(0, 32) };
    // Its row stays: forgotten altogether it would be a stranger's token, whose visitor id is made from it, and hers again.
    if (now - known.used > TOKEN_MS) return 'erased';
    if (now - known.used > TOKEN_USE_MS) this.#host.sql('UPDATE token SET used = ? WHERE hash = ?', now, token);
    return { visitor: known.visitor };
  }

  isErased(token: string): boolean {
    return this.#host.sql('SELECT 1 AS yes FROM erased WHERE hash = ?', token).length > 0;
  }

  exists(id: Id): boolean {
    return this.#host.sql('SELECT 1 AS yes FROM visitor WHERE id = ?', id).length > 0;
  }

  find(id: Id): Visitor | undefined {
    const row = this.#host.sql<VisitorRow>('SELECT * FROM visitor WHERE id = ?', id)[0];
    return row && this.#toVisitor(row);
  }

  changedSince(since: Rev, limit: number): Visitor[] {
    return this.#host.sql<VisitorRow>('SELECT * FROM visitor WHERE rev > ? ORDER BY rev LIMIT ?', since, limit)
      .map((row) => this.#toVisitor(row));
  }

  goneSince(since: Rev): { id: Id; rev: Rev }[] {
    return this.#host.sql<{ id: Id; rev: Rev }>('SELECT visitor AS id, rev FROM gone WHERE rev > ? ORDER BY rev', since);
  }

  /** Makes her row, and binds the token of this device to it, at her first word. */
  meet(change: Change, who: VisitorWho): void {
    const now = this.#host.now();
    this.#host.sql(
      'INSERT INTO visitor (id, lang, zone, device, page, created, at, rev) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
      who.visitor, who.lang ?? null, who.zone ?? null, who.device ?? null, who.page ? JSON.stringify(who.page) : null, now, now, change.rev);
    this.#host.sql(
      'INSERT INTO token VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET visitor = excluded.visitor', who.token, who.visitor, now, now);
    change.visitors.add(who.visitor);
  }

  /** She is on a page now. */
  greet(change: Change, who: VisitorWho): void {
    this.#host.sql(
      'UPDATE visitor SET lang = coalesce(?, lang), zone = coalesce(?, zone), device = coalesce(?, device), page = coalesce(?, page), at = ?, rev = ? WHERE id = ?',
      who.lang ?? null, who.zone ?? null, who.device ?? null, who.page ? JSON.stringify(who.page) : null,
      this.#host.now(), change.rev, who.visitor);
    change.visitors.add(who.visitor);
  }

  /** What she, or the page, says of herself. What a signature has proved stays as it is. */
  label(change: Change, id: Id, name: string | undefined, email: string | undefined): void {
    this.#host.sql(
      'UPDATE visitor SET name = CASE WHEN ? IS NULL THEN name ELSE nullif(?, \'\') END, email = CASE WHEN ? IS NULL THEN email ELSE nullif(?, \'\') END, rev = ? WHERE id = ? AND verified = 0',
      name ?? null, name ?? null, email ?? null, email ?? null, change.rev, id);
    change.visitors.add(id);
  }

  /** @returns whether it is new */
  track(change: Change, id: Id, event: { id: Id; name: string; data?: EventData }): boolean {
    const added = this.#host.sql(
      'INSERT INTO event VALUES (?, ?, ?, ?, ?) ON CONFLICT (visitor, id) DO NOTHING RETURNING 1 AS added',
      id, event.id, event.name, event.data ? JSON.stringify(event.data) : null, this.#host.now());
    if (!added.length) return false;
    this.#host.sql(
      'DELETE FROM event WHERE visitor = ? AND at < (SELECT at FROM event WHERE visitor = ? ORDER BY at DESC LIMIT 1 OFFSET ?)',
      id, id, EVENTS_KEPT);
    this.#host.sql('UPDATE visitor SET rev = ? WHERE id = ?', change.rev, id);
    change.visitors.add(id);
    return true;
  }

  tracked(id: Id, event: Id): boolean {
    return this.#host.sql('SELECT 1 AS yes FROM event WHERE visitor = ? AND id = ?', id, event).length > 0;
  }

  /** May she write? */
  isBlocked(id: Id): boolean {
    return this.#host.sql('SELECT 1 AS yes FROM visitor WHERE id = ? AND blocked = 1', id).length > 0;
  }

  block(change: Change, id: Id, on: boolean): void {
    this.#host.sql('UPDATE visitor SET blocked = ?, rev = ? WHERE id = ?', on ? 1 : 0, change.rev, id);
    change.visitors.add(id);
  }

  left(change: Change, id: Id): void {
    this.#host.sql('UPDATE visitor SET at = ?, rev = ? WHERE id = ?', this.#host.now(), change.rev, id);
    change.visitors.add(id);
  }

  bySubject(subject: string): Id | undefined {
    return this.#host.sql<{ id: Id }>('SELECT id FROM visitor WHERE subject = ?', subject)[0]?.id;
  }

  prove(change: Change, id: Id, person: { subject: string; name?: string; email?: string }): void {
    this.#host.sql(
      'UPDATE visitor SET subject = ?, verified = 1, name = coalesce(?, name), email = coalesce(?, email), rev = ? WHERE id = ?',
      person.subject, person.name ?? null, person.email ?? null, change.rev, id);
    change.visitors.add(id);
  }

  /** `from` becomes `to`: her tokens, events and orders move; the caller has moved her threads. Who was blocked stays so under every name. */
  merge(change: Change, from: Id, to: Id): void {
    this.#host.sql('UPDATE token SET visitor = ? WHERE visitor = ?', to, from);
    this.#host.sql('INSERT INTO event SELECT ?, id, name, data, at FROM event WHERE visitor = ? ON CONFLICT (visitor, id) DO NOTHING', to, from);
    this.#host.sql('UPDATE conversion SET visitor = ? WHERE visitor = ?', to, from);
    this.#host.sql('UPDATE visitor SET blocked = 1 WHERE id = ? AND (SELECT blocked FROM visitor WHERE id = ?) = 1', to, from);
    this.#host.sql('DELETE FROM visitor WHERE id = ?', from);
    this.#host.sql('INSERT INTO gone VALUES (?, ?) ON CONFLICT (visitor) DO UPDATE SET rev = excluded.rev', from, change.rev);
    change.gone.add(from);
    change.visitors.add(to);
  }

  /** Final: her rows go, and her tokens are remembered only to be refused. */
  erase(change: Change, id: Id): void {
    this.#host.sql('INSERT INTO erased SELECT hash, ? FROM token WHERE visitor = ? ON CONFLICT (hash) DO NOTHING', this.#host.now(), id);
    // Her id too: a backup may be older than any token she had in the end.
    this.#host.sql('INSERT INTO erased VALUES (?, ?) ON CONFLICT (hash) DO NOTHING', id, this.#host.now());
    this.#host.sql('DELETE FROM visitor WHERE id = ?', id);
    this.#host.sql('INSERT INTO gone VALUES (?, ?) ON CONFLICT (visitor) DO UPDATE SET rev = excluded.rev', id, change.rev);
    change.gone.add(id);
    this.#host.scrub();
  }

  search(query: { id?: Id; email?: string; subject?: string }): Visitor[] {
    return this.#host.sql<VisitorRow>(
      'SELECT * FROM visitor WHERE id = ? OR lower(email) = lower(?) OR subject = ? ORDER BY at DESC LIMIT 100',
      query.id ?? null, query.email ?? null, query.subject ?? null).map((row) => this.#toVisitor(row));
  }

  /** What her pages reported, the newest first. */
  events(id: Id, most: number): NonNullable<Visitor['events']> {
    return this.#host.sql<{ name: string; data: string | null; at: Time }>(
      'SELECT name, data, at FROM event WHERE visitor = ? ORDER BY at DESC LIMIT ?', id, most)
      .map(({ name, data, at }) => ({ name, at, ...(data ? { data: JSON.parse(data) as EventData } : {}) }));
  }

  #toVisitor(row: VisitorRow): Visitor {
    let room = EVENTS_CHARS;
    const events = this.events(row.id, EVENTS_SHOWN).filter((event, at) => (room -= JSON.stringify(event).length) > 0 || at === 0);
    const optional = {
      name: row.name, email: row.email, subject: row.subject, lang: row.lang, zone: row.zone, device: row.device,
      page: row.page ? JSON.parse(row.page) as Page : null,
      events: events.length ? events : null,
      blocked: row.blocked === 1 ? true : null,
    };
    const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null));
    return { kind: 'visitor', id: row.id, rev: row.rev, created: row.created, verified: row.verified === 1, at: row.at, ...present };
  }
}
