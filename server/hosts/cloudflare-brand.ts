/**
 * One brand as a Durable Object: its database, its sockets, its one alarm. A handler is one `transactionSync`; what it
 * sends is kept back until it has succeeded, because a throw here would neither take back its rows nor its frames, and
 * the runtime's output gate then holds it until it is on disk. All in memory may be gone between two events.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Hono } from 'hono';
import { CLOSE } from '../../protocol/frames.ts';
import { SUBPROTOCOL } from '../../protocol/limits.ts';
import type { Id, Time } from '../../protocol/messages.ts';
import type { Settings } from '../../protocol/settings.ts';
import { runErrand } from '../admin-verbs.ts';
import { createApp } from '../app.ts';
import { Brand } from '../brand.ts';
import { faultOf } from '../doors/fault.ts';
import { type Done, type Errand, Problem } from '../errand.ts';
import { type Bind, type Bindings, type Connection, type Host, type NotPromise, type Owner, tagOf, type Who } from '../host.ts';
import { Alarm } from './cloudflare-alarm.ts';
import { addressOf, type Env, logLine, networkKeyOf, random, urlOf } from './cloudflare-env.ts';
import { estateOf, unserved } from './cloudflare-estate.ts';
import { isTooLong, Line, type Machine, TOO_BIG } from './cloudflare-line.ts';
import { CloudflareSql } from './cloudflare-sql.ts';
import { shelfOf } from './cloudflare-directory.ts';

const PING = '{"type":"ping"}';
/** A database that cannot be opened is looked at again then, whoever asks meanwhile. */
const BROKEN_MS = 60_000;
/** A custom domain and the one that comes with the account; a stranger cannot add to them. */
const URLS_MOST = 4;

export class BrandObject extends DurableObject<Env> implements Host, Owner, Machine {
  readonly id: Id;
  readonly #rows: CloudflareSql;
  readonly #lines = new WeakMap<EdgeSocket, Line>();
  readonly #apps = new Map<string, Hono<{ Bindings: Bindings }>>();
  #brand: Brand | undefined;
  /** Why there is none although there is a database. */
  #broken: Error | undefined;
  /** What leaves after the handler, in order. */
  #effects: (() => void)[] = [];
  readonly #alarm: Alarm;
  /** The time of the change that is being made. */
  #moment: Time | undefined;
  #head = -1;
  /** Of these the directory knows, or is being told. */
  #published: Settings | undefined;
  readonly full = false;

  constructor(ctx: EdgeObjectState, env: Env) {
    super(ctx, env);
    this.id = ctx.id.name ?? '';
    this.#rows = new CloudflareSql(ctx.storage.sql);
    this.#alarm = new Alarm(ctx);
    ctx.blockConcurrencyWhile(async () => {
      await this.#alarm.look();
      this.#open();
    });
  }

  #isThere(): boolean {
    return this.sql("SELECT 1 AS there FROM sqlite_master WHERE type = 'table' AND name = 'schema'").length > 0;
  }

  /** Never throws: an object that cannot be made would lose its alarm. */
  #open(): void {
    try {
      if (this.#isThere()) this.#handle(() => { this.#brand = new Brand(this.id, this); });
      if (this.#broken) this.log('brand_back');
      this.#broken = undefined;
    } catch (error) {
      this.#brand = undefined;
      this.#broken = error as Error;
      this.log('brand_unavailable', faultOf(error));
      this.#alarm.atLatest(this.now() + BROKEN_MS);
    }
  }

  // ---- from the Worker

  /** An operator's; the Worker has let her in. @param url where people reach us */
  errand(errand: Errand, url: string): Promise<Done> {
    return runErrand(estateOf(this, url), errand);
  }

  async exists(): Promise<boolean> {
    return this.#isThere();
  }

  /** @throws Problem when there is a database that cannot be opened */
  async owner(): Promise<Owner | undefined> {
    if (this.#broken) throw new Problem(`"${this.id}" cannot be opened: ${this.#broken.message}`);
    return this.#brand && this;
  }

  /** A new brand, and the first that is written into it, in one transaction: what is on disk is the whole of it or nothing. */
  async found(first: (brand: Brand) => void): Promise<Owner> {
    if (this.#isThere()) throw new Problem(`there is a brand "${this.id}" already`);
    this.ctx.storage.kv.delete('published'); // of one that had this name before
    try {
      this.#handle(() => first(this.#brand = new Brand(this.id, this)));
    } catch (error) {
      this.#brand = undefined;
      throw error;
    }
    return this;
  }

  async remove(): Promise<void> {
    this.#brand = undefined;
    this.#apps.clear();
    this.#published = undefined;
    this.#alarm.set(null);
    for (const socket of this.ctx.getWebSockets()) socket.close(CLOSE.tryLater, 'removed');
    await this.ctx.storage.deleteAll();
  }

  async fetch(request: Request): Promise<Response> {
    if (!this.#brand) return unserved(urlOf(this.env, request), this.#broken);
    return this.#appAt(urlOf(this.env, request)).fetch(request, {
      address: addressOf(this.env, request),
      accept: (_owner, who) => this.#accept(who),
    });
  }

  #appAt(url: string): Hono<{ Bindings: Bindings }> {
    const known = this.#apps.get(url);
    if (known) return known;
    if (this.#apps.size >= URLS_MOST) this.#apps.clear();
    const app = createApp(estateOf(this, url), { networkKey: networkKeyOf(this.ctx.storage) });
    this.#apps.set(url, app);
    return app;
  }

  // ---- Owner

  /** What is resolved leaves only through the output gate: when it is on disk. */
  async run<T>(handler: (brand: Brand) => NotPromise<T>): Promise<T> {
    const brand = this.#brand;
    if (!brand) throw this.#broken ?? new Error('no such brand');
    return this.#handle(() => handler(brand));
  }

  #accept(who: Who): Response {
    const { 0: theirs, 1: ours } = new WebSocketPair();
    Line.begin(ours, who, this.now());
    this.ctx.acceptWebSocket(ours, tagOf(who));
    const line = this.#lineOf(ours);
    this.#enter(line, (brand) => brand.join(line));
    return new Response(null, { status: 101, webSocket: theirs, headers: { 'sec-websocket-protocol': SUBPROTOCOL } } as ResponseInit);
  }

  // ---- from the runtime

  webSocketMessage(socket: EdgeSocket, message: string | ArrayBuffer): void {
    const line = this.#lineOf(socket);
    if (!line.isOpen) return; // sent away: she may be somebody else by now, or nobody
    line.hear();
    if (typeof message !== 'string') return line.drop(CLOSE.badFrame, 'text only');
    if (isTooLong(message)) return line.drop(TOO_BIG, '');
    this.#enter(line, (brand) => brand.receive(line, message));
  }

  webSocketClose(socket: EdgeSocket, code: number): void {
    const line = this.#lineOf(socket);
    line.answerClose(code);
    if (this.#brand) this.#enter(line, (brand) => brand.leave(line));
  }

  /** Then nothing says that it has closed. */
  webSocketError(socket: EdgeSocket, error: unknown): void {
    this.log('socket_error', faultOf(error));
    const line = this.#lineOf(socket);
    line.drop(CLOSE.broken, '');
    if (this.#brand) this.#enter(line, (brand) => brand.leave(line));
  }

  async alarm(ring?: { retryCount: number }): Promise<void> {
    await this.#alarm.rings(ring?.retryCount ?? 0, this.now());
    if (this.#broken) this.#open();
    if (!this.#brand) return;
    try {
      this.#handle(() => this.#brand!.wake());
      this.#alarm.worked();
    } catch (error) {
      this.log('wake_failed', faultOf(error));
      this.#alarm.rest(this.now());
    }
  }

  // ---- Host

  sql<Row extends object>(query: string, ...params: Bind[]): Row[] {
    return this.#rows.sql<Row>(query, ...params);
  }
  script(statements: string): void {
    this.#rows.script(statements);
  }
  /** A change has one time, as on Node: what it begins is not a moment older than what was said in it. Not every runtime's clock stands still. */
  now(): Time {
    return this.#moment ?? this.clock();
  }
  clock(): Time {
    return Date.now();
  }
  random(bytes: number): Uint8Array<ArrayBuffer> {
    return random(bytes);
  }
  log(event: string, fields: Record<string, string | number | boolean> = {}): void {
    logLine(event, { brand: this.id, ...fields });
  }
  wakeAt(at: Time | null): void {
    this.later(() => this.#alarm.set(at));
  }
  /** Cloudflare keeps no log of ours in which deleted rows could be read; its own 30 days of recovery are in the README. */
  scrub(): void {}

  connections(tag?: string): Connection[] {
    return this.ctx.getWebSockets(tag).map((socket) => this.#lineOf(socket)).filter((line) => line.isOpen).sort((a, b) => a.opened - b.opened);
  }

  transaction<T>(work: () => NotPromise<T>): T {
    const [sent, before] = [this.#effects.length, this.#moment];
    this.#moment ??= this.clock();
    try {
      return this.ctx.storage.transactionSync(work as () => T);
    } catch (error) {
      this.#effects.length = sent;
      throw error;
    } finally {
      this.#moment = before;
    }
  }

  // ---- Machine

  later(effect: () => void): void {
    this.#effects.push(effect);
  }
  pinged(socket: EdgeSocket): Time {
    return this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
  }

  // ---- inside

  #lineOf(socket: EdgeSocket): Line {
    const known = this.#lines.get(socket);
    if (known) return known;
    const line = new Line(this, socket);
    this.#lines.set(socket, line);
    return line;
  }

  /** A handler that nobody waits for. Where it fails its line is closed: what came in on it comes again on the next (rule R2). */
  #enter(line: Line, handler: (brand: Brand) => void): void {
    try {
      const brand = this.#brand;
      if (!brand) throw this.#broken ?? new Error('no such brand');
      this.#handle(() => handler(brand));
    } catch (error) {
      this.log('handler_failed', { error: (error as Error).name });
      line.drop(CLOSE.broken, 'broken');
    }
  }

  #handle<T>(handler: () => NotPromise<T>): T {
    const result = this.transaction(handler);
    const effects = this.#effects;
    this.#effects = [];
    for (const effect of effects) effect();
    this.#tellHead();
    this.#publish();
    return result;
  }

  /** The runtime answers pings while we sleep: it has to know how far the brand has come (rules S7, S8). */
  #tellHead(): void {
    const head = this.#brand?.head() ?? 0;
    if (head === this.#head) return;
    this.#head = head;
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, JSON.stringify({ type: 'pong', head })));
  }

  /** What the directory says of this brand without waking it: told until it is known to have heard. */
  #publish(): void {
    const settings = this.#brand?.settings;
    if (!settings || settings === this.#published) return;
    this.#published = settings;
    const { kv } = this.ctx.storage;
    const told = JSON.stringify(settings.origins);
    if (kv.get('published') === told) return;
    this.ctx.waitUntil(shelfOf(this.env, this.id).publish(this.id, settings.origins).then(() => kv.put('published', told), (error) => {
      this.#published = undefined;
      this.log('publish_failed', faultOf(error));
    }));
  }
}
