/** What she does with the widget, from inside the page: the one way that all browsers have in common. */
import { until } from '../browser.ts';
import type { Driven } from './driven.ts';

export interface Said { text: string; fate: string }

export async function openChat(browser: Driven): Promise<void> {
  await until(() => browser.run(() => !!document.querySelector('leave-word')?.shadowRoot?.querySelector('.go')), 'the button', 30_000);
  await browser.run(() => {
    const root = document.querySelector('leave-word')!.shadowRoot!;
    if (!root.querySelector('textarea')) root.querySelector<HTMLElement>('.go')!.click();
  });
  await until(() => browser.run(() => !!document.querySelector('leave-word')!.shadowRoot!.querySelector('textarea')), 'the panel', 30_000);
}

/** Types it and presses Enter, in one go: nothing that happens to the page comes in between. */
export async function say(browser: Driven, text: string): Promise<void> {
  await browser.run((words) => {
    const field = document.querySelector('leave-word')!.shadowRoot!.querySelector('textarea')!;
    field.value = words;
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true, cancelable: true }));
  }, text);
}

export const said = (browser: Driven): Promise<Said[]> => browser.run(() => {
  const root = document.querySelector('leave-word')!.shadowRoot!;
  return [...root.querySelectorAll('.own .b')].map((bubble) => ({
    text: bubble.textContent!, fate: ['saved', 'sending', 'sent', 'delivered', 'seen', 'refused'].find((fate) => bubble.closest('.own')!.classList.contains(fate)) ?? '',
  }));
});

export const texts = async (browser: Driven): Promise<string[]> => (await said(browser)).map(({ text }) => text);

/** How many messages wait on her disk. */
export const waiting = (browser: Driven): Promise<number> => browser.run(async () => {
  const open = (name: string) => new Promise<IDBDatabase>((resolve) => { indexedDB.open(name).onsuccess = (event) => resolve((event.target as IDBOpenDBRequest).result); });
  const db = await open('leaveword:kettle');
  const count = !db.objectStoreNames.contains('kept') ? 0 : await new Promise<number>((resolve) => {
    db.transaction('kept').objectStore('kept').count(IDBKeyRange.bound('out:', 'out:\uffff')).onsuccess = (event) => resolve((event.target as IDBRequest<number>).result);
  });
  db.close();
  return count;
});
