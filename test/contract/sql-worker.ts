/** A Durable Object that plays the cases of `sql-cases.ts` on its own storage: the one that lacks everything but SQL. */
import { DurableObject } from 'cloudflare:workers';
import { CloudflareSql } from '../../server/hosts/cloudflare-sql.ts';
import { play } from './sql-cases.ts';

export class Desk extends DurableObject<unknown> {
  play(name: string): string {
    return play(new CloudflareSql(this.ctx.storage.sql), name, (work) => this.ctx.storage.transactionSync(work));
  }

  /** Each statement as it is, without our adapter. @returns what SQLite complained of, or nothing */
  tryAll(statements: string[]): (string | undefined)[] {
    return statements.map((statement) => {
      try {
        this.ctx.storage.sql.exec(statement).toArray();
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    });
  }
}

interface Env { DESK: EdgeNamespace<{ play(name: string): Promise<string>; tryAll(statements: string[]): Promise<(string | undefined)[]> }> }

// biome-ignore lint/style/noDefaultExport: a Worker is found by it
export default {
  /** `{ play: name }` or `{ tryAll: statements }`; each case has a database of its own. */
  async fetch(request: Request, { DESK }: Env): Promise<Response> {
    const asked = await request.json() as { play: string } | { tryAll: string[] };
    if ('play' in asked) return new Response(await DESK.getByName(asked.play).play(asked.play));
    return Response.json((await DESK.getByName('list').tryAll(asked.tryAll)).map((said) => said ?? null));
  },
};
