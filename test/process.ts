/** The server and the admin command as processes of their own, as an operator runs them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../server/', import.meta.url));
/** A cold start of Node on a busy machine. */
const START_MS = 20_000;

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
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
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
  const until = Date.now() + START_MS;
  let answers = false;
  while (!answers) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`the server did not start:\n${JSON.stringify(await ended)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    answers = await fetch(`http://127.0.0.1:${port}/livez`).then(({ ok }) => ok, () => false);
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
