/** What a report says of delivery: of its days, whatever died in between, and for almost nothing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../protocol/report.ts';
import { report } from '../server/report.ts';
import { DeskRoom, type FakeSocket } from './desk-room.ts';
import { seeded } from './seeded.ts';

const SECOND = 1_000;
const QUARTER = 15 * 60 * SECOND;
const DAY = 96 * QUARTER;
/** What is only in memory is written within. */
const KEPT_WITHIN = 5 * SECOND;
/** More than the ten messages that may come at once. */
const FLOOD = { at: 30, messages: 14 };

let room: DeskRoom;
let from: number;
beforeEach(async () => {
  room = await DeskRoom.open();
  await room.agent();
  from = room.now;
});
afterEach(() => room.close());

const figures = (begin = from, end = room.now + 1): Promise<Delivery> => room.do((brand) => report(brand, { from: begin, to: end, zone: 'UTC' }).delivery);
const written = () => room.do(({ host }) => host.sql<{ kind: string; n: number }>('SELECT kind, sum(n) AS n FROM delivery GROUP BY kind ORDER BY kind'));
const say = async (socket: FakeSocket, id: string, body = 'hello', thread = 'th') => {
  await room.hear(socket, { type: 'say', id, thread, body });
  return socket.got.findLast((frame) => frame.id === id);
};
const her = () => room.visitor('a'.repeat(64));

describe('delivery', () => {
  // The first has a job that rings too early, and a death before the next change.
  test.each([506_986, Date.now() % 1_000_000])('equals what her own answers and the raw rows say, for days as they lie in any zone (seed %i)', async (seed) => {
    const random = seeded(seed);
    const heard: { at: number; kind: 'acked' | 'duplicates' | 'refused' | 'retried' }[] = [];
    for (let n = 0; n < 60; n++) {
      const socket = await her();
      // Once she says more at a time than anybody may, whatever chance brings.
      const isFlood = n === FLOOD.at;
      for (let times = isFlood ? FLOOD.messages : 1 + Math.floor(random() * 12); times > 0; times--) {
        const old = n > 0 && !isFlood && random() < 0.3;
        const id = old ? `m${Math.floor(random() * n)}` : `m${n}-${times}`;
        const isThere = await room.do((brand) => brand.threads.said('th', id) !== undefined);
        const answer = await say(socket, id, random() < 0.8 ? 'hello' : 'otherwise');
        heard.push({ at: room.now, kind: answer.type === 'ack' ? (isThere ? 'duplicates' : 'acked') : answer.retryAfter ? 'retried' : 'refused' });
      }
      if (random() < 0.2) await room.pass(KEPT_WITHIN);
      if (random() < 0.1) {
        await room.pass(KEPT_WITHIN);
        await room.restart();
      }
      room.now += Math.floor(random() * 8 * 60 * 60 * SECOND);
    }
    const rows = await room.do(({ host }) => host.sql<{ at: number }>("SELECT at FROM message WHERE by <> 'brand'"));
    // Midnight of Kathmandu and Adelaide, and half of a day.
    for (const [begin, end] of [[from, room.now + DAY], [from + 23 * QUARTER, from + 23 * QUARTER + 3 * DAY], [from + 58 * QUARTER, from + 58 * QUARTER + 9 * DAY]] as const) {
      const found = await figures(begin, end);
      const of = (kind: string) => heard.filter((each) => each.kind === kind && each.at >= begin && each.at < end).length;
      expect(found, `seed ${seed}`).toMatchObject({ since: begin, acked: of('acked'), duplicates: of('duplicates'), refused: of('refused'), retried: of('retried') });
      expect(found.acked).toBe(rows.filter(({ at }) => at >= begin && at < end).length);
    }
    expect(new Set(heard.map(({ kind }) => kind)).size, `seed ${seed}: each kind must occur`).toBe(4);
  }, 60_000);

  test('the days of a report have each message once: a stretch and the next one add up to both', async () => {
    const socket = await her();
    for (let n = 0; n < 4; n++) {
      await say(socket, `m${n}`);
      await say(socket, `m${n}`);
      room.now += QUARTER;
    }
    const [first, second, both] = [await figures(from, from + 2 * QUARTER), await figures(from + 2 * QUARTER, room.now), await figures(from, room.now)];
    expect([first, second, both].map(({ acked, duplicates }) => [acked, duplicates])).toEqual([[2, 2], [2, 2], [4, 4]]);
  });

  test('what was kept is counted from its row, so nothing of it is lost with the process, and it costs no message a row', async () => {
    const socket = await her();
    await say(socket, 'm1');
    await say(socket, 'm2');
    expect(await written()).toEqual([]);
    expect(await room.do(({ host }) => host.sql("SELECT 1 FROM job WHERE kind = 'delivery'"))).toEqual([]);
    await room.restart();
    expect(await figures()).toMatchObject({ acked: 2 });
  });

  test('once a day the rows are summed up, and each counts once', async () => {
    const socket = await her();
    await say(socket, 'm1');
    await room.pass(DAY);
    expect(await written()).toEqual([{ kind: 'acked', n: 1 }]);
    expect(await figures()).toMatchObject({ acked: 1 });
    await say(await her(), 'm2');
    expect(await figures()).toMatchObject({ acked: 2 });
    await room.pass(DAY);
    await room.pass(DAY);
    expect(await written()).toEqual([{ kind: 'acked', n: 2 }]);
    expect(await figures()).toMatchObject({ acked: 2 });
  });

  test('what leaves no row is written with the next change', async () => {
    const socket = await her();
    await say(socket, 'm1');
    await say(socket, 'm1');
    await say(socket, 'm1', 'otherwise');
    expect(await written()).toEqual([]);
    expect(await figures(), 'and is told before').toMatchObject({ acked: 1, duplicates: 1, refused: 1 });
    await say(socket, 'm2');
    expect(await written()).toEqual([{ kind: 'duplicates', n: 1 }, { kind: 'refused', n: 1 }]);
    await room.restart();
    expect(await figures()).toMatchObject({ acked: 2, duplicates: 1, refused: 1 });
  });

  test('without a change it is written by a job, before an object at the edge would sleep, and however many there are by one', async () => {
    const socket = await her();
    await say(socket, 'm1');
    for (let n = 0; n < 30; n++) await say(socket, 'm1');
    expect(await room.do(({ host }) => host.sql("SELECT due FROM job WHERE kind = 'delivery'"))).toEqual([{ due: room.now + KEPT_WITHIN }]);
    await room.pass(KEPT_WITHIN);
    expect(await written()).toContainEqual({ kind: 'duplicates', n: 30 });
    expect(await room.do(({ host }) => host.sql("SELECT 1 FROM job WHERE kind = 'delivery'"))).toEqual([]);
    await room.restart();
    expect(await figures()).toMatchObject({ acked: 1, duplicates: 30 });
  });

  test('pending are those that were asked to come again and have not come, for a day', async () => {
    const socket = await her();
    for (let n = 0; n < 10; n++) await say(socket, `m${n}`);
    expect(await say(socket, 'm10')).toMatchObject({ type: 'nak', code: 'rate_limited' });
    await say(socket, 'm11');
    await say(socket, 'm10');
    expect(await figures()).toMatchObject({ acked: 10, retried: 3, pending: 2 });
    await room.pass(60 * SECOND);
    expect(await say(await her(), 'm10')).toMatchObject({ type: 'ack' });
    expect(await figures()).toMatchObject({ acked: 11, retried: 3, pending: 1 });
    await room.pass(DAY);
    expect(await figures()).toMatchObject({ acked: 11, retried: 3, pending: 0 });
  });

  test('a brand that was here before it was counted says since when, and has what it kept all the same', async () => {
    const socket = await her();
    await say(socket, 'm1');
    await room.do(({ host }) => {
      // As a brand's file was before.
      host.script('DROP TABLE delivery; DROP TABLE tally; DROP TABLE stood; UPDATE schema SET step = 4');
    });
    room.now += DAY;
    await room.restart();
    expect(await figures()).toMatchObject({ since: from, acked: 1 });
    expect((await figures(from - DAY)).since).toBe(from);
    expect((await figures(from + QUARTER)).since).toBe(from + QUARTER);
  });
});
