/** One SQLite file through `node:sqlite`, made to behave like a Durable Object's `storage.sql`. */
import { constants, DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Bind } from '../host.ts';
import { checkBinds } from './binds.ts';
import { allows, SQL_LIMITS } from './node-sql-rules.ts';
import { readScript, readStatement } from './statement.ts';

/** Another process (a backup, the admin command) may hold the file for a moment. */
const BUSY_MS = 5_000;
/** A backup that reads, or a full disk, keeps the log from being emptied. */
const SCRUB_AGAIN_MS = 30_000;
/** As much as a brand in which everybody talks uses; the others never fill it. */
const CACHE_KIB = 8_192;
/**
 * 16 MB of log before it is carried over into the database, by the message at which it is full. In a crowd the same pages are
 * written again and again: a log four times as long as SQLite's own carries them over a quarter as often.
 */
const LOG_PAGES = 4_000;
/** Older ones can corrupt a WAL that several connections write (sqlite.org/wal.html#walresetbug). */
const SQLITE_AT_LEAST = [3, 51, 3] as const;

export class Database {
  readonly #db: DatabaseSync;
  #scrubbing: NodeJS.Timeout | undefined;
  readonly #statements = new Map<string, { prepared: StatementSync; binds: number }>();
  readonly #steps = new Map<string, StatementSync>();
  /** What is being prepared is the core's, not ours. */
  #asked = false;

  constructor(file: string) {
    this.#db = new DatabaseSync(file, { timeout: BUSY_MS, limits: SQL_LIMITS } as ConstructorParameters<typeof DatabaseSync>[1]);
    orClose(() => this, () => {
      requireSafeWal(this.version());
      // FULL: an acknowledged message is on disk, also when the power fails. Erased text is overwritten, not just unlinked.
      // The pages of a batch stay in memory until it is written: what does not fit is written twice.
      this.#db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
    });
    // Called while a statement is prepared, never while it runs.
    this.#db.setAuthorizer((action, first, second, database) =>
      !this.#asked || allows(action, first, second, database) ? constants.SQLITE_OK : constants.SQLITE_DENY);
  }

  /** @throws BadStatement, BadBind when the code is wrong; SQLite's own errors have an `errcode` */
  sql<Row extends object>(query: string, ...params: Bind[]): Row[] {
    const { prepared, binds } = this.#statements.get(query) ?? this.#prepare(query);
    return prepared.all(...checkBinds(params, binds)) as unknown as Row[];
  }

  #prepare(query: string): { prepared: StatementSync; binds: number } {
    const binds = readStatement(query);
    const statement = { prepared: this.#ask(() => this.#db.prepare(query)), binds };
    this.#statements.set(query, statement);
    return statement;
  }

  /** @throws as `sql` does */
  script(statements: string): void {
    const text = readScript(statements);
    this.#ask(() => this.#db.exec(text));
  }

  #ask<T>(prepare: () => T): T {
    this.#asked = true;
    try {
      return prepare();
    } finally {
      this.#asked = false;
    }
  }

  /** The host's own word, without rows, that is said again and again: BEGIN, SAVEPOINT, COMMIT. Prepared once, it costs a third. */
  step(statement: string): void {
    let prepared = this.#steps.get(statement);
    if (!prepared) this.#steps.set(statement, (prepared = this.#db.prepare(statement)));
    prepared.run();
  }

  /** Everything since that savepoint, and the savepoint. */
  undo(savepoint: string): void {
    this.step(`ROLLBACK TO ${savepoint}`);
    this.step(`RELEASE ${savepoint}`);
  }

  version(): string {
    return this.#db.prepare('SELECT sqlite_version() AS version').get()!.version as string;
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
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
      return this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()!.busy === 0;
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
    this.#steps.clear();
    if (this.isOpen) this.#db.close();
  }
}

/**
 * What fails holds the file no longer. SQLite shares what it knows of a file among all in this process that have it open:
 * to whom it was refused for a moment, and was left open, it would be refused for ever, and to everybody who comes after.
 * @param database the one that is in use when it has failed: it may have been opened again meanwhile
 */
export function orClose<T>(database: () => Database, work: () => T): T {
  try {
    return work();
  } catch (error) {
    database().close();
    throw error;
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
