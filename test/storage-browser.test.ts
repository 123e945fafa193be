/** A browser that keeps less than it said it would, two tabs on one outbox, a clock that is wrong: what she writes arrives all the same, once. */
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, freePort, type Line, makeBrand, openChromium, openLine, openShopPage, type ShopPage, startServer, tempDir, until } from './browser.ts';
import { arrived, bubbles, field, keptAs, open, PLAIN } from './her-page.ts';

const BRAND = 'kettle';
const CASE_MS = 60_000;
const KEEPS_NOTHING = 'This browser keeps nothing: stay on this page until it is sent.';

let browser: Browser;
let dataDir: string;
let port: number;
let shop: ShopPage;

beforeAll(async () => {
  dataDir = await tempDir('storage');
  port = await freePort();
  const url = `http://localhost:${port}`;
  // Each page says in its path which line it reaches the server through, so that each can be cut alone.
  shop = await openShopPage((at) => `<script async src="http://localhost:${at.slice(1)}/widget.js" data-brand="${BRAND}"></script>`);
  await makeBrand({ dataDir, brand: BRAND, url, settings: { origins: [shop.origin] } });
  await startServer({ dataDir, port, url });
  browser = await openChromium();
}, CASE_MS);
afterAll(cleanUp, CASE_MS);

interface Her { context: BrowserContext; line: Line; page: Page }

/** @param before runs in her pages before anything else. @param quota of her disk, in bytes */
async function visit(before?: (argument: number) => void, argument = 0, quota?: number): Promise<Her> {
  const line = await openLine(port);
  const context = await browser.newContext(PLAIN);
  if (before) await context.addInitScript(before, argument);
  return { context, line, page: await enter(context, line, quota) };
}

async function enter(context: BrowserContext, line: Line, quotaSize?: number): Promise<Page> {
  const page = await context.newPage();
  if (quotaSize) await (await context.newCDPSession(page)).send('Storage.overrideQuotaForOrigin', { origin: shop.origin, quotaSize });
  await page.goto(`${shop.origin}/${line.port}`);
  await open(page);
  return page;
}

async function say(page: Page, body: string): Promise<void> {
  await field(page).fill(body);
  await field(page).press('Enter');
  await bubbles(page).filter({ hasText: body }).waitFor();
}

/** As the server has them, in order. */
function onDisk(...bodies: string[]): string[] {
  const database = new DatabaseSync(path.join(dataDir, 'brands', `${BRAND}.sqlite`), { readOnly: true });
  try {
    return (database.prepare("SELECT body FROM message WHERE by = 'visitor' ORDER BY n").all() as { body: string }[])
      .map(({ body }) => body).filter((body) => bodies.includes(body));
  } finally {
    database.close();
  }
}

describe.concurrent('her device', () => {
  test('is told by her to throw away what it kept, under a page that is open: what waits there is sent all the same, and nothing is kept again (I8)', async () => {
    const { context, line, page } = await visit();
    await say(page, 'Before the loss');
    await arrived(page, 1);
    await line.cut();
    await say(page, 'Only this page knows');
    await until(async () => (await keptAs(page, 'out:')).length === 1, 'it to be kept');
    const tools = await context.newCDPSession(page);
    await tools.send('Storage.clearDataForOrigin', { origin: shop.origin, storageTypes: 'indexeddb' });
    await page.getByText(KEEPS_NOTHING).waitFor();
    await line.mend();
    await arrived(page, 2);
    await say(page, 'After the loss');
    await arrived(page, 3);
    const all = ['Before the loss', 'Only this page knows', 'After the loss'];
    expect(await bubbles(page).allTextContents()).toEqual(all);
    expect(onDisk(...all)).toEqual(all);
    expect(await keptAs(page, '')).toEqual([]);
    // Whoever comes after is somebody else: what the device knew of her is gone.
    const again = await enter(context, line);
    expect(await bubbles(again).count()).toBe(0);
  }, CASE_MS);

  test('is full: she is told to stay, what she writes is shown and sent', async () => {
    // A browser lets a small write pass over its quota; so each goes along with one that it refuses, and both fail as one.
    const { line, page } = await visit(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
        if (Reflect.get(window, 'isFull')) put.call(this, 'x'.repeat(1_000_000), 'ballast');
        return put.call(this, value, key);
      };
    }, 0, 100_000);
    await say(page, 'While there was room');
    await arrived(page, 1);
    await page.evaluate('window.isFull = true');
    await line.cut();
    await say(page, 'No room for this');
    await page.getByText(KEEPS_NOTHING).waitFor();
    await line.mend();
    await arrived(page, 2);
    expect(await keptAs(page, 'out:'), 'nothing of it was kept').toEqual([]);
    expect(onDisk('While there was room', 'No room for this')).toEqual(['While there was room', 'No room for this']);
  }, CASE_MS);

  test('never answers when it is asked for what it keeps: she can write soon, and it is sent', async () => {
    const { page } = await visit(() => {
      IDBFactory.prototype.open = () => document.createElement('a') as unknown as IDBOpenDBRequest;
    });
    await say(page, 'To a silent disk');
    await arrived(page, 1);
    expect(onDisk('To a silent disk')).toEqual(['To a silent disk']);
  }, CASE_MS);

  test('stops answering while she writes: it is shown, and sent', async () => {
    const { page } = await visit();
    await say(page, 'It still answered');
    await arrived(page, 1);
    await page.evaluate(() => {
      // Nothing that is asked of it from now on is ever done.
      IDBDatabase.prototype.transaction = () => ({ objectStore: () => new Proxy({ transaction: document.createElement('a') }, {
        get: (store, name) => name in store ? store[name as keyof typeof store] : () => document.createElement('a'),
      }) }) as unknown as IDBTransaction;
    });
    await say(page, 'Into the void');
    await arrived(page, 2);
    expect(onDisk('It still answered', 'Into the void')).toEqual(['It still answered', 'Into the void']);
  }, CASE_MS);

  test.each([['a year ahead', 1], ['a year behind', -1]])('has a clock that is %s: what was said stands in its order, and arrives', async (name, years) => {
    const { context, line, page } = await visit((wrong) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + wrong * 365 * 86_400_000;
    }, years);
    const all = [`First, ${name}`, `Second, ${name}`, `Third, ${name}`];
    await say(page, all[0]!);
    await arrived(page, 1);
    await line.cut();
    await say(page, all[1]!);
    await say(page, all[2]!);
    expect(await bubbles(page).allTextContents()).toEqual(all);
    await line.mend();
    await arrived(page, 3);
    expect(onDisk(...all)).toEqual(all);
    const again = await enter(context, line);
    await until(async () => (await bubbles(again).count()) === 3, 'the thread');
    expect(await bubbles(again).allTextContents()).toEqual(all);
  }, CASE_MS);

  test('has two tabs, and both wrote while there was no line: all of it is sent once, and both show the same', async () => {
    const { context, line, page } = await visit();
    await say(page, 'Where it began');
    await arrived(page, 1);
    const other = await enter(context, line);
    await until(async () => (await bubbles(other).count()) === 1, 'the thread in the other tab');
    await line.cut();
    const bodies = ['one', 'two', 'three', 'four', 'five', 'six'].map((n) => `Tab and tab, ${n}`);
    for (const [n, body] of bodies.entries()) await say(n % 2 ? other : page, body);
    for (const tab of [page, other]) await until(async () => (await bubbles(tab).count()) === 7, 'both tabs to show all of it');
    await line.mend();
    for (const tab of [page, other]) await arrived(tab, 7);
    expect(onDisk(...bodies)).toEqual(bodies);
    const shown = await bubbles(page).allTextContents();
    expect(shown).toEqual(['Where it began', ...bodies]);
    expect(await bubbles(other).allTextContents()).toEqual(shown);
    expect(await keptAs(page, 'out:')).toEqual([]);
  }, CASE_MS);
});
