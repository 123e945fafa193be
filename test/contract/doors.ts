import { beforeAll, describe, expect, test } from 'vitest';
import { elsewhere, PASSWORD } from './hosts.ts';
import { type Ask, json, newId, newToken, type Place, SHOP } from './talk.ts';

/** What the inbox asks beside its socket. No rule of the page: both ends are ours. */
export function doors(at: () => Place): void {
  describe('the doors of the inbox', () => {
    let mina: string;
    beforeAll(async () => {
      mina = await at().hire('Mina');
    });
    const signIn = (email: string, password: string, ask: Ask = {}) => at().desk('sign-in', { method: 'POST', body: { email, password }, ...ask });
    const codeOf = async (response: Response) => [response.status, (await json(response)).error.code];
    const emailOf = async (cookie: string) => (await json(await at().desk('me', { cookie }))).agent.email;

    test('a session\'s cookie is bound to this host, hidden from scripts and other sites, and the only one there is', async () => {
      const response = await signIn(await emailOf(mina), PASSWORD);
      expect(response.status).toBe(200);
      const [cookie, ...more] = response.headers.getSetCookie();
      expect([cookie!.replace(/=[\w-]{43};/, '=…;'), more]).toEqual([`__Host-leaveword-${at().brand}=…; Max-Age=604800; Path=/; HttpOnly; SameSite=Strict; Secure`, []]);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect((await json(response)).agent).toMatchObject({ name: 'Mina', role: 'agent', status: 'away' });
    });

    test('a wrong password and an unknown address are answered alike', async () => {
      const answers = [await signIn(await emailOf(mina), 'wrong'), await signIn('nobody@acme.example', PASSWORD)];
      for (const answer of answers) expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
      const [one, other] = await Promise.all(answers.map(json));
      expect(one).toEqual(other);
    });

    test('the sixth try from one address is 429 with Retry-After', async () => {
      const from = elsewhere();
      const tries: number[] = [];
      for (let n = 0; n < 5; n++) tries.push((await signIn('nobody@acme.example', PASSWORD, { from, headers: { 'content-type': 'text/plain' } })).status);
      expect(tries).toEqual([403, 403, 403, 403, 403]);
      const response = await signIn('nobody@acme.example', PASSWORD, { from });
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await codeOf(response)).toEqual([429, 'rate_limited']);
    });

    test('signing out ends the session, its tickets and its sockets (4401), and takes the cookie away', async () => {
      const cookie = (await signIn(await emailOf(mina), PASSWORD)).headers.getSetCookie()[0]!.split(';')[0]!;
      const [ends, stays] = [await at().agent(cookie), await at().agent(mina)];
      const ticket = await at().ticket(cookie);
      const response = await at().desk('sign-out', { method: 'POST', cookie });
      expect([response.status, response.headers.getSetCookie()]).toEqual([204, [`__Host-leaveword-${at().brand}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure`]]);
      expect(await ends.ended()).toBe(4401);
      await stays.settled();
      expect((await at().agentKnock(ticket)).status).toBe(401);
      expect(await codeOf(await at().desk('me', { cookie }))).toEqual([401, 'unauthorized']);
      expect((await at().desk('me', { cookie: mina })).status).toBe(200);
    });

    test('a cookie opens nothing for another site\'s page, nothing of an owner\'s for an agent, and nothing of another brand', async () => {
      const cross = { 'sec-fetch-site': 'cross-site', origin: SHOP };
      for (const [method, path] of [['GET', 'me'], ['GET', 'settings'], ['POST', 'ticket'], ['POST', 'sign-out'], ['DELETE', 'agents/x']] as const) {
        expect([path, ...await codeOf(await at().desk(path, { method, cookie: at().owner, headers: cross }))]).toEqual([path, 403, 'forbidden']);
      }
      for (const [method, path] of [['GET', 'keys'], ['DELETE', 'agents/x'], ['DELETE', 'keys/x'], ['DELETE', 'invites/x']] as const) {
        expect([path, ...await codeOf(await at().desk(path, { method, cookie: mina }))]).toEqual([path, 403, 'forbidden']);
        expect([path, ...await codeOf(await at().desk(path, { method }))]).toEqual([path, 401, 'unauthorized']);
      }
      const elsewhere = await at().ask('/v1/kettle/desk/me', { cookie: at().owner.replace(at().brand, 'kettle'), headers: { 'sec-fetch-site': 'same-origin' } });
      expect(await codeOf(elsewhere)).toEqual([401, 'unauthorized']);
    });

    test('settings are read and set whole; what is wrong with them is said', async () => {
      const { settings, tag } = await json(await at().desk('settings', { cookie: mina }));
      expect(tag).toBe(`<script async src="${at().served.url}/widget.js" data-brand="${at().brand}"></script>`);
      const put = (body: object, cookie = at().owner) => at().desk('settings', { method: 'PUT', cookie, body });
      expect(await codeOf(await put(settings, mina))).toEqual([403, 'forbidden']);
      for (const wrong of [{ ...settings, origins: ['https://shop.example/path'] }, { ...settings, more: 1 }, { ...settings, color: 'red' }, {}]) expect(await codeOf(await put(wrong))).toEqual([400, 'bad_request']);
      const second = 'https://second.example';
      expect((await at().knock({ origin: second })).status).toBe(403);
      expect((await put({ ...settings, origins: [...settings.origins, second] })).status).toBe(200);
      expect((await at().knock({ origin: second })).status).toBe(101);
      expect((await put(settings)).status).toBe(200);
      expect((await at().knock({ origin: second })).status).toBe(403);
    });

    test('an invitation opens once, says for whom it is, and can be withdrawn', async () => {
      const email = `new-${newId().slice(0, 8)}@acme.example`;
      const invite = async () => (await json(await at().desk('invites', { method: 'POST', cookie: at().owner, body: { email, role: 'agent' } }))).link.split('#join=')[1];
      const [old, code] = [await invite(), await invite()];
      const ask = (path: string, body: object) => at().desk(path, { method: 'POST', body });
      expect(await codeOf(await ask('invited', { code: old }))).toEqual([404, 'not_found']);
      expect(await json(await ask('invited', { code }))).toMatchObject({ email, role: 'agent', brand: { id: at().brand } });
      expect(await codeOf(await ask('join', { code, name: 'New', password: 'short' }))).toEqual([400, 'bad_request']);
      expect((await ask('join', { code, name: 'New', password: PASSWORD })).status).toBe(200);
      expect(await codeOf(await ask('join', { code, name: 'New', password: PASSWORD }))).toEqual([404, 'not_found']);
      expect(await codeOf(await ask('invited', { code: newToken() }))).toEqual([404, 'not_found']);
      expect(await codeOf(await at().desk(`invites/${email}`, { method: 'DELETE', cookie: at().owner }))).toEqual([404, 'not_found']);
    });

    test('a new password ends every other session of hers, and the old one opens nothing any more', async () => {
      const here = await at().hire('Pia');
      const address = await emailOf(here);
      const there = (await signIn(address, PASSWORD)).headers.getSetCookie()[0]!.split(';')[0]!;
      const change = (old: string) => at().desk('password', { method: 'POST', cookie: here, body: { old, new: 'another horse battery' } });
      expect(await codeOf(await change('wrong'))).toEqual([403, 'forbidden']);
      expect((await change(PASSWORD)).status).toBe(204);
      expect([(await at().desk('me', { cookie: here })).status, (await at().desk('me', { cookie: there })).status]).toEqual([200, 401]);
      expect([(await signIn(address, PASSWORD)).status, (await signIn(address, 'another horse battery')).status]).toEqual([401, 200]);
    });
  });
}
