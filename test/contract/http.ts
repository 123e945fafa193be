import { beforeAll, describe, expect } from 'vitest';
import { elsewhere } from './hosts.ts';
import { rule } from './rules.ts';
import { HI, json, newId, newToken, type Place, say, SHOP } from './talk.ts';

const FRAMES_MOST = 32;
const BODY_BYTES = 262_144;
/** What is said on every answer that is not a file. */
const GUARDED = {
  'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'x-frame-options': 'DENY', 'strict-transport-security': null,
};
export const headersOf = ({ headers }: Response, names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, headers.get(name)]));

export function http(at: () => Place, closed: () => Place): void {
  describe('H · The same over HTTP', () => {
    let mina: string;
    beforeAll(async () => {
      mina = await at().hire('Mina');
    });
    /** @param headers to be as they are here; null: not there */
    const expectRefusal = async (response: Response, status: number, code: string, headers: Record<string, string | null> = {}) => {
      const wanted = { ...GUARDED, 'content-type': 'application/json', 'cache-control': 'no-store', ...headers };
      const body = await json(response);
      expect([response.status, body.error.code, headersOf(response, wanted)]).toEqual([status, code, wanted]);
      expect(Object.keys(body)).toEqual(['error']);
      expect(body.error.reason).toEqual(expect.any(String));
      return body.error;
    };

    rule('[H1] the answer holds, in order, what a line would have been answered; `got`, `seen` and `typing` have none, and no `hi` is needed', async () => {
      const token = newToken();
      const thread = newId();
      const [first, second, label] = [say(thread, 'one'), say(thread, 'two'), { type: 'label', id: newId(), name: 'Ada' }];
      const response = await at().post(token, [
        first, { type: 'got', thread, seq: 1 }, second, { type: 'seen', thread, seq: 2 }, { type: 'typing', thread }, label, { type: 'pull', thread, before: 9, n: 1 }, { type: 'rubbish' }, { type: 'ping' },
      ]);
      const wanted = { ...GUARDED, 'content-type': 'application/json', 'cache-control': 'no-store', 'access-control-allow-origin': SHOP, 'access-control-allow-credentials': null, 'set-cookie': null };
      expect([response.status, headersOf(response, wanted)]).toEqual([200, wanted]);
      expect(response.headers.get('vary')).toMatch(/\bOrigin\b/);
      expect((await json(response)).frames).toEqual([
        { type: 'ack', id: first.id, thread, seq: 1, at: expect.any(Number) }, { type: 'ack', id: second.id, thread, seq: 2, at: expect.any(Number) },
        { type: 'ack', id: label.id, at: expect.any(Number) }, { type: 'page', thread, rows: [expect.objectContaining({ id: second.id })], more: true },
        { type: 'refused', code: 'bad_frame', reason: expect.any(String) }, { type: 'pong', head: expect.any(Number) },
      ]);
    });

    rule('[H1] 32 frames and 262,144 bytes are taken, one more of either is not', async () => {
      const token = newToken();
      const pings = (count: number) => Array.from({ length: count }, () => ({ type: 'ping' }));
      expect((await json(await at().post(token, pings(FRAMES_MOST)))).frames).toHaveLength(FRAMES_MOST);
      await expectRefusal(await at().post(token, pings(FRAMES_MOST + 1)), 400, 'bad_request');
      const body = JSON.stringify({ token, frames: [{ type: 'ping' }] });
      expect((await at().shop('frames', body.padEnd(BODY_BYTES))).status).toBe(200);
      await expectRefusal(await at().shop('frames', body.padEnd(BODY_BYTES + 1)), 413, 'bad_request');
    });

    rule('[H1] [H6] what is no such body is 400', async () => {
      const token = newToken();
      const good = { token, frames: [] };
      for (const body of ['', '{', '[]', 'null', { token }, { frames: [] }, { ...good, more: 1 }, { ...good, token: 'short' }, { ...good, frames: {} }, { ...good, frames: [1] }, `${'['.repeat(40)}${']'.repeat(40)}`]) {
        await expectRefusal(await at().shop('frames', body), 400, 'bad_request', { 'access-control-allow-origin': SHOP });
      }
      for (const type of ['application/json', 'application/x-www-form-urlencoded', '']) await expectRefusal(await at().shop('frames', good, { headers: { 'content-type': type } }), 400, 'bad_request');
      await expectRefusal(await at().shop('frames', good, { headers: { 'content-encoding': 'gzip' } }), 400, 'bad_request');
      await expectRefusal(await at().shop(`frames?token=${token}`, good), 400, 'bad_request');
    });

    rule('[H1] [H5] [C6] [H6] from a site that is not listed, or from none, it is 403, and the page there may not read it', async () => {
      for (const path of ['frames', 'identify']) {
        for (const origin of ['https://evil.example', 'null', SHOP.replace('https', 'http'), `${SHOP}.evil.example`]) {
          await expectRefusal(await at().shop(path, { token: newToken(), frames: [] }, { headers: { origin } }), 403, 'forbidden', { 'access-control-allow-origin': null });
        }
        const nowhere = await at().ask(`/v1/${at().brand}/${path}`, { method: 'POST', body: { token: newToken(), frames: [] }, headers: { 'content-type': 'text/plain' } });
        await expectRefusal(nowhere, 403, 'forbidden', { 'access-control-allow-origin': null });
      }
    });

    rule('[H2] an agent\'s has the session\'s cookie, JSON and our own page; anything else is refused', async () => {
      const { thread } = await at().guest();
      const body = { frames: [say(thread, 'an answer'), { type: 'seen', thread, seq: 1 }, { type: 'list', box: 'open', before: 0, n: 1 }] };
      const frames = (ask: object) => at().desk('frames', { method: 'POST', cookie: mina, body, ...ask });
      const response = await frames({});
      expect([response.status, (await json(response)).frames.map(({ type }: { type: string }) => type)]).toEqual([200, ['ack', 'listed']]);
      await expectRefusal(await frames({ cookie: '' }), 401, 'unauthorized');
      await expectRefusal(await frames({ cookie: `${mina.split('=')[0]}=${newToken()}` }), 401, 'unauthorized');
      await expectRefusal(await frames({ cookie: `${mina}; ${mina}` }), 401, 'unauthorized');
      for (const headers of [{ origin: SHOP, 'sec-fetch-site': 'cross-site' }, { origin: 'null', 'sec-fetch-site': 'none' }]) await expectRefusal(await frames({ headers }), 403, 'forbidden', { 'access-control-allow-origin': null });
      await expectRefusal(await frames({ headers: { 'content-type': 'text/plain' } }), 403, 'forbidden');
      await expectRefusal(await frames({ body: { ...body, token: newToken() } }), 400, 'bad_request');
    });

    rule('[H3] `hi` over HTTP brings what is new, and both ways lead to one message', async () => {
      const { line, thread } = await at().guest();
      const { epoch } = line.of('ok')[0];
      const { rev } = line.row('thread', thread);
      const message = say(thread, 'both ways');
      const [over, ack] = await Promise.all([at().post(line.token, [message]).then(json), line.ask(message)]);
      expect(over.frames).toEqual([ack]);
      const [ok] = (await json(await at().post(line.token, [{ ...HI, epoch, rev }]))).frames;
      expect([ok.type, ok.fresh, ok.set.map(({ id }: { id: string }) => id)]).toEqual(['ok', undefined, [message.id, thread]]);
      const [fresh] = (await json(await at().post(line.token, [HI]))).frames;
      expect([fresh.fresh, fresh.set.length, fresh.me.id]).toEqual([true, 3, expect.any(String)]);
      const { frames: [desk] } = await json(await at().desk('frames', { method: 'POST', cookie: mina, body: { frames: [HI] } }));
      expect(desk.set.find(({ id }: { id: string }) => id === thread)).toMatchObject({ seq: 2 });
    });

    rule('[H4] the card is what a brand shows to anybody, in the wanted language, for 60 seconds', async () => {
      const card = (query = '', headers = {}) => closed().ask(`/v1/${closed().brand}/card${query}`, { headers });
      const response = await card('?lang=ar-AE', { origin: SHOP });
      const wanted = { ...GUARDED, 'content-type': 'application/json', 'cache-control': 'public, max-age=60', 'access-control-allow-origin': SHOP };
      expect([response.status, headersOf(response, wanted)]).toEqual([200, wanted]);
      expect(response.headers.get('vary')).toMatch(/\bOrigin\b/);
      const shown = await json(response);
      expect(shown).toEqual({ name: 'Kettle & Fern', color: '#2f6b4f', logo: 'KF', greeting: 'اسألنا عن الشاي', replyTime: 'day', open: false, available: false, busy: expect.any(Boolean), opens: expect.any(Number) });
      expect(shown.opens).toBeGreaterThan(Date.now());
      expect([(await json(await card())).greeting, (await json(await card('?lang=fr'))).greeting]).toEqual(['Ask us anything about tea.', 'Ask us anything about tea.']);
      const elsewhere = await card('', { origin: 'https://evil.example' });
      expect([elsewhere.status, elsewhere.headers.get('access-control-allow-origin')]).toEqual([200, null]);
      for (const query of ['?x=1', '?lang=en&lang=fr', `?lang=${'x'.repeat(101)}`]) await expectRefusal(await card(query), 400, 'bad_request');
      expect(await json(await at().ask(`/v1/${at().brand}/card`))).toMatchObject({ open: true, greeting: '' });
    });

    rule('[H5] `identify` takes its two fields as text, and nothing else', async () => {
      const good = { token: newToken(), jwt: 'a.b.c' };
      await expectRefusal(await at().shop('identify', good), 401, 'bad_identity', { 'access-control-allow-origin': SHOP });
      for (const body of ['', { token: good.token }, { ...good, more: 1 }, { ...good, token: 'x' }, { ...good, jwt: 7 }]) await expectRefusal(await at().shop('identify', body), 400, 'bad_request');
      await expectRefusal(await at().shop('identify', good, { headers: { 'content-type': 'application/json' } }), 400, 'bad_request');
      await expectRefusal(await at().shop('identify', ' '.repeat(16_385)), 413, 'bad_request');
    });

    rule('[H6] what is not there is 404, whoever asks, in whichever way', async () => {
      const paths = ['/', '/v1', '/v1/', '/v1/nobody/card', '/v1/ACME/card', '/v1/a%2Fb/card', `/v1/${at().brand}`, `/v1/${at().brand}/`, `/v1/${at().brand}/desk`, `/v1/${at().brand}/nothing`, `/v1/${at().brand}/desk/nothing`, '/.env', '/package.json', '/robots.txt'];
      for (const path of paths) await expectRefusal(await at().ask(path, { headers: { origin: SHOP } }), 404, 'not_found', { 'access-control-allow-origin': null });
      for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) await expectRefusal(await at().ask(`/v1/${at().brand}/frames`, { method, headers: { origin: SHOP } }), 404, 'not_found', { 'access-control-allow-origin': null });
      await expectRefusal(await at().ask('/v1/nobody/desk/me', { cookie: at().owner }), 404, 'not_found');
    });

    rule('[H6] [R3] too many requests from one address are 429 with Retry-After; other addresses are answered', async () => {
      const from = elsewhere();
      const ask = () => at().post(newToken(), [], { from });
      for (let n = 0; n < 60; n += 10) expect((await Promise.all(Array.from({ length: 10 }, ask))).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
      const response = await ask();
      const seconds = Number(response.headers.get('retry-after'));
      const { retryAfter } = await expectRefusal(response, 429, 'rate_limited', { 'access-control-allow-origin': SHOP });
      expect(retryAfter).toBeGreaterThan(0);
      expect(seconds).toBe(Math.ceil(retryAfter / 1_000));
      expect((await at().post(newToken(), [])).status).toBe(200);
    });

    rule('[R3] [H6] more than the rates of the page are refused with a time: threads, reports, newcomers', async () => {
      const outcomes = async (token: string, frames: object[], from = elsewhere()) => (await json(await at().post(token, frames, { from }))).frames.map((frame: { type: string; code?: string; retryAfter?: number }) =>
        (frame.type === 'nak' || frame.type === 'refused' ? `${frame.code} ${(frame.retryAfter ?? 0) > 0}` : frame.type));
      expect(await outcomes(newToken(), Array.from({ length: 4 }, () => say(newId())))).toEqual(['ack', 'ack', 'ack', 'rate_limited true']);
      expect(await outcomes(newToken(), Array.from({ length: 31 }, () => ({ type: 'track', id: newId(), name: 'x' })))).toEqual([...Array.from({ length: 30 }, () => 'ack'), 'rate_limited true']);
      expect(await outcomes(newToken(), Array.from({ length: 31 }, () => ({ type: 'sync', rev: 0 })))).toEqual([...Array.from({ length: 30 }, () => 'ok'), 'rate_limited true']);
      const from = elsewhere();
      const newcomers: string[] = [];
      for (let n = 0; n < 31; n++) newcomers.push(...await outcomes(newToken(), [{ type: 'label', id: newId(), name: 'x' }], from));
      expect(newcomers).toEqual([...Array.from({ length: 30 }, () => 'ack'), 'rate_limited true']);
    });
  });
}
