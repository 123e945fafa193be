/** A house with real SQLite and its app, on a folder of its own; the clock stands still until it is moved. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession } from '../server/sessions.ts';
import { createApp } from '../server/app.ts';
import { cookie } from '../server/doors/cookie.ts';
import type { Around } from '../server/doors/doors.ts';
import { NodeHouse } from '../server/hosts/node.ts';
import { keepPassword } from '../server/doors/password.ts';
import { hashOf } from '../server/doors/secrets.ts';
import { DEFAULTS } from '../server/settings.ts';
import type { AgentRole } from '../protocol/messages.ts';

export const URL_OF_HOUSE = 'https://chat.example';
export const SHOP = 'https://shop.example';
export const PASSWORD = 'correct horse battery';
/** A fixed time, so that a failure can be repeated. */
export const START = Date.UTC(2026, 10, 22, 12);

export interface FrontDoor {
  house: NodeHouse;
  app: ReturnType<typeof createApp>;
  dir: string;
  log: string[];
  clock: { now: number };
  close(): void;
}

export async function openFrontDoor(options: { url?: string; brands?: string[]; around?: Around; clock?: 'real' } = {}): Promise<FrontDoor> {
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-'));
  const log: string[] = [];
  const clock = { now: START };
  mkdirSync(join(dir, 'dist', 'w'), { recursive: true });
  mkdirSync(join(dir, 'dist', 'inbox', 'assets'), { recursive: true });
  writeFileSync(join(dir, 'dist', 'widget.js'), '/*loader*/');
  writeFileSync(join(dir, 'dist', 'widget.js.br'), 'brotli of the loader');
  writeFileSync(join(dir, 'dist', 'w', 'main-ABCDEF12.js'), '/*main*/');
  writeFileSync(join(dir, 'dist', 'inbox', 'index.html'), '<!doctype html>inbox');
  writeFileSync(join(dir, 'dist', 'inbox', 'assets', 'main-ABCDEF12.css'), 'body{}');
  writeFileSync(join(dir, 'secret.txt'), 'nobody may read this');
  const house = new NodeHouse({
    dataDir: join(dir, 'data'), assetDir: join(dir, 'dist'), url: options.url ?? URL_OF_HOUSE,
    log: (event, fields) => log.push(JSON.stringify({ event, ...fields })),
    ...(options.clock === 'real' ? {} : { now: () => clock.now }),
  });
  for (const brand of options.brands ?? ['acme']) await house.create(brand, { ...DEFAULTS, origins: [SHOP] });
  return {
    house, app: createApp(house, options.around), dir, log, clock,
    close() {
      house.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

let kept: Promise<string> | undefined;
/** The one password of all tests; scrypt is slow on purpose, so it is done once a file. */
export async function hire(door: FrontDoor, id: string, role: AgentRole = 'agent', brand = 'acme'): Promise<string> {
  const password = await (kept ??= keepPassword(door.house, PASSWORD));
  const email = `${id}@acme.example`;
  const owner = await door.house.owner(brand);
  return owner!.run((each) => each.hire({ id, email, name: id, role, password }));
}

export interface Asked {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  cookie?: string | undefined;
  address?: string;
  origin?: string | null;
}

/** Asks as a page of ours would, unless told otherwise. */
export async function ask(door: FrontDoor, path: string, asked: Asked = {}): Promise<Response> {
  const { method = asked.body === undefined ? 'GET' : 'POST', address = '192.0.2.1', origin = door.house.url } = asked;
  const headers = new Headers({
    ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
    ...(method !== 'GET' && origin !== null ? { origin } : {}),
    ...(asked.cookie ? { cookie: asked.cookie } : {}),
    ...asked.headers,
  });
  const body = asked.body === undefined ? undefined : typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body);
  return door.app.request(path, { method, headers, ...(body === undefined ? {} : { body }) }, { address });
}

export const cookieOf = (response: Response): string => (response.headers.get('set-cookie') ?? '').split(';')[0]!;

/** A session without the password, for tests that ask something else. @returns her cookie */
export async function signInAs(door: FrontDoor, id: string, brand = 'acme'): Promise<string> {
  const secret = newToken();
  const hash = await hashOf(secret);
  const owner = await door.house.owner(brand);
  await owner!.run((each) => openSession(each, id, hash));
  return cookie(brand, door.house.url, secret).split(';')[0]!;
}

/** A device token that nobody has used. */
export const newToken = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');

/** Knocks as the widget on one of the shop's pages. */
export function askAsShop(door: FrontDoor, path: string, body: unknown, asked: Asked = {}): Promise<Response> {
  return ask(door, path, {
    origin: SHOP, ...asked, method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'text/plain', ...asked.headers },
  });
}

/** An upgrade request; `env.accept` is called with who was let in, as a host would. */
export async function knockOnLine(
  door: FrontDoor, path: string, headers: Record<string, string>, address = '192.0.2.1',
): Promise<{ status: number; code?: string; who?: unknown }> {
  let who: unknown;
  const response = await door.app.request(path, { headers: { upgrade: 'websocket', connection: 'Upgrade', ...headers } }, {
    address,
    accept: (_owner: unknown, someone: unknown) => {
      who = someone;
      return new Response(null);
    },
  });
  if (who) return { status: 101, who };
  const said = await response.json() as { error: { code: string } };
  return { status: response.status, code: said.error.code };
}
