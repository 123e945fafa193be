/** One SQLite file through `node:sqlite`, made to behave like a Durable Object's `storage.sql`. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Bind } from '../host.ts';

/**
 * What a Durable Object allows (platform facts, B.2): enforced here too, so that no query works on one host only.
 * `expr` of 25,000 virtual machine steps and the rest are workerd's own numbers.
 */
const DURABLE_OBJECT_LIMITS = {
  length: 2_000_000, sqlLength: 100_000, column: 100, exprDepth: 100, compoundSelect: 5, vdbeOp: 25_000, functionArg: 32,
  attach: 0, likePatternLength: 50, variableNumber: 100, triggerDepth: 10,
};
/** Another process (a backup, the admin command) may hold the file for a moment. */
const BUSY_MS = 5_000;
/** A backup that reads, or a full disk, keeps the log from being emptied. */
const SCRUB_AGAIN_MS = 30_000;
/** Older ones can corrupt a WAL that several connections write (sqlite.org/wal.html#walresetbug). */
const SQLITE_AT_LEAST = [3, 51, 3] as const;

export class Database {
  readonly #db: DatabaseSync;
  #scrubbing: NodeJS.Timeout | undefined;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#db = new DatabaseSync(file, { timeout: BUSY_MS, limits: DURABLE_OBJECT_LIMITS } as ConstructorParameters<typeof DatabaseSync>[1]);
    requireSafeWal(this.version());
    // FULL: an acknowledged message is on disk, also when the power fails. Erased text is overwritten, not just unlinked.
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON`);
  }

  sql<Row extends object>(query: string, ...params: Bind[]): Row[] {
    let statement = this.#statements.get(query);
    if (!statement) this.#statements.set(query, (statement = this.#db.prepare(query)));
    return statement.all(...params) as unknown as Row[];
  }

  script(statements: string): void {
    this.#db.exec(statements);
  }

  /** A statement without rows that is said again and again: BEGIN, SAVEPOINT, COMMIT. Prepared once, it costs a third. */
  step(statement: string): void {
    let prepared = this.#statements.get(statement);
    if (!prepared) this.#statements.set(statement, (prepared = this.#db.prepare(statement)));
    prepared.run();
  }

  version(): string {
    return this.sql<{ version: string }>('SELECT sqlite_version() AS version')[0]!.version;
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  /** Empties the WAL, in which deleted rows could still be read: now, or as soon as nothing is in the way. */
  scrub(): void {
    clearTimeout(this.#scrubbing);
    if (!this.#emptyLog()) this.#scrubbing = setTimeout(() => this.scrub(), SCRUB_AGAIN_MS).unref();
  }

  #emptyLog(): boolean {
    // It can wait; those who talk cannot.
    this.#db.exec('PRAGMA busy_timeout = 0');
    try {
      return this.sql<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')[0]!.busy === 0;
    } catch (error) {
      // A full disk, or a batch that is open: nothing is lost by it, for the log is what says what is true.
      if (!isSqlite(error)) throw error;
      return false;
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    }
  }

  close(): void {
    clearTimeout(this.#scrubbing);
    this.#statements.clear();
    this.#db.close();
  }
}

function requireSafeWal(version: string): void {
  const found = version.split('.').map(Number);
  for (const [index, least] of SQLITE_AT_LEAST.entries()) {
    if ((found[index] ?? 0) > least) return;
    if ((found[index] ?? 0) < least) throw new Error(`SQLite ${version} can corrupt its write-ahead log: ${SQLITE_AT_LEAST.join('.')} or newer is needed`);
  }
}

const isSqlite = (error: unknown): boolean => (error as { code?: string }).code === 'ERR_SQLITE_ERROR';
const SQLITE_FULL = 13;
export const isFull = (error: unknown): boolean => (error as { errcode?: number }).errcode === SQLITE_FULL;
