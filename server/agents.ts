/** Colleagues, and what they have done already: an act is done once, however often its frame arrives. */
import type { Agent, AgentRole, AgentStatus, Id, Rev, Time } from '../protocol/messages.ts';
import type { Change } from './change.ts';
import type { Host } from './host.ts';

interface AgentRow { id: Id; email: string; name: string; role: AgentRole; status: AgentStatus; gone: number; rev: Rev }

export interface Hire { id: Id; email: string; name: string; role: AgentRole; /** As `password.ts` stores it. */ password: string }

export class Agents {
  readonly #host: Host;
  constructor(host: Host) {
    this.#host = host;
  }

  all(): Agent[] {
    return this.#host.sql<AgentRow>('SELECT id, email, name, role, status, gone, rev FROM agent ORDER BY created').map(toAgent);
  }

  find(id: Id): Agent | undefined {
    return this.#host.sql<AgentRow>('SELECT id, email, name, role, status, gone, rev FROM agent WHERE id = ?', id).map(toAgent)[0];
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
  }

  dismiss(change: Change, id: Id): void {
    this.#host.sql('UPDATE agent SET gone = 1, rev = ? WHERE id = ?', change.rev, id);
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

const toAgent = (row: AgentRow): Agent => ({
  kind: 'agent', id: row.id, rev: row.rev, name: row.name, email: row.email, role: row.role, status: row.status, slots: 3, active: 0,
  ...(row.gone ? { left: true as const } : {}),
});
