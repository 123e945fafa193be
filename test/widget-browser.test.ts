/** The widget in a real browser on the real server, on pages that make it hard: strict, rude, forgetful, small. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { POST_FRAMES } from '../protocol/limits.ts';
import {
  cleanUp, freePort, type Line, makeBrand, openBrowser, openLine, type RunningServer, startServer, takeProblems, tempDir, until,
} from './browser.ts';
import { type Clerk, hireClerk } from './clerk.ts';
import { type Look, openVisitor, still } from './one-browser.ts';

const BRAND = 'kettle';
const STEP_MS = 60_000;

/** How the next pages of the shop are. */
interface ShopKind { csp?: string; nonce?: string; head?: string; body?: string; tags?: number; attributes?: string }

let server: RunningServer;
let line: Line;
let shop: { origin: string; kind: ShopKind };
let agent: Clerk;
/** With which the brand signs who its visitors are. */
let key: { id: string; secret: string };
let context: BrowserContext;
let page: Page;

const tag = ({ nonce, attributes = '' }: ShopKind) =>
  `<script async ${nonce ? `nonce="${nonce}"` : ''} src="http://localhost:${line.port}/widget.js" data-brand="${BRAND}" ${attributes}></script>`;

beforeAll(async () => {
  const dataDir = await tempDir('widget');
  const port = await freePort();
  const url = `http://localhost:${port}`;
  line = await openLine(port);
  shop = await openShop();
  const { join } = await makeBrand({ dataDir, brand: BRAND, url, settings: { name: 'Kettle & Fern', color: '#2f6b4f', logo: 'KF', origins: [shop.origin] } });
  server = await startServer({ dataDir, port, url });
  agent = await hireClerk(server, BRAND, join);
  key = await (await agent.post('keys', { alg: 'HS256' })).json() as typeof key;
}, STEP_MS);

afterAll(cleanUp, STEP_MS);
afterEach(async () => {
  await context?.close();
  await line.mend();
  expect(takeProblems(), 'errors in the consoles of the pages').toEqual([]);
});

async function openShop(): Promise<typeof shop> {
  const made = { origin: '', kind: {} as ShopKind };
  const http = createServer((request: IncomingMessage, response) => {
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    const { csp, head = '', body = '<h1>Tea</h1><input id="search">', tags = 1 } = made.kind;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...(csp ? { 'content-security-policy': csp } : {}) });
    return response.end(`<!doctype html><html lang="en"><head><title>Tea shop</title><meta name="viewport" content="width=device-width">${head}${
      tag(made.kind).repeat(tags)}</head><body>${body}</body></html>`);
  });
  await new Promise<void>((resolve) => http.listen(0, () => resolve()));
  http.unref();
  made.origin = `http://localhost:${(http.address() as AddressInfo).port}`;
  return made;
}

/** What she answers in a thread. */
async function answer(thread: string, ...bodies: string[]): Promise<void> {
  for (let from = 0; from < bodies.length; from += POST_FRAMES) {
    await agent.ask(...bodies.slice(from, from + POST_FRAMES).map((body) => ({ type: 'say', id: crypto.randomUUID(), thread, body })));
  }
}

/** @param browser.disk a real one; others forget with their window */
async function visit(kind: ShopKind = {}, browser: Look & { before?: string; disk?: boolean } = {}): Promise<Page> {
  shop.kind = kind;
  context = browser.disk ? await openBrowser({ profile: await tempDir('visitor') }) : await openVisitor(browser);
  if (browser.before) await context.addInitScript(browser.before);
  return enter();
}
async function enter(): Promise<Page> {
  const entered = await context.newPage();
  await entered.goto(shop.origin);
  await entered.locator('leave-word').waitFor({ state: 'attached' });
  return entered;
}

const button = (on = page): Locator => on.locator('leave-word .go');
const panel = (on = page): Locator => on.locator('leave-word [role=dialog]');
const field = (on = page): Locator => on.locator('leave-word textarea');
const texts = (on = page): Promise<string[]> => on.locator('leave-word .b:not(.dots)').allTextContents();
/** Hears of the first message that is sent from now on. @returns asks for its thread */
async function listen(on = page): Promise<() => Promise<string>> {
  const heard = await on.evaluateHandle(() => ({ thread: new Promise<string>((resolve) => { window.leaveword('on', 'sent', ({ thread }) => resolve(thread)); }) }));
  return () => heard.evaluate(({ thread }) => thread);
}
async function open(on = page): Promise<void> {
  await button(on).click();
  await panel(on).waitFor();
}
async function say(text: string, on = page): Promise<void> {
  await field(on).fill(text);
  await field(on).press('Enter');
  await on.locator('leave-word .b', { hasText: text }).last().waitFor();
}
const sent = (on = page) => on.locator('leave-word .own.sent, leave-word .own.delivered, leave-word .own.seen').last().waitFor();
const databases = (on = page) => on.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));

describe('on a page that is strict', () => {
  test('it works under the strictest policy, with Trusted Types, and trips nothing (A06)', async () => {
    const csp = `default-src 'none'; script-src 'nonce-t34' 'strict-dynamic'; connect-src http://localhost:${line.port} ws://localhost:${line.port}; `
      + `require-trusted-types-for 'script'; trusted-types 'none'`;
    page = await visit({ csp, nonce: 't34' }, {
      before: `window.violations = []; document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))`,
    });
    await open();
    await say('Under the strictest policy');
    await sent();
    await panel().getByRole('button', { name: 'Options' }).click();
    await page.getByRole('menuitem').first().waitFor();
    expect(await page.evaluate('violations')).toEqual([]);
    // The styles are there, too: a policy that took them would not throw.
    expect(await panel().evaluate((element) => getComputedStyle(element).position)).toBe('fixed');
  }, STEP_MS);
});

describe('on a page that is rude', () => {
  test('its shortcuts eat none of her text, and its scrolling none of hers', async () => {
    page = await visit({ head: `<script>
      for (const type of ['keydown', 'keypress', 'keyup']) document.addEventListener(type, (event) => { if (event.key === '/') { event.preventDefault(); document.querySelector('#search').focus(); } });
      window.addEventListener('wheel', (event) => event.preventDefault(), { passive: false });
      document.addEventListener('paste', (event) => event.preventDefault());</script>` });
    await open();
    await field().pressSequentially('either/or');
    expect(await field().inputValue()).toBe('either/or');
  }, STEP_MS);

  test('its styles do not reach in, whatever they say', async () => {
    page = await visit({ head: `<style>
      *{font-family:fantasy!important;color:lime!important;direction:rtl!important;box-sizing:content-box!important;line-height:3!important}
      html{font-size:62.5%} html>*{display:none!important;filter:blur(9px)!important} body{display:block!important}
      div,button,leave-word{position:static!important;opacity:.1!important;transform:scale(3)!important;zoom:2}</style>` });
    await open();
    await say('Unmoved');
    const bubble = page.locator('leave-word .b').first();
    expect(await bubble.evaluate((element) => {
      const { fontFamily, fontSize, direction, lineHeight } = getComputedStyle(element);
      return { fontFamily: /fantasy/.test(fontFamily), fontSize, direction, lineHeight };
    })).toEqual({ fontFamily: false, fontSize: '15px', direction: 'ltr', lineHeight: '21.75px' });
    await still(page);
    const box = (await panel().boundingBox())!;
    expect([box.width, box.height, 1_280 - box.x - box.width]).toEqual([392, 680, 20]);
  }, STEP_MS);

  test('that swaps its body, or throws everything out, has it back with what she was writing', async () => {
    page = await visit();
    await open();
    await field().fill('half a thought');
    await page.evaluate(() => document.body.replaceWith(document.createElement('body')));
    await page.evaluate(() => document.querySelector('leave-word')!.remove());
    await panel().waitFor();
    expect(await field().inputValue()).toBe('half a thought');
    await say('Still here');
    await sent();
  }, STEP_MS);

  test('that wrote on every object does not lead it elsewhere (A04)', async () => {
    page = await visit({}, { before: `Object.assign(Object.prototype, { brand: 'evil', server: 'https://evil.example/', token: 'x'.repeat(43), color: 'red', q: [['open']], src: 'https://evil.example/x.js', html: '<img>' })` });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await open();
    await say('Not led astray');
    await sent();
    expect(asked.filter((url) => url.includes('evil'))).toEqual([]);
    expect(await page.locator('leave-word .b b').count()).toBe(0);
  }, STEP_MS);

  test('that has the tag twice has one button', async () => {
    page = await visit({ tags: 3 });
    await open();
    expect(await page.locator('leave-word').count()).toBe(1);
    expect(await panel().count()).toBe(1);
  }, STEP_MS);

  test('hears of it only what it is told: no listener for messages, unload or storage (A05)', async () => {
    page = await visit({}, { before: `window.heard = []; const add = window.addEventListener;
      window.addEventListener = function (type, ...rest) { if (this === window || !this) heard.push(type); return add.call(this ?? window, type, ...rest); }` });
    await open();
    await say('Quietly');
    await sent();
    const heard = await page.evaluate('heard') as string[];
    expect(heard.filter((type) => ['message', 'unload', 'beforeunload', 'storage'].includes(type))).toEqual([]);
    for (let n = 0; n < 500; n++) {
      if (n % 100 === 0) await page.evaluate((at) => window.postMessage({ type: 'forget', verb: 'forget', leaveword: 'forget', at }, '*'), n);
    }
    expect(await texts()).toContain('Quietly');
  }, STEP_MS);
});

describe('on a device that forgets', () => {
  test('that forbids storage, she is told, and what she writes is sent all the same', async () => {
    page = await visit({}, { before: `IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }` });
    await open();
    await line.cut();
    await say('In memory only');
    await panel().getByText('This browser keeps nothing: stay on this page until it is sent.').waitFor();
    await line.mend();
    await sent();
    expect(await panel().getByText('This browser keeps nothing').count()).toBe(0);
  }, STEP_MS);

  test('whose disk holds what nobody wrote, nothing of that becomes an element (A02)', async () => {
    page = await visit({}, { disk: true });
    await open();
    await say('Real');
    await sent();
    const img = { type: 'img', props: { src: 'x', onerror: 'window.pwned=1' }, key: null, ref: null, constructor: undefined };
    await page.evaluate((planted) => new Promise<void>((resolve) => {
      const request = indexedDB.open('leaveword:kettle');
      request.onsuccess = () => {
        const store = request.result.transaction(request.result.objectStoreNames[0]!, 'readwrite').objectStore(request.result.objectStoreNames[0]!);
        const all = store.getAllKeys();
        all.onsuccess = () => {
          const row = (all.result as string[]).find((key) => key.startsWith('row:message'))!;
          const get = store.get(row);
          get.onsuccess = () => {
            store.put({ ...get.result, body: planted }, row);
            store.put({ ...get.result, seq: 9, name: planted, body: planted }, `${row}9`);
            store.put(planted, 'draft');
            store.put({ frame: { type: 'say', id: 'x', thread: 'y', body: planted }, at: 1 }, 'out:x');
            store.transaction.oncomplete = () => resolve();
          };
        };
      };
    }), img);
    page = await enter();
    await open();
    await until(async () => (await texts()).includes('Real'), 'the real message');
    expect(await page.locator('leave-word img').count()).toBe(0);
    expect(await page.evaluate('window.pwned')).toBe(undefined);
    expect(await field().inputValue()).toBe('');
  }, STEP_MS);

  test('a draft outlives the page', async () => {
    page = await visit({}, { disk: true });
    await open();
    await field().fill('Not quite fin');
    await page.waitForTimeout(600);
    await page.reload();
    await open();
    await until(async () => await field().inputValue() === 'Not quite fin', 'the draft');
  }, STEP_MS);

  test('opening and closing it keeps nothing: no database, no cookie', async () => {
    page = await visit({}, { disk: true });
    await open();
    await page.keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
    expect(await databases()).toEqual([]);
    expect(await context.cookies()).toEqual([]);
  }, STEP_MS);
});

describe('the calls of a page', () => {
  test('tell the life of a message, in order', async () => {
    page = await visit();
    await page.evaluate(() => {
      const news: string[] = [];
      Object.assign(window, { news });
      for (const event of ['open', 'close', 'queued', 'sending', 'sent', 'failed'] as const) window.leaveword('on', event, () => news.push(event));
    });
    await open();
    await until(() => page.evaluate('news.length === 1') as Promise<boolean>, 'the panel to say that it is open');
    await say('A life');
    await sent();
    await page.evaluate(() => window.leaveword('close'));
    expect(await page.evaluate('news')).toEqual(['open', 'queued', 'sending', 'sent', 'close']);
    expect(await page.evaluate(() => window.leaveword('pending').then((all) => all.length))).toBe(0);
  }, STEP_MS);

  test('whoever asks to be told is told all that happens from then on, however late the part that tells it loads', async () => {
    page = await visit();
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => { arrive = resolve; });
    await page.route(/\/w\/rare-parts/, async (route) => {
      await arrived;
      await route.continue();
    });
    await open();
    await page.evaluate(() => {
      const news: string[] = [];
      Object.assign(window, { news });
      for (const event of ['open', 'close', 'sent'] as const) window.leaveword('on', event, () => news.push(event));
    });
    await say('Told late');
    await sent();
    await page.evaluate(() => void window.leaveword('toggle'));
    expect(await page.evaluate('news')).toEqual([]);
    arrive();
    await until(() => page.evaluate('news.length === 2') as Promise<boolean>, 'the news');
    expect(await page.evaluate('news')).toEqual(['sent', 'close']);
    await page.evaluate(() => window.leaveword('open'));
    expect(await page.evaluate('news')).toEqual(['sent', 'close', 'open']);
  }, STEP_MS);

  test('a panel that was open before anybody asked tells that it closes', async () => {
    page = await visit();
    await open();
    await page.evaluate(async () => {
      const news: string[] = [];
      Object.assign(window, { news });
      await window.leaveword('on', 'close', () => news.push('close'));
    });
    await page.keyboard.press('Escape');
    await until(() => page.evaluate('news.length === 1') as Promise<boolean>, 'the news');
  }, STEP_MS);

  test('shutdown with messages waiting: all of it is gone, here and in the other tab within a second, and is never sent (A08)', async () => {
    page = await visit();
    await open();
    await say('Before');
    await sent();
    const other = await enter();
    await open(other);
    await until(async () => (await texts(other)).includes('Before'), 'the thread in the other tab');
    await line.cut();
    for (const text of ['one', 'two', 'three']) await say(`secret ${text}`);
    expect(await page.evaluate(async () => (await window.leaveword('pending')).length)).toBe(3);
    await page.evaluate(() => window.leaveword('shutdown'));
    await until(async () => (await texts()).length === 0 && (await texts(other)).length === 0, 'both tabs to be empty', 1_000);
    await until(async () => (await databases()).length === 0, 'the database to go', 1_000);
    expect(await button().isVisible()).toBe(false);
    await line.mend();
    await page.evaluate(() => window.leaveword('show'));
    await open();
    await say('Somebody else');
    await sent();
    expect((await texts()).filter((text) => /secret|Before/.test(text))).toEqual([]);
  }, STEP_MS);

  test('identify joins a person across devices, and parts two who share one', async () => {
    const sign = (subject: string) => new SignJWT({ name: subject }).setProtectedHeader({ alg: 'HS256', kid: key.id })
      .setSubject(subject).setAudience(BRAND).setIssuedAt().setExpirationTime('1h').sign(new TextEncoder().encode(key.secret));
    const identify = (jwt: string) => page.evaluate((signed) => void window.leaveword('identify', { jwt: signed }), jwt);
    page = await visit();
    await open();
    await say('Written at home');
    await sent();
    const answered = page.waitForResponse((response) => response.url().endsWith('/identify'));
    await identify(await sign('ada'));
    expect((await answered).status()).toBe(200);
    await context.close();

    page = await visit();
    await identify(await sign('ada'));
    await page.waitForTimeout(300);
    expect(await databases()).toEqual([]);
    await open();
    await until(async () => (await texts()).includes('Written at home'), 'what she wrote at home');

    await identify(await sign('bob'));
    await until(async () => (await texts()).length === 0, 'the other\'s thread to go');
    await say('Bob here');
    await sent();
    expect((await texts())[0]).toBe('Bob here');
    expect(takeProblems()).toEqual([expect.stringContaining('409')]);
  }, STEP_MS);
});

describe('reading', () => {
  test('she keeps her place when answers come and when older pages load, and is told what is new', async () => {
    page = await visit();
    await open();
    const thread = await listen();
    await say('first of all');
    await answer(await thread(), ...Array.from({ length: 85 }, (_, n) => `line ${n + 1} of many, long enough to fill the width of a bubble`));
    await until(async () => (await texts()).at(-1)?.startsWith('line 85 ') === true, 'the last line');
    const id = await thread();
    // What she has just seen has to reach the disk.
    await page.waitForTimeout(500);
    await page.close();
    page = await enter();
    await open();
    await until(async () => (await texts()).at(-1)?.startsWith('line 85 ') === true, 'the thread from the disk');
    const log = page.getByRole('log', { name: 'Messages' });
    expect(await log.evaluate((box) => box.scrollTop)).toBe(0);

    await log.evaluate((box) => { box.scrollTop = -1_500; });
    await page.waitForTimeout(200);
    const seen = await log.evaluate((box) => {
      const at = [...box.querySelectorAll('.b')].find((bubble) => bubble.getBoundingClientRect().top > box.getBoundingClientRect().top + 100)!;
      return { text: at.textContent!, top: at.getBoundingClientRect().top };
    });
    const top = () => page.locator('leave-word .b', { hasText: new RegExp(`^${seen.text}$`) }).evaluate((bubble) => bubble.getBoundingClientRect().top);
    await answer(id, 'something new');
    await panel().getByRole('button', { name: '1 new message' }).waitFor();
    expect(Math.abs(await top() - seen.top)).toBeLessThan(3);
    expect(await page.title()).toBe('(1) Tea shop');

    const drawn = (await texts()).length;
    await log.evaluate((box) => { box.scrollTop = box.clientHeight - box.scrollHeight + 200; });
    await until(async () => (await texts()).length > drawn, 'older ones to be drawn');
    for (let n = 0; n < 8 && (await texts())[0] !== 'first of all'; n++) {
      await log.evaluate((box) => { box.scrollTop = box.clientHeight - box.scrollHeight; });
      await page.waitForTimeout(300);
    }
    expect((await texts())[0]).toBe('first of all');

    await panel().getByRole('button', { name: '1 new message' }).click();
    await until(async () => await page.title() === 'Tea shop', 'the number to leave the title');
    expect(await log.evaluate((box) => box.scrollTop)).toBe(0);
  }, STEP_MS);

  test('a long unread answer opens at where she stopped, under a line that says so', async () => {
    page = await visit();
    await open();
    const thread = await listen();
    await say('Tell me everything');
    await sent();
    const id = await thread();
    await page.keyboard.press('Escape');
    await answer(id, ...Array.from({ length: 25 }, (_, n) => `chapter ${n + 1}: it was a dark and stormy night, and the kettle sang`));
    await page.getByRole('button', { name: 'Open chat, 25 new messages' }).waitFor();
    await open();
    const mark = page.locator('leave-word .new');
    const log = (await page.getByRole('log', { name: 'Messages' }).boundingBox())!;
    await until(async () => Math.abs((await mark.boundingBox())!.y - log.y) < 60, 'the mark at the top of the log');
    await panel().getByRole('button', { name: '25 new messages' }).waitFor();
  }, STEP_MS);
});

describe('for everybody', () => {
  test('the keyboard alone is enough', async () => {
    page = await visit();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement!.shadowRoot?.activeElement?.className)).toContain('go');
    await page.keyboard.press('Enter');
    await panel().waitFor();
    await page.waitForTimeout(100);
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Enter');
    await sent();
    // Nobody is in: where to write to her is asked on the way, and declined.
    await panel().locator('.address').waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await panel().locator('.address').waitFor({ state: 'detached' });
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await panel().waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => document.activeElement!.shadowRoot?.activeElement?.className)).toContain('go');
  }, STEP_MS);

  test.each([{ dark: false, lang: 'en-GB' }, { dark: true, lang: 'ar-EG' }])('axe finds nothing: %j', async (look) => {
    page = await visit({ attributes: look.dark ? 'data-lang="ar"' : '' }, look);
    await page.evaluate(await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8'));
    const faults = () => page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(what: object, how: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } };
      const { violations } = await axe.run({ include: [['leave-word']] }, { resultTypes: ['violations'], rules: { region: { enabled: false } } });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`);
    });
    expect(await faults()).toEqual([]);
    await open();
    await still(page);
    expect(await faults()).toEqual([]);
    const thread = await listen();
    await say('https://tea.example/a');
    await sent();
    await answer(await thread(), 'Good morning');
    await until(async () => (await texts()).includes('Good morning'), 'the answer');
    await page.locator('leave-word .icon.menu').click();
    await page.getByRole('menu').waitFor();
    await still(page);
    expect(await faults()).toEqual([]);
    await page.locator('leave-word [role=menuitem]').click();
    await still(page);
    expect(await faults()).toEqual([]);
  }, STEP_MS);

  test('what stands on the brand\'s colour can be read, whatever colour that is', async () => {
    for (const color of ['#ffffff', '#ffe066', '#2f6b4f', '#0a84ff', '#777777', '#ff0000', '#00ff00', '#0000ff', '#767676', '#000000']) {
      const kind = { attributes: `data-color="${color}"` };
      if (color === '#ffffff') page = await visit(kind);
      else {
        shop.kind = kind;
        await page.reload();
      }
      await button().waitFor();
      const contrast = await button().evaluate((element) => {
        const style = getComputedStyle(element);
        const canvas = document.createElement('canvas').getContext('2d')!;
        const luminance = (paint: string) => {
          canvas.fillStyle = paint;
          canvas.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((channel) => {
            const c = channel / 255;
            return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
          }) as [number, number, number];
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const [dark, light] = [luminance(style.color), luminance(style.backgroundColor)].sort((a, b) => a - b) as [number, number];
        return (light + 0.05) / (dark + 0.05);
      });
      expect(contrast, color).toBeGreaterThanOrEqual(4.5);
    }
  }, STEP_MS);

  test('a phone has it on the whole screen, and can write without zooming', async () => {
    page = await visit({}, { phone: true });
    await open();
    await still(page);
    expect(await panel().boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    expect(await field().evaluate((element) => getComputedStyle(element).fontSize)).toBe('16px');
    expect(await button().isVisible()).toBe(false);
    await say('From the tram');
    await sent();
    await panel().getByRole('button', { name: 'Close chat' }).click();
    await button().waitFor();
  }, STEP_MS);

  test('who reads from right to left has it that way round', async () => {
    page = await visit({}, { lang: 'ar-EG' });
    await page.getByRole('button', { name: 'فتح المحادثة' }).click();
    await panel().waitFor();
    expect(await page.locator('leave-word header').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    await say('مرحبا');
    const own = (await page.locator('leave-word .own .b').boundingBox())!;
    const box = (await panel().boundingBox())!;
    expect(own.x - box.x).toBeLessThan(30);
  }, STEP_MS);
});

describe('without the server', () => {
  test('that was never reached, the button says so and tries again', async () => {
    page = await visit({}, {});
    await line.cut();
    await button().click();
    await page.getByRole('button', { name: 'Could not load. Try again' }).waitFor();
    expect(takeProblems().every((problem) => /leaveword/.test(problem))).toBe(true);
    await line.mend();
    await button().click();
    await panel().waitFor();
    await page.getByRole('button', { name: 'Close chat' }).first().waitFor();
  }, STEP_MS);

  test('she is told that it waits, before she has ever written, too', async () => {
    page = await visit();
    await button().hover();
    await until(() => page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/w/main'))), 'the rest to load');
    await page.waitForTimeout(300);
    await line.cut();
    await open();
    await panel().getByText('No connection. Messages are saved and sent later.').waitFor();
    await line.mend();
  }, STEP_MS);
});
