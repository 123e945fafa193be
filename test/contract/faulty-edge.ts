/**
 * The edge deployment with faults that can be planted from outside, and with eyes: for tests of what the platform does. The
 * product has no switch for any of this; a subclass stands where the runtime looks for the class.
 */
import product, { BrandObject as Product, Directory, Scrypt } from '../../server/hosts/cloudflare.ts';
import { type Env, logLine } from '../../server/hosts/cloudflare-env.ts';
import { hashOf, newSecret } from '../../server/doors/secrets.ts';
import type { Brand } from '../../server/brand.ts';
import type { Bind, NotPromise } from '../../server/host.ts';
import { openSession } from '../../server/sessions.ts';

export { Directory, Scrypt };

/**
 * - `handler`: a whole handler throws, after all that it writes and sends.
 * - `frame`: the same one step deeper, where the core itself still catches it.
 * - `wake`: the alarm's handler throws, after all that it writes and sends.
 * - `migration`: throws after the first statements of a migration.
 * - `sql`: every statement fails, as on a disk that is gone.
 * - `reset`: the platform resets the object in the middle of a handler.
 * - `crash`: the same whenever the alarm rings.
 * - `gate`: it does so when the handler has sent its frames, and nothing is on disk yet.
 * - `send`: a socket that looks open throws when a change is written to it.
 */
export type Fault = 'handler' | 'frame' | 'wake' | 'migration' | 'sql' | 'reset' | 'crash' | 'gate' | 'send';

interface Planted { fault: Fault; times: number; pass?: number }
interface Cursor { rowsWritten: number; rowsRead: number }
/** `alarms` are billed as a row written each. */
export interface Cost { statements: number; rowsRead: number; rowsWritten: number; alarms: number }

/** Beside the objects, which come and go: the isolate stays. By brand. */
const planted = new Map<string, Planted>();
const behind = new Map<string, number>();
const stopped = new Map<string, number>();
let made = 0;

/** What the storage was asked since the last look, in all objects of this isolate. */
let cursors: Cursor[] = [];
let alarms = 0;

type Method = (this: object, ...args: unknown[]) => unknown;
/** The runtime's own classes are shared by all objects of an isolate, and not yet at hand when this module is read. */
function watch(of: object, name: string, see: (result: unknown, args: unknown[]) => void): void {
  const prototype = Object.getPrototypeOf(of) as Record<string, Method>;
  const method = prototype[name]!;
  prototype[name] = function (...args) {
    const result = method.apply(this, args);
    see(result, args);
    return result;
  };
}

let isWatched = false;
function watchAll({ storage }: EdgeObjectState): void {
  if (isWatched) return;
  isWatched = true;
  watch(storage.sql, 'exec', (cursor, [query]) => {
    // What the local platform writes down for itself whenever it makes an object.
    if (!String(query).includes('__miniflare')) cursors.push(cursor as Cursor);
  });
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const [brand] = [...planted].find(([, { fault, times }]) => fault === 'send' && times > 0) ?? [];
    if (brand !== undefined && String(data).startsWith('{"type":"changed"') && strikes(brand, 'send')) throw new TypeError('planted');
    send.call(this, data);
  };
  watch(storage, 'setAlarm', () => { alarms++; });
  watch(storage, 'deleteAlarm', () => { alarms++; });
}

function spent(): Cost {
  const [since, set] = [cursors, alarms];
  cursors = [];
  alarms = 0;
  const sum = (key: keyof Cursor) => since.reduce((all, cursor) => all + cursor[key], 0);
  return { statements: since.length, rowsRead: sum('rowsRead'), rowsWritten: sum('rowsWritten'), alarms: set };
}

function strikes(brand: string, fault: Fault): boolean {
  const plan = planted.get(brand);
  if (plan?.fault !== fault || plan.times < 1) return false;
  if (plan.pass) {
    plan.pass--;
    return false;
  }
  plan.times--;
  logLine('fault_fired', { brand, fault, left: plan.times });
  return true;
}

export class BrandObject extends Product {
  readonly made = ++made;
  #depth = 0;
  #transactions = 0;
  #ringing = false;
  #scripts = 0;
  /** What was done since somebody last looked: `.` for a handler of a door, `m` for a frame, a space where the loop had turned in between. */
  #deeds = '';
  #watchesTurn = false;

  constructor(ctx: EdgeObjectState, env: Env) {
    watchAll(ctx);
    spent();
    const began = performance.now();
    super(ctx, env);
    // Behind what the product does before it lets anything in.
    ctx.blockConcurrencyWhile(async () => {
      this.log('made', { made: this.made, transactions: this.#transactions, ...spent(), ms: performance.now() - began });
    });
  }

  // ---- the faults

  override transaction<T>(work: () => NotPromise<T>): T {
    if (!this.#depth++) this.#transactions++;
    try {
      return super.transaction<T>(() => {
        const result = work();
        const fault = this.#depth > 1 ? 'frame' : this.#ringing ? 'wake' : 'handler';
        if (strikes(this.id, fault)) throw new Error('planted');
        if (this.#depth === 1 && strikes(this.id, this.#ringing ? 'crash' : 'reset')) this.reset();
        return result;
      });
    } finally {
      this.#depth--;
    }
  }

  override run<T>(handler: (brand: Brand) => NotPromise<T>): Promise<T> {
    this.#note('.');
    return super.run(handler);
  }

  override webSocketMessage(socket: EdgeSocket, message: string | ArrayBuffer): void {
    this.#note('m');
    super.webSocketMessage(socket, message);
    if (strikes(this.id, 'gate')) this.reset();
  }

  override async alarm(info?: { retryCount: number }): Promise<void> {
    this.log('rings', { tries: info?.retryCount ?? -1 });
    this.#ringing = true;
    try {
      await super.alarm(info);
    } finally {
      this.#ringing = false;
    }
  }

  override script(statements: string): void {
    super.script(statements);
    if (++this.#scripts === 2 && strikes(this.id, 'migration')) throw new Error('planted');
  }

  override sql<Row extends object>(query: string, ...params: Bind[]): Row[] {
    if (strikes(this.id, 'sql')) throw new Error('planted');
    return super.sql<Row>(query, ...params);
  }

  /** The object's clock may be behind: then all that it puts off is due to the platform at once. */
  override clock(): number {
    return stopped.get(this.id) ?? Date.now() - (behind.get(this.id) ?? 0);
  }

  // ---- the eyes, and a hand on the clock

  plant(fault: Fault, times: number): void {
    planted.set(this.id, { fault, times });
  }

  /** The first handlers pass, the last one of these is struck. */
  plantLater(fault: Fault, last: number): void {
    planted.set(this.id, { fault, times: 1, pass: last - 1 });
  }

  /** How often it has still to strike. */
  left(): number {
    return planted.get(this.id)?.times ?? 0;
  }

  fallBehind(ms: number): void {
    behind.set(this.id, ms);
  }
  stopClock(): void {
    stopped.set(this.id, this.clock());
  }
  startClock(): void {
    stopped.delete(this.id);
  }

  /** Everybody's line, as the platform keeps it. */
  lines(): { tags: string[]; attachment: unknown; open: boolean }[] {
    const { ctx } = this as unknown as { ctx: EdgeObjectState & { getTags(socket: EdgeSocket): string[] } };
    return ctx.getWebSockets().map((socket) => ({ tags: ctx.getTags(socket), attachment: socket.deserializeAttachment(), open: socket.readyState === WebSocket.OPEN }));
  }

  /** The job comes now, or in `ms`, by the platform's alarm. */
  async hasten(kind: string, arg = '', ms = 0): Promise<void> {
    await this.run((brand) => brand.jobs.schedule(kind, this.now() + ms, arg));
  }

  /** As if everybody here had come, and been heard of last, so much earlier. */
  age(ms: number): void {
    for (const socket of this.ctx.getWebSockets()) {
      const { who, opened, heard } = socket.deserializeAttachment() as { who: object; opened: number; heard: number };
      socket.serializeAttachment({ who, opened: opened - ms, heard: heard - ms });
    }
  }

  /** As the platform does when something is wrong with the object. Never answers. */
  reset(): void {
    (this.ctx as EdgeObjectState & { abort(why: string): void }).abort('planted');
  }

  /** The platform's own alarm, whatever is due. It costs nothing: it is the test's. */
  async ringIn(ms: number): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + ms);
    alarms--;
  }

  /** A colleague who has signed in. @returns her session */
  async seat(name: string): Promise<string> {
    const secret = newSecret((bytes) => this.random(bytes));
    const hash = await hashOf(secret);
    await this.run((brand) => openSession(brand, brand.hire({ id: `a_${name}`, email: `${name}@shop.example`, name, role: 'agent', password: '-' }), hash));
    return secret;
  }

  #note(deed: string): void {
    this.#deeds += deed;
    if (this.#watchesTurn) return;
    this.#watchesTurn = true;
    setTimeout(() => {
      this.#watchesTurn = false;
      this.#deeds += ' ';
    });
  }

  async deeds(): Promise<string> {
    const found = this.#deeds;
    this.#deeds = '';
    return found;
  }

  async cost(): Promise<Cost> {
    return spent();
  }
}

interface Errand { brand: string; verb: string; args: unknown[] }

// biome-ignore lint/style/noDefaultExport: the runtime looks for it
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (new URL(request.url).pathname !== '/test') return product.fetch(request, env);
    const { brand, verb, args } = (await request.json()) as Errand;
    const stub = env.BRAND.getByName(brand) as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    try {
      return Response.json({ said: (await stub[verb]!(...args)) ?? null });
    } catch (error) {
      return Response.json({ threw: String(error) });
    }
  },
};
