/**
 * A brand on a real SQLite file, without threads, sockets or waiting: for histories of many thousand steps. The clock is
 * moved by hand, the alarm rings when the clock passes it, and what is sent leaves at the commit.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Brand } from '../server/brand.ts';
import { type Bind, type Connection, type Host, type NotPromise, tagOf, type Who } from '../server/host.ts';
import { Database } from '../server/hosts/node-database.ts';
import type { AnyFrame } from './desk-room.ts';

export class StillLine implements Connection {
  readonly got: AnyFrame[] = [];
  heard: number;
  isOpen = true;
  data: Who;
  readonly #host: StillHost;

  constructor(host: StillHost, who: Who) {
    this.#host = host;
    this.data = who;
    this.heard = host.now();
  }
  send(frame: object): void {
    const text = JSON.stringify(frame);
    this.#host.later(() => { if (this.isOpen) this.got.push(JSON.parse(text)); });
  }
  close(): void {
    this.#host.later(() => this.#host.hangUp(this));
  }
}

export class StillHost implements Host {
  readonly dir = mkdtempSync(join(tmpdir(), 'leaveword-'));
  clock = Date.UTC(2026, 10, 23, 9, 0, 0);
  readonly full = false;
  readonly lines = new Set<StillLine>();
  readonly failures: string[] = [];
  /** Called after each commit, when what it sent has left. */
  committed: () => void = () => undefined;
  brand!: Brand;
  #database!: Database;
  #depth = 0;
  #effects: (() => void)[] = [];
  #alarm: number | null = null;

  constructor() {
    this.#open();
  }

  #open(): void {
    this.#database = new Database(join(this.dir, 'brand.sqlite'));
    // Nobody cuts the power here.
    this.#database.step('PRAGMA synchronous = OFF');
    this.handle(() => { this.brand = new Brand('acme', this); });
  }

  /** The process dies with its lines and its memory, and begins again after `ms`. */
  restart(ms: number): void {
    this.lines.clear();
    this.#database.close();
    this.clock += ms;
    this.#alarm = null;
    this.#open();
    this.#ring();
  }

  /** Moves the clock to the end of `ms`, and rings at each time that comes before. `each` is told of every stop. */
  pass(ms: number, each: () => void): void {
    const end = this.clock + ms;
    while (this.#alarm !== null && this.#alarm <= end) {
      this.clock = Math.max(this.clock, this.#alarm);
      each();
      this.#ring();
    }
    this.clock = end;
    each();
  }

  #ring(): void {
    // A brand that puts off for ever what is due would ring for ever.
    for (let n = 0; this.#alarm !== null && this.#alarm <= this.clock; n++) {
      if (n > 100) throw new Error('it rings and rings');
      this.#alarm = null;
      this.handle(() => this.brand.wake());
    }
  }

  open(who: Who): StillLine {
    const line = new StillLine(this, who);
    this.lines.add(line);
    this.handle(() => this.brand.join(line));
    return line;
  }

  hear(line: StillLine, frame: object): void {
    if (!line.isOpen) return;
    line.heard = this.clock;
    this.handle(() => this.brand.receive(line, JSON.stringify(frame)));
  }

  hangUp(line: StillLine): void {
    if (!line.isOpen) return;
    line.isOpen = false;
    this.lines.delete(line);
    this.handle(() => this.brand.leave(line));
  }

  /** One handler: what it does is one transaction, and what it sends leaves when that has succeeded. */
  handle<T>(work: () => NotPromise<T>): T {
    const result = this.transaction(work);
    const effects = this.#effects;
    this.#effects = [];
    for (const effect of effects) effect();
    if (this.brand) this.committed();
    return result;
  }

  later(effect: () => void): void {
    this.#effects.push(effect);
  }

  sql<Row extends object>(query: string, ...params: Bind[]): Row[] {
    return this.#database.sql<Row>(query, ...params);
  }
  script(statements: string): void {
    this.#database.script(statements);
  }
  transaction<T>(work: () => NotPromise<T>): T {
    const name = `s${this.#depth++}`;
    const sent = this.#effects.length;
    this.#database.step(`SAVEPOINT ${name}`);
    try {
      const result = work() as T;
      this.#database.step(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#database.undo(name);
      this.#effects.length = sent;
      throw error;
    } finally {
      this.#depth--;
    }
  }
  now(): number {
    return this.clock;
  }
  random(bytes: number): Uint8Array<ArrayBuffer> {
    return crypto.getRandomValues(new Uint8Array(bytes));
  }
  wakeAt(at: number | null): void {
    this.#alarm = at;
  }
  scrub(): void {}
  connections(tag?: string): Connection[] {
    return [...this.lines].filter((line) => !tag || tagOf(line.data).includes(tag));
  }
  log(event: string, fields: object = {}): void {
    this.failures.push(`${event} ${JSON.stringify(fields)}`);
  }

  close(): void {
    this.#database.close();
    rmSync(this.dir, { recursive: true });
  }
}
