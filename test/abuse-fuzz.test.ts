import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cleanUp } from './browser.ts';
import { FROM_AGENT, FROM_VISITOR } from '../protocol/from-clients.ts';
import { frameByChance, KEPT_SEEDS, problemOf, safely, TYPES } from './grammar.ts';
import { type Heard, type RawLine, wire } from './raw-line.ts';
import { seeded } from './seeded.ts';
import { HI, inBrand, openTarget, type Target } from './target.ts';

/** Ten million of them: `FUZZ_FRAMES=10000000 node build.mjs with node_modules/vitest/vitest.mjs run test/abuse-fuzz.test.ts`. `SEED=n` plays a run again. */
const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? 100_000);
vi.setConfig({ testTimeout: Math.max(120_000, FRAMES * 3), hookTimeout: 60_000 });

/** Three hundred frames a minute are welcome on one line: each of these has a ping behind it. */
const PER_LINE = 149;
const LINES_AT_ONCE = 8;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(cleanUp);

const PING = wire({ payload: '{"type":"ping"}' });
/** Says them all at once, and reads which answer belongs to which. */
async function fuzz(line: RawLine, texts: string[]): Promise<string[]> {
  const from = line.heard.length;
  line.bytes(Buffer.concat(texts.flatMap((text) => [wire({ payload: text }), PING])));
  let read = from;
  let pongs = 0;
  await line.until(({ heard }) => {
    for (; read < heard.length; read++) if (heard[read].type === 'pong') pongs++;
    return pongs >= texts.length;
  }, `${texts.length} pongs (seed ${SEED})`, 30_000);
  if (line.closed !== undefined) return [`closed with ${line.closed} after ${JSON.stringify(line.heard.at(-1))}`];
  const problems: string[] = [];
  let answers: Heard[] = [];
  let at = 0;
  for (const frame of line.heard.slice(from)) {
    if (frame.type !== 'pong') answers.push(frame);
    else {
      const problem = problemOf(texts[at++]!, answers);
      if (problem) problems.push(problem);
      answers = [];
    }
  }
  line.drop();
  return problems;
}

async function atOnce(count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: LINES_AT_ONCE }, async () => {
    while (next < count) await work(next++);
  }));
}

describe(`frames by chance (seed ${SEED})`, () => {
  test('A24 are of every type that anybody may say', () => {
    const types = TYPES(seeded(SEED));
    // A ping stands behind each of them anyway.
    for (const type of Object.keys({ ...FROM_VISITOR, ...FROM_AGENT }).filter((each) => each !== 'ping')) expect([...types]).toContain(type);
  });

  test(`A24 ${FRAMES.toLocaleString('en')} of them are each answered once, or not at all where no answer is due; nobody else waits, nothing breaks`, async () => {
    const random = seeded(SEED);
    const neighbour = await target.visitor();
    const waits: number[] = [];
    let done = false;
    const watching = (async () => {
      while (!done) {
        const [began, pongs] = [performance.now(), neighbour.of('pong').length];
        neighbour.say({ type: 'ping' });
        await neighbour.until(() => neighbour.of('pong').length > pongs, 'the neighbour\'s pong');
        waits.push(performance.now() - began);
        // However long it takes, it must not be more than she may say.
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    })();
    const problems: string[] = [];
    const began = performance.now();
    await atOnce(Math.ceil(FRAMES / PER_LINE), async () => {
      const texts = Array.from({ length: PER_LINE }, () => frameByChance(random));
      problems.push(...await fuzz(await target.visitor(), texts));
    });
    const took = performance.now() - began;
    done = true;
    await watching;
    console.log(`${FRAMES} frames in ${Math.round(took / 100) / 10} s; a neighbour waited ${Math.round(Math.max(...waits))} ms at most (seed ${SEED})`);
    expect(problems.slice(0, 5), `seed ${SEED}`).toEqual([]);
    expect(Math.max(...waits)).toBeLessThan(2_000);
    expect(neighbour.closed).toBeUndefined();
  });

  test('A24 as the first word, each that is no hi closes the line with 4400, and says so once', async () => {
    const random = seeded(SEED + 1);
    const ends: string[] = [];
    await atOnce(600, async () => {
      const text = frameByChance(random);
      const line = (await target.knock()).say(text);
      await line.until(() => line.heard.length > 0, 'an answer');
      const first = line.heard[0];
      if (first.type !== 'ok' && (first.type !== 'bye' || first.code !== 4400 || line.heard.length > 1)) ends.push(`${text.slice(0, 200)} -> ${JSON.stringify(line.heard)}`);
      line.drop();
    });
    expect(ends, `seed ${SEED}`).toEqual([]);
  });

  test('A24 an agent\'s line stands it as well', async () => {
    const random = seeded(SEED + 2);
    const cookie = await target.cookie();
    const problems: string[] = [];
    for (let n = 0; n < 10; n++) problems.push(...await fuzz(await target.agent(cookie), Array.from({ length: PER_LINE }, () => frameByChance(random))));
    expect(problems.slice(0, 5), `seed ${SEED}`).toEqual([]);
  });

  test('A24 a post of them is answered frame by frame, or refused whole', async () => {
    const random = seeded(SEED + 3);
    for (let n = 0; n < 60; n++) {
      const frames = Array.from({ length: 8 }, () => JSON.parse(safely(frameByChance(random))) as object);
      const response = await target.post([HI, ...frames]);
      expect([200, 400]).toContain(response.status);
    }
  });

  test.each(KEPT_SEEDS)('A24 what seed %i found once is not there any more', async (seed) => {
    const random = seeded(seed);
    const problems: string[] = [];
    for (let n = 0; n < 10; n++) problems.push(...await fuzz(await target.visitor(), Array.from({ length: PER_LINE }, () => frameByChance(random))));
    expect(problems).toEqual([]);
  });

  test('and what stands on disk after all that is in order, and no fault was logged', async () => {
    await target.server.kill('SIGTERM');
    expect(target.server.output()).not.toMatch(/handler_failed|door_failed|upgrade_failed|commit_failed|crashed/);
    const wrong = await inBrand(target.dataDir, 'acme', ({ host }) => [
      ...host.sql("SELECT 'hole' AS what, thread FROM message GROUP BY thread HAVING count(*) <> max(seq) OR min(seq) <> 1"),
      ...host.sql("SELECT 'seq' AS what, thread.id FROM thread WHERE seq <> (SELECT max(seq) FROM message WHERE message.thread = thread.id)"),
      ...host.sql("SELECT 'marks' AS what, id FROM thread WHERE visitor_got > seq OR visitor_seen > visitor_got OR team_got > seq OR team_seen > team_got"),
      ...host.sql('PRAGMA foreign_key_check'),
    ]);
    expect(wrong).toEqual([]);
    const file = new DatabaseSync(join(target.dataDir, 'brands', 'acme.sqlite'));
    expect(file.prepare('PRAGMA integrity_check(1)').all().map((row) => Object.values(row)[0])).toEqual(['ok']);
    file.close();
    expect(await inBrand(target.dataDir, 'acme', ({ host }) => host.sql<{ n: number }>('SELECT count(*) AS n FROM message')[0]!.n)).toBeGreaterThan(0);
  });
});
