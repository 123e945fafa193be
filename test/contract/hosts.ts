/**
 * The server on each of its hosts, as an operator runs it: a process group that can be killed and started again on the same
 * port and data. Nothing here, or in a test that uses it, knows what is inside.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerdOptions } from '../../demo/workerd.ts';
import { quietly, WORKERD } from '../../demo/workerd-group.ts';
import type { Settings } from '../../protocol/settings.ts';
import { freePort, run } from '../process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** A cold start of workerd, bundling included, on a busy machine. */
const START_MS = 45_000;
/** What stands before workerd takes a knock before there is anybody to answer it. */
const ANSWER_MS = 2_000;
/** A killed group lets go of its port at once; more is a fault. */
const END_MS = 5_000;

export interface Served {
  readonly name: 'node' | 'workerd';
  /** `http://localhost:<port>`, which is also its PUBLIC_URL. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** What works on the edge only with it: `authorization: Bearer …` of `/operator/*`. Empty on Node. */
  readonly adminToken: string;
  /** `npm run admin -- …words`. @returns what it printed @throws with what it complained of */
  admin(...words: string[]): Promise<string>;
  /** SIGKILL of the whole process group. */
  kill(): Promise<void>;
  /** Again, on the same port and data. */
  start(): Promise<void>;
  /** For good, and what it made is removed. */
  close(): Promise<void>;
  /** Everything it has printed, also before it was killed. */
  output(): string;
}

export interface ServeOptions {
  /** Kept by `close` when it is given. */
  dataDir?: string;
  /** On Node the environment, on workerd the vars. */
  env?: Record<string, string>;
  /** workerd only; relative to the project. */
  config?: string;
}

export function serveNode({ dataDir, env = {} }: ServeOptions = {}): Promise<Served> {
  return serve('node', dataDir, ({ port, dir, url }) => ({
    command: [join(ROOT, 'server', 'main.ts')],
    env: { ...process.env, TRUSTED_PROXY: '127.0.0.1,::1', ...env, PORT: String(port), DATA_DIR: dir, PUBLIC_URL: url },
    admin: { words: [], env: { DATA_DIR: dir, PUBLIC_URL: url } },
    adminToken: '',
  }));
}

/** Needs `dist/`: `node build.mjs`. */
export function serveEdge({ dataDir, env = {}, config = 'wrangler.jsonc' }: ServeOptions = {}): Promise<Served> {
  const adminToken = env['ADMIN_TOKEN'] ?? randomBytes(32).toString('base64url');
  return serve('workerd', dataDir, ({ port, dir, url }) => {
    const vars = { ADDRESS_HEADER: 'x-forwarded-for', ADMIN_TOKEN: adminToken, PUBLIC_URL: url, ...env };
    const options: WorkerdOptions = { config, port, dataDir: dir, vars };
    return {
      command: [WORKERD, JSON.stringify(options)],
      env: { ...process.env, ...quietly(dir) },
      admin: { words: ['--at', url], env: { ADMIN_TOKEN: adminToken } },
      adminToken,
    };
  });
}

interface Plan {
  command: string[];
  env: NodeJS.ProcessEnv;
  admin: { words: string[]; env: Record<string, string> };
  adminToken: string;
}

async function serve(name: Served['name'], given: string | undefined, planFor: (at: { port: number; dir: string; url: string }) => Plan): Promise<Served> {
  const port = await freePort();
  const dir = given ?? mkdtempSync(join(tmpdir(), `leaveword-${name}-`));
  const url = `http://localhost:${port}`;
  const plan = planFor({ port, dir, url });
  let output = '';
  let group: Group | undefined;

  const served: Served = {
    name, url, port, dataDir: dir, adminToken: plan.adminToken,
    output: () => output,
    async admin(...words) {
      const { code, out, err } = await run('admin.ts', [...words, ...plan.admin.words], plan.admin.env);
      if (code !== 0) throw new Error(err.trim());
      return out.trim();
    },
    async start() {
      if (group) throw new Error('it runs already');
      const started = new Group(plan.command, plan.env, (text) => { output += text; });
      group = started;
      await until(async () => {
        if (started.ended) throw new Error(`${name} ended before it answered:\n${output}`);
        return isLive(port);
      }, `${name} to answer`, START_MS);
    },
    async kill() {
      group?.kill();
      group = undefined;
      await until(async () => !await isLive(port), `${name} to be gone`, END_MS);
    },
    async close() {
      await served.kill();
      if (given === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await served.start();
  } catch (error) {
    await served.close();
    throw error;
  }
  return served;
}

export const SHOP = 'https://shop.example';
export const PASSWORD = 'correct horse battery';

let addresses = 0;
/** An address nobody has come from yet: rate limits are by address. For the header `x-forwarded-for`. */
export const elsewhere = (): string => `10.${++addresses >> 16 & 255}.${addresses >> 8 & 255}.${addresses & 255}`;

export interface Inhabited {
  /** `name=value`, for the header `cookie`. */
  ownerCookie: string;
  /** One more of the team. @returns her cookie */
  join(name: string, role?: 'agent' | 'owner'): Promise<string>;
}

/** A brand whose widget may stand at `SHOP`, and its owner Ada, by what operators and browsers can do and nothing else. */
export async function inhabit(served: Served, brand: string, settings: Partial<Settings> = {}): Promise<Inhabited> {
  await served.admin('brand', 'create', brand, '--origin', SHOP);
  const join: Inhabited['join'] = async (name, role = 'agent') => {
    const said = await served.admin('invite', brand, `${name.toLowerCase()}@${brand}.example`, ...(role === 'owner' ? ['--owner'] : []));
    const code = /#join=(\S+)/.exec(said)?.[1];
    const { headers } = await askDesk(served, brand, 'POST', 'join', { body: { code, name, password: PASSWORD } });
    return headers.getSetCookie()[0]!.split(';')[0]!;
  };
  const ownerCookie = await join('Ada', 'owner');
  if (Object.keys(settings).length) {
    const { settings: before } = await (await askDesk(served, brand, 'GET', 'settings', { cookie: ownerCookie })).json() as { settings: Settings };
    await askDesk(served, brand, 'PUT', 'settings', { cookie: ownerCookie, body: { ...before, ...settings } });
  }
  return { ownerCookie, join };
}

/** As the inbox asks. @throws for anything but 2xx: a test that expects a refusal asks with `fetch` */
export async function askDesk(served: Served, brand: string, method: string, path: string, { cookie, body }: { cookie?: string; body?: object } = {}): Promise<Response> {
  const response = await fetch(`${served.url}/v1/${brand}/desk/${path}`, {
    method,
    headers: {
      origin: served.url, 'sec-fetch-site': 'same-origin', 'x-forwarded-for': elsewhere(),
      ...(cookie ? { cookie } : {}), ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** A process with all that it starts. It does not outlive us, whichever way we end. */
class Group {
  readonly #leader: ChildProcess;
  readonly #watch: ChildProcess;
  readonly #onExit = (): void => this.kill();
  ended = false;

  constructor(command: string[], env: NodeJS.ProcessEnv, hear: (text: string) => void) {
    const leader = spawn(process.execPath, command, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    leader.on('exit', () => { this.ended = true; });
    for (const stream of [leader.stdout!, leader.stderr!]) stream.on('data', (bytes: Buffer) => hear(String(bytes)));
    this.#leader = leader;
    // Our end of its input closes when we are gone, also by SIGKILL; then it kills the group.
    this.#watch = spawn('/bin/sh', ['-c', 'read _; kill -9 "-$0"', String(leader.pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    process.on('exit', this.#onExit);
  }

  kill(): void {
    process.off('exit', this.#onExit);
    this.#watch.kill('SIGKILL');
    try {
      process.kill(-this.#leader.pid!, 'SIGKILL');
    } catch (error) {
      // The group is gone already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function isLive(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(ANSWER_MS) })).ok;
  } catch (error) {
    // Nobody listens, or whoever did was killed over it, or it only listens so far; anything else is news.
    if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return false;
    throw error;
  }
}

/** Asks again and again, and says what it was waiting for when it gives up. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, mostMs = 10_000): Promise<void> {
  const deadline = Date.now() + mostMs;
  while (!await isSo()) {
    if (Date.now() > deadline) throw new Error(`waited ${mostMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
