import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { elsewhere } from './hosts.ts';
import { rule } from './rules.ts';
import { HI, json, type Line, newId, newToken, type Place, say, SHOP } from './talk.ts';
import type { Truths } from './truths.ts';

export function connecting(at: () => Place, truths: Truths): void {
  describe('C · Connecting', () => {
    const codeOf = (line: Line) => (JSON.parse(line.body) as { error: { code: string } }).error.code;

    rule('[C1] [C2] a visitor and an agent are let in at their own doors, with chat.v1 selected and nothing of the token said back', async () => {
      const visitor = await at().knock();
      const ticket = await at().ticket(at().owner);
      const agent = await at().agentKnock(ticket);
      for (const line of [visitor, agent]) expect([line.status, line.headers.get('sec-websocket-protocol')]).toEqual([101, 'chat.v1']);
      expect([...agent.headers.values()].join()).not.toContain(ticket);
    });

    rule('[C1] a door that is asked for without a WebSocket says so', async () => {
      for (const door of ['visitor', 'agent']) {
        const response = await at().ask(`/v1/${at().brand}/${door}`, { headers: { origin: SHOP } });
        expect([response.status, (await json(response)).error.code]).toEqual([426, 'bad_request']);
      }
    });

    rule('[C2] without chat.v1, without a token or with one in the address: 400; with what cannot be a token: 401', async () => {
      const token = newToken();
      const path = `/v1/${at().brand}/visitor`;
      const wrong: [string, string, number][] = [
        [path, 'chat.v1', 400], [path, `t.${token}`, 400], [path, `chat.v2, t.${token}`, 400], [path, `chat.v1, t.${token}, t.${newToken()}`, 400],
        [`${path}?token=${token}`, `chat.v1, t.${token}`, 400], [`${path}?t=${token}`, 'chat.v1', 400], [path, 'chat.v1, t.too-short', 401],
      ];
      for (const [path, protocols, status] of wrong) expect([path, protocols, (await at().knock({ path, protocols })).status]).toEqual([path, protocols, status]);
      expect(at().served.output()).not.toContain(token);
    });

    rule('[C3] whoever is new is nobody until she says something, and agents hear of her then', async () => {
      const agent = await at().agent();
      const line = await at().visitor();
      expect(line.of('ok')[0].me).toEqual({ verified: false, card: expect.any(Object) });
      expect(line.of('ok')[0].set).toEqual([]);
      line.say({ type: 'typing', thread: newId() });
      await line.settled();
      await agent.settled();
      expect(agent.rows().filter(({ kind, created }) => kind === 'visitor' && created > line.of('ok')[0].now - 1)).toEqual([]);
      await line.ask({ type: 'label', id: newId(), name: 'Nadia' });
      await agent.hear(({ set }) => set?.some((row: { name: string }) => row.name === 'Nadia'), 'her row', 0);
      const again = await at().visitor({ token: line.token });
      expect(again.of('ok')[0].me).toMatchObject({ id: expect.any(String), name: 'Nadia', verified: false });
    });

    rule('[C3] whoever has the token is she; another token is another person, from the same address too', async () => {
      const from = elsewhere();
      const { line, thread } = await at().guest(newId(), { from });
      const same = await at().visitor({ token: line.token, from: elsewhere() });
      const other = await at().visitor({ from });
      expect(same.row('thread', thread)).toMatchObject({ seq: 1 });
      expect(other.of('ok')[0]).toMatchObject({ set: [], me: { verified: false } });
      expect(other.of('ok')[0].me.id).toBeUndefined();
    });

    rule('[C5] a ticket is good for one connection; used, forged, a visitor\'s token or the session in its place: 401', async () => {
      const ticket = await at().ticket(at().owner);
      const both = await Promise.all([at().agentKnock(ticket), at().agentKnock(ticket)]);
      expect(both.map(({ status }) => status).sort()).toEqual([101, 401]);
      for (const secret of [ticket, newToken(), at().owner.split('=')[1]!]) {
        const line = await at().agentKnock(secret, { headers: { cookie: at().owner } });
        expect([line.status, codeOf(line)]).toEqual([401, 'unauthorized']);
      }
    });

    rule('[C6] an origin is compared whole: what is near a listed one is 403, our own is let in', async () => {
      const near = ['https://evil.example', 'null', `${SHOP}.evil.example`, 'https://xshop.example', SHOP.replace('https', 'http'), `${SHOP}:444`, `${SHOP}/`, SHOP.toUpperCase(), undefined];
      for (const origin of near) {
        const line = await at().knock({ origin });
        expect([origin, line.status, codeOf(line), line.headers.get('access-control-allow-origin')]).toEqual([origin, 403, 'forbidden', undefined]);
      }
      expect((await at().knock({ origin: at().served.url })).status).toBe(101);
    });

    rule('[C6] an agent comes from our own pages only, good ticket or not', async () => {
      for (const origin of [SHOP, undefined, 'null', `${at().served.url}/`, at().served.url.replace('http', 'https')]) {
        const line = await at().agentKnock(await at().ticket(at().owner), { origin });
        expect([origin, line.status, codeOf(line)]).toEqual([origin, 403, 'forbidden']);
      }
    });

    rule('[C6] an unknown brand is 404, and so is what cannot be one', async () => {
      for (const brand of ['nobody', 'ACME', 'a%2fb', '-', 'x'.repeat(41)]) {
        const line = await at().knock({ path: `/v1/${brand}/visitor` });
        expect([brand, line.status, codeOf(line)]).toEqual([brand, 404, 'not_found']);
      }
    });

    rule('[C6] [R3] more than thirty connections within a minute from one address are 429 and told when to come back; others are let in', async () => {
      const { line: { token } } = await at().guest();
      const from = elsewhere();
      const lines = await Promise.all(Array.from({ length: 45 }, () => at().knock({ token, from })));
      const refused = lines.filter(({ status }) => status !== 101);
      expect(lines.length - refused.length).toBeGreaterThanOrEqual(30);
      expect(refused.length).toBeGreaterThan(0);
      for (const line of refused) expect([line.status, codeOf(line), Number(line.headers.get('retry-after')) > 0]).toEqual([429, 'rate_limited', true]);
      expect((await at().knock({ token })).status).toBe(101);
    });

    rule('[C8] [X3] the seventh connection of one visitor, or of one agent, closes the oldest with 4409', async () => {
      const { line: { token } } = await at().guest();
      const cookie = await at().hire('Six');
      for (const open of [() => at().visitor({ token }), () => at().agent(cookie)]) {
        at().hangUp();
        const [first, ...others] = [await open(), await open(), await open(), await open(), await open(), await open(), await open()];
        expect(await first!.ended()).toBe(4409);
        expect(first!.of('bye')).toEqual([{ type: 'bye', code: 4409, after: 0, reason: expect.any(String) }]);
        for (const each of others) expect((await each.settled()).closed).toBeUndefined();
      }
    });

    rule('[X3] [X4] who closes is answered with her own code, and is heard no more', async () => {
      for (const code of [1_000, 1_001, 4_000, 4_321]) {
        const { line } = await at().guest();
        expect([code, await line.hangUp(code).ended()]).toEqual([code, code]);
      }
      const { line, thread } = await at().guest();
      line.say(say(thread, 'the last word')).hangUp();
      expect([1_000, 1_005]).toContain(await line.ended());
      line.say(say(thread, 'one too many'));
      const again = await at().visitor({ token: line.token });
      expect(again.row('thread', thread)).toMatchObject({ seq: 2 });
    });

    rule('[C9] compression that is offered is not taken', async () => {
      const line = await at().knock({ headers: { 'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits' } });
      expect(line.status).toBe(101);
      if (truths.compresses === 'never') expect(line.headers.get('sec-websocket-extensions')).toBeUndefined();
      else expect(readFileSync(new URL('../../wrangler.jsonc', import.meta.url), 'utf8')).toMatch(/"compatibility_flags": \[.*"no_web_socket_compression".*\]/);
    });

    rule('[C9] [X3] a binary frame is closed with 4400, greeted or not, and is not heard', async () => {
      const { line, thread } = await at().guest();
      line.binary(JSON.stringify(say(thread, 'in binary')));
      expect(await line.ended()).toBe(4400);
      const stranger = await at().knock();
      stranger.binary(JSON.stringify(HI));
      expect(await stranger.ended()).toBe(4400);
      const again = await at().visitor({ token: line.token });
      expect(again.row('thread', thread)).toMatchObject({ seq: 1 });
    });
  });
}
