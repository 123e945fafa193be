/** Where the week happens: a server whose clock is moved, a shop, and five people in one Chromium, each with a browser of her own. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { DEFAULTS } from '../server/settings.ts';
import { cleanUp, freePort, openChromium, openShopPage, type ShopPage, tempDir, watch } from './browser.ts';
import { newToken, Talker } from './talker.ts';
import { Clock, ZONE } from './week-clock.ts';
import { Rows } from './week-rows.ts';
import type { Told, WeekServerOptions } from './week-server.ts';

const BRAND = 'week';
const ENTRY = path.join(path.dirname(fileURLToPath(import.meta.url)), 'week-server.ts');
/** For one thing to appear: after it, what is missing is told. */
const STEP_MS = 10_000;
/** All that can be done with a thread stands on the screen. */
const WIDE = { width: 1_680, height: 900 };
export const SLOTS = 2;
export const HOURS = 24;

export interface Week {
  clock: Clock;
  url: string;
  brand: string;
  shop: ShopPage;
  rows: Rows;
  /** Links of the owner's and the agent's invitation. */
  join: { owner: string; agent: string };
  /** A browser of her own. */
  person(): Promise<BrowserContext>;
  /** Somebody on another site's page, whom we only hear. @returns her thread */
  caller(): Promise<{ thread: string; talker: Talker }>;
  /** The server is gone, as if its plug had been pulled; the clock goes on. */
  crash(): Promise<void>;
  /** It is back, on the same disk. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param wall when it begins, like `Mon 08:50` */
export async function beginWeek(wall: string): Promise<Week> {
  const dataDir = await tempDir('week');
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const shop = await openShopPage(() => `<script async src="${url}/widget.js" data-brand="${BRAND}"></script>`);
  const talkers: Talker[] = [];
  const server = { told: (_: Told): void => undefined };
  const next = () => new Promise<Told>((resolve) => { server.told = resolve; });

  let child: ChildProcess | undefined;
  const clock = new Clock(wall, async (shift) => {
    if (!child) return;
    const done = next();
    child.send({ shift });
    await done;
  });
  const options: Omit<WeekServerOptions, 'shift'> = {
    dataDir, brand: BRAND, port, url,
    settings: {
      name: 'Kettle & Fern', color: '#2f6b4f', logo: 'KF', origins: [shop.origin], hours: { ...DEFAULTS.hours, zone: ZONE },
      desk: { ...DEFAULTS.desk, slots: SLOTS, fallbackHours: HOURS, overdueHours: HOURS, survey: true },
    },
  };
  let output = '';
  const start = async () => {
    const started = fork(ENTRY, [JSON.stringify({ ...options, shift: clock.shift })], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    child = started;
    for (const stream of [started.stdout!, started.stderr!]) stream.on('data', (bytes: Buffer) => { output += bytes; });
    started.on('message', (told: Told) => server.told(told));
    const told = await Promise.race([
      next(), new Promise<never>((_, reject) => { started.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output}`))); }),
    ]);
    if (told.is !== 'ready') throw new Error('it moved before it was ready');
    return told;
  };
  const ready = await start();

  let browser: Browser | undefined;
  return {
    clock, url, brand: BRAND, shop, rows: new Rows(path.join(dataDir, 'brands', `${BRAND}.sqlite`)), join: ready,
    async person() {
      browser ??= await openChromium();
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: ZONE, viewport: WIDE });
      context.setDefaultTimeout(STEP_MS);
      watch(context);
      await clock.set(context);
      return context;
    },
    async caller() {
      const token = newToken();
      const talker = new Talker({ url: `ws://localhost:${port}/v1/${BRAND}/visitor`, origin: shop.origin, secret: () => token });
      talkers.push(talker);
      await talker.connect();
      return { thread: randomUUID(), talker };
    },
    async crash() {
      const gone = new Promise((resolve) => child!.once('exit', resolve));
      child!.kill('SIGKILL');
      child = undefined;
      await gone;
    },
    async restart() {
      await start();
    },
    async close() {
      for (const talker of talkers) talker.stop();
      child?.kill('SIGKILL');
      await cleanUp();
    },
  };
}
