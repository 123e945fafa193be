/** The inbox in a real browser, on the real server: an owner joins, answers, is cut off, comes back, sets up her brand. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, freePort, makeBrand, openBrowser, type RunningServer, startServer, tempDir, until } from './browser.ts';
import { Change } from '../server/change.ts';
import { NodeHouse } from '../server/hosts/node.ts';
import { DEFAULTS } from '../server/settings.ts';
import { standingOf } from '../server/threads.ts';
import { still } from './one-browser.ts';
import { newToken, Talker } from './talker.ts';

const BRAND = 'kettle';
const SHOP = 'https://tea.example';
const STEP_MS = 150_000;
const NAME = '<img src=x onerror="window.pwned=1">{{7*7}}';
const LONG = 230;
const PASSWORD = 'a kettle of fish';
const [DESK, PHONE] = [{ width: 1_280, height: 800 }, { width: 390, height: 844 }];
/** Rules of axe whose answer hangs on colours; that of all others on elements, words and places. */
const ABOUT_COLOURS = ['color-contrast', 'link-in-text-block'];

let dataDir: string;
let server: RunningServer;
let browser: BrowserContext;
let page: Page;
let join: string;
let profile: string;
let she: Talker;
const thread = randomUUID();
/** What the browser complained about: refused by the page's security policy, above all. */
const complaints: string[] = [];

beforeAll(async () => {
  dataDir = await tempDir('inbox');
  profile = await tempDir('inbox-profile');
  const port = await freePort();
  const url = `http://localhost:${port}`;
  ({ join } = await makeBrand({ dataDir, brand: BRAND, url, settings: { name: 'Kettle & Fern', color: '#2f6b4f', logo: 'KF', origins: [SHOP], desk: { ...DEFAULTS.desk, slots: 1 } } }));
  await writeLongThread(url);
  server = await startServer({ dataDir, port, url });
  browser = await openBrowser({ profile });
  page = await open();
  she = await visit();
}, STEP_MS);

afterAll(async () => {
  she.stop();
  await cleanUp();
}, STEP_MS);

async function open(): Promise<Page> {
  const opened = await browser.newPage();
  opened.on('console', (message) => { if (/Content Security Policy|Trusted|Uncaught/i.test(message.text())) complaints.push(message.text()); });
  opened.on('pageerror', (error) => complaints.push(error.message));
  return opened;
}

/** More than the inbox is given at once, so that the rest has to be asked for. */
async function writeLongThread(url: string): Promise<void> {
  const house = new NodeHouse({ dataDir, assetDir: dataDir, url, log: () => undefined });
  const owner = (await house.owner(BRAND))!;
  await owner.run((brand) => {
    const change = new Change(brand.host);
    brand.host.sql('INSERT INTO visitor (id, name, created, at, rev) VALUES (?, ?, 1, 1, ?)', 'v-long', 'Lena Long', change.rev);
    const begun = brand.threads.begin(change, 't-long', 'v-long');
    for (let n = 1; n <= LONG; n++) brand.threads.append(change, begun, { id: `long-${n}`, by: 'visitor', body: `line ${n} of many` });
    brand.threads.stand(change, begun, { ...standingOf(begun), waiting: 1, held: 1 });
  });
  house.close();
}

async function visit(): Promise<Talker> {
  const secret = newToken();
  const talker = new Talker({ url: `${server.url.replace('http', 'ws')}/v1/${BRAND}/visitor`, origin: SHOP, secret: () => secret });
  await talker.connect();
  await until(() => talker.greeted, 'the visitor to be greeted');
  return talker;
}

const inbox = (at = '') => `${server.url}/inbox/${BRAND}${at}`;
const row = () => page.locator('a.row');
const log = () => page.getByRole('log', { name: 'Messages' });
const field = () => page.getByRole('textbox', { name: 'Your answer' });
const bubble = (text: string) => log().locator('.bubble', { hasText: text });
const fateOf = (text: string) => log().locator('.said', { has: page.locator('.bubble', { hasText: text }) }).locator('.fate');
const heard = (text: string) => [...she.held.get(thread)?.values() ?? []].filter(({ body }) => body === text).length;

async function answer(text: string): Promise<void> {
  await field().fill(text);
  await field().press('Enter');
  await bubble(text).waitFor();
}

/** All of a page but its colours: what is there, what is said of it, and where it stands. */
const shapeOf = (at: Page): Promise<string> => at.evaluate(() => [document.body.outerHTML, ...[...document.querySelectorAll('body *')].map((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  const { visibility, opacity } = getComputedStyle(element);
  return [x, y, width, height, visibility, opacity].join(' ');
})].join('\n'));

/** @param rules those that can say something new; all of them, if none is named */
async function lookWithAxe(at: Page, rules?: string[]): Promise<string[]> {
  return at.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: { run(how: object): Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[] }> } };
    const { violations } = await axe.run({ resultTypes: ['violations'], ...(only ? { runOnly: { type: 'rule', values: only } } : {}) });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${String(target)} ${failureSummary?.split('\n')[1]?.trim() ?? ''}`));
  }, rules);
}

describe('the inbox', () => {
  test('asks for a name and a password of ten characters behind an invitation, and for both beside the field', async () => {
    await page.goto(join);
    await page.getByRole('heading', { name: 'Join the team' }).waitFor();
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByText('Enter your name.').waitFor();
    await page.getByLabel('Your name').fill('Mina Okafor');
    await page.getByLabel('Choose a password').fill('short');
    expect(await page.getByText('5 characters more').count()).toBeGreaterThan(0);
    await page.getByLabel('Choose a password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Join' }).click();
    // What had waited for somebody to come has taken her only slot (D3); whatever comes next waits.
    await page.waitForURL(inbox('/mine'));
    await row().filter({ hasText: 'Lena Long' }).waitFor();
    await page.getByRole('link', { name: /^Queue/ }).first().click();
  }, STEP_MS);

  test('shows a message the moment it arrives, with the page it was written from, and everything of hers literally', async () => {
    she.ask({ type: 'label', id: randomUUID(), name: NAME, email: 'ada@tea.example' });
    she.ask({ type: 'say', id: randomUUID(), thread, body: `Is the green one in? ${NAME}`, page: { url: 'https://tea.example/green', title: NAME, referrer: 'javascript:pwned=1' } });
    await until(async () => (await page.title()).startsWith('(2)'), 'the title to count');
    await row().filter({ hasText: 'Is the green one in?' }).click();
    await bubble('Is the green one in?').waitFor();
    // The label came before she was anybody: it is told again.
    she.ask({ type: 'label', id: randomUUID(), name: NAME, email: 'ada@tea.example' });
    await page.getByRole('heading', { name: NAME }).first().waitFor();
    await page.getByRole('region', { name: 'Visitor’s details' }).getByText('Unverified').first().waitFor();
    expect(await page.evaluate(() => (window as { pwned?: number }).pwned)).toBeUndefined();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    await until(async () => (await page.title()).startsWith('(1)'), 'the title to count what is left');
  }, STEP_MS);

  test('takes the thread, answers, and sees that it was delivered and read', async () => {
    await page.getByRole('button', { name: 'Take', exact: true }).click();
    await page.getByText('Yours', { exact: true }).waitFor();
    await log().getByText('You took it').waitFor();
    await answer('It is, since this morning.');
    await until(() => heard('It is, since this morning.') === 1, 'the visitor to have the answer');
    await fateOf('It is, since this morning.').getByText('Sent').waitFor();
    const seq = Math.max(...she.held.get(thread)!.keys());
    she.ask({ type: 'got', thread, seq });
    await fateOf('It is, since this morning.').getByText('Delivered').waitFor();
    she.ask({ type: 'seen', thread, seq });
    await fateOf('It is, since this morning.').getByText('Seen').waitFor();
  }, STEP_MS);

  test('says that she is writing, until she has written', async () => {
    she.ask({ type: 'typing', thread });
    await page.locator('.typing').waitFor();
    she.say(thread, 'Lovely, two bags please');
    await bubble('Lovely, two bags please').waitFor();
    await page.locator('.typing').waitFor({ state: 'detached' });
  }, STEP_MS);

  test('keeps answers while the server is gone, says so, and sends each once when it is back', async () => {
    await server.kill('SIGKILL');
    await page.getByText('No connection. Your answers are kept here and will be sent.').waitFor({ timeout: 20_000 });
    await answer('They are on their way');
    await fateOf('They are on their way').getByText('Kept here, will be sent').waitFor();
    await page.getByRole('button', { name: '1 not sent yet' }).click();
    await page.getByRole('dialog').getByText('They are on their way').waitFor();
    await page.keyboard.press('Escape');
    await server.start();
    await fateOf('They are on their way').getByText(/Sent|Delivered|Seen/).waitFor({ timeout: 60_000 });
    await until(() => heard('They are on their way') === 1, 'the visitor to have it', 30_000);
    await page.getByText('No connection.').waitFor({ state: 'detached' });
  }, STEP_MS);

  test('paints list and thread from its own disk before the server has said anything', async () => {
    await browser.route('**/v1/**', () => undefined);
    await page.reload();
    await bubble('They are on their way').waitFor();
    expect(await log().locator('.bubble').count()).toBeGreaterThan(3);
    await browser.unroute('**/v1/**');
    await page.reload();
    await bubble('They are on their way').waitFor();
  }, STEP_MS);

  test('keeps the draft of a thread across a reload, and is walked by keyboard', async () => {
    await field().fill('Half a thought');
    await page.reload();
    await until(async () => await field().inputValue() === 'Half a thought', 'the draft');
    await field().fill('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.waitForURL(inbox('/waiting'));
    await page.keyboard.press('2');
    await page.waitForURL(inbox('/mine'));
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await log().waitFor();
    await until(async () => await field().evaluate((element) => element === document.activeElement), 'the focus to be in the composer');
  }, STEP_MS);

  test('D5, D10: puts a thread aside by keys, and has it back, marked, with her next word', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('s');
    await page.getByRole('dialog', { name: 'Snooze until' }).getByRole('button', { name: /^1 day/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText(/^Snoozed until tomorrow .*\.$/).waitFor();
    await log().getByText(/^You put it aside until tomorrow/).waitFor();
    await page.getByRole('link', { name: /^Snoozed\s*1/ }).waitFor();
    she.say(thread, 'Oh, and a tin');
    await log().getByText('Woken by her message').waitFor();
    await row().filter({ hasText: 'Oh, and a tin' }).getByText('Wrote again').waitFor();
    await page.reload();
    await log().getByText('Woken by her message').waitFor();
    await field().fill('Of course');
    await field().press('Enter');
    await row().filter({ hasText: 'Of course' }).waitFor();
    await until(async () => await page.getByText('Wrote again').count() === 0, 'the mark to go with the answer');
  }, STEP_MS);

  test('ends a thread, and has it back when she writes again', async () => {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
    await log().getByText('This thread has ended.').waitFor();
    await page.getByRole('link', { name: /Ended/ }).click();
    await row().filter({ hasText: 'Of course' }).waitFor();
    she.say(thread, 'One more thing');
    await page.getByRole('link', { name: /Everyone/ }).click();
    await row().filter({ hasText: 'One more thing' }).waitFor();
  }, STEP_MS);

  test('opens a long thread where the unread begins, fetches what is older, and keeps the reader’s place meanwhile', async () => {
    await page.goto(inbox('/all/t-long'));
    await bubble(`line ${LONG} of many`).waitFor();
    const toTop = () => log().evaluate((box) => {
      const first = box.querySelector('.bubble')!;
      box.scrollTop = 40;
      return { text: first.textContent, top: first.getBoundingClientRect().top };
    });
    let shown = await log().locator('.bubble').count();
    expect(shown).toBeLessThan(LONG);
    while (shown < LONG) {
      const before = await toTop();
      await until(async () => await log().locator('.bubble').count() > shown, 'older messages', 15_000);
      const after = await log().evaluate((box, text) => [...box.querySelectorAll('.bubble')].find((each) => each.textContent === text)!.getBoundingClientRect().top, before.text);
      // Half a line of rounding is nobody's jump.
      expect(Math.abs(after - before.top)).toBeLessThan(10);
      shown = await log().locator('.bubble').count();
    }
    await page.getByText('The beginning of this thread').waitFor();
    expect(new Set(await log().locator('.bubble').allTextContents()).size).toBe(LONG);
    await page.getByRole('button', { name: 'Go to the newest message' }).click();
    await until(() => log().evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 60), 'the end');
  }, STEP_MS);

  test('saves the brand’s settings, keeps what is not saved across a reload, and names what is wrong beside its field', async () => {
    await page.goto(inbox('/settings/brand'));
    await page.getByLabel('Name', { exact: true }).fill('');
    await page.getByText('You have unsaved changes').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Visitors need a name to talk to.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Kettle & Sons');
    await page.reload();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Kettle & Sons');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    const card = await (await fetch(`${server.url}/v1/${BRAND}/card`)).json() as { name: string };
    expect(card.name).toBe('Kettle & Sons');
  }, STEP_MS);

  test('invites a colleague by a link, and the team sees her come', async () => {
    await page.goto(inbox('/settings/team'));
    await page.getByLabel('Email').fill('not an address');
    await page.getByRole('button', { name: 'Make a link' }).click();
    await page.getByText('Enter an email address').waitFor();
    await page.getByLabel('Email').fill('ines@tea.example');
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = await page.locator('.made code').textContent();
    expect(link).toContain(`/inbox/${BRAND}#join=`);
    const other = await openBrowser({ profile: path.join(await tempDir('ines'), 'profile') });
    const hers = await other.newPage();
    await hers.goto(link!);
    await hers.getByLabel('Your name').fill('Inês Duarte');
    await hers.getByLabel('Choose a password').fill('another long one');
    await hers.getByRole('button', { name: 'Join' }).click();
    await hers.getByText('Nothing is yours right now').or(hers.locator('a.row')).first().waitFor();
    await page.getByRole('main').getByText('Inês Duarte').waitFor();
    // An agent sets nothing for the brand.
    await hers.goto(inbox('/settings/team'));
    await hers.getByRole('heading', { name: 'You', exact: true }).waitFor();
    expect(await hers.getByRole('link', { name: 'Identity' }).count()).toBe(0);
    // Who is removed is out at once.
    await page.getByRole('button', { name: 'Remove Inês Duarte from the team' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await hers.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 20_000 });
    await other.close();
  }, STEP_MS);

  test('makes an identity key, shows its secret once, and deletes it', async () => {
    await page.goto(inbox('/settings/identity'));
    await page.getByRole('button', { name: 'Make a secret' }).click();
    const secret = await page.getByRole('group', { name: 'The new secret' }).locator('code').textContent();
    expect(secret!.length).toBeGreaterThanOrEqual(43);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    expect(await page.getByText(secret!).count()).toBe(0);
    await page.getByLabel('Public key').fill('not a key');
    await page.getByRole('button', { name: 'Add key' }).click();
    await page.locator('.problem').waitFor();
    await page.getByRole('button', { name: /Delete the key/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete key' }).click();
    await page.getByText('No keys. Every visitor is anonymous or unverified.').waitFor();
  }, STEP_MS);

  test('has nothing for axe to find, in light and in dark, on a desk and on a phone', async () => {
    const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const found: string[] = [];
    const places = ['/waiting', '/mine', '/snoozed', `/all/${thread}`, '/report', '/settings', ...['you', 'replies', 'brand', 'words', 'hours', 'desk', 'site', 'identity', 'team'].map((name) => `/settings/${name}`)];
    const looked = await open();
    // Each place as four looks, each of which is one step from the one before: to change a window or its light costs more than axe does.
    let [sizes, lights]: [typeof DESK[], ('light' | 'dark')[]] = [[DESK, PHONE], ['light', 'dark']];
    await looked.setViewportSize(DESK);
    await looked.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    for (const at of places) {
      await looked.goto(inbox(at));
      await looked.locator('.office').waitFor();
      await until(async () => await looked.locator('.spinner').count() === 0, `${at} to settle`);
      await looked.waitForTimeout(400); // what the place has to show may still be on its way
      await looked.evaluate(source);
      for (const size of sizes) {
        await looked.setViewportSize(size);
        let shape = '';
        for (const colorScheme of lights) {
          await looked.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await still(looked);
          // By night the same things stand in the same places, unless one looks: then only what is about colours is asked again.
          const before = shape;
          shape = await shapeOf(looked);
          const rules = shape === before ? ABOUT_COLOURS : undefined;
          let left = await lookWithAxe(looked, rules);
          if (left.length) {
            // On a busy machine a colour may still be on its way: what is wrong stays wrong.
            await looked.waitForTimeout(1_500);
            left = await lookWithAxe(looked, rules);
          }
          for (const each of left) found.push(`${size.width} ${at} ${colorScheme} ${each}`);
        }
        lights = lights.toReversed();
        expect([at, await looked.evaluate(() => document.documentElement.scrollWidth)]).toEqual([at, size.width]);
      }
      sizes = sizes.toReversed();
    }
    await looked.close();
    expect(found).toEqual([]);
  }, STEP_MS);

  test('shows one thing at a time on a phone, and comes back by the browser’s own button', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(inbox('/all'));
    await row().first().click();
    await log().waitFor();
    expect(await row().first().isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Show the visitor’s details' }).click();
    await page.getByRole('region', { name: 'Visitor’s details' }).getByText('Unverified').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Visitor’s details' }).waitFor({ state: 'detached' });
    await page.goBack();
    await row().first().waitFor();
    expect(await log().isVisible()).toBe(false);
    await page.setViewportSize({ width: 1_280, height: 800 });
  }, STEP_MS);

  test('signs out leaving nothing on this device, and in again only with the right password', async () => {
    await page.goto(inbox('/waiting'));
    await page.getByRole('button', { name: 'You and settings' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    await page.getByLabel('Email').fill('owner@kettle.example');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('That address and password do not match.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Boxes' }).waitFor();
  }, STEP_MS);

  test('never came into conflict with its own security policy', () => {
    expect(complaints).toEqual([]);
  });
});
