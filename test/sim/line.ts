/**
 * The network between tabs and the server: each connection delivers in order and late; it can be cut, be half open (bytes
 * vanish and nobody is told), stall, and what was said on an old one may arrive after what is said on a new one.
 */
import { type Tab, tabAt } from './device.ts';
import { stage } from './stage.ts';
import type { Place, Planned, World } from './world.ts';

/** What a connection, or a request, finds at the other end. */
export interface Server {
  readonly place: Place | undefined;
  knock(socket: ServerSocket, url: string, protocols: string[], from: string): void;
  ask(url: string, body: string, from: string): Promise<{ status: number; body: unknown }>;
}

type Heard = (event: { type: string; data?: string; code?: number; reason?: string }) => void;
/** Both ends of a connection that ended keep its name this long before the other end gives up waiting for a last word. */
const LINGER_MS = 30_000;

/** The browser's end. */
export class ClientSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = 0;
  binaryType = 'blob';
  readonly url: string; readonly link: Link;
  readonly #listeners = new Map<string, Set<Heard>>();

  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.link = stage().net.connect(this, tabAt(stage().world.current), url, protocols);
  }
  addEventListener(type: string, listener: Heard): void {
    const all = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, all.add(listener));
  }
  removeEventListener(type: string, listener: Heard): void {
    this.#listeners.get(type)?.delete(listener);
  }
  tell(type: string, more: { data?: string; code?: number; reason?: string } = {}): void {
    for (const listener of [...this.#listeners.get(type) ?? []]) listener({ type, ...more });
  }
  send(text: string): void {
    if (this.readyState === 1) this.link.up(text);
  }
  close(): void {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.link.hangUp();
  }
  ended(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    if (code === 1006) this.tell('error');
    this.tell('close', { code, reason: '' });
  }
}

/** The server's end, as `ws` shows it. */
export class ServerSocket {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly link: Link;
  readonly #listeners = new Map<string, (...args: unknown[]) => void>();

  constructor(link: Link) {
    this.link = link;
  }
  on(type: string, listener: (...args: never[]) => void): void {
    this.#listeners.set(type, listener as (...args: unknown[]) => void);
  }
  tell(type: string, ...args: unknown[]): void {
    this.#listeners.get(type)?.(...args);
  }
  send(text: string): void {
    if (this.readyState === 1) this.link.down(text);
  }
  ping(): void {
    this.link.ping();
  }
  close(code: number): void {
    if (this.readyState !== 1) return;
    this.readyState = 2;
    this.link.sendAway(code);
  }
  terminate(): void {
    this.link.cut(true);
  }
  ended(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.tell('close');
  }
}

export class Link {
  readonly net: Net; readonly tab: Tab; readonly client: ClientSocket;
  readonly from: string; readonly protocols: string[];
  /** Nothing arrives any more, in neither direction, and nobody is told. */
  dead = false;
  server: ServerSocket | undefined;
  process: Place | undefined;
  #upAt = 0; // when what was said last arrives: nothing overtakes on one connection
  #downAt = 0;
  #over = false; #missing = false;
  #linger: Planned | undefined;

  constructor(net: Net, tab: Tab, client: ClientSocket, from: string, protocols: string[]) {
    this.protocols = protocols;
    this.net = net;
    this.tab = tab;
    this.client = client;
    this.from = from;
  }

  get over(): boolean {
    return this.#over;
  }

  #goUp(what: string, work: () => void): void {
    if (this.dead || !this.process) return;
    const { world } = this.net;
    this.#upAt = Math.max(this.#upAt, world.now + this.net.latency());
    world.after(this.#upAt - world.now, this.process, what, () => { if (!this.dead) work(); });
  }
  #goDown(what: string, work: () => void): void {
    if (this.dead) return;
    const { world } = this.net;
    this.#downAt = Math.max(this.#downAt, world.now + this.net.latency());
    world.after(this.#downAt - world.now, this.tab.place, what, () => { if (!this.dead) work(); });
  }

  open(url: string): void {
    this.process = this.net.server.place;
    if (!this.process || this.tab.device.offline || this.tab.device.noSockets) return this.refuse();
    const server = this.server = new ServerSocket(this);
    this.#goUp('knock', () => this.net.server.knock(server, url, this.protocols, this.from));
  }
  refuse(): void {
    this.#goDown('refused', () => this.client.ended(1006));
    this.#end();
  }
  accept(): void {
    this.#goDown('opened', () => {
      if (this.client.readyState !== 0) return;
      this.client.readyState = 1;
      this.client.tell('open');
    });
  }
  up(text: string): void {
    this.net.said(this, text);
    this.#goUp('up', () => {
      if (text.startsWith('{"type":"sync"')) this.#missing = false;
      this.net.world.note('heard', this.process, text);
      if (this.server?.readyState !== 3) this.server?.tell('message', text, false);
    });
  }
  down(text: string): void {
    if (!this.process?.alive) return;
    if (this.#misses(text)) return this.net.world.count('a change vanished on a line that holds');
    this.net.told(this, text);
    this.#goDown('down', () => {
      this.net.world.note('told', this.tab.place, text);
      if (this.client.readyState === 1) this.client.tell('message', { data: text });
    });
  }
  /** Once one change has vanished, so do those behind it, until the client has noticed: the last frames of a burst are lost, never some in between (S8). */
  #misses(text: string): boolean {
    if (text.startsWith('{"type":"ok"')) this.#missing = false;
    else if (text.startsWith('{"type":"changed"')) return this.#missing ||= this.net.weather.missed > 0 && this.net.world.chance(this.net.weather.missed);
    return false;
  }
  ping(): void {
    if (this.dead) return;
    this.#goUp('pong', () => this.server?.tell('pong'));
  }
  /** From the client: what was said before still arrives. */
  hangUp(): void {
    this.#goUp('close', () => this.server?.ended());
    this.#goDown('closed', () => this.client.ended(1000));
    // Where nobody answers the browser gives up, and says so late: by then another socket is open.
    if (this.dead) this.net.world.after(this.net.world.between(2_000, 30_000), this.tab.place, 'given up', () => this.client.ended(1006));
    this.#end();
  }
  /** From the server: after what was said before. */
  sendAway(code: number): void {
    if (!this.process?.alive) return;
    if (code === 4408 || code === 4409) this.tab.sentAway = true;
    if (code === 4429) this.net.slowedDown(this);
    this.#goDown('closed', () => {
      this.client.ended(code);
      this.#goUp('close', () => {
        this.net.world.cancel(this.#linger);
        this.server?.ended();
      });
    });
    const { server, process } = this;
    this.#linger = this.net.world.after(LINGER_MS, process, 'linger', () => server?.ended());
    this.#end();
  }
  /** What is on the way is lost; each end hears of it when it does. @param atOnce of the server's own doing */
  cut(atOnce = false): void {
    const { world } = this.net;
    const wasDead = this.dead;
    this.dead = true;
    this.#end();
    if (!wasDead) world.after(world.between(0, 200), this.tab.place, 'cut', () => this.client.ended(1006));
    if (this.process) world.after(atOnce ? 0 : world.between(0, 5_000), this.process, 'cut', () => this.server?.ended());
  }
  #end(): void {
    this.#over = true;
    this.net.links.delete(this);
  }
}

/** How bad the network is, drawn once for each run. */
export interface Weather {
  slow: number; // the longest a frame takes, in milliseconds
  /** Of all frames those that take seconds, of requests those without an answer, of changes those that vanish on a line that holds (S8). */
  stall: number; lost: number; missed: number;
}

export class Net {
  readonly world: World;
  readonly server: Server;
  readonly weather: Weather;
  readonly mayMiss: boolean; // changes vanish on lines that hold, at some time in this world (S8)
  readonly links = new Set<Link>();
  /** Told of each frame that goes up or down. */
  said: (link: Link, text: string) => void = () => undefined;
  told: (link: Link, text: string) => void = () => undefined;
  slowedDown: (link: Link) => void = () => undefined;

  constructor(world: World, server: Server, weather: Weather) {
    this.world = world;
    this.server = server;
    this.weather = weather;
    this.mayMiss = weather.missed > 0;
  }

  latency(): number {
    const { world, weather } = this;
    if (weather.stall && world.chance(weather.stall)) {
      world.count('a line stalled');
      return world.between(500, 15_000);
    }
    return world.between(2, weather.slow);
  }

  connect(client: ClientSocket, tab: Tab, url: string, protocols: string[]): Link {
    tab.offered = protocols[1]?.slice(2) ?? '';
    const link = new Link(this, tab, client, tab.device.name, protocols);
    this.links.add(link);
    tab.link = link;
    link.open(url);
    return link;
  }

  /** The process is gone, with the sockets of all it served. @param silently nobody tells them */
  processDied(process: Place, silently: boolean): void {
    for (const link of [...this.links]) {
      if (link.process !== process) continue;
      if (silently) link.dead = true;
      else link.cut();
    }
  }
  /** The page is gone; its browser closes what it had open, if it still can. */
  forget(tab: Tab): void {
    for (const link of [...this.links]) if (link.tab === tab) link.cut();
  }

  fetch(url: string, { body = '', keepalive, signal }: { body?: string; keepalive?: boolean; signal?: AbortSignal | null }): Promise<object> {
    const { world } = this;
    const tab = tabAt(stage().world.current);
    if (keepalive) world.count('last words were posted');
    return new Promise((resolve, reject) => {
      const fail = () => reject(new TypeError('Failed to fetch'));
      signal?.addEventListener('abort', fail);
      const process = this.server.place;
      if (!process || tab.device.offline) return void world.after(this.latency(), tab.place, 'unasked', fail);
      const lost = world.chance(this.weather.lost) ? world.pick(['up', 'down']) : undefined;
      if (lost) world.count('a request was lost');
      if (lost === 'up') return void world.after(world.between(10, 4_000), tab.place, 'unheard', fail);
      // The process may die before it answers.
      const given = world.after(60_000, tab.place, 'unanswered', fail);
      world.after(this.latency(), process, 'asked', () => {
        world.note('asked', process, url + body);
        void this.server.ask(url, body, tab.device.name).then(({ status, body: answer }) => {
          world.cancel(given);
          if (JSON.stringify(answer).includes('"too many new threads"')) tab.device.slowed = true;
          if (lost === 'down') return void world.after(world.between(10, 4_000), tab.place, 'unanswered', fail);
          world.after(this.latency(), tab.place, 'answered', () => resolve({ status, ok: status < 300, json: async () => answer }));
        });
      });
    });
  }
}
