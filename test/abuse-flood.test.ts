import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cleanUp } from './browser.ts';
import { type RawLine, wire } from './raw-line.ts';
import { newToken, Talker } from './talker.ts';
import { HI, inBrand, openTarget, plantVisitor, SHOP, type Target } from './target.ts';

// A cold start of Node on a busy machine, and rates that are counted in seconds.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const READER = newToken();
const THREAD = 'big';
let target: Target;
beforeAll(async () => {
  const plant = await plantVisitor(READER);
  target = await openTarget({ seed: (brand) => { plant(brand, { [THREAD]: 12, b: 12, c: 12, d: 12, e: 12 }, '語'.repeat(10_000)); } });
});
afterAll(cleanUp);

const say = (thread: string, body = 'hello', id = randomUUID()) => ({ type: 'say', id, thread, body });
const packet = (frames: object[]) => Buffer.concat(frames.map((frame) => wire({ payload: JSON.stringify(frame) })));
/** What was said to the line, told apart by its answer. */
const outcome = (line: RawLine) => ({
  acked: new Set(line.of('ack').map(({ id }) => id as string)),
  later: line.of('nak').filter(({ code, retryAfter }) => code === 'rate_limited' && retryAfter > 0).map(({ id }) => id as string),
  refused: line.of('nak').filter(({ retryAfter }) => !retryAfter),
});

describe('A25 a thousand messages at once', () => {
  test('only the allowance is taken, the rest is refused with a time until it is told to slow down; another visitor does not wait', async () => {
    const token = newToken();
    const thread = randomUUID();
    const neighbour = await target.visitor();
    const line = await target.visitor({ token });
    const said = Array.from({ length: 1_000 }, () => say(thread));
    const began = performance.now();
    line.bytes(packet(said));
    neighbour.say({ type: 'ping' });
    await neighbour.until(() => neighbour.of('pong').length > 0, 'the neighbour\'s pong');
    const waited = performance.now() - began;
    await line.until(() => line.closed !== undefined, 'the end');
    const { acked, later, refused } = outcome(line);
    expect(acked.size).toBe(10);
    expect([...acked]).toEqual(said.slice(0, 10).map(({ id }) => id));
    expect(later).toEqual(said.slice(10, 30).map(({ id }) => id));
    expect(refused).toEqual([]);
    expect(line.closed).toBe(4429);
    expect(line.of('bye')).toMatchObject([{ code: 4429, after: expect.any(Number) }]);
    expect(waited).toBeLessThan(1_000);
    const again = await target.visitor({ token });
    expect(again.of('ok')[0].set.filter((row: { by?: string }) => row.by === 'visitor').map((row: { id: string }) => row.id)).toEqual([...acked]);
    for (const each of [neighbour, again]) each.drop();
  });

  test('nothing is dropped: what was refused comes in later, in the order of writing, at the promised rate', async () => {
    const token = newToken();
    const talker = new Talker({
      url: `${target.server.url.replace('http', 'ws')}/v1/acme/visitor`, origin: SHOP, from: '203.0.113.50', secret: () => token,
    });
    const thread = randomUUID();
    void talker.connect();
    const ids = Array.from({ length: 12 }, (_, n) => talker.say(thread, `number ${n}`));
    await expect.poll(() => talker.outbox.size, { timeout: 30_000, interval: 100 }).toBe(0);
    talker.stop();
    expect(talker.broken).toEqual([]);
    const seqs = ids.map((id) => talker.acked.get(id)!);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  });

  test('with as many tokens as he likes, one network has its share of messages, threads and new visitors', async () => {
    const from = '203.0.113.51';
    const answers = await Promise.all(Array.from({ length: 45 }, async () => {
      const response = await target.post([say(randomUUID()), say(randomUUID())], { from });
      return ((await response.json()) as { frames: { type: string; code?: string; retryAfter?: number }[] }).frames;
    }));
    const all = answers.flat();
    expect(all).toHaveLength(90);
    expect(all.filter(({ type }) => type === 'ack')).toHaveLength(20);
    for (const { type, code, retryAfter } of all) if (type !== 'ack') expect([type, code, retryAfter! > 0]).toEqual(['nak', 'rate_limited', true]);
  });

  test('events and labels have a share too: each is told to every agent', async () => {
    const line = await target.visitor();
    line.bytes(packet(Array.from({ length: 45 }, (_, n) => ({ type: 'track', id: `e${n}`, name: 'seen' }))));
    await line.until(() => line.of('ack').length + line.of('nak').length === 45, 'answers');
    expect(line.of('ack')).toHaveLength(30);
    for (const nak of line.of('nak')) expect(nak).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) });
    line.drop();
  });

  test('three hundred frames a minute are heard on one line; whoever goes on is sent away', async () => {
    const line = await target.visitor();
    line.bytes(packet(Array.from({ length: 400 }, () => ({ type: 'ping' }))));
    await line.until(() => line.closed !== undefined, 'the end');
    expect(line.of('pong').length).toBeLessThanOrEqual(300);
    expect(line.of('pong').length).toBeGreaterThan(290);
    expect(line.closed).toBe(4429);
  });

  test('twenty frames in a row that are none: sent away with 4400; a right one between them and she stays', async () => {
    const [bad, mixed] = [await target.visitor(), await target.visitor()];
    for (let i = 0; i < 20; i++) bad.say('{');
    for (let i = 0; i < 30; i++) mixed.say(i % 15 === 14 ? '{"type":"ping"}' : '{');
    await bad.until(() => bad.closed !== undefined, 'the end');
    await mixed.until(() => mixed.of('pong').length === 2, 'pongs');
    expect(bad.closed).toBe(4400);
    expect(bad.of('refused')).toHaveLength(20);
    expect(mixed.of('refused')).toHaveLength(28);
    expect(mixed.closed).toBeUndefined();
    mixed.drop();
  });
});

describe('A26 somebody who never reads', () => {
  test('costs a mebibyte or two and is sent away; when she is back nothing is missing', async () => {
    const deaf = (await target.visitor({ token: READER })).deafen();
    const agent = await target.agent(await target.cookie());
    const memory = () => target.metric('leaveword_resident_bytes');
    const before = await memory();
    const slow = () => target.server.output().includes('slow_consumer');
    // The system's own buffers hold ten megabytes: greetings fill them, and what an agent writes is pushed on top.
    deaf.bytes(packet(Array.from({ length: 28 }, () => HI)));
    for (let said = 1; said <= 10; said++) await agent.say(say(THREAD, '語'.repeat(10_000))).until(() => agent.of('ack').length === said, 'an ack');
    await expect.poll(slow, { timeout: 10_000 }).toBe(true);
    const after = await memory();
    console.log(`never read: ${Math.round((after - before) / 2 ** 20)} MiB more memory`);
    expect(after - before).toBeLessThan(96 * 2 ** 20);
    expect(Number(/slow_consumer.*"buffered":(\d+)/.exec(target.server.output())![1])).toBeLessThan(2 * 2 ** 20);
    expect(agent.closed).toBeUndefined();
    deaf.drop();
    const back = await target.visitor({ token: READER });
    const seqs = new Set<number>();
    const take = (rows: { kind: string; thread: string; seq: number }[]) => { for (const row of rows) if (row.thread === THREAD) seqs.add(row.seq); };
    take(back.of('ok')[0].set);
    const head = back.of('ok')[0].set.find((row: { id: string }) => row.id === THREAD).seq;
    while (Math.min(...seqs) > 1) {
      const pages = back.heard.length;
      back.say({ type: 'pull', thread: THREAD, before: Math.min(...seqs), n: 200 });
      await back.until(() => back.heard.length > pages, 'a page');
      const frame = back.heard.at(-1);
      if (frame.type === 'page') take(frame.rows);
      else await new Promise((resolve) => setTimeout(resolve, frame.retryAfter));
    }
    expect(head).toBe(22);
    expect(seqs.size).toBe(head);
    for (const each of [agent, back]) each.drop();
  });
});

test('A25 after all that every thread on disk is without a hole', async () => {
  await target.server.kill('SIGTERM');
  expect(target.server.output()).not.toMatch(/handler_failed|crashed/);
  const holes = await inBrand(target.dataDir, 'acme', ({ host }) => host.sql('SELECT thread FROM message GROUP BY thread HAVING count(*) <> max(seq)'));
  expect(holes).toEqual([]);
});
