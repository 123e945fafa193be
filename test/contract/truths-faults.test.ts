/**
 * What is true of Cloudflare alone: there a throw takes back neither what was written nor what was sent, an alarm is given
 * up after six tries, and an object whose constructor throws is lost. The faults are planted in a subclass; each test
 * knows from the log that its fault really fired.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Edge } from './edge-room.ts';
import { EdgeRoom } from './edge-room.ts';
import type { Fault } from './faulty-edge.ts';
import { until } from './hosts.ts';
import { wire } from '../raw-line.ts';
import { type Line, newId, say } from './talk.ts';

let room: EdgeRoom;
beforeAll(async () => { room = await EdgeRoom.open(); });
afterEach(() => room.hangUp());
afterAll(() => room.close());

/** All that a change leaves behind. */
const onDisk = async (edge: Edge) => ({
  head: (await edge.sql('SELECT rev FROM head'))[0].rev,
  messages: (await edge.sql('SELECT id FROM message ORDER BY n')).map(({ id }) => id),
  threads: await edge.sql('SELECT id, seq, state, rev FROM thread'),
});
const fired = (edge: Edge, fault: Fault) => edge.log('fault_fired').filter((line) => line.fault === fault).length;
const heardOf = (line: Line, id: string) => line.heard.filter((frame) => JSON.stringify(frame).includes(id));

describe('a throw in a handler rolls back and tells nobody', () => {
  test('and the line on which it came is closed, so that the outbox brings it again (R2)', async () => {
    const edge = await room.brand('throw');
    const { line, thread } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    const before = await onDisk(edge);
    const said = say(thread, 'once more');
    await edge.ask('plant', 'handler', 1);
    line.say(said);
    expect(await line.ended()).toBe(1011);
    expect(fired(edge, 'handler')).toBe(1);
    await agent.settled();
    expect([...heardOf(line, said.id), ...heardOf(agent, said.id)], 'neither ack nor row').toEqual([]);
    expect(await onDisk(edge)).toEqual(before);

    const again = await edge.place.visitor({ token: line.token });
    expect(await again.ask(said)).toMatchObject({ type: 'ack', id: said.id });
    await agent.settled();
    expect(heardOf(agent, said.id)).toHaveLength(1);
    expect((await onDisk(edge)).messages.filter((id) => id === said.id)).toEqual([said.id]);
  });

  test('and where the core itself catches it, she is asked to come again and keeps her line (M3)', async () => {
    const edge = await room.brand('nak');
    const { line, thread } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    const before = await onDisk(edge);
    const said = say(thread);
    await edge.ask('plant', 'frame', 1);
    expect(await line.ask(said)).toMatchObject({ type: 'nak', id: said.id, code: 'retry_later' });
    expect(fired(edge, 'frame')).toBe(1);
    await agent.settled();
    expect(heardOf(agent, said.id)).toEqual([]);
    expect(await onDisk(edge)).toEqual(before);
    await line.settled();
  });

  test('and a POST is answered with an error, having done nothing (H6)', async () => {
    const edge = await room.brand('post');
    const { line, thread } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    const before = await onDisk(edge);
    const said = say(thread);
    await edge.ask('plant', 'frame', 1);
    const [asked] = (await (await edge.place.post(line.token, [said])).json() as { frames: object[] }).frames;
    expect(asked).toMatchObject({ type: 'nak', code: 'retry_later' });
    await edge.ask('plant', 'handler', 1);
    expect((await edge.place.post(line.token, [said])).status).toBe(500);
    expect([fired(edge, 'frame'), fired(edge, 'handler')]).toEqual([1, 1]);
    await Promise.all([agent.settled(), line.settled()]);
    expect([...heardOf(line, said.id), ...heardOf(agent, said.id)]).toEqual([]);
    expect(await onDisk(edge)).toEqual(before);
  });

  test('and a line that cannot be let in is closed, and not left without anybody who watches it', async () => {
    const edge = await room.brand('join');
    await edge.place.guest();
    // The door reads in handlers of its own, the last of them is `join`.
    for (let handler = 1, isIn = false; !isIn; handler++) {
      expect(handler).toBeLessThan(6);
      await edge.ask('plantLater', 'handler', handler);
      const line = await edge.place.knock();
      isIn = line.status === 101 && await edge.ask('left') === 0;
      if (isIn) expect(await line.ended()).toBe(1011);
      line.drop();
    }
    expect(fired(edge, 'handler')).toBeGreaterThan(0);
  });

  test('but what is written is told to everybody, although one of the sockets breaks over it', async () => {
    const edge = await room.brand('send');
    const { line, thread } = await edge.place.guest();
    const [first, second] = [await edge.place.agent(await edge.seat('mina')), await edge.place.agent(await edge.seat('noor'))];
    const said = say(thread);
    // Her own is the first.
    await edge.ask('plantLater', 'send', 2);
    expect(await line.ask(said)).toMatchObject({ type: 'ack', id: said.id });
    expect(fired(edge, 'send')).toBe(1);
    await Promise.race([first.ended(), second.ended()]);
    const [broken, whole] = first.closed === undefined ? [second, first] : [first, second];
    expect(broken.closed, 'it comes back for what it missed').toBe(1011);
    expect(heardOf(await whole.settled(), said.id)).toHaveLength(1);
    expect(heardOf(await line.settled(), said.id).map(({ type }) => type)).toEqual(['changed', 'ack']);
  });

  test('and a line that breaks is one that has closed: whoever was on it is away after a while (E2)', async () => {
    const edge = await room.brand('breaks');
    const { line } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    const since = agent.heard.length;
    // Which would find her silent in the end.
    await edge.sql("DELETE FROM job WHERE kind = 'sweep'");
    // A bit that nobody has negotiated.
    line.bytes(wire({ rsv: 4, payload: '{}' }));
    expect(await line.ended()).toBe(1002);
    await edge.logged('socket_error');
    const her = agent.of('ok')[0].here.find((id: string) => !id.startsWith('a_'));
    await until(async () => (await edge.sql("SELECT 1 FROM job WHERE kind = 'away' AND arg = ?", `v:${her}`)).length === 1, 'it to be noticed');
    await edge.ask('hasten', 'away', `v:${her}`);
    expect(await agent.hear(({ who }) => who === her, 'that she is gone', since)).toMatchObject({ here: false });
  });
});

describe('the alarm handler never depends on the platform\'s six retries', () => {
  test('nine wakes that throw are nine alarms of our own, and the tenth does what was due', async () => {
    const edge = await room.brand('alarm');
    const mute = await edge.place.knock();
    await edge.ask('age', 90_000);
    await edge.sleep();
    // Each rest is over before it begins, or this would take four minutes.
    await edge.ask('fallBehind', 70_000);
    await edge.ask('plant', 'wake', 9);
    await edge.ask('hasten', 'sweep');
    expect(await mute.ended()).toBe(4408);
    expect(fired(edge, 'wake')).toBe(9);
    expect(edge.log('wake_failed')).toHaveLength(9);
    expect(edge.log('rings').slice(0, 10).map(({ tries }) => tries)).toEqual(Array(10).fill(0));
    await edge.ask('fallBehind', 0);
  });

  test('a wake that takes the whole object with it is tried by the platform once, and by an alarm of our own after that', async () => {
    const edge = await room.brand('crash');
    await edge.ask('plant', 'crash', 2);
    await edge.ask('hasten', 'tidy');
    await edge.logged('rings');
    // Our alarm is put a minute later: which is over before it begins.
    await edge.ask('fallBehind', 61_000);
    await edge.logged('rings', 3);
    await edge.ask('fallBehind', 0);
    expect(fired(edge, 'crash')).toBe(2);
    expect(edge.log('rings').slice(0, 3).map(({ tries }) => tries)).toEqual([0, 1, 0]);
    await until(async () => (await edge.sql("SELECT due FROM job WHERE kind = 'tidy'"))[0].due > Date.now(), 'the job to be done');
  });

  test('an alarm that finds no brand it can open comes again, and finds the one that was mended, without a request', async () => {
    const edge = await room.brand('broken');
    const { line, thread } = await edge.place.guest();
    await edge.ask('fallBehind', 6 * 60_000);
    const [{ step }] = await edge.sql('SELECT step FROM schema');
    // As if a later version had been here.
    await edge.sql('UPDATE schema SET step = 99');
    await edge.ask('hasten', 'sweep', '', 7 * 60_000);
    await edge.sleep();
    const said = say(thread);
    line.say(said);
    expect(await line.ended(), 'what nobody can hear is not dropped in silence (R2)').toBe(1011);
    expect(edge.log('brand_unavailable').at(-1).error).toBe('Error');
    const refused = await edge.place.post(line.token, [said]);
    expect([refused.status, (await refused.json() as { error: { code: string } }).error.code]).toEqual([503, 'retry_later']);
    expect((await edge.place.knock()).status).toBe(503);

    await edge.ask('ringIn', 0);
    await edge.logged('rings', 3);
    await edge.sql('UPDATE schema SET step = ?', step);
    await edge.logged('brand_back');
    await edge.ask('fallBehind', 0);
    const back = await edge.place.visitor({ token: line.token });
    expect(await back.ask(said)).toMatchObject({ type: 'ack', id: said.id });
  });

  test('one that could not be opened because the disk failed for a moment is opened by the next alarm', async () => {
    const edge = await room.brand('moment');
    const { line, thread } = await edge.place.guest();
    // Its rest is over before it begins.
    await edge.ask('fallBehind', 2 * 60_000);
    await edge.ask('plant', 'sql', 1);
    await edge.sleep();
    line.say(say(thread));
    expect(await line.ended()).toBe(1011);
    expect(fired(edge, 'sql')).toBe(1);
    await edge.logged('brand_back');
    await edge.ask('fallBehind', 0);
    expect((await edge.place.visitor({ token: line.token })).rows().filter(({ kind }) => kind === 'thread')).toHaveLength(1);
  });
});

describe('the object starts in one small migration transaction', () => {
  test('which leaves nothing behind when it fails half way, and all when it is tried again', async () => {
    const edge = room.edge('half');
    await edge.ask('plant', 'migration', 1);
    await expect(edge.create()).rejects.toThrow('500');
    expect(fired(edge, 'migration')).toBe(1);
    expect((await edge.sql('SELECT name FROM sqlite_master')).filter(({ name }) => !name.startsWith('_'))).toEqual([]);
    expect(await edge.create()).toHaveProperty('said');
    await edge.place.guest();
  });

  test('and on a plain wake it is one transaction that writes nothing', async () => {
    const edge = await room.brand('wake');
    const { line, thread } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    for (let n = 1; n < 4; n++) {
      await edge.sleep();
      const [made, since] = [edge.made, line.heard.length];
      agent.say({ type: 'typing', thread });
      await line.hear(({ type }) => type === 'typing', 'typing', since);
      await edge.logged('made', made + 1);
      expect(edge.log('made').at(-1)).toMatchObject({ transactions: 1, rowsWritten: 0, alarms: 0 });
      expect(edge.log('made').at(-1).statements).toBeLessThan(20);
    }
    expect(await line.ask(say(thread, newId()))).toMatchObject({ type: 'ack' });
  });
});
