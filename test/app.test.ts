import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireDoors } from '../server/app.ts';
import type { Door } from '../server/doors/door.ts';
import { doors } from '../server/doors/doors.ts';
import type { Bindings } from '../server/host.ts';
import { isRecord } from '../protocol/shape.ts';
import { DEFAULTS } from '../server/settings.ts';
import { ask, askAsShop, type FrontDoor, hire, knockOnLine, newToken, openFrontDoor, PASSWORD, SHOP, signInAs, URL_OF_HOUSE } from './front-door.ts';

let door: FrontDoor;
let cookies: Record<string, string>;
let nat = 0;
const elsewhere = () => `203.0.${113 + (++nat >> 8)}.${nat % 256}`;

beforeAll(async () => {
  door = await openFrontDoor({ brands: ['acme', 'other'] });
  await hire(door, 'ann', 'owner');
  await hire(door, 'bob');
  await hire(door, 'olga', 'owner', 'other');
  const old = await signInAs(door, 'ann');
  door.clock.now += 8 * 24 * 3_600_000;
  cookies = {
    expired: old, agent: await signInAs(door, 'bob'), owner: await signInAs(door, 'ann'), 'other brand\'s owner': await signInAs(door, 'olga', 'other'),
  };
});
afterAll(() => door.close());

const TABLE = doors();
const DESK = TABLE.filter(({ side }) => side === 'desk');
/** A body that each door would take from whoever may come in. */
const BODIES: Record<string, object> = {
  'sign-in': { email: 'x@x.example', password: 'x' }, invited: { code: newToken() }, join: { code: newToken(), name: 'x', password: PASSWORD },
  frames: { frames: [] }, profile: { name: 'Bob' }, password: { old: 'wrong', new: 'a long enough one' }, settings: { ...DEFAULTS, origins: [SHOP] },
  invites: { email: 'new@acme.example', role: 'agent' }, agents: { slots: 3 }, canned: { canned: [] }, keys: { alg: 'HS256' },
};
const verbOf = ({ path }: Door) => path.split('/')[4]!;
const addressOf = ({ path }: Door, brand = 'acme') => path.replace(':brand', brand).replace(':email', 'x%40x.example').replace(':id', 'nobody').replace(':file', 'x-ABCDEF12.js').replace('/*', '/x');
const bodyOf = (each: Door) => (each.method === 'GET' ? undefined : each.body ? BODIES[verbOf(each)]! : {});
const named = (list: Door[]) => list.map((each) => [`${each.method} ${each.path}`, each] as const);

describe('who may come in (A09)', () => {
  test('the table names every route there is', () => {
    const routes = door.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
    expect(routes.toSorted()).toEqual(named(TABLE).map(([name]) => name).toSorted());
    expect(DESK.length).toBeGreaterThan(15);
  });
  test('a route outside the table does not start', () => {
    const app = new Hono<{ Bindings: Bindings }>();
    app.get('/v1/:brand/everything', (knock) => knock.text('oops'));
    expect(() => requireDoors(app, TABLE)).toThrow('GET /v1/:brand/everything does not say who may come in');
    const lone: Door = { method: 'GET', path: '/v1/:brand/all', principal: 'owner', side: 'shop', brand: 'path', grasp: 'brand', rate: 'card', answer: () => ({}) };
    expect(() => requireDoors(new Hono(), [lone])).toThrow(/asks for a session/);
  });

  const knock = (each: Door, cookie?: string, brand?: string) =>
    ask(door, addressOf(each, brand), { method: each.method, body: bodyOf(each), cookie, address: elsewhere() });
  const closed = DESK.filter(({ principal }) => principal === 'agent' || principal === 'owner');

  test.each(named(closed))('%s says the same 401 to nobody, an old session, a forged one and another brand\'s', async (_name, each) => {
    const forged = `__Host-leaveword-acme=${newToken()}`;
    const renamed = cookies['other brand\'s owner']!.replace('-other=', '-acme=');
    const answers = new Set<string>();
    for (const cookie of [undefined, cookies['expired'], forged, cookies['other brand\'s owner'], renamed, '__Host-leaveword-acme={"$ne":null}']) {
      const response = await knock(each, cookie);
      answers.add(`${response.status} ${await response.text()}`);
    }
    expect([...answers]).toEqual(['401 {"error":{"code":"unauthorized","reason":"sign in first"}}']);
  });
  test.each(named(DESK.filter(({ principal }) => principal === 'owner')))('%s says 403 to an agent who is no owner', async (_name, each) => {
    expect((await knock(each, cookies['agent'])).status).toBe(403);
  });
  test.each(named(DESK))('%s says 404 for a brand that is not there, to whomever', async (_name, each) => {
    for (const cookie of [undefined, cookies['owner']]) expect((await knock(each, cookie, 'nobody')).status).toBe(404);
  });

  test.each(named(DESK.filter(({ principal, path }) => principal !== 'none' && !/sign-out|\/password$/.test(path))))(
    '%s lets in whom it says', async (_name, each) => {
      const cookie = each.principal === 'owner' ? cookies['owner'] : cookies['agent'];
      const response = await ask(door, addressOf(each), { method: each.method, body: bodyOf(each), cookie });
      expect([200, 204, 404, 409], await response.clone().text()).toContain(response.status);
    });
  test.each(named(TABLE.filter(({ side }) => side === 'line')))('%s lets nobody in without a token that it knows', async (_name, each) => {
    const origin = each.principal === 'agent' ? URL_OF_HOUSE : SHOP;
    for (const secret of ['', 'x', `${newToken()}x`]) {
      expect((await knockOnLine(door, addressOf(each), { origin, 'sec-websocket-protocol': `chat.v1, t.${secret}` })).status).toBe(401);
    }
    if (each.principal === 'agent') {
      const headers = { origin, cookie: cookies['owner']!, 'sec-websocket-protocol': `chat.v1, t.${newToken()}` };
      expect((await knockOnLine(door, addressOf(each), headers)).status).toBe(401);
    }
  });
  test('a visitor\'s token opens nothing of another visitor\'s, nor of another brand\'s', async () => {
    const [mine, other] = [newToken(), newToken()];
    await askAsShop(door, '/v1/acme/frames', { token: mine, frames: [{ type: 'say', id: 'm1', thread: 'mine', body: 'for us alone' }] });
    const pull = [{ type: 'pull', thread: 'mine', before: 1_000, n: 50 }, { type: 'say', id: 'x1', thread: 'mine', body: 'intruding' }, { type: 'hi', v: 1, rev: 0 }];
    for (const [brand, token] of [['acme', other], ['other', mine], ['other', other]] as const) {
      const answer = await (await askAsShop(door, `/v1/${brand}/frames`, { token, frames: pull })).text();
      expect(answer).not.toContain('for us alone');
      if (brand === 'acme') expect(answer).toContain('not_found');
    }
    expect(await (await askAsShop(door, '/v1/acme/frames', { token: mine, frames: pull })).text()).toContain('for us alone');
  });
});

describe('what may stand in a body (A10, A11)', () => {
  const EXTRA = { brand_id: 'other', role: 'owner', sender: 'ann', seq: 1, created_at: 1, verified: true, id: 'x' };
  const withBody = DESK.filter(({ body }) => body);

  test.each(named(withBody))('%s refuses a field it does not know', async (_name, each) => {
    for (const [field, value] of Object.entries(EXTRA)) {
      if (field in bodyOf(each)!) continue;
      const response = await ask(door, addressOf(each), { method: each.method, body: { ...bodyOf(each), [field]: value }, cookie: cookies['owner'], address: elsewhere() });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(field);
    }
  });
  test('nothing of that was written', async () => {
    const { agent } = await (await ask(door, '/v1/acme/desk/me', { cookie: cookies['agent'] })).json() as { agent: object };
    expect(agent).toMatchObject({ id: 'bob', role: 'agent' });
  });
  test.each(named(withBody))('%s names the field that is of a wrong type', async (_name, each) => {
    const good = bodyOf(each)!;
    for (const field of Object.keys(good)) {
      for (const value of [{ $ne: null }, { $regex: '.*' }, 1e308, null, true, 'x'.repeat(20_000)]) {
        if (field === 'slots' && value === null) continue; // as many as everybody
        if (field === 'greeting' && isRecord(value) && '$regex' in value) continue; // a text in a language called $regex
        const response = await ask(door, addressOf(each), { method: each.method, body: { ...good, [field]: value }, cookie: cookies['owner'], address: elsewhere() });
        expect(response.status, `${field}: ${JSON.stringify(value).slice(0, 40)}`).toBe(400);
        expect(await response.text()).toContain(field);
      }
    }
  });
  test('a visitor\'s token must be text of its shape', async () => {
    for (const token of [{ $regex: '.*' }, { $ne: null }, [], true, '0e1', 1e308, '', 'x'.repeat(1_000)]) {
      for (const path of ['frames', 'identify']) {
        const response = await askAsShop(door, `/v1/acme/${path}`, path === 'frames' ? { token, frames: [] } : { token, jwt: 'x' });
        expect(response.status).toBe(400);
        expect(await response.text()).toContain('token');
      }
    }
  });
  test('of doubled keys one counts, and it is checked like any other', async () => {
    const response = await ask(door, '/v1/acme/desk/profile', { method: 'POST', body: '{"name":{"$ne":1},"name":"Bob"}', cookie: cookies['agent'] });
    expect(response.status).toBe(200);
    const other = await ask(door, '/v1/acme/desk/profile', { method: 'POST', body: '{"name":"Bob","name":{"$ne":1}}', cookie: cookies['agent'] });
    expect(other.status).toBe(400);
  });
  test.each(['?t[$ne]=', '?lang[]=en', '?lang=en&lang=ar', `?lang=${'x'.repeat(200)}`, '?token=abc'])('a query %s is refused', async (query) => {
    expect((await ask(door, `/v1/acme/card${query}`)).status).toBe(400);
  });
  test('a query that the door knows is answered', async () => {
    expect((await ask(door, '/v1/acme/card?lang=ar')).status).toBe(200);
  });
  test.each([['not JSON', '{'], ['nested deeper', '['.repeat(30_000)], ['more than', `{${Array.from({ length: 70 }, (_, i) => `"k${i}":1`).join()}}`], ['__proto__', '{"__proto__":{"a":1},"name":"x"}']])(
    'a body that is %s is refused', async (words, body) => {
      const response = await ask(door, '/v1/acme/desk/profile', { method: 'POST', body, cookie: cookies['agent'] });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(words);
      expect(({} as { a?: number }).a).toBeUndefined();
    });
});

describe('whose page asks (A14)', () => {
  const mutating = DESK.filter(({ method }) => method !== 'GET');
  const FOREIGN: Record<string, { origin: string | null; headers?: Record<string, string> }> = {
    'another origin': { origin: 'https://evil.example' }, 'no origin': { origin: null }, 'origin null': { origin: 'null' }, 'the shop': { origin: SHOP },
    'cross-site by its own word': { origin: null, headers: { 'sec-fetch-site': 'cross-site' } }, 'same-site only': { origin: null, headers: { 'sec-fetch-site': 'same-site' } },
    'a form of our own page': { origin: URL_OF_HOUSE, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    'text/plain of our own page': { origin: URL_OF_HOUSE, headers: { 'content-type': 'text/plain' } },
  };
  test.each(named(mutating))('%s is shut for everybody else\'s page, cookie or not', async (_name, each) => {
    for (const [what, asked] of Object.entries(FOREIGN)) {
      if (!each.body && asked.origin === URL_OF_HOUSE) continue;
      const response = await ask(door, addressOf(each), { method: each.method, body: bodyOf(each), cookie: cookies['owner'], address: elsewhere(), ...asked });
      expect(response.status, what).toBe(403);
    }
  });
  test('what a cookie shows is not shown to another\'s page either', async () => {
    const read = (site: string) => ask(door, '/v1/acme/desk/settings', { cookie: cookies['owner'], headers: { 'sec-fetch-site': site } });
    expect((await read('cross-site')).status).toBe(403);
    expect((await read('same-origin')).status).toBe(200);
    expect((await ask(door, '/v1/acme/desk/settings', { cookie: cookies['owner'], headers: { origin: SHOP } })).headers.get('access-control-allow-origin')).toBeNull();
  });
  test('no desk door answers a preflight', async () => {
    const response = await ask(door, '/v1/acme/desk/settings', { method: 'OPTIONS', origin: SHOP, headers: { 'access-control-request-method': 'PUT' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('how much may come in (A15)', () => {
  const big = JSON.stringify({ name: 'x'.repeat(1_048_577) });
  test('a body that says it is too big, and one that only is', async () => {
    const said = await ask(door, '/v1/acme/desk/profile', { method: 'POST', body: big, cookie: cookies['agent'], headers: { 'content-length': String(big.length) } });
    expect(said.status).toBe(413);
    const lying = await ask(door, '/v1/acme/desk/profile', { method: 'POST', body: big, cookie: cookies['agent'], headers: { 'content-length': '5' } });
    expect(lying.status).toBe(413);
  });
  test('an endless one is cut off when it has had its share', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 16_384;
        controller.enqueue(new Uint8Array(16_384).fill(0x20));
      },
    });
    const request = new Request('https://chat.example/v1/acme/desk/profile', {
      method: 'POST', body: endless, duplex: 'half', headers: { 'content-type': 'application/json', origin: URL_OF_HOUSE, cookie: cookies['agent']! },
    } as RequestInit);
    expect((await door.app.fetch(request, { address: '192.0.2.1' })).status).toBe(413);
    expect(sent).toBeLessThan(200_000);
  });
  test('a compressed one is not unpacked', async () => {
    const response = await ask(door, '/v1/acme/desk/profile', { method: 'POST', body: '{"name":"x"}', cookie: cookies['agent'], headers: { 'content-encoding': 'gzip' } });
    expect(response.status).toBe(400);
  });
  test('one that is no UTF-8', async () => {
    const request = new Request('https://chat.example/v1/acme/desk/profile', {
      method: 'POST', body: new Uint8Array([0x22, 0xff, 0x22]), headers: { 'content-type': 'application/json', origin: URL_OF_HOUSE, cookie: cookies['agent']! },
    });
    expect((await door.app.fetch(request, { address: '192.0.2.1' })).status).toBe(400);
  });
  test('a door that takes no fields takes none', async () => {
    expect((await ask(door, '/v1/acme/desk/ticket', { body: { a: 1 }, cookie: cookies['agent'] })).status).toBe(400);
    expect((await ask(door, '/v1/acme/desk/ticket', { method: 'POST', cookie: cookies['agent'] })).status).toBe(200);
  });
  test('33 frames of a post are one too many, and a bad one among good ones is refused alone', async () => {
    const hi = { type: 'hi', v: 1, rev: 0 };
    expect((await askAsShop(door, '/v1/acme/frames', { token: newToken(), frames: Array.from({ length: 33 }, () => hi) })).status).toBe(400);
    const say = { type: 'say', id: 'ok1', thread: 'posted', body: 'good' };
    const response = await askAsShop(door, '/v1/acme/frames', { token: newToken(), frames: [{ type: 'nonsense' }, say, { ...say, id: 'ok2', extra: 1 }] });
    expect(await response.json()).toMatchObject({ frames: [{ type: 'refused', code: 'bad_frame' }, { type: 'ack', id: 'ok1', seq: 1 }, { type: 'nak', id: 'ok2', code: 'bad_frame' }] });
  });
  test('a post is heard once, however often it comes', async () => {
    const token = newToken();
    const post = async () => (await (await askAsShop(door, '/v1/acme/frames', { token, frames: [{ type: 'say', id: 'once', thread: 'retried', body: 'hello' }] })).json() as { frames: object[] }).frames[0];
    const first = await post();
    expect(await post()).toEqual(first);
  });
  test('an agent\'s posts work with her session', async () => {
    await askAsShop(door, '/v1/acme/frames', { token: newToken(), frames: [{ type: 'say', id: 'q', thread: 'asked', body: 'anybody?' }] });
    const response = await ask(door, '/v1/acme/desk/frames', { cookie: cookies['agent'], body: { frames: [{ type: 'say', id: 'a', thread: 'asked', body: 'yes' }] } });
    expect(await response.json()).toMatchObject({ frames: [{ type: 'ack', id: 'a', thread: 'asked' }] });
  });
  test('the sixty-first post in a minute from one network waits (A16: whatever it says of itself)', async () => {
    const address = elsewhere();
    const post = (n: number) => askAsShop(door, '/v1/acme/frames', { token: newToken(), frames: [] }, {
      address, headers: { 'x-forwarded-for': `10.0.0.${n}`, forwarded: `for=10.0.0.${n}`, 'cf-connecting-ip': `10.0.0.${n}` },
    });
    for (let n = 0; n < 60; n++) expect((await post(n)).status).toBe(200);
    expect((await post(61)).status).toBe(429);
  });
});

describe('files (A18)', () => {
  test('the loader is fresh for minutes and good for a month; any page may have it', async () => {
    const response = await ask(door, '/widget.js');
    expect(await response.text()).toBe('/*loader*/');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'public, max-age=300, stale-while-revalidate=2592000', 'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin', 'content-type': 'text/javascript; charset=utf-8', 'x-content-type-options': 'nosniff',
    });
    expect(response.headers.get('set-cookie')).toBeNull();
  });
  test('brotli goes to whoever takes it', async () => {
    for (const accept of ['br', 'gzip, deflate, br, zstd', 'gzip;q=1.0, br;q=0.5']) {
      const response = await ask(door, '/widget.js', { headers: { 'accept-encoding': accept } });
      expect(response.headers.get('content-encoding')).toBe('br');
      expect(await response.text()).toBe('brotli of the loader');
    }
    for (const accept of ['gzip', 'br;q=0', 'brr', '']) {
      const response = await ask(door, '/widget.js', { headers: { 'accept-encoding': accept } });
      expect(response.headers.get('content-encoding')).toBeNull();
      expect(response.headers.get('vary')).toContain('Accept-Encoding');
    }
  });
  test('hashed files are for ever', async () => {
    const part = await ask(door, '/w/main-ABCDEF12.js');
    expect(part.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(part.headers.get('access-control-allow-origin')).toBe('*');
    const style = await ask(door, '/inbox/assets/main-ABCDEF12.css');
    expect(style.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
  });
  test('the inbox cannot be framed, run foreign scripts or talk to anybody else (A07)', async () => {
    for (const path of ['/inbox/acme', '/inbox/acme/settings/hours']) {
      const response = await ask(door, path);
      expect(response.status).toBe(200);
      const policy = response.headers.get('content-security-policy')!;
      for (const rule of [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self' wss://chat.example", "frame-ancestors 'none'",
        "base-uri 'none'", "form-action 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'",
      ]) expect(policy.split('; ')).toContain(rule);
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin',
        'strict-transport-security': expect.stringContaining('max-age='), 'x-content-type-options': 'nosniff',
      });
    }
  });
  test.each([
    '/w/..%2f..%2fsecret.txt', '/w/%2e%2e%2fsecret.txt', '/w/..%252fsecret.txt', '/w/..\\secret.txt', '/w//etc/passwd', '/w/main-ABCDEF12.js;x', '/w/main-ABCDEF12.js.',
    '/w/main-ABCDEF12.js%00.css', '/w/.', '/w/..', '/w/', '/inbox/assets/..%2findex.html', '/inbox/assets/%2e%2e/index.html', '/inbox/..%2f..%2fsecret.txt',
    '/inbox/acme/..%2f..%2fsecret.txt', '/inbox/acme/%2e%2e%2fx', '/inbox/nobody', '/secret.txt', '/widget.js.br', '/weight.json', '/w/../secret.txt', '/dist/widget.js', '/',
  ])('%s is not there', async (path) => {
    const response = await ask(door, path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toMatch(/nobody may read|loader|doctype/);
  });
  test('HSTS is said only where we are reached by https', async () => {
    const plain = await openFrontDoor({ url: 'http://localhost:8787' });
    const response = await ask(plain, '/widget.js');
    plain.close();
    expect(response.headers.get('strict-transport-security')).toBeNull();
  });
});

describe('settings', () => {
  test('come with the tag to paste', async () => {
    const response = await ask(door, '/v1/acme/desk/settings', { cookie: cookies['agent'] });
    expect(await response.json()).toMatchObject({ tag: '<script async src="https://chat.example/widget.js" data-brand="acme"></script>', settings: { origins: [SHOP] } });
  });
  test('change what the card says, in the language asked for', async () => {
    const settings = { ...DEFAULTS, name: 'Acme', origins: [SHOP], greeting: { en: 'Hello', ar: 'مرحبا' } };
    expect((await ask(door, '/v1/acme/desk/settings', { method: 'PUT', cookie: cookies['owner'], body: settings })).status).toBe(200);
    const card = await ask(door, '/v1/acme/card?lang=ar', { headers: { origin: SHOP } });
    expect(card.headers.get('cache-control')).toBe('public, max-age=60');
    expect(await card.json()).toMatchObject({ name: 'Acme', greeting: 'مرحبا' });
  });
  test('of the largest size fit, and a wrong one names its place', async () => {
    const texts = (chars: number) => Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`l${i}`, 'ب'.repeat(chars)]));
    const days = Array.from({ length: 7 }, () => Array.from({ length: 6 }, (_, i) => ({ from: i * 200, to: i * 200 + 100 })));
    const largest = { ...DEFAULTS, origins: [SHOP], greeting: texts(500), autoReply: { when: 'away', text: texts(2_000) }, hours: { on: true, zone: 'Europe/Paris', days } };
    const put = (settings: object) => ask(door, '/v1/acme/desk/settings', { method: 'PUT', cookie: cookies['owner'], body: settings });
    expect((await put(largest)).status).toBe(200);
    const wrong = await put({ ...DEFAULTS, hours: { on: true, zone: 'Mars/Olympus', days } });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('hours: zone');
  });
});

test('a fault of ours is answered without a word of why, and written down without a word of what', async () => {
  const owner = await door.house.owner('acme');
  const run = owner!.run;
  owner!.run = () => Promise.reject(new Error('canary: she said hello'));
  const response = await ask(door, '/v1/acme/desk/me', { cookie: cookies['agent'] });
  owner!.run = () => Promise.reject(Object.assign(new Error('database or disk is full'), { errcode: 13 }));
  const full = await ask(door, '/v1/acme/desk/me', { cookie: cookies['agent'] });
  owner!.run = run;
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ error: { code: 'broken' } });
  expect(full.status).toBe(503);
  expect(await full.json()).toMatchObject({ error: { code: 'retry_later', retryAfter: expect.any(Number) } });
  expect(door.log.join()).toContain('"event":"door_failed","route":"GET /v1/:brand/desk/me","error":"Error","where":"app.test.ts:');
  expect(door.log.join()).not.toContain('canary');
});
