/** The real server as a process to which things are done: killed, starved, lied to by its disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeHouse } from '../../server/hosts/node.ts';
import { DEFAULTS } from '../../server/settings.ts';
import { freePort } from '../process.ts';
import { type Tracing, traced } from './strace.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const SHOP = 'https://shop.example';
export const BRAND = 'acme';
/** A cold start on a busy machine, traced. */
const START_MS = 60_000;
const LOOK_MS = 15;
/** Compiled once: a server that is started hundreds of times shall not read its own text hundreds of times. */
export const COMPILED = process.env['NODE_COMPILE_CACHE'] ?? join(ROOT, 'test', '.artifacts', 'compiled-servers');
const UNUSUAL = fileURLToPath(new URL('unusual-database.ts', import.meta.url));

export interface Unusual {
  /** The product's is FULL. NORMAL is the control run: what it was told is safe is not. */
  synchronous?: 'NORMAL';
  /** Pages; the product leaves SQLite's 1,000. Fewer, and every test sees the log emptied. */
  checkpoint?: number;
}

export interface VictimOptions { dataDir: string; unusual?: Unusual; env?: Record<string, string>; port?: number }

/** None outlives us. */
const victims = new Set<Victim>();
process.on('exit', () => { for (const victim of victims) victim.endAtOnce(); });

export class Victim {
  readonly #options: VictimOptions;
  #child: ChildProcess | undefined;
  #traced = false;
  readonly port: number;
  output = '';

  private constructor(options: VictimOptions, port: number) {
    this.#options = options;
    this.port = port;
    victims.add(this);
  }

  static async in(options: VictimOptions): Promise<Victim> {
    return new Victim(options, options.port ?? await freePort());
  }

  /** Of the server: a tracer's only child. */
  get pid(): number | undefined {
    const pid = this.#child?.pid;
    return this.#traced ? Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]) || undefined : pid;
  }
  get ended(): boolean {
    return !this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** @returns whether it answers: where it is killed on the way it never does */
  async start(tracing?: Tracing): Promise<boolean> {
    const { dataDir, unusual, env } = this.#options;
    const command = [
      ...(tracing ? traced(tracing) : []), process.execPath, ...(unusual ? [`--import=${UNUSUAL}`] : []), join(ROOT, 'server', 'main.ts'),
    ];
    mkdirSync(COMPILED, { recursive: true });
    const child = spawn(command[0]!, command.slice(1), {
      cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: COMPILED, TRUSTED_PROXY: '127.0.0.1,::1', UNUSUAL: JSON.stringify(unusual ?? {}), ...env,
        PORT: String(this.port), DATA_DIR: dataDir, PUBLIC_URL: `http://localhost:${this.port}`,
      },
    });
    this.#child = child;
    this.#traced = tracing !== undefined;
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (bytes: Buffer) => { this.output += bytes; });
    const deadline = Date.now() + START_MS;
    while (!this.ended && !await this.answers()) {
      if (Date.now() > deadline) throw new Error(`the server did not answer:\n${this.output.slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return !this.ended;
  }

  async answers(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${this.port}/livez`).then(({ ok }) => ok, () => false);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (!this.ended) this.#signal(signal);
    await this.gone();
  }
  /** Until the process is no more. A tracer ends with whom it traces, and has written down all of it then. */
  async gone(): Promise<void> {
    if (!this.ended) await new Promise((resolve) => this.#child!.once('exit', resolve));
  }
  endAtOnce(): void {
    if (!this.ended) this.#signal('SIGKILL');
  }
  #signal(signal: 'SIGKILL' | 'SIGTERM'): void {
    try {
      process.kill(this.pid ?? this.#child!.pid!, signal);
    } catch (error) {
      if (!['ESRCH', 'ENOENT'].includes((error as NodeJS.ErrnoException).code!)) throw error;
    }
  }

  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
    return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  }
}

export const databaseIn = (dataDir: string): string => join(dataDir, 'brands', `${BRAND}.sqlite`);
/** What a commit touches. */
export const filesIn = (dataDir: string): string[] => ['', '-wal', '-shm'].map((rest) => databaseIn(dataDir) + rest);

const dirs = new Set<string>();
/** @returns a folder with one brand, of whom nobody has heard */
export async function newHouse(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-faults-'));
  dirs.add(dir);
  const house = new NodeHouse({ dataDir: dir, assetDir: join(dir, 'none'), url: 'http://localhost:1', log: () => undefined });
  await house.create(BRAND, { ...DEFAULTS, origins: [SHOP] });
  house.close();
  return dir;
}
export function removeHouses(): void {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  dirs.clear();
}

/** Fills the cache of compiled code, which is written when a process ends in peace. */
export async function warmUp(): Promise<void> {
  const victim = await Victim.in({ dataDir: await newHouse() });
  await victim.start();
  await victim.end('SIGTERM');
}
