import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { threadsIn } from '../server/boxes.ts';
import { Allowance } from '../server/limits.ts';
import { erase } from '../server/privacy.ts';
import { DeskRoom, type FakeSocket } from './desk-room.ts';

const YEAR = 365 * 24 * 3_600_000;
let room: DeskRoom;
beforeEach(async () => {
  room = await DeskRoom.open();
});
afterEach(() => room.close());

const token = (letter: string) => letter.repeat(64);
const say = (socket: FakeSocket, id: string, thread = 'th') => socket.say({ type: 'say', id, thread, body: `body of ${id}` });
const connectAs = (hash: string) =>
  room.connect({ role: 'visitor', connection: `raw-${Math.random()}`, visitor: hash.slice(0, 32), token: hash, from: 'there' });
const said = (thread = 'th') => room.do((brand) => brand.threads.messagesOf(thread).filter(({ by }) => by !== 'brand').map(({ id }) => id));

describe('a line that has not said hi (A20)', () => {
  it('is closed five seconds after it came, though others have greeted long ago and it answers pings', async () => {
    const her = await room.visitor();
    await room.pass(6_000);
    her.say({ type: 'ping' });
    const silent = connectAs(token('s'));
    await room.pass(2_000);
    silent.emit('pong');
    await room.pass(2_999);
    expect(silent.closed).toBeUndefined();
    const due = await room.do((brand) => brand.host.sql<{ due: number }>("SELECT due FROM job WHERE kind = 'sweep'")[0]!.due);
    expect(due).toBeLessThanOrEqual(room.now + 1);
    await room.pass(1);
    expect(silent.closed?.code).toBe(4408);
    expect(her.closed).toBeUndefined();
  });

  it.each(['{', '[]', '{"type":"hi"}', '{"type":"ping"}', '{"type":"say","id":"m","thread":"t","body":"x"}', ''])('is closed with 4400 where its first frame is %s', async (text) => {
    const line = connectAs(token('f'));
    line.say(text);
    await room.settle();
    expect(line.got.map(({ type, code }) => [type, code])).toEqual([['bye', 4400]]);
    expect(line.closed?.code).toBe(4400);
    expect(await said('t')).toEqual([]);
  });
});

describe('a token that is not good any more (A20)', () => {
  it('because nobody used it for a year opens nothing, though the visitor\'s id is made from it', async () => {
    const her = await room.visitor(token('y'));
    say(her, 'm1');
    await room.settle();
    her.close(1000);
    room.now += YEAR + 1;
    const late = connectAs(token('y'));
    late.say({ type: 'hi', v: 1, rev: 0 });
    await room.settle();
    expect(late.got.map(({ type, code }) => [type, code])).toEqual([['bye', 4401]]);
    expect(late.closed?.code).toBe(4401);
  });

  it('because its visitor was erased: what was on the way is not taken, and under a new token it is, once', async () => {
    const her = await room.visitor(token('e'));
    say(her, 'm1');
    await room.settle();
    const gone = room.owner.run((brand) => erase(brand, token('e').slice(0, 32)));
    say(her, 'm2');
    say(her, 'm3', 'another');
    await gone;
    await room.settle();
    say(her, 'm4');
    await room.settle();
    expect(her.closed?.code).toBe(4401);
    expect(her.got.at(-1)).toMatchObject({ type: 'bye', code: 4401 });
    expect([...await said(), ...await said('another')]).toEqual([]);
    const anew = await room.visitor(token('n'));
    for (const id of ['m2', 'm2']) say(anew, id);
    await room.settle();
    expect(await said()).toEqual(['m2']);
    expect(await room.do((brand) => brand.threads.find('th')!.visitor)).toBe(token('n').slice(0, 32));
  });
});

describe('whoever was sent away', () => {
  it('is not heard any more, however long her end takes to close: a dismissed agent does nothing', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    say(her, 'm1');
    await room.settle();
    ada.close = (code, reason = '') => { Object.assign(ada, { readyState: 2, closed: { code, reason } }); };
    await room.do((brand) => brand.dismiss('ada'));
    expect(ada.closed).toMatchObject({ code: 4401 });
    ada.say({ type: 'say', id: 'a1', thread: 'th', body: 'a last word' });
    ada.say({ type: 'end', id: 'e1', thread: 'th', seq: 99 });
    await room.settle();
    expect(await said()).toEqual(['m1']);
    expect(await room.do((brand) => brand.threads.find('th')!.state)).toBe('waiting');
  });
});

describe('what a batch that failed, or an unlucky instant, has taken with it', () => {
  it('a close: she does not stay here for ever in the eyes of the agents', async () => {
    const [her, ada] = [await room.visitor(token('h')), await room.agent()];
    say(her, 'm1');
    await room.settle();
    const before = ada.got.length;
    her.removeAllListeners('close');
    her.readyState = 3;
    for (let i = 0; i < 3; i++) {
      ada.say({ type: 'ping' });
      await room.pass(20_000);
    }
    expect(ada.got.slice(before).filter(({ type }) => type === 'presence')).toEqual([{ type: 'presence', who: token('h').slice(0, 32), here: false }]);
  });

  it('a session that ended while its socket was being opened: the socket goes at the next look', async () => {
    const ada = await room.agent();
    await room.do(({ host }) => { host.sql('DELETE FROM session'); });
    await room.pass(20_000);
    expect(ada.closed?.code).toBe(4401);
  });
});

describe('a message that has to wait (A25)', () => {
  it('is not overtaken by those behind it, which are on their way already', async () => {
    const her = await room.visitor();
    for (let i = 0; i < 10; i++) say(her, `m${i}`);
    await room.settle();
    room.now += 2_999;
    say(her, 'first');
    await room.settle();
    room.now += 2;
    say(her, 'second');
    await room.settle();
    expect(her.of('nak').map(({ id, code }) => [id, code])).toEqual([['first', 'rate_limited'], ['second', 'rate_limited']]);
    expect(her.of('nak')[0].retryAfter).toBeGreaterThanOrEqual(1_000);
    room.now += her.of('nak')[0].retryAfter;
    say(her, 'first');
    say(her, 'second');
    await room.settle();
    expect(await said()).toEqual([...Array.from({ length: 10 }, (_, i) => `m${i}`), 'first']);
    room.now += 3_000;
    say(her, 'second');
    await room.settle();
    expect((await said()).at(-1)).toBe('second');
  });

  it('does not wait for ever where the clock is set back', async () => {
    const her = await room.visitor();
    for (let i = 0; i < 11; i++) say(her, `m${i}`);
    await room.settle();
    room.now -= YEAR;
    say(her, 'm10');
    await room.settle();
    expect(her.of('nak').at(-1).retryAfter).toBeLessThanOrEqual(30_000);
  });

  it('because of its network has cost her none of her own', () => {
    const allowance = new Allowance();
    for (let i = 0; i < 20; i++) expect(allowance.thread(`other${i}`, 'office', 0)).toBe(0);
    for (let i = 0; i < 50; i++) expect(allowance.thread('her', 'office', 0)).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) expect(allowance.thread('her', 'home', 0)).toBe(0);
    expect(allowance.thread('her', 'home', 0)).toBeGreaterThan(0);
  });
});

describe('an id (A27)', () => {
  it('that is the brand\'s own cannot be taken, or the brand could not answer any more', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    ada.say({ type: 'status', id: 's', status: 'away' });
    say(her, 'auto.1');
    say(her, 'm1');
    ada.say({ type: 'say', id: 'auto.4', thread: 'th', body: 'x' });
    await room.settle();
    expect(her.of('nak')).toMatchObject([{ id: 'auto.1', code: 'conflict' }]);
    expect(ada.of('nak')).toMatchObject([{ id: 'auto.4', code: 'conflict' }]);
    expect(her.of('ack').map(({ seq }) => seq)).toEqual([1]);
    expect(await room.do((brand) => brand.threads.find('th')!.seq)).toBe(2);
  });

  it('of an act that was done is acknowledged again, also when the world has moved on since [A2]', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    say(her, 'm1');
    await room.settle();
    const end = { type: 'end', id: 'e1', thread: 'th', seq: 1 } as const;
    ada.say(end);
    say(her, 'm2');
    ada.say(end);
    ada.say({ ...end, id: 'e2' });
    await room.settle();
    expect(ada.of('ack').map(({ id }) => id)).toEqual(['e1', 'e1']);
    expect(ada.of('nak')).toMatchObject([{ id: 'e2', code: 'stale' }]);
    expect(await room.do((brand) => brand.threads.find('th')!.state)).toBe('assigned');
  });
});

describe('a slow reader (A26)', () => {
  it('may have one frame of any size under way; the next one behind a mebibyte of it sends her away', async () => {
    const her = await room.visitor();
    const { send } = her;
    her.send = (text) => {
      send.call(her, text);
      her.bufferedAmount += 3 * 2 ** 20;
    };
    her.say({ type: 'ping' });
    await room.settle();
    expect(her.closed).toBeUndefined();
    her.bufferedAmount = 2 ** 20;
    her.say({ type: 'ping' });
    await room.settle();
    expect(her.of('pong')).toHaveLength(2);
    her.say({ type: 'ping' });
    await room.settle();
    expect(her.closed?.code).toBe(1006);
    expect(her.of('pong')).toHaveLength(2);
    expect(room.log.map(({ event }) => event)).toContain('slow_consumer');
  });
});

describe('a list of thousands', () => {
  it('is in the order of activity whatever the states, and its pages meet', async () => {
    const states = ['waiting', 'assigned', 'snoozed', 'ended'];
    await room.do(({ host }) => {
      host.sql("INSERT INTO visitor (id, created, at, rev) VALUES ('v', 1, 1, 1)");
      for (let n = 1; n <= 40; n++) host.sql('INSERT INTO thread (id, visitor, state, created, at, rev) VALUES (?, ?, ?, 1, ?, 1)', `t${n}`, 'v', states[(n * 7) % 4]!, n);
    });
    const ats: number[] = [];
    for (let before = Number.MAX_SAFE_INTEGER, page = 99; page > 0; before = ats.at(-1)!) {
      const some = await room.do((brand) => threadsIn(brand.threads, 'open', before, 7).map(({ at }) => at));
      ats.push(...some);
      page = some.length;
    }
    expect(ats).toEqual(Array.from({ length: 40 }, (_, index) => 40 - index).filter((n) => (n * 7) % 4 !== 3));
  });
});
