import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayTalk } from '../server/doors/origins.ts';
import { ask, askAsShop, type FrontDoor, hire, knockOnLine, newToken, openFrontDoor, SHOP, signInAs } from './front-door.ts';

/** Everything that is nearly the shop, and is not (A13, A19). */
const STRANGERS = [
  'https://evil.example', 'null', 'https://shop.example.evil.com', 'https://xshop.example', 'http://shop.example', 'https://shop.example:444',
  'https://shop.example/', 'https://shop.example`evil', 'https://SHOP.example', 'https://sub.shop.example', 'shop.example', '//shop.example',
  'https://shop.example@evil.example', 'https://shop.example, https://evil.example', 'file://', '',
];

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
  await hire(door, 'ann', 'owner');
});
afterAll(() => door.close());

test.each(STRANGERS)('"%s" is not the shop', (origin) => {
  expect(mayTalk(origin, [SHOP], door.house.url)).toBe(false);
});
test('the shop itself and our own pages may talk; a request that does not say where it comes from may not', () => {
  expect(mayTalk(SHOP, [SHOP], door.house.url)).toBe(true);
  expect(mayTalk(door.house.url, [SHOP], door.house.url)).toBe(true);
  expect(mayTalk(undefined, [SHOP], door.house.url)).toBe(false);
});

describe('the visitor\'s doors (A13)', () => {
  const post = (origin: string | null) =>
    ask(door, '/v1/acme/frames', { method: 'POST', origin, headers: { 'content-type': 'text/plain' }, body: { token: newToken(), frames: [{ type: 'hi', v: 1, rev: 0 }] } });

  test('answer the shop, and tell caches that the answer was for it', async () => {
    for (const response of [await post(SHOP), await ask(door, '/v1/acme/card', { headers: { origin: SHOP } })]) {
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
      expect(response.headers.get('vary')).toMatch(/\bOrigin\b/);
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });
  test.each([...STRANGERS.filter(Boolean), null])('turn %s away, unread', async (origin) => {
    const [posted, card] = [await post(origin), await ask(door, '/v1/acme/card', origin === null ? {} : { headers: { origin } })];
    expect(posted.status).toBe(403);
    for (const response of [posted, card]) {
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
      expect(response.headers.get('vary')).toMatch(/\bOrigin\b/);
    }
  });
  test('let the shop read a refusal too, or the widget could not tell it from a dead line', async () => {
    const response = await askAsShop(door, '/v1/acme/frames', { token: 'short', frames: [] });
    expect(response.status).toBe(400);
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
  });
  test('follow the list at once when the owner changes it', async () => {
    const cookie = await signInAs(door, 'ann');
    const { settings } = await (await ask(door, '/v1/acme/desk/settings', { cookie })).json() as { settings: { origins: string[] } };
    const put = (origins: string[]) => ask(door, '/v1/acme/desk/settings', { method: 'PUT', cookie, body: { ...settings, origins } });
    expect((await put(['https://second.example'])).status).toBe(200);
    expect((await post(SHOP)).status).toBe(403);
    expect((await post('https://second.example')).status).toBe(200);
    expect((await put([SHOP])).status).toBe(200);
    expect((await put(['https://shop.example/path'])).status).toBe(400);
    expect((await put(['*'])).status).toBe(400);
  });
});

describe('the sockets (A19)', () => {
  const visitor = (origin: string | undefined, protocols = `chat.v1, t.${newToken()}`, path = '/v1/acme/visitor', address?: string) =>
    knockOnLine(door, path, { ...(origin === undefined ? {} : { origin }), 'sec-websocket-protocol': protocols }, address);

  test('open for the shop, as the visitor that the token means', async () => {
    const token = newToken();
    const opened = await visitor(SHOP, `chat.v1, t.${token}`);
    expect(opened).toMatchObject({ status: 101, who: { role: 'visitor' } });
    expect(JSON.stringify(opened.who)).not.toContain(token);
    expect(JSON.stringify(opened.who)).not.toContain('192.0.2.1');
    const again = await visitor(SHOP, `chat.v1, t.${token}`);
    expect((again.who as { visitor: string }).visitor).toBe((opened.who as { visitor: string }).visitor);
  });
  test.each([...STRANGERS, undefined])('of visitors stay shut for %s', async (origin) => {
    expect(await visitor(origin)).toMatchObject({ status: 403, code: 'forbidden' });
  });
  test.each([...STRANGERS, SHOP, undefined, 'https://chat.example`evil', 'https://chat.example.evil.com'])(
    'of agents stay shut for %s, ticket and cookie or not', async (origin) => {
      const cookie = await signInAs(door, 'ann');
      const { ticket } = await (await ask(door, '/v1/acme/desk/ticket', { body: {}, cookie })).json() as { ticket: string };
      const headers = { cookie, 'sec-websocket-protocol': `chat.v1, t.${ticket}`, ...(origin === undefined ? {} : { origin }) };
      expect(await knockOnLine(door, '/v1/acme/agent', headers)).toMatchObject({ status: 403, code: 'forbidden' });
    });
  test('name what is wrong: 400 sub-protocol, 401 token, 404 brand, 426 no upgrade', async () => {
    const token = newToken();
    expect(await visitor(SHOP, `t.${token}`)).toMatchObject({ status: 400 });
    expect(await visitor(SHOP, 'chat.v1')).toMatchObject({ status: 400 });
    expect(await visitor(SHOP, `chat.v1, t.${token}, t.${newToken()}`)).toMatchObject({ status: 400 });
    expect(await visitor(SHOP, 'chat.v1, t.short')).toMatchObject({ status: 401 });
    expect(await visitor(SHOP, undefined, '/v1/nobody/visitor')).toMatchObject({ status: 404 });
    expect(await visitor(SHOP, undefined, '/v1/..%2facme/visitor')).toMatchObject({ status: 404 });
    const plain = await ask(door, '/v1/acme/visitor', { headers: { origin: SHOP } });
    expect(plain.status).toBe(426);
    expect(plain.headers.get('upgrade')).toBe('websocket');
  });
  test('a token in the address is refused before anything is looked up (A20)', async () => {
    expect(await visitor(SHOP, undefined, `/v1/acme/visitor?token=${newToken()}`)).toMatchObject({ status: 400 });
  });
  test('503 while draining, with the time to come back', async () => {
    door.house.draining = true;
    expect(await visitor(SHOP)).toMatchObject({ status: 503, code: 'retry_later' });
    door.house.draining = false;
  });
  test('429 for the thirty-first in a minute from one network; agents behind it still get in (A29)', async () => {
    const address = '203.0.113.77';
    for (let i = 0; i < 30; i++) expect(await visitor(SHOP, undefined, undefined, address)).toMatchObject({ status: 101 });
    expect(await visitor(SHOP, undefined, undefined, address)).toMatchObject({ status: 429, code: 'rate_limited' });
    const cookie = await signInAs(door, 'ann');
    const { ticket } = await (await ask(door, '/v1/acme/desk/ticket', { body: {}, cookie, address })).json() as { ticket: string };
    const agent = { origin: door.house.url, 'sec-websocket-protocol': `chat.v1, t.${ticket}` };
    expect(await knockOnLine(door, '/v1/acme/agent', agent, address)).toMatchObject({ status: 101 });
  });
});
