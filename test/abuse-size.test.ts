import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cleanUp } from './browser.ts';
import { wire } from './raw-line.ts';
import { newToken } from './talker.ts';
import { openTarget, plantVisitor, type Target } from './target.ts';

// A cold start of Node on a busy machine, and megabytes to move.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** 10,000 characters of three bytes: the longest that may be said. */
const LONGEST = '語'.repeat(10_000);
const MESSAGES = 120;
const [her, him] = [newToken(), newToken()];
let target: Target;

beforeAll(async () => {
  const [plant, plantHim] = [await plantVisitor(her), await plantVisitor(him)];
  target = await openTarget({
    seed(brand) {
      plant(brand, { a: MESSAGES, b: MESSAGES, c: MESSAGES }, LONGEST);
      plantHim(brand, { d: MESSAGES }, LONGEST);
      const { host } = brand;
      const data = JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`field-${n}`, 'x'.repeat(500)])));
      for (let n = 0; n < 150; n++) {
        host.sql('INSERT INTO visitor (id, created, at, rev) VALUES (?, 1, 1, 1)', `many${n}`);
        host.sql("INSERT INTO thread (id, visitor, state, created, at, rev) VALUES (?, ?, 'waiting', 1, 2, 1)", `of${n}`, `many${n}`);
        for (let event = 0; event < 20; event++) host.sql('INSERT INTO event VALUES (?, ?, ?, ?, ?)', `many${n}`, `e${event}`, 'seen', data, event);
      }
    },
  });
});
afterAll(cleanUp);

const slowestCard = async (tries: number): Promise<number> => {
  let worst = 0;
  for (let i = 0; i < tries; i++) {
    const began = performance.now();
    await (await fetch(`${target.server.url}/v1/acme/card`)).text();
    worst = Math.max(worst, performance.now() - began);
  }
  return worst;
};

describe('however much somebody has said (A26)', () => {
  test('she is not sent away for it as a slow reader: the newest comes at once, the rest page by page, without a gap', async () => {
    const line = await target.visitor({ token: her });
    const ok = line.of('ok')[0];
    expect(line.bytesHeard).toBeLessThan(1_500_000);
    expect(ok.set.filter((row: { kind: string }) => row.kind === 'thread')).toHaveLength(3);
    const seqs = ok.set.filter((row: { thread?: string }) => row.thread === 'a').map((row: { seq: number }) => row.seq);
    expect(seqs.at(-1)).toBe(MESSAGES);
    for (const thread of ['b', 'c']) expect(ok.set.some((row: { thread?: string; seq: number }) => row.thread === thread && row.seq === MESSAGES)).toBe(true);
    while (seqs[0] > 1) {
      const pages = line.of('page').length;
      line.say({ type: 'pull', thread: 'a', before: seqs[0], n: 200 });
      await line.until(() => line.of('page').length > pages || line.of('refused').length > 0, 'a page');
      const { rows, more } = line.of('page').at(-1);
      expect(rows.length).toBeGreaterThan(0);
      seqs.unshift(...rows.map((row: { seq: number }) => row.seq));
      expect(more).toBe(seqs[0] > 1);
    }
    expect(seqs).toEqual(Array.from({ length: MESSAGES }, (_, index) => index + 1));
    expect(line.closed).toBeUndefined();
    line.drop();
  });

  test('an agent whose visitors reported megabytes of events still gets her desk', async () => {
    const agent = await target.agent(await target.cookie());
    expect(agent.closed).toBeUndefined();
    const visitors = agent.of('ok')[0].set.filter((row: { kind: string }) => row.kind === 'visitor');
    expect(visitors).toHaveLength(152);
    for (const { id, events } of visitors) if (id.startsWith('many')) expect(events.length).toBeGreaterThan(0);
    expect(agent.bytesHeard).toBeLessThan(2_500_000);
    agent.say({ type: 'ping' });
    await agent.until(() => agent.of('pong').length > 0, 'a pong');
    agent.drop();
  });

  test('one packet of three hundred questions, from somebody who reads no answer, costs the others a blink and no memory', async () => {
    const line = (await target.visitor({ token: him })).deafen();
    const before = await target.metric('leaveword_resident_bytes');
    line.bytes(Buffer.concat(Array.from({ length: 300 }, () => wire({ payload: '{"type":"pull","thread":"d","before":999,"n":200}' }))));
    const worst = await slowestCard(20);
    const after = await target.metric('leaveword_resident_bytes');
    console.log(`300 pages asked for at once: a neighbour waited ${Math.round(worst)} ms at most, ${Math.round((after - before) / 2 ** 20)} MiB more memory`);
    expect(worst).toBeLessThan(1_000);
    expect(after - before).toBeLessThan(64 * 2 ** 20);
    line.listen();
    await line.until(() => line.closed !== undefined, 'whoever asks so much to be sent away');
    expect([1006, 4429]).toContain(line.closed);
    expect(line.of('page').length).toBeLessThanOrEqual(30);
    line.drop();
  });
});
