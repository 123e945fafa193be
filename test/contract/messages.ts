import { beforeAll, describe, expect } from 'vitest';
import { wire } from '../raw-line.ts';
import { rule } from './rules.ts';
import { json, newId, type Place, say } from './talk.ts';

export function messages(at: () => Place, answering: () => Place): void {
  describe('M · Messages', () => {
    let mina: string;
    beforeAll(async () => {
      mina = await at().hire('Mina');
    });

    rule('[M1] a visitor\'s thread begins with its first message; an agent answers only where one is', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent(mina);
      expect(await agent.ask(say(newId()))).toMatchObject({ type: 'nak', code: 'not_found' });
      expect(await agent.ask(say(thread))).toMatchObject({ type: 'ack', thread, seq: 2 });
      const second = newId();
      expect(await line.ask(say(second))).toMatchObject({ type: 'ack', thread: second, seq: 1 });
    });

    rule('[M1] where it was written is told to agents alone', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent(mina);
      const page = { url: 'https://shop.example/basket', title: 'Basket' };
      const { id } = await line.ask({ ...say(thread), page });
      await agent.hear(({ set }) => set?.some((row: { id: string }) => row.id === id), 'the message', 0);
      expect(agent.row('message', id).page).toEqual(page);
      const [hers, theirs] = [await line.ask({ type: 'pull', thread, before: 9, n: 9 }), await agent.ask({ type: 'pull', thread, before: 9, n: 9 })];
      expect([hers.rows[1].page, theirs.rows[1].page]).toEqual([undefined, page]);
      for (const row of [...line.rows(), ...(await at().visitor({ token: line.token })).rows()]) expect(row).not.toHaveProperty('page');
    });

    rule('[M2] an `ack` names place and time, and they are those of the row', async () => {
      const { line, thread } = await at().guest();
      const ack = await line.ask(say(thread, 'second'));
      await line.settled();
      expect(ack).toEqual({ type: 'ack', id: ack.id, thread, seq: 2, at: expect.any(Number) });
      expect(line.row('message', ack.id)).toEqual({ kind: 'message', thread, seq: 2, id: ack.id, by: 'visitor', body: 'second', at: ack.at, rev: expect.any(Number) });
    });

    rule('[M2] an agent\'s message carries who and under which name', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent(mina);
      const { id } = await agent.ask(say(thread, 'welcome'));
      await line.settled();
      expect(line.row('message', id)).toMatchObject({ by: 'agent', agent: agent.of('ok')[0].me.id, name: 'Mina', body: 'welcome', seq: 2 });
    });

    rule('[M3] [R3] the eleventh message at once is refused with a time, and so is all that was sent behind it: none overtakes', async () => {
      const { line, thread } = await at().guest();
      const said = Array.from({ length: 14 }, (_, n) => say(thread, `number ${n}`));
      line.bytes(Buffer.concat(said.map((frame) => wire({ payload: JSON.stringify(frame) }))));
      await line.hear(({ id }) => id === said.at(-1)!.id, 'the last answer', 0);
      const answers = said.map(({ id }) => line.heard.find((frame) => frame.id === id && frame.type !== 'changed'));
      expect(answers.map(({ type }) => type)).toEqual([...Array.from({ length: 9 }, () => 'ack'), ...Array.from({ length: 5 }, () => 'nak')]);
      for (const nak of answers.slice(9)) expect(nak).toEqual({ type: 'nak', id: nak.id, code: 'rate_limited', reason: expect.any(String), retryAfter: expect.any(Number) });
      expect(answers[9].retryAfter).toBeGreaterThan(0);
    });

    rule('[M3] behind a message that has to wait the others wait on this line, though they would be welcome; on another they are taken', async () => {
      const { line, thread } = await at().guest();
      for (let n = 0; n < 2; n++) await line.ask(say(newId()));
      const later = await line.ask(say(newId(), 'a fourth thread within the hour'));
      expect(later).toMatchObject({ type: 'nak', code: 'rate_limited', retryAfter: expect.any(Number) });
      const behind = await line.ask(say(thread, 'sent right behind it'));
      expect(behind).toMatchObject({ type: 'nak', code: 'rate_limited' });
      expect(Math.abs(later.retryAfter - behind.retryAfter)).toBeLessThan(10_000);
      const phone = await at().visitor({ token: line.token });
      expect(await phone.ask(say(thread, 'from elsewhere'))).toMatchObject({ type: 'ack', seq: 2 });
    });

    rule('[M4] [X4] the same again is the same `ack`, on this line, another one and over HTTP, and there is one row', async () => {
      const { line, thread } = await at().guest();
      const message = say(thread, 'once');
      const ack = await line.ask(message);
      const phone = await at().visitor({ token: line.token });
      expect([await line.ask(message), await phone.ask(message)]).toEqual([ack, ack]);
      expect((await json(await at().post(line.token, [message, message]))).frames).toEqual([ack, ack]);
      const at2 = [phone, line].map((each) => each.ask({ type: 'pull', thread, before: 99, n: 99 }));
      for (const page of await Promise.all(at2)) expect(page.rows.filter(({ id }: { id: string }) => id === message.id)).toHaveLength(1);
    });

    rule('[M4] [R1] the same id with another body, or by somebody else, is a conflict; in another thread it is another message', async () => {
      const { line, thread, id } = await at().guest();
      const agent = await at().agent(mina);
      expect(await line.ask(say(thread, 'another body', id))).toMatchObject({ type: 'nak', id, code: 'conflict' });
      expect(await agent.ask(say(thread, 'hello', id))).toMatchObject({ type: 'nak', id, code: 'conflict' });
      const theirs = await agent.ask(say(thread, 'hello'));
      expect(await line.ask(say(thread, 'hello', theirs.id))).toMatchObject({ type: 'nak', code: 'conflict' });
      const colleague = await at().agent(at().owner);
      expect(await colleague.ask(say(thread, 'hello', theirs.id))).toMatchObject({ type: 'nak', code: 'conflict' });
      expect(await line.ask(say(newId(), 'elsewhere', id))).toMatchObject({ type: 'ack', seq: 1 });
      expect((await line.ask({ type: 'pull', thread, before: 9, n: 9 })).rows.map(({ body, by }: { body: string; by: string }) => [body, by])).toEqual([['hello', 'visitor'], ['hello', 'agent']]);
    });

    rule('[M4] whoever writes at the same time: each has a place of its own, without holes, the same for everybody', async () => {
      const { line, thread } = await at().guest();
      const phone = await at().visitor({ token: line.token });
      const [ada, lin] = [await at().agent(at().owner), await at().agent(mina)];
      const writers = [line, phone, ada, lin];
      const acks = await Promise.all(writers.flatMap((writer, who) => Array.from({ length: who < 2 ? 4 : 12 }, (_, n) => writer.ask(say(thread, `${who} ${n}`)))));
      expect(acks.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, n) => n + 2));
      const order = new Map(acks.map(({ id, seq }) => [id, seq]));
      for (const each of writers) {
        await each.settled();
        for (const [id, seq] of order) expect(each.row('message', id).seq).toBe(seq);
      }
    });

    rule('[M7] the auto-reply stands at the next place, by the brand, in her language, once while she waits', async () => {
      const place = answering();
      const line = await place.visitor({ hi: { lang: 'ar-EG' } });
      const thread = newId();
      await line.ask(say(thread));
      expect((await line.ask(say(thread, 'still there?'))).seq).toBe(3);
      const { rows } = await line.ask({ type: 'pull', thread, before: 9, n: 9 });
      expect(rows.map(({ seq, by, body }: { seq: number; by: string; body: string }) => [seq, by, body])).toEqual([[1, 'visitor', 'hello'], [2, 'brand', 'مرحبا'], [3, 'visitor', 'still there?']]);
      expect(rows[1].id).toMatch(/^auto\./);
      const changed = line.of('changed').find(({ set }) => set.some(({ by }: { by: string }) => by === 'brand'));
      expect(changed.set.map(({ seq, by }: { seq: number; by: string }) => [seq, by])).toEqual([[1, 'visitor'], [2, 'brand'], [2, undefined]]);
      const english = await place.guest();
      await english.line.settled();
      expect(english.line.rows().find(({ by }) => by === 'brand').body).toBe('Thank you!');
    });
  });
}
