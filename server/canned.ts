/** Words the team says often, with `{visitor}` and `{agent}` in them where a name belongs. The clients fill them in. */
import type { Id } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';

export interface Canned { id: Id; name: string; body: string }

/** By name. */
export function cannedOf({ host }: Brand): Canned[] {
  return host.sql<Canned>('SELECT id, name, body FROM canned ORDER BY name, id');
}

/** These and no others. What is as it was keeps its writer and its time. @param canned each id once */
export function keepCanned({ host }: Brand, agent: Id, canned: Canned[]): void {
  const kept = new Map(host.sql<Canned>('SELECT id, name, body FROM canned').map((each) => [each.id, each]));
  for (const { id, name, body } of canned) {
    const before = kept.get(id);
    kept.delete(id);
    if (before?.name === name && before.body === body) continue;
    host.sql(
      `INSERT INTO canned (id, name, body, by_agent, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body, by_agent = excluded.by_agent, at = excluded.at`,
      id, name, body, agent, host.now());
  }
  for (const id of kept.keys()) host.sql('DELETE FROM canned WHERE id = ?', id);
}

/** Tells one state of them from another: FNV-1a, of which chance gives two the same once in four thousand million. */
export function tagOf(all: Canned[]): string {
  let hash = 0x811c9dc5;
  for (const char of JSON.stringify(all)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return (hash >>> 0).toString(36);
}
