import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RATE_MS } from '../protocol/limits.ts';
import { fault } from '../protocol/parse.ts';
import { TO_AGENT } from '../protocol/to-agent.ts';
import { TO_VISITOR } from '../protocol/to-visitor.ts';
import { erase, exportOf } from '../server/privacy.ts';
import { OwnReplyTime, replyTimeOf } from '../server/reply-time.ts';
import { DEFAULTS } from '../server/settings.ts';
import { DeskRoom, type FakeSocket } from './desk-room.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const HER = 'a'.repeat(64);

let room: DeskRoom;
let her: FakeSocket;
let ada: FakeSocket;
let acts = 0;

beforeEach(async () => {
  room = await DeskRoom.open();
  ada = await room.agent();
  her = await room.visitor(HER);
  await say(her);
  await say(ada);
});
afterEach(() => {
  for (const frame of ada.got) expect(fault(frame, TO_AGENT), JSON.stringify(frame)).toBeUndefined();
  for (const frame of her.got) expect(fault(frame, TO_VISITOR), JSON.stringify(frame)).toBeUndefined();
  room.close();
});

const hear: DeskRoom['hear'] = (socket, frame) => room.hear(socket, frame);
const say = (socket: FakeSocket, thread = 'th') => hear(socket, { type: 'say', id: `m${++acts}`, thread, body: 'hello' });
const end = () => hear(ada, { type: 'end', id: `e${++acts}`, thread: 'th', seq: 99 });
const rate = (score: 1 | 2 | 3 | 4 | 5, more: { text?: string; episode?: number; id?: string; thread?: string } = {}) =>
  hear(her, { type: 'rate', id: more.id ?? `r${++acts}`, thread: more.thread ?? 'th', episode: more.episode ?? 1, score, ...(more.text !== undefined ? { text: more.text } : {}) });
const rowOf = (socket: FakeSocket) => socket.of('changed').flatMap(({ set }) => set).filter(({ kind }) => kind === 'thread').at(-1);

describe('a survey [D17]', () => {
  it('is asked with the end, for a day, and of nobody before', async () => {
    expect(rowOf(her)).not.toHaveProperty('survey');
    await end();
    expect(rowOf(her)).toMatchObject({ ended: true, survey: { episode: 1, until: room.now + RATE_MS } });
    expect(rowOf(her).survey).not.toHaveProperty('score');
    await room.visitor(HER);
    expect((await room.visitor(HER)).last('ok').set.find(({ kind }: { kind: string }) => kind === 'thread').survey).toMatchObject({ episode: 1 });
  });

  it('that is answered is told to her and to the team, and may be changed until then', async () => {
    await end();
    await rate(5, { text: '  Quick and kind. ' });
    expect(her.last('ack')).toEqual({ type: 'ack', id: `r${acts}`, at: room.now });
    expect(rowOf(her).survey).toMatchObject({ score: 5, text: 'Quick and kind.' });
    expect(rowOf(ada)).toMatchObject({ score: 5, state: 'ended' });
    room.now += RATE_MS - 1;
    her = await room.visitor(HER);
    ada = await room.agent();
    await rate(2);
    expect(rowOf(her).survey).toMatchObject({ score: 2 });
    expect(rowOf(her).survey).not.toHaveProperty('text');
    expect(rowOf(ada)).toMatchObject({ score: 2 });
    const rated = await room.do(({ host }) => host.sql("SELECT score, text FROM entry WHERE what = 'rated' ORDER BY n"));
    expect(rated).toEqual([{ score: 5, text: 'Quick and kind.' }, { score: 2, text: null }]);
    room.now += 1;
    await rate(1);
    expect(her.last('nak')).toMatchObject({ id: `r${acts}`, code: 'stale' });
    expect(await room.do(({ host }) => host.sql('SELECT score FROM episode'))).toEqual([{ score: 2 }]);
  });

  it('is not answered twice by one answer that arrives twice, also when she has changed her mind in between', async () => {
    await end();
    await rate(5, { id: 'first' });
    await rate(1, { id: 'second' });
    await rate(5, { id: 'first' });
    expect(her.of('ack').slice(-3).map(({ id }) => id)).toEqual(['first', 'second', 'first']);
    expect(rowOf(her).survey.score).toBe(1);
    await rate(4, { id: 'first' });
    expect(her.last('nak')).toMatchObject({ id: 'first', code: 'conflict' });
    room.now += 2 * RATE_MS;
    her = await room.visitor(HER);
    await rate(5, { id: 'first' });
    expect(her.last('ack'), 'what was done then is acknowledged still').toMatchObject({ id: 'first' });
  });

  it('is stale before the end, for another episode, when the end was taken back, and when she has written again', async () => {
    const stale = async () => {
      expect(her.last('nak')).toMatchObject({ id: `r${acts}`, code: 'stale' });
    };
    await rate(5);
    await stale();
    await end();
    await rate(5, { episode: 2 });
    await stale();
    await hear(ada, { type: 'reopen', id: `o${++acts}`, thread: 'th' });
    expect(rowOf(her)).not.toHaveProperty('survey');
    await rate(5);
    await stale();
    await end();
    await rate(3);
    await say(her);
    expect(rowOf(her)).not.toHaveProperty('survey');
    expect(rowOf(ada), 'of the last episode that was rated').toMatchObject({ episode: 2, score: 3 });
    await rate(5);
    await stale();
  });

  it('is asked of nobody where the brand does not want it', async () => {
    await room.do((brand) => brand.change({ ...brand.settings, desk: { ...brand.settings.desk, survey: false } }));
    await end();
    expect(rowOf(her)).not.toHaveProperty('survey');
    await rate(5);
    expect(her.last('nak')).toMatchObject({ code: 'stale' });
  });

  it('of somebody else is not there, and who is blocked says nothing with it', async () => {
    await end();
    const him = await room.visitor('b'.repeat(64));
    await hear(him, { type: 'rate', id: 'r', thread: 'th', episode: 1, score: 1 });
    expect(him.last('nak')).toMatchObject({ id: 'r', code: 'not_found' });
    await hear(ada, { type: 'block', id: 'b1', visitor: HER.slice(0, 32), on: true });
    await rate(1, { text: 'rude words' });
    expect(her.last('nak')).toMatchObject({ code: 'blocked' });
  });

  it('outlasts a restart, is in what is handed out about her, and is gone when she is erased', async () => {
    await end();
    await rate(4, { text: 'unmistakable words' });
    await room.restart();
    [her, ada] = [await room.visitor(HER), await room.agent()];
    expect(her.last('ok').set.find(({ kind }: { kind: string }) => kind === 'thread').survey).toMatchObject({ score: 4 });
    expect(JSON.stringify(await room.do((brand) => exportOf(brand, HER.slice(0, 32))))).toContain('unmistakable words');
    await room.do((brand) => erase(brand, HER.slice(0, 32)));
    const left = await room.do(({ host }) => JSON.stringify([host.sql('SELECT * FROM episode'), host.sql('SELECT * FROM entry'), host.sql('SELECT * FROM act')]));
    expect(left).not.toContain('unmistakable');
  });
});

describe('the card', () => {
  const card = () => room.do((brand) => brand.card());
  const desk = (queue: number) => room.do((brand) => brand.change({ ...brand.settings, desk: { ...brand.settings.desk, queue } }));

  it('is busy from the thread on that fills the queue, and one may write all the same [D19]', async () => {
    await desk(2);
    await hear(ada, { type: 'status', id: 's1', status: 'away' });
    const others = [await room.visitor('b'.repeat(64)), await room.visitor('c'.repeat(64)), await room.visitor('d'.repeat(64))];
    for (const [n, busy] of [false, true, true].entries()) {
      await say(others[n]!, `th-${n}`);
      expect(others[n]!.last('ack')).toMatchObject({ thread: `th-${n}` });
      expect((await card()).busy).toBe(busy);
    }
    const next = await room.visitor('e'.repeat(64));
    expect(next.last('ok').me.card.busy).toBe(true);
  });

  it('of a brand that lets nobody wait is busy whenever nobody is available [D19]', async () => {
    await desk(0);
    expect(await card()).toMatchObject({ available: true, busy: false });
    await hear(ada, { type: 'status', id: 's1', status: 'away' });
    expect(await card()).toMatchObject({ available: false, busy: true });
  });

  it('says how soon the team answers by its own recent first replies, looked up at most every ten minutes', async () => {
    await room.do((brand) => brand.change({ ...DEFAULTS, replyTime: 'own' }));
    const episodes = (ms: number, count: number, began = room.now - DAY) => room.do(({ host }) => {
      host.sql("DELETE FROM episode WHERE thread = 'th'");
      for (let n = 1; n <= count; n++) host.sql("INSERT INTO episode (thread, n, began, first_reply) VALUES ('th', ?, ?, ?)", n, began, began + ms);
    });
    const cardIn = async (ms: number) => {
      room.now += ms;
      return (await card()).replyTime;
    };
    await episodes(5 * MINUTE, 4);
    expect(await cardIn(0), 'four are too few').toBe('hours');
    await episodes(5 * MINUTE, 5);
    expect(await cardIn(9 * MINUTE), 'kept').toBe('hours');
    expect(await cardIn(MINUTE)).toBe('minutes');
    await episodes(11 * HOUR, 9);
    expect(await cardIn(10 * MINUTE)).toBe('hours');
    await episodes(13 * HOUR, 9);
    expect(await cardIn(10 * MINUTE)).toBe('day');
    await episodes(5 * MINUTE, 9, room.now - 31 * DAY);
    expect(await cardIn(10 * MINUTE), 'too long ago').toBe('hours');
  });

  it('counts by day what was asked by day: a night that was answered in the morning does not make a team slow', async () => {
    const day = [{ from: 9 * 60, to: 17 * 60 }];
    await room.do((brand) => brand.change({ ...DEFAULTS, replyTime: 'own', hours: { on: true, zone: 'UTC', days: Array.from({ length: 7 }, () => day) } }));
    const morning = Math.floor(room.now / DAY) * DAY + 10 * HOUR;
    room.now = morning;
    await room.do(({ host }) => {
      host.sql("DELETE FROM episode WHERE thread = 'th'");
      let n = 0;
      const add = (began: number, ms: number) => host.sql("INSERT INTO episode (thread, n, began, first_reply) VALUES ('th', ?, ?, ?)", ++n, began, began + ms);
      for (let past = 1; past <= 5; past++) {
        add(morning - past * DAY, 5 * MINUTE);
        for (const late of [9, 10, 11]) add(morning - past * DAY + late * HOUR, (24 - late) * HOUR);
      }
    });
    expect((await card()).replyTime).toBe('minutes');
    room.now += 9 * HOUR;
    expect(await card(), 'at night she reads when they are back').toMatchObject({ open: false, opens: morning - HOUR + DAY });
  });

  it('takes the median, so that one night does not make a team slow', () => {
    expect(replyTimeOf([MINUTE, MINUTE, MINUTE, 3 * DAY, 3 * DAY])).toBe('minutes');
    expect(replyTimeOf([MINUTE, MINUTE, 3 * HOUR, 3 * DAY, 3 * DAY])).toBe('hours');
    expect(replyTimeOf([])).toBe('hours');
  });

  it('asks the database once in ten minutes, also when the clock is set back', () => {
    let asked = 0;
    let now = 1_000 * HOUR;
    const own = new OwnReplyTime({ now: () => now, sql: () => { asked++; return []; } } as never);
    for (let n = 0; n < 100; n++) own.now();
    expect(asked).toBe(1);
    now -= DAY;
    own.now();
    expect(asked).toBe(2);
  });
});
