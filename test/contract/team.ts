import { beforeAll, describe, expect } from 'vitest';
import { rule } from './rules.ts';
import { type Heard, newId, type Place, say } from './talk.ts';

export function team(at: () => Place): void {
  describe('A · Agents', () => {
    let mina: string;
    let noor: string;
    beforeAll(async () => {
      [mina, noor] = [await at().hire('Mina'), await at().hire('Noor')];
    });
    const act = (type: string, thread: string, more: object = {}) => ({ type, id: newId(), thread, ...more });

    rule('[A1] every agent hears of every thread, with the visitor\'s row at its side', async () => {
      const [one, two] = [await at().agent(mina), await at().agent(noor)];
      const { thread, id } = await at().guest(newId(), { hi: { lang: 'fr' } });
      for (const each of [one, two]) {
        const { set } = await each.hear((frame) => frame.set?.some((row: Heard) => row.id === id), 'the message', 0);
        const [visitor, message, row] = ['visitor', 'message', 'thread'].map((kind) => set.find((other: Heard) => other.kind === kind));
        expect(message).toMatchObject({ id, thread });
        expect(visitor).toMatchObject({ id: row.who, lang: 'fr', verified: false });
        expect(row).toMatchObject({ id: thread, state: expect.stringMatching(/^(waiting|assigned)$/) });
      }
    });

    rule('[A1] [I5] [X3] who leaves the team is closed with 4401, marked as left, and may not come in again', async () => {
      const cookie = await at().hire('Zoe');
      const [zoe, one] = [await at().agent(cookie), await at().agent(mina)];
      const { id } = zoe.of('ok')[0].me;
      const ticket = await at().ticket(cookie);
      expect((await at().desk(`agents/${id}`, { method: 'DELETE', cookie: at().owner })).status).toBe(204);
      expect(await zoe.ended()).toBe(4401);
      await one.hear(({ set }) => set?.some((row: Heard) => row.id === id && row.left), 'that she left', 0);
      expect(one.row('agent', id)).toMatchObject({ left: true, name: 'Zoe' });
      expect([(await at().agentKnock(ticket)).status, (await at().desk('ticket', { method: 'POST', cookie })).status]).toEqual([401, 401]);
    });

    rule('[A2] [R1] an act is done once however often it comes, over either way; its id for another act is a conflict', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent(mina);
      const take = act('take', thread);
      const first = await agent.ask(take);
      expect(first).toEqual({ type: 'ack', id: take.id, at: expect.any(Number) });
      await agent.settled();
      const { rev } = agent.row('thread', thread);
      expect(await agent.ask(take)).toMatchObject({ type: 'ack', id: take.id });
      const { frames: [posted] } = await (await at().desk('frames', { method: 'POST', cookie: mina, body: { frames: [take] } })).json() as Heard;
      expect(posted).toMatchObject({ type: 'ack', id: take.id });
      await agent.settled();
      expect(agent.row('thread', thread).rev).toBe(rev);
      expect(await agent.ask({ type: 'end', id: take.id, thread, seq: 1 })).toMatchObject({ type: 'nak', id: take.id, code: 'conflict' });
      await line.settled();
      expect(line.row('thread', thread)).toMatchObject({ ended: false });
      expect(await agent.ask(act('take', newId()))).toMatchObject({ type: 'nak', code: 'not_found' });
    });

    rule('[A3] `take` makes it one\'s own, whoever held it; so does answering what nobody holds, and only that', async () => {
      const { line, thread } = await at().guest();
      const [one, two] = [await at().agent(mina), await at().agent(noor)];
      const [minas, noors] = [one, two].map((each) => each.of('ok')[0].me.id);
      const holder = async () => {
        for (const each of [one, two, line]) await each.settled();
        expect(two.row('thread', thread).agent).toBe(one.row('thread', thread).agent);
        expect(line.row('thread', thread).agent?.id).toBe(one.row('thread', thread).agent);
        return one.row('thread', thread).agent;
      };
      expect(await holder()).toBeUndefined();
      await one.ask(say(thread, 'an answer'));
      expect(await holder()).toBe(minas);
      await two.ask(say(thread, 'me too'));
      expect(await holder()).toBe(minas);
      await two.ask(act('take', thread));
      expect(await holder()).toBe(noors);
      expect(one.row('thread', thread).state).toBe('assigned');
    });

    rule('[A4] [R1] an end behind the visitor\'s back is refused as stale; one who has read may end', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent(mina);
      await agent.ask(say(thread, 'goodbye'));
      await line.ask(say(thread, 'wait!'));
      const end = act('end', thread, { seq: 2 });
      expect(await agent.ask(end)).toEqual({ type: 'nak', id: end['id'], code: 'stale', reason: 'the visitor wrote after what you saw' });
      await line.settled();
      expect(line.row('thread', thread).ended).toBe(false);
      const read = act('end', thread, { seq: 3 });
      expect(await agent.ask(read)).toEqual({ type: 'ack', id: read['id'], at: expect.any(Number) });
      await line.settled();
      expect([line.row('thread', thread).ended, agent.row('thread', thread).state]).toEqual([true, 'ended']);
      await line.ask(say(thread, 'again'));
      expect(await agent.ask(read), 'the same act, done long ago').toMatchObject({ type: 'ack' });
      await line.settled();
      expect(line.row('thread', thread)).toMatchObject({ ended: false, episode: 2 });
    });

    rule('[A5] a status is told to colleagues and kept until it is changed', async () => {
      const [one, two] = [await at().agent(mina), await at().agent(noor)];
      const { id } = one.of('ok')[0].me;
      for (const status of ['away', 'available']) {
        expect((await one.ask({ type: 'status', id: newId(), status })).type).toBe('ack');
        await two.settled();
        const later = await at().agent(mina);
        expect([two.row('agent', id).status, later.row('agent', id).status]).toEqual([status, status]);
      }
      expect(await one.ask({ type: 'status', id: newId(), status: 'busy' })).toMatchObject({ type: 'nak', code: 'bad_frame' });
    });

    rule('[A6] `list` brings threads of a box, the newest first, up to a time and with their visitors', async () => {
      const agent = await at().agent(mina);
      const guests: { thread: string }[] = [];
      for (let n = 0; n < 4; n++) guests.push(await at().guest());
      const threads = guests.map(({ thread }) => thread);
      for (const thread of threads.slice(0, 2)) await agent.ask(act('end', thread, { seq: 1 }));
      const list = async (box: string, before: number, n: number) => {
        const listed = await agent.ask({ type: 'list', box, before, n });
        const rows = listed.set.filter(({ kind }: Heard) => kind === 'thread');
        expect(rows.map(({ at: when }: Heard) => when)).toEqual(rows.map(({ at: when }: Heard) => when).toSorted((a: number, b: number) => b - a));
        for (const { who } of rows) expect(listed.set.filter(({ kind, id }: Heard) => kind === 'visitor' && id === who)).toHaveLength(1);
        return { ...listed, rows, ids: rows.map(({ id }: Heard) => id) };
      };
      const future = Date.now() + 3_600_000;
      const open = await list('open', future, 2);
      expect([open.box, open.more, open.ids]).toEqual(['open', true, [threads[3], threads[2]]]);
      const ended = await list('ended', future, 2);
      expect([ended.box, ended.ids.toSorted()]).toEqual(['ended', threads.slice(0, 2).toSorted()]);
      const older = await list('open', open.rows[1].at, 2);
      for (const id of open.ids) expect(older.ids).not.toContain(id);
      expect(await list('open', 0, 5)).toMatchObject({ set: [], more: false });
      expect(await agent.ask({ type: 'list', box: 'snoozed', before: 1, n: 1 })).toMatchObject({ type: 'refused', code: 'bad_frame' });
    });
  });
}
