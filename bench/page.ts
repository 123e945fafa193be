/**
 * What the widget costs a page, at 4x CPU slowdown in Chromium: main-thread time on load beside the same page without the
 * tag, the longest task on load and on open, and what long threads on its disk cost (`stored.ts`).
 * Tasks are counted in the thread's own CPU time, so that a busy machine does not make them longer. The page has formatted
 * a price, as shops do: the first use of Intl costs this browser some 35 ms by itself (140 ms slowed down), whoever makes it.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { cleanUp, makeBrand, openBrowser, openShopPage, startServer, tempDir, until } from '../test/browser.ts';
import { median, type Row } from './figures.ts';
import { stored } from './stored.ts';

export const SLOWDOWN = 4;
const LOADS = 7;
const OPENS = 5;
/** The loader may do its work when the page is idle: that is counted too. */
export const SETTLE_MS = 1_500;

export const PRICE = '<p id="price"></p><script>price.textContent = (4.9).toLocaleString("en-GB", { style: "currency", currency: "EUR" }) + new Date().toLocaleDateString("en-GB")</script>';

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
  shop.html += PRICE;
  await makeBrand({ dataDir, brand: 'bench', url: 'http://localhost', settings: { origins: [shop.origin] } });
  const server = await startServer({ dataDir });
  const withTag = `<script async src="${server.url}/widget.js" data-brand="bench"></script>`;
  const context = await openBrowser({ profile: await tempDir('profile') });

  const load = () => traced(context, (page) => page.goto(shop.origin, { waitUntil: 'load' }));
  await load(); // the browser's own first page
  const bare: Tasks[] = [];
  const tagged: Tasks[] = [];
  for (let n = 0; n < LOADS; n++) {
    tag = '';
    bare.push(await load());
    tag = withTag;
    tagged.push(await load());
  }
  const firstOpens: Tasks[] = [];
  for (let n = 0; n < OPENS; n++) firstOpens.push(await traced(context, click, shop.origin));
  await write(context, shop.origin);
  const backAgain: Tasks[] = [];
  for (let n = 0; n < OPENS; n++) backAgain.push(await load());
  await server.kill('SIGKILL');
  const opens: Tasks[] = [];
  for (let n = 0; n < OPENS; n++) opens.push(await traced(context, click, shop.origin));
  const longest = (all: Tasks[]) => `${median(all.map((each) => each.longest)).toFixed(0)} ms`;
  return [
    [`main-thread time the widget adds to a page load, ${SLOWDOWN}x slowdown, median of ${LOADS}`,
      `${(median(tagged.map((each) => each.sum)) - median(bare.map((each) => each.sum))).toFixed(1)} ms`],
    ['longest task while loading: without the tag, with it, with it for somebody who has written before', `${longest(bare)}, ${longest(tagged)}, ${longest(backAgain)}`],
    ['longest task while opening: for the first time, and a thread from disk', `${longest(firstOpens)}, ${longest(opens)}`],
    ...await stored(context, shop.origin),
  ];
}

/** Milliseconds of the page's main thread. */
export interface Tasks { sum: number; longest: number }
interface TraceEvent { name: string; tid: number; pid: number; tdur?: number; args?: { name?: string } }

/** @param url opened first, and not counted */
export async function traced(context: BrowserContext, work: (page: Page) => Promise<unknown>, url?: string): Promise<Tasks> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  if (url) {
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForTimeout(SETTLE_MS);
  }
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  const events: TraceEvent[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => { events.push(...value as unknown as TraceEvent[]); });
  const done = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel', '__metadata'] } });
  await work(page);
  await page.waitForTimeout(SETTLE_MS);
  await cdp.send('Tracing.end');
  await done;
  await page.close();
  const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = events.filter(({ name, pid, tid }) => name === 'ThreadControllerImpl::RunTask' && mains.has(`${pid} ${tid}`)).map(({ tdur = 0 }) => tdur / 1_000);
  if (!tasks.length) throw new Error('the trace holds no task of the page');
  return { sum: tasks.reduce((sum, each) => sum + each, 0), longest: Math.max(...tasks) };
}

const click = (page: Page) => page.evaluate(() => document.querySelector('leave-word')!.shadowRoot!.querySelector('button')!.click());

async function write(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'load' });
  await page.getByRole('button', { name: 'Open chat' }).click();
  const composer = page.getByRole('dialog').getByRole('textbox', { name: 'Write a message' });
  for (let n = 1; n <= 10; n++) {
    await composer.fill(`message ${n} of a bench`);
    await composer.press('Enter');
  }
  await page.getByText('message 10 of a bench').waitFor();
  await until(async () => await page.evaluate(() => (globalThis as unknown as { leaveword(verb: 'pending'): Promise<unknown[]> })
    .leaveword('pending').then((pending) => pending.length)) === 0, 'everything to be sent', 60_000);
  await page.close();
}
