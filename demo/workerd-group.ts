/** workerd as a process group of its own: nothing of it is left when we are gone, whichever way either of us ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerdOptions } from './workerd.ts';

/** It has nothing to say goodbye to: what was acknowledged is on disk. */
const END_MS = 3_000;
/** Of what wrangler said, the end: there it says why. */
const WORDS_KEPT = 4_000;
/** The server's own log: a line of JSON an event. */
const LOG_LINE = /^\{"at":/;

export const WORKERD = fileURLToPath(new URL('./workerd.ts', import.meta.url));

/** Its environment: nobody is told that this runs here, nothing is kept in anybody's home, and no doors stand open but ours. */
export const quietly = (dataDir: string): Record<string, string> => ({
  WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', X_LOCAL_EXPLORER: 'false', X_LOCAL_OBSERVABILITY: 'false', CI: '1',
  WRANGLER_REGISTRY_PATH: path.join(dataDir, 'registry'), WRANGLER_LOG_PATH: path.join(dataDir, 'logs'),
});

/** What wrangler or workerd said before they gave up. */
export class Failed extends Error {}

export class Workerd {
  readonly #child: ChildProcess;
  #words = '';
  #isEnding = false;
  /** @throws Failed */
  readonly ready: Promise<void>;
  /** When it has ended although nobody asked it to: what it said. */
  readonly ended: Promise<string>;

  constructor(options: WorkerdOptions) {
    // Out of our own group: Ctrl-C reaches us alone, and we end it in order.
    const child = spawn(process.execPath, [WORKERD, JSON.stringify(options)], {
      detached: process.platform !== 'win32', env: { ...process.env, ...quietly(options.dataDir) }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) hearLines(stream, (line) => this.#hear(line));
    // What it leaves behind would keep its mouth open.
    child.once('exit', () => this.#kill());
    this.ended = new Promise((resolve) => child.once('close', () => {
      if (!this.#isEnding) resolve(this.#words);
    }));
    this.ready = new Promise((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('error', reject);
      this.ended.then((words) => reject(new Failed(`workerd did not start:\n${words}`)));
    });
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    const exited = this.#child.exitCode !== null || this.#child.signalCode !== null ? undefined : new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#kill(), END_MS);
    await exited;
    clearTimeout(late);
    this.#kill();
  }

  #hear(line: string): void {
    if (LOG_LINE.test(line)) console.log(line);
    else this.#words = `${this.#words}${line}\n`.slice(-WORDS_KEPT);
  }

  #kill(): void {
    try {
      if (process.platform === 'win32') this.#child.kill('SIGKILL');
      else process.kill(-this.#child.pid!, 'SIGKILL');
    } catch (error) {
      // The group is gone already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function hearLines(stream: NodeJS.ReadableStream, hear: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) hear(line);
  });
}
