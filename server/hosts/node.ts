/** Leaveword as one Node process: many brands, one SQLite file each, one HTTP server. */
import { randomBytes, scrypt } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, Server } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSE } from '../../protocol/frames.ts';
import { FRAME_BYTES, SUBPROTOCOL } from '../../protocol/limits.ts';
import type { Id, Time } from '../../protocol/messages.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { Brand } from '../brand.ts';
import { Problem } from '../errand.ts';
import type { Bindings, Estate, Host, Owner, Who } from '../host.ts';
import { arrive, type Header } from '../moving.ts';
import { badRequest } from '../doors/turned-away.ts';
import { NodeOwner } from './node-owner.ts';

export const BRAND_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

export interface NodeHouseOptions {
  dataDir: string;
  /** Where the built widget and inbox are. */
  assetDir: string;
  url: string;
  now?: () => Time;
  log?: Host['log'];
}

/** A file that is no database of ours any more, or is newer than we are. Nothing in it was changed. */
export class CannotOpen extends Problem {
  /** SQLite's, or none: for whoever knocks it is a disk that does not work. */
  readonly errcode: number;
  constructor(brand: Id, file: string, cause: Error) {
    super(`Brand "${brand}" cannot be opened: ${cause.message} (${file})`, { cause });
    this.errcode = (cause as { errcode?: number }).errcode ?? 0;
  }
}

export class NodeHouse implements Estate {
  readonly #options: NodeHouseOptions;
  readonly #owners = new Map<Id, NodeOwner>();
  readonly url: string;
  draining = false;
  readonly now: () => Time;
  readonly log: Host['log'];

  constructor(options: NodeHouseOptions) {
    this.#options = options;
    this.url = options.url;
    this.now = options.now ?? Date.now;
    this.log = options.log ?? logLine;
  }

  /** The brand, opened if it exists on disk. */
  async owner(brand: Id): Promise<NodeOwner | undefined> {
    const open = this.#owners.get(brand);
    if (open && !open.closed) return open;
    if (!BRAND_ID.test(brand) || !existsSync(this.#file(brand))) return undefined;
    // SQLite would take it for a new one, and everybody would find that nobody had ever said anything.
    if (statSync(this.#file(brand)).size === 0) throw new CannotOpen(brand, this.#file(brand), new Error('the file is empty'));
    return this.#open(brand);
  }

  /** @throws when the id is no brand id, or taken. */
  async create(brand: Id, settings: Settings): Promise<NodeOwner> {
    return this.#found(brand, (each) => each.change(settings));
  }

  /** @throws when the id is no brand id, or taken. */
  async makeRoom(brand: Id, header: Header): Promise<NodeOwner> {
    return this.#found(brand, (each) => arrive(each, header));
  }

  async #found(brand: Id, first: (brand: Brand) => void): Promise<NodeOwner> {
    if (!BRAND_ID.test(brand)) throw new Problem(`"${brand}" cannot be a brand: use 1 to 40 small letters, digits and dashes`);
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    if (existsSync(this.#file(brand))) throw new Problem(`there is a brand "${brand}" already`);
    // In one turn, so in one commit: what is on disk is the whole of it or nothing.
    const owner = this.#open(brand);
    await owner.run(first);
    return owner;
  }

  async remove(brand: Id): Promise<void> {
    (await this.owner(brand))?.close();
    this.#owners.delete(brand);
    for (const rest of ['-wal', '-shm', '']) await rm(this.#file(brand) + rest, { force: true });
  }

  async brands(): Promise<Id[]> {
    if (!existsSync(this.#dir)) return [];
    return (await readdir(this.#dir)).filter((name) => name.endsWith('.sqlite')).map((name) => name.slice(0, -'.sqlite'.length)).sort();
  }

  open(): NodeOwner[] {
    return [...this.#owners.values()];
  }

  scrypt(password: string, salt: Uint8Array): Promise<Uint8Array> {
    const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 };
    return new Promise((resolve, reject) => {
      scrypt(password, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key)));
    });
  }

  random(bytes: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(randomBytes(bytes));
  }

  /** Each handler has waited for the commit of its turn, in which all were heard that had come in. */
  async pause(): Promise<void> {}

  async asset(path: string): Promise<{ body: Uint8Array<ArrayBuffer> } | undefined> {
    const file = join(this.#options.assetDir, path);
    return existsSync(file) ? { body: new Uint8Array(await readFile(file)) } : undefined;
  }

  close(): void {
    for (const owner of this.#owners.values()) owner.close();
    this.#owners.clear();
  }

  get #dir(): string {
    return join(this.#options.dataDir, 'brands');
  }

  #file(brand: Id): string {
    return join(this.#dir, `${brand}.sqlite`);
  }

  /** @throws CannotOpen */
  #open(brand: Id): NodeOwner {
    try {
      const owner = new NodeOwner(brand, this.#file(brand), this);
      this.#owners.set(brand, owner);
      return owner;
    } catch (error) {
      throw new CannotOpen(brand, this.#file(brand), error as Error);
    }
  }
}

/** A line of JSON: ids, sizes, codes and durations. */
export const logLine: Host['log'] = (event, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`);
};

// ---- the server

/** Sockets closed at a time while draining: a thousand clients shall not come back in the same instant. */
const DRAIN_BATCH = 100;
const DRAIN_PAUSE_MS = 50;
const COME_BACK_WITHIN_MS = 10_000;

/** Of one message: the smallest packets of a bad network make a hundred of the largest. Each costs many times its bytes. */
const PIECES_MOST = 1_024;
/** A request that has not come in whole by then was never meant to. */
const REQUEST_MS = 8_000;

export interface Listening {
  port: number;
  server: Server;
  /** Refuses what is new, says goodbye to who is here, finishes what has begun, closes the files. */
  drain(): Promise<void>;
}

export async function listen(
  house: NodeHouse, app: Hono<{ Bindings: Bindings }>, options: { port: number; host?: string; trustedProxy?: string[] },
): Promise<Listening> {
  const addressOf = readAddress(options.trustedProxy ?? []);
  const server = createAdaptorServer({
    serverOptions: {
      headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: REQUEST_MS / 5,
      // Some clients offer HTTP/2 this way with every request, and mean to be answered all the same.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    fetch: (request, env) => app.fetch(request, { address: addressOf((env as { incoming: IncomingMessage }).incoming) }),
  }) as Server;
  // Its types do not know of the pieces yet.
  const pieces = { maxFragments: PIECES_MOST, maxBufferedChunks: PIECES_MOST };
  const sockets = new WebSocketServer({
    noServer: true, maxPayload: FRAME_BYTES, perMessageDeflate: false, clientTracking: false, handleProtocols: () => SUBPROTOCOL, ...pieces,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => house.log('upgrade_error', { code: (error as NodeJS.ErrnoException).code ?? error.name }));
    upgrade(house, app, sockets, addressOf, request, socket, head).catch((error: Error) => {
      house.log('upgrade_failed', { error: error.name });
      socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  return {
    port: (server.address() as { port: number }).port,
    server,
    async drain() {
      house.draining = true;
      server.close();
      for (const owner of house.open()) {
        await owner.drain(() => Math.floor(Math.random() * COME_BACK_WITHIN_MS), DRAIN_BATCH, DRAIN_PAUSE_MS);
      }
      server.closeAllConnections();
      house.close();
    },
  };
}

/** Hono decides; a request that its route has accepted becomes a socket of that brand. */
async function upgrade(
  house: NodeHouse, app: Hono<{ Bindings: Bindings }>, sockets: WebSocketServer, addressOf: (request: IncomingMessage) => string,
  request: IncomingMessage, socket: Duplex, head: Buffer,
): Promise<void> {
  let accepted: { owner: NodeOwner; who: Who } | undefined;
  const headers = new Headers();
  for (let i = 0; i < request.rawHeaders.length; i += 2) headers.append(request.rawHeaders[i]!, request.rawHeaders[i + 1]!);
  // Put behind our own name as text: resolved, `//` and `/\\` would begin another's.
  if (!request.url?.startsWith('/')) return turnAway(socket, badRequest('this is not a path').toResponse());
  const url = new URL(house.url + request.url);
  const response = await app.fetch(new Request(url, { headers }), {
    address: addressOf(request),
    accept: async ({ id }: Owner, who: Who) => {
      const owner = await house.owner(id);
      if (owner) accepted = { owner, who };
      return new Response(null, { status: owner ? 200 : 404 });
    },
  });
  if (!accepted || house.draining) return turnAway(socket, response);
  const { owner, who } = accepted;
  sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
    if (house.draining) webSocket.close(CLOSE.restart, 'restarting');
    else owner.accept(webSocket, who, socket);
  });
}

async function turnAway(socket: Duplex, response: Response): Promise<void> {
  const body = await response.text();
  const lines = [`HTTP/1.1 ${response.ok ? 503 : response.status} No`, 'connection: close', `content-length: ${Buffer.byteLength(body)}`];
  for (const [name, value] of response.headers) if (name !== 'content-length') lines.push(`${name}: ${value}`);
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** The socket's own address; a forwarded one is believed only from the proxies that were named. */
function readAddress(trusted: string[]): (request: IncomingMessage) => string {
  const proxies = new BlockList();
  for (const entry of trusted) {
    const [address, bits] = entry.split('/') as [string, string | undefined];
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits) proxies.addSubnet(address, Number(bits), family);
    else proxies.addAddress(address, family);
  }
  return (request) => {
    const own = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const isProxy = (address: string) => isIP(address) > 0 && proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
    if (!isProxy(own)) return own;
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',').map((each) => each.trim()).filter(Boolean);
    // From the right: the first that is none of our proxies is the client as the outermost of them saw it.
    return forwarded.reverse().find((each) => !isProxy(each)) ?? own;
  };
}
