/** What tests in a real browser share: a browser, a server that can be killed, a line that can be cut, a page of a shop. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { Line } from '../demo/line.ts';
import { NodeHouse } from '../server/hosts/node.ts';
import { makeInvite } from '../server/doors/invites.ts';
import { DEFAULTS } from '../server/settings.ts';
import type { Settings } from '../protocol/settings.ts';
import { freePort } from './process.ts';

export { freePort, Line };

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const CHROMIUMS = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** The same engine without a browser's own windows: half the work of the processor. It keeps no profile and no page that was left. */
const SHELL = '/usr/bin/chromium-headless-shell';
/** A cold start of Node takes one second of a core, and on a busy machine has a twentieth of one. */
const START_MS = 50_000;

/** Undone in reverse order when a test file is done; call `cleanUp` in its `afterAll`. */
const undo: (() => Promise<unknown>)[] = [];

export async function cleanUp(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}

export async function tempDir(name: string): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), `leaveword-${name}-`));
  undo.push(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

export async function openLine(to: number, from?: string): Promise<Line> {
  const line = new Line(0, to, from);
  await line.mend();
  undo.push(() => line.cut());
  return line;
}

/** @param options.profile a folder that outlives the browser: what she closes and comes back to */
export async function openBrowser(options: { profile: string; phone?: boolean; lang?: string; dark?: boolean }): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(options.profile, {
    executablePath: findChromium(), headless: true, args: FLAGS, locale: options.lang ?? 'en-GB', colorScheme: options.dark ? 'dark' : 'light',
    ...(options.phone ? { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } : { viewport: { width: 1_280, height: 800 } }),
  });
  watch(context);
  undo.push(() => context.close());
  return context;
}

/**
 * One browser for many people, who share nothing: each has a context of her own, which is forgotten with it.
 * @param options.keepsPages a page that is left stays as it is, for whoever comes back to it; the tools forbid that otherwise
 */
export async function openChromium({ keepsPages = false } = {}): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: !keepsPages && existsSync(SHELL) ? SHELL : findChromium(), headless: true, args: FLAGS,
    ...(keepsPages ? { ignoreDefaultArgs: ['--disable-back-forward-cache'] } : {}),
  });
  undo.push(() => browser.close());
  return browser;
}

function findChromium(): string {
  const executablePath = CHROMIUMS.find((file) => file && existsSync(file));
  if (!executablePath) throw new Error('no Chromium here: install it, or set CHROMIUM to its path');
  return executablePath;
}

/** Remembers what its pages throw. */
export function watch(context: BrowserContext): void {
  context.on('weberror', (error) => { problems.push(error.error().message); });
  // A line that is cut is named in the console by the browser itself, and nothing can keep it from that.
  context.on('console', (line) => { if (line.type() === 'error' && !/net::ERR_|^WebSocket connection to/.test(line.text())) problems.push(line.text()); });
}

/** What any page of any browser has thrown, or called an error, since somebody last looked. */
const problems: string[] = [];
export const takeProblems = (): string[] => problems.splice(0);

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Everything it has printed, also before it was killed. */
  readonly output: () => string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  start(): Promise<void>;
}

/** The server as a process of its own, as people run it. */
export async function startServer(options: { dataDir: string; port?: number; url?: string; env?: Record<string, string> }): Promise<RunningServer> {
  const port = options.port ?? await freePort();
  const url = options.url ?? `http://localhost:${port}`;
  let output = '';
  let child: ChildProcess | undefined;
  const dieWithUs = () => child?.kill('SIGKILL');
  process.on('exit', dieWithUs);

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [path.join(ROOT, 'server', 'main.ts')], {
      cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env, PORT: String(port), DATA_DIR: options.dataDir, PUBLIC_URL: url },
    });
    child = started;
    for (const stream of [started.stdout!, started.stderr!]) stream.on('data', (bytes: Buffer) => { output += bytes; });
    await until(async () => {
      if (started.exitCode !== null) throw new Error(`the server ended with ${started.exitCode}:\n${output}`);
      return isLive(port);
    }, 'the server to answer', START_MS);
  }

  async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const dying = child;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      dying.once('exit', () => resolve());
      dying.kill(signal);
    });
  }

  undo.push(async () => {
    process.off('exit', dieWithUs);
    await kill('SIGKILL');
  });
  await start();
  return { url, port, output: () => output, kill, start };
}

async function isLive(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/livez`)).ok;
  } catch (error) {
    // Not listening yet is what we are waiting for; anything else is not.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** Makes a brand on disk, before its server starts. @returns the one-time link of its first agent */
export async function makeBrand(options: { dataDir: string; brand: string; url: string; settings: Partial<Settings> }): Promise<{ join: string }> {
  const quiet = () => undefined;
  const house = new NodeHouse({ dataDir: options.dataDir, assetDir: path.join(ROOT, 'dist'), url: options.url, log: quiet });
  const owner = await house.create(options.brand, { ...DEFAULTS, ...options.settings });
  const { link } = await makeInvite(house, owner, { email: `owner@${options.brand}.example`, role: 'owner' });
  house.close();
  return { join: link };
}

export interface ShopPage {
  origin: string;
  /** How often each path was asked for. */
  hits: Map<string, number>;
  /** What the next pages will hold besides the tag. */
  html: string;
}

/** Plain pages with the one script tag, on an origin of their own; `/plain` is one without it. @param tag for the page at this path */
export async function openShopPage(tag: (at: string) => string): Promise<ShopPage> {
  const page: ShopPage = { origin: '', hits: new Map(), html: '<h1>Tea</h1><p>Loose leaves, no dust.</p><form><input name="q"></form>' };
  const server = createServer((request, response) => {
    const at = new URL(request.url ?? '/', 'http://shop').pathname;
    page.hits.set(at, (page.hits.get(at) ?? 0) + 1);
    if (at === '/favicon.ico') return response.writeHead(204).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    return response.end(`<!doctype html><html lang="en"><head><title>Tea shop ${at}</title><meta name="viewport" content="width=device-width">
<style>body{font:16px/1.5 serif;margin:40px;max-width:600px}button{background:tomato;text-transform:uppercase}</style>${at === '/plain' ? '' : tag(at)}</head><body>${page.html}</body></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, () => resolve()));
  page.origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  undo.push(() => new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  }));
  return page;
}

/** Asks again and again, and says what it was waiting for when it gives up. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, mostMs = 10_000): Promise<void> {
  const deadline = Date.now() + mostMs;
  while (!await isSo()) {
    if (Date.now() > deadline) throw new Error(`waited ${mostMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
