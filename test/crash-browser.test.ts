/**
 * What can happen to a page, at each step of sending a message: it is closed, it crashes, it freezes, it is reloaded, it is
 * left for another and come back to. Real Chromium, a real server; her message is there once, and nothing waits for ever.
 */
import { DatabaseSync } from 'node:sqlite';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, freePort, type Line, makeBrand, openChromium, openLine, startServer, tempDir, until } from './browser.ts';
import { arrived, bubbles, field, keptAs, open, PLAIN } from './her-page.ts';
import { STEPS, type Step, type Next, type Trap, watchSteps } from './send-steps.ts';

/** Five at a time, each with browsers' processes of its own, on a busy machine. */
const CASE_MS = 120_000;
const HELLO = 'Good morning';
const BRAND = 'crash';

type Answer = 'it goes on' | 'it has gone';
interface Fate {
  name: string;
  /** Only a whole browser keeps a page that was left. */
  browser: 'whole' | 'shell';
  next: Next;
  /** Done to the page while it stands still. @returns whether it goes on */
  befall(page: Page, tools: CDPSession): Promise<Answer>;
  /** @returns the page on which she finds what she wrote */
  comeBack(page: Page, url: string): Promise<Page>;
}

const anew = async (page: Page, url: string) => {
  const again = await page.context().newPage();
  await again.goto(url);
  return again;
};
const FATES: Fate[] = [
  {
    name: 'is closed', browser: 'shell', next: 'goes on', comeBack: anew,
    async befall(page) {
      void page.close();
      return 'it goes on';
    },
  },
  {
    name: 'crashes', browser: 'shell', next: 'goes on', comeBack: anew,
    async befall(page, tools) {
      const crashed = page.waitForEvent('crash');
      // It is never answered.
      tools.send('Page.crash').then(undefined, () => undefined);
      await crashed;
      return 'it has gone';
    },
  },
  {
    // Nothing of it runs any more, as on a device that sleeps; and when it wakes its connection is one that nobody holds at the other end.
    name: 'freezes until its line has gone', browser: 'shell', next: 'goes on', comeBack: async (page) => page,
    async befall(page) {
      const line = lines.get(new URL(page.url()).pathname)!;
      await line.cut();
      await new Promise((resolve) => setTimeout(resolve, FROZEN_MS));
      await line.mend();
      return 'it goes on';
    },
  },
  {
    name: 'is reloaded', browser: 'shell', next: 'reloads', befall: async () => 'it goes on',
    async comeBack(page) {
      await page.waitForFunction('window.load === 2');
      return page;
    },
  },
  {
    name: 'is left and come back to', browser: 'whole', next: 'turns the page', befall: async () => 'it goes on',
    async comeBack(page, url) {
      await page.waitForURL(/another$/);
      // A page that was kept does not load again.
      await page.goBack({ waitUntil: 'commit' });
      await page.waitForFunction((at) => location.href === at, url);
      // What the browser kept of it, or the page made anew: both happen.
      if (await page.evaluate('window.restored')) restored++;
      return page;
    },
  },
];
const FROZEN_MS = 1_000;

let browsers: Record<Fate['browser'], Browser>;
let dataDir: string;
let port: number;
let shop: string;
let restored = 0;
/** What each page reaches the server through, by its path. */
const lines = new Map<string, Line>();
/** Pages that stand still at their step, by the path that each has for itself: what is done to them then. */
const reached = new Map<string, () => Promise<Answer>>();

beforeAll(async () => {
  dataDir = await tempDir('crash');
  port = await freePort();
  const url = `http://localhost:${port}`;
  shop = await openShop();
  await makeBrand({ dataDir, brand: BRAND, url, settings: { origins: [shop] } });
  await startServer({ dataDir, port, url });
  browsers = { whole: await openChromium({ keepsPages: true }), shell: await openChromium() };
}, CASE_MS);
afterAll(cleanUp, CASE_MS);

/** `/<case>` is a page with the tag, `/another` one without. */
async function openShop(): Promise<string> {
  const http = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://shop');
    if (pathname === '/reached' && await reached.get(searchParams.get('by')!)!() === 'it has gone') return response.destroy();
    if (pathname === '/reached' || pathname === '/favicon.ico') return response.writeHead(204).end();
    const tag = pathname === '/another' ? '' : `<script async src="http://localhost:${lines.get(pathname)?.port}/widget.js" data-brand="${BRAND}"></script>`;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    return response.end(`<!doctype html><html lang="en"><title>Tea</title>${tag}<h1>Tea</h1></html>`);
  });
  await new Promise<void>((resolve) => http.listen(0, () => resolve()));
  http.unref();
  return `http://localhost:${(http.address() as AddressInfo).port}`;
}

function onDisk(body: string): number {
  const database = new DatabaseSync(path.join(dataDir, 'brands', `${BRAND}.sqlite`), { readOnly: true });
  try {
    return (database.prepare('SELECT count(*) AS n FROM message WHERE body = ?').get(body) as { n: number }).n;
  } finally {
    database.close();
  }
}

async function play(step: Step, fate: Fate): Promise<void> {
  const body = `A page that ${fate.name} when it is ${step}`;
  const place = `/${body.replaceAll(' ', '-')}`;
  // Each from an address of her own: the server lets in thirty connections a minute from one.
  lines.set(place, await openLine(port, `127.0.1.${lines.size + 1}`));
  const context = await browsers[fate.browser].newContext(PLAIN);
  await context.addInitScript(watchSteps);
  const page = await context.newPage();
  await page.goto(shop + place);
  await open(page);
  await field(page).fill(HELLO);
  await field(page).press('Enter');
  await arrived(page, 1);
  // Where there is no line yet, a message may go another way, and pass none of the steps.
  await page.waitForFunction('window.hasLine');
  await field(page).fill(body);
  await until(async () => (await keptAs(page, 'draft')).includes(body), 'the draft to be kept');

  // The tools cannot be connected to a page that stands still.
  const tools = await context.newCDPSession(page);
  const happened = new Promise<void>((resolve) => {
    reached.set(place, async () => {
      const answer = await fate.befall(page, tools);
      resolve();
      return answer;
    });
  });
  await page.evaluate((trap) => { Object.assign(window, { trap }); }, { step, next: fate.next } satisfies Trap);
  // A page that goes away at this key does not answer for it.
  void field(page).press('Enter').then(undefined, () => undefined);
  await happened;

  const after = await fate.comeBack(page, shop + place);
  await open(after);
  const isThere = () => bubbles(after).count().then((n) => n > 1);
  if (step === 'to be kept') {
    // Nothing was promised yet: it may have gone out all the same, or it is hers to send, where she wrote it.
    await until(async () => await isThere() || await field(after).inputValue() === body, 'what she wrote');
    if (!await isThere()) await field(after).press('Enter');
  }
  await arrived(after, 2);
  await until(async () => (await keptAs(after, 'out:')).length === 0, 'an empty outbox');
  expect(await bubbles(after).allTextContents()).toEqual([HELLO, body]);
  expect(onDisk(body)).toBe(1);
  await context.close();
}

describe.concurrent.each(FATES)('a page that $name', (fate) => {
  test.each(STEPS)('when her message is %s has it sent, once (I1, I2, I8)', (step) => play(step, fate), CASE_MS);
});

test('some of the pages that she came back to were the very ones she had left', () => {
  expect(restored).toBeGreaterThan(0);
});
