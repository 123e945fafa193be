/** What must be true in every browser: each is played from the beginning, by a visitor nobody knows yet. */
import { until } from '../browser.ts';
import { openChat, say, texts, waiting } from './chat.ts';
import type { Driven } from './driven.ts';

/** Longer than the wait between two tries of a broken line. */
const AGAIN_MS = 70_000;

export interface Place {
  browser: Driven;
  /** A page of the shop. @param kind what is done on it before the tag runs; `plain` has no tag */
  page(kind?: 'shop' | 'plain' | 'forbids' | 'ahead'): string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Everything this server was ever told by visitors, in order. */
  told(): string[];
}

/** @returns nothing, or why this browser cannot be asked */
type Play = (place: Place, word: (n: number) => string) => Promise<string | undefined>;

async function enter({ browser, page }: Place, kind?: 'forbids' | 'ahead'): Promise<string> {
  const tab = await browser.open(page(kind));
  await openChat(browser);
  return tab;
}
async function comes(place: Place, ...words: string[]): Promise<void> {
  const mine = () => place.told().filter((body) => words.includes(body));
  await until(() => mine().length >= words.length, `the server to be told: ${words}`, AGAIN_MS);
  same(mine(), words, 'what the server was told');
}
async function shows({ browser }: Place, ...words: string[]): Promise<void> {
  await until(async () => (await texts(browser)).filter((text) => words.includes(text)).length >= words.length, `the page to show: ${words}`, AGAIN_MS);
  same((await texts(browser)).filter((text) => words.includes(text)), words, 'what the page shows');
}
function same(found: string[], wanted: string[], what: string): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}
/** It is told, and her device has heard that it is. */
async function arrives(place: Place, ...words: string[]): Promise<void> {
  await comes(place, ...words);
  await kept(place, 0);
}
const kept = ({ browser }: Place, n: number) => until(async () => await waiting(browser) === n, `${n} messages on her disk`);

/** The first has arrived, the second waits on her disk. */
async function writeWithoutLine(place: Place, word: (n: number) => string): Promise<void> {
  await enter(place);
  await say(place.browser, word(1));
  await arrives(place, word(1));
  await place.cut();
  await say(place.browser, word(2));
  await kept(place, 1);
}

export const STORY: Record<string, Play> = {
  async 'a message is sent, once, and its page shows it after a reload'(place, word) {
    await enter(place);
    await say(place.browser, word(1));
    await comes(place, word(1));
    await shows(place, word(1));
    await place.browser.reload();
    await openChat(place.browser);
    await shows(place, word(1));
  },
  async 'what is written without a line outlives its tab, and is sent once when the line is back'(place, word) {
    await writeWithoutLine(place, word);
    await place.browser.close();
    // Without a disk there is no copy of the loader either: it has to come over the line again.
    if (!place.browser.killAndRestart) await place.mend();
    await enter(place);
    await shows(place, word(1), word(2));
    await place.mend();
    await arrives(place, word(1), word(2));
  },
  async 'a tab that is closed in the moment of sending has sent it, or its message waits for the next tab'(place, word) {
    await enter(place);
    await say(place.browser, word(1));
    await comes(place, word(1));
    await say(place.browser, word(2));
    await place.browser.close();
    await enter(place);
    await comes(place, word(1), word(2));
    await shows(place, word(1), word(2));
  },
  async 'a page that is left and come back to goes on'(place, word) {
    await enter(place);
    await say(place.browser, word(1));
    await comes(place, word(1));
    await say(place.browser, word(2));
    await place.browser.go(place.page('plain'));
    await place.browser.back();
    await openChat(place.browser);
    await comes(place, word(1), word(2));
    await shows(place, word(1), word(2));
    await say(place.browser, word(3));
    await comes(place, word(1), word(2), word(3));
  },
  async 'two tabs share one outbox, and show the same'(place, word) {
    const first = await enter(place);
    await say(place.browser, word(1));
    await arrives(place, word(1));
    const second = await enter(place);
    await shows(place, word(1));
    await place.cut();
    await say(place.browser, word(2));
    await kept(place, 1);
    await place.browser.look(first);
    await say(place.browser, word(3));
    await kept(place, 2);
    await place.mend();
    await comes(place, word(1), word(2), word(3));
    await shows(place, word(1), word(2), word(3));
    await place.browser.look(second);
    await shows(place, word(1), word(2), word(3));
  },
  async 'a browser that is killed has her message when it starts again'(place, word) {
    if (!place.browser.killAndRestart) return 'its driver gives it a profile that is forgotten with it';
    await writeWithoutLine(place, word);
    await place.browser.killAndRestart();
    await enter(place);
    await shows(place, word(1), word(2));
    await place.mend();
    await comes(place, word(1), word(2));
  },
  async 'where storage is forbidden she can write all the same'(place, word) {
    await enter(place, 'forbids');
    await say(place.browser, word(1));
    await comes(place, word(1));
    await shows(place, word(1));
  },
  async 'a clock that is a year ahead turns no order round'(place, word) {
    await enter(place, 'ahead');
    await say(place.browser, word(1));
    await arrives(place, word(1));
    await place.cut();
    await say(place.browser, word(2));
    await say(place.browser, word(3));
    await shows(place, word(1), word(2), word(3));
    await place.mend();
    await comes(place, word(1), word(2), word(3));
    await shows(place, word(1), word(2), word(3));
  },
};
