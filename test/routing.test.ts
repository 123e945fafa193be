import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeskThread, Entry } from '../protocol/messages.ts';
import { erase } from '../server/privacy.ts';
import { recognise } from '../server/recognise.ts';
import { route, type Candidate, type Seat } from '../server/routing.ts';
import { DEFAULTS } from '../server/settings.ts';
import { DeskRoom, type AnyFrame, type FakeSocket, signInAgain } from './desk-room.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('who gets a thread', () => {
  const seat = (agent: string, active: number, served = 0, slots = 3): Seat => ({ agent, active, served, slots });
  const waits = (thread: string, since: number, more: Partial<Candidate> = {}): Candidate => ({ thread, since, ...more });
  const given = (...args: Parameters<typeof route>) => route(...args).map(({ thread, agent }) => `${thread} ${agent}`);

  it('D3: the one with the fewest threads; of those the one who has been without a new one the longest', () => {
    expect(given([seat('ada', 2), seat('bob', 1)], [waits('t', 1)], 9)).toEqual(['t bob']);
    expect(given([seat('ada', 1, 7), seat('bob', 1, 5)], [waits('t', 1)], 9)).toEqual(['t bob']);
  });

  it('D3: threads are given out in the order in which they began to wait', () => {
    expect(given([seat('ada', 1)], [waits('late', 3), waits('first', 1), waits('next', 2)], 9)).toEqual(['first ada', 'next ada']);
  });

  it('D2: nobody gets one beyond her slots', () => {
    expect(given([seat('ada', 3), seat('bob', 5)], [waits('t', 1)], 9)).toEqual([]);
    expect(given([seat('ada', 0, 0, 1), seat('bob', 0, 0, 2)], ['a', 'b', 'c', 'd'].map((id, at) => waits(id, at)), 9)).toHaveLength(3);
  });

  it('D4: whoever gave it back gets it again only if nobody else has a slot', () => {
    expect(given([seat('ada', 0), seat('bob', 2)], [waits('t', 1, { givenBackBy: 'ada' })], 9)).toEqual(['t bob']);
    expect(given([seat('ada', 0), seat('bob', 3)], [waits('t', 1, { givenBackBy: 'ada' })], 9)).toEqual(['t ada']);
  });

  it('D6: what an agent has not handled goes to another, or stays; the slot it leaves is used', () => {
    expect(given([seat('ada', 0)], [waits('t', 1, { holder: 'ada' })], 9)).toEqual([]);
    expect(given([seat('ada', 1, 0, 1), seat('bob', 0, 0, 1)], [waits('old', 1, { holder: 'ada' }), waits('new', 2)], 9)).toEqual(['old bob', 'new ada']);
    expect(given([seat('ada', 1, 0, 1), seat('bob', 0, 0, 1), seat('cy', 1, 0, 1)], [waits('old', 1, { holder: 'cy' }), waits('new', 2)], 9)).toEqual(['old bob', 'new cy']);
  });

  it('changes nothing of what it was given, and says the same to the same', () => {
    const seats = [seat('bob', 0), seat('ada', 0)];
    const both = [waits('b', 1), waits('a', 1)];
    expect(given(seats, both, 9)).toEqual(given([...seats].reverse(), [...both].reverse(), 9));
    expect(seats[0]).toEqual(seat('bob', 0));
  });
});

describe('the queue', () => {
  let room: DeskRoom;
  let acts = 0;
  beforeEach(async () => {
    room = await DeskRoom.open({ desk: { ...DEFAULTS.desk, slots: 2 } });
  });
  afterEach(() => room.close());

  const act = async (socket: FakeSocket, frame: object) => {
    socket.say({ id: `act${++acts}`, ...frame } as never);
    await room.settle();
  };
  /** Somebody new asks something in a thread of that name. */
  const asks = async (thread: string) => {
    const socket = await room.visitor();
    await act(socket, { type: 'say', thread, body: `about ${thread}` });
    return socket;
  };
  const leaves = async (socket: FakeSocket) => {
    socket.close(1001);
    await room.settle();
    await room.pass(11_000);
  };
  /** Passes time while these stay: heard of before anything that is due looks for them. */
  const passWith = async (ms: number, ...there: FakeSocket[]) => {
    for (let left = ms; left > 0; left -= HOUR) {
      room.now += Math.min(left, HOUR);
      await signInAgain(room);
      for (const each of there) each.say({ type: 'ping' });
      await room.settle();
      await room.pass(0);
    }
  };
  const thread = (id: string) => room.do((brand) => brand.threads.find(id)!);
  const holders = () => room.do((brand) => Object.fromEntries(brand.host.sql<{ id: string; agent: string | null; state: string }>('SELECT id, agent, state FROM thread ORDER BY id')
    .map(({ id, agent, state }) => [id, state === 'assigned' ? agent : state])));
  const rowsOf = (socket: FakeSocket, kind: string): AnyFrame[] => socket.of('changed').flatMap((frame) => frame.set).filter((row) => row.kind === kind);
  const lastRow = (socket: FakeSocket, id: string): DeskThread => rowsOf(socket, 'thread').findLast((row) => row.id === id);
  const entries = async (id: string) => (await room.do((brand) => brand.host.sql<{ what: string; reason: string | null; by_agent: string | null; to_agent: string | null }>(
    'SELECT what, reason, by_agent, to_agent FROM entry WHERE thread = ? ORDER BY n', id)))
    .map(({ what, reason, by_agent, to_agent }) => [what, reason, by_agent && `by ${by_agent}`, to_agent && `to ${to_agent}`].filter(Boolean).join(' '));
  const activeOf = (socket: FakeSocket, agent: string) => rowsOf(socket, 'agent').findLast((row) => row.id === agent)?.active;

  it('D3: a thread goes at once to an agent who is here, and everybody is told in the same change', async () => {
    const ada = await room.agent();
    await asks('a');
    const { set } = ada.of('changed').find((frame) => frame.set.some((row: AnyFrame) => row.kind === 'thread'));
    expect(set.find((row: AnyFrame) => row.kind === 'thread')).toMatchObject({ state: 'assigned', agent: 'ada', waiting: room.now });
    expect(set.find((row: AnyFrame) => row.kind === 'agent')).toMatchObject({ id: 'ada', active: 1, slots: 2 });
    expect(set.find((row: AnyFrame) => row.kind === 'entry')).toMatchObject({ what: 'assigned', reason: 'routed', to: 'ada', after: 1 } satisfies Partial<Entry>);
  });

  it('D3: what waited for somebody to come is hers when she comes, first come, first served, as far as she has slots (D2)', async () => {
    for (const id of ['b', 'a', 'c']) {
      await asks(id);
      room.now += 1_000;
    }
    expect(await holders()).toEqual({ a: 'waiting', b: 'waiting', c: 'waiting' });
    const ada = await room.agent();
    expect(await holders()).toEqual({ a: 'ada', b: 'ada', c: 'waiting' });
    expect(activeOf(ada, 'ada')).toBe(2);
    await room.agent('bob', 'Bob');
    expect((await thread('c')).agent).toBe('bob');
  });

  it('D3: the slot of a thread that ends, is put aside, or is given to a colleague is used at once', async () => {
    const ada = await room.agent();
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await asks(id);
      room.now += 1_000;
    }
    expect(await holders()).toEqual({ a: 'ada', b: 'ada', c: 'waiting', d: 'waiting', e: 'waiting' });
    await act(ada, { type: 'end', thread: 'a', seq: 1 });
    await act(ada, { type: 'snooze', thread: 'b', seq: 1, until: room.now + HOUR, keep: true });
    expect(await holders()).toEqual({ a: 'ended', b: 'snoozed', c: 'ada', d: 'ada', e: 'waiting' });
    await room.do((brand) => brand.hire({ id: 'eve', name: 'Eve', email: 'eve@x.example', role: 'agent', password: 'x' }));
    await act(ada, { type: 'transfer', thread: 'c', to: 'eve', note: 'yours' });
    expect(await holders()).toMatchObject({ c: 'eve', e: 'ada' });
    expect(lastRow(ada, 'c').mark).toBe('transferred');
  });

  it('D2: what she takes goes beyond her slots, and she gets nothing new until she is below', async () => {
    const ada = await room.agent();
    for (const id of ['a', 'b', 'c', 'd']) {
      await asks(id);
      room.now += 1_000;
    }
    await act(ada, { type: 'take', thread: 'd' });
    expect(activeOf(ada, 'ada')).toBe(3);
    await act(ada, { type: 'end', thread: 'a', seq: 1 });
    expect(await holders()).toMatchObject({ c: 'waiting' });
    await act(ada, { type: 'end', thread: 'b', seq: 1 });
    expect(await holders()).toMatchObject({ c: 'ada', d: 'ada' });
  });

  it('D2: a number of her own counts instead of the brand\'s, and a higher one is used at once', async () => {
    await room.agent();
    for (const id of ['a', 'b', 'c', 'd']) await asks(id);
    await room.do((brand) => brand.write((change) => brand.agents.setSlots(change, 'ada', 3)));
    expect(Object.values(await holders()).filter((each) => each === 'ada')).toHaveLength(3);
    await room.do((brand) => brand.change({ ...brand.settings, desk: { ...brand.settings.desk, slots: 50 } }));
    expect(await room.do((brand) => brand.agents.find('ada'))).toMatchObject({ slots: 3, active: 3 });
    await room.do((brand) => brand.write((change) => brand.agents.setSlots(change, 'ada', null)));
    expect(await room.do((brand) => brand.agents.find('ada'))).toMatchObject({ slots: 50, active: 4 });
  });

  it('D3: an agent who goes away keeps her threads and gets no new ones; when she is available again she does', async () => {
    const ada = await room.agent();
    await asks('a');
    await act(ada, { type: 'status', status: 'away' });
    await asks('b');
    expect(await holders()).toEqual({ a: 'ada', b: 'waiting' });
    await act(ada, { type: 'status', status: 'available' });
    expect(await holders()).toEqual({ a: 'ada', b: 'ada' });
  });

  it('D3: a lost line keeps her place for as long as the brand says, also when the process died meanwhile', async () => {
    const ada = await room.agent();
    await leaves(ada);
    await passWith(4 * MINUTE);
    await asks('a');
    expect((await thread('a')).agent).toBe('ada');
    await room.restart();
    await passWith(MINUTE);
    await asks('b');
    expect((await thread('b')).state).toBe('waiting');
    await room.agent();
    expect((await thread('b')).agent).toBe('ada');
  });

  it('D3: a process that died with her line gives her a place no longer than that', async () => {
    await room.agent();
    await room.pass(30_000);
    await room.restart();
    await asks('a');
    expect((await thread('a')).agent).toBe('ada');
    await passWith(6 * MINUTE);
    await asks('b');
    expect((await thread('b')).state).toBe('waiting');
  });

  it('D3: opening hours close nobody\'s inbox: who is here and available gets what comes', async () => {
    await room.do((brand) => brand.change({ ...brand.settings, hours: { on: true, zone: 'UTC', days: Array.from({ length: 7 }, () => []) } }));
    await room.agent();
    const her = await asks('a');
    expect((await thread('a')).agent).toBe('ada');
    expect(her.last('changed').set.filter((row: AnyFrame) => row.by === 'brand'), 'she is told that the brand is closed').toHaveLength(1);
  });

  it('D4: back to the queue is to another while there is one, and to the same agent if nobody else has a slot', async () => {
    const [ada, bob] = [await room.agent(), await room.agent('bob', 'Bob')];
    await asks('a');
    const first = (await thread('a')).agent;
    const [one, other] = first === 'ada' ? [ada, 'bob'] : [bob, 'ada'];
    await act(one, { type: 'transfer', thread: 'a' });
    expect((await thread('a')).agent).toBe(other);
    await act(ada, { type: 'status', status: 'away' });
    await act(bob, { type: 'take', thread: 'a' });
    await act(bob, { type: 'transfer', thread: 'a' });
    expect((await thread('a')).agent).toBe('bob');
    expect((await entries('a')).slice(-2)).toEqual(['assigned released by bob', 'assigned routed to bob']);
  });

  it('D4: to somebody who has left the team, or never was in it, is not_found, and the thread stays', async () => {
    const ada = await room.agent();
    await room.agent('bob', 'Bob');
    await room.do((brand) => brand.dismiss('bob'));
    await asks('a');
    for (const to of ['bob', 'nobody']) {
      await act(ada, { type: 'transfer', thread: 'a', to });
      expect(ada.last('nak')).toMatchObject({ code: 'not_found' });
    }
    expect((await thread('a')).agent).toBe('ada');
  });

  it('what a dismissed agent had goes back to the queue and on to the next, with the reason in its history (D10)', async () => {
    const ada = await room.agent();
    await asks('a');
    await asks('b');
    await act(ada, { type: 'snooze', thread: 'b', seq: 1, until: room.now + HOUR, keep: true });
    const bob = await room.agent('bob', 'Bob');
    await room.do((brand) => brand.dismiss('ada'));
    expect(await holders()).toEqual({ a: 'bob', b: 'snoozed' });
    expect(await entries('a')).toEqual(['assigned routed to ada', 'assigned dismissed', 'assigned routed to bob']);
    expect(activeOf(bob, 'ada')).toBe(0);
    await passWith(HOUR, bob);
    expect((await thread('b')).agent).toBe('bob');
  });

  it('A3: a reply to a colleague\'s thread takes nothing from her; a take does', async () => {
    const [ada, bob] = [await room.agent(), await room.agent('bob', 'Bob')];
    await act(bob, { type: 'status', status: 'away' });
    await asks('a');
    await act(bob, { type: 'say', thread: 'a', body: 'May I?' });
    expect(await thread('a')).toMatchObject({ agent: 'ada', waiting: null });
    await act(bob, { type: 'take', thread: 'a' });
    expect((await thread('a')).agent).toBe('bob');
    expect([activeOf(ada, 'ada'), activeOf(ada, 'bob')]).toEqual([0, 1]);
  });

  it('D7: her message after an end returns to the agent who had it, full or not, whoever ended it', async () => {
    const [ada, bob] = [await room.agent(), await room.agent('bob', 'Bob')];
    await act(bob, { type: 'status', status: 'away' });
    const her = await asks('a');
    await act(bob, { type: 'end', thread: 'a', seq: 1 });
    await asks('b');
    await asks('c');
    await act(bob, { type: 'status', status: 'available' });
    await act(her, { type: 'say', thread: 'a', body: 'one more thing' });
    expect(lastRow(ada, 'a')).toMatchObject({ state: 'assigned', agent: 'ada', mark: 'returned', episode: 2 });
    expect(activeOf(ada, 'ada')).toBe(3);
    expect(await entries('a')).toEqual(['assigned routed to ada', 'ended by bob', 'reopened', 'assigned returned to ada']);
  });

  it('D7: and to anybody, as a new one, when she is not in', async () => {
    const [ada, bob] = [await room.agent(), await room.agent('bob', 'Bob')];
    await act(bob, { type: 'status', status: 'away' });
    const her = await asks('a');
    await act(ada, { type: 'end', thread: 'a', seq: 1 });
    await act(bob, { type: 'status', status: 'available' });
    await act(ada, { type: 'status', status: 'away' });
    await act(her, { type: 'say', thread: 'a', body: 'one more thing' });
    expect(lastRow(bob, 'a')).toMatchObject({ state: 'assigned', agent: 'bob', episode: 2 });
    expect(lastRow(bob, 'a').mark).toBeUndefined();
  });

  it('D6: what its agent has not handled for as long as the brand lets her goes to another, who is told why', async () => {
    const ada = await room.agent();
    await asks('a');
    const bob = await room.agent('bob', 'Bob');
    await passWith(24 * HOUR - MINUTE, ada, bob);
    expect((await thread('a')).agent).toBe('ada');
    await passWith(2 * MINUTE, ada, bob);
    expect(lastRow(bob, 'a')).toMatchObject({ agent: 'bob', mark: 'fallback' });
    expect((await entries('a')).at(-1)).toBe('assigned fallback to bob');
    expect([activeOf(bob, 'ada'), activeOf(bob, 'bob')]).toEqual([0, 1]);
    await act(bob, { type: 'say', thread: 'a', body: 'Sorry for the wait.' });
    expect(lastRow(bob, 'a').mark).toBeUndefined();
    await passWith(25 * HOUR, ada, bob);
    expect((await thread('a')).agent, 'it was answered').toBe('bob');
  });

  it('D4, D6: a transfer that is taken back does not begin her wait anew; one that a colleague passed on has', async () => {
    const ada = await room.agent();
    await asks('a');
    const bob = await room.agent('bob', 'Bob');
    await act(bob, { type: 'status', status: 'away' });
    await passWith(23 * HOUR, ada, bob);
    await act(ada, { type: 'transfer', thread: 'a', to: 'bob' });
    await passWith(MINUTE, ada, bob);
    await act(ada, { type: 'transfer', thread: 'a', to: 'ada', mark: 'none' });
    expect(lastRow(ada, 'a')).toMatchObject({ state: 'assigned', agent: 'ada' });
    expect(lastRow(ada, 'a').mark).toBeUndefined();
    await act(bob, { type: 'status', status: 'available' });
    expect((await thread('a')).agent, 'it is not over').toBe('ada');
    await passWith(HOUR, ada, bob);
    expect(await thread('a')).toMatchObject({ agent: 'bob', mark: 'fallback' });

    await act(bob, { type: 'transfer', thread: 'a', to: 'ada' });
    await act(bob, { type: 'take', thread: 'a' });
    await passWith(23 * HOUR, ada, bob);
    await act(ada, { type: 'transfer', thread: 'a', to: 'ada', mark: 'none' });
    await passWith(2 * HOUR, ada, bob);
    expect((await thread('a')).agent, 'it was not hers to take back').toBe('ada');
  });

  describe('D4, D6: what is taken back does not begin her wait anew', () => {
    const take = { type: 'transfer', thread: 'a', to: 'ada', mark: 'none' } as const;
    const steps: [name: string, acts: (now: number) => object[]][] = [
      ['an end', () => [{ type: 'end', thread: 'a', seq: 1 }, { type: 'reopen', thread: 'a' }, take]],
      ['a snooze', (now) => [{ type: 'snooze', thread: 'a', seq: 1, until: now + HOUR, keep: true }, { type: 'wake', thread: 'a' }, take]],
      ['two transfers, one after the other', () => [{ type: 'transfer', thread: 'a', to: 'bob' }, take, { type: 'transfer', thread: 'a', to: 'bob' }, take]],
      ['an end, a snooze and a transfer, one after the other', (now) => [
        { type: 'end', thread: 'a', seq: 1 }, { type: 'reopen', thread: 'a' }, take, { type: 'snooze', thread: 'a', seq: 1, until: now + HOUR, keep: false },
        { type: 'wake', thread: 'a' }, take, { type: 'transfer', thread: 'a', to: 'bob' }, take,
      ]],
    ];
    it.each(steps)('%s', async (_, acts) => {
      const ada = await room.agent();
      await asks('a');
      const bob = await room.agent('bob', 'Bob');
      await act(bob, { type: 'status', status: 'away' });
      await passWith(23 * HOUR, ada, bob);
      const { held } = await thread('a');
      for (const each of acts(room.now)) {
        await passWith(MINUTE / 10, ada, bob);
        await act(ada, each);
      }
      expect(await thread('a')).toMatchObject({ state: 'assigned', agent: 'ada', held, mark: null });
      await act(bob, { type: 'status', status: 'available' });
      expect((await thread('a')).agent, 'it is not over').toBe('ada');
      await passWith(HOUR, ada, bob);
      expect(await thread('a')).toMatchObject({ agent: 'bob', mark: 'fallback' });
    });

    it('but a wake or a reopening that takes nothing back does, and so does what somebody else takes', async () => {
      const ada = await room.agent();
      await asks('a');
      const bob = await room.agent('bob', 'Bob');
      await act(bob, { type: 'status', status: 'away' });
      await passWith(2 * HOUR, ada, bob);
      await act(ada, { type: 'end', thread: 'a', seq: 1 });
      await act(ada, { type: 'reopen', thread: 'a' });
      expect((await thread('a')).held).toBe(room.now);
      await passWith(HOUR, ada, bob);
      await act(ada, { type: 'snooze', thread: 'a', seq: 1, until: room.now + HOUR, keep: true });
      await act(bob, { type: 'wake', thread: 'a' });
      await passWith(HOUR, ada, bob);
      await act(ada, { ...take });
      expect(await thread('a')).toMatchObject({ agent: 'ada', held: room.now });
    });
  });

  it('D4, D8: a mark that a transfer names counts only where it takes an act back, and the thread stood under it', async () => {
    const ada = await room.agent();
    const her = await asks('a');
    const bob = await room.agent('bob', 'Bob');
    const markAfter = async (who: FakeSocket, to: string, mark?: string) => {
      await act(who, { type: 'transfer', thread: 'a', to, ...(mark && { mark }) });
      return (await thread('a')).mark;
    };
    for (const mark of ['fallback', 'returned', 'snooze_ended', 'none']) {
      expect(await markAfter(ada, 'bob', mark), `given as ${mark}`).toBe('transferred');
      expect(await markAfter(ada, 'ada', mark), 'taken back').toBeNull();
    }
    // It did stand under this one.
    await act(ada, { type: 'snooze', thread: 'a', seq: 1, until: room.now + HOUR, keep: true });
    await act(her, { type: 'say', thread: 'a', body: 'Hello?' });
    expect(await thread('a')).toMatchObject({ agent: 'ada', mark: 'returned' });
    expect(await markAfter(ada, 'bob')).toBe('transferred');
    expect(await markAfter(ada, 'ada', 'fallback'), 'another').toBeNull();
    await act(ada, { type: 'snooze', thread: 'a', seq: 3, until: room.now + HOUR, keep: true });
    await act(her, { type: 'say', thread: 'a', body: 'Hello??' });
    expect(await markAfter(bob, 'bob', 'returned'), 'by somebody else').toBeNull();
    expect(await markAfter(bob, 'ada', 'returned'), 'what she took is taken back').toBe('returned');
    expect(await markAfter(ada, 'bob', 'returned'), 'and is nobody\'s to give on').toBe('transferred');
  });

  it('D6: it stays while nobody else is available, and goes when somebody comes', async () => {
    const ada = await room.agent();
    await asks('a');
    await passWith(25 * HOUR, ada);
    expect((await thread('a')).agent).toBe('ada');
    await room.agent('bob', 'Bob');
    expect(await thread('a')).toMatchObject({ agent: 'bob', mark: 'fallback' });
  });

  it('D6: an answer in time, and her next question, begin the time anew', async () => {
    const ada = await room.agent();
    const her = await asks('a');
    const bob = await room.agent('bob', 'Bob');
    await passWith(20 * HOUR, ada, bob, her);
    await act(ada, { type: 'say', thread: 'a', body: 'Here.' });
    await act(her, { type: 'say', thread: 'a', body: 'And this?' });
    await passWith(5 * HOUR, ada, bob, her);
    expect((await thread('a')).agent).toBe('ada');
    await passWith(20 * HOUR, ada, bob, her);
    expect((await thread('a')).agent).toBe('bob');
  });

  it('an erased visitor frees the slot she took, and leaves no job behind (I5)', async () => {
    const ada = await room.agent();
    const token = 'e'.repeat(64);
    const her = await room.visitor(token);
    for (const id of ['a', 'b']) await act(her, { type: 'say', thread: id, body: 'hello' });
    await act(ada, { type: 'snooze', thread: 'b', seq: 1, until: room.now + HOUR, keep: true });
    await asks('c');
    await asks('d');
    expect(await holders()).toMatchObject({ a: 'ada', b: 'snoozed', c: 'ada', d: 'waiting' });
    await room.do((brand) => erase(brand, token.slice(0, 32)));
    expect(await holders()).toEqual({ c: 'ada', d: 'ada' });
    expect(activeOf(ada, 'ada')).toBe(2);
    expect(await room.do((brand) => brand.host.sql("SELECT kind, arg FROM job WHERE arg IN ('a', 'b')"))).toEqual([]);
  });

  it('a visitor who is recognised takes her threads with her as they stand (I3)', async () => {
    const ada = await room.agent();
    const [phone, desktop] = ['p'.repeat(64), 'd'.repeat(64)];
    await act(await room.visitor(phone), { type: 'say', thread: 'a', body: 'from the phone' });
    await act(await room.visitor(desktop), { type: 'say', thread: 'b', body: 'from the desktop' });
    await act(ada, { type: 'snooze', thread: 'b', seq: 1, until: room.now + HOUR, keep: true });
    for (const token of [phone, desktop]) await room.do((brand) => recognise(brand, token, { subject: 'user-7' }));
    expect(await holders()).toEqual({ a: 'ada', b: 'snoozed' });
    const back = await room.visitor(phone);
    await act(back, { type: 'say', thread: 'b', body: 'me again' });
    expect(lastRow(ada, 'b')).toMatchObject({ state: 'assigned', agent: 'ada', mark: 'returned', who: phone.slice(0, 32) });
  });

  it('D16: reopen takes the end back: the same episode, its unanswered question still due (D9), and is stale once she has written', async () => {
    const ada = await room.agent();
    const asked = room.now;
    const her = await asks('a');
    room.now += MINUTE;
    await act(ada, { type: 'end', thread: 'a', seq: 1 });
    await act(ada, { type: 'reopen', thread: 'a' });
    expect(lastRow(ada, 'a')).toMatchObject({ state: 'assigned', agent: 'ada', episode: 1, waiting: asked, due: asked + 24 * HOUR });
    expect(await room.do((brand) => brand.host.sql('SELECT n, ended FROM episode'))).toEqual([{ n: 1, ended: null }]);
    await act(ada, { type: 'end', thread: 'a', seq: 1 });
    await act(her, { type: 'say', thread: 'a', body: 'again' });
    await act(ada, { type: 'reopen', thread: 'a' });
    expect(ada.last('nak')).toMatchObject({ code: 'stale' });
  });

  it('D9: her oldest unanswered message is due when the brand says, and the rows say so when it says another time', async () => {
    const ada = await room.agent();
    const asked = room.now;
    const her = await asks('a');
    room.now += MINUTE;
    await act(her, { type: 'say', thread: 'a', body: 'hello?' });
    expect(lastRow(ada, 'a')).toMatchObject({ waiting: asked, due: asked + 24 * HOUR });
    await room.do((brand) => brand.change({ ...brand.settings, desk: { ...brand.settings.desk, overdueHours: 2 } }));
    expect(lastRow(ada, 'a').due).toBe(asked + 2 * HOUR);
    await act(ada, { type: 'say', thread: 'a', body: 'Here.' });
    expect(lastRow(ada, 'a').due).toBeUndefined();
  });

  it('D8: prompts count what is said to her while she is away after her answer, and her next message begins anew', async () => {
    const ada = await room.agent();
    const token = 'q'.repeat(64);
    const her = await room.visitor(token);
    await act(her, { type: 'say', thread: 'a', body: 'hello' });
    await leaves(her);
    ada.say({ type: 'ping' });
    await act(ada, { type: 'say', thread: 'a', body: 'The answer.' });
    expect(lastRow(ada, 'a').prompts).toBe(0);
    await act(ada, { type: 'say', thread: 'a', body: 'Are you still there?' });
    expect(lastRow(ada, 'a').prompts).toBe(1);
    const back = await room.visitor(token);
    await act(ada, { type: 'say', thread: 'a', body: 'Ah, there you are.' });
    expect(lastRow(ada, 'a').prompts).toBe(1);
    await act(back, { type: 'say', thread: 'a', body: 'yes' });
    expect(lastRow(ada, 'a').prompts).toBe(0);
    expect(await room.do((brand) => brand.host.sql('SELECT prompts FROM episode'))).toEqual([{ prompts: 1 }]);
  });

  it('writes each episode down as it goes: began, first reply, end, agent, what was overdue', async () => {
    const ada = await room.agent();
    const began = room.now;
    const her = await asks('a');
    room.now += 25 * HOUR;
    await act(ada, { type: 'say', thread: 'a', body: 'Late, sorry.' });
    const replied = room.now;
    await act(ada, { type: 'say', thread: 'a', body: 'And more.' });
    room.now += HOUR;
    await act(ada, { type: 'end', thread: 'a', seq: 3 });
    const ended = room.now;
    await passWith(HOUR, ada, her);
    await act(her, { type: 'say', thread: 'a', body: 'again' });
    expect(await room.do((brand) => brand.host.sql('SELECT n, began, first_reply, ended, agent, prompts, lapses, overdue FROM episode ORDER BY n'))).toEqual([
      { n: 1, began, first_reply: replied, ended, agent: 'ada', prompts: 0, lapses: 0, overdue: 1 },
      { n: 2, began: room.now, first_reply: null, ended: null, agent: 'ada', prompts: 0, lapses: 0, overdue: 0 },
    ]);
  });
});
