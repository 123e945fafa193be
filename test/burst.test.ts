/** Messages that come in within one turn of the event loop are written and told together (server/burst.ts). */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Line } from '../server/hosts/node-line.ts';
import { Leaving } from '../server/hosts/node-leaving.ts';
import type { NodeOwner } from '../server/hosts/node-owner.ts';
import { Database } from '../server/hosts/node-database.ts';
import { Threads } from '../server/threads.ts';
import { type AnyFrame, DeskRoom, type FakeSocket } from './desk-room.ts';

const MINUTE = 60_000;
let room: DeskRoom;
beforeEach(async () => {
  room = await DeskRoom.open();
});
afterEach(() => {
  vi.restoreAllMocks();
  room.close();
});

/** Jobs that look at who is here, or write down what was counted: a test that moves the clock does not say when they are done. */
const ALARMS = ['sweep', 'delivery'];

type Said = [who: FakeSocket, frame: AnyFrame];
const say = (id: string, thread: string, body = `body of ${id}`, more = {}) => ({ type: 'say', id, thread, body, ...more });
const together = async (...all: Said[]) => {
  for (const [who, frame] of all) who.say(frame);
  await room.settle();
};
const since = (socket: FakeSocket, at: number, type: string): AnyFrame[] => socket.got.slice(at).filter((frame) => frame.type === type);

/** Two visitors with a thread each. */
async function couple(): Promise<[FakeSocket, FakeSocket]> {
  const both: [FakeSocket, FakeSocket] = [await room.visitor('a'.repeat(64)), await room.visitor('b'.repeat(64))];
  await together([both[0], say('a0', 'tha')], [both[1], say('b0', 'thb')]);
  return both;
}

describe('messages that came in together', () => {
  it('are one change, told in one frame to everybody it concerns, and each is acknowledged [S6] [M2]', async () => {
    const ada = await room.agent();
    const [her, him] = await couple();
    const marks = [ada, her, him].map(({ got }) => got.length) as [number, number, number];
    const commits = room.owner.commits;
    await together(...[1, 2, 3, 4].flatMap((n): Said[] => [[her, say(`a${n}`, 'tha')], [him, say(`b${n}`, 'thb', 'hm', { page: { url: 'https://shop.example/tea' } })]]));
    expect(room.owner.commits - commits).toBe(1);
    const [toAda, ...more] = since(ada, marks[0], 'changed');
    expect(more).toEqual([]);
    expect(toAda.set.filter((row: AnyFrame) => row.kind === 'message')).toHaveLength(8);
    expect(new Set(toAda.set.map((row: AnyFrame) => row.rev))).toEqual(new Set([toAda.rev]));
    for (const [who, mark, name] of [[her, marks[1], 'a'], [him, marks[2], 'b']] as const) {
      const told = since(who, mark, 'changed');
      expect(told).toHaveLength(1);
      expect(told[0].set.filter((row: AnyFrame) => row.kind === 'message').map((row: AnyFrame) => [row.id, row.seq, row.page]))
        .toEqual([1, 2, 3, 4].map((n) => [`${name}${n}`, n + 1, undefined]));
      expect(told[0].set.filter((row: AnyFrame) => row.kind === 'thread')).toMatchObject([{ id: `th${name}`, seq: 5, visitor: { got: 5, seen: 5 } }]);
      expect(since(who, mark, 'ack').map((ack) => [ack.id, ack.seq])).toEqual([1, 2, 3, 4].map((n) => [`${name}${n}`, n + 1]));
    }
  });

  it('leave behind what they would have left one by one, and are answered alike', async () => {
    const play = async (isTogether: boolean) => {
      room.close();
      room = await DeskRoom.open();
      const ada = await room.agent();
      const people = await couple();
      const [her, him] = people;
      const step = async (...all: Said[]) => {
        room.now += MINUTE;
        // Whoever is silent for too long is sent away.
        await together(...[ada, her, him].map((who): Said => [who, { type: 'ping' }]));
        for (const each of isTogether ? [all] : all.map((one) => [one])) await together(...each);
      };
      await step([her, say('a1', 'tha')], [her, say('a1', 'tha')], [him, say('b1', 'thb')], [her, say('a1', 'tha', 'another')], [him, say('b2', 'tha')], [her, say('a2', 'tha')]);
      await step([her, say('a3', 'tha')], [him, say('b3', 'new')], [her, say('a4', 'tha')], [him, say('b4', 'new')], [him, say('b5', 'thb')], [her, say('auto.9', 'tha')], [her, say('a5', 'tha')]);
      await step([ada, { type: 'end', id: 'e1', thread: 'tha', seq: 9 }], [ada, { type: 'snooze', id: 'e2', thread: 'thb', seq: 9, until: room.now + 60 * MINUTE, keep: true }]);
      await step([her, say('a6', 'tha')], [him, say('b6', 'thb')], [her, say('a7', 'tha')], [him, say('b7', 'thb')], [him, { type: 'seen', thread: 'thb', seq: 2 }], [her, say('a8', 'tha')]);
      await step([ada, { type: 'status', id: 's1', status: 'away' }]);
      await step([her, say('a9', 'tha')], [her, say('a10', 'tha')], [him, 'no frame'], [him, say('b8', 'thb')]);
      await step([ada, say('c1', 'tha', 'hello')], [her, say('a11', 'tha')], [her, say('a12', 'tha')], [ada, say('c2', 'thb', 'hello')], [him, say('b9', 'thb')]);
      await step([ada, { type: 'block', id: 'k1', visitor: 'b'.repeat(32), on: true }]);
      await step([her, say('a13', 'tha')], [him, say('b10', 'thb')], [him, say('b9', 'thb')], [her, say('a14', 'tha')]);
      // More than one may say at once.
      await step(...Array.from({ length: 14 }, (_, n): Said => [her, say(`x${n}`, 'tha')]), [him, say('b11', 'thb')]);
      const tables = ['message', 'thread', 'episode', 'entry', 'job', 'visitor', 'token', 'act'];
      const stored = await room.do(({ host }) => tables.map((table) => host.sql<AnyFrame>(`SELECT * FROM ${table}`).map(({ rev: _, n: _n, ...row }) => (
        table === 'entry' ? { ...row, id: '' } : row)).filter(({ kind }) => !ALARMS.includes(kind))));
      const ofThread = (rows: AnyFrame[]) => rows.sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1));
      const counted = await room.do((brand) => brand.deliveries.figures(0, room.now + 60 * MINUTE));
      return { counted, stored: stored.map(ofThread), answers: people.map((who) => who.got.filter(({ type }) => ['ack', 'nak', 'refused', 'bye'].includes(type))) };
    };
    const apart = await play(false);
    expect(apart.answers.flat().filter(({ type }) => type === 'nak').map(({ code }) => code)).toEqual(expect.arrayContaining(['conflict', 'not_found', 'blocked', 'rate_limited']));
    const taken = vi.spyOn(Threads.prototype, 'find');
    expect(await play(true)).toEqual(apart);
    expect(taken).toHaveBeenCalled();
  });

  it('of which one fails, fail alone: it is asked for again, and the others are there once', async () => {
    const [her, him] = await couple();
    const append = Threads.prototype.append;
    vi.spyOn(Threads.prototype, 'append').mockImplementation(function failing(this: Threads, change, thread, draft) {
      const message = append.call(this, change, thread, draft);
      if (draft.id === 'bad') throw new Error('a bug');
      return message;
    });
    await together([her, say('a1', 'tha')], [him, say('b1', 'thb')], [her, say('bad', 'tha')], [him, say('b2', 'thb')], [him, say('b3', 'thb')]);
    expect(her.of('ack').map(({ id }) => id)).toEqual(['a0', 'a1']);
    expect(her.of('nak')).toMatchObject([{ id: 'bad', code: 'retry_later' }]);
    expect(him.of('ack').map(({ id, seq }) => [id, seq])).toEqual([['b0', 1], ['b1', 3], ['b2', 4], ['b3', 5]]);
    vi.restoreAllMocks();
    room.now += MINUTE;
    await together([her, say('bad', 'tha')], [him, say('b4', 'thb')]);
    const seqs = await room.do((brand) => brand.threads.page('tha', 99, 99).rows.map(({ id, seq }) => [id, seq]));
    expect(seqs).toEqual([['a0', 1], ['auto.1', 2], ['a1', 3], ['bad', 4]]);
  });

  it('hold nothing against anybody when one of them is said once more, however late [M4] [R3]', async () => {
    const [her, him] = await couple();
    for (let n = 1; n <= 12; n++) {
      if (n % 3 === 1) room.now += MINUTE;
      await together([her, say(`a${n}`, 'tha')], [him, say(`b${n}`, 'thb')]);
    }
    room.now += MINUTE;
    for (let times = 0; times < 2; times++) {
      her.got.length = him.got.length = 0;
      const mine = Array.from({ length: 5 }, (_, n): Said => [him, say(`${times}.${n}`, 'thb')]);
      await together(...mine, [her, say('a2', 'tha')], [her, say('a3', 'tha', 'something else')]);
      expect(him.of('ack')).toHaveLength(5);
      expect(her.got.map(({ type, code, seq }) => [type, code ?? seq])).toEqual([['ack', 4], ['nak', 'conflict']]);
    }
    // Ten at once were hers to say, and no more.
    await together(...Array.from({ length: 2 }, (_, n): Said => [him, say(`more${n}`, 'thb')]));
    expect(him.of('nak')).toHaveLength(2);
    const seqs = await room.do((brand) => brand.threads.page('thb', 99, 99).rows.map(({ seq }) => seq));
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
  });

  it('know of nothing that was not written after all: a full disk takes back what was remembered of a thread', async () => {
    const [her, him] = await couple();
    await together([her, say('a1', 'tha')], [him, say('b1', 'thb')]);
    const steps = vi.spyOn(Database.prototype, 'step');
    await room.owner.run(() => {});
    const database = steps.mock.contexts[0] as Database;
    steps.mockRestore();
    database.step('PRAGMA max_page_count = 1');
    const big = 'x'.repeat(9_000);
    await together(...[2, 3, 4].flatMap((n): Said[] => [[her, say(`a${n}`, 'tha', big)], [him, say(`b${n}`, 'thb', big)]]));
    const refused = [...her.of('nak'), ...him.of('nak')];
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ code }) => code === 'retry_later')).toBe(true);
    database.step('PRAGMA max_page_count = 1000000');
    room.now += 2 * MINUTE;
    await together(...[2, 3, 4].flatMap((n): Said[] => [[her, say(`a${n}`, 'tha', big)], [him, say(`b${n}`, 'thb', big)]]));
    for (const [thread, name] of [['tha', 'a'], ['thb', 'b']] as const) {
      const rows = await room.do((brand) => brand.threads.page(thread, 99, 99).rows);
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, at) => rows[0]!.seq + at));
      const ids = await room.do(({ host }) => host.sql<{ id: string }>("SELECT id FROM message WHERE thread = ? AND by = 'visitor' ORDER BY id", thread).map(({ id }) => id));
      expect(ids).toEqual([0, 1, 2, 3, 4].map((n) => `${name}${n}`));
      expect(await room.do((brand) => brand.threads.find(thread)!.seq)).toBe(6);
    }
  });

  it('of a crowd have their words taken in a little later, and are found', async () => {
    await room.agent();
    const all = await Promise.all(Array.from({ length: 60 }, (_, n) => room.visitor(`${n}`.padEnd(64, 'c'))));
    for (const [n, one] of all.entries()) await together([one, say('m', `th${n}`, 'tea')]);
    let rest: number | undefined;
    for (let round = 0; round < 9; round++) {
      room.now += 3 * MINUTE;
      await together(...all.map((one, n): Said => [one, say(`m${round}`, `th${n}`, 'tea')]));
      rest ??= await room.do(({ host }) => host.sql<{ due: number }>("SELECT due FROM job WHERE kind = 'words'").map(({ due }) => due - room.now)[0]);
    }
    expect(rest, 'those who speak are not held up by it again and again').toBeGreaterThan(0);
    expect(await room.do(({ host }) => host.sql("SELECT 1 FROM message WHERE body = 'tea'").length)).toBe(600);
    for (let wakes = 0; wakes < 20 && await room.do((brand) => brand.words.isFarBehind); wakes++) await room.pass(1_000);
    expect(await room.do((brand) => brand.words.isFarBehind)).toBe(false);
    const ada = await room.agent();
    await together([ada, { type: 'search', text: 'tea', before: Number.MAX_SAFE_INTEGER, n: 50 }]);
    expect(ada.last('found')).toMatchObject({ more: true });
  });
});

describe('what one commit has for a line', () => {
  it('is written in one piece, and in pieces where it is long', () => {
    const leaving = new Leaving();
    const pieces: number[] = [];
    let held = 0;
    const wire = { cork() {}, uncork() { pieces.push(held); held = 0; }, get writableLength() { return held; } };
    const socket = Object.assign(new EventEmitter(), { OPEN: 1, readyState: 1, bufferedAmount: 0, send: (text: string) => { held += text.length; } });
    const owner = { leaving, now: () => 0, later: (effect: () => void) => leaving.add(effect) } as unknown as NodeOwner;
    const line = new Line(owner, socket as never, { role: 'visitor', connection: 'c', visitor: 'v', token: 't', from: 'f' }, wire as never);
    for (let n = 0; n < 3; n++) line.send({ n });
    expect(held).toBe(0);
    leaving.leave();
    expect(pieces).toEqual([3 * '{"n":0}'.length]);
    for (let n = 0; n < 3; n++) line.send({ n, text: 'x'.repeat(50_000) });
    leaving.leave();
    expect(pieces.length).toBe(3);
    expect(Math.max(...pieces)).toBeLessThan(110_000);
  });
});
