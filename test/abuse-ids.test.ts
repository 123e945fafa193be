import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cleanUp } from './browser.ts';
import type { RawLine } from './raw-line.ts';
import { newToken } from './talker.ts';
import { HI, openTarget, type Target } from './target.ts';

// A cold start of Node on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let target: Target;
beforeAll(async () => {
  target = await openTarget({ brands: ['acme', 'other'] });
});
afterAll(cleanUp);

const say = (id: string, thread: string, body = 'hello') => ({ type: 'say', id, thread, body });
const answerTo = async (line: RawLine, frame: Record<string, unknown>) => {
  const heard = line.heard.length;
  const isAnswer = ({ type, id }: { type: string; id?: string }) => ['ack', 'nak', 'refused', 'page', 'ok', 'pong'].includes(type) && (!frame.id || id === frame.id);
  await line.say(frame).until(() => line.heard.slice(heard).some(isAnswer), `an answer to ${JSON.stringify(frame).slice(0, 100)}`);
  return line.heard.slice(heard).find(isAnswer);
};
const rowsOf = async (line: RawLine, thread: string) => (await answerTo(line, { type: 'pull', thread, before: 9_999, n: 200 })).rows as { id: string; seq: number; body: string }[];

describe('A27 the same id', () => {
  test('a hundred times, in parallel, on two sockets and by post, and after a restart, is one row with one place', async () => {
    const [token, thread, id] = [newToken(), randomUUID(), randomUUID()];
    const lines = [await target.visitor({ token }), await target.visitor({ token })];
    for (let i = 0; i < 50; i++) for (const line of lines) line.say(say(id, thread));
    const posts = await Promise.all(Array.from({ length: 10 }, () => target.post([say(id, thread), say(id, thread)], { token })));
    for (const line of lines) await line.until(() => line.of('ack').length === 50, 'acks');
    const seqs = [
      ...lines.flatMap((line) => line.of('ack').map(({ seq }) => seq)),
      ...(await Promise.all(posts.map(async (post) => ((await post.json()) as { frames: { seq: number }[] }).frames))).flat().map(({ seq }) => seq),
    ];
    expect(seqs).toEqual(Array.from({ length: 120 }, () => 1));
    await target.server.kill('SIGKILL');
    await target.server.start();
    const back = await target.visitor({ token });
    expect(await answerTo(back, say(id, thread))).toMatchObject({ type: 'ack', seq: 1 });
    expect((await rowsOf(back, thread)).filter((row) => row.id === id)).toHaveLength(1);
    back.drop();
  });

  test('with other words is a conflict for good, and the first words stay', async () => {
    const [thread, id] = [randomUUID(), randomUUID()];
    const line = await target.visitor();
    await answerTo(line, say(id, thread, 'first'));
    const nak = await answerTo(line, say(id, thread, 'second'));
    expect(nak).toMatchObject({ type: 'nak', id, code: 'conflict' });
    expect(nak.retryAfter).toBeUndefined();
    expect(await answerTo(line, say(id, thread, 'first'))).toMatchObject({ type: 'ack', seq: 1 });
    expect((await rowsOf(line, thread)).find((row) => row.id === id)!.body).toBe('first');
    line.drop();
  });

  test('of another visitor, and in another thread, is another message', async () => {
    const id = randomUUID();
    const [her, him] = [await target.visitor(), await target.visitor()];
    const threads = [randomUUID(), randomUUID(), randomUUID()];
    for (const [line, thread, body] of [[her, threads[0]!, 'hers'], [him, threads[1]!, 'his'], [her, threads[2]!, 'hers too']] as const) {
      expect(await answerTo(line, say(id, thread, body))).toMatchObject({ type: 'ack', seq: 1 });
    }
    expect((await rowsOf(him, threads[1]!))[0]!.body).toBe('his');
    for (const each of [her, him]) each.drop();
  });
});

describe('A28 somebody else\'s thread', () => {
  test('is not there, whatever is asked about it, and its owner notices nothing', async () => {
    const thread = randomUUID();
    const [victim, thief] = [await target.visitor(), await target.visitor()];
    await answerTo(victim, say(randomUUID(), thread, 'a secret'));
    const heard = victim.heard.length;
    for (const seen of [{ type: 'got', thread, seq: 9 }, { type: 'seen', thread, seq: 9 }, { type: 'pull', thread, before: 99, n: 50 }]) {
      expect(await answerTo(thief, seen)).toMatchObject({ type: 'refused', code: 'not_found' });
    }
    const nowhere = await answerTo(thief, say('m', randomUUID().replace(/^./, 'z')));
    expect(nowhere.type).toBe('ack');
    expect(await answerTo(thief, say(randomUUID(), thread, 'in her name'))).toMatchObject({ type: 'nak', code: 'not_found' });
    thief.say({ type: 'typing', thread });
    for (const act of [{ type: 'take', id: 'x', thread }, { type: 'end', id: 'x', thread, seq: 1 }, { type: 'status', id: 'x', status: 'away' }]) {
      expect(await answerTo(thief, act)).toMatchObject({ type: 'nak', id: 'x', code: 'bad_frame' });
    }
    expect(await answerTo(thief, { type: 'list', box: 'open', before: 9e15, n: 50 })).toMatchObject({ type: 'refused', code: 'bad_frame' });
    await answerTo(victim, { type: 'ping' });
    expect(victim.heard.slice(heard).map(({ type }) => type)).toEqual(['pong']);
    expect(JSON.stringify(thief.heard)).not.toContain('a secret');
    for (const each of [victim, thief]) each.drop();
  });

  test('of a stranger who has not said a word is as little there', async () => {
    const thread = randomUUID();
    const victim = await target.visitor();
    await answerTo(victim, say(randomUUID(), thread, 'a secret'));
    const stranger = await target.visitor();
    expect(stranger.of('ok')[0].set).toEqual([]);
    expect(stranger.of('ok')[0].me.id).toBeUndefined();
    expect(await answerTo(stranger, { type: 'pull', thread, before: 99, n: 50 })).toMatchObject({ code: 'not_found' });
    stranger.say({ type: 'sync', rev: 1 });
    await answerTo(stranger, { type: 'ping' });
    expect(stranger.of('changed')).toMatchObject([{ set: [] }]);
    for (const each of [victim, stranger]) each.drop();
  });
});

describe('A28 what only the server says', () => {
  test.each([
    ['by', 'agent'], ['sender', 'ada'], ['agent', 'ada'], ['name', 'Mina'], ['seq', 7], ['at', 1], ['rev', 1], ['brand', 'other'], ['brand_id', 'other'],
    ['visitor', 'x'], ['role', 'owner'], ['verified', true], ['kind', 'message'], ['token', 'x'],
  ])('a message that claims its own %s is refused, and nothing of it is kept', async (field, value) => {
    const [thread, id] = [randomUUID(), randomUUID()];
    const line = await target.visitor();
    expect(await answerTo(line, { ...say(id, thread), [field]: value })).toMatchObject({ type: 'nak', id, code: 'bad_frame' });
    expect(await answerTo(line, { type: 'pull', thread, before: 99, n: 50 })).toMatchObject({ code: 'not_found' });
    line.drop();
  });

  test('a message is by whom the line is, at the server\'s time, in the next place', async () => {
    const thread = randomUUID();
    const line = await target.visitor();
    const before = Date.now();
    const ack = await answerTo(line, say(randomUUID(), thread));
    const [row] = await rowsOf(line, thread) as unknown as { by: string; seq: number; at: number }[];
    expect(row).toMatchObject({ by: 'visitor', seq: 1, at: ack.at });
    expect(ack.at).toBeGreaterThanOrEqual(before);
    expect(ack.at).toBeLessThanOrEqual(Date.now());
    line.drop();
  });
});

describe('A28 a cursor', () => {
  test('below zero, in fractions or beyond all numbers is refused', async () => {
    const line = await target.visitor();
    for (const rev of [-1, 0.5, 2 ** 53, '0', null, [0]]) {
      expect(await answerTo(line, { ...HI, rev })).toMatchObject({ type: 'refused', code: 'bad_frame' });
      expect(await answerTo(line, { type: 'sync', rev })).toMatchObject({ type: 'refused', code: 'bad_frame' });
    }
    line.drop();
  });

  test('beyond the head, or of another epoch, brings everything of hers anew and nothing of anybody else', async () => {
    const [token, thread] = [newToken(), randomUUID()];
    const line = await target.visitor({ token });
    await answerTo(line, say('m1', thread, 'mine'));
    const { epoch, rev } = line.of('ok')[0];
    for (const hi of [{ ...HI, epoch, rev: Number.MAX_SAFE_INTEGER }, { ...HI, epoch: 'another', rev }, { ...HI, rev: 5 }]) {
      const ok = await answerTo(line, hi);
      expect(ok).toMatchObject({ type: 'ok', fresh: true });
      expect(ok.set.filter((row: { kind: string }) => row.kind === 'thread').map((row: { id: string }) => row.id)).toEqual([thread]);
    }
    for (const seq of [999, Number.MAX_SAFE_INTEGER]) line.say({ type: 'seen', thread, seq });
    await answerTo(line, { type: 'ping' });
    const [row] = (await answerTo(line, HI)).set.filter((each: { kind: string }) => each.kind === 'thread');
    expect(row.visitor.seen).toBe(row.seq);
    line.drop();
  });
});

describe('I9 two brands in one house', () => {
  test('a token is another visitor in each, and a thread of one is not there in the other', async () => {
    const [token, thread] = [newToken(), randomUUID()];
    const here = await target.visitor({ token });
    await answerTo(here, say('m1', thread, 'only for acme'));
    const there = await target.visitor({ token, brand: 'other' });
    expect(there.of('ok')[0].set).toEqual([]);
    expect(there.of('ok')[0].epoch).not.toBe(here.of('ok')[0].epoch);
    expect(await answerTo(there, { type: 'pull', thread, before: 99, n: 50 })).toMatchObject({ code: 'not_found' });
    const theirs = await target.agent(await target.cookie('other'), 'other');
    // The same id of a thread is another thread there, and says nothing about the one here.
    expect(await answerTo(there, say('m1', thread, 'only for other'))).toMatchObject({ type: 'ack', seq: 1 });
    expect((await rowsOf(there, thread)).map(({ body }) => body)).not.toContain('only for acme');
    expect(JSON.stringify(theirs.heard)).not.toContain('only for acme');
    expect(await answerTo(theirs, { type: 'pull', thread: randomUUID(), before: 99, n: 50 })).toMatchObject({ code: 'not_found' });
    for (const each of [here, there, theirs]) each.drop();
  });

  test('an agent\'s cookie and ticket of one open nothing in the other', async () => {
    const cookie = await target.cookie('acme');
    const renamed = cookie.replace('leaveword-acme', 'leaveword-other');
    expect(renamed).not.toBe(cookie);
    for (const each of [cookie, renamed, `${cookie}; ${renamed}`]) {
      for (const path of ['me', 'settings', 'invites', 'keys']) {
        expect((await fetch(`${target.server.url}/v1/other/desk/${path}`, { headers: { cookie: each } })).status).toBe(401);
      }
      const posted = await fetch(`${target.server.url}/v1/other/desk/frames`, {
        method: 'POST', headers: { 'content-type': 'application/json', origin: target.server.url, cookie: each }, body: JSON.stringify({ frames: [HI] }),
      });
      expect(posted.status).toBe(401);
    }
    const ticket = await target.ticket(cookie);
    const line = await target.knock({ path: '/v1/other/agent', origin: target.server.url, protocols: `chat.v1, t.${ticket}`, headers: { cookie } });
    expect(line.status).toBe(401);
  });
});
