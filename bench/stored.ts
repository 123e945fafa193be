/**
 * A visitor who has said much, with the server stopped: from the click to the thread on the screen out of IndexedDB, from a key
 * to the frame that shows its letter, and what the page holds in memory, for threads of 10, 1,000 and 10,000 messages. The rows
 * are put into IndexedDB as the widget writes them, and all of them: it keeps the newest 500 of a thread itself.
 */
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { KEPT_MESSAGES } from '../client/rows.ts';
import { count, median, ms, percentile, type Row } from './figures.ts';
import { SETTLE_MS, SLOWDOWN } from './page.ts';

const STORED = [10, 1_000, 10_000];
const OPENS = 5;
const WORDS = 'Do you still have the first flush?';
/** Nobody types faster for long. */
const KEY_EVERY_MS = 90;
const MIB = 1_048_576;

interface Opened { painted: number; keys: number[]; heap: number }

/** @param url of a page with the tag, on which somebody has said ten messages; its server is stopped */
export async function stored(context: BrowserContext, url: string): Promise<Row[]> {
  const plain = await heapOf(context, `${url}/plain`);
  const closed = await heapOf(context, url);
  const found = new Map<number, Opened[]>();
  for (const messages of STORED) {
    await fill(context, `${url}/plain`, messages);
    await open(context, url, messages); // what is read for the first time comes from a slower place
    found.set(messages, []);
    for (let n = 0; n < OPENS; n++) found.get(messages)!.push(await open(context, url, messages));
  }
  const [least, most] = [found.get(STORED[0]!)!, found.get(STORED.at(-1)!)!];
  const keys = (opened: Opened[]) => opened.flatMap((each) => each.keys);
  const of = (opened: Opened[]) => `${ms(percentile(keys(opened), 50))} and ${ms(percentile(keys(opened), 99))}`;
  const mib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;
  const painted = (opened: Opened[]) => median(opened.map((each) => each.painted));
  return [
    ...STORED.map((messages): Row => [
      `click to thread on the screen, out of IndexedDB, server stopped, ${SLOWDOWN}x slowdown: ${count(messages)} messages stored${messages > KEPT_MESSAGES ? ` (the widget keeps ${KEPT_MESSAGES} of a thread)` : ''}, median of ${OPENS}`,
      `${ms(painted(found.get(messages)!))}${messages === STORED[0] ? '' : `, ${(painted(found.get(messages)!) / painted(least)).toFixed(1)} times that of ${STORED[0]}`}`,
    ]),
    [`from a key to the frame that shows it, ${SLOWDOWN}x slowdown, thread of ${count(STORED.at(-1)!)} against one of ${STORED[0]}: median and 99th percentile`, `${of(most)}, against ${of(least)}`],
    ['JavaScript heap after collecting: the page without the tag, with it, with the thread open', `${mib(plain)}, ${mib(closed)}, ${STORED.map((messages) => `${mib(median(found.get(messages)!.map((each) => each.heap)))} with ${count(messages)}`).join(', ')}`],
  ];
}

/** Puts a thread of so many messages in the place of the one that is there. @param url of the same origin, without the tag */
async function fill(context: BrowserContext, url: string, messages: number): Promise<void> {
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'load' });
  const wrote = await page.evaluate(async (many) => {
    const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name!));
      const store = db.transaction('kept', 'readwrite').objectStore('kept');
      const keys = await done(store.getAllKeys()) as string[];
      const first = keys.find((key) => key.startsWith('row:message:'));
      const thread = keys.find((key) => key.startsWith('row:thread:'));
      if (!first || !thread) continue;
      const [message, row] = [await done(store.get(first)), await done(store.get(thread))];
      for (const key of keys) if (key.startsWith('row:message:')) store.delete(key);
      for (let seq = 1; seq <= many; seq++) {
        const place = { seq, id: `stored-${seq}`, at: row.at - (many - seq) * 60_000, body: `message ${seq} of a bench, and some words behind it as people write them` };
        store.put({ ...message, ...place }, `row:message:${message.thread}:${seq}`);
      }
      store.put({ ...row, seq: many, visitor: { got: many, seen: many }, team: { got: many, seen: many } }, thread);
      await new Promise((resolve) => { store.transaction.oncomplete = resolve; });
      db.close();
      return true;
    }
    return false;
  }, messages);
  await page.close();
  if (!wrote) throw new Error('there is no thread in IndexedDB to put messages into');
}

async function open(context: BrowserContext, url: string, messages: number): Promise<Opened> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(SETTLE_MS);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  const painted = await page.evaluate(async (last) => {
    const root = document.querySelector('leave-word')!.shadowRoot!;
    const began = performance.now();
    root.querySelector('button')!.click();
    while (!root.textContent?.includes(last)) await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - began;
  }, `message ${messages} of a bench`);
  const keys = await type(page);
  const heap = await collected(cdp);
  await page.close();
  return { painted, keys, heap };
}

/** @returns milliseconds from each key to behind the frame that shows what it wrote */
async function type(page: Page): Promise<number[]> {
  const composer = page.getByRole('dialog').getByRole('textbox', { name: 'Write a message' });
  await composer.click();
  await page.evaluate(() => {
    const took: number[] = [];
    Object.assign(globalThis, { took });
    // When the key was pressed, and not when somebody had time for it.
    addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => setTimeout(() => took.push(performance.now() - timeStamp)));
    }, { capture: true });
  });
  await composer.pressSequentially(WORDS, { delay: KEY_EVERY_MS });
  await page.waitForTimeout(SETTLE_MS / 3);
  const took = await page.evaluate(() => (globalThis as unknown as { took: number[] }).took);
  await composer.fill('');
  if (took.length !== WORDS.length) throw new Error(`${WORDS.length} keys were pressed, and ${took.length} shown`);
  return took;
}

async function heapOf(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(SETTLE_MS);
  const heap = await collected(cdp);
  await page.close();
  return heap;
}

async function collected(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize;
}
