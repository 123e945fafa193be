import { beforeAll, describe, expect } from 'vitest';
import { rule } from './rules.ts';
import { newId, type Place, say } from './talk.ts';

export function marks(at: () => Place): void {
  describe('W · Watermarks, T · Threads', () => {
    let mina: string;
    beforeAll(async () => {
      mina = await at().hire('Mina');
    });

    rule('[W1] they only rise, never above the newest message; `seen` includes `got`; there is no answer', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent(mina);
      for (let n = 0; n < 3; n++) await agent.ask(say(thread));
      const visitorMarks = async (frame: object) => {
        line.say(frame);
        await line.settled();
        return line.row('thread', thread).visitor;
      };
      const before = line.heard.length;
      expect(await visitorMarks({ type: 'got', thread, seq: 3 })).toEqual({ got: 3, seen: 1 });
      expect(await visitorMarks({ type: 'got', thread, seq: 2 })).toEqual({ got: 3, seen: 1 });
      expect(await visitorMarks({ type: 'seen', thread, seq: 2 })).toEqual({ got: 3, seen: 2 });
      expect(await visitorMarks({ type: 'seen', thread, seq: 1 })).toEqual({ got: 3, seen: 2 });
      expect(await visitorMarks({ type: 'seen', thread, seq: 999 })).toEqual({ got: 4, seen: 4 });
      expect(line.heard.slice(before).filter(({ type, code }) => type !== 'changed' && code !== 'not_found')).toEqual([]);
      expect(line.heard.slice(before).filter(({ type }) => type === 'changed'), 'what changes nothing is not told').toHaveLength(3);
    });

    rule('[W1] [R1] [T3] [A7] of a thread that is not there, or not hers, they are refused as not_found', async () => {
      const { thread } = await at().guest();
      const other = await at().visitor();
      const agent = await at().agent(mina);
      for (const type of ['got', 'seen']) {
        for (const [line, name] of [[other, thread], [other, newId()], [agent, newId()]] as const) {
          const since = line.heard.length;
          line.say({ type, thread: name, seq: 1 });
          expect(await line.hear((frame) => frame.type === 'refused', 'a refusal', since)).toEqual({ type: 'refused', code: 'not_found', reason: 'no such thread' });
        }
      }
    });

    rule('[W2] [A7] two pairs, told to both sides: hers of all devices, the team\'s of all inboxes', async () => {
      const { line, thread } = await at().guest();
      const phone = await at().visitor({ token: line.token });
      const [one, two] = [await at().agent(mina), await at().agent()];
      const see = async (frame: object, ...by: { say(frame: object): unknown }[]) => {
        for (const each of by) each.say(frame);
        for (const each of [line, phone, one, two]) await each.settled();
        for (const each of [phone, one, two]) expect(each.row('thread', thread)).toMatchObject({ visitor: line.row('thread', thread).visitor, team: line.row('thread', thread).team });
        const { visitor, team } = line.row('thread', thread);
        return [visitor, team];
      };
      expect(await see({ type: 'got', thread, seq: 1 }, one)).toEqual([{ got: 1, seen: 1 }, { got: 1, seen: 0 }]);
      expect(await see({ type: 'seen', thread, seq: 1 }, two, one)).toEqual([{ got: 1, seen: 1 }, { got: 1, seen: 1 }]);
      await one.ask(say(thread, 'an answer'));
      expect(await see({ type: 'got', thread, seq: 2 }, phone, line)).toEqual([{ got: 2, seen: 1 }, { got: 2, seen: 2 }]);
      await line.ask(say(thread, 'thank you'));
      expect(await see({ type: 'got', thread, seq: 1 }, line)).toEqual([{ got: 3, seen: 3 }, { got: 2, seen: 2 }]);
    });

    rule('[T1] a visitor\'s row and an agent\'s, field by field', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent(mina);
      const long = `${'é'.repeat(139)}👋 and more`;
      const me = agent.of('ok')[0].me.id;
      const { at: when } = await line.ask(say(thread, long));
      // Whoever has a slot free has it by now, or nobody (D3): hers it is then.
      await agent.ask({ type: 'take', id: newId(), thread });
      await line.settled();
      const both = { kind: 'thread', id: thread, seq: 2, at: when, episode: 1, rev: expect.any(Number), visitor: { got: 2, seen: 2 }, team: { got: 0, seen: 0 } };
      expect(line.row('thread', thread)).toEqual({ ...both, ended: false, agent: { id: me, name: 'Mina' } });
      const row = agent.row('thread', thread);
      expect(row).toEqual({ ...both, who: expect.any(String), state: 'assigned', agent: me, waiting: expect.any(Number), created: expect.any(Number), preview: `${'é'.repeat(139)}\ufffd`, previewBy: 'visitor', due: row.waiting + 24 * 3_600_000, prompts: 0, lapses: 0, tags: [] });
      expect(row.waiting, 'since the first that stands unanswered').toBe(row.created);
      await agent.ask(say(thread, 'an answer'));
      await line.settled();
      expect(line.row('thread', thread)).toMatchObject({ seq: 3, agent: { id: me, name: 'Mina' } });
      expect(agent.row('thread', thread)).toMatchObject({ state: 'assigned', agent: me, preview: 'an answer', previewBy: 'agent' });
      expect(agent.row('thread', thread)).not.toHaveProperty('waiting');
    });

    rule('[T2] after an end her next message begins the next episode of the same thread, with all that was said', async () => {
      const { line, thread, id } = await at().guest();
      const agent = await at().agent(mina);
      await agent.ask(say(thread, 'goodbye'));
      expect(await agent.ask({ type: 'end', id: newId(), thread, seq: 2 })).toMatchObject({ type: 'ack' });
      await line.settled();
      expect(line.row('thread', thread)).toMatchObject({ ended: true, episode: 1, seq: 2 });
      expect((await line.ask(say(thread, 'one more thing'))).seq).toBe(3);
      await agent.settled();
      expect(line.row('thread', thread)).toMatchObject({ ended: false, episode: 2 });
      // To whoever had the last, for she is here (D7).
      expect(line.row('thread', thread)).toMatchObject({ agent: { name: 'Mina' } });
      expect(agent.row('thread', thread)).toMatchObject({ state: 'assigned', agent: agent.of('ok')[0].me.id, mark: 'returned', episode: 2, waiting: expect.any(Number) });
      const again = await at().visitor({ token: line.token });
      expect(again.row('message', id)).toMatchObject({ seq: 1, body: 'hello' });
    });

    rule('[T3] nobody else\'s thread can be read, written or watched; it is as one that is not there', async () => {
      const { line, thread, id } = await at().guest();
      const other = await at().guest();
      expect(await other.line.ask(say(thread))).toMatchObject({ type: 'nak', code: 'not_found', reason: 'no such thread' });
      expect(await other.line.ask(say(thread, 'hello', id))).toMatchObject({ type: 'nak', code: 'not_found' });
      expect(await other.line.ask({ type: 'pull', thread, before: 9, n: 9 })).toEqual(await other.line.ask({ type: 'pull', thread: newId(), before: 9, n: 9 }));
      await line.ask(say(thread, 'a secret'));
      other.line.say({ type: 'typing', thread });
      await other.line.settled();
      await line.settled();
      expect(JSON.stringify(other.line.heard)).not.toContain(thread);
      expect(JSON.stringify(line.heard)).not.toContain(other.thread);
      expect(line.row('thread', thread).seq).toBe(2);
    });
  });
}
