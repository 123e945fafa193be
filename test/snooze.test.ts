import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeskThread } from '../protocol/messages.ts';
import { DeskRoom, type AnyFrame, type FakeSocket, signInAgain } from './desk-room.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Rule D5, on a real file and a clock that is moved. */
describe('D5: a snooze', () => {
  let room: DeskRoom;
  let ada: FakeSocket;
  let her: FakeSocket;
  let acts = 0;
  beforeEach(async () => {
    room = await DeskRoom.open();
    [her, ada] = [await room.visitor('h'.repeat(64)), await room.agent()];
    await act(her, { type: 'say', thread: 'th', body: 'Is it back?' });
    await act(ada, { type: 'say', thread: 'th', body: 'Tomorrow.' });
  });
  afterEach(() => room.close());

  const act = async (socket: FakeSocket, frame: object) => {
    const { id, ...rest } = { id: `act${++acts}`, ...frame };
    socket.say({ id, ...rest } as never);
    await room.settle();
    return socket.got.findLast((each) => (each.type === 'ack' || each.type === 'nak') && each.id === id);
  };
  const snooze = (more: object = {}) => act(ada, { type: 'snooze', thread: 'th', seq: 2, until: room.now + DAY, keep: true, ...more });
  const row = (): DeskThread => ada.of('changed').flatMap((frame) => frame.set).findLast((each: AnyFrame) => each.kind === 'thread' && each.id === 'th');
  const passWith = async (ms: number, ...there: FakeSocket[]) => {
    room.now += ms;
    await signInAgain(room);
    for (const each of there) each.say({ type: 'ping' });
    await room.settle();
    await room.pass(0);
  };
  const entries = () => room.do((brand) => brand.host.sql<{ what: string; reason: string | null; until: number | null }>('SELECT what, reason, until FROM entry ORDER BY n'));
  const jobs = () => room.do((brand) => brand.host.sql<{ due: number }>("SELECT due FROM job WHERE kind = 'snooze'").map(({ due }) => due));

  it('puts the thread aside, frees its slot, and tells everybody until when', async () => {
    const until = room.now + DAY;
    await snooze();
    expect(row()).toMatchObject({ state: 'snoozed', agent: 'ada', snooze: { until, keep: true } });
    expect(await room.do((brand) => brand.agents.find('ada')!.active)).toBe(0);
    expect((await entries()).at(-1)).toEqual({ what: 'snoozed', reason: null, until });
  });

  it('runs out at its time and not a moment before: with keep it is its agent\'s, marked, and counts as a lapse (D8)', async () => {
    await snooze();
    await passWith(DAY - 1, ada);
    expect(row().state).toBe('snoozed');
    await passWith(1, ada);
    expect(row()).toMatchObject({ state: 'assigned', agent: 'ada', mark: 'snooze_ended', lapses: 1 });
    expect(row().snooze).toBeUndefined();
    expect((await entries()).at(-1)).toMatchObject({ what: 'woken', reason: 'time' });
    await passWith(10 * DAY, ada);
    expect((await entries()).filter(({ what }) => what === 'woken'), 'once').toHaveLength(1);
  });

  it('without keep goes to the queue, and to somebody else first', async () => {
    await snooze({ keep: false });
    const bob = await room.agent('bob', 'Bob');
    await passWith(DAY, ada, bob);
    expect(row()).toMatchObject({ state: 'assigned', agent: 'bob', lapses: 1 });
    expect(row().mark).toBeUndefined();
  });

  it('ends when she writes, and returns; its time then passes without effect', async () => {
    await snooze();
    await act(her, { type: 'say', thread: 'th', body: 'Never mind.' });
    expect(row()).toMatchObject({ state: 'assigned', agent: 'ada', mark: 'returned', lapses: 0, waiting: room.now });
    expect((await entries()).at(-1)).toMatchObject({ what: 'woken', reason: 'visitor' });
    expect(await jobs()).toEqual([]);
    await passWith(DAY + HOUR, ada);
    expect((await entries()).filter(({ what }) => what === 'woken')).toHaveLength(1);
    expect(row()).toMatchObject({ mark: 'returned', lapses: 0 });
  });

  it('returns to an agent who is full, over her slots', async () => {
    await snooze();
    for (const id of ['a', 'b', 'c']) await act(await room.visitor(), { type: 'say', thread: id, body: 'hello' });
    await act(her, { type: 'say', thread: 'th', body: 'Never mind.' });
    expect(await room.do((brand) => brand.agents.find('ada'))).toMatchObject({ active: 4, slots: 3 });
  });

  it('again moves the time, earlier and later', async () => {
    await snooze();
    const later = room.now + 3 * DAY;
    await snooze({ until: later });
    expect(await jobs()).toEqual([later]);
    await passWith(2 * DAY, ada);
    expect(row()).toMatchObject({ state: 'snoozed', lapses: 0 });
    await snooze({ until: room.now + HOUR });
    await passWith(HOUR, ada);
    expect(row()).toMatchObject({ state: 'assigned', lapses: 1 });
    await snooze();
    await passWith(DAY, ada);
    expect(row().lapses).toBe(2);
  });

  it('ends at once for whoever wakes or takes it', async () => {
    const bob = await room.agent('bob', 'Bob');
    await snooze();
    expect(await act(bob, { type: 'wake', thread: 'th' })).toMatchObject({ type: 'ack' });
    expect(row()).toMatchObject({ state: 'assigned', agent: 'bob', lapses: 0 });
    expect(await jobs()).toEqual([]);
    await snooze();
    await act(ada, { type: 'take', thread: 'th' });
    expect(row()).toMatchObject({ state: 'assigned', agent: 'ada' });
    expect(await act(ada, { type: 'wake', thread: 'th' })).toMatchObject({ type: 'nak', code: 'stale' });
  });

  it('is over with an end, and nothing comes back', async () => {
    await snooze();
    await act(ada, { type: 'end', thread: 'th', seq: 2 });
    await passWith(2 * DAY, ada);
    expect(row().state).toBe('ended');
    expect(await jobs()).toEqual([]);
  });

  it('leaves the thread aside when an agent writes into it, with its time', async () => {
    await snooze();
    await act(ada, { type: 'say', thread: 'th', body: 'One thing more.' });
    expect(row()).toMatchObject({ state: 'snoozed', seq: 3 });
    await passWith(DAY, ada);
    expect(row().state).toBe('assigned');
  });

  it('is refused as stale when she wrote after what the agent saw, and when the time has passed; as bad_frame beyond a year', async () => {
    expect(await snooze({ until: room.now })).toMatchObject({ code: 'stale' });
    expect(await snooze({ until: room.now - 5 * DAY })).toMatchObject({ code: 'stale' });
    expect(await snooze({ until: room.now + 366 * DAY + 1 })).toMatchObject({ code: 'bad_frame', reason: 'until: at most 366 days away' });
    await act(her, { type: 'say', thread: 'th', body: 'Wait!' });
    expect(await snooze()).toMatchObject({ code: 'stale' });
    expect(row().state).toBe('assigned');
    expect(await snooze({ seq: 3, until: room.now + 366 * DAY })).toMatchObject({ type: 'ack' });
  });

  it('A2: is acknowledged again when its frame comes again, even after its time, and done once', async () => {
    const frame = { type: 'snooze', id: 'same', thread: 'th', seq: 2, until: room.now + HOUR, keep: true };
    await act(ada, frame);
    await passWith(2 * HOUR, ada);
    expect(await act(ada, frame)).toMatchObject({ type: 'ack' });
    expect(row()).toMatchObject({ state: 'assigned', mark: 'snooze_ended' });
    expect((await entries()).filter(({ what }) => what === 'snoozed')).toHaveLength(1);
    expect(await act(ada, { ...frame, until: room.now + HOUR })).toMatchObject({ code: 'conflict' });
  });

  it('that fell due while the server was down takes effect when it is up again, once', async () => {
    await snooze();
    room.now += 3 * DAY;
    await room.restart();
    await room.pass(0);
    await room.restart();
    await room.pass(60_000);
    expect(await room.do((brand) => brand.threads.find('th'))).toMatchObject({ state: 'assigned', agent: 'ada', mark: 'snooze_ended', lapses: 1 });
    expect((await entries()).filter(({ what }) => what === 'woken')).toHaveLength(1);
  });

  it('whose effect could not be written is tried again, and takes effect once', async () => {
    await snooze();
    await room.do((brand) => brand.host.script("CREATE TRIGGER broken BEFORE UPDATE ON thread BEGIN SELECT raise(ABORT, 'no'); END"));
    await passWith(DAY, ada);
    expect(row().state).toBe('snoozed');
    await room.do((brand) => brand.host.script('DROP TRIGGER broken'));
    await passWith(31_000, ada);
    expect(row()).toMatchObject({ state: 'assigned', mark: 'snooze_ended', lapses: 1 });
    expect((await entries()).filter(({ what }) => what === 'woken')).toHaveLength(1);
  });

  it('of hundreds that are due at once leaves none behind', async () => {
    await room.do((brand) => brand.host.sql(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
       INSERT INTO thread (id, visitor, state, agent, created, at, rev, snooze_until, held)
       SELECT 'many' || i, visitor, 'snoozed', 'ada', 1, 1, 1, ?, 1 FROM n, thread WHERE thread.id = 'th'`, room.now + HOUR));
    await room.do((brand) => brand.host.sql("INSERT INTO job (kind, arg, due) SELECT 'snooze', id, snooze_until FROM thread WHERE state = 'snoozed'"));
    await passWith(HOUR, ada);
    for (let n = 0; n < 6; n++) await room.pass(0);
    expect(await room.do((brand) => brand.host.sql("SELECT count(*) AS n FROM thread WHERE state = 'snoozed'"))).toEqual([{ n: 0 }]);
    expect(await jobs()).toEqual([]);
  });
});
