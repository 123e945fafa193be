import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fault } from '../protocol/parse.ts';
import { TO_AGENT } from '../protocol/to-agent.ts';
import { TO_VISITOR } from '../protocol/to-visitor.ts';
import { erase, exportOf } from '../server/privacy.ts';
import { recognise } from '../server/recognise.ts';
import { DeskRoom, type FakeSocket } from './desk-room.ts';

let room: DeskRoom;
let her: FakeSocket;
let ada: FakeSocket;
let bob: FakeSocket;

const HER = 'a'.repeat(64);
const HER_ID = HER.slice(0, 32);

beforeEach(async () => {
  room = await DeskRoom.open();
  [ada, bob] = [await room.agent(), await room.agent('bob', 'Bob')];
  her = await room.visitor(HER);
  her.say({ type: 'say', id: 'm1', thread: 'th', body: 'Is the Earl Grey back?' });
  await room.settle();
});
afterEach(() => {
  for (const frame of [...ada.got, ...bob.got]) expect(fault(frame, TO_AGENT), JSON.stringify(frame)).toBeUndefined();
  for (const frame of her.got) expect(fault(frame, TO_VISITOR), JSON.stringify(frame)).toBeUndefined();
  room.close();
});

const hear = async (socket: FakeSocket, frame: Parameters<FakeSocket['say']>[0]) => {
  socket.say(frame);
  await room.settle();
};
const rowsOf = (socket: FakeSocket, kind: string) => socket.of('changed').flatMap(({ set }) => set).filter((row) => row.kind === kind);
const notes = (socket: FakeSocket) => rowsOf(socket, 'entry').filter(({ what }) => what === 'note');

describe('a note', () => {
  const note = { type: 'note', id: 'n1', thread: 'th', body: '@Bob do we still have any?', mentions: ['bob', 'bob', 'nobody'] } as const;

  it('is told to all agents as an entry with its own id, behind the newest message, and names only colleagues [D11]', async () => {
    await hear(ada, { ...note, mentions: [...note.mentions] });
    expect(ada.last('ack')).toEqual({ type: 'ack', id: 'n1', at: room.now });
    const seq = await room.do((brand) => brand.threads.find('th')!.seq);
    const entry = { kind: 'entry', thread: 'th', id: 'n1', what: 'note', by: 'ada', text: note.body, mentions: ['bob'], after: seq, at: room.now };
    expect(notes(ada)).toMatchObject([entry]);
    expect(notes(bob)).toMatchObject([entry]);
  });

  it('is never told to a visitor, nor given to her with what she asks for [D10]', async () => {
    await hear(ada, { ...note, mentions: [] });
    await hear(her, { type: 'pull', thread: 'th', before: 100, n: 50 });
    her.say({ type: 'sync', rev: 0 });
    await room.visitor(HER);
    expect(JSON.stringify(her.got)).not.toContain('still have any');
    expect(her.last('page')).not.toHaveProperty('entries');
  });

  it('is kept once however often it arrives, and another with its id is refused [D11, A2]', async () => {
    for (let i = 0; i < 3; i++) await hear(ada, { ...note, mentions: ['bob'] });
    await hear(ada, { ...note, body: 'another', mentions: ['bob'] });
    await hear(bob, { ...note, body: 'somebody else\'s', mentions: [] });
    await hear(bob, { ...note, id: 'entry.1.0', mentions: [] });
    expect(ada.of('ack')).toHaveLength(3);
    expect(ada.of('nak')).toMatchObject([{ id: 'n1', code: 'conflict' }]);
    expect(bob.of('nak')).toMatchObject([{ id: 'n1', code: 'conflict' }, { id: 'entry.1.0', code: 'conflict' }]);
    expect(notes(bob)).toHaveLength(1);
    await hear(ada, { ...note, id: 'n2', thread: 'nowhere', mentions: [] });
    expect(ada.last('nak')).toMatchObject({ id: 'n2', code: 'not_found' });
  });

  it('comes with the page of its stretch of the thread, and with no other [D10]', async () => {
    await hear(ada, { ...note, id: 'early', body: 'early', mentions: [] });
    for (let i = 2; i < 12; i++) await hear(ada, { type: 'say', id: `m${i}`, thread: 'th', body: `${i}` });
    await hear(ada, { ...note, id: 'late', body: 'late', mentions: [] });
    const noted = async (before: number, n: number) => {
      await hear(bob, { type: 'pull', thread: 'th', before, n });
      return bob.last('page').entries.filter(({ what }: { what: string }) => what === 'note').map(({ text }: { text: string }) => text);
    };
    const { seq } = (await room.do((brand) => brand.threads.find('th')))!;
    expect(await noted(seq + 1, 3)).toEqual(['late']);
    expect(await noted(seq - 2, 3)).toEqual([]);
    expect(await noted(seq + 1, 50)).toEqual(['early', 'late']);
    expect(await noted(5, 50)).toEqual(['early']);
  });

  it('is caught up by whoever was away, and is there after a restart [D10]', async () => {
    const { rev, epoch } = ada.last('ok');
    await hear(ada, { ...note, mentions: [] });
    await room.restart();
    const back = await room.agent('carol', 'Carol');
    back.say({ type: 'hi', v: 1, rev, epoch });
    await room.settle();
    expect(back.last('ok').fresh).toBeUndefined();
    expect(back.last('ok').set.filter((row: { kind: string }) => row.kind === 'entry').map(({ id }: { id: string }) => id)).toContain('n1');
  });

  it('is in what is handed out about her, and gone from every table when she is erased', async () => {
    await hear(ada, { ...note, mentions: [] });
    await hear(ada, { type: 'tag', id: 't1', thread: 'th', tags: ['tea'] });
    expect(await room.do((brand) => exportOf(brand, HER_ID))).toMatchObject({ threads: [{ id: 'th', tags: ['tea'], messages: [{ id: 'm1' }] }], orders: [] });
    expect(JSON.stringify(await room.do((brand) => exportOf(brand, HER_ID)))).toContain('still have any');
    await room.do((brand) => erase(brand, HER_ID));
    const tables = await room.do(({ host }) => host.sql<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'told%'")
      .map(({ name }) => JSON.stringify(host.sql(`SELECT * FROM ${name}`))).join());
    expect(tables).not.toContain('still have any');
    expect(tables).not.toContain('Earl Grey');
  });
});

describe('tags', () => {
  it('are set all at once, each once, as they look [D12]', async () => {
    await hear(ada, { type: 'tag', id: 't1', thread: 'th', tags: [' tea ', 'tea', 'whole  sale', 'cafe\u0301', 'café', ' '] });
    expect(rowsOf(bob, 'thread').at(-1).tags).toEqual(['tea', 'whole sale', 'café']);
    await hear(bob, { type: 'tag', id: 't2', thread: 'th', tags: [] });
    expect(rowsOf(ada, 'thread').at(-1).tags).toEqual([]);
  });

  it('that are there already change nothing, too many or too long ones are refused [D12]', async () => {
    await hear(ada, { type: 'tag', id: 't1', thread: 'th', tags: ['tea'] });
    const head = await room.do((brand) => brand.head());
    await hear(ada, { type: 'tag', id: 't2', thread: 'th', tags: ['tea'] });
    expect(await room.do((brand) => brand.head())).toBe(head);
    await hear(ada, { type: 'tag', id: 't3', thread: 'th', tags: Array.from({ length: 21 }, (_, n) => `t${n}`) });
    await hear(ada, { type: 'tag', id: 't4', thread: 'th', tags: ['x'.repeat(41)] });
    expect(ada.of('nak')).toMatchObject([{ id: 't3', code: 'bad_frame' }, { id: 't4', code: 'bad_frame' }]);
    expect(await room.do((brand) => brand.threads.find('th')!.tags)).toBe('["tea"]');
  });
});

describe('who is blocked', () => {
  const block = (on: boolean, id = `b${on}`) => hear(ada, { type: 'block', id, visitor: HER_ID, on });

  it('is refused what she says, for good, and what stood before stays [D14]', async () => {
    await block(true);
    expect(rowsOf(bob, 'visitor').at(-1)).toMatchObject({ id: HER_ID, blocked: true });
    await hear(her, { type: 'typing', thread: 'th' });
    expect(ada.of('typing')).toEqual([]);
    await hear(her, { type: 'say', id: 'm2', thread: 'th', body: 'let me in' });
    await hear(her, { type: 'say', id: 'm3', thread: 'other', body: 'or here' });
    expect(her.of('nak')).toMatchObject([{ id: 'm2', code: 'blocked' }, { id: 'm3', code: 'blocked' }]);
    expect(her.last('nak')).not.toHaveProperty('retryAfter');
    await hear(her, { type: 'say', id: 'm1', thread: 'th', body: 'Is the Earl Grey back?' });
    expect(her.last('ack'), 'what was kept before is acknowledged again').toMatchObject({ id: 'm1', seq: 1 });
    expect(her.closed).toBeUndefined();
    expect(await room.do((brand) => brand.threads.visitorThreads(HER_ID, 0, 9).length)).toBe(1);
  });

  it('is refused what is told of her, too, and nothing of it is kept [D14]', async () => {
    await hear(her, { type: 'track', id: 'e1', name: 'basket' });
    await block(true);
    const events = () => room.do((brand) => brand.visitors.events(HER_ID, 9).map(({ name }) => name));
    await hear(her, { type: 'label', id: 'l1', name: 'Eve', email: 'eve@mail.example' });
    await hear(her, { type: 'track', id: 'e2', name: 'order', data: { id: '7', amount: 100, currency: 'EUR' } });
    expect(her.of('nak')).toMatchObject([{ id: 'l1', code: 'blocked' }, { id: 'e2', code: 'blocked' }]);
    expect(her.last('nak')).not.toHaveProperty('retryAfter');
    await hear(her, { type: 'track', id: 'e1', name: 'basket' });
    expect(her.last('ack'), 'what was kept before is acknowledged again').toMatchObject({ id: 'e1' });
    expect(await events()).toEqual(['basket']);
    expect(await room.do((brand) => brand.visitors.find(HER_ID))).not.toHaveProperty('email');
  });

  it('may write again when an agent lets her, also with what was refused [D14]', async () => {
    await block(true);
    await hear(her, { type: 'say', id: 'm2', thread: 'th', body: 'let me in' });
    await block(false);
    await hear(her, { type: 'say', id: 'm2', thread: 'th', body: 'let me in' });
    expect(her.last('ack')).toMatchObject({ id: 'm2' });
    expect(rowsOf(bob, 'visitor').at(-1)).not.toHaveProperty('blocked');
  });

  it('stays so after a restart, and under the name she proves [D14, I3]', async () => {
    await block(true);
    await room.restart();
    await room.do((brand) => recognise(brand, 'b'.repeat(64), { subject: 'customer-1' }));
    await room.do((brand) => recognise(brand, HER, { subject: 'customer-1' }));
    her = await room.visitor(HER);
    await hear(her, { type: 'say', id: 'm5', thread: 'th', body: 'it is me' });
    expect(her.last('nak')).toMatchObject({ id: 'm5', code: 'blocked' });
    [ada, bob] = [await room.agent(), await room.agent('bob', 'Bob')];
  });

  it('must be somebody [D14]', async () => {
    await hear(ada, { type: 'block', id: 'b9', visitor: 'nobody', on: true });
    expect(ada.last('nak')).toMatchObject({ id: 'b9', code: 'not_found' });
  });
});

describe('looking', () => {
  it('is told to colleagues alone, until she looks away or her connection ends [D15]', async () => {
    await hear(ada, { type: 'look', thread: 'th' });
    await hear(ada, { type: 'look', thread: 'th' });
    await hear(ada, { type: 'look', thread: 'nowhere' });
    expect(bob.of('look')).toEqual([{ type: 'look', agent: 'ada', thread: 'th' }]);
    expect(ada.of('look')).toEqual([]);
    await hear(ada, { type: 'look' });
    expect(bob.last('look')).toEqual({ type: 'look', agent: 'ada' });
    await hear(ada, { type: 'look', thread: 'th' });
    ada.close(1001);
    await room.settle();
    await room.settle();
    expect(bob.of('look')).toHaveLength(4);
    expect(bob.last('look')).toEqual({ type: 'look', agent: 'ada' });
    expect(her.of('look')).toEqual([]);
  });

  it('is told with an ok to whoever comes later, and of several windows it is the last [D15]', async () => {
    await hear(her, { type: 'say', id: 'm2', thread: 'th2', body: 'more' });
    await hear(ada, { type: 'look', thread: 'th' });
    room.now += 1;
    const second = await room.agent();
    await hear(second, { type: 'look', thread: 'th2' });
    const carol = await room.agent('carol', 'Carol');
    expect(carol.of('look')).toEqual([{ type: 'look', agent: 'ada', thread: 'th2' }]);
    expect(carol.got.findIndex(({ type }) => type === 'look')).toBeGreaterThan(carol.got.findIndex(({ type }) => type === 'ok'));
    second.close(1001);
    await room.settle();
    await room.settle();
    expect(carol.last('look')).toEqual({ type: 'look', agent: 'ada', thread: 'th' });
  });

  it('lives with the connection, so that it outlasts a sleep of the server [D15]', async () => {
    await hear(ada, { type: 'look', thread: 'th' });
    const kept = await room.do(({ host }) => host.connections('a:ada').map(({ data }) => JSON.stringify(data)));
    expect(kept[0]).toContain('"looking":{"thread":"th"');
    expect(kept[0]!.length).toBeLessThan(2_000);
  });
});

describe('the list', () => {
  it('has a box of all threads, and one of a visitor alone [A6]', async () => {
    const him = await room.visitor('c'.repeat(64));
    for (const [socket, thread] of [[her, 'th2'], [him, 'his'], [her, 'th3']] as const) {
      room.now += 1_000;
      await hear(socket, { type: 'say', id: `m-${thread}`, thread, body: 'hello' });
    }
    await hear(ada, { type: 'end', id: 'e1', thread: 'th2', seq: 9 });
    const ids = async (more: object) => {
      await hear(ada, { type: 'list', box: 'all', before: room.now + 1, n: 50, ...more } as never);
      return ada.last('listed').set.filter(({ kind }: { kind: string }) => kind === 'thread').map(({ id }: { id: string }) => id);
    };
    expect(await ids({})).toEqual(['th3', 'his', 'th2', 'th']);
    expect(await ids({ who: HER_ID })).toEqual(['th3', 'th2', 'th']);
    expect(await ids({ who: HER_ID, box: 'ended' })).toEqual(['th2']);
    expect(await ids({ who: HER_ID, n: 2 })).toEqual(['th3', 'th2']);
    expect(ada.last('listed')).toMatchObject({ box: 'all', more: true });
    expect(await ids({ who: 'nobody' })).toEqual([]);
  });
});
