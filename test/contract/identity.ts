import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect } from 'vitest';
import { rule } from './rules.ts';
import { type Heard, json, newId, newToken, type Place, say } from './talk.ts';

export function identity(at: () => Place): void {
  describe('I · Who a visitor is', () => {
    const pair = generateKeyPairSync('ed25519');
    let secret: Uint8Array;
    let kid: string;
    const addKey = async (body: object) => json(await at().desk('keys', { method: 'POST', cookie: at().owner, body }));
    beforeAll(async () => {
      const made = await addKey({ alg: 'HS256' });
      [secret, kid] = [new TextEncoder().encode(made.secret), made.id];
      await addKey({ alg: 'EdDSA', publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }) });
    });
    const person = () => `customer-${newId().slice(0, 8)}`;
    /** Right, but for what is changed. */
    const claims = (sub: string, changed: object = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      return { sub, aud: at().brand, iat: now, exp: now + 600, ...changed };
    };
    const signed = (payload: object, header: object = {}, key: Uint8Array = secret) => new SignJWT({ ...payload }).setProtectedHeader({ alg: 'HS256', ...header }).sign(key);
    const identify = (token: string, jwt: string) => at().shop('identify', { token, jwt });

    rule('[I1] [R2] what she says of herself is shown as unproved, an empty text removes it, and the answer is `id` and `at` alone', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent();
      const { who } = agent.row('thread', thread);
      const label = async (fields: object) => {
        const id = newId();
        expect(await line.ask({ type: 'label', id, ...fields })).toEqual({ type: 'ack', id, at: expect.any(Number) });
        await agent.settled();
        const { name, email, verified } = agent.row('visitor', who);
        return [name, email, verified];
      };
      expect(await label({ name: 'Ada', email: 'ada@example.org' })).toEqual(['Ada', 'ada@example.org', false]);
      expect(await label({ name: 'Ada L.' })).toEqual(['Ada L.', 'ada@example.org', false]);
      expect(await label({ email: '' })).toEqual(['Ada L.', undefined, false]);
    });

    rule('[I1] events are kept once for each id, up to 20 fields each, the newest 20 shown, the newest first', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent();
      const { who } = agent.row('thread', thread);
      const order = { type: 'track', id: newId(), name: 'order', data: { number: '1042', total: 38.5, gift: true } };
      for (let n = 0; n < 2; n++) expect(await line.ask(order)).toEqual({ type: 'ack', id: order.id, at: expect.any(Number) });
      await agent.settled();
      expect(agent.row('visitor', who).events).toEqual([{ name: 'order', at: expect.any(Number), data: order.data }]);
      for (let n = 0; n < 21; n++) await line.ask({ type: 'track', id: newId(), name: `event ${n}` });
      await agent.settled();
      const { events } = agent.row('visitor', who);
      expect([events.length, events.map(({ at: when }: Heard) => when)]).toEqual([20, events.map(({ at: when }: Heard) => when).toSorted((a: number, b: number) => b - a)]);
      expect(events.map(({ name }: Heard) => name)).toContain('event 20');
      const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n]));
      expect((await line.ask({ type: 'track', id: newId(), name: 'x', data: fields(20) })).type).toBe('ack');
      for (const data of [fields(21), { x: null }, { x: [] }, { x: {} }]) expect(await line.ask({ type: 'track', id: newId(), name: 'x', data })).toMatchObject({ type: 'nak', code: 'bad_frame' });
    });

    rule('[I2] [H5] a good signature makes her who she is, by either kind of key; a label changes nothing then', async () => {
      const signatures = [
        signed(claims(person(), { name: 'Grace', email: 'grace@example.org' })), signed(claims(person(), { name: 'Grace', email: 'grace@example.org' }), { kid }),
        new SignJWT(claims(person(), { name: 'Grace', email: 'grace@example.org' })).setProtectedHeader({ alg: 'EdDSA' }).sign(pair.privateKey),
      ];
      const agent = await at().agent();
      for (const signature of signatures) {
        const token = newToken();
        const response = await identify(token, await signature);
        expect([response.status, await json(response)]).toEqual([200, { visitor: { name: 'Grace', verified: true } }]);
        const line = await at().visitor({ token });
        const { me } = line.of('ok')[0];
        expect(me).toMatchObject({ id: expect.any(String), verified: true, name: 'Grace' });
        await line.ask({ type: 'label', id: newId(), name: 'Somebody', email: 'else@example.org' });
        await agent.settled();
        expect(agent.row('visitor', me.id)).toMatchObject({ name: 'Grace', email: 'grace@example.org', verified: true, subject: expect.stringMatching(/^customer-/) });
      }
    });

    rule('[I2] clocks may differ by a minute', async () => {
      const now = Math.floor(Date.now() / 1_000);
      for (const changed of [{ iat: now + 50, exp: now + 600 }, { iat: now - 600, exp: now - 50 }, { exp: now + 24 * 3_600 - 5 }]) {
        expect((await identify(newToken(), await signed(claims(person(), changed)))).status).toBe(200);
      }
    });

    rule('[I4] whatever is wrong with it, the answer is one and the same', async () => {
      const now = Math.floor(Date.now() / 1_000);
      const payload = claims(person());
      const { sub: _, ...nobody } = payload;
      const pem = new TextEncoder().encode(String(pair.publicKey.export({ type: 'spki', format: 'pem' })));
      const wrong = [
        signed(payload, {}, new TextEncoder().encode('x'.repeat(43))), signed(payload, {}, pem), signed(payload, { kid: 'another' }), signed(nobody),
        signed({ ...payload, aud: 'another' }), signed({ ...payload, aud: [at().brand, 'another'] }), signed({ ...payload, exp: undefined }), signed({ ...payload, iat: undefined }),
        signed({ ...payload, iat: now - 900, exp: now - 120 }), signed({ ...payload, iat: now + 120 }), signed({ ...payload, exp: now + 25 * 3_600 }), signed({ ...payload, sub: 's'.repeat(201) }),
        signed({ ...payload, sub: '' }), signed({ ...payload, name: 'n'.repeat(4_096) }), signed({ ...payload, name: 7 }), new UnsecuredJWT(payload).encode(), 'not a token', 'a.b.c',
      ];
      const answers = new Set<string>();
      for (const jwt of await Promise.all(wrong)) {
        const response = await identify(newToken(), jwt);
        expect([jwt.slice(0, 60), response.status]).toEqual([jwt.slice(0, 60), 401]);
        answers.add(await response.text());
      }
      expect([...answers].map((each) => JSON.parse(each))).toEqual([{ error: { code: 'bad_identity', reason: expect.any(String) } }]);
    });

    rule('[I3] [A1] [X3] two devices of one person become one visitor: threads move, the device that asked comes back by 1012, agents drop the other', async () => {
      const agent = await at().agent();
      const [laptop, phone, stranger] = [await at().guest(), await at().guest(), await at().guest()];
      const customer = person();
      expect((await identify(laptop.line.token, await signed(claims(customer, { name: 'Grace' })))).status).toBe(200);
      await agent.settled();
      const before = agent.row('thread', phone.thread).who;
      expect((await identify(phone.line.token, await signed(claims(customer)))).status).toBe(200);
      expect(await phone.line.ended()).toBe(1012);
      expect(laptop.line.closed).toBeUndefined();
      await agent.hear(({ set }) => set?.some((row: Heard) => row.kind === 'gone' && row.id === before), 'that one is gone', 0);
      const back = await at().visitor({ token: phone.line.token });
      const here = await at().visitor({ token: laptop.line.token });
      const { id } = here.of('ok')[0].me;
      expect(back.of('ok')[0].me).toMatchObject({ id, verified: true, name: 'Grace' });
      for (const each of [back, here]) expect([each.row('thread', laptop.thread)?.seq, each.row('thread', phone.thread)?.seq, each.row('thread', stranger.thread)]).toEqual([1, 1, undefined]);
      const moved = agent.heard.flatMap(({ set }) => set ?? []).findIndex((row: Heard) => row.kind === 'thread' && row.id === phone.thread && row.who === id);
      const gone = agent.heard.flatMap(({ set }) => set ?? []).findIndex((row: Heard) => row.kind === 'gone' && row.id === before);
      expect(moved).toBeGreaterThan(-1);
      expect(moved, 'the rows of her threads move first').toBeLessThan(gone);
      expect((await back.ask(say(laptop.thread, 'from the other device'))).seq).toBe(2);
    });

    rule('[I4] a device that is somebody else\'s already is 409 other_person, and stays whose it was', async () => {
      const { line } = await at().guest();
      await identify(line.token, await signed(claims(person(), { name: 'Grace' })));
      const response = await identify(line.token, await signed(claims(person(), { name: 'Eve' })));
      expect([response.status, (await json(response)).error.code]).toEqual([409, 'other_person']);
      expect((await at().visitor({ token: line.token })).of('ok')[0].me.name).toBe('Grace');
    });

    rule('[I5] [A1] [X1] [X3] who is erased is closed with 4401 and 401 from then on, and gone for agents, now and for those who were away', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent();
      const [{ epoch, rev }, { who }] = [agent.of('ok')[0], agent.row('thread', thread)];
      await at().served.admin('erase', at().brand, who);
      expect(await line.ended()).toBe(4401);
      expect(line.of('bye')).toEqual([{ type: 'bye', code: 4401, after: 0, reason: expect.any(String) }]);
      await agent.hear(({ set }) => set?.some((row: Heard) => row.kind === 'gone' && row.id === who), 'that she is gone', 0);
      const again = await at().knock({ token: line.token });
      expect([again.status, await again.ended(), again.of('bye')[0]?.code]).toEqual([101, 4401, 4401]);
      for (const response of [await at().post(line.token, [say(thread)]), await identify(line.token, await signed(claims(person())))]) {
        expect([response.status, (await json(response)).error.code]).toEqual([401, 'unauthorized']);
      }
      const away = await at().agent(at().owner, { epoch, rev });
      expect(away.of('ok')[0].set).toContainEqual({ kind: 'gone', id: who, rev: expect.any(Number) });
      expect((await at().agent()).row('thread', thread)).toBeUndefined();
    });
  });
}
