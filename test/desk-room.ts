/**
 * A brand on a real SQLite file, with lines that a test holds in its hands and a clock that it moves.
 * What a line got is in `got`, in order; `settle` waits for the commit.
 */
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebSocket } from 'ws';
import type { FromAgent, FromVisitor } from '../protocol/frames.ts';
import type { Settings } from '../protocol/settings.ts';
import type { Brand } from '../server/brand.ts';
import type { Who } from '../server/host.ts';
import { NodeHouse } from '../server/hosts/node.ts';
import type { NodeOwner } from '../server/hosts/node-owner.ts';
import { DEFAULTS } from '../server/settings.ts';

/** What a test looks at in a frame, without proving its type first. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads any field of any frame
export type AnyFrame = any;

export class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly got: AnyFrame[] = [];
  closed: { code: number; reason: string } | undefined;

  send(text: string): void {
    this.got.push(JSON.parse(text));
  }
  close(code: number, reason = ''): void {
    if (this.readyState !== 1) return;
    this.readyState = 3;
    this.closed = { code, reason };
    setImmediate(() => this.emit('close'));
  }
  terminate(): void {
    this.close(1006);
  }
  say(frame: FromVisitor | FromAgent | string): void {
    this.emit('message', Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)), false);
  }
  /** The frames of one type, and forgets nothing. */
  of(type: string): AnyFrame[] {
    return this.got.filter((frame) => frame.type === type);
  }
  last(type: string): AnyFrame {
    return this.of(type).at(-1);
  }
}

/** For clocks that jump: nobody is signed out because a test was in a hurry. */
export const signInAgain = (room: DeskRoom) => room.do(({ host }) => { host.sql('UPDATE session SET created = ?, used = ?', room.now, room.now); });

export class DeskRoom {
  readonly dir = mkdtempSync(join(tmpdir(), 'leaveword-'));
  now = Date.UTC(2026, 10, 23, 9, 0, 0);
  readonly log: { event: string; fields: object }[] = [];
  house: NodeHouse;
  owner!: NodeOwner;
  #people = 0;

  constructor() {
    this.house = this.#open();
  }

  #open(): NodeHouse {
    return new NodeHouse({
      dataDir: this.dir, assetDir: this.dir, url: 'http://localhost', now: () => this.now,
      log: (event, fields = {}) => this.log.push({ event, fields }),
    });
  }

  static async open(settings: Partial<Settings> = {}): Promise<DeskRoom> {
    const room = new DeskRoom();
    room.owner = await room.house.create('acme', { ...DEFAULTS, ...settings });
    return room;
  }

  /** The process dies and starts again: nothing in memory is left. */
  async restart(): Promise<void> {
    this.house.close();
    this.house = this.#open();
    this.owner = (await this.house.owner('acme'))!;
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** She says it, and it is done. */
  async hear(socket: FakeSocket, frame: Parameters<FakeSocket['say']>[0]): Promise<void> {
    socket.say(frame);
    await this.settle();
  }

  /** Moves the clock and does what has become due. */
  async pass(ms: number): Promise<void> {
    this.now += ms;
    await this.owner.run((brand) => brand.wake());
    await this.settle();
  }

  async do<T>(handler: (brand: Brand) => T): Promise<T> {
    const result = await this.owner.run(handler as never);
    await this.settle();
    return result as T;
  }

  connect(who: Who): FakeSocket {
    const socket = new FakeSocket();
    this.owner.accept(socket as unknown as WebSocket, who);
    return socket;
  }

  /** A visitor who has said `hi`. */
  async visitor(token = `t${++this.#people}`.padEnd(64, '0'), more: { lang?: string; rev?: number; epoch?: string } = {}): Promise<FakeSocket> {
    const admitted = await this.do((brand) => brand.admit(token));
    if (admitted === 'erased') throw new Error('this token was erased');
    const socket = this.connect({ role: 'visitor', connection: `c${++this.#people}`, visitor: admitted.visitor, token, from: `f${token}` });
    socket.say({ type: 'hi', v: 1, rev: more.rev ?? 0, ...(more.epoch ? { epoch: more.epoch } : {}), ...(more.lang ? { lang: more.lang } : {}) });
    await this.settle();
    return socket;
  }

  async agent(id = 'ada', name = 'Ada'): Promise<FakeSocket> {
    await this.do((brand) => {
      if (!brand.agents.find(id)) brand.hire({ id, name, email: `${id}@brand.example`, role: 'agent', password: 'x' });
      brand.host.sql('INSERT INTO session VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET created = excluded.created, used = excluded.used', `s-${id}`, id, this.now, this.now);
    });
    const socket = this.connect({ role: 'agent', connection: `c${++this.#people}`, agent: id, session: `s-${id}`, from: 'office' });
    socket.say({ type: 'hi', v: 1, rev: 0 });
    await this.settle();
    return socket;
  }

  close(): void {
    this.house.close();
    rmSync(this.dir, { recursive: true });
  }
}
