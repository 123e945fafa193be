/**
 * One brand on Node. Handlers of one turn of the event loop share one COMMIT; what they send waits behind it, so nobody is ever told of
 * what is not on disk. If it fails, nothing leaves: every connection closes with 1011, the brand is opened again, as a Durable Object resets.
 */
import type { WebSocket } from 'ws';
import { CLOSE } from '../../protocol/frames.ts';
import type { Id, Time } from '../../protocol/messages.ts';
import { Brand } from '../brand.ts';
import type { Bind, Connection, Host, NotPromise, Owner, Who } from '../host.ts';
import { Alarm } from './node-alarm.ts';
import { Database, isFull, orClose } from './node-database.ts';
import { Line } from './node-line.ts';
import { Lines } from './node-lines.ts';

/** For this long after a write found the disk full, only what was asked for is written. */
const FULL_MS = 15_000;

export interface Machine {
  now(): Time;
  random(bytes: number): Uint8Array<ArrayBuffer>;
  log: Host['log'];
}

export class NodeOwner implements Owner, Host {
  readonly id: Id;
  readonly #file: string;
  readonly #machine: Machine;
  readonly #lines = new Lines();
  #database: Database;
  #brand: Brand;
  /** What leaves after the commit, in order. */
  #effects: (() => void)[] = [];
  #waiters: { resolve(): void; reject(error: Error): void }[] = [];
  /** What came in since BEGIN: it has to be answered, also if the commit fails. */
  #heard: { line: Line; text: string }[] = [];
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
      this.#waiters.push({ resolve: () => resolve(result), reject });
    });
  }

  /** A connection that the door has let in. */
  accept(socket: WebSocket, who: Who): void {
    if (this.#closed) return socket.close(CLOSE.broken, 'broken');
    const line = new Line(this, socket, who);
    this.#lines.add(line, who);
    socket.on('message', (data, binary) => {
      if (!line.isOpen) return; // sent away: she may be somebody else by now, or nobody
      line.heard = this.now();
      if (binary) return this.#enter(() => line.close(CLOSE.badFrame, 'text only'));
      const text = String(data);
      this.#heard.push({ line, text });
      this.#enter((brand) => brand.receive(line, text), line);
    });
    socket.on('pong', () => { if (line.data.greeted) line.heard = this.now(); });
    socket.on('error', (error) => this.log('socket_error', { code: (error as NodeJS.ErrnoException).code ?? error.name }));
    socket.on('close', () => {
      this.#lines.remove(line, who);
      if (!this.#closed) this.#enter((brand) => brand.leave(line));
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
        for (const line of lines.slice(0, batch)) {
          line.send({ type: 'bye', code: CLOSE.restart, after: after(), reason: 'restarting' });
          line.close(CLOSE.restart, 'restarting');
        }
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
    const sent = this.#effects.length;
    this.#database.step(`SAVEPOINT ${name}`);
    try {
      const result = work();
      if (this.#lost) throw this.#lost;
      this.#database.step(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#effects.length = sent;
      if (this.#database.inTransaction) this.#database.undo(name);
      else this.#lost ??= error as Error;
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** Puts off until the commit; forgotten with the transaction that fails. */
  later(effect: () => void): void {
    this.#effects.push(effect);
  }

  // ---- group commit

  #handle<T>(handler: () => NotPromise<T>): T {
    if (!this.#open) {
      try {
        this.#database.step('BEGIN IMMEDIATE');
      } catch (error) {
        this.#fail(error as Error);
        throw error;
      }
      this.#open = true;
      setImmediate(() => this.#commit());
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
    if (!this.#open || !this.#database.isOpen) return;
    try {
      this.#database.step('COMMIT');
    } catch (error) {
      return this.#fail(error as Error);
    }
    this.#open = false;
    if (!this.#resetting) this.#alarm.worked();
    this.#resetting = false;
    this.commits++;
    this.#heard = [];
    this.#flush();
  }

  #flush(): void {
    const [effects, waiters] = [this.#effects, this.#waiters];
    this.#effects = [];
    this.#waiters = [];
    for (const effect of effects) effect();
    for (const waiter of waiters) waiter.resolve();
  }

  /** The batch is lost: whoever waits for it is told, and nothing of it leaves. */
  #fail(error: Error): void {
    this.log('commit_failed', { error: error.name, code: String((error as { errcode?: number }).errcode ?? '') });
    const [waiters, heard] = [this.#waiters, this.#heard];
    this.#effects = [];
    this.#waiters = [];
    this.#heard = [];
    this.#open = false;
    this.#lost = undefined;
    this.#depth = 0;
    for (const waiter of waiters) waiter.reject(error);
    if (this.#resetting) return this.#shut(error);
    if (isFull(error)) this.#goOnReading(heard);
    else this.#reset();
    if (!this.#closed) this.#alarm.retry();
  }

  /** A full disk costs nobody the connection: what only reads is answered, what writes is asked to come again. */
  #goOnReading(heard: { line: Line; text: string }[]): void {
    this.#fullUntil = this.now() + FULL_MS;
    if (this.#database.inTransaction) this.#database.step('ROLLBACK');
    for (const { line, text } of heard) {
      this.#database.step('BEGIN IMMEDIATE');
      try {
        this.transaction(() => this.#brand.receive(line, text));
        this.#database.step('COMMIT');
      } catch (error) {
        this.#effects = [];
        this.#lost = undefined;
        if (!isFull(error)) return this.#reset();
        if (this.#database.inTransaction) this.#database.step('ROLLBACK');
        this.#brand.putOff(line, text);
      }
      this.#flush();
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
