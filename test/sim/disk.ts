/**
 * The server's disk: real SQLite, in memory, that outlives the process that opened it. What was not committed is lost
 * when the process dies; a commit can fail, fail and have happened all the same, or find no room.
 */
import { DatabaseSync as Real, type StatementSync } from 'node:sqlite';
import { stage } from './stage.ts';
import type { Place } from './world.ts';

type Rows = Record<string, unknown>[];

/** Databases of runs that are over: opening one anew, with its schema and its statements, costs more than a run. */
const pool: Platter[] = [];

/** One file. */
class Platter {
  readonly db: Real;
  readonly #statements = new Map<string, StatementSync>();
  #tables: string[] | undefined;

  constructor(limits: object, image?: Uint8Array) {
    this.db = new Real(':memory:', { limits } as ConstructorParameters<typeof Real>[1]);
    if (image) (this.db as unknown as { deserialize(image: Uint8Array): void }).deserialize(image);
    this.db.exec('PRAGMA foreign_keys = ON');
  }
  prepare(sql: string): StatementSync {
    let found = this.#statements.get(sql);
    if (!found) this.#statements.set(sql, found = this.db.prepare(sql));
    return found;
  }
  rows(sql: string, ...params: (string | number)[]): Rows {
    return this.prepare(sql).all(...params) as Rows;
  }
  image(): Uint8Array {
    return (this.db as unknown as { serialize(): Uint8Array }).serialize();
  }
  /** As it was before anybody said anything. */
  empty(): void {
    if (this.db.isTransaction) this.db.exec('ROLLBACK');
    this.#tables ??= this.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'told%' AND name <> 'schema'").map(({ name }) => String(name));
    this.db.exec('BEGIN; PRAGMA defer_foreign_keys = ON');
    for (const table of this.#tables) this.prepare(`DELETE FROM ${table}`).run();
    if (this.#tables.length) this.prepare("INSERT INTO told (told) VALUES ('delete-all')").run();
    this.db.exec('COMMIT');
  }
}

/** What goes wrong with the next commit. */
export type CommitFault = 'undone' | 'unknown';

export class Disks {
  readonly #files = new Map<string, Platter>();
  /** Faults of the machine, set from outside. */
  nextCommit: CommitFault | undefined;
  full = false;
  /** The process dies at the so many-th statement from now, or right behind the next commit that wrote something. */
  diesAtStatement = 0;
  diesBehindCommit = false;
  /** While messages that came in together are taken, the so many-th write from now fails, and it alone. */
  failsInBurst = 0;
  takesBurst = false;
  /** The so many-th write from now fails, whoever's it is, and it alone. */
  failsAtWrite = 0;
  die: () => void = () => undefined;

  open(file: string, limits: object): Platter {
    let platter = this.#files.get(file);
    if (!platter) this.#files.set(file, platter = pool.pop() ?? new Platter(limits));
    return platter;
  }
  inTransaction(file: string): boolean {
    return this.#files.get(file)?.db.isTransaction ?? false;
  }
  exists(file: string): boolean {
    return this.#files.has(file);
  }
  rows(file: string, sql: string, ...params: (string | number)[]): Rows {
    return this.#files.get(file)!.rows(sql, ...params);
  }
  copy(from: string, to: string): void {
    this.remove(to);
    this.#files.set(to, new Platter({}, this.#files.get(from)!.image()));
  }
  move(from: string, to: string): void {
    this.remove(to);
    this.#files.set(to, this.#files.get(from)!);
    this.#files.delete(from);
  }
  remove(file: string): void {
    this.#files.get(file)?.db.close();
    this.#files.delete(file);
  }
  /** The process is gone: what it had not committed is not there. */
  lostProcess(): void {
    for (const { db } of this.#files.values()) if (db.isTransaction) db.exec('ROLLBACK');
  }
  /** For the next run. */
  giveBack(): void {
    for (const [file, platter] of this.#files) {
      if (!file.endsWith('.sqlite')) {
        platter.db.close();
        continue;
      }
      platter.empty();
      pool.push(platter);
    }
    this.#files.clear();
  }
}

class DiskError extends Error {
  readonly code = 'ERR_SQLITE_ERROR';
  readonly errcode: number;
  constructor(errcode: number, text: string) {
    super(text);
    this.errcode = errcode;
  }
}
const IO = 10;
const FULL = 13;
const WRITES = /^\s*(INSERT|UPDATE|DELETE)/;

/** In the place of `node:sqlite`'s class, for the server's own modules. */
export class DatabaseSync {
  readonly #file: string;
  readonly #platter: Platter;
  readonly #process: Place;
  readonly #disks: Disks;
  #open = true;
  /** Rows changed before the first statement of this transaction that may change one. */
  #before: number | undefined;

  constructor(file: string, { limits = {} }: { limits?: object } = {}) {
    this.#file = file;
    this.#disks = stage().disks;
    this.#process = stage().world.current;
    this.#platter = this.#disks.open(file, limits);
  }
  #check(): Real {
    if (!this.#process.alive || !this.#open) throw new DiskError(21, `${this.#file} is closed`);
    return this.#platter.db;
  }
  setAuthorizer(): void {}
  get isOpen(): boolean {
    return this.#open;
  }
  get isTransaction(): boolean {
    return this.#check().isTransaction;
  }
  exec(sql: string): void {
    this.#check().exec(sql);
  }
  location(): string {
    return this.#file;
  }
  prepare(sql: string): { all(...params: never[]): unknown[]; get(...params: never[]): unknown; run(...params: never[]): unknown } {
    this.#check();
    if (sql === 'COMMIT') return { all: () => [], get: () => undefined, run: () => this.#commit() };
    const statement = this.#platter.prepare(sql);
    const isBegin = sql.startsWith('BEGIN');
    const writes = WRITES.test(sql);
    const step = () => {
      this.#check();
      if (this.#disks.diesAtStatement > 0 && --this.#disks.diesAtStatement === 0) this.#dies('the process died inside a transaction');
      if (isBegin) this.#before = undefined;
      else if (writes) this.#before ??= this.#changes();
      if (writes && this.#disks.takesBurst && this.#disks.failsInBurst > 0 && --this.#disks.failsInBurst === 0) throw new DiskError(IO, 'disk I/O error');
      if (writes && this.#process.name === 'server' && this.#disks.failsAtWrite > 0 && --this.#disks.failsAtWrite === 0) {
        stage().world.count('one write failed');
        throw new DiskError(IO, 'disk I/O error');
      }
    };
    return {
      all: (...params) => { step(); return statement.all(...params); },
      get: (...params) => { step(); return statement.get(...params); },
      run: (...params) => { step(); return statement.run(...params); },
    };
  }
  #changes(): number {
    return Number((this.#platter.prepare('SELECT total_changes() AS n').get() as { n: number }).n);
  }
  #dies(how: string): never {
    stage().world.count(how);
    this.#disks.die();
    throw new DiskError(IO, 'the process is no more');
  }
  #commit(): void {
    const db = this.#check();
    const { world } = stage();
    const wrote = this.#before !== undefined && this.#changes() > this.#before;
    const fault = wrote ? this.#disks.nextCommit : undefined;
    if (wrote && this.#disks.full) {
      world.count('a commit found the disk full');
      throw new DiskError(FULL, 'database or disk is full');
    }
    if (fault) this.#disks.nextCommit = undefined;
    if (fault === 'undone') {
      world.count('a commit failed and was undone');
      db.exec('ROLLBACK');
      throw new DiskError(IO, 'disk I/O error');
    }
    this.#platter.prepare('COMMIT').run();
    if (fault === 'unknown') {
      world.count('a commit failed and had happened');
      throw new DiskError(IO, 'disk I/O error');
    }
    if (wrote && this.#disks.diesBehindCommit) {
      world.count('the process died between commit and acknowledgement');
      // It goes on for the rest of this event, as a body does, but nothing that it does has any effect.
      this.#disks.die();
    }
  }
  close(): void {
    if (!this.#open) return;
    if (this.#process.alive && this.#platter.db.isTransaction) this.#platter.db.exec('ROLLBACK');
    this.#open = false;
  }
}
