/**
 * What is true of Cloudflare alone: alarms are the platform's, and outlive the process. Nobody asks these brands anything
 * after the kill: what their alarm did is read from their files, as the disk has it.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultyConfig } from './edge-room.ts';
import { cookieName } from '../../server/doors/cookie.ts';
import { serveEdge, type Served, SHOP, until } from './hosts.ts';
import { Place } from './talk.ts';

/** A machine that does ten other things besides. */
const BUSY_MS = 60_000;
/** What the daily job puts off: it comes again a day after it was done. */
const TIDY_MS = 24 * 3_600_000;

const dataDir = mkdtempSync(join(tmpdir(), 'leaveword-alarms-'));
let served: Served;
/** What a start takes on this machine today. */
let startMs: number;
beforeAll(async () => {
  const config = join(dataDir, 'wrangler.json');
  writeFileSync(config, JSON.stringify(faultyConfig()));
  const began = Date.now();
  served = await serveEdge({ dataDir, config });
  startMs = Date.now() - began;
});
afterAll(async () => {
  await served.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

async function post(path: string, body: object): Promise<string> {
  const response = await fetch(served.url + path, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${served.adminToken}` }, body: JSON.stringify(body),
  });
  const answer = await response.json() as { said: string };
  expect(answer).toHaveProperty('said');
  return answer.said;
}

/** A brand whose daily job is due in so long. */
async function brand(id: string, dueMs: number): Promise<{ file: string; due: number }> {
  const file = await create(id);
  await post('/test', { brand: id, verb: 'hasten', args: ['tidy', '', dueMs] });
  return { file, due: dueOf(file) };
}

/** @returns its file */
async function create(id: string): Promise<string> {
  await post('/operator/errand', { verb: 'brand create', args: [id, id, SHOP] });
  return files().find((each) => nameIn(each) === id)!;
}

const files = (): string[] => readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
  .filter((path) => /BrandObject.*\.sqlite$/.test(path) && !path.endsWith('metadata.sqlite')).map((path) => join(dataDir, path));

function ask<Row>(file: string, query: string): Row {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(query).get() as Row;
  } finally {
    database.close();
  }
}
const nameIn = (file: string): string => ask<{ name: string }>(file, "SELECT value ->> 'name' AS name FROM setting WHERE key = 'settings'").name;
const dueOf = (file: string): number => ask<{ due: number }>(file, "SELECT due FROM job WHERE kind = 'tidy'").due;

test('an alarm survives SIGKILL, and one that is overdue then fires without a request', async () => {
  const [soon, later] = [await brand('soon', 1_000), await brand('later', 2_000 + Math.ceil(2.5 * startMs))];
  await served.kill();
  expect([dueOf(soon.file), dueOf(later.file)], 'neither has come').toEqual([soon.due, later.due]);
  await until(() => Date.now() > soon.due, 'the first to be overdue');
  const output = served.output().length;

  await served.start();
  const started = Date.now();
  expect(started, 'the second is still to come').toBeLessThan(later.due);
  const doneAt = async ({ file, due }: typeof soon): Promise<number> => {
    await until(() => dueOf(file) > due, 'the job to be done', BUSY_MS);
    return dueOf(file) - TIDY_MS;
  };
  expect(await doneAt(soon), 'after the start').toBeGreaterThan(soon.due);
  expect(await doneAt(later), 'never early').toBeGreaterThanOrEqual(later.due);
  const rung = () => [...served.output().slice(output).matchAll(/"event":"rings","brand":"(\w+)"/g)].map(([, id]) => id);
  await until(() => rung().length >= 2, 'the log');
  expect(rung(), 'each alarm once').toEqual(['soon', 'later']);
}, 2 * BUSY_MS);

test('D5: a snooze that ends while the process is dead has ended once when it is back, before anybody asks', async () => {
  const file = await create('aside');
  const place = new Place(served, 'aside', '');
  const cookie = `${cookieName('aside', served.url)}=${await post('/test', { brand: 'aside', verb: 'seat', args: ['mina'] })}`;
  const mina = await place.agent(cookie);
  const { thread } = await place.guest();
  const over = Date.now() + 2_000 + startMs;
  expect(await mina.ask({ type: 'snooze', id: 's1', thread, seq: 2, until: over, keep: true })).toMatchObject({ type: 'ack' });
  await served.kill();
  place.hangUp();
  const stands = () => ask<{ state: string; agent: string; mark: string | null; lapses: number }>(file, 'SELECT state, agent, mark, lapses FROM thread');
  expect(stands(), 'it has not ended yet').toEqual({ state: 'snoozed', agent: 'a_mina', mark: null, lapses: 0 });
  await until(() => Date.now() > over, 'its time to pass', BUSY_MS);
  expect(stands(), 'nobody is there to end it').toMatchObject({ state: 'snoozed' });

  await served.start();
  await until(() => stands().state === 'assigned', 'the snooze to end', BUSY_MS);
  const back = { state: 'assigned', agent: 'a_mina', mark: 'snooze_ended', lapses: 1 };
  const woken = () => ask<{ n: number; at: number }>(file, "SELECT count(*) AS n, min(at) AS at FROM entry WHERE what = 'woken' AND reason = 'time'");
  expect(stands()).toEqual(back);
  expect(woken().at, 'never early').toBeGreaterThanOrEqual(over);
  expect(ask<{ n: number }>(file, "SELECT count(*) AS n FROM job WHERE kind = 'snooze'").n).toBe(0);

  // An alarm that comes twice.
  await post('/test', { brand: 'aside', verb: 'hasten', args: ['snooze', thread, 0] });
  await until(() => ask<{ n: number }>(file, "SELECT count(*) AS n FROM job WHERE kind = 'snooze'").n === 0, 'the second alarm', BUSY_MS);
  expect(stands()).toEqual(back);
  expect(woken().n, 'once').toBe(1);
}, 3 * BUSY_MS);
