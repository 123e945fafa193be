import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { cleanUp, makeBrand, startServer, tempDir } from './browser.ts';
import { run } from './process.ts';
import type { RawLine } from './raw-line.ts';
import { newToken } from './talker.ts';
import { openTarget, SHOP, type Target } from './target.ts';

// Cold starts of Node on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const mounted: string[] = [];
afterAll(async () => {
  for (const dir of mounted) spawnSync('umount', ['-l', dir]);
  await cleanUp();
});

const say = (thread: string, body: string, id = randomUUID()) => ({ type: 'say', id, thread, body });
const answerTo = async (line: RawLine, frame: { id: string }) => {
  const isAnswer = (each: { type: string; id?: string }) => ['ack', 'nak'].includes(each.type) && each.id === frame.id;
  const before = line.heard.filter(isAnswer).length;
  await line.say(frame).until(() => line.heard.filter(isAnswer).length > before, 'an answer');
  return line.heard.filter(isAnswer).at(-1);
};

describe('a disk that is really full', () => {
  test('what is written is refused for now and never half there, reading goes on, and when there is room again all of it comes in', async () => {
    const dir = join(await tempDir('full'), 'disk');
    mkdirSync(dir);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dir]);
    if (mount.status !== 0) {
      console.log('NOT TESTED: a full disk needs root, to mount one of two mebibytes');
      return;
    }
    mounted.push(dir);
    const target = await openTarget({ dataDir: dir });
    const [token, thread] = [newToken(), randomUUID()];
    const her = await target.visitor({ token });
    const first = say(thread, 'it fits');
    expect(await answerTo(her, first)).toMatchObject({ type: 'ack', seq: 1 });
    const agent = await target.agent(await target.cookie());

    const ballast = join(dir, 'ballast');
    writeFileSync(ballast, '');
    const free = () => { const { bavail, bsize } = statfsSync(dir); return bavail * bsize; };
    // To the last page: SQLite has to find no room for a single one.
    for (let size = free(); free() > 0 && size >= 1; size = Math.floor(size / 2)) {
      try {
        writeFileSync(ballast, Buffer.concat([readFileSync(ballast), randomBytes(size)]));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
    const refused: { id: string; thread: string; body: string; type: string }[] = [];
    const acked: string[] = [];
    for (let i = 0; i < 60 && refused.length < 3; i++) {
      const frame = say(thread, 'y'.repeat(9_000));
      const answer = await answerTo(agent, frame);
      if (answer.type === 'ack') acked.push(frame.id);
      else {
        expect(answer).toMatchObject({ code: 'retry_later', retryAfter: expect.any(Number) });
        refused.push(frame);
      }
    }
    expect(refused.length, 'the fault has fired').toBe(3);
    expect(target.server.output()).toMatch(/"event":"(commit_failed|handler_failed)".*"code":"13"/);
    expect(await target.metric('leaveword_disk_full')).toBe(1);
    her.say({ type: 'pull', thread, before: 2, n: 1 });
    await her.until(() => her.of('page').length > 0, 'a page');
    expect(her.of('page')[0].rows[0].body).toBe('it fits');
    const comesNow = await target.visitor({ token });
    expect(comesNow.of('ok')[0].set.length).toBeGreaterThan(0);
    expect([agent.closed, her.closed, comesNow.closed]).toEqual([undefined, undefined, undefined]);

    rmSync(ballast);
    // On the same line she would have to wait for the time that she was told.
    const again = await target.agent(await target.cookie());
    for (const frame of refused) expect(await answerTo(again, frame)).toMatchObject({ type: 'ack' });
    await target.server.kill('SIGKILL');
    await target.server.start();
    const back = await target.visitor({ token });
    const rows = back.of('ok')[0].set.filter((row: { kind: string }) => row.kind === 'message') as { id: string; seq: number }[];
    for (const { id } of refused) expect(rows.filter((row) => row.id === id)).toHaveLength(1);
    await target.server.kill('SIGTERM');
    const { n, head } = new DatabaseSync(join(dir, 'brands', 'acme.sqlite')).prepare('SELECT count(*) AS n, max(seq) AS head FROM message').get() as { n: number; head: number };
    // Hers, the brand's own, and what was acknowledged: what was refused is there once, from the second time.
    expect(n).toBe(head);
    expect(n).toBeLessThanOrEqual(2 + acked.length + refused.length);
    expect(n).toBeGreaterThanOrEqual(1 + acked.length + refused.length);
  });
});

describe('a database that is damaged', () => {
  const damage: [string, (file: string) => void, RegExp][] = [
    ['overwritten with something else', (file) => writeFileSync(file, randomBytes(20_000)), /file is not a database/],
    ['empty', (file) => writeFileSync(file, ''), /the file is empty/],
    ['cut off in its first page', (file) => writeFileSync(file, readFileSync(file).subarray(0, 600)), /malformed|not a database/],
    ['of a later version', (file) => {
      const database = new DatabaseSync(file);
      database.exec('UPDATE schema SET step = 999');
      database.close();
    }, /schema 999/],
  ];

  test.each(damage)('(%s) is named at the start with its file, is not touched, and keeps no other brand from being served', async (_name, hurt, words) => {
    const dataDir = await tempDir('damaged');
    for (const brand of ['good', 'hurt']) await makeBrand({ dataDir, brand, url: 'http://localhost:1', settings: { origins: [SHOP] } });
    const file = join(dataDir, 'brands', 'hurt.sqlite');
    for (const rest of ['-wal', '-shm']) rmSync(file + rest, { force: true });
    hurt(file);
    const before = readFileSync(file);
    const server = await startServer({ dataDir });
    const named = server.output().split('\n').find((line) => line.startsWith('Brand "hurt" cannot be opened'))!;
    expect(named).toMatch(words);
    expect(named).toContain(file);
    expect(server.output()).toContain('admin -- restore hurt');
    expect((await fetch(`${server.url}/v1/good/card`)).status).toBe(200);
    for (const path of ['/v1/hurt/card', '/inbox/hurt']) {
      const answer = await fetch(server.url + path);
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain('retry_later');
    }
    await server.kill('SIGKILL');
    expect(readFileSync(file).equals(before)).toBe(true);
    const listed = await run('admin.ts', ['brand', 'list'], { DATA_DIR: dataDir });
    expect(listed.code).toBe(0);
    expect(listed.out).toMatch(/^good\t/m);
    expect(listed.out).toMatch(/^hurt\tBrand "hurt" cannot be opened/m);
  });

  test('and the only one: the server does not start, and says why in one line that is no stack', async () => {
    const dataDir = await tempDir('damaged');
    await makeBrand({ dataDir, brand: 'hurt', url: 'http://localhost:1', settings: {} });
    writeFileSync(join(dataDir, 'brands', 'hurt.sqlite'), randomBytes(20_000));
    const { code, err } = await run('main.ts', [], { DATA_DIR: dataDir, PORT: '1' });
    expect(code).toBe(1);
    expect(err).toMatch(/^Brand "hurt" cannot be opened: file is not a database/);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('in the middle, found while it runs: who asks is asked to wait, the others are served, and nobody is told that something is kept which is not', async () => {
    const target: Target = await openTarget({ brands: ['acme', 'other'] });
    const thread = randomUUID();
    const her = await target.visitor();
    await answerTo(her, say(thread, 'before'));
    await target.server.kill('SIGTERM');
    const file = join(target.dataDir, 'brands', 'acme.sqlite');
    const pages = readFileSync(file);
    // Every page but the first, which holds the schema.
    writeFileSync(file, Buffer.concat([pages.subarray(0, 4_096), randomBytes(pages.length - 4_096)]));
    await target.server.start();
    expect((await fetch(`${target.server.url}/v1/other/card`)).status).toBe(200);
    const answer = await target.post([say(thread, 'after')]);
    const text = await answer.text();
    expect([200, 503]).toContain(answer.status);
    expect(text).toContain('retry_later');
    expect(text).not.toContain('"ack"');
    expect(target.server.output()).not.toContain('crashed');
  });
});
