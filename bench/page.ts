/**
 * What the widget costs a page, at 4x CPU slowdown in Chromium: main-thread time on load beside the same page without the
 * tag, long tasks on load and on open, and from the click to the thread on the screen with the server stopped.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { cleanUp, makeBrand, openBrowser, openShopPage, startServer, tempDir, until } from '../test/browser.ts';
import { median, type Row } from './figures.ts';

const SLOWDOWN = 4;
const LOADS = 9;
/** The loader may do its work when the page is idle: that is counted too. */
const SETTLE_MS = 1_500;

export async function page(): Promise<Row[]> {
  if (!existsSync(path.join(import.meta.dirname, '..', 'dist', 'widget.js'))) throw new Error('nothing is built: npm run build');
  try {
    return await measure();
  } finally {
    await cleanUp();
  }
}

async function measure(): Promise<Row[]> {
  const dataDir = await tempDir('bench');
  let tag = '';
  const shop = await openShopPage(() => tag);
  await makeBrand({ dataDir, brand: 'bench', url: 'http://localhost', settings: { origins: [shop.origin] } });
  const server = await startServer({ dataDir });
  const withTag = `<script async src="${server.url}/widget.js" data-brand="bench"></script>`;
  const context = await openBrowser({ profile: await tempDir('profile') });
  await context.addInitScript(() => {
    const long: number[] = [];
    Object.assign(globalThis, { long });
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) long.push(entry.duration); }).observe({ type: 'longtask', buffered: true });
  });

  const bare: number[] = [];
  const tagged: number[] = [];
  /** The longest task of each load, which the page's own parsing and painting may be. */
  const longBare: number[] = [];
  const longTagged: number[] = [];
  await loadOnce(context, shop.origin); // the browser's own first page
  for (let load = 0; load < LOADS; load++) {
    tag = '';
    const without = await loadOnce(context, shop.origin);
    bare.push(without.busy);
    longBare.push(Math.max(0, ...without.long));
    tag = withTag;
    const { busy, long } = await loadOnce(context, shop.origin);
    tagged.push(busy);
    longTagged.push(Math.max(0, ...long));
  }

  const first = await openAndWrite(context, shop.origin);
  await server.kill('SIGKILL');
  const painted: number[] = [];
  const longOnOpen: number[] = [];
  for (let again = 0; again < 5; again++) {
    const { took, long } = await openFromDisk(context, shop.origin);
    painted.push(took);
    longOnOpen.push(Math.max(0, ...long));
  }
  return [
    [`main-thread time the widget adds to a page load, ${SLOWDOWN}x slowdown, median of ${LOADS}`, `${(median(tagged) - median(bare)).toFixed(1)} ms`],
    [`longest task while loading, median: without the tag, with it`, `${longest(longBare)}, ${longest(longTagged)}`],
    ['longest task while opening and writing for the first time', longest([Math.max(0, ...first.long)])],
    ['longest task while opening from disk, median of 5', longest(longOnOpen)],
    ['click to thread on the screen, out of IndexedDB, server stopped, median of 5', `${median(painted).toFixed(0)} ms`],
  ];
}

/** The observer reports tasks of 50 ms and more. */
const longest = (tasks: number[]): string => (median(tasks) > 0 ? `${median(tasks).toFixed(0)} ms` : 'under 50 ms');

interface Slow { page: Page; cdp: CDPSession; long(): Promise<number[]> }

async function slowPage(context: BrowserContext): Promise<Slow> {
  const opened = await context.newPage();
  const cdp = await context.newCDPSession(opened);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await cdp.send('Performance.enable');
  return { page: opened, cdp, long: () => opened.evaluate(() => (globalThis as unknown as { long: number[] }).long) };
}

async function loadOnce(context: BrowserContext, url: string): Promise<{ busy: number; long: number[] }> {
  const { page: opened, cdp, long } = await slowPage(context);
  await opened.goto(url, { waitUntil: 'load' });
  await opened.waitForTimeout(SETTLE_MS);
  const { metrics } = await cdp.send('Performance.getMetrics');
  const busy = 1_000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  const tasks = await long();
  await opened.close();
  return { busy, long: tasks };
}

async function openAndWrite(context: BrowserContext, url: string): Promise<{ long: number[] }> {
  const { page: opened, long } = await slowPage(context);
  await opened.goto(url, { waitUntil: 'load' });
  await opened.getByRole('button', { name: 'Open chat' }).click();
  const composer = opened.getByRole('dialog').getByRole('textbox');
  for (let n = 1; n <= 10; n++) {
    await composer.fill(`message ${n} of a bench`);
    await composer.press('Enter');
  }
  await opened.getByText('message 10 of a bench').waitFor();
  await until(async () => await opened.evaluate(() => (globalThis as unknown as { leaveword(verb: 'pending'): Promise<unknown[]> })
    .leaveword('pending').then((pending) => pending.length)) === 0, 'everything to be sent', 60_000);
  const tasks = await long();
  await opened.close();
  return { long: tasks };
}

async function openFromDisk(context: BrowserContext, url: string): Promise<{ took: number; long: number[] }> {
  const { page: opened, long } = await slowPage(context);
  await opened.goto(url, { waitUntil: 'load' });
  await opened.waitForTimeout(SETTLE_MS);
  const took = await opened.evaluate(async () => {
    const root = [...document.documentElement.children].map((each) => each.shadowRoot).find((each) => each?.querySelector('button'))!;
    const began = performance.now();
    root.querySelector('button')!.click();
    while (!root.textContent?.includes('message 10 of a bench')) await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - began;
  });
  const tasks = await long();
  await opened.close();
  return { took, long: tasks };
}
