import { beforeAll, describe, expect } from 'vitest';
import { type Heard, HI, json, type Line, newId, newToken, type Place, say } from './talk.ts';
import { wire } from '../raw-line.ts';
import { rule, slowRule } from './rules.ts';

const HELLO_MS = 5_000;
const PAGE_TURN_MS = 10_000;
/** A few more than a fresh start brings. */
const OPEN = 306;
const ENDED = 54;
/** Between the moment that something is due and the moment we hear of it, on a busy machine. */
const LATE_MS = 3_500;
/** What hangs is found all the same. */
const STARVED_MS = 60_000;

export function typing(at: () => Place): void {
  describe('E · Typing', () => {
    let mina: string;
    beforeAll(async () => {
      mina = await at().hire('Mina');
    });

    rule('[E1] [A7] that she types is told to agents, that an agent types to her and to the others; nothing of what', async () => {
      const { line, thread } = await at().guest();
      const [one, two] = [await at().agent(mina), await at().agent()];
      line.say({ type: 'typing', thread });
      for (const each of [one, two]) expect(await each.hear(({ type }) => type === 'typing', 'that she types', 0)).toEqual({ type: 'typing', thread });
      one.say({ type: 'typing', thread });
      expect(await line.hear(({ type }) => type === 'typing', 'that Mina types', 0)).toEqual({ type: 'typing', thread, name: 'Mina' });
      expect(await two.hear(({ type, agent }) => type === 'typing' && agent, 'that Mina types', 0)).toEqual({ type: 'typing', thread, agent: one.of('ok')[0].me.id });
      await one.settled();
      expect(one.of('typing')).toHaveLength(1);
      expect(await line.ask({ type: 'typing', thread, text: 'sec' })).toMatchObject({ type: 'refused', code: 'bad_frame' });
    });

    rule('[E1] [R3] more than once in 2 seconds, and in a thread that is not there, it is dropped without a word', async () => {
      const { line, thread } = await at().guest();
      const agent = await at().agent(mina);
      const since = line.heard.length;
      for (const name of [thread, thread, newId(), thread]) line.say({ type: 'typing', thread: name });
      await line.settled();
      await agent.settled();
      expect(agent.of('typing')).toEqual([{ type: 'typing', thread }]);
      expect(line.heard.slice(since).filter(({ code }) => code !== 'not_found')).toEqual([]);
    });
  });
}

/** These wait while others work. @param alone a brand where nobody else comes and goes */
export function later(at: () => Place, alone: () => Place): void {
  describe('what happens some seconds later', () => {
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const presenceOf = (line: Line, who: string) => line.of('presence').filter((frame) => frame.who === who).map(({ here }) => here);
    // The card itself may be as old as a minute (H4); whoever comes now is told what is so now.
    const isAvailable = async () => (await alone().visitor()).of('ok')[0].me.card.available;

    slowRule('[S1] [X1] [X3] who says nothing for five seconds is told and closed with 4408, not before', async () => {
      const began = Date.now();
      const mute = [await at().knock(), await at().agentKnock(await at().ticket(at().owner))];
      const ended = mute.map(async (line) => {
        await line.until(() => line.closed !== undefined, 'the line to end', STARVED_MS);
        return Date.now() - began;
      });
      // Nobody's clock but the server's says what is late: who goes now is missed after ten seconds, and those have left by then.
      const agent = await at().agent();
      const goes = await at().guest();
      await agent.until(() => agent.row('thread', goes.thread) !== undefined, 'her thread', STARVED_MS);
      const { who } = agent.row('thread', goes.thread);
      goes.line.hangUp();
      await agent.until(() => presenceOf(agent, who).includes(false), 'that she is gone', STARVED_MS);
      await agent.settled();
      for (const line of mute) {
        expect(line.closed).toBe(4408);
        expect(line.heard).toEqual([{ type: 'bye', code: 4408, after: 0, reason: expect.any(String) }]);
      }
      for (const each of ended) expect(await each).toBeGreaterThan(HELLO_MS - 500);
    });

    slowRule('[M3] what was refused with a time is taken after that time, and not before', async () => {
      const { line, thread } = await at().guest();
      const said = Array.from({ length: 10 }, (_, n) => say(thread, `number ${n}`));
      // All at once: on a busy machine some more become welcome between one answer and the next message.
      line.bytes(Buffer.concat(said.map((frame) => wire({ payload: JSON.stringify(frame) }))));
      await line.hear(({ type, id }) => type !== 'changed' && id === said.at(-1)!.id, 'the last answer', 0);
      const answers: Heard[] = said.map(({ id }) => line.heard.find((frame) => frame.id === id && frame.type !== 'changed'));
      expect(answers.map(({ type }) => type)).toEqual([...Array.from({ length: 9 }, () => 'ack'), 'nak']);
      expect(await line.ask(said[9]!)).toMatchObject({ type: 'nak', code: 'rate_limited' });
      await wait(answers[9].retryAfter);
      expect(await line.ask(said[9]!)).toMatchObject({ type: 'ack', seq: 11 });
    });

    slowRule('[E2] agents hear who comes at once, and who is gone only when her next page did not come within ten seconds', async () => {
      const agent = await at().agent();
      const [stays, goes] = [await at().guest(), await at().guest()];
      const idOf = async (thread: string): Promise<string> => {
        await agent.hear(({ set }) => set?.some(({ id }: { id: string }) => id === thread), 'her thread', 0);
        return agent.row('thread', thread).who;
      };
      const [staying, going] = [await idOf(stays.thread), await idOf(goes.thread)];
      await agent.settled();
      expect([presenceOf(agent, staying), presenceOf(agent, going)]).toEqual([[true], [true]]);
      stays.line.drop();
      goes.line.hangUp();
      const left = Date.now();
      await wait(PAGE_TURN_MS / 2);
      const next = await at().visitor({ token: stays.line.token });
      expect(presenceOf(agent, going)).toEqual([true]);
      await agent.until(() => presenceOf(agent, going).length > 1, 'that she is gone', PAGE_TURN_MS);
      expect(Date.now() - left).toBeGreaterThan(PAGE_TURN_MS - 500);
      expect(Date.now() - left).toBeLessThan(PAGE_TURN_MS + LATE_MS);
      expect([presenceOf(agent, staying), presenceOf(agent, going)]).toEqual([[true], [true, false]]);
      const colleague = await at().agent();
      expect([colleague.of('ok')[0].here.includes(staying), colleague.of('ok')[0].here.includes(going)]).toEqual([true, false]);
      expect(next.closed).toBeUndefined();
    });

    slowRule('[A6] a fresh start brings the newest 300 open threads and 50 ended ones, and `list` the others', async () => {
      const begin = async () => {
        const thread = newId();
        await at().post(newToken(), [say(thread)]);
        return thread;
      };
      const threads: string[] = [];
      while (threads.length < OPEN + ENDED) threads.push(...await Promise.all(Array.from({ length: 6 }, begin)));
      const desk = async (frames: object[]) => (await json(await at().desk('frames', { method: 'POST', cookie: at().owner, body: { frames } }))).frames;
      for (let from = 0; from < ENDED; from += 27) {
        const ends = threads.slice(from, Math.min(from + 27, ENDED)).map((thread) => ({ type: 'end', id: newId(), thread, seq: 9 }));
        expect((await desk(ends)).map(({ type }: Heard) => type)).toEqual(ends.map(() => 'ack'));
      }
      const [ok, more] = await desk([HI, { type: 'list', box: 'open', before: Number.MAX_SAFE_INTEGER, n: 200 }]);
      const rows = (kind: string) => ok.set.filter((row: Heard) => row.kind === kind);
      const ended = rows('thread').filter(({ state }: Heard) => state === 'ended');
      expect([rows('thread').length - ended.length, ended.length, rows('visitor').length, ok.fresh]).toEqual([300, 50, 350, true]);
      expect([more.set.filter(({ kind }: Heard) => kind === 'thread').length, more.more]).toEqual([200, true]);
    });

    slowRule('[E2] [A5] visitors hear when somebody is in and when nobody is any more; whoever comes is told the same', async () => {
      const { line } = await alone().guest();
      expect([line.of('ok')[0].me.card.available, await isAvailable()]).toEqual([false, false]);
      const told = () => line.of('presence').map(({ available }) => available);
      const agent = await alone().agent();
      await line.until(() => told().length === 1, 'that somebody is in');
      expect([told(), await isAvailable()]).toEqual([[true], true]);
      await agent.ask({ type: 'status', id: newId(), status: 'away' });
      await line.until(() => told().length === 2, 'that nobody is');
      expect([told(), await isAvailable()]).toEqual([[true, false], false]);
      await agent.ask({ type: 'status', id: newId(), status: 'available' });
      await line.until(() => told().length === 3, 'that somebody is again');
      agent.drop();
      const left = Date.now();
      await line.until(() => told().length === 4, 'that nobody is', PAGE_TURN_MS + LATE_MS);
      expect(Date.now() - left).toBeGreaterThan(PAGE_TURN_MS - 500);
      expect([told(), await isAvailable()]).toEqual([[true, false, true, false], false]);
    });
  });
}
