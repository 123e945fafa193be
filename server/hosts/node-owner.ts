/**
 * One brand on Node. Handlers of one turn of the event loop share one COMMIT; what they send waits behind it, so nobody is ever told of
 * what is not on disk. If it fails, nothing leaves: every connection closes with 1011, the brand is opened again, as a Durable Object resets.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { CLOSE } from '../../protocol/frames.ts';
import type { Id, Time } from '../../protocol/messages.ts';
import { Brand } from '../brand.ts';
import type { Bind, Connection, Host, NotPromise, Owner, Who } from '../host.ts';
import { Alarm } from './node-alarm.ts';
import { Database, isFull, orClose } from './node-database.ts';
import { type Heard, Hearing } from './node-hearing.ts';
import { Leaving } from './node-leaving.ts';
import { Line } from './node-line.ts';
import { Lines } from './node-lines.ts';
import type { Machine } from './node-machine.ts';

/** For this long after a write found the disk full, only what was asked for is written. */
const FULL_MS = 15_000;
/** Frames, before the turn ends: those who wait for the first of them have waited long enough. */
const TAKEN_AT_ONCE = 1_000;

export class NodeOwner implements Owner, Host {
  readonly id: Id;
  readonly #file: string;
  readonly #machine: Machine;
  readonly #lines = new Lines();
  #database: Database;
  #brand: Brand;
  readonly leaving = new Leaving();
  readonly #hearing = new Hearing();
  #isDue = false;
  #open = false;
  /** SQLite has rolled back the whole batch by itself, as it may when the disk is full: nothing more may be written in it. */
  #lost: Error | undefined;
  #fullUntil = 0;
  #depth = 0;
  #moment = 0;
  readonly #alarm = new Alarm(() => this.now(), () => this.#enter((brand) => brand.wake()));
  /** Opened again after a failure, and not proved yet: until its first commit. */
  #resetting = false;
  #closed = false;
  commits = 0;

  constructor(id: Id, file: string, machine: Machine) {
    this.id = id;
    this.#file = file;
    this.#machine = machine;
    this.#database = new Database(file);
    this.#brand = this.#build();
  }

  #build(): Brand {
    return orClose(() => this.#database, () => this.#handle(() => new Brand(this.id, this)));
  }

  // ---- Owner

  run<T>(handler: (brand: Brand) => NotPromise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) return reject(new Error(`brand ${this.id} is closed`));
      let result: T;
      try {
        result = this.#handle(() => handler(this.#brand));
      } catch (error) {
        return reject(error as Error);
      }
      this.leaving.wait(() => resolve(result), reject);
    });
  }

  /** A connection that the door has let in. @param wire what the frames are written to, where it can be had: then those of one commit go in one piece */
  accept(socket: WebSocket, who: Who, wire?: Duplex): void {
    if (this.#closed) return socket.close(CLOSE.broken, 'broken');
    const line = new Line(this, socket, who, wire);
    this.#lines.add(line, who);
    line.attend({
      text: (text) => (this.#hearing.add({ connection: line, text }) < TAKEN_AT_ONCE ? this.#soon() : this.#commit()),
      binary: () => this.#enter(() => line.close(CLOSE.badFrame, 'text only')),
      gone: () => {
        this.#lines.remove(line, who);
        if (!this.#closed) this.#enter((brand) => brand.leave(line));
      },
    });
    this.#enter((brand) => brand.join(line));
  }

  /** Closed for good: shut down, or its file could not be opened again. Whoever needs the brand opens it anew. */
  get closed(): boolean {
    return this.#closed;
  }

  get sockets(): number {
    return this.#lines.size;
  }

  /** Says goodbye to everybody, a batch at a time, then closes the file. `after` is how long a client shall wait, in milliseconds. */
  async drain(after: () => number, batch: number, pauseMs: number): Promise<void> {
    for (let lines = this.#lines.open(); lines.length; lines = lines.slice(batch)) {
      await this.run(() => {
        for (const line of lines.slice(0, batch)) line.goodbye(after());
      });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#commit();
    this.#closed = true;
    this.#alarm.set(null);
    for (const line of this.#lines.clear()) line.socket.terminate();
    this.#database.scrub();
    this.#database.close();
  }

  // ---- Host
  sql<Row extends object>(query: string, ...params: Bind[]): Row[] {
    if (this.#lost) throw this.#lost;
    return this.#database.sql<Row>(query, ...params);
  }
  script(statements: string): void {
    if (this.#lost) throw this.#lost;
    this.#database.script(statements);
  }
  /** A change has one time, as in a Durable Object, whose clock stands still while it works: a message is not a moment older than what it began. */
  now(): Time {
    return this.#depth ? this.#moment : this.#machine.now();
  }
  random(bytes: number): Uint8Array<ArrayBuffer> {
    return this.#machine.random(bytes);
  }
  log(event: string, fields: Record<string, string | number | boolean> = {}): void {
    this.#machine.log(event, { brand: this.id, ...fields });
  }
  get full(): boolean {
    return this.now() < this.#fullUntil;
  }
  wakeAt(at: Time | null): void {
    this.later(() => this.#alarm.set(at));
  }
  scrub(): void {
    this.later(() => this.#database.scrub());
  }
  connections(tag?: string): Connection[] {
    return this.#lines.open(tag);
  }

  transaction<T>(work: () => NotPromise<T>): T {
    if (!this.#depth) this.#moment = this.#machine.now();
    const name = `s${++this.#depth}`;
    const sent = this.leaving.mark;
    this.#database.step(`SAVEPOINT ${name}`);
    try {
      const result = work();
      if (this.#lost) throw this.#lost;
      this.#database.step(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.leaving.backTo(sent);
      if (this.#database.inTransaction) this.#database.undo(name);
      else this.#lost ??= error as Error;
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** Puts off until the commit; forgotten with the transaction that fails. */
  later(effect: () => void): void {
    this.leaving.add(effect);
  }

  // ---- group commit

  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#commit());
  }

  /** What came in is taken at the end of the turn, or before anything else is done: all that came together is cheaper. */
  #listen(): void {
    this.#hearing.take(
      (heard, from) => this.#handle(() => this.#brand.bursts.take(heard, from)),
      ({ connection, text }) => this.#enter((brand) => brand.receive(connection, text), connection));
  }

  #handle<T>(handler: () => NotPromise<T>): T {
    this.#listen();
    if (!this.#open) {
      try {
        this.#database.step('BEGIN IMMEDIATE');
      } catch (error) {
        this.#fail(error as Error);
        throw error;
      }
      this.#open = true;
      this.#soon();
    }
    try {
      return this.transaction(handler);
    } catch (error) {
      if (this.#lost) this.#fail(this.#lost);
      throw error;
    }
  }

  /** A handler that nobody waits for: a frame, a wake. A frame that nobody could answer for ends its line, so that its sender knows. */
  #enter(handler: (brand: Brand) => void, line?: Line): void {
    try {
      this.#handle(() => handler(this.#brand));
    } catch (error) {
      this.log('handler_failed', { error: (error as Error).name });
      if (!('errcode' in (error as Error))) line?.socket.close(CLOSE.broken, 'broken');
    }
  }

  #commit(): void {
    this.#isDue = false;
    if (!this.#database.isOpen) return;
    this.#listen();
    if (!this.#open) return;
    try {
      this.#database.step('COMMIT');
    } catch (error) {
      return this.#fail(error as Error);
    }
    this.#open = false;
    if (!this.#resetting) this.#alarm.worked();
    this.#resetting = false;
    this.commits++;
    this.#hearing.clear();
    this.#brand.holds.kept();
    this.leaving.leave();
  }

  /** The batch is lost: whoever waits for it is told, and nothing of it leaves. */
  #fail(error: Error): void {
    this.log('commit_failed', { error: error.name, code: String((error as { errcode?: number }).errcode ?? '') });
    const heard = this.#hearing.clear();
    const tellWaiting = this.leaving.drop();
    this.#open = false;
    this.#lost = undefined;
    this.#depth = 0;
    tellWaiting(error);
    if (this.#resetting) return this.#shut(error);
    if (isFull(error)) this.#goOnReading(heard);
    else this.#reset();
    if (!this.#closed) this.#alarm.retry();
  }

  /** A full disk costs nobody the connection: what only reads is answered, what writes is asked to come again. */
  #goOnReading(heard: Heard[]): void {
    this.#fullUntil = this.now() + FULL_MS;
    if (this.#database.inTransaction) this.#database.step('ROLLBACK');
    this.#brand.holds.lost();
    for (const { connection: line, text } of heard) {
      this.#database.step('BEGIN IMMEDIATE');
      try {
        this.transaction(() => this.#brand.receive(line, text));
        this.#database.step('COMMIT');
      } catch (error) {
        this.leaving.drop();
        this.#lost = undefined;
        if (!isFull(error)) return this.#reset();
        if (this.#database.inTransaction) this.#database.step('ROLLBACK');
        this.#brand.holds.lost();
        this.#brand.putOff(line, text);
      }
      this.#brand.holds.kept();
      this.leaving.leave();
    }
  }

  /** It failed, was opened again, and failed at once: nothing more is tried until somebody asks for the brand. */
  #shut(error: Error): void {
    this.log('reopen_failed', { error: error.name });
    this.#closed = true;
    this.#database.close();
    this.#alarm.set(null);
    for (const line of this.#lines.clear()) line.socket.close(CLOSE.broken, 'broken');
  }

  /** Whether the commit happened is unknown: forget everything in memory and look at the file. */
  #reset(): void {
    for (const line of this.#lines.clear()) line.socket.close(CLOSE.broken, 'broken');
    this.#resetting = true;
    try {
      this.#database.close();
      this.#database = new Database(this.#file);
      this.#brand = this.#build();
    } catch (error) {
      this.#shut(error as Error);
    }
  }
}
