/** What attackers write, wherever it is shown in the inbox and the widget; and pages, frames and files that are not what they seem. In a real browser. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepCanned } from '../server/canned.ts';
import { doors } from '../server/doors/doors.ts';
import { writeEntry } from '../server/entries.ts';
import { standingOf } from '../server/threads.ts';
import { tellOf } from '../inbox/bell.ts';
import { cleanUp, freePort, makeBrand, openChromium, type RunningServer, startServer, tempDir, until } from './browser.ts';
import { type Clerk, hireClerk } from './clerk.ts';
import { ADDRESSES, PAYLOADS } from './corpus.ts';
import { inBrand } from './target.ts';

const BRAND = 'kettle';
const STEP_MS = 150_000;
const DAY_MS = 24 * 3_600_000;
const BRAND_NAME = '<img src=x onerror=__pwned=1>{{7*7}}';
/** So many visitors are looked at closely; of these each text holds as many of the corpus as fit. */
const CLOSELY = 8;

let server: RunningServer;
let dataDir: string;
let browser: Browser;
let clerk: Clerk;
/** Of the visitor in the widget. */
let hers: string;
let shop: { origin: string; page: string; headers: Record<string, string> };
/** What a page complained about: refused by its policy, above all. */
const complaints: string[] = [];

beforeAll(async () => {
  dataDir = await tempDir('corpus');
  const port = await freePort();
  const url = `http://localhost:${port}`;
  shop = await openShop();
  const { join } = await makeBrand({ dataDir, brand: BRAND, url, settings: {
    name: BRAND_NAME, logo: '<b', origins: [shop.origin], greeting: { en: PAYLOADS.slice(0, 8).join('\n').slice(0, 500) }, autoReply: { when: 'always', text: { en: PAYLOADS.join('\n').slice(0, 2_000) } },
  } });
  await plant();
  server = await startServer({ dataDir, port, url });
  clerk = await hireClerk(server, BRAND, join);
  browser = await openChromium();
}, STEP_MS);
afterAll(cleanUp, STEP_MS);

async function openShop(): Promise<typeof shop> {
  const made = { origin: '', page: '', headers: {} as Record<string, string> };
  const http = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...made.headers });
    response.end(`<!doctype html><html lang="en"><head><title>Tea</title></head><body>${made.page}</body></html>`);
  });
  await new Promise<void>((resolve) => http.listen(0, () => resolve()));
  http.unref();
  made.origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return made;
}

/** Somebody for each of the corpus, who says it with everything she can say. */
async function plant(): Promise<void> {
  const all = (n: number, chars: number) => [...PAYLOADS.slice(n), ...PAYLOADS].join(' ').slice(0, chars);
  await inBrand(dataDir, BRAND, (brand) => {
    brand.host.sql("UPDATE head SET rev = rev + 1");
    keepCanned(brand, '', PAYLOADS.map((body, n) => ({ id: `c${n}`, name: body.slice(0, 60), body })));
    for (const [n, name] of PAYLOADS.slice(0, 12).entries()) brand.hire({ id: `agent${n}`, email: `a${n}@x.example`, name: name.slice(0, 80), role: 'agent', password: 'x' });
    brand.write((change) => {
      for (const [n, text] of PAYLOADS.entries()) {
        const page = { url: n % 2 ? text : `https://x.example/?${all(n * 12, 900)}`, title: all(n * 5, 200), referrer: all(n * 12, 1_900) };
        brand.host.sql('INSERT INTO visitor (id, name, email, page, lang, zone, device, created, at, rev) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1, ?)',
          `v${n}`, text.slice(0, 80), n % 2 ? `"${text}"@x.example` : text, JSON.stringify(page), 'x-<b>', text.slice(0, 64), text, change.rev);
        const thread = brand.threads.begin(change, `t${n}`, `v${n}`);
        brand.threads.append(change, thread, { id: 'm1', by: 'visitor', body: text, page });
        brand.threads.append(change, thread, { id: 'm2', by: 'agent', body: all(n, 3_000), agent: 'agent1', name: text.slice(0, 80) });
        brand.threads.append(change, thread, { id: 'm3', by: 'visitor', body: text });
        brand.threads.stand(change, thread, { ...standingOf(thread), waiting: 1, held: 1 });
        brand.host.sql('UPDATE thread SET tags = ? WHERE id = ?', JSON.stringify([...new Set(PAYLOADS.slice(n, n + 6).map((each) => each.slice(0, 40)))]), thread.id);
        writeEntry(change, thread, { what: 'note', by: 'agent2', text: all(n * 9, 1_000), id: `n${n}`, mentions: ['agent3'] });
        writeEntry(change, thread, { what: 'ordered', text: text.slice(0, 100), amount: 100, currency: 'EUR' });
        writeEntry(change, thread, { what: 'rated', score: 1, text });
        // For the report: each of the team has had a contact.
        if (n < 12) brand.host.sql('INSERT INTO episode (thread, n, began, ended, agent, score, text) VALUES (?, 1, ?, ?, ?, 1, ?)', thread.id, Date.now() - DAY_MS, Date.now() - DAY_MS + 1, `agent${n}`, text);
        for (let each = 0; n < CLOSELY && each < 12; each++) {
          const told = PAYLOADS[(n * 12 + each) % PAYLOADS.length]!;
          brand.host.sql('INSERT INTO event VALUES (?, ?, ?, ?, ?)', `v${n}`, `e${each}`, told.slice(0, 64), JSON.stringify({ [told.slice(0, 64)]: told.slice(0, 200) }), each);
        }
      }
    });
  });
}

async function watched(page: Page): Promise<Page> {
  await page.addInitScript(() => {
    // What tests of a bell would see: nobody looks at this page, and the browser lets it call.
    Object.assign(window, { violations: [], calls: [] });
    document.addEventListener('securitypolicyviolation', (event) => (window as never as { violations: string[] }).violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    class Call { static permission = 'granted'; constructor(title: string, how: { body: string }) { (window as never as { calls: unknown[] }).calls.push([title, how.body]); } }
    Object.assign(window, { Notification: Call });
  });
  page.on('dialog', (dialog) => { complaints.push(`dialog ${dialog.message()}`); void dialog.dismiss(); });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => { if (/Content Security|Trusted|integrity/i.test(line.text())) complaints.push(line.text()); });
  page.on('request', (request) => { if (/evil\.example|\/x$/.test(request.url())) complaints.push(`asked ${request.url()}`); });
  return page;
}

/** Nothing that was written has become anything but text. */
async function harmless(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll('*')].flatMap((each) => each.shadowRoot ?? [])];
    const all = roots.flatMap((root) => [...root.querySelectorAll('*')]);
    // Our own page says to whoever runs no scripts that it needs them.
    const odd = all.filter((each) => /^(img|iframe|object|embed|video|audio|base|math|marquee|template|noscript|plaintext|xmp|foreignobject|animate|use)$/i.test(each.localName) && each.textContent !== '<p>The inbox needs JavaScript.</p>');
    const scripts = all.filter((each) => each.localName === 'script' && !(each as HTMLScriptElement).src.startsWith(location.origin) && !/\/(widget\.js|w\/)/.test((each as HTMLScriptElement).src));
    const handlers = all.filter((each) => each.getAttributeNames().some((name) => /^on/i.test(name)));
    const links = all.flatMap((each) => (each instanceof HTMLAnchorElement ? [each] : [])).filter((each) => {
      const isOut = each.target === '_blank';
      const shown = each.textContent ?? '';
      return !/^(https?|mailto|tel|blob):$/.test(each.protocol) || (isOut && each.rel !== 'noopener noreferrer nofollow ugc')
        || each.username !== '' || each.hostname === 'evil.example' || (isOut && /^https?:\/\//i.test(shown) && !shown.toLowerCase().startsWith(`${each.protocol}//${each.host}`));
    });
    return { pwned: (window as never as { __pwned?: unknown }).__pwned, violations: (window as never as { violations: string[] }).violations, made: [...odd, ...scripts, ...handlers, ...links].map((each) => each.outerHTML.slice(0, 200)) };
  });
  expect({ where, ...found, complaints: complaints.splice(0) }).toEqual({ where, pwned: undefined, violations: [], made: [], complaints: [] });
}

/** Those of the texts that stand nowhere on the page, to the letter. */
const missing = (page: Page, selector: string, texts: string[]): Promise<string[]> => page.evaluate(([css, wanted]) => {
  const roots = [document, ...[...document.querySelectorAll('*')].flatMap((each) => each.shadowRoot ?? [])];
  const shown = roots.flatMap((root) => [...root.querySelectorAll(css)].map((each) => each.textContent ?? ''));
  return wanted.filter((text) => !shown.some((each) => each.includes(text)));
}, [selector, texts] as const);

describe(`A01 ${PAYLOADS.length} texts of attackers in the inbox`, () => {
  let page: Page;
  const inbox = (at: string) => `${server.url}/inbox/${BRAND}${at}`;
  const see = async (where: string, selector: string, texts: string[]) => {
    let left = texts;
    await until(async () => {
      left = await missing(page, selector, texts);
      return left.length === 0;
    }, `${where} to show it all`, 30_000).catch((error: Error) => {
      throw new Error(`${error.message}; not to be seen: ${JSON.stringify(left.slice(0, 3))}`);
    });
    await harmless(page, where);
  };

  test('are at least a hundred and fifty', () => {
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(150);
  });

  test('in the sign-in page, the tab, the list of threads and its previews and tags', async () => {
    page = await watched(await (await browser.newContext()).newPage());
    await page.goto(inbox('/waiting'));
    await page.getByLabel('Email').fill(`owner@${BRAND}.example`);
    await page.getByLabel('Password', { exact: true }).fill('Seventeen Kettles');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('a.row').first().waitFor();
    await page.goto(inbox('/all'));
    await see('list', '.row-name', PAYLOADS.map((each) => each.slice(0, 80)));
    await see('previews', '.row-text', PAYLOADS.map((each) => each.slice(0, 140)));
    expect(await page.title()).toContain(BRAND_NAME);
  }, STEP_MS);

  test('in messages, notes, ratings, orders, tags, and in all that is known of a visitor', async () => {
    for (let n = 0; n < CLOSELY; n++) {
      await page.locator(`[data-thread="t${n}"]`).click();
      await page.locator('.bubble', { hasText: PAYLOADS[n]!.trim().slice(0, 20) }).first().waitFor();
      await see(`thread ${n}`, '.bubble, .entry, .entry-text', [PAYLOADS[n]!, PAYLOADS[n + 1]!, PAYLOADS[n * 9 % PAYLOADS.length]!]);
      await see(`details ${n}`, '.details bdi, .details .event-data', [PAYLOADS[n]!.slice(0, 80), PAYLOADS[(n * 12) % PAYLOADS.length]!.slice(0, 64), PAYLOADS[n * 5 % PAYLOADS.length]!]);
      await see(`tags ${n}`, '.chip bdi', PAYLOADS.slice(n, n + 6).map((each) => each.slice(0, 40)));
    }
  }, STEP_MS);

  test('in what a search finds and lights up, and in the ready answers', async () => {
    await page.goto(inbox('/all'));
    await page.getByRole('button', { name: 'Search' }).first().click();
    for (const asked of ['onerror', 'script', 'pwned']) {
      await page.getByRole('combobox').fill(asked);
      await until(async () => (await page.locator('.found-text mark').allTextContents()).some((text) => text.toLowerCase().startsWith(asked)), `${asked} to be lit`, 30_000);
      await harmless(page, `search for ${asked}`);
    }
    await page.goto(inbox('/settings/replies'));
    await see('replies', '.table-words', PAYLOADS);
  }, STEP_MS);

  test('in the team, in the question whether somebody shall leave it, in the report and the settings', async () => {
    const names = PAYLOADS.slice(0, 12).map((each) => each.slice(0, 80));
    await page.goto(inbox('/settings/team'));
    await see('team', '.table-words b', names);
    await page.getByRole('button', { name: `Remove ${names[0]} from the team` }).click();
    await see('dialog', '[role=dialog], [role=alertdialog], dialog', [names[0]!]);
    for (const at of ['/settings/brand', '/settings/words', '/settings/site']) {
      await page.goto(inbox(at));
      await page.locator('.office').waitFor();
      await harmless(page, at);
    }
    await page.goto(inbox('/report'));
    await page.locator('.grid-team').waitFor();
    await see('report', '.grid-team', names);
  }, STEP_MS);

  test('in a toast that says what was done to whom', async () => {
    await page.setViewportSize({ width: 1_600, height: 900 });
    await page.goto(inbox('/all/t0'));
    await page.locator('button[aria-keyshortcuts="g"]').click();
    await page.getByRole('dialog').getByText(PAYLOADS[3]!.slice(0, 80)).first().click();
    await page.keyboard.press('Enter');
    await until(async () => (await page.locator('.undo-words, .toast').allTextContents()).join('').includes(PAYLOADS[3]!.slice(0, 80)), 'the toast');
    await harmless(page, 'toast');
  }, STEP_MS);

  test('in what the browser is asked to show beside its window', () => {
    for (const text of PAYLOADS) {
      expect(tellOf([{ thread: 't', who: text, text }], true)).toEqual({ title: text, body: text });
      expect(tellOf([{ thread: 't', who: text, text, by: text }], false).title).toContain(text);
    }
  });

  test('and whoever looks for it would see it', async () => {
    await page.evaluate(() => document.body.append(Object.assign(document.createElement('a'), { href: 'javascript:0' }), document.createElement('img')));
    await expect(harmless(page, 'control')).rejects.toMatchObject({ actual: { made: [expect.stringContaining('<img'), expect.stringContaining('javascript:0')] } });
  });

  test('A05 and nobody beside it gives it orders: no listener for messages, and five hundred of them change nothing', async () => {
    await page.goto(inbox('/all'));
    const rows = () => page.locator('a.row').count();
    // What this device has kept stands there first, and then what is so.
    await until(async () => await rows() === PAYLOADS.length, 'all of them');
    await besiege(page, await page.context().newCDPSession(page), rows);
  }, STEP_MS);
});

/** What a bridge of other products would listen to: from the page itself, as from a frame of another origin, and from other tabs. */
async function besiege(page: Page, cdp: CDPSession, state: () => Promise<unknown>): Promise<void> {
  const { result } = await cdp.send('Runtime.evaluate', { expression: 'window' });
  const { listeners } = await cdp.send('DOMDebugger.getEventListeners', { objectId: result.objectId! });
  expect(listeners.map(({ type }) => type).filter((type) => ['message', 'messageerror', 'storage', 'unload', 'beforeunload'].includes(type))).toEqual([]);
  const before = await state();
  await page.evaluate(async () => {
    const verbs = ['shutdown', 'forget', 'identify', 'open', 'close', 'setUser', 'token', 'baseUrl', 'config', 'reset', 'sign-out', 'reload', 'eval', 'hide', 'show', 'update'];
    const names = ['leaveword', 'leaveword:kettle', 'leaveword:kettle:a_x', 'kettle'];
    const channels = names.map((name) => new BroadcastChannel(name));
    for (let n = 0; n < 500; n++) {
      const verb = verbs[n % verbs.length]!;
      const shapes = [verb, { type: verb }, { leaveword: verb }, { event: verb, baseUrl: 'https://evil.example' }, `leaveword-widget:${JSON.stringify({ event: verb })}`, [verb, {}]];
      const said: unknown = shapes[n % shapes.length];
      window.postMessage(said, '*');
      window.dispatchEvent(new MessageEvent('message', { data: said, origin: 'https://evil.example' }));
      channels[n % channels.length]!.postMessage(said);
      if (n % 25 === 0) window.dispatchEvent(new StorageEvent('storage', { key: 'leaveword', newValue: JSON.stringify(said) }));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const channel of channels) channel.close();
  });
  expect(await state()).toEqual(before);
  await harmless(page, 'besieged');
}

describe('A01 and in the widget', () => {
  const STRICT = () => `default-src 'none'; script-src 'nonce-t34' 'strict-dynamic'; style-src 'self'; connect-src ${server.url} ${server.url.replace('http', 'ws')}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const texts = (page: Page) => page.locator('leave-word .b:not(.dots)').allTextContents();

  test('A06 on a page of the strictest policy, which has one more global and no complaint: greeting, name, answers, links, the button and the tab', async () => {
    const page = await watched(await (await browser.newContext({ locale: 'en-GB' })).newPage());
    Object.assign(shop, { headers: { 'content-security-policy': STRICT() }, page: '' });
    await page.goto(shop.origin);
    const globals = await page.evaluate(() => Object.getOwnPropertyNames(window));
    shop.page = `<script async nonce="t34" src="${server.url}/widget.js" data-brand="${BRAND}"></script>`;
    await page.goto(shop.origin);
    await page.locator('leave-word .go').click();
    await page.locator('leave-word [role=dialog]').waitFor();
    await until(async () => (await missing(page, 'h2', [BRAND_NAME])).length === 0, 'the name');
    await harmless(page, 'greeting');
    const told = () => page.evaluate(() => (window as never as { calls: string[][] }).calls.find(([what]) => what === 'sent')?.[1]);
    await page.evaluate(() => void window.leaveword('on', 'sent', ({ thread }) => (window as never as { calls: string[][] }).calls.push(['sent', thread])));
    await page.locator('leave-word textarea').fill(PAYLOADS.slice(0, 30).join(' '));
    await page.locator('leave-word textarea').press('Enter');
    await until(async () => await told() !== undefined, 'her message to be sent', 30_000);
    hers = (await told())!;
    const bodies = Array.from({ length: Math.ceil(PAYLOADS.length / 20) }, (_, n) => PAYLOADS.slice(n * 20, n * 20 + 20).join('\n'));
    for (const [n, body] of bodies.entries()) {
      if (n < 4) await clerk.post('profile', { name: PAYLOADS[n * 7]!.slice(0, 80) });
      await clerk.ask({ type: 'say', id: `w${n}`, thread: hers, body });
    }
    await clerk.ask({ type: 'say', id: 'links', thread: hers, body: ADDRESSES.map(([text]) => text).join('\n') });
    await until(async () => bodies.every((body) => (all: string[]) => all.includes(body)) && (await missing(page, '.b', PAYLOADS)).length === 0, 'all of it in the thread');
    await harmless(page, 'thread');
    const links = await page.locator('leave-word .b').last().locator('a').evaluateAll((all) => all.map((each) => each.textContent));
    expect(links).toEqual(ADDRESSES.filter(([, isLink]) => isLink).map(([text]) => text));
    await page.locator('leave-word textarea').press('Escape');
    await clerk.ask({ type: 'say', id: 'last', thread: hers, body: PAYLOADS[5]! });
    await page.getByRole('button', { name: /Open chat, 1 new message/ }).waitFor();
    expect(await page.title()).toBe('(1) Tea');
    await harmless(page, 'button and tab');
    expect((await page.evaluate(() => Object.getOwnPropertyNames(window))).filter((name) => !globals.includes(name) && !['violations', 'calls'].includes(name))).toEqual(['leaveword']);
    await page.locator('leave-word .go').click();
    await page.locator('leave-word textarea').waitFor();
    await besiege(page, await page.context().newCDPSession(page), () => texts(page));
    await page.context().close();
  }, STEP_MS);

  test('A03 the inbox makes links of the same addresses, and of no others', async () => {
    const page = browser.contexts()[0]!.pages()[0]!;
    await page.goto(`${server.url}/inbox/${BRAND}/all/${hers}`);
    const bubble = page.locator('.bubble', { hasText: 'intent://x#Intent' });
    await bubble.waitFor();
    const links = await bubble.locator('a').evaluateAll((all) => all.map((each) => each.textContent));
    // It also finds an address inside of what is none; where that leads it shows, like every other.
    expect(links.filter((text) => !/^https:\/\/x\.example(\/1)?$/.test(text))).toEqual(ADDRESSES.filter(([, isLink]) => isLink).map(([text]) => text));
    await harmless(page, 'links');
  }, STEP_MS);
});

describe('A06 the file that a page has pinned by its hash', () => {
  const visit = async (flip: boolean) => {
    const page = await (await browser.newContext()).newPage();
    const lines: string[] = [];
    page.on('console', (line) => lines.push(line.text()));
    const bytes = Buffer.from(await (await fetch(`${server.url}/widget.js`)).arrayBuffer());
    const hash = `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
    if (flip) bytes[Math.floor(bytes.length / 2)]! ^= 1;
    await page.route('**/widget.js', (route) => route.fulfill({ body: bytes, contentType: 'text/javascript', headers: { 'access-control-allow-origin': '*' } }));
    Object.assign(shop, { headers: {}, page: `<script async integrity="${hash}" crossorigin src="${server.url}/widget.js" data-brand="${BRAND}"></script>` });
    await page.goto(shop.origin);
    return { page, lines };
  };
  test('runs as it was made', async () => {
    const { page } = await visit(false);
    await page.locator('leave-word').waitFor({ state: 'attached' });
    await page.context().close();
  }, STEP_MS);
  test('does not run with one bit of it turned', async () => {
    const { page, lines } = await visit(true);
    await until(() => lines.some((line) => /integrity/.test(line)), 'the browser to refuse it');
    expect(await page.locator('leave-word').count()).toBe(0);
    expect(await page.evaluate(() => typeof window.leaveword)).toBe('undefined');
    await page.context().close();
  }, STEP_MS);
});

describe('A07 in a frame of somebody else\'s page', () => {
  const paths = doors().filter(({ method, side }) => method === 'GET' && side !== 'line')
    .map(({ path }) => path.replace(':brand', BRAND).replace(':file', 'x-ABCDEF12.js').replace('/*', '/settings/you'));
  const addresses = [...paths, '/', '/nothing', '/inbox/nobody', `/inbox/${BRAND}/join`, `/v1/${BRAND}/desk/nothing`];

  test('every answer forbids to be framed, whatever it is', async () => {
    expect(addresses.length).toBeGreaterThan(15);
    for (const path of addresses) {
      const { headers } = await fetch(server.url + path);
      expect([path, headers.get('x-frame-options'), /frame-ancestors 'none'/.test(headers.get('content-security-policy') ?? ''), headers.get('x-content-type-options')]).toEqual([path, 'DENY', true, 'nosniff']);
    }
  });
  test('none of them is drawn', async () => {
    const page = await (await browser.newContext()).newPage();
    Object.assign(shop, { headers: {}, page: addresses.map((path) => `<iframe src="${server.url}${path}"></iframe>`).join('') });
    await page.goto(shop.origin);
    const frames = () => page.frames().filter((frame) => frame !== page.mainFrame());
    await until(() => frames().length === addresses.length && frames().every((frame) => frame.url().startsWith('chrome-error:')), 'every frame to be refused', 20_000);
    expect(frames().map((frame) => frame.url()).filter((url) => !url.startsWith('chrome-error:'))).toEqual([]);
    await page.context().close();
  }, STEP_MS);
});
