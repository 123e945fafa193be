import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { erase } from '../server/privacy.ts';
import { recognise } from '../server/recognise.ts';
import { DeskRoom, type FakeSocket } from './desk-room.ts';

let room: DeskRoom;
beforeEach(async () => {
  room = await DeskRoom.open();
});
afterEach(() => room.close());

const token = (letter: string) => letter.repeat(64);
const say = (socket: FakeSocket, id: string, thread = 'th') => socket.say({ type: 'say', id, thread, body: `body of ${id}` });
const connectAs = (hash: string, visitor = hash.slice(0, 32)) =>
  room.connect({ role: 'visitor', connection: `raw-${Math.random()}`, visitor, token: hash, from: 'there' });

describe('becoming one person', () => {
  const person = { subject: 'customer-17', name: 'Grace' };
  const threadsOf = (visitor: string) => room.do((brand) => brand.threads.visitorThreads(visitor, 0, 99).map(({ id }) => id).sort());

  it('holds when a word for a new thread was on its way as whom she was before', async () => {
    const first = await room.visitor(token('1'));
    say(first, 'm1', 'one');
    await room.settle();
    await room.do((brand) => recognise(brand, token('1'), person));
    const second = await room.visitor(token('2'));
    const known = room.owner.run((brand) => recognise(brand, token('2'), person));
    say(second, 'm2', 'two');
    await known;
    await room.settle();
    expect(second.closed?.code).toBe(1012);
    expect(await room.do((brand) => brand.admit(token('2')))).toEqual({ visitor: token('1').slice(0, 32) });
    expect(await room.do((brand) => brand.visitors.find(token('2').slice(0, 32)))).toBeUndefined();
    const back = connectAs(token('2'), token('1').slice(0, 32));
    back.say({ type: 'hi', v: 1, rev: 0 });
    say(back, 'm2', 'two');
    await room.settle();
    expect(await threadsOf(token('1').slice(0, 32))).toEqual(['one', 'two']);
  });

  it('of two devices in the same instant, and of a third that joins a person with two, moves each thread once', async () => {
    for (const each of ['a', 'b', 'c']) {
      say(await room.visitor(token(each)), `m${each}`, `of-${each}`);
      await room.settle();
    }
    await Promise.all(['a', 'b'].map((each) => room.owner.run((brand) => recognise(brand, token(each), person))));
    await room.do((brand) => recognise(brand, token('c'), person));
    const ids = await Promise.all(['a', 'b', 'c'].map((each) => room.do((brand) => brand.admit(token(each)))));
    expect(new Set(ids.map((id) => JSON.stringify(id))).size).toBe(1);
    const { visitor } = ids[0] as { visitor: string };
    expect(await threadsOf(visitor)).toEqual(['of-a', 'of-b', 'of-c']);
    await room.do((brand) => erase(brand, visitor));
    for (const each of ['a', 'b', 'c']) expect(await room.do((brand) => brand.admit(token(each)))).toBe('erased');
    expect(await room.do((brand) => brand.host.sql('SELECT 1 FROM message'))).toEqual([]);
  });
});

describe('erasing while a backup reads', () => {
  it('neither waits nor fails, and the text leaves the log when the way is clear', async () => {
    const her = await room.visitor(token('e'));
    her.say({ type: 'say', id: 'm1', thread: 'th', body: 'canary-3b7f' });
    await room.settle();
    const file = `${room.dir}/brands/acme.sqlite`;
    const reader = new DatabaseSync(file);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM message').all();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const began = performance.now();
    await room.do((brand) => erase(brand, token('e').slice(0, 32)));
    expect(performance.now() - began).toBeLessThan(2_000);
    const inFiles = () => [file, `${file}-wal`].filter((each) => readFileSync(each).includes('canary-3b7f'));
    expect(inFiles().length, 'the reader is in the way').toBeGreaterThan(0);
    reader.close();
    for (let second = 0; second <= 30; second++) {
      vi.advanceTimersByTime(1_000);
      await room.settle();
    }
    vi.useRealTimers();
    expect(inFiles()).toEqual([]);
  });
});
