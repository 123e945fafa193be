/** What the Worker answers by itself: as the brand's object would, and without waking it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Settings } from '../../protocol/settings.ts';
import type { Done, Errand } from '../../server/errand.ts';
import { cleanUp, openBrowser, openShopPage, takeProblems, tempDir } from '../browser.ts';
import { type Answer, type Asking, askAsIs, line } from './as-is.ts';
import { askDesk, elsewhere, inhabit, type Inhabited, PASSWORD, type Served, serveEdge, serveNode, SHOP, until } from './hosts.ts';
import { EVIL, hi, JSON_TYPE, REFUSED } from './refused.ts';
import type { Seen } from './watched-edge.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Of `wrangler.jsonc`, but fewer: a test need not knock three hundred times. */
const KNOCKS_MOST = 60;

/** What is deployed, with a window in it. Beside `wrangler.jsonc` in nothing but where its files are. */
function watched(): string {
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-config-'));
  const changes: [from: string, to: string][] = [
    ['"server/hosts/cloudflare.ts"', JSON.stringify(join(ROOT, 'test/contract/watched-edge.ts'))],
    ['"directory": "dist"', `"directory": ${JSON.stringify(DIST)}`],
    ['"limit": 300', `"limit": ${KNOCKS_MOST}`],
  ];
  let text = readFileSync(join(ROOT, 'wrangler.jsonc'), 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`wrangler.jsonc no longer has ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(join(dir, 'wrangler.jsonc'), text);
  return dir;
}

let edge: Served;
let configDir: string;
let tea: Inhabited;
beforeAll(async () => {
  configDir = watched();
  edge = await serveEdge({ config: join(configDir, 'wrangler.jsonc') });
  await edge.admin('brand', 'create', 'acme', '--origin', SHOP);
  tea = await inhabit(edge, 'tea');
  // Somebody looked at its card; then everything went to sleep.
  await ask('/v1/acme/card?lang=en', { origin: EVIL });
  await edge.kill();
  await edge.start();
}, 120_000);
afterAll(async () => {
  await edge?.close();
  rmSync(configDir, { recursive: true, force: true });
  await cleanUp();
});

const ask = (path: string, { served = edge, ...asking }: Asking & { served?: Served } = {}): Promise<Answer> => askAsIs(served.port, path, asking);
/** As it stands on a tag. */
const pin = ({ body }: { body: string }): string => `sha384-${createHash('sha384').update(body).digest('base64')}`;
const seen = async (): Promise<Seen> => JSON.parse((await ask('/seen')).body) as Seen;
const objectsOnDisk = (): number => readdirSync(join(edge.dataDir, 'v3', 'do', 'leaveword-BrandObject')).filter((name) => name.endsWith('.sqlite')).length;

/** As `npm run admin` sends it. */
async function errand(what: Errand): Promise<{ said?: string; problem?: string }> {
  const { body } = await ask('/operator/errand', { method: 'POST', body: JSON.stringify(what), headers: { ...JSON_TYPE, authorization: `Bearer ${edge.adminToken}` } });
  return JSON.parse(body) as Done;
}

describe('a brand that is not there', () => {
  const odd = ['nobody', 'ACME', '..', '%2e%2e', 'a%2fb', '%ff', '%00', '__proto__', 'acme%20', 'shelf-0', 'a'.repeat(40), 'a'.repeat(41), '-', '%E2%80%8Bacme', 'acme;x', '*'];
  test('is not found, as whatever it is asked for, and no object is made for it', async () => {
    const before = objectsOnDisk();
    await ask('/v1/nobody/card');
    for (const name of odd) {
      const answers = await Promise.all([
        ask(`/v1/${name}/card`, { origin: SHOP }), ask(`/v1/${name}/visitor`, { origin: SHOP, headers: line() }),
        ask(`/v1/${name}/frames`, { method: 'POST', origin: SHOP, body: hi() }), ask(`/v1/${name}/desk/me`), ask(`/inbox/${name}`),
      ]);
      for (const each of answers) expect([each.status, each.body], name).toEqual([404, '{"error":{"code":"not_found","reason":"there is nothing here"}}']);
    }
    expect(objectsOnDisk()).toBe(before);
    expect((await seen()).awake).toEqual([]);
    expect((await seen()).asked.filter((id) => id === 'nobody')).toHaveLength(1);
  });
});

describe('a brand that sleeps', () => {
  test.each(REFUSED)('is not woken by %s: %i', async (_, status, path, asking) => {
    expect((await ask(path, asking(edge.url))).status).toBe(status);
    expect((await seen()).awake).toEqual([]);
  });
  test('is not woken for a card that was looked at a moment ago, whoever looked and whoever looks', async () => {
    for (const [origin, lang] of [[SHOP, 'en'], [EVIL, 'EN'], [undefined, 'en']] as const) {
      const card = await ask(`/v1/acme/card?lang=${lang}`, origin === undefined ? {} : { origin });
      expect(card.status).toBe(200);
      expect(JSON.parse(card.body)).toMatchObject({ name: 'Our team' });
      expect(card.headers['access-control-allow-origin']).toBe(origin === SHOP ? SHOP : undefined);
      expect(card.headers['vary']).toMatch(/\bOrigin\b/);
    }
    expect((await seen()).awake).toEqual([]);
  });
  test('was found by asking the directory once a minute, and for strangers once in five seconds', async () => {
    expect((await seen()).asked.filter((id) => id === 'acme').length).toBeLessThanOrEqual(2 + Math.ceil(performance.now() / 5_000));
  });
  test('is woken by what only it can answer', async () => {
    expect((await ask('/v1/acme/frames', { method: 'POST', origin: SHOP, body: hi() })).status).toBe(200);
    expect((await seen()).awake).toEqual(['acme']);
  });
});

describe('what is answered before the object', () => {
  test.each(REFUSED)('is what the object answers to %s', async (_, status, path, asking) => {
    const what = asking(edge.url);
    const [before, behind] = [await ask(path, what), await ask(path, { ...what, from: elsewhere(), object: 'acme' })];
    expect(before).toEqual(behind);
    expect(before.status).toBe(status);
  });
  const PAGES = [SHOP, EVIL, 'null', undefined, 'our own inbox'];
  const on = (page: string | undefined): Asking => (page === undefined ? {} : { origin: page === 'our own inbox' ? edge.url : page });
  test.each(PAGES.map((page, n) => [page, ['de', 'fr', 'es', 'it', 'pt-br'][n]!] as const))('is its card, whoever asks after %s did, with the headers for each', async (first, lang) => {
    const path = `/v1/acme/card?lang=${lang}`;
    expect(await ask(path, on(first))).toEqual(await ask(path, { ...on(first), object: 'acme' }));
    for (const page of PAGES) {
      const behind = await ask(path, { ...on(page), object: 'acme' });
      expect(behind.headers['access-control-allow-origin']).toBe(page === SHOP || page === 'our own inbox' ? on(page).origin : undefined);
      expect(await ask(path, on(page))).toEqual(behind);
      expect(await ask(path, { ...on(page), method: 'HEAD' })).toEqual(await ask(path, { ...on(page), method: 'HEAD', object: 'acme' }));
    }
  });
  test('is never the card of a brand that was not there when it was asked for', async () => {
    expect((await ask('/v1/later/card')).status).toBe(404);
    await errand({ verb: 'brand create', args: ['later', 'Later', SHOP] });
    expect((await ask('/v1/later/card', { origin: SHOP })).headers['access-control-allow-origin']).toBe(SHOP);
  });
});

describe('the list of a brand\'s pages', () => {
  const frames = (origin: string) => ask('/v1/tea/frames', { method: 'POST', origin, body: hi() });
  const put = async (origins: string[], past: Asking = {}) => {
    const { settings } = await (await askDesk(edge, 'tea', 'GET', 'settings', { cookie: tea.ownerCookie })).json() as { settings: Settings };
    const { status } = await ask('/v1/tea/desk/settings', {
      method: 'PUT', origin: edge.url, body: JSON.stringify({ ...settings, origins }), headers: { ...JSON_TYPE, cookie: tea.ownerCookie }, ...past,
    });
    expect(status).toBe(200);
  };
  const inDirectory = (origin: string) => until(async () => (await errand({ verb: 'brand list', args: [] })).said!.includes(origin), `${origin} to be in the directory`);

  test('is followed at once when the owner changes it', async () => {
    expect((await frames(SHOP)).status).toBe(200);
    await put(['https://second.example']);
    expect((await frames(SHOP)).status).toBe(403);
    expect((await frames('https://second.example')).status).toBe(200);
  });
  test('is asked for again before somebody is refused who was not on it, but not for every stranger', async () => {
    // Whatever an operator asks for, what is remembered of that brand is forgotten.
    await errand({ verb: 'team', args: ['tea'] });
    await frames('https://second.example');
    await put(['https://third.example'], { object: 'tea' });
    await inDirectory('https://third.example');
    expect((await frames('https://third.example')).status).toBe(200);
    const before = (await seen()).asked.length;
    await Promise.all(Array.from({ length: 30 }, () => frames(EVIL)));
    expect((await seen()).asked.length - before).toBeLessThanOrEqual(1);
    // Off the list is off at once: the object decides.
    expect((await frames('https://second.example')).status).toBe(403);
  });
});

describe('too many knocks from one network', () => {
  /** Counted by the minute, which may end while we knock. */
  async function tire(from: string): Promise<void> {
    for (let n = 0; n <= 2 * KNOCKS_MOST; n++) if ((await ask('/v1/nobody/card', { from })).status === 429) return;
    throw new Error('it never tires');
  }
  test('are turned away before anything is looked up, for others not', async () => {
    const from = '203.0.113.7';
    await tire(from);
    const [before, refused] = [await seen(), await ask('/v1/brand-that-nobody-knows/card', { from, origin: SHOP })];
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '10', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'Origin' } });
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: 'rate_limited', retryAfter: 10_000 } });
    expect((await seen()).asked).toEqual(before.asked);
    expect((await ask('/v1/acme/card', { from })).status).toBe(429);
    expect((await ask('/inbox/acme', { from })).status).toBe(429);
    // The shop's page can tell it from a line that is dead.
    expect((await ask('/v1/acme/frames', { method: 'POST', from, origin: SHOP, body: hi() })).headers['access-control-allow-origin']).toBe(SHOP);
    expect((await ask('/v1/acme/card', { from: '203.0.113.8' })).status).toBe(200);
  });
  test('are counted by what the platform says, whatever the client adds', async () => {
    await tire('2001:db8:7:7::1');
    expect((await ask('/v1/acme/card', { from: '2001:db8:7:7:ffff::2' })).status).toBe(429);
    for (const spoofed of ['cf-connecting-ip', 'x-real-ip', 'forwarded', 'true-client-ip']) {
      expect((await ask('/v1/acme/card', { from: '2001:db8:7:7::1', headers: { [spoofed]: elsewhere() } })).status).toBe(429);
    }
    expect((await ask('/v1/acme/card', { from: '198.51.100.1, 2001:db8:7:7::1' })).status).toBe(429);
  });
});

describe('a jurisdiction', () => {
  const list = () => errand({ verb: 'brand list', args: [] });
  test('that is none is refused in words', async () => {
    await expect(edge.admin('brand', 'create', 'euro', '--jurisdiction', 'mars')).rejects.toThrow('there is no jurisdiction "mars"');
  });
  test('that this machine cannot keep is refused in words, and the name stays free', async () => {
    const create = { verb: 'brand create', args: ['euro', '', SHOP] };
    expect(await errand({ ...create, jurisdiction: 'eu' })).toMatchObject({ problem: expect.stringContaining('this server cannot keep a brand in "eu"') });
    expect((await list()).said).not.toContain('euro');
    expect((await errand(create)).said).toContain('euro');
    expect((await list()).said).toContain('euro');
  });
});

describe('the files', () => {
  let node: Served;
  beforeAll(async () => {
    node = await serveNode();
    await node.admin('brand', 'create', 'acme', '--origin', SHOP);
  }, 60_000);
  afterAll(() => node?.close());

  /** The first of each kind. */
  const some = (dir: string): string[] => [...new Map(readdirSync(join(DIST, dir)).filter((name) => !name.endsWith('.br')).map((name) => [name.replace(/^.*\./, ''), `/${dir}/${name}`])).values()];
  /** Cloudflare's own, and what says that browsers shall come by https: told where they do. */
  const EXTRA = ['etag', 'cf-cache-status', 'strict-transport-security'];
  const FILES = ['/widget.js', ...some('w'), ...some('inbox/assets')];

  test.each(FILES)('%s says at the edge what it says on Node', async (path) => {
    const [there, here] = [await ask(path), await ask(path, { served: node })];
    const { headers: { 'content-length': _, ...said }, ...rest } = here;
    expect({ ...there, headers: Object.fromEntries(Object.entries(there.headers).filter(([name]) => !EXTRA.includes(name) && name !== 'content-length')) }).toEqual({ ...rest, headers: said });
    expect(there.headers['strict-transport-security']).toBe('max-age=31536000');
  });
  test('those for shops may be loaded by any page and kept; hashed ones for a year', async () => {
    for (const path of ['/widget.js', ...some('w')]) {
      expect((await ask(path)).headers).toMatchObject({ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin', 'x-content-type-options': 'nosniff' });
    }
    expect((await ask('/widget.js')).headers['cache-control']).toBe('public, max-age=300, stale-while-revalidate=2592000');
    for (const path of [...some('w'), ...some('inbox/assets')]) expect((await ask(path)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });
  test.each(['/w/nothing-abcdef12.js', '/inbox/assets/nothing-abcdef12.js', '/favicon.ico', '/', '/inbox', '/inbox/'])('%s is missing on both alike, and not for a year', async (path) => {
    const there = await ask(path);
    expect(there).toEqual({ ...await ask(path, { served: node }), headers: { ...there.headers } });
    expect(there.status).toBe(404);
    expect(there.headers['cache-control']).toBe('no-store');
  });
  test('the page of an inbox says at the edge what it says on Node, each of itself', async () => {
    const [there, here] = [await ask('/inbox/acme'), await ask('/inbox/acme', { served: node })];
    const plain = ({ headers, ...rest }: Answer, { port }: Served) => ({ ...rest, headers: { ...headers, 'content-length': '', 'content-security-policy': headers['content-security-policy']!.replaceAll(String(port), '<port>') } });
    expect(plain(there, edge)).toEqual(plain(here, node));
    expect(there.headers['content-security-policy']).toContain("default-src 'none'");
  });
  test.each([
    '/inbox/index.html', '/inbox/index', '/inbox/%69ndex.html', '/inbox%2findex.html', '/inbox//index.html', '/inbox/./index.html', '/inbox/acme/../index.html', '/inbox/index.html/', '/inbox/index.html?x',
    '/inbox/index.html%00', '/inbox/assets/..%2findex.html', '/inbox/assets/../index.html', '/w/..%2f..%2fpackage.json', '/w/%2e%2e/inbox/index.html', '/inbox\\index.html', '/INBOX/index.html',
    '/weight.json', '/stamp', '/widget.js.br', '/npm/index.js', '/npm/index.d.ts', '/_headers', '/.assetsignore', '/inbox/index.html.br', '/package.json', '/server/hosts/cloudflare.ts', '/wrangler.jsonc',
  ])('%s is nobody\'s', async (path) => {
    let answer = await ask(path);
    // To what the path would be if it were written properly.
    if (answer.status === 307) answer = await ask(answer.headers['location']!);
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'application/json' } });
  });
  test('there is nothing in dist/ that would be put online unseen', () => {
    const known = ['.assetsignore', '_headers', 'inbox', 'npm', 'stamp', 'w', 'weight.json', 'widget.js', 'widget.js.br'];
    expect(readdirSync(DIST).filter((name) => !name.endsWith('.half')).toSorted()).toEqual(known);
    expect(readdirSync(join(DIST, 'inbox')).filter((name) => !name.endsWith('.half')).toSorted()).toEqual(['assets', 'index.html', 'index.html.br']);
  });
  test('what the build says a tag may pin is the loader that is served', async () => {
    const { integrity } = JSON.parse(readFileSync(join(DIST, 'weight.json'), 'utf8')) as { integrity: Record<string, string> };
    expect(pin(await ask('/widget.js'))).toBe(integrity['widget.js']);
  });
});

describe('in a browser', () => {
  let context: BrowserContext;
  beforeAll(async () => { context = await openBrowser({ profile: await tempDir('edge-browser') }); }, 30_000);

  test('a brand\'s inbox opens, signs in and hears its line, under the policy that the Worker gives it', async () => {
    const page = await context.newPage();
    await page.goto(`${edge.url}/inbox/tea`);
    await page.getByRole('textbox', { name: 'Email' }).fill('ada@tea.example');
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Nothing is yours right now').waitFor();
    // Nobody was signed in: that is the one thing the server said no to.
    expect(takeProblems().filter((problem) => !/401/.test(problem))).toEqual([]);
  }, 30_000);

  test('a page of another origin runs the loader whose hash it has pinned, and no other', async () => {
    let pinned = pin(await ask('/widget.js'));
    const shop = await openShopPage(() => `<script src="${edge.url}/widget.js" data-brand="acme" integrity="${pinned}" crossorigin></script>`);
    const page = await context.newPage();
    await page.goto(shop.origin);
    expect(await page.locator('leave-word').count()).toBe(1);
    pinned = pin({ body: 'something else' });
    await page.goto(shop.origin);
    expect(await page.locator('leave-word').count()).toBe(0);
  }, 30_000);
});
