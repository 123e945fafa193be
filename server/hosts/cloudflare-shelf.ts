/** One of the sixteen objects of the directory: a row a brand. */
import { DurableObject } from 'cloudflare:workers';
import type { Id } from '../../protocol/messages.ts';
import type { Entry } from './cloudflare-directory.ts';
import type { Env } from './cloudflare-env.ts';

export class Directory extends DurableObject<Env> {
  constructor(ctx: EdgeObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS brand (id TEXT PRIMARY KEY, jurisdiction TEXT NOT NULL, origins TEXT NOT NULL) STRICT, WITHOUT ROWID');
  }

  async find(id: Id): Promise<Entry | undefined> {
    return this.#rows('SELECT * FROM brand WHERE id = ?', id)[0];
  }

  /** @returns whether the name was free; taken before its object was made, it may be claimed again for the same place */
  async claim(id: Id, jurisdiction: string): Promise<boolean> {
    return this.#rows('INSERT INTO brand VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET id = excluded.id WHERE jurisdiction = excluded.jurisdiction RETURNING *', id, jurisdiction, '[]').length > 0;
  }

  async publish(id: Id, origins: string[]): Promise<void> {
    this.#rows('UPDATE brand SET origins = ? WHERE id = ? RETURNING *', JSON.stringify(origins), id);
  }

  async remove(id: Id): Promise<void> {
    this.#rows('DELETE FROM brand WHERE id = ? RETURNING *', id);
  }

  async all(): Promise<Entry[]> {
    return this.#rows('SELECT * FROM brand ORDER BY id');
  }

  #rows(query: string, ...params: string[]): Entry[] {
    return this.ctx.storage.sql.exec(query, ...params).toArray().map(({ id, jurisdiction, origins }) =>
      ({ id: String(id), jurisdiction: String(jurisdiction), origins: JSON.parse(String(origins)) as string[] }));
  }
}
