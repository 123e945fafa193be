/** A real server process with a brand to attack, seen from as many addresses as an attacker wants. */
import { join } from 'node:path';
import { NodeHouse } from '../server/hosts/node.ts';
import type { Brand } from '../server/brand.ts';
import { hashOf } from '../server/doors/secrets.ts';
import type { Settings } from '../protocol/settings.ts';
import { makeBrand, type RunningServer, startServer, tempDir } from './browser.ts';
import { RawLine } from './raw-line.ts';
import { newToken } from './talker.ts';

export const SHOP = 'https://shop.example';
export const HI = { type: 'hi', v: 1, rev: 0 };
export const PASSWORD = 'correct horse battery';

export interface Target {
  server: RunningServer;
  dataDir: string;
  /** A visitor's line that has been let in, or not; from an address of its own unless told. */
  knock(options?: { brand?: string; token?: string; from?: string; origin?: string | undefined; headers?: Record<string, string>; path?: string; protocols?: string }): Promise<RawLine>;
  /** One that has said `hi` and heard `ok`. */
  visitor(options?: { brand?: string; token?: string; from?: string }): Promise<RawLine>;
  /** The cookie of a brand's owner. */
  cookie(brand?: string): Promise<string>;
  ticket(cookie: string, brand?: string): Promise<string>;
  agent(cookie: string, brand?: string): Promise<RawLine>;
  post(frames: object[], options?: { token?: string; from?: string; brand?: string }): Promise<Response>;
  metric(name: string): Promise<number>;
}

/** @param seed writes into the first brand before the server starts */
export async function openTarget(options: { brands?: string[]; settings?: Partial<Settings>; seed?: (brand: Brand) => void; dataDir?: string } = {}): Promise<Target> {
  const { brands = ['acme'], settings = {} } = options;
  const dataDir = options.dataDir ?? await tempDir('abuse');
  const links = new Map<string, string>();
  for (const brand of brands) {
    links.set(brand, (await makeBrand({ dataDir, brand, url: 'http://localhost:1', settings: { origins: [SHOP], ...settings } })).join);
  }
  if (options.seed) await inBrand(dataDir, brands[0]!, options.seed);
  const server = await startServer({ dataDir, env: { TRUSTED_PROXY: '127.0.0.1,::1' } });
  let addresses = 0;
  const elsewhere = () => `${198 + (++addresses >> 24)}.${51 + (addresses >> 16)}.${(addresses >> 8) & 255}.${addresses & 255}`;
  const cookies = new Map<string, string>();

  const target: Target = {
    server, dataDir,
    knock: ({ brand = 'acme', token = newToken(), from = elsewhere(), headers = {}, path = `/v1/${brand}/visitor`, protocols = `chat.v1, t.${token}`, ...rest } = {}) =>
      new RawLine({ port: server.port, path, origin: 'origin' in rest ? rest.origin : SHOP, protocols, headers: { 'x-forwarded-for': from, ...headers } }).opened,
    async visitor(who) {
      return (await target.knock(who)).say(HI).until((line) => line.of('ok').length > 0, 'an ok');
    },
    async cookie(brand = 'acme') {
      const known = cookies.get(brand);
      if (known) return known;
      const response = await atDesk(server, brand, 'join', { code: links.get(brand)!.split('#join=')[1], name: 'Ada', password: PASSWORD });
      const cookie = response.headers.getSetCookie()[0]!.split(';')[0]!;
      cookies.set(brand, cookie);
      return cookie;
    },
    ticket: async (cookie, brand = 'acme') => ((await (await atDesk(server, brand, 'ticket', {}, cookie)).json()) as { ticket: string }).ticket,
    async agent(cookie, brand = 'acme') {
      const ticket = await target.ticket(cookie, brand);
      const line = await target.knock({ path: `/v1/${brand}/agent`, origin: server.url, protocols: `chat.v1, t.${ticket}` });
      return line.say(HI).until(() => line.of('ok').length > 0, 'an ok');
    },
    post: (frames, { token = newToken(), from = elsewhere(), brand = 'acme' } = {}) => fetch(`${server.url}/v1/${brand}/frames`, {
      method: 'POST', headers: { 'content-type': 'text/plain', origin: SHOP, 'x-forwarded-for': from }, body: JSON.stringify({ token, frames }),
    }),
    async metric(name) {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    },
  };
  return target;
}

export const atDesk = (server: RunningServer, brand: string, path: string, body: object, cookie?: string): Promise<Response> =>
  fetch(`${server.url}/v1/${brand}/desk/${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json', origin: server.url, ...(cookie ? { cookie } : {}) }, body: JSON.stringify(body),
  });

/** Looks into, or writes into, a brand's file while no server holds it. */
export async function inBrand<T>(dataDir: string, brand: string, work: (brand: Brand) => T): Promise<T> {
  const house = new NodeHouse({ dataDir, assetDir: join(dataDir, 'none'), url: 'http://localhost:1', log: () => undefined });
  try {
    return await (await house.owner(brand))!.run(work as never) as T;
  } finally {
    house.close();
  }
}

/** A visitor with threads of this many messages, each of `body`. @returns her id; her device holds `token` */
export async function plantVisitor(token: string): Promise<(brand: Brand, threads: Record<string, number>, body: string) => string> {
  const hash = await hashOf(token);
  return ({ host }, threads, body) => {
    const id = hash.slice(0, 32);
    host.sql('INSERT INTO visitor (id, created, at, rev) VALUES (?, 1, 1, 1)', id);
    host.sql('INSERT INTO token VALUES (?, ?, ?, ?)', hash, id, host.now(), host.now());
    for (const [thread, messages] of Object.entries(threads)) {
      const rev = host.sql<{ rev: number }>('UPDATE head SET rev = rev + ? RETURNING rev', messages)[0]!.rev - messages;
      host.sql("INSERT INTO thread (id, visitor, state, seq, created, at, rev) VALUES (?, ?, 'waiting', ?, 1, 1, ?)", thread, id, messages, rev + messages);
      for (let seq = 1; seq <= messages; seq++) {
        host.sql("INSERT INTO message (thread, seq, id, by, body, at, rev) VALUES (?, ?, ?, 'visitor', ?, 1, ?)", thread, seq, `m${seq}`, body, rev + seq);
      }
    }
    return id;
  };
}
