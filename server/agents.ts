/** Colleagues, and what they have done already: an act is done once, however often its frame arrives. */
import type { Agent, AgentRole, AgentStatus, Id, Rev, Time } from '../protocol/messages.ts';
import type { Change } from './change.ts';
import type { Host } from './host.ts';
import type { Seat } from './routing.ts';

interface AgentRow { id: Id; email: string; name: string; role: AgentRole; status: AgentStatus; gone: number; rev: Rev; slots: number | null; active: number }

const AGENT = `SELECT id, email, name, role, status, gone, rev, slots, served, seen_at AS seenAt,
  (SELECT count(*) FROM thread WHERE thread.agent = agent.id AND thread.state = 'assigned') AS active FROM agent`;

export interface Hire { id: Id; email: string; name: string; role: AgentRole; /** As `password.ts` stores it. */ password: string }

export class Agents {
  readonly #host: Host;
  readonly #slots: () => number;

  /** @param slots how many threads an agent holds who has no number of her own */
  constructor(host: Host, slots: () => number) {
    this.#host = host;
    this.#slots = slots;
  }

  all(): Agent[] {
    return this.#host.sql<AgentRow>(`${AGENT} ORDER BY created`).map((row) => toAgent(row, this.#slots()));
  }

  find(id: Id): Agent | undefined {
    return this.#host.sql<AgentRow>(`${AGENT} WHERE id = ?`, id).map((row) => toAgent(row, this.#slots()))[0];
  }

  /** Those who want threads, and when each was last known to be here. */
  seats(): (Seat & { seenAt: Time | null })[] {
    return this.#host.sql<AgentRow & { served: Time; seenAt: Time | null }>(`${AGENT} WHERE gone = 0 AND status = 'available'`)
      .map(({ id, slots, active, served, seenAt }) => ({ agent: id, slots: slots ?? this.#slots(), active, served, seenAt }));
  }

  /** Joins the team, or comes back to it with a new password under the same address. */
  hire(change: Change, hire: Hire): Id {
    const row = this.#host.sql<{ id: Id }>(
      `INSERT INTO agent (id, email, name, role, status, password, created, rev) VALUES (?, ?, ?, ?, 'available', ?, ?, ?)
       ON CONFLICT (email) DO UPDATE SET name = excluded.name, role = excluded.role, password = excluded.password, gone = 0, rev = excluded.rev
       RETURNING id`,
      hire.id, hire.email, hire.name, hire.role, hire.password, this.#host.now(), change.rev)[0]!;
    change.agents.add(row.id);
    return row.id;
  }

  rename(change: Change, id: Id, name: string): void {
    this.#host.sql('UPDATE agent SET name = ?, rev = ? WHERE id = ?', name, change.rev, id);
    change.agents.add(id);
  }

  setStatus(change: Change, id: Id, status: AgentStatus): void {
    this.#host.sql('UPDATE agent SET status = ?, rev = ? WHERE id = ?', status, change.rev, id);
    change.agents.add(id);
    change.desk = true;
  }

  /** @param slots how many threads she holds by routing; null: as many as the brand lets everybody */
  setSlots(change: Change, id: Id, slots: number | null): void {
    this.#host.sql('UPDATE agent SET slots = ?, rev = ? WHERE id = ?', slots, change.rev, id);
    change.agents.add(id);
    change.desk = true;
  }

  /** The brand lets everybody hold another number. */
  retell(change: Change): void {
    const told = this.#host.sql<{ id: Id }>('UPDATE agent SET rev = ? WHERE slots IS NULL RETURNING id', change.rev);
    for (const { id } of told) change.agents.add(id);
    change.desk = true;
  }

  /** She has got a thread. */
  serve(id: Id, at: Time): void {
    this.#host.sql('UPDATE agent SET served = ? WHERE id = ?', at, id);
  }

  /** Whoever holds another number of threads now is told with it. */
  recount(change: Change): void {
    for (const id of change.counts) {
      this.#host.sql('UPDATE agent SET rev = ? WHERE id = ?', change.rev, id);
      change.agents.add(id);
    }
  }

  /** She was here until then. */
  left(id: Id, at: Time): void {
    this.#host.sql('UPDATE agent SET seen_at = ? WHERE id = ? AND seen_at < ?', at, id, at);
  }

  /** She is here. Written down only where that is news by more than `everyMs`. */
  seen(id: Id, at: Time, everyMs = 0): void {
    this.#host.sql('UPDATE agent SET seen_at = ? WHERE id = ? AND coalesce(seen_at, 0) <= ?', at, id, at - everyMs);
  }

  dismiss(change: Change, id: Id): void {
    this.#host.sql('UPDATE agent SET gone = 1, seen_at = NULL, rev = ? WHERE id = ?', change.rev, id);
    this.#host.sql('DELETE FROM session WHERE agent = ?', id);
    change.agents.add(id);
  }

  did(agent: Id, id: Id): boolean {
    return this.#host.sql('SELECT 1 AS yes FROM act WHERE agent = ? AND id = ?', agent, id).length > 0;
  }

  /** Was an act with this id done before? Writes it down if not. The same id for another act is a conflict. */
  once(agent: Id, id: Id, what: string, at: Time): 'new' | 'done' | 'conflict' {
    const added = this.#host.sql('INSERT INTO act VALUES (?, ?, ?, ?) ON CONFLICT (agent, id) DO NOTHING RETURNING 1 AS added', agent, id, what, at);
    if (added.length) return 'new';
    const known = this.#host.sql<{ what: string }>('SELECT what FROM act WHERE agent = ? AND id = ?', agent, id)[0]!;
    return known.what === what ? 'done' : 'conflict';
  }
}

const toAgent = (row: AgentRow, slots: number): Agent => ({
  kind: 'agent', id: row.id, rev: row.rev, name: row.name, email: row.email, role: row.role, status: row.status, slots: row.slots ?? slots, active: row.active,
  ...(row.slots !== null ? { own: true as const } : {}),
  ...(row.gone ? { left: true as const } : {}),
});
