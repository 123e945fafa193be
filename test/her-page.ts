/** The widget on a page, from outside and from inside: for tests that care about what is kept and what has arrived. */
import type { Locator, Page } from 'playwright-core';

/** The wait between two tries of a broken line, and what a busy machine adds. */
const AGAIN_MS = 40_000;
const LOOK_EVERY_MS = 50;

/** A small window, not as narrow as a phone, in which nothing moves: what is drawn is drawn by the processor, and these tests have many. */
export const PLAIN = { viewport: { width: 800, height: 600 }, reducedMotion: 'reduce' } as const;

/** What her device keeps, of which the key begins so. */
export const keptAs = (page: Page, prefix: string): Promise<unknown[]> => page.evaluate(async (begins) => {
  const found: unknown[] = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise<IDBDatabase>((resolve) => { indexedDB.open(name!).onsuccess = (event) => resolve((event.target as IDBOpenDBRequest).result); });
    if (db.objectStoreNames.contains('kept')) {
      found.push(...await new Promise<unknown[]>((resolve) => {
        db.transaction('kept').objectStore('kept').getAll(IDBKeyRange.bound(begins, `${begins}\uffff`)).onsuccess = (event) => resolve((event.target as IDBRequest<unknown[]>).result);
      }));
    }
    db.close();
  }
  return found;
}, prefix);

export const field = (page: Page): Locator => page.locator('leave-word textarea');
/** Her own. */
export const bubbles = (page: Page): Locator => page.locator('leave-word .own .b');

/** So many of hers have arrived, and none is on its way. The page itself looks again and again: to ask it from outside costs more than all it does. */
export async function arrived(page: Page, messages: number): Promise<void> {
  const isSo = (n: number) => {
    const all = (what: string) => document.querySelector('leave-word')?.shadowRoot?.querySelectorAll(what).length;
    return all('.own .b') === n && all('.own:is(.saved, .sending)') === 0 && all('.own:is(.sent, .delivered)') !== 0;
  };
  await page.waitForFunction(isSo, messages, { timeout: AGAIN_MS, polling: LOOK_EVERY_MS });
}

export async function open(page: Page): Promise<void> {
  await page.locator('leave-word .go').waitFor();
  if (!await page.locator('leave-word [role=dialog]').isVisible()) await page.locator('leave-word .go').click();
  await field(page).waitFor();
}
