/** The server and the admin command as processes of their own, as an operator runs them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../server/', import.meta.url));
/** A cold start of Node takes one second of a core, and on a busy machine has a twentieth of one; under the limit of any test that starts a server. */
const START_MS = 50_000;
/** What the server prints when it listens. */
const IS_UP = 'Leaveword is running at';
/** The system gives away ports from 32,768 on to whoever calls out: none of those stays free until somebody listens on it. Browsers refuse 10,080. */
const PORTS = { from: 11_000, to: 32_000 };

/** Nothing of ours but what a test says; and what `npm test` keeps to start faster. */
const BARE = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] };

export interface Ran { code: number | null; out: string; err: string }

export function run(file: string, args: string[], env: Record<string, string>): Promise<Ran> {
  const child = spawn(process.execPath, [join(SERVER, file), ...args], { env: { ...BARE, ...env } });
  return gather(child);
}

function gather(child: ChildProcess): Promise<Ran> {
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout!.on('data', (bytes: Buffer) => { ran.out += bytes; });
  child.stderr!.on('data', (bytes: Buffer) => { ran.err += bytes; });
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ran, code })));
}

export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

export interface Served {
  url: string;
  port: number;
  ended: Promise<Ran>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ran>;
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export async function serve(dataDir: string, env: Record<string, string> = {}): Promise<Served> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(SERVER, 'main.ts')], { env: { ...BARE, PORT: String(port), DATA_DIR: dataDir, ...env } });
  children.add(child);
  const ended = gather(child).finally(() => children.delete(child));
  const isUp = await new Promise<boolean>((resolve) => {
    // By its own words: whatever else may answer at this port is not it.
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => { if ((said += bytes).includes(IS_UP)) resolve(true); });
    child.on('close', () => resolve(false));
    setTimeout(() => resolve(false), START_MS).unref();
  });
  if (!isUp) {
    child.kill('SIGKILL');
    throw new Error(`the server did not start:\n${JSON.stringify(await ended)}`);
  }
  return {
    url: `http://localhost:${port}`, port, ended,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

const dirs = new Set<string>();
export function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-data-'));
  dirs.add(dir);
  return dir;
}
export function removeDirs(): void {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
}
