import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseFromServer } from '../protocol/parse.ts';
import { TO_AGENT } from '../protocol/to-agent.ts';
import { TO_VISITOR } from '../protocol/to-visitor.ts';
import { Presence } from '../server/presence.ts';
import { erase } from '../server/privacy.ts';
import { recognise } from '../server/recognise.ts';
import { DeskRoom, type FakeSocket } from './desk-room.ts';

const HOUR = 3_600_000;
let room: DeskRoom;
beforeEach(async () => {
  room = await DeskRoom.open();
});
afterEach(() => room.close());

const say = async (socket: FakeSocket, id: string, body = `body of ${id}`, thread = 'th') => {
  socket.say({ type: 'say', id, thread, body });
  await room.settle();
};
const bodies = (socket: FakeSocket) => socket.of('changed').flatMap((frame) => frame.set).filter((row) => row.kind === 'message').map((row) => row.body);

describe('saying', () => {
  it('acknowledges a message with its place in the thread, after telling everyone of it', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    await say(her, 'm1', 'hello');
    expect(her.last('ack')).toMatchObject({ id: 'm1', thread: 'th', seq: 1 });
    expect(bodies(ada)).toContain('hello');
    expect(her.got.findIndex((frame) => frame.type === 'ack')).toBeGreaterThan(her.got.findIndex((frame) => frame.type === 'changed'));
  });

  it('gives the same answer to the same id again, and keeps one row', async () => {
    const her = await room.visitor();
    await say(her, 'm1', 'once');
    await say(her, 'm1', 'once');
    expect(her.of('ack').map((ack) => ack.seq)).toEqual([1, 1]);
    expect(await room.do((brand) => brand.threads.page('th', 99, 99).rows.filter((row) => row.by === 'visitor'))).toHaveLength(1);
  });

  it('refuses another text under the same id and keeps the first', async () => {
    const her = await room.visitor();
    await say(her, 'm1', 'first');
    await say(her, 'm1', 'second');
    expect(her.last('nak')).toMatchObject({ id: 'm1', code: 'conflict' });
    expect(await room.do((brand) => brand.threads.said('th', 'm1')!.body)).toBe('first');
  });

  it('takes the same id of another visitor as another message', async () => {
    const [her, him] = [await room.visitor(), await room.visitor()];
    await say(her, 'm1', 'hers', 'th-a');
    await say(him, 'm1', 'his', 'th-b');
    expect(him.last('ack')).toMatchObject({ id: 'm1', thread: 'th-b', seq: 1 });
  });

  it('tells nobody that a thread of somebody else exists', async () => {
    const [her, him] = [await room.visitor(), await room.visitor()];
    await say(her, 'm1', 'private');
    const heard = her.got.length;
    await say(him, 'm2', 'mine?', 'th');
    him.say({ type: 'pull', thread: 'th', before: 99, n: 50 });
    him.say({ type: 'seen', thread: 'th', seq: 1 });
    him.say({ type: 'typing', thread: 'th' });
    him.say({ type: 'pull', thread: 'no-such', before: 99, n: 50 });
    await room.settle();
    expect(him.last('nak')).toMatchObject({ id: 'm2', code: 'not_found' });
    expect(him.of('refused').map(({ code, reason }) => ({ code, reason }))).toEqual(Array(3).fill({ code: 'not_found', reason: 'no such thread' }));
    expect(him.of('page')).toEqual([]);
    expect(her.got.length).toBe(heard);
  });

  it('numbers a thread from 1 without holes, the same for everyone', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    await Promise.all(['a', 'b', 'c'].map((id) => say(her, id)));
    await Promise.all(['x', 'y'].map((id) => say(ada, id)));
    const seqs = (socket: FakeSocket) => socket.of('changed').flatMap((frame) => frame.set).filter((row) => row.kind === 'message').map((row) => `${row.seq} ${row.id}`);
    expect(seqs(her)).toEqual(seqs(ada));
    expect(seqs(her).map((each) => Number(each.split(' ')[0]))).toEqual([1, 2, 3, 4, 5]);
  });

  it('makes a lone surrogate well-formed instead of refusing what she wrote', async () => {
    const her = await room.visitor();
    her.say('{"type":"say","id":"m1","thread":"th","body":"broken \\ud83d emoji"}');
    await room.settle();
    expect(her.last('ack')).toBeTruthy();
    expect(await room.do((brand) => brand.threads.said('th', 'm1')!.body)).toBe('broken \ufffd emoji');
  });

  it('leaves no record of somebody who says nothing', async () => {
    await room.visitor();
    expect(await room.do((brand) => brand.host.sql('SELECT * FROM visitor'))).toEqual([]);
  });

  it('asks a fast writer to come back and takes the message then', async () => {
    const her = await room.visitor();
    for (let i = 0; i < 15; i++) her.say({ type: 'say', id: `m${i}`, thread: 'th', body: 'hi' });
    await room.settle();
    expect(her.of('ack')).toHaveLength(10);
    const refused = her.of('nak');
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({ code: 'rate_limited' });
    expect(refused[0].retryAfter).toBeGreaterThan(0);
    room.now += 30_000;
    await say(her, refused[0].id, 'hi');
    expect(her.last('ack')).toMatchObject({ id: refused[0].id, seq: 12 });
  });

  it('refuses the fourth new thread of an hour and takes it after', async () => {
    const her = await room.visitor();
    for (const thread of ['a', 'b', 'c', 'd']) await say(her, `m-${thread}`, 'hi', thread);
    expect(her.last('nak')).toMatchObject({ id: 'm-d', code: 'rate_limited' });
    room.now += HOUR;
    await say(her, 'm-d', 'hi', 'd');
    expect(her.last('ack')).toMatchObject({ id: 'm-d', seq: 1 });
  });
});

describe('the auto-reply', () => {
  it('follows her message at once when nobody is in, in her language, once per waiting spell', async () => {
    const her = await room.visitor(undefined, { lang: 'ar-EG' });
    await say(her, 'm1');
    await say(her, 'm2');
    const replies = await room.do((brand) => brand.threads.page('th', 99, 99).rows.filter((row) => row.by === 'brand'));
    expect(replies).toHaveLength(1);
    expect(replies[0]!.seq).toBe(2);
    expect(replies[0]!.body).toMatch(/شكر/);
  });

  it('leaves in the list what she asked, not what the brand always says', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    ada.say({ type: 'status', id: 's1', status: 'away' });
    await say(her, 'm1', 'where is my order?');
    expect(ada.last('changed').set.find((row: { kind: string }) => row.kind === 'thread')).toMatchObject({ seq: 2, preview: 'where is my order?', previewBy: 'visitor' });
  });

  it('stays away while somebody is in, and in a live exchange, and comes in the next waiting spell', async () => {
    const token = 'w'.repeat(64);
    const [her, ada] = [await room.visitor(token), await room.agent()];
    await say(her, 'm1');
    await say(ada, 'a1');
    ada.close(1000);
    await room.settle();
    await room.pass(60_000);
    await say(her, 'm2');
    expect(await room.do((brand) => brand.threads.page('th', 99, 99).rows.map((row) => row.by))).toEqual(['visitor', 'agent', 'visitor']);
    await room.pass(HOUR);
    const back = await room.visitor(token);
    await say(back, 'm3');
    await say(back, 'm4');
    expect(await room.do((brand) => brand.threads.page('th', 99, 99).rows.map((row) => row.by)))
      .toEqual(['visitor', 'agent', 'visitor', 'visitor', 'brand', 'visitor']);
  });
});

describe('coming back', () => {
  it('brings exactly what was missed', async () => {
    const token = 'k'.repeat(64);
    const [her, ada] = [await room.visitor(token), await room.agent()];
    await say(her, 'm1');
    const { epoch } = her.last('ok');
    const { rev } = her.last('changed');
    her.close(1001);
    await say(ada, 'a1', 'an answer');
    const back = await room.visitor(token, { epoch, rev });
    expect(back.last('ok').fresh).toBeUndefined();
    expect(back.last('ok').set.map((row: { kind: string; body?: string }) => row.body ?? row.kind)).toEqual(['an answer', 'thread']);
  });

  it('starts afresh when the epoch is another, or the rev is from the future', async () => {
    const token = 'k'.repeat(64);
    const her = await room.visitor(token);
    await say(her, 'm1');
    const { epoch } = her.last('ok');
    expect((await room.visitor(token, { epoch: 'another', rev: 1 })).last('ok')).toMatchObject({ fresh: true });
    expect((await room.visitor(token, { epoch, rev: 10_000 })).last('ok')).toMatchObject({ fresh: true });
    expect((await room.visitor(token, { epoch, rev: 1 })).last('ok').fresh).toBeUndefined();
  });

  it('starts afresh with the newest page when more was missed than a difference may hold', async () => {
    const token = 'k'.repeat(64);
    const her = await room.visitor(token);
    await say(her, 'm1');
    const { epoch } = her.last('ok');
    const { rev } = her.last('changed');
    const ada = await room.agent();
    for (let i = 0; i < 250; i++) {
      room.now += 60_000;
      ada.say({ type: 'say', id: `a${i}`, thread: 'th', body: 'x' });
      if (i % 50 === 0) await room.settle();
    }
    await room.settle();
    const ok = (await room.visitor(token, { epoch, rev })).last('ok');
    expect(ok.fresh).toBe(true);
    expect(ok.set.filter((row: { kind: string }) => row.kind === 'message')).toHaveLength(50);
  });

  it('carries the head in every pong, so that a lost last frame is noticed', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    await say(her, 'm1');
    const { rev } = her.last('changed');
    her.got.length = 0;
    her.say({ type: 'ping' });
    await room.settle();
    expect(her.last('pong')).toEqual({ type: 'pong', head: rev });
    await say(ada, 'a1', 'the lost one');
    her.say({ type: 'ping' });
    her.say({ type: 'sync', rev });
    await room.settle();
    expect(her.last('pong').head).toBeGreaterThan(rev);
    expect(her.last('changed').set.map((row: { body?: string }) => row.body)).toContain('the lost one');
  });

  it('knows everything after the process has died', async () => {
    const token = 'k'.repeat(64);
    const her = await room.visitor(token);
    await say(her, 'm1', 'still here');
    await room.restart();
    const back = await room.visitor(token);
    expect(back.last('ok').set.map((row: { body?: string }) => row.body)).toContain('still here');
    await say(back, 'm1', 'still here');
    expect(back.last('ack')).toMatchObject({ id: 'm1', seq: 1 });
  });
});

describe('the desk', () => {
  it('gives a thread to the agent who answers it, and tells her visitor the name', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    await say(her, 'm1');
    await say(ada, 'a1', 'hello');
    const message = her.last('changed').set.find((row: { kind: string }) => row.kind === 'message');
    expect(message).toMatchObject({ by: 'agent', name: 'Ada', body: 'hello' });
    expect(ada.last('changed').set.find((row: { kind: string }) => row.kind === 'thread')).toMatchObject({ state: 'assigned', agent: 'ada' });
  });

  it('ends a thread only with everything seen, and her next message reopens it with all that was said', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    await say(her, 'm1');
    await say(her, 'm2');
    ada.say({ type: 'end', id: 'e1', thread: 'th', seq: 1 });
    await room.settle();
    expect(ada.last('nak')).toMatchObject({ id: 'e1', code: 'stale' });
    ada.say({ type: 'end', id: 'e2', thread: 'th', seq: 2 });
    await room.settle();
    expect(her.last('changed').set[0]).toMatchObject({ kind: 'thread', ended: true });
    await say(her, 'm3');
    expect(her.last('changed').set.find((row: { kind: string }) => row.kind === 'thread')).toMatchObject({ ended: false, episode: 2, seq: 3 });
  });

  it('does an act once, however often it arrives', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    await say(her, 'm1');
    for (let i = 0; i < 2; i++) ada.say({ type: 'take', id: 't1', thread: 'th' });
    await room.settle();
    const bob = await room.agent('bob', 'Bob');
    bob.say({ type: 'take', id: 'b1', thread: 'th' });
    ada.say({ type: 'take', id: 't1', thread: 'th' });
    ada.say({ type: 'end', id: 't1', thread: 'th', seq: 1 });
    await room.settle();
    expect(ada.of('ack')).toHaveLength(3);
    expect(ada.last('nak')).toMatchObject({ id: 't1', code: 'conflict' });
    expect(await room.do((brand) => brand.threads.find('th'))).toMatchObject({ state: 'assigned', agent: 'bob' });
  });

  it('raises watermarks, never lowers them, and never beyond the newest message', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    await say(her, 'm1');
    await say(her, 'm2');
    for (const seq of [2, 1, 99]) ada.say({ type: 'seen', thread: 'th', seq });
    await room.settle();
    expect(await room.do((brand) => brand.threads.find('th'))).toMatchObject({ team_seen: 2, team_got: 2 });
    expect(her.of('changed').at(-1).set[0]).toMatchObject({ team: { got: 2, seen: 2 } });
  });

  it('shows a visitor as gone ten seconds after her last page, not between two pages', async () => {
    const token = 'k'.repeat(64);
    const [her, ada] = [await room.visitor(token), await room.agent()];
    await say(her, 'm1');
    ada.got.length = 0;
    her.close(1001);
    await room.settle();
    await room.pass(5_000);
    const next = await room.visitor(token);
    await room.pass(6_000);
    expect(ada.of('presence')).toEqual([]);
    next.close(1001);
    await room.settle();
    await room.pass(11_000);
    expect(ada.last('presence')).toMatchObject({ here: false });
  });

  it('tells visitors when somebody comes in and when nobody is left', async () => {
    const her = await room.visitor();
    expect(her.last('ok').me.card.available).toBe(false);
    const ada = await room.agent();
    expect(her.last('presence')).toEqual({ type: 'presence', available: true });
    ada.say({ type: 'status', id: 's1', status: 'away' });
    await room.settle();
    expect(her.last('presence')).toEqual({ type: 'presence', available: false });
  });

  it('closes a connection that has not been heard of for a lease, and one that says no hi', async () => {
    const her = await room.visitor();
    const mute = room.connect({ role: 'visitor', connection: 'mute', visitor: 'x'.repeat(32), token: 'x'.repeat(64), from: 'f' });
    await room.settle();
    await room.pass(6_000);
    expect(mute.closed?.code).toBe(4408);
    const ada = await room.agent();
    await room.pass(30_000);
    ada.say({ type: 'ping' });
    await room.pass(25_000);
    expect(her.closed).toBeUndefined();
    ada.say({ type: 'ping' });
    await room.pass(21_000);
    expect(her.closed?.code).toBe(1013);
    expect(ada.closed).toBeUndefined();
  });

  it('sends away who could not be greeted, and closes the line of a frame that nobody could answer for (R2)', async () => {
    const her = await room.visitor();
    her.say({ type: 'say', id: 'm1', thread: 't1', body: 'Hello' });
    await room.settle();
    await room.do((brand) => {
      Object.assign(brand.visitors, { greet() { throw new Error('planted'); } });
    });
    const again = room.connect({ role: 'visitor', connection: 'again', visitor: 'x'.repeat(32), token: 'x'.repeat(64), from: 'f' });
    her.say({ type: 'hi', v: 1, rev: 0 });
    await room.settle();
    expect(her.last('bye')).toMatchObject({ code: 1013 });
    expect(her.closed?.code).toBe(1013);
    await room.do((brand) => {
      Object.assign(brand, { receive() { throw new Error('planted'); } });
    });
    again.say({ type: 'hi', v: 1, rev: 0 });
    await room.settle();
    expect(again.closed?.code).toBe(1011);
  });

  it('looks for silent connections only while there is an agent to be told: a sleeping brand is not woken for nobody', async () => {
    const sweeps = () => room.do((brand) => brand.host.sql("SELECT due FROM job WHERE kind = 'sweep'").length);
    await room.visitor();
    await room.pass(6_000);
    expect(await sweeps()).toBe(0);
    await room.agent();
    await room.pass(6_000);
    expect(await sweeps()).toBe(1);
  });

  it('knows after a sleep whom the agents think here, and tells them when she has gone meanwhile', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    her.say({ type: 'say', id: 'm1', thread: 't1', body: 'Hello' });
    await room.settle();
    const { visitor } = await room.do((brand) => brand.host.sql<{ visitor: string }>('SELECT visitor FROM thread')[0]!);
    // Nobody hears of her end.
    her.removeAllListeners('close');
    await room.do((brand) => {
      // As after a hibernation: the same connections, nothing else remembered.
      Object.assign(brand, { presence: new Presence(brand) });
    });
    for (let n = 0; n < 4; n++) {
      await room.pass(25_000);
      ada.say({ type: 'ping' });
    }
    await room.pass(11_000);
    expect(her.closed?.code).toBe(1013);
    expect(ada.last('presence')).toEqual({ type: 'presence', who: visitor, here: false });
  });
});

describe('identity', () => {
  const sara = { subject: 'user-7', name: 'Sara', email: 'sara@shop.example' };

  it('joins what the same person said on two devices, and only hers', async () => {
    const [phone, desktop, other] = ['a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64)];
    const [one, two, three] = [await room.visitor(phone), await room.visitor(desktop), await room.visitor(other)];
    await say(one, 'm1', 'from the phone', 'th-phone');
    await say(two, 'm2', 'from the desktop', 'th-desktop');
    await say(three, 'm3', 'a stranger', 'th-other');
    expect(await room.do((brand) => recognise(brand, phone, sara))).toBe('ok');
    expect(await room.do((brand) => recognise(brand, desktop, sara))).toBe('ok');
    expect(two.closed?.code).toBe(1012);
    const back = await room.visitor(desktop);
    expect(back.last('ok').me).toMatchObject({ verified: true, name: 'Sara' });
    const threads = back.last('ok').set.filter((row: { kind: string }) => row.kind === 'thread').map((row: { id: string }) => row.id);
    expect(threads.sort()).toEqual(['th-desktop', 'th-phone']);
  });

  it('sends back a line that was being opened while her signature came: it was let in as somebody else', async () => {
    const [phone, desktop] = ['a'.repeat(64), 'b'.repeat(64)];
    await say(await room.visitor(phone), 'm1', 'from the phone', 'th-phone');
    await room.do((brand) => recognise(brand, phone, sara));
    const admitted = await room.do((brand) => brand.admit(desktop)) as { visitor: string };
    await room.do((brand) => recognise(brand, desktop, sara));
    const late = room.connect({ role: 'visitor', connection: 'late', visitor: admitted.visitor, token: desktop, from: 'there' });
    await room.settle();
    expect(late.closed?.code).toBe(1012);
    expect((await room.visitor(desktop)).last('ok').set.map((row: { id: string }) => row.id)).toContain('th-phone');
  });

  it('does not let one token become a second person', async () => {
    const token = 'a'.repeat(64);
    await say(await room.visitor(token), 'm1');
    expect(await room.do((brand) => recognise(brand, token, sara))).toBe('ok');
    expect(await room.do((brand) => recognise(brand, token, { subject: 'user-8' }))).toBe('other_person');
  });

  it('shows unproved labels as unverified, and never over proved ones', async () => {
    const token = 'a'.repeat(64);
    const her = await room.visitor(token);
    her.say({ type: 'label', id: 'l1', name: 'Someone' });
    await room.settle();
    expect(await room.do((brand) => brand.visitors.search({ id: token.slice(0, 32) })[0])).toMatchObject({ name: 'Someone', verified: false });
    await room.do((brand) => recognise(brand, token, sara));
    her.say({ type: 'label', id: 'l2', name: 'Mallory' });
    await room.settle();
    expect(await room.do((brand) => brand.visitors.search({ subject: 'user-7' })[0])).toMatchObject({ name: 'Sara', verified: true });
  });

  it('erases for good: rows, agents\' lists and the token, also against an old outbox', async () => {
    const token = 'a'.repeat(64);
    const [her, ada] = [await room.visitor(token), await room.agent()];
    await say(her, 'm1', 'canary-7f3a');
    await room.do((brand) => erase(brand, token.slice(0, 32)));
    expect(her.closed?.code).toBe(4401);
    expect(ada.last('changed').set).toContainEqual(expect.objectContaining({ kind: 'gone', id: token.slice(0, 32) }));
    expect(await room.do((brand) => brand.admit(token))).toBe('erased');
    const late = room.connect({ role: 'visitor', connection: 'late', visitor: token.slice(0, 32), token, from: 'f' });
    await room.settle();
    expect(late.closed?.code).toBe(4401);
    expect(await room.do((brand) => brand.host.sql('SELECT * FROM message'))).toEqual([]);
  });
});

describe('what it says', () => {
  it('is what the clients\' own gates let through', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    await say(her, 'm1');
    her.say({ type: 'track', id: 'e1', name: 'order', data: { amount: 5 } });
    await say(ada, 'a1');
    her.say({ type: 'ping' });
    her.say({ type: 'pull', thread: 'th', before: 9, n: 10 });
    her.say({ type: 'pull', thread: 'nope', before: 9, n: 10 });
    ada.say({ type: 'list', box: 'open', before: room.now + 1, n: 10 });
    ada.say({ type: 'typing', thread: 'th' });
    her.say({ type: 'typing', thread: 'th' });
    ada.say({ type: 'end', id: 'e', thread: 'th', seq: 0 });
    await room.settle();
    for (const frame of her.got) expect(parseFromServer(JSON.stringify(frame), TO_VISITOR)).toEqual({ frame });
    for (const frame of ada.got) expect(parseFromServer(JSON.stringify(frame), TO_AGENT)).toEqual({ frame });
    expect(new Set(her.got.map((frame) => frame.type))).toEqual(new Set(['ok', 'changed', 'ack', 'presence', 'pong', 'page', 'refused', 'typing']));
    expect(new Set(ada.got.map((frame) => frame.type))).toEqual(new Set(['ok', 'changed', 'ack', 'presence', 'listed', 'nak', 'typing']));
  });
});
