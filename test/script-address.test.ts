/** Threat A05: the widget talks to where its own file came from, to nobody else, and nothing that is said to it changes that. In a real browser. */
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { cleanUp, until } from './browser.ts';
import { openVisitor } from './one-browser.ts';

const STEP_MS = 100_000;
const SHOP = 'https://shop.example';
const PAGE = `${SHOP}/tea/earl-grey/`;
const EVIL = 'https://evil.example';
/** Whatever a server could mean by it: in each frame, in each row, and in the card. */
const ELSEWHERE = Object.fromEntries(['url', 'server', 'base', 'baseUrl', 'host', 'origin', 'endpoint', 'location', 'redirect', 'socket', 'ws', 'brand', 'src', 'href', 'api', 'next', 'main'].map((name) => [name, `${EVIL}/${name}/`]));
const CARD = { name: 'Tea', color: '#2f6b4f', logo: 'T', greeting: '', replyTime: 'minutes', open: true, available: true, ...ELSEWHERE };

let context: BrowserContext | undefined;
let page: Page;
/** Without what follows the address of a file. */
let asked: string[];
let sockets: { url: string; line: WebSocketRoute; said: { type: string; id?: string; thread?: string; body?: string }[] }[];
let thrown: string[];
/** Whether sockets open. */
let opens: boolean;

afterAll(cleanUp, STEP_MS);

/** A page of the shop on which every address leads to the same server, and every one that is asked for is written down. */
async function visit(html: string): Promise<void> {
  await context?.close();
  context = await openVisitor();
  [asked, sockets, thrown, opens] = [[], [], [], true];
  await context.route('**/*', async (route) => {
    const address = new URL(route.request().url());
    const [, file] = /\/(widget\.js|w\/[^/]+\.js)$/.exec(address.pathname) ?? [];
    if (address.href === PAGE) return route.fulfill({ contentType: 'text/html', body: `<!doctype html><meta charset="utf-8"><title>Tea</title>${html}` });
    asked.push(address.href.replace(/[?#].*/, ''));
    const headers = { 'access-control-allow-origin': '*' };
    if (file) return route.fulfill({ contentType: 'text/javascript', headers, body: await readFile(new URL(`../dist/${file}`, import.meta.url), 'utf8') });
    return route.fulfill({ contentType: 'application/json', headers, body: JSON.stringify(address.pathname.endsWith('/card') ? CARD : { frames: [{ type: 'bye', code: 1012, after: 0, reason: EVIL, ...ELSEWHERE }], ...ELSEWHERE }) });
  });
  page = await context.newPage();
  page.on('pageerror', ({ message }) => thrown.push(message));
  await page.routeWebSocket(/.*/, (line) => {
    const heard = { url: line.url(), line, said: [] as (typeof sockets)[0]['said'] };
    sockets.push(heard);
    if (!opens) return void line.close({ code: 1011 });
    line.onMessage((text) => { heard.said.push(JSON.parse(String(text))); });
  });
  await page.goto(PAGE);
}

const tag = (src: string) => `<script async src="${src}" data-brand="acme"></script>`;

/** Opens the panel, and says something. */
async function write(): Promise<void> {
  await page.locator('leave-word .go').click();
  await page.locator('leave-word textarea').fill('Is the Earl Grey back?');
  await page.locator('leave-word textarea').press('Enter');
  await until(() => sockets.length > 0, 'a socket', 30_000);
}

describe('the server is where the script lies', () => {
  test.each([
    ['on a port', 'https://chat.example:8443/widget.js', 'https://chat.example:8443/'],
    ['below a path', 'https://chat.example/talk/v2/widget.js', 'https://chat.example/talk/v2/'],
    ['below a path that goes up and down', 'https://chat.example/talk/../deep/./er/widget.js', 'https://chat.example/deep/er/'],
    ['below a path of odd letters', 'https://chat.example/a%2Fb/%D8%AB%20x/widget.js', 'https://chat.example/a%2Fb/%D8%AB%20x/'],
    ['with a query that holds another address', `https://chat.example/talk/widget.js?v=3&server=${EVIL}/x/`, 'https://chat.example/talk/'],
    ['with a hash that holds another address', `https://chat.example/widget.js#${EVIL}/x/`, 'https://chat.example/'],
    ['in capitals', 'HTTPS://CHAT.Example/widget.js', 'https://chat.example/'],
    ['on an address of IPv6', 'https://[2001:DB8:0::1]:8443/talk/widget.js', 'https://[2001:db8::1]:8443/talk/'],
    ['on an address of IPv4, written oddly', 'https://0x7f.1:8443/widget.js', 'https://127.0.0.1:8443/'],
    ['of letters beyond ASCII', 'https://tee-größe.example/widget.js', 'https://xn--tee-gre-5va0s.example/'],
    ['without a protocol', '//chat.example/talk/widget.js', 'https://chat.example/talk/'],
    ['beside the page', '../w1/./widget.js', `${SHOP}/tea/w1/`],
    ['between spaces', ' https://chat.example/widget.js ', 'https://chat.example/'],
  ])('%s', async (_, src, base) => {
    // What comes without a protocol or a host means the page, but where the page says otherwise; all else means itself.
    const isWhole = /^\s*https:/i.test(src);
    await visit(`${isWhole ? `<base href="${EVIL}/">` : ''}${tag(src)}`);
    await write();
    expect(sockets[0]!.url).toBe(`${base.replace('http', 'ws')}v1/acme/visitor`);
    expect(asked).toContain(`${base}widget.js`);
    expect(asked).toContain(`${base}v1/acme/card`);
    expect(asked.filter((each) => !each.startsWith(base))).toEqual([]);
    expect(thrown).toEqual([]);
  }, STEP_MS);

  test.each([
    ['data:', () => `fetch('https://chat.example/widget.js').then((answer) => answer.text()).then((text) => 'data:text/javascript;charset=utf-8,' + encodeURIComponent(text))`],
    ['blob:', () => `fetch('https://chat.example/widget.js').then((answer) => answer.blob()).then((file) => URL.createObjectURL(new Blob([file], { type: 'text/javascript' })))`],
  ])('and a script of %s lies nowhere: no button, no call, and the page goes on', async (_, made) => {
    await visit(`<script>${made()}.then((src) => { const tag = document.createElement('script'); tag.src = src; tag.dataset.brand = 'acme'; tag.onload = () => { window.ran = true; }; document.head.append(tag); })</script>`);
    await page.waitForFunction(() => (window as unknown as { ran?: boolean }).ran);
    expect(await page.locator('leave-word').count()).toBe(0);
    expect(await page.evaluate(() => 'leaveword' in window)).toBe(false);
    expect(thrown).toEqual([expect.stringContaining('Invalid URL')]);
    expect(asked).toEqual(['https://chat.example/widget.js']);
    expect(sockets).toEqual([]);
  }, STEP_MS);

  test('and a name and a password before the host are told to nobody', async () => {
    await visit(tag('https://mina:secret@chat.example/widget.js'));
    await page.waitForLoadState('load');
    const drawn = await page.locator('leave-word').count();
    expect({ drawn, asked, sockets: sockets.map(({ url }) => url) }).toEqual({ drawn: 0, asked: [], sockets: [] });
  }, STEP_MS);
});

describe('nothing that the server says leads elsewhere', () => {
  const BASE = 'https://chat.example/talk/';

  test('no card, frame, row, reason or close: the next line goes where the first one went, as do the posts', async () => {
    await visit(tag(`${BASE}widget.js`));
    await write();
    const { line, said } = sockets[0]!;
    const tell = (frame: object) => line.send(JSON.stringify({ ...ELSEWHERE, ...frame }));
    await until(() => said.some(({ type }) => type === 'hi'), 'her greeting');
    const me = { id: 'v1', verified: false, card: CARD, ...ELSEWHERE };
    tell({ type: 'ok', v: 1, epoch: 'e1', rev: 1, now: Date.now(), set: [], me });
    await until(() => said.some(({ type }) => type === 'say'), 'her message');
    const { id, thread, body } = said.find(({ type }) => type === 'say')!;
    const pair = { got: 1, seen: 1 };
    tell({ type: 'changed', rev: 2, set: [
      { kind: 'message', thread, id, seq: 1, by: 'visitor', body, at: Date.now(), rev: 2, ...ELSEWHERE },
      { kind: 'message', thread, id: 'auto.1', seq: 2, by: 'brand', body: `Go on at ${EVIL}/x`, at: Date.now(), rev: 2, ...ELSEWHERE },
      { kind: 'thread', id: thread, rev: 2, seq: 2, at: Date.now(), ended: false, episode: 1, visitor: pair, team: pair, agent: { id: 'a', name: EVIL, ...ELSEWHERE }, ...ELSEWHERE },
      { kind: 'config', id: 'server', rev: 2, ...ELSEWHERE },
    ] });
    for (const type of ['redirect', 'reconnect', 'config', 'card', 'moved', 'server', 'pong', 'presence', 'typing', 'refused', 'nak']) tell({ type, id, thread, head: 1, available: true, name: EVIL, code: 'rate_limited', reason: EVIL });
    await until(async () => await page.locator('leave-word .b').count() >= 2, 'the answer of the brand');
    // Twice without a socket it goes on over HTTP, and is told there as well.
    opens = false;
    tell({ type: 'bye', code: 1012, after: 0, reason: `${EVIL}/reason` });
    await line.close({ code: 1012, reason: `${EVIL}/v1` });
    await until(() => asked.some((each) => each.endsWith('/frames')), 'a post', 60_000);
    const before = sockets.length;
    opens = true;
    await until(() => sockets.length > before && sockets.at(-1)!.said.some(({ type }) => type === 'hi'), 'another line', 60_000);
    expect([...new Set(sockets.map(({ url }) => url))]).toEqual([`${BASE.replace('http', 'ws')}v1/acme/visitor`]);
    expect(asked.filter((each) => !each.startsWith(BASE))).toEqual([]);
    const links = await page.locator('leave-word a[href]').evaluateAll((all) => all.map((each) => (each as HTMLAnchorElement).href));
    expect(links).toEqual([`${EVIL}/x`]);
    expect(thrown).toEqual([]);
  }, STEP_MS);
});
