/** Who has which thread: rules D1 to D9, and D16. */
import { afterEach, beforeAll, describe, expect } from 'vitest';
import { laterThan } from './caller.ts';
import { Colleague, Crew } from './crew.ts';
import { rule, slowRule } from './rules.ts';
import { newId, type Place, say } from './talk.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OVERDUE_MS = 24 * HOUR_MS;
/** Long enough to look at it before, on a busy machine. */
const NAP_MS = 2_500;
const PAGE_TURN_MS = 10_000;
/** What one handler may take: a host whose clock goes on meanwhile is right too. */
const CLOCK_MS = 20;
/** Rule D5 allows a minute. */
const LATE_MS = 60_000;

export function desk(at: () => Place, aside: () => Place): void {
  describe('D · Who has which thread', () => {
    const crew = new Crew(at);
    beforeAll(() => crew.hire('Mina', 'Noor', 'Ravi'));
    afterEach(async () => {
      at().hangUp();
      await crew.rest();
    });
    const stale = { type: 'nak', code: 'stale' };
    const inAnHour = () => ({ seq: 9, until: Date.now() + HOUR_MS, keep: true });

    rule('[D1] a thread waits, is somebody\'s, is put aside, ends; what is not possible from there is stale, and changes nothing', async () => {
      const mina = await crew.away('Mina');
      const { thread } = await at().guest();
      const states: string[] = [];
      const look = async () => states.push((await mina.sees(thread)).state);
      await look();
      await mina.did('take', thread);
      await look();
      for (const act of ['wake', 'reopen']) expect(await mina.does(act, thread)).toMatchObject(stale);
      await mina.did('snooze', thread, inAnHour());
      await look();
      expect(await mina.does('reopen', thread)).toMatchObject(stale);
      await mina.did('end', thread, { seq: 9 });
      const { rev } = await mina.sees(thread);
      for (const [act, more] of [['snooze', inAnHour()], ['transfer', {}], ['wake', {}]] as const) expect(await mina.does(act, thread, more)).toMatchObject(stale);
      await look();
      expect([states, mina.line.row('thread', thread).rev]).toEqual([['waiting', 'assigned', 'snoozed', 'ended'], rev]);
    });

    rule('[D3] [D2] what has waited is given out in its order to whoever comes, as far as she has slots, and on when one is free', async () => {
      const ravi = await crew.away('Ravi');
      const threads: string[] = [];
      for (let n = 0; n < 4; n++) threads.push((await crew.writes()).thread);
      const mina = await crew.comes('Mina', 2);
      const holders = async () => {
        await ravi.line.settled();
        return threads.map((thread) => ravi.line.row('thread', thread).agent === mina.id);
      };
      expect(await holders()).toEqual([true, true, false, false]);
      expect(await mina.me()).toMatchObject({ slots: 2, active: 2 });
      expect(await ravi.history(threads[0]!)).toMatchObject([{ what: 'assigned', reason: 'routed', to: mina.id, after: 1 }]);
      await mina.did('snooze', threads[1]!, inAnHour());
      expect(await holders(), 'one that is put aside counts for none').toEqual([true, true, true, false]);
      await mina.did('take', threads[3]!);
      expect([(await mina.me()).active, await holders()], 'what she takes goes beyond').toEqual([3, [true, true, true, true]]);
      const { thread: fifth } = await crew.writes();
      await mina.did('end', threads[0]!, { seq: 9 });
      expect([(await mina.me()).active, (await ravi.sees(fifth)).state]).toEqual([2, 'waiting']);
      await mina.did('end', threads[2]!, { seq: 9 });
      expect(await ravi.sees(fifth)).toMatchObject({ state: 'assigned', agent: mina.id });
      const { rev } = ravi.line.row('thread', fifth);
      const { set } = ravi.line.of('changed').find((frame) => frame.rev === rev);
      expect(set.find((row: { id: string }) => row.id === mina.id), 'in the same change').toMatchObject({ kind: 'agent', active: 2 });
    });

    rule('[D3] a new thread goes to the one with the fewest, of those to the one who has been without the longest; to nobody who is away', async () => {
      const [mina, noor] = [await crew.comes('Mina'), await crew.comes('Noor')];
      const holderOf = async (thread: string) => (await mina.sees(thread)).agent;
      const given: string[] = [];
      const threads: string[] = [];
      for (let n = 0; n < 4; n++) {
        const { thread } = await crew.writes();
        threads.push(thread);
        given.push(await holderOf(thread));
      }
      const [first, second] = given;
      expect([given, new Set(given)]).toEqual([[first, second, first, second], new Set([mina.id, noor.id])]);
      for (const n of [0, 2]) await mina.did('end', threads[n]!, { seq: 9 });
      for (let n = 0; n < 2; n++) expect(await holderOf((await crew.writes()).thread)).toBe(first);
      await mina.is('away');
      expect([await holderOf(threads[1]!), await holderOf(threads[3]!)], 'she keeps hers').toEqual([second, second]);
      for (let n = 0; n < 2; n++) expect(await holderOf((await crew.writes()).thread)).toBe(noor.id);
    });

    rule('[D3] who loses her line keeps her place', async () => {
      const ravi = await crew.away('Ravi');
      const mina = await crew.comes('Mina');
      mina.line.drop();
      await mina.line.ended();
      const { thread } = await crew.writes();
      expect(await ravi.sees(thread)).toMatchObject({ state: 'assigned', agent: mina.id });
    });

    rule('[D4] [D8] a transfer that takes an act back leaves the thread under the mark that it had, or under none', async () => {
      const [mina, noor] = [await crew.away('Mina'), await crew.away('Noor')];
      const { thread } = await at().guest();
      await mina.did('transfer', thread, { to: noor.id });
      for (const [mark, told] of [[undefined, 'transferred'], ['transferred', 'transferred'], ['returned', undefined], ['none', undefined]] as const) {
        await mina.did('take', thread);
        await mina.did('transfer', thread, { to: noor.id, ...(mark && { mark }) });
        const row = await noor.sees(thread);
        expect([row.agent, row.mark]).toEqual([noor.id, told]);
      }
      await mina.did('transfer', thread, { to: mina.id, mark: 'snooze_ended' });
      expect(await noor.sees(thread)).toMatchObject({ agent: mina.id });
      expect(await noor.sees(thread), 'it never stood under that one').not.toHaveProperty('mark');
      expect((await noor.history(thread)).at(-1)).toMatchObject({ reason: 'taken' });
      await noor.did('transfer', thread, { to: noor.id, mark: 'fallback' });
      expect(await noor.sees(thread), 'what is not hers to take back she takes').not.toHaveProperty('mark');
      await mina.did('transfer', thread, { to: mina.id, note: 'Mine.' });
      await noor.did('transfer', thread, { to: noor.id });
      await noor.did('transfer', thread, { to: mina.id, mark: 'none' });
      await noor.did('transfer', thread, { to: noor.id, mark: 'returned' });
      await noor.did('transfer', thread, { to: mina.id });
      await noor.did('transfer', thread, { to: mina.id, mark: 'returned' });
      expect(await noor.sees(thread), 'it was given to her').toMatchObject({ agent: mina.id, mark: 'transferred' });
      expect(await mina.does('transfer', thread, { to: noor.id, mark: 'urgent' })).toMatchObject({ type: 'nak', code: 'bad_frame' });
    });

    rule('[D4] [D8] [D10] a transfer gives it to a colleague, with a mark and the words for her; to oneself it is taking, to nobody of the team not_found', async () => {
      const mina = await crew.comes('Mina');
      const noor = await crew.away('Noor');
      const { line, thread } = await at().guest();
      await mina.did('transfer', thread, { to: noor.id, note: 'She asks about wholesale.' });
      expect(await noor.sees(thread)).toMatchObject({ state: 'assigned', agent: noor.id, mark: 'transferred' });
      expect((await noor.history(thread)).at(-1)).toMatchObject({ what: 'assigned', reason: 'transferred', by: mina.id, to: noor.id, text: 'She asks about wholesale.', after: 1 });
      await line.settled();
      expect(line.row('thread', thread).agent).toEqual({ id: noor.id, name: 'Noor' });
      await noor.says(thread);
      expect((await noor.sees(thread)).mark).toBeUndefined();
      await mina.did('transfer', thread, { to: mina.id });
      expect([(await noor.sees(thread)).agent, noor.line.row('thread', thread).mark, (await noor.history(thread)).at(-1).reason]).toEqual([mina.id, undefined, 'taken']);
      expect(await mina.does('transfer', thread, { to: 'nobody-of-this-name' })).toMatchObject({ type: 'nak', code: 'not_found' });
      const zoe = new Colleague(await at().agent(await at().hire('Zoe')));
      await at().desk(`agents/${zoe.id}`, { method: 'DELETE', cookie: at().owner });
      expect(await mina.does('transfer', thread, { to: zoe.id })).toMatchObject({ type: 'nak', code: 'not_found' });
      expect((await mina.sees(thread)).agent).toBe(mina.id);
    });

    rule('[D4] given back, it goes to whoever has a slot, and to the same one only if nobody else has', async () => {
      const [mina, noor] = [await crew.comes('Mina'), await crew.away('Noor')];
      const { thread } = await crew.writes();
      await mina.did('transfer', thread);
      const how = async () => (await noor.history(thread)).map(({ reason, to }) => [reason, to]);
      expect(await how()).toEqual([['routed', mina.id], ['released', undefined], ['routed', mina.id]]);
      await noor.is('available');
      await mina.did('transfer', thread);
      expect((await how()).slice(3)).toEqual([['released', undefined], ['routed', noor.id]]);
      expect(await mina.sees(thread)).toMatchObject({ state: 'assigned', agent: noor.id });
    });

    rule('[D5] a snooze behind her back or into the past is stale, beyond 366 days no frame; it is over when she writes, for its agent or for the queue', async () => {
      const mina = await crew.away('Mina');
      const { line, thread } = await at().guest();
      await mina.says(thread);
      await line.ask(say(thread, 'wait!'));
      const snooze = (seq: number, until: number, keep = true) => mina.does('snooze', thread, { seq, until, keep });
      expect(await snooze(2, Date.now() + HOUR_MS)).toMatchObject(stale);
      expect(await snooze(3, Date.now() - 1)).toMatchObject(stale);
      expect(await snooze(3, Date.now() + 366 * DAY_MS + HOUR_MS)).toMatchObject({ type: 'nak', code: 'bad_frame' });
      expect((await mina.sees(thread)).state).toBe('assigned');
      const until = Date.now() + 366 * DAY_MS - HOUR_MS;
      expect(await snooze(3, until)).toMatchObject({ type: 'ack' });
      expect(await mina.sees(thread)).toMatchObject({ state: 'snoozed', agent: mina.id, snooze: { until, keep: true } });
      expect((await mina.history(thread)).at(-1)).toMatchObject({ what: 'snoozed', by: mina.id, until, after: 3 });
      await line.ask(say(thread, 'and one more'));
      expect(await mina.sees(thread)).toMatchObject({ state: 'assigned', agent: mina.id, mark: 'returned', lapses: 0 });
      expect(mina.line.row('thread', thread).snooze).toBeUndefined();
      expect((await mina.history(thread)).at(-1)).toMatchObject({ what: 'woken', reason: 'visitor', after: 4 });
      expect(await snooze(4, until, false)).toMatchObject({ type: 'ack' });
      await line.ask(say(thread, 'hello?'));
      expect((await mina.sees(thread)).state).toBe('waiting');
      expect((await mina.sees(thread)).agent).toBeUndefined();
    });

    rule('[D5] once more moves the time, an answer leaves it aside, and whoever wakes or takes it has it at once', async () => {
      const [mina, noor] = [await crew.away('Mina'), await crew.away('Noor')];
      const { thread } = await at().guest();
      const until = Date.now() + HOUR_MS;
      for (const [how, who] of [['wake', noor], ['take', mina]] as const) {
        for (const later of [0, DAY_MS]) await mina.did('snooze', thread, { seq: 9, until: until + later, keep: true });
        await mina.says(thread, 'a thought that came later');
        expect(await noor.sees(thread)).toMatchObject({ state: 'snoozed', snooze: { until: until + DAY_MS } });
        await who.did(how, thread);
        expect(await mina.sees(thread)).toMatchObject({ state: 'assigned', agent: who.id });
      }
      expect((await noor.history(thread)).filter(({ what }) => what === 'woken')).toMatchObject([{ reason: 'agent', by: noor.id }]);
    });

    rule('[D6] within its hours what has not been answered stays where it is, also when a colleague has nothing to do', async () => {
      const mina = await crew.comes('Mina', 1);
      const { thread } = await crew.writes();
      const noor = await crew.comes('Noor');
      const { thread: next } = await crew.writes();
      expect([(await noor.sees(thread)).agent, (await noor.sees(next)).agent]).toEqual([mina.id, noor.id]);
      expect(noor.line.row('thread', thread).mark).toBeUndefined();
    });

    rule('[D7] a message after an end goes back to the agent who had it, full or not and whoever ended it; if she is away it waits like a new one', async () => {
      const [mina, noor] = [await crew.comes('Mina', 1), await crew.away('Noor')];
      const { line, thread } = await at().guest();
      await mina.says(thread);
      await noor.did('end', thread, { seq: 2 });
      const { thread: other } = await crew.writes();
      expect(await noor.sees(other)).toMatchObject({ agent: mina.id });
      await line.ask(say(thread, 'one more thing'));
      expect(await noor.sees(thread)).toMatchObject({ state: 'assigned', agent: mina.id, episode: 2, mark: 'returned' });
      expect((await noor.history(thread)).slice(-2)).toMatchObject([{ what: 'reopened' }, { what: 'assigned', reason: 'returned', to: mina.id }]);
      expect((await mina.me()).active).toBe(2);
      await mina.did('end', thread, { seq: 3 });
      await mina.is('away');
      await line.ask(say(thread, 'and another'));
      expect(await noor.sees(thread)).toMatchObject({ state: 'waiting', episode: 3 });
    });

    rule('[D9] her oldest unanswered message is due when her brand says', async () => {
      const mina = await crew.away('Mina');
      const { line, thread, id } = await at().guest();
      const { waiting: first } = await mina.sees(thread);
      expect(Math.abs(first - mina.line.row('message', id).at)).toBeLessThan(CLOCK_MS);
      await laterThan(Date.now() + CLOCK_MS);
      await line.ask(say(thread, 'hello?'));
      expect(await mina.sees(thread)).toMatchObject({ waiting: first, due: first + OVERDUE_MS });
      await mina.says(thread);
      expect([(await mina.sees(thread)).waiting, mina.line.row('thread', thread).due]).toEqual([undefined, undefined]);
    });

    rule('[D16] [D17] an end taken back is the same episode with whoever asks, and nobody is asked how it was', async () => {
      const [mina, noor] = [await crew.away('Mina'), await crew.away('Noor')];
      const { line, thread } = await at().guest();
      await mina.says(thread);
      await mina.did('end', thread, { seq: 2 });
      await line.settled();
      expect(line.row('thread', thread).survey).toMatchObject({ episode: 1 });
      await noor.did('reopen', thread);
      expect(await mina.sees(thread)).toMatchObject({ state: 'assigned', agent: noor.id, episode: 1 });
      expect((await mina.history(thread)).at(-1)).toMatchObject({ what: 'reopened', by: noor.id });
      await line.settled();
      expect([line.row('thread', thread).ended, line.row('thread', thread).episode, line.row('thread', thread).survey]).toEqual([false, 1, undefined]);
      expect(await line.ask({ type: 'rate', id: newId(), thread, episode: 1, score: 5 })).toMatchObject(stale);
    });
  });

  describe('D · What comes back by itself', () => {
    const crew = new Crew(aside);
    let hired: Promise<void>;

    slowRule('[D5] [D8] a snooze runs out at its time and not before: to its agent, marked and counted, or to the queue', async () => {
      hired = crew.hire('Mina', 'Noor', 'Ravi');
      await hired;
      const [mina, noor] = [await crew.away('Mina'), await crew.away('Noor')];
      const [kept, freed, left] = [await aside().guest(), await aside().guest(), await aside().guest()];
      for (const { thread } of [kept, freed, left]) await mina.did('take', thread);
      const until = Date.now() + NAP_MS;
      for (const [{ thread }, keep] of [[kept, true], [freed, false], [left, true]] as const) await mina.did('snooze', thread, { seq: 1, until, keep });
      await left.line.ask(say(left.thread, 'before its time'));
      const woken = async (thread: string) => (await noor.history(thread)).filter(({ what }) => what === 'woken');
      for (const { thread } of [kept, freed]) {
        await noor.line.hear(({ set }) => set?.some((row: { what?: string; thread?: string }) => row.what === 'woken' && row.thread === thread), 'the end of the snooze', 0);
        const [entry] = await woken(thread);
        expect(entry).toMatchObject({ reason: 'time' });
        expect(entry.at).toBeGreaterThanOrEqual(until);
        expect(entry.at).toBeLessThan(until + LATE_MS);
      }
      expect(await noor.sees(kept.thread)).toMatchObject({ state: 'assigned', agent: mina.id, mark: 'snooze_ended', lapses: 1 });
      expect([(await noor.sees(freed.thread)).state, noor.line.row('thread', freed.thread).agent, noor.line.row('thread', freed.thread).lapses]).toEqual(['waiting', undefined, 1]);
      expect(await woken(left.thread), 'its time passes without effect').toMatchObject([{ reason: 'visitor' }]);
      expect(await noor.sees(left.thread)).toMatchObject({ mark: 'returned', lapses: 0 });
      await kept.line.ask(say(kept.thread, 'here I am'));
      expect(await noor.sees(kept.thread)).toMatchObject({ lapses: 0 });
    });

    slowRule('[D8] what is said to somebody who is not there, after she had her answer, is counted until she writes', async () => {
      const idle = await hired.then(() => crew.away('Ravi'));
      const { line, thread } = await aside().guest();
      const prompts: number[] = [];
      const says = async () => {
        await idle.says(thread);
        prompts.push((await idle.sees(thread)).prompts);
      };
      for (let n = 0; n < 2; n++) await says();
      const { who } = await idle.sees(thread);
      await line.ask(say(thread, 'back in a minute'));
      line.drop();
      await idle.line.until(() => idle.line.of('presence').some((frame) => frame.who === who && !frame.here), 'that she is gone', 2 * PAGE_TURN_MS);
      for (let n = 0; n < 3; n++) await says();
      await crew.writes(thread, line.token);
      prompts.push((await idle.sees(thread)).prompts);
      expect(prompts, 'here, then away').toEqual([0, 0, 0, 1, 2, 0]);
    });
  });
}
