/** A Durable Object's `storage.sql`, made to behave like the file on Node: the same checks before, the same rows and errors after. */
import type { Bind } from '../host.ts';
import { checkBinds } from './binds.ts';
import { readScript, readStatement } from './statement.ts';

/** SQLite's own numbers (sqlite.org/rescode.html) for what a Durable Object says by name only. */
const CODES: Record<string, number> = {
  SQLITE_ERROR: 1, SQLITE_INTERNAL: 2, SQLITE_PERM: 3, SQLITE_ABORT: 4, SQLITE_BUSY: 5, SQLITE_LOCKED: 6, SQLITE_NOMEM: 7,
  SQLITE_READONLY: 8, SQLITE_INTERRUPT: 9, SQLITE_IOERR: 10, SQLITE_CORRUPT: 11, SQLITE_FULL: 13, SQLITE_CANTOPEN: 14,
  SQLITE_SCHEMA: 17, SQLITE_TOOBIG: 18, SQLITE_CONSTRAINT: 19, SQLITE_MISMATCH: 20, SQLITE_MISUSE: 21, SQLITE_AUTH: 23,
  SQLITE_RANGE: 25, SQLITE_NOTADB: 26,
};
const UNKNOWN = 0;

/**
 * The storage did not do it. `errcode` is what the doors know it by (`retry_later`, as for every error of SQLite on Node):
 * SQLite's primary code, or 0 where the runtime gave none, as when the object is being reset. What it was is the `cause`.
 * What our own code gets wrong before SQLite is asked (BadBind, BadStatement) has no `errcode`, on either host.
 */
export class SqlFailed extends Error {
  override readonly name = 'SqlFailed';
  readonly errcode: number;
  constructor(cause: Error) {
    super(cause.message, { cause });
    const said = /\b(SQLITE_[A-Z]+)(?: \(extended: SQLITE_\w+\))?$/.exec(cause.message)?.[1];
    this.errcode = CODES[said ?? ''] ?? UNKNOWN;
  }
}

export class CloudflareSql {
  readonly #storage: EdgeStorage['sql'];
  /** How many parameters each statement takes. The texts are our code's, so they are few. */
  readonly #binds = new Map<string, number>();

  constructor(storage: EdgeStorage['sql']) {
    this.#storage = storage;
  }

  /**
   * One statement, run to its end. Integers come back as numbers, blobs as Uint8Array.
   * @throws BadStatement, BadBind when the code is wrong
   * @throws SqlFailed
   * @throws RangeError for a number beyond 2^53, which would have lost its last digits
   */
  sql<Row extends object>(query: string, ...params: Bind[]): Row[] {
    let count = this.#binds.get(query);
    if (count === undefined) this.#binds.set(query, (count = readStatement(query)));
    const rows = this.#exec(query, checkBinds(params, count));
    for (const row of rows) asOnNode(row);
    return rows as Row[];
  }

  /** Several statements without parameters. @throws as `sql` does */
  script(statements: string): void {
    const text = readScript(statements);
    if (text) this.#exec(text, []);
  }

  #exec(query: string, params: Bind[]): Record<string, unknown>[] {
    try {
      return this.#storage.exec(query, ...params).toArray();
    } catch (error) {
      throw new SqlFailed(error as Error);
    }
  }
}

function asOnNode(row: Record<string, unknown>): void {
  for (const column in row) {
    const value = row[column];
    if (value instanceof ArrayBuffer) row[column] = new Uint8Array(value);
    else if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new RangeError(`column ${column} is a number beyond 2^53`);
  }
}
