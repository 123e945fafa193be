/** In a real browser on the real server: she is asked how it was (D17), and is told where many wait (D19). */
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { DeskThread } from '../protocol/messages.ts';
import { DEFAULTS } from '../server/settings.ts';
import {
  cleanUp, freePort, type Line, makeBrand, openLine, openShopPage, type RunningServer, type ShopPage, startServer, takeProblems, tempDir, until,
} from './browser.ts';
import { type Clerk, hireClerk } from './clerk.ts';
import { type Look, openVisitor, still } from './one-browser.ts';

const BRAND = 'kettle';
/** Lets nobody wait, and nobody is there. */
const CROWDED = 'crowded';
const STEP_MS = 60_000;
/** What a finger needs. */
const TARGET_PX = 44;

let server: RunningServer;
let line: Line;
let shop: ShopPage;
let brand = BRAND;
let attributes = '';
let agent: Clerk;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const dataDir = await tempDir('survey');
  const port = await freePort();
  const url = `http://localhost:${port}`;
  line = await openLine(port);
  shop = await openShopPage(() => `<script async src="http://localhost:${line.port}/widget.js" data-brand="${brand}" ${attributes}></script>`);
  const look = { color: '#2f6b4f', origins: [shop.origin] };
  const { join } = await makeBrand({ dataDir, brand: BRAND, url, settings: { ...look, name: 'Kettle & Fern', logo: 'KF', autoReply: { ...DEFAULTS.autoReply, when: 'never' } } });
  await makeBrand({ dataDir, brand: CROWDED, url, settings: { ...look, name: 'Crowded', logo: 'C', desk: { ...DEFAULTS.desk, queue: 0 } } });
  server = await startServer({ dataDir, port, url });
  agent = await hireClerk(server, BRAND, join);
}, STEP_MS);

afterAll(cleanUp, STEP_MS);
afterEach(async () => {
  await context?.close();
  await line.mend();
  expect(takeProblems(), 'errors in the consoles of the pages').toEqual([]);
});

async function threads(): Promise<DeskThread[]> {
  const [ok] = await agent.ask({ type: 'list', box: 'all', before: Date.now() + STEP_MS, n: 50 }) as [{ set: { kind: string }[] }];
  return ok.set.filter(({ kind }) => kind === 'thread') as DeskThread[];
}

async function visit(look: Look = {}): Promise<void> {
  attributes = look.lang ? `data-lang="${look.lang.split('-')[0]}"` : '';
  context = await openVisitor(look);
  page = await context.newPage();
  await enter();
}
async function enter(): Promise<void> {
  await page.goto(shop.origin);
  await page.locator('leave-word .go').click();
  await panel().waitFor();
}
const panel = (): Locator => page.locator('leave-word [role=dialog]');
const faces = (): Locator => panel().locator('.faces input');
const chosen = () => faces().evaluateAll((inputs) => inputs.findIndex((input) => (input as HTMLInputElement).checked) + 1);
const note = (): Locator => panel().locator('.survey .note');

/** She writes; Mina answers and ends. @returns the thread's id */
async function talk(hello: string, answer: string): Promise<string> {
  const thread = page.evaluate(() => new Promise<string>((resolve) => { window.leaveword('on', 'sent', (news) => resolve(news.thread)); }));
  const field = panel().locator('form textarea');
  await field.fill(hello);
  await field.press('Enter');
  const id = await thread;
  await agent.ask({ type: 'take', id: crypto.randomUUID(), thread: id }, { type: 'say', id: crypto.randomUUID(), thread: id, body: answer });
  await end(id);
  return id;
}
async function end(thread: string): Promise<void> {
  const { seq } = await row(thread);
  expect(await agent.ask({ type: 'end', id: crypto.randomUUID(), thread, seq })).toMatchObject([{ type: 'ack' }]);
}
async function row(thread: string): Promise<DeskThread> {
  return (await threads()).find(({ id }) => id === thread)!;
}
const scoreIs = (thread: string, score: number) => until(async () => (await row(thread)).score === score, `a score of ${score} on the server`);
async function faults(): Promise<string[]> {
  await still(page);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(what: object, how: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } };
    const { violations } = await axe.run({ include: [['leave-word']] }, { resultTypes: ['violations'], rules: { region: { enabled: false } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`);
  });
}

test.each<Look>([{}, { dark: true }, { phone: true }, { phone: true, dark: true, lang: 'ar-EG' }])('D17 she is asked, answers, and axe finds nothing: %j', async (look) => {
  await visit(look);
  await page.evaluate(await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8'));
  const thread = await talk(look.lang ? 'هل وصل الشاي؟' : 'Is the Earl Grey back?', look.lang ? 'نعم، هذا الصباح.' : 'Yes, since this morning.');
  await faces().first().waitFor();
  expect(await faults()).toEqual([]);
  expect(await chosen()).toBe(0);
  // All of it is on the screen, without scrolling.
  const [log, survey] = await Promise.all([panel().locator('.s').boundingBox(), panel().locator('.survey').boundingBox()]);
  expect(survey!.y).toBeGreaterThanOrEqual(log!.y);
  expect(survey!.y + survey!.height).toBeLessThanOrEqual(log!.y + log!.height + 1);
  for (const face of await faces().all()) {
    const { width, height } = (await face.boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(TARGET_PX);
  }
  await panel().locator('.faces label').nth(3).click();
  await panel().locator('.survey textarea').waitFor();
  await scoreIs(thread, 4);
  expect((await panel().locator('.survey .say').boundingBox())!.height).toBeGreaterThanOrEqual(TARGET_PX);
  expect(await faults()).toEqual([]);
  expect(await note().textContent()).not.toBe('');
}, STEP_MS);

test('D17 by the keyboard it is one stop, and arrows go from face to face', async () => {
  await visit();
  const thread = await talk('By keyboard', 'As you like');
  await faces().first().waitFor();
  await panel().locator('.s').focus();
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate(() => {
    const { activeElement: on } = document.querySelector('leave-word')!.shadowRoot!;
    return on instanceof HTMLInputElement ? `face ${on.value}` : on!.getAttribute('aria-label');
  });
  expect(await focused()).toBe('face 1');
  const outline = () => faces().nth(2).evaluate((input) => getComputedStyle(input.nextElementSibling!).outlineStyle);
  expect(await outline()).toBe('none');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect([await focused(), await chosen(), await outline()]).toEqual(['face 3', 3, 'solid']);
  expect(await panel().getByRole('radio', { name: 'Okay' }).isChecked()).toBe(true);
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Anything to add? (optional)');
  await page.keyboard.type('Either/or');
  await page.keyboard.press('Enter');
  await note().getByText('Thank you for your words.').waitFor();
  await scoreIs(thread, 3);
  const [found] = await agent.ask({ type: 'pull', thread, before: 1_000, n: 50 }) as [{ entries: { what: string; score?: number; text?: string }[] }];
  // Her words come last, with her answer; before them may stand, or not, faces she went by.
  const rated = found.entries.filter(({ what }) => what === 'rated').map(({ score, text }) => [score, text]);
  expect(rated.at(-1)).toEqual([3, 'Either/or']);
  expect(rated.slice(0, -1).filter(([, text]) => text !== undefined)).toEqual([]);
}, STEP_MS);

test('D17 without a line her answer waits, her last mind counts, and the next episode asks anew', async () => {
  await visit();
  const thread = await talk('From a tunnel', 'Safe travels');
  await faces().first().waitFor();
  await line.cut();
  await panel().getByText('No connection. Messages are saved and sent later.').waitFor();
  await panel().locator('.faces label').nth(0).click();
  await note().getByText('Saved on this device, will be sent').waitFor();
  await panel().locator('.faces label').nth(4).click();
  await panel().locator('.survey textarea').fill('Kind people');
  await panel().locator('.survey .say').click();
  expect((await row(thread)).score).toBe(undefined);
  await line.mend();
  await scoreIs(thread, 5);
  await until(async () => await note().textContent() === 'Thank you for your words.', 'the thanks');

  // What she said is there when she comes back, and can still be changed.
  await enter();
  await faces().first().waitFor();
  await until(async () => await chosen() === 5, 'her choice');
  expect(await panel().locator('.survey textarea').inputValue()).toBe('Kind people');
  await still(page);
  expect((await panel().locator('.survey textarea').boundingBox())!.height).toBeGreaterThanOrEqual(TARGET_PX);
  await panel().locator('.faces label').nth(3).click();
  await scoreIs(thread, 4);

  await panel().locator('form textarea').fill('One more thing');
  await panel().locator('form textarea').press('Enter');
  await panel().locator('.survey').waitFor({ state: 'detached' });
  await until(async () => (await row(thread)).episode === 2, 'the next episode');
  await end(thread);
  await faces().first().waitFor();
  expect(await chosen()).toBe(0);
  expect(await panel().locator('.survey textarea').isVisible()).toBe(false);
}, STEP_MS);

test.each<Look>([{}, { phone: true, dark: true, lang: 'ar-EG' }])('D19 of a brand that lets nobody wait and is not there she is told so, and writes all the same: %j', async (look) => {
  brand = CROWDED;
  try {
    await visit(look);
    await page.evaluate(await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8'));
    const [nobody, many] = look.lang ? ['لا يوجد أحد الآن.', 'كثيرون ينتظرون'] : ['Nobody is in right now.', 'Many people'];
    await panel().locator('.address label', { hasText: nobody }).waitFor();
    expect(await panel().getByText(many).count()).toBe(0);
    expect(await faults()).toEqual([]);
    await panel().locator('textarea').fill('Hello');
    await panel().locator('textarea').press('Enter');
    await panel().locator('.own.sent, .own.delivered').waitFor();
  } finally {
    brand = BRAND;
  }
}, STEP_MS);
