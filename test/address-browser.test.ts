/** In a real browser on the real server: whoever cannot be answered now leaves an address (D19), by keyboard alone. */
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Visitor } from '../protocol/messages.ts';
import { DEFAULTS } from '../server/settings.ts';
import {
  cleanUp, freePort, type Line, makeBrand, openLine, openShopPage, type ShopPage, startServer, takeProblems, tempDir, until,
} from './browser.ts';
import { type Clerk, hireClerk } from './clerk.ts';
import { type Look as HowItLooks, openVisitor, still } from './one-browser.ts';

/** Nobody is there; of the two brands one lets nobody wait. */
const NIGHT = 'night';
const CROWDED = 'crowded';
const ADA = 'ada@example.com';
const STEP_MS = 60_000;
/** What a finger needs. */
const TARGET_PX = 44;

let line: Line;
let shop: ShopPage;
let brand = NIGHT;
let lang = 'en';
const clerks = new Map<string, Clerk>();
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const dataDir = await tempDir('address');
  const port = await freePort();
  const url = `http://localhost:${port}`;
  line = await openLine(port);
  shop = await openShopPage(() => `<script async src="http://localhost:${line.port}/widget.js" data-brand="${brand}" data-lang="${lang}"></script>`);
  const look = { color: '#2f6b4f', name: 'Kettle & Fern', logo: 'KF', origins: [shop.origin] };
  const joins = [
    [NIGHT, await makeBrand({ dataDir, brand: NIGHT, url, settings: look })],
    [CROWDED, await makeBrand({ dataDir, brand: CROWDED, url, settings: { ...look, desk: { ...DEFAULTS.desk, queue: 0 } } })],
  ] as const;
  const server = await startServer({ dataDir, port, url });
  for (const [name, { join }] of joins) clerks.set(name, await hireClerk(server, name, join));
}, STEP_MS);

afterAll(cleanUp, STEP_MS);
afterEach(async () => {
  await context?.close();
  await line.mend();
  expect(takeProblems(), 'errors in the consoles of the pages').toEqual([]);
});

interface Look extends HowItLooks { brand: string }

async function visit(look: Look): Promise<void> {
  brand = look.brand;
  lang = look.lang ?? 'en';
  context = await openVisitor(look);
  page = await context.newPage();
  await enter();
}
async function enter(): Promise<void> {
  await page.goto(shop.origin);
  await page.evaluate(await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8'));
  await page.locator('leave-word .go').focus();
  await page.keyboard.press('Enter');
  await composer().waitFor();
}
const panel = (): Locator => page.locator('leave-word [role=dialog]');
const composer = (): Locator => panel().locator('textarea');
const offer = (): Locator => panel().locator('.address');
const field = (): Locator => offer().getByRole('textbox');
const focused = () => page.evaluate(() => {
  const { activeElement: on } = document.querySelector('leave-word')!.shadowRoot!;
  return on?.id || on?.getAttribute('aria-label') || on?.textContent;
});
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}
async function faults(): Promise<string[]> {
  await still(page);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(what: object, how: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } };
    const { violations } = await axe.run({ include: [['leave-word']] }, { rules: { region: { enabled: false } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`);
  });
}
/** Those of whom agents see this address. */
async function known(email: string): Promise<Visitor[]> {
  const [listed] = await clerks.get(brand)!.ask({ type: 'list', box: 'all', before: Date.now() + STEP_MS, n: 50 }) as [{ set: { kind: string }[] }];
  return (listed.set.filter(({ kind }) => kind === 'visitor') as Visitor[]).filter((each) => each.email === email);
}

test('under the reply of a brand that is away; without a line it is kept, and it is hers to change', async () => {
  await visit({ brand: NIGHT });
  expect(await offer().count()).toBe(0);
  await until(async () => await focused() === 'Write a message', 'the focus');
  await page.keyboard.type('Is the Earl Grey back?');
  await press('Enter');
  await field().waitFor();
  // She is where she was, and the offer is a few steps back.
  expect(await focused()).toBe('Write a message');
  await press('Shift+Tab');
  expect(await focused()).toBe('No, thank you');
  await press('Shift+Tab', 'Shift+Tab');
  expect(await focused()).toBe('lw-email');
  await page.keyboard.type('ada@example');
  await press('Enter');
  await offer().getByText('An e-mail looks like').waitFor();
  expect(await focused()).toBe('lw-email');
  expect(await faults()).toEqual([]);
  await page.keyboard.type('.com');
  await press('Enter');
  await offer().getByText(`Thank you: we will write to ${ADA}.`).waitFor();
  expect(await focused()).toBe('Change');
  expect(await faults()).toEqual([]);
  await until(async () => (await known(ADA)).length === 1, 'the address at the desk');
  expect(await known(ADA)).toMatchObject([{ verified: false }]);

  await line.cut();
  await panel().getByText('No connection.').waitFor();
  await press('Enter');
  expect([await focused(), await field().inputValue()]).toEqual(['lw-email', ADA]);
  await page.keyboard.type('tunnel@example.com');
  await press('Enter');
  await offer().getByText('Thank you: we will write to tunnel@example.com. Saved on this device, will be sent.').waitFor();
  expect(await known(ADA)).toHaveLength(1);
  await line.mend();
  await enter();
  await offer().getByText('Thank you: we will write to tunnel@example.com.', { exact: true }).waitFor();
  await until(async () => (await known('tunnel@example.com')).length === 1, 'the other address at the desk');
  expect(await known(ADA)).toEqual([]);
}, STEP_MS);

test('on a phone, in Arabic, where nobody may wait: before her first word, and as it', async () => {
  await visit({ brand: CROWDED, phone: true, dark: true, lang: 'ar' });
  await field().waitFor();
  expect(await faults()).toEqual([]);
  for (const each of [field(), ...await offer().getByRole('button').all()]) {
    const { width, height } = (await each.boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(TARGET_PX);
  }
  // What she reads right to left she writes left to right.
  expect(await field().evaluate((input) => getComputedStyle(input).direction)).toBe('ltr');
  await field().fill(ADA);
  await press('Enter');
  await panel().locator('.own.sent, .own.delivered').getByText(ADA).waitFor();
  await offer().getByText(`سنكتب إليك على ${ADA}`).waitFor();
  expect(await focused()).toBe('اكتب رسالة');
  expect(await faults()).toEqual([]);
  await until(async () => (await known(ADA)).length === 1, 'the address at the desk');
}, STEP_MS);
