import { beforeAll, describe, expect } from 'vitest';
import { rule } from './rules.ts';
import { type Heard, HI, newId, type Place, say } from './talk.ts';
import type { Truths } from './truths.ts';

const messagesIn = ({ set }: Heard): Heard[] => set.filter(({ kind }: Heard) => kind === 'message');

export function greeting(at: () => Place, truths: Truths): void {
  describe('S · Greeting and staying in step', () => {
    let mina: string;
    let noor: string;
    beforeAll(async () => {
      [mina, noor] = [await at().hire('Mina'), await at().hire('Noor')];
    });

    rule('[S1] [X3] a first frame that is not `hi` is closed with 4400 and does nothing', async () => {
      const thread = newId();
      for (const first of [say(thread), { type: 'pings' }, 'hello', { ...HI, rev: -1 }, { ...HI, token: 'x' }]) {
        const line = await at().knock();
        expect(await line.say(first).ended()).toBe(4400);
        expect(line.heard).toEqual([{ type: 'bye', code: 4400, after: 0, reason: expect.any(String) }]);
      }
      const agent = await at().agent();
      expect(agent.row('thread', thread)).toBeUndefined();
    });

    rule('[S2] where she is and what she reads is told to agents, may be left out, and stays as it was then', async () => {
      const hi = { page: { url: 'https://shop.example/tea', title: 'Tea', referrer: 'https://search.example/' }, lang: 'ar', zone: 'Asia/Dubai' };
      const { line, thread } = await at().guest(newId(), { hi, headers: { 'user-agent': 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36' } });
      const again = await at().visitor({ token: line.token });
      const agent = await at().agent(mina);
      expect(agent.row('visitor', agent.row('thread', thread).who)).toMatchObject({ ...hi, device: 'Chrome on Android', verified: false, created: expect.any(Number) });
      expect(again.of('ok')[0].me).not.toHaveProperty('lang');
    });

    rule('[S3] `ok` brings a visitor her rows, who she is and the brand\'s card', async () => {
      const { line, thread, id } = await at().guest();
      const { of } = await at().visitor({ token: line.token }).then((again) => ({ of: again.of('ok')[0] }));
      expect(of).toEqual({
        type: 'ok', v: 1, epoch: expect.stringMatching(/^[\w-]{16,64}$/), rev: expect.any(Number), now: expect.any(Number), fresh: true, me: {
          id: expect.any(String), verified: false,
          card: { name: 'Our team', color: expect.stringMatching(/^#[0-9a-f]{6}$/), logo: 'OT', greeting: '', replyTime: 'hours', open: true, available: false, busy: expect.any(Boolean) },
        },
        set: [
          { kind: 'message', thread, seq: 1, id, by: 'visitor', body: 'hello', at: expect.any(Number), rev: expect.any(Number) },
          { kind: 'thread', id: thread, rev: expect.any(Number), seq: 1, at: expect.any(Number), ended: false, episode: 1, visitor: { got: 1, seen: 1 }, team: { got: 0, seen: 0 } },
        ],
      });
      for (const row of of.set) expect(row.rev).toBeLessThanOrEqual(of.rev);
    });

    rule('[S3] [I1] `ok` tells her by which name and address she is known, also where it begins anew', async () => {
      const { line } = await at().guest();
      await line.ask({ type: 'label', id: newId(), name: 'Ada', email: 'ada@example.org' });
      const again = await at().visitor({ token: line.token });
      expect(again.of('ok')[0].me).toMatchObject({ verified: false, name: 'Ada', email: 'ada@example.org' });
      await line.ask({ type: 'label', id: newId(), email: '' });
      expect(again.of('ok')[0].me.id).toBe((await line.ask({ type: 'sync', rev: 0 })).me.id);
      expect(line.of('ok').at(-1)!.me).toMatchObject({ name: 'Ada' });
      expect(line.of('ok').at(-1)!.me).not.toHaveProperty('email');
    });

    rule('[S3] [E2] `ok` brings an agent the desk, who she is and who is here', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent(mina);
      const ok = agent.of('ok')[0];
      const visitor = agent.row('thread', thread).who;
      expect(ok).toMatchObject({ type: 'ok', v: 1, epoch: line.of('ok')[0].epoch, fresh: true, me: { id: expect.any(String), brand: { id: at().brand, name: 'Our team', color: expect.any(String), logo: '' } } });
      expect(ok.here).toEqual(expect.arrayContaining([visitor, ok.me.id]));
      expect(agent.row('agent', ok.me.id)).toMatchObject({ name: 'Mina', role: 'agent', status: 'away', slots: 3, active: 0, email: expect.stringContaining('mina-') });
      expect(messagesIn(ok)).toEqual([]);
    });

    rule('[S4] whoever knows the newest `rev` is told nothing twice; who knows an older one, the difference', async () => {
      const { line, thread } = await at().guest();
      const { epoch } = line.of('ok')[0];
      const { rev } = line.row('thread', thread);
      const upToDate = await at().visitor({ token: line.token, hi: { epoch, rev } });
      expect(upToDate.of('ok')[0].set).toEqual([]);
      expect(upToDate.of('ok')[0].fresh).toBeUndefined();
      const { id } = await line.ask(say(thread, 'more'));
      const behind = await at().visitor({ token: line.token, hi: { epoch, rev } });
      expect(behind.of('ok')[0].fresh).toBeUndefined();
      expect(messagesIn(behind.of('ok')[0]).map((row) => row.id)).toEqual([id]);
    });

    rule('[S4] whoever holds nothing, another epoch or a `rev` from the future begins afresh', async () => {
      const { line, thread } = await at().guest();
      const { epoch } = line.of('ok')[0];
      for (const hi of [{ rev: 0 }, { epoch, rev: 0 }, { epoch: 'of-another-time', rev: 1 }, { rev: 1 }, { epoch, rev: 9_000_000_000 }]) {
        const again = await at().visitor({ token: line.token, hi });
        expect([hi, again.of('ok')[0].fresh, again.row('thread', thread)?.seq]).toEqual([hi, true, 1]);
        const agent = await at().agent(mina, hi);
        expect([hi, agent.of('ok')[0].fresh, agent.row('thread', thread)?.seq]).toEqual([hi, true, 1]);
        for (const each of [again, agent]) each.drop();
      }
    });

    rule('[S4] [S8] [S9] [A7] a thread of more than 200 messages: what was missed, a fresh start, and all of it by page', async () => {
      const { line, thread } = await at().guest();
      const { epoch } = line.of('ok')[0];
      const { rev } = line.row('thread', thread);
      for (const cookie of [mina, noor]) {
        for (let said = 0; said < 104; said += 26) {
          const frames = Array.from({ length: 26 }, (_, n) => say(thread, `line ${said + n}`));
          expect((await at().desk('frames', { method: 'POST', cookie, body: { frames } })).status).toBe(200);
        }
      }
      const fresh = await at().visitor({ token: line.token, hi: { epoch, rev } });
      const ok = fresh.of('ok')[0];
      expect([ok.fresh, messagesIn(ok).map(({ seq }) => seq)]).toEqual([true, Array.from({ length: 50 }, (_, n) => 160 + n)]);
      const late = await fresh.ask({ type: 'sync', rev });
      expect([late.type, late.fresh, messagesIn(late).length]).toEqual(['ok', true, 50]);

      const agent = await at().agent(noor);
      for (const reader of [fresh, agent]) {
        const page = await reader.ask({ type: 'pull', thread, before: 160, n: 50 });
        expect([page.thread, page.more, page.rows.map(({ seq }: Heard) => seq)]).toEqual([thread, true, Array.from({ length: 50 }, (_, n) => 110 + n)]);
        const first = await reader.ask({ type: 'pull', thread, before: 3, n: 50 });
        expect([first.more, first.rows.map(({ seq }: Heard) => seq)]).toEqual([false, [1, 2]]);
        expect((await reader.ask({ type: 'pull', thread, before: 1, n: 50 }))).toMatchObject({ rows: [], more: false });
        expect((await reader.ask({ type: 'pull', thread, before: 999, n: 200 })).rows).toHaveLength(200);
        expect(await reader.ask({ type: 'pull', thread, before: 999, n: 201 })).toMatchObject({ type: 'refused', code: 'bad_frame' });
        expect(await reader.ask({ type: 'pull', thread: newId(), before: 9, n: 9 })).toMatchObject({ type: 'refused', code: 'not_found' });
      }
    });

    rule('[S9] a page of long messages is shorter than was asked for, and never empty', async () => {
      const { line, thread } = await at().guest();
      for (let n = 0; n < 8; n++) await line.ask(say(thread, `${n}`.repeat(10_000)));
      const page = await line.ask({ type: 'pull', thread, before: 99, n: 50 });
      expect(page.more).toBe(true);
      expect(page.rows.length).toBeGreaterThan(0);
      expect(page.rows.length).toBeLessThan(9);
      expect(page.rows.at(-1).seq).toBe(9);
    });

    rule('[S5] what is offered again to a server of another epoch is acknowledged as it was', async () => {
      const { line, thread } = await at().guest();
      const message = say(thread, 'said before the backup');
      const ack = await line.ask(message);
      const again = await at().visitor({ token: line.token, hi: { epoch: 'before-the-backup', rev: 7 } });
      expect(await again.ask(message)).toEqual(ack);
      expect(again.row('thread', thread).seq).toBe(2);
    });

    rule('[S6] each commit is one `changed` with its rows, to all of hers and to agents, in the order of `rev`', async () => {
      const { line, thread } = await at().guest();
      const phone = await at().visitor({ token: line.token });
      const agent = await at().agent(mina);
      const acks = [await line.ask(say(thread, 'one')), await phone.ask(say(thread, 'two')), await agent.ask(say(thread, 'three'))];
      for (const each of [line, phone, agent]) {
        await each.settled();
        const changes = each.of('changed').filter(({ set }) => set.some((row: Heard) => row.thread === thread && acks.some(({ id }) => id === row.id)));
        expect(changes.map(({ set }) => set.filter((row: Heard) => row.kind === 'message' && row.thread === thread).map(({ body }: Heard) => body))).toEqual([['one'], ['two'], ['three']]);
        expect(changes.map(({ set }) => set.find((row: Heard) => row.kind === 'thread' && row.id === thread).seq)).toEqual([2, 3, 4]);
        const revs = each.of('changed').map(({ rev }) => rev);
        expect(revs).toEqual([...new Set(revs)].sort((a, b) => a - b));
        for (const { rev, set } of changes) for (const row of set) if (row.kind !== 'agent' && row.kind !== 'visitor') expect(row.rev).toBe(rev);
      }
    });

    rule('[S7] `ping` is answered with the number of the newest change, and one who has missed nothing is not behind it', async () => {
      const { line, thread } = await at().guest();
      const { rev } = line.row('thread', thread);
      const head = (await line.ask({ type: 'ping' })).head;
      if (truths.pongHead === 'hers') expect(head).toBe(rev);
      else expect(head).toBeGreaterThanOrEqual(rev);
      const agent = await at().agent(mina);
      await line.ask(say(thread));
      await agent.settled();
      const pong = await agent.ask({ type: 'ping' });
      const told = agent.heard.slice(0, agent.heard.indexOf(pong)).filter(({ type }) => type === 'changed');
      expect(pong.head).toBe(told.at(-1).rev);
      expect(line.row('thread', thread).rev).toBeLessThanOrEqual(pong.head);
      const sync = await line.ask({ type: 'sync', rev: pong.head });
      expect(sync).toMatchObject({ type: 'changed', set: [] });
    });

    rule('[S7] a `ping` before `hi` is no way in', async () => {
      const line = await at().knock();
      line.say({ type: 'ping' });
      line.say(say(newId()));
      expect(await line.ended()).toBe(4400);
      expect(line.of('ok')).toEqual([]);
    });

    rule('[S8] `sync` brings what is newer, once for a visitor and for an agent', async () => {
      const { line, thread, id } = await at().guest();
      const { rev } = line.row('thread', thread);
      const { id: second } = await line.ask(say(thread, 'second'));
      const agent = await at().agent(mina);
      for (const each of [line, agent]) {
        const changed = await each.ask({ type: 'sync', rev });
        expect([changed.type, messagesIn(changed).filter((row) => row.thread === thread).map((row) => row.id)]).toEqual(['changed', [second]]);
        const all = await each.ask({ type: 'sync', rev: rev - 1 });
        expect(messagesIn(all).filter((row) => row.thread === thread).map((row) => row.id)).toEqual([id, second]);
        expect((await each.ask({ type: 'sync', rev: changed.rev })).set.filter((row: Heard) => row.thread === thread || row.id === thread)).toEqual([]);
      }
    });
  });
}
