/**
 * What is true of Cloudflare alone: a brand that nobody needs leaves the memory, and its sockets stay. Everybody must find
 * it as she left it. `made` counts how often the object was made, so each test knows that it really slept.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LANG_CHARS, TITLE_CHARS, URL_CHARS, ZONE_CHARS } from '../../protocol/limits.ts';
import { type Edge, EdgeRoom } from './edge-room.ts';
import { until } from './hosts.ts';
import { HI, type Line, newId, newToken, say } from './talk.ts';

/** The platform lets go of an object ten seconds after the last event, if nothing of ours holds it. */
const IDLE_MS = 12_000;

/** Time enough to fall asleep before it. */
const SOON_MS = 1_000;

let room: EdgeRoom;
let left: { edge: Edge; line: Line; thread: string; at: number };
beforeAll(async () => {
  room = await EdgeRoom.open();
  const edge = room.edge('left-alone', 'stays');
  await edge.create();
  const guest = await edge.place.guest();
  // Or it would look five seconds later whether she has said hi.
  await edge.ask('hasten', 'sweep');
  await edge.logged('rings');
  left = { edge, ...guest, at: Date.now() };
});
afterEach(() => room.hangUp());
afterAll(() => room.close());

describe('ping is answered without waking', () => {
  test('with the head that the brand has, also after later commits (S7)', async () => {
    const edge = await room.brand('ping');
    const { line, thread } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    const head = async () => (await edge.sql('SELECT rev FROM head'))[0].rev;

    const first = await head();
    await edge.sleep();
    const made = edge.made;
    for (const each of [line, agent, line]) expect(await each.ask({ type: 'ping' })).toEqual({ type: 'pong', head: first });
    expect(edge.made, 'nobody woke').toBe(made);

    await line.ask(say(thread));
    expect(edge.made, 'a word does wake it').toBe(made + 1);
    const second = await head();
    expect(second).toBeGreaterThan(first);
    expect(await line.ask({ type: 'ping' }), 'while it is awake').toEqual({ type: 'pong', head: second });
    await edge.sleep();
    expect(await agent.ask({ type: 'ping' })).toEqual({ type: 'pong', head: second });
    expect(edge.made).toBe(made + 1);
  });

  test('and counts as being heard of, so that a sweep after the sleep sends nobody away who pinged meanwhile (E2)', async () => {
    const edge = await room.brand('lease');
    const { line: alive } = await edge.place.guest();
    const { line: mute } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    // Written down no more often than every ten seconds: as if all had come a lease ago.
    await edge.ask('age', 80_000);
    await edge.sleep();
    await alive.ask({ type: 'ping' });
    await agent.ask({ type: 'ping' });
    await edge.ask('hasten', 'sweep');
    expect(await mute.ended()).toBe(1013);
    await alive.settled();
    await agent.settled();
  });
});

test('what became of messages that left no row is written down before it would sleep', async () => {
  const edge = await room.brand('counted');
  const { line, thread } = await edge.place.guest();
  const word = say(thread);
  for (let times = 3; times > 0; times--) expect(await line.ask(word)).toMatchObject({ type: 'ack' });
  expect(await line.ask({ ...word, body: 'something else' })).toMatchObject({ type: 'nak', code: 'conflict' });
  const [{ due }] = await edge.sql("SELECT due FROM job WHERE kind = 'delivery'") as [{ due: number }];
  expect(due - Date.now(), 'before the platform lets go of it').toBeLessThan(IDLE_MS / 2);
  await edge.ask('hasten', 'delivery');
  await until(async () => (await edge.sql("SELECT 1 FROM job WHERE kind = 'delivery'")).length === 0, 'the job');
  await edge.sleep();
  expect(await edge.sql('SELECT kind, n FROM delivery ORDER BY kind')).toEqual([{ kind: 'acked', n: 2 }, { kind: 'duplicates', n: 2 }, { kind: 'refused', n: 1 }]);
});

describe('hibernation and wake keep every connection', () => {
  test('its identity, its tags and what it subscribed to', async () => {
    const edge = await room.brand('identity');
    await edge.place.guest(newId(), { hi: { lang: 'de', page: { url: 'https://shop.example/tea', title: 'Tea' } } });
    await edge.place.visitor();
    await edge.place.agent(await edge.seat('mina'));
    const before = await edge.ask('lines');
    const made = edge.made;
    await edge.sleep();
    const after = await edge.ask('lines');
    expect(edge.made).toBe(made + 1);
    expect(after.every(({ open }) => open)).toBe(true);
    const byTag = (lines: typeof after) => lines.toSorted((a, b) => (a.tags.join() < b.tags.join() ? -1 : 1));
    expect(byTag(after)).toEqual(byTag(before));
    expect(after.map(({ tags }) => tags[0]).toSorted()).toEqual(['agents', 'visitors', 'visitors']);
    expect(after.map(({ attachment }) => (attachment as { who: { greeted?: boolean } }).who.greeted)).toEqual([true, true, true]);
  });

  test('both sides go on talking on the sockets they had', async () => {
    const edge = await room.brand('talk');
    const { line, thread } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    for (const [from, to] of [[line, agent], [agent, line]] as const) {
      await edge.sleep();
      const made = edge.made;
      const since = to.heard.length;
      const said = say(thread, 'after a sleep');
      expect(await from.ask(said)).toMatchObject({ type: 'ack', id: said.id });
      const told = await to.hear(({ type, set }) => type === 'changed' && set.some(({ id }: { id: string }) => id === said.id), 'the message', since);
      expect(told.set).toContainEqual(expect.objectContaining({ kind: 'message', id: said.id, body: 'after a sleep' }));
      expect(edge.made).toBe(made + 1);
    }
    await edge.sleep();
    const since = agent.heard.length;
    line.say({ type: 'typing', thread });
    await agent.hear(({ type }) => type === 'typing', 'her typing', since);
    const found = await edge.sql('SELECT seq FROM message WHERE by <> \'brand\' ORDER BY seq');
    expect(found).toHaveLength(3);
  });

  test('a message that is said again after the sleep is answered with the same ack, and is there once (M4)', async () => {
    const edge = await room.brand('again');
    const { line, thread } = await edge.place.guest();
    const said = say(thread);
    const ack = await line.ask(said);
    await edge.sleep();
    expect(await line.ask(said)).toEqual(ack);
    expect(await edge.sql('SELECT 1 FROM message WHERE id = ?', said.id)).toHaveLength(1);
  });

  test('who is here is known to whoever asks after the sleep, and who leaves while it sleeps is told (E2)', async () => {
    const edge = await room.brand('here');
    const { line } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    await edge.sleep();
    expect((await (await edge.place.ask(`/v1/here/card`)).json() as { available: boolean }).available, 'Mina is in').toBe(true);
    const other = await edge.place.agent(await edge.seat('noor'));
    const her = other.of('ok')[0].here.find((id: string) => !id.startsWith('a_'));
    expect(other.of('ok')[0].here.toSorted()).toEqual(['a_mina', 'a_noor', her].toSorted());

    await edge.sleep();
    const told = agent.heard.length;
    const tab = await edge.place.visitor({ token: line.token });
    await agent.settled();
    expect(agent.heard.slice(told).filter(({ who }) => who === her), 'she was here all along').toEqual([]);

    await edge.sleep();
    const made = edge.made;
    const since = agent.heard.length;
    tab.drop();
    line.drop();
    await edge.logged('made', made + 1);
    await until(async () => (await edge.sql("SELECT 1 FROM job WHERE kind = 'away' AND arg = ?", `v:${her}`)).length === 1, 'it to be noticed');
    await edge.ask('hasten', 'away', `v:${her}`);
    expect(await agent.hear(({ who }) => who === her, 'that she is gone', since)).toEqual({ type: 'presence', who: her, here: false });
    await edge.sleep();
    const back = agent.heard.length;
    await edge.place.visitor({ token: line.token });
    expect(await agent.hear(({ who }) => who === her, 'that she is back', back)).toEqual({ type: 'presence', who: her, here: true });
  });

  test('a visitor is told that the last agent has gone, although all slept when she left (E2)', async () => {
    const edge = await room.brand('gone');
    const { line } = await edge.place.guest();
    const agent = await edge.place.agent(await edge.seat('mina'));
    await line.hear(({ type }) => type === 'presence', 'that Mina is in', 0);
    await edge.sleep();
    const [made, since] = [edge.made, line.heard.length];
    agent.drop();
    await edge.logged('made', made + 1);
    await edge.sleep();
    await edge.ask('hasten', 'away', 'a:a_mina');
    expect(await line.hear(({ type }) => type === 'presence', 'that nobody is in', since)).toEqual({ type: 'presence', available: false });
  });
});

test('the longest greeting there can be fits into what is kept of a line (P7)', async () => {
  const edge = await room.brand('longest');
  const long = (chars: number) => 'ﷺ'.repeat(chars);
  const line = await edge.place.knock();
  const url = `https://shop.example/${'ж'.repeat(URL_CHARS - 21)}`;
  await line.ask({ ...HI, page: { url, referrer: url, title: long(TITLE_CHARS) }, lang: 'a'.repeat(LANG_CHARS), zone: 'a'.repeat(ZONE_CHARS) } as never);
  await edge.sleep();
  expect(await line.ask(say(newId()))).toMatchObject({ type: 'ack' });
  expect(await edge.sql("SELECT page ->> 'url' AS url FROM visitor")).toEqual([{ url }]);
});

describe('what was settled before the sleep holds after it', () => {
  test('the oldest of seven tabs is superseded, in the order in which they were opened (C8)', async () => {
    const edge = await room.brand('tabs');
    const token = newToken();
    const open = () => edge.place.visitor({ token });
    const tabs = [await open()];
    // The rest within one and the same millisecond.
    await edge.ask('stopClock');
    for (let n = 1; n < 6; n++) tabs.push(await open());
    await edge.ask('startClock');
    for (const oldest of [0, 1, 2, 3]) {
      await edge.sleep();
      tabs.push(await open());
      expect(await tabs[oldest]!.ended()).toBe(4409);
      // A browser answers a close by itself; until then the platform keeps the object awake.
      tabs[oldest]!.drop();
    }
    const made = edge.made;
    await edge.sleep();
    for (const tab of tabs.slice(4)) await tab.settled();
    expect(edge.made).toBe(made + 1);
    expect(tabs.map(({ closed }) => closed)).toEqual([4409, 4409, 4409, 4409, ...Array(6)]);
  });

  test('an agent who signs out in another tab while all sleep is hung up everywhere', async () => {
    const edge = await room.brand('signout');
    const cookie = await edge.seat('mina');
    const agent = await edge.place.agent(cookie);
    const other = await edge.place.agent(await edge.seat('noor'));
    await edge.sleep();
    expect((await edge.place.desk('sign-out', { method: 'POST', cookie })).status).toBe(204);
    expect(await agent.ended()).toBe(4401);
    await other.settled();
  });

  test('an agent whose session ends by itself while all sleep is hung up by the next sweep', async () => {
    const edge = await room.brand('revoked');
    const agent = await edge.place.agent(await edge.seat('mina'));
    await edge.sql('DELETE FROM session');
    await edge.ask('hasten', 'sweep', '', SOON_MS);
    await edge.sleep();
    const made = edge.made;
    expect(await agent.ended()).toBe(4401);
    expect(edge.made, 'the alarm alone woke it').toBe(made + 1);
  });

  test('whoever says no hi is sent away, although the brand slept meanwhile (S1)', async () => {
    const edge = await room.brand('silent');
    const mute = await edge.place.knock();
    await edge.ask('age', 6_000);
    await edge.ask('hasten', 'sweep', '', SOON_MS);
    await edge.sleep();
    const made = edge.made;
    expect(await mute.ended()).toBe(4408);
    expect(edge.made).toBe(made + 1);
  });

  test('… however often it pings, which nobody but the runtime hears', async () => {
    const edge = await room.brand('pings');
    const mute = await edge.place.knock();
    await edge.ask('age', 6_000);
    await edge.ask('hasten', 'sweep', '', SOON_MS);
    await edge.sleep();
    expect(await mute.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
    expect(await mute.ended()).toBe(4408);
  });

  test('a first frame that is no hi is refused after a sleep as before it (S1)', async () => {
    const edge = await room.brand('rude');
    const rude = await edge.place.knock();
    await edge.sleep();
    rude.say(say(newId()));
    expect(await rude.ended()).toBe(4400);
    const polite = await edge.place.knock();
    await edge.sleep();
    expect(await polite.ask(HI)).toMatchObject({ type: 'ok' });
  });
});

test('a year of the report is read a day at a time, and in between people are heard (H7)', async () => {
  const edge = await room.brand('year');
  const { line, thread } = await edge.place.guest();
  const cookie = await edge.seat('mina');
  const agent = await edge.place.agent(cookie);
  await edge.ask('deeds');
  const now = Date.now();
  let answered = false;
  const report = edge.place.desk(`report?from=${now - 366 * 24 * 3_600_000}&to=${now}`, { cookie }).finally(() => { answered = true; });
  // One after the other, as many as she may say.
  for (let n = 0; n < 100 && !answered; n++) await agent.ask(say(thread));
  expect((await report).status).toBe(200);
  const deeds = await edge.ask('deeds');
  expect(deeds.match(/\./g)!.length, 'its days').toBeGreaterThan(366);
  // Whoever asks is looked up first, and where her brand is; after that each step has a turn of its own.
  expect(Math.max(...deeds.split(' ').map((turn) => turn.replaceAll('m', '').length))).toBeLessThan(4);
  expect(deeds.replaceAll(' ', ''), 'somebody was heard in the middle of it').toMatch(/\.{3,}m[m.]*\.$/);
  expect(line.heard.filter(({ type }) => type === 'changed').length).toBeGreaterThan(0);
});

test('a brand that is left alone does fall asleep, by itself, and its sockets stay', async () => {
  const { edge, line, thread, at } = left;
  await until(() => Date.now() > at + IDLE_MS, 'the platform to let go', 2 * IDLE_MS);
  expect(edge.made).toBe(1);
  expect(await line.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  expect(edge.made).toBe(1);
  expect(await line.ask(say(thread))).toMatchObject({ type: 'ack', seq: 3 });
  expect(edge.made, 'it had slept').toBe(2);
});
