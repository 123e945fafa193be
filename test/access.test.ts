import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { SESSION_IDLE_MS, SESSION_MOST_MS } from '../server/sessions.ts';
import { cookieName, isSafe, sessionIn } from '../server/doors/cookie.ts';
import { checkPassword, keepPassword } from '../server/doors/password.ts';
import { FewAtOnce } from '../server/doors/few-at-once.ts';
import { listen } from '../server/hosts/node.ts';
import { makeInvite } from '../server/doors/invites.ts';
import { hashOf } from '../server/doors/secrets.ts';
import { ask, cookieOf, type FrontDoor, hire, knockOnLine, openFrontDoor, PASSWORD, signInAs, START } from './front-door.ts';

// Scrypt is slow on purpose, and some tests need it a dozen times.
vi.setConfig({ testTimeout: 60_000 });
let door: FrontDoor;
let nat = 0;
/** A network of her own, so that one test's tries do not count against another's. */
const elsewhere = () => `203.0.113.${++nat}`;
const signIn = (email: string, password: string, address = elsewhere()) =>
  ask(door, '/v1/acme/desk/sign-in', { body: { email, password }, address });
/** Counting tries needs no scrypt: every password is wrong at once. */
async function withoutWork(tries: () => Promise<void>): Promise<void> {
  const { scrypt } = door.house;
  door.house.scrypt = async () => new Uint8Array(32).fill(1);
  await tries();
  door.house.scrypt = scrypt;
}
const me = (cookie: string) => ask(door, '/v1/acme/desk/me', { cookie });

beforeAll(async () => {
  door = await openFrontDoor();
  await hire(door, 'ann', 'owner');
  await hire(door, 'bob');
});
afterAll(() => door.close());

describe('signing in', () => {
  test('the right password opens a session; the cookie is the browser\'s alone and its hash is all we keep', async () => {
    const response = await signIn('ANN@acme.example ', PASSWORD);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ agent: { id: 'ann', role: 'owner', email: 'ann@acme.example' } });
    const set = response.headers.get('set-cookie')!;
    expect(set).toMatch(/^__Host-leaveword-acme=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
    const secret = set.slice(set.indexOf('=') + 1, set.indexOf(';'));
    const owner = await door.house.owner('acme');
    const hashes = await owner!.run((brand) => brand.host.sql<{ hash: string }>('SELECT hash FROM session').map(({ hash }) => hash));
    expect(hashes).toContain(await hashOf(secret));
    expect(hashes).not.toContain(secret);
    expect((await me(cookieOf(response))).status).toBe(200);
  });

  test('a wrong password and an unknown address are answered alike, after the same work (A17)', async () => {
    const works: string[] = [];
    const scrypt = door.house.scrypt;
    door.house.scrypt = (password, salt) => {
      works.push(password);
      return scrypt.call(door.house, password, salt);
    };
    const wrong = await signIn('ann@acme.example', 'wrong password!');
    const unknown = await signIn('nobody@acme.example', 'wrong password!');
    door.house.scrypt = scrypt;
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.text()).toBe(await unknown.text());
    expect(works).toHaveLength(2);
  });

  test('the sixth try from one network in five minutes waits, and is told how long (A17)', async () => {
    const address = elsewhere();
    await withoutWork(async () => {
      for (let i = 0; i < 5; i++) expect((await signIn(`guess${i}@acme.example`, 'wrong password!', address)).status).toBe(401);
    });
    const sixth = await signIn('ann@acme.example', PASSWORD, address);
    expect(sixth.status).toBe(429);
    expect(await sixth.json()).toMatchObject({ error: { code: 'rate_limited', retryAfter: expect.any(Number) } });
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('the eleventh try at one account in fifteen minutes waits, wherever it comes from', async () => {
    await withoutWork(async () => {
      for (let i = 0; i < 10; i++) expect((await signIn('bob@acme.example', 'wrong password!')).status).toBe(401);
    });
    expect((await signIn('bob@acme.example', PASSWORD)).status).toBe(429);
    door.clock.now += 15 * 60_000;
    expect((await signIn('bob@acme.example', PASSWORD)).status).toBe(200);
  });

  test('the session that a browser came with ends when it signs in again', async () => {
    const first = cookieOf(await signIn('ann@acme.example', PASSWORD));
    const again = await ask(door, '/v1/acme/desk/sign-in', {
      body: { email: 'ann@acme.example', password: PASSWORD }, cookie: first, address: elsewhere(),
    });
    expect(cookieOf(again)).not.toBe(first);
    expect((await me(first)).status).toBe(401);
    expect((await me(cookieOf(again))).status).toBe(200);
  });
});

describe('a session', () => {
  test('ends after twelve idle hours, and a use puts that off', async () => {
    const cookie = await signInAs(door, 'ann');
    door.clock.now += SESSION_IDLE_MS - 1;
    expect((await me(cookie)).status).toBe(200);
    door.clock.now += SESSION_IDLE_MS - 1;
    expect((await me(cookie)).status).toBe(200);
    door.clock.now += SESSION_IDLE_MS + 1;
    expect((await me(cookie)).status).toBe(401);
  });

  test('ends after seven days however much it is used', async () => {
    const cookie = await signInAs(door, 'ann');
    const end = door.clock.now + SESSION_MOST_MS;
    while (door.clock.now + SESSION_IDLE_MS / 2 < end) {
      expect((await me(cookie)).status).toBe(200);
      door.clock.now += SESSION_IDLE_MS / 2;
    }
    door.clock.now = end + 1;
    expect((await me(cookie)).status).toBe(401);
  });

  test('ends with sign-out, which also takes the cookie away', async () => {
    const cookie = await signInAs(door, 'ann');
    const out = await ask(door, '/v1/acme/desk/sign-out', { method: 'POST', body: {}, cookie });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^__Host-leaveword-acme=; Max-Age=0;/);
    expect((await me(cookie)).status).toBe(401);
  });

  test('a new password ends every other session of hers, and the old password with them', async () => {
    await hire(door, 'cas');
    const [here, there] = [await signInAs(door, 'cas'), await signInAs(door, 'cas')];
    const change = (old: string, next: string) => ask(door, '/v1/acme/desk/password', { body: { old, new: next }, cookie: here });
    expect((await change('not her password', 'another horse battery')).status).toBe(403);
    expect((await change(PASSWORD, 'short')).status).toBe(400);
    expect((await change(PASSWORD, 'another horse battery')).status).toBe(204);
    expect((await me(here)).status).toBe(200);
    expect((await me(there)).status).toBe(401);
    expect((await signIn('cas@acme.example', PASSWORD)).status).toBe(401);
    expect((await signIn('cas@acme.example', 'another horse battery')).status).toBe(200);
  });

  test('of a dismissed agent ends at once, and she cannot come back', async () => {
    await hire(door, 'dan');
    const [owner, dan] = [await signInAs(door, 'ann'), await signInAs(door, 'dan')];
    expect((await ask(door, '/v1/acme/desk/agents/dan', { method: 'DELETE', body: {}, cookie: owner })).status).toBe(204);
    expect((await me(dan)).status).toBe(401);
    expect((await signIn('dan@acme.example', PASSWORD)).status).toBe(401);
    expect((await ask(door, '/v1/acme/desk/agents/dan', { method: 'DELETE', body: {}, cookie: owner })).status).toBe(404);
  });

  test('the last owner cannot be dismissed', async () => {
    const owner = await signInAs(door, 'ann');
    const response = await ask(door, '/v1/acme/desk/agents/ann', { method: 'DELETE', body: {}, cookie: owner });
    expect(response.status).toBe(409);
    expect((await me(owner)).status).toBe(200);
  });
});

describe('a socket ticket', () => {
  const open = (ticket: string) => knockOnLine(door, '/v1/acme/agent', { origin: door.house.url, 'sec-websocket-protocol': `chat.v1, t.${ticket}` });
  const issue = async (cookie: string) => (await (await ask(door, '/v1/acme/desk/ticket', { body: {}, cookie })).json() as { ticket: string }).ticket;

  test('opens one socket, as the agent it was given to', async () => {
    const ticket = await issue(await signInAs(door, 'ann'));
    expect(await open(ticket)).toMatchObject({ status: 101, who: { role: 'agent', agent: 'ann' } });
    expect(await open(ticket)).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  test('is worth nothing after thirty seconds, or once its session has ended', async () => {
    const cookie = await signInAs(door, 'ann');
    const [late, orphan] = [await issue(cookie), await issue(cookie)];
    door.clock.now += 30_001;
    expect(await open(late)).toMatchObject({ status: 401 });
    const fresh = await issue(cookie);
    await ask(door, '/v1/acme/desk/sign-out', { body: {}, cookie });
    expect(await open(fresh)).toMatchObject({ status: 401 });
    expect(await open(orphan)).toMatchObject({ status: 401 });
  });
});

describe('the socket of a session', () => {
  test('goes when the session ends, and keeps it from running out while it is open (A20)', async () => {
    const listening = await listen(door.house, door.app, { port: 0, host: '127.0.0.1' });
    const house = (await door.house.owner('acme'))!;
    const cookie = await signInAs(door, 'ann');
    const { ticket } = await (await ask(door, '/v1/acme/desk/ticket', { body: {}, cookie })).json() as { ticket: string };
    const socket = new WebSocket(`ws://127.0.0.1:${listening.port}/v1/acme/agent`, ['chat.v1', `t.${ticket}`], { origin: door.house.url });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    const speak = async (frame: object) => {
      socket.send(JSON.stringify(frame));
      await new Promise((resolve) => socket.once('message', resolve));
    };
    await speak({ type: 'hi', v: 1, rev: 0 });
    /** The sweep of every twenty seconds, after the session has grown older. */
    const sweepAfter = (column: 'used' | 'created', ms: number) => house.run((brand) => {
      brand.host.sql(`UPDATE session SET ${column} = ${column} - ?`, ms);
      brand.presence.sweep();
      return brand.host.sql<{ used: number }>("SELECT used FROM session WHERE agent = 'ann'").map(({ used }) => used);
    });
    expect(await sweepAfter('used', SESSION_IDLE_MS - 1)).toContain(door.clock.now);
    await speak({ type: 'ping' });
    await sweepAfter('created', SESSION_MOST_MS + 1);
    expect(await closed).toBe(4401);
    expect((await me(cookie)).status).toBe(401);
    listening.server.close();
    listening.server.closeAllConnections();
  });
});

describe('an invitation', () => {
  const post = (path: string, body: object, cookie?: string) => ask(door, `/v1/acme/desk/${path}`, { body, cookie, address: elsewhere() });
  const inviteBy = async (cookie: string, email: string) => {
    const { link } = await (await post('invites', { email, role: 'agent' }, cookie)).json() as { link: string };
    expect(link).toMatch(/^https:\/\/chat\.example\/inbox\/acme#join=[\w-]{43}$/);
    return link.split('=')[1]!;
  };

  test('shows whom it is for, lets her join once, and signs her in', async () => {
    const owner = await signInAs(door, 'ann');
    const code = await inviteBy(owner, 'Eve@acme.example');
    expect(await (await post('invited', { code })).json()).toMatchObject({ email: 'eve@acme.example', role: 'agent', brand: { id: 'acme' } });
    const joined = await post('join', { code, name: 'Eve', password: 'a long enough one' });
    expect(await joined.json()).toMatchObject({ agent: { name: 'Eve', email: 'eve@acme.example', role: 'agent' } });
    expect((await me(cookieOf(joined))).status).toBe(200);
    expect((await post('join', { code, name: 'Mallory', password: 'a long enough one' })).status).toBe(404);
    expect((await post('invited', { code })).status).toBe(404);
    expect((await post('invites', { email: 'eve@acme.example', role: 'agent' }, owner)).status).toBe(409);
  });

  test('used by two at once lets one in (A32)', async () => {
    const code = await inviteBy(await signInAs(door, 'ann'), 'fay@acme.example');
    const both = await Promise.all([1, 2].map((n) => post('join', { code, name: `Fay ${n}`, password: 'a long enough one' })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
  });

  test('runs out after seven days, is replaced by a newer one, and can be withdrawn', async () => {
    let owner = await signInAs(door, 'ann');
    const old = await inviteBy(owner, 'gil@acme.example');
    const newer = await inviteBy(owner, 'gil@acme.example');
    expect((await post('invited', { code: old })).status).toBe(404);
    expect((await post('invited', { code: newer })).status).toBe(200);
    expect(await (await ask(door, '/v1/acme/desk/invites', { cookie: owner })).json()).toMatchObject({ invites: [{ email: 'gil@acme.example' }] });
    door.clock.now += 7 * 24 * 3_600_000 + 1;
    expect((await post('join', { code: newer, name: 'Gil', password: 'a long enough one' })).status).toBe(404);
    owner = await signInAs(door, 'ann');
    const third = await inviteBy(owner, 'gil@acme.example');
    const withdraw = () => ask(door, `/v1/acme/desk/invites/${encodeURIComponent('gil@acme.example')}`, { method: 'DELETE', body: {}, cookie: owner });
    expect((await withdraw()).status).toBe(204);
    expect((await withdraw()).status).toBe(404);
    expect((await post('invited', { code: third })).status).toBe(404);
  });

  test('to somebody who was of the team before ends whatever she had (A32)', async () => {
    await hire(door, 'hal');
    const before = await signInAs(door, 'hal');
    const owner = await signInAs(door, 'ann');
    await ask(door, '/v1/acme/desk/agents/hal', { method: 'DELETE', body: {}, cookie: owner });
    const code = await inviteBy(owner, 'hal@acme.example');
    const joined = await post('join', { code, name: 'Hal', password: 'a long enough one' });
    expect(await joined.json()).toMatchObject({ agent: { id: 'hal' } });
    expect((await me(before)).status).toBe(401);
    expect((await signIn('hal@acme.example', PASSWORD)).status).toBe(401);
  });

  test('of a first start is open: she says her own address, but nobody else\'s', async () => {
    const house = await door.house.owner('acme');
    const open = async () => (await makeInvite(door.house, house!, { email: 'owner@acme.example', role: 'owner', anyEmail: true })).link.split('=')[1]!;
    const code = await open();
    expect(await (await post('invited', { code })).json()).toMatchObject({ email: 'owner@acme.example', anyEmail: true });
    expect((await post('join', { code, name: 'Mallory', password: 'a long enough one', email: 'ann@acme.example' })).status).toBe(409);
    const joined = await post('join', { code, name: 'Jo', password: 'a long enough one', email: 'Jo@acme.example' });
    expect(await joined.json()).toMatchObject({ agent: { email: 'jo@acme.example', role: 'owner' } });
  });

  test('says the address itself: whoever joins cannot say another', async () => {
    const code = await inviteBy(await signInAs(door, 'ann'), 'ida@acme.example');
    expect((await post('join', { code, name: 'Ida', password: 'a long enough one', email: 'mallory@evil.example' })).status).toBe(400);
  });
});

describe('a password', () => {
  test('is worked on two at a time; a crowd waits in line, and a mob is turned away', async () => {
    const line = new FewAtOnce();
    let running = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const work = () => line.run(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running--;
    });
    const all = Array.from({ length: 53 }, work);
    await expect(all.pop()).rejects.toMatchObject({ status: 503, code: 'retry_later' });
    while (finish.length) {
      finish.shift()!();
      await new Promise((resolve) => setTimeout(resolve));
    }
    await Promise.all(all);
    expect([most, running]).toEqual([2, 0]);
  });

  test('is kept with its parameters and a salt of its own', async () => {
    const [one, two] = [await keepPassword(door.house, PASSWORD), await keepPassword(door.house, PASSWORD)];
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(await checkPassword(door.house, PASSWORD, one)).toBe(true);
    expect(await checkPassword(door.house, `${PASSWORD} `, one)).toBe(false);
    expect(await checkPassword(door.house, PASSWORD, undefined)).toBe(false);
  });
});

describe('the cookie', () => {
  test('is safe on https and on this machine; elsewhere it goes without the prefix that browsers would refuse', () => {
    expect(isSafe('https://chat.example')).toBe(true);
    for (const url of ['http://localhost:8787', 'http://127.0.0.1:1', 'http://[::1]:8787']) expect(isSafe(url)).toBe(true);
    for (const url of ['http://chat.example', 'http://10.0.0.2:8787', 'http://localhost.evil.example']) expect(isSafe(url)).toBe(false);
    expect(cookieName('acme', 'http://10.0.0.2:8787')).toBe('leaveword-acme');
  });

  test('is read only when it stands there once and looks like ours', () => {
    const read = (cookie: string) => sessionIn(new Headers({ cookie }), 'acme', 'https://chat.example');
    const good = 'a'.repeat(43);
    expect(read(`x=1; __Host-leaveword-acme=${good}`)).toBe(good);
    expect(read(`__Host-leaveword-acme=${good}; __Host-leaveword-acme=${good}`)).toBeUndefined();
    expect(read(`leaveword-acme=${good}`)).toBeUndefined();
    expect(read(`__Host-leaveword-acme=${good}x`)).toBeUndefined();
    expect(read(`x__Host-leaveword-acme=${good}`)).toBeUndefined();
  });
});

test('nothing of all this is in the log: no address, name, password or secret (A40)', () => {
  const written = door.log.join('\n');
  expect(written).toContain('signed_in');
  for (const canary of ['@acme.example', 'Eve', PASSWORD, 'a long enough one', '203.0.113.', '198.51.100.']) expect(written).not.toContain(canary);
  expect(written).not.toMatch(/[\w-]{43}/);
  expect(START).toBeLessThan(door.clock.now);
});
