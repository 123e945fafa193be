import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { requireStrace } from './strace.ts';
import { fail, inWords, killAt, type KillPoint, type Sweep } from './sweep.ts';
import { BRAND, databaseIn, newHouse, removeHouses, Victim, warmUp } from './victim.ts';

// A start for each kill, on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000);

beforeAll(async () => {
  requireStrace();
  await warmUp();
});
afterAll(removeHouses);

/** The first eight that are written are of the memory that connections share. */
const FIRST_WRITE = 9;
/** Of her first message: a visitor, a thread, a message, an answer, jobs, in 39 pieces. */
const WRITES = 39;
const EVERY = 3;

function promisesKept(name: string, sweep: Sweep): void {
  console.log(inWords(name, sweep));
  expect([...sweep.lost, ...sweep.broken]).toEqual([]);
  expect(sweep.acked).toBe(sweep.said);
}

describe('a server that is killed', () => {
  test(`at one call of a commit after the other has all it acknowledged, once, and takes what was on the way (I1, I2, M4; offset ${SEED % EVERY})`, async () => {
    const points: KillPoint[] = [1, 2].map((nth) => ({ call: 'fsync', nth }));
    for (let nth = FIRST_WRITE + SEED % EVERY; nth < FIRST_WRITE + WRITES; nth += EVERY) points.push({ call: 'pwrite64', nth });
    const sweep = await killAt(points);
    promisesKept('SIGKILL', sweep);
    const fired = [...sweep.fired.values()].reduce((sum, each) => sum + each, 0);
    expect(fired, 'every kill was there').toBe(points.length);
    expect(sweep.places.size).toBeGreaterThan(points.length / 2);
  });
});

describe('a disk that fails', () => {
  // The numbers have no divisor in common with those of a commit, so that each of its calls has its turn.
  test.each(['EIO', 'ENOSPC'] as const)('with %s at a call of a commit keeps nobody from being told the truth, and the server recovers by itself', async (error) => {
    const sweep = await fail({ error, every: { pwrite64: 61, fsync: 5 }, words: 60 });
    promisesKept(error, sweep);
    expect(sweep.fired.get('pwrite64 -wal')).toBeGreaterThan(10);
    expect(sweep.fired.get('fsync -wal')).toBeGreaterThan(10);
    expect(sweep.places.size).toBeGreaterThan(8);
    expect(sweep.again.get('retry_later'), 'whoever was upon a fault was asked to come again').toBeGreaterThan(10);
  });

  test('while its log is emptied into the database, too', async () => {
    const sweep = await fail({ error: 'EIO', every: { pwrite64: 89, fsync: 7 }, words: 50, unusual: { checkpoint: 30 } });
    promisesKept('EIO at checkpoints', sweep);
    expect(sweep.fired.get('pwrite64 database')).toBeGreaterThan(2);
  });

  test('as it is read, locked or opened again does no harm that lasts', async () => {
    const sweep = await fail({ error: 'EIO', every: { pwrite64: 103, pread64: 73, openat: 7, mmap: 5, fcntl: 139, fstat: 53 }, words: 40 });
    promisesKept('EIO at what is asked', sweep);
    for (const call of ['pread64', 'openat', 'fcntl']) expect([...sweep.fired.keys()].join(), call).toContain(call);
  });

  test('is let go of: who asks for a brand that cannot be opened leaves no file open, however often', async () => {
    const dataDir = await newHouse();
    const file = databaseIn(dataDir);
    const pages = readFileSync(file);
    // All but the first page, which holds the settings of the file.
    writeFileSync(file, Buffer.concat([pages.subarray(0, 4_096), randomBytes(pages.length - 4_096)]));
    const whole = await newHouse();
    writeFileSync(databaseIn(dataDir).replace(BRAND, 'whole'), readFileSync(databaseIn(whole)));
    const victim = await Victim.in({ dataDir });
    await victim.start();
    for (let n = 0; n < 20; n++) expect((await fetch(`http://127.0.0.1:${victim.port}/v1/${BRAND}/card`)).status).toBe(503);
    const open = readdirSync(`/proc/${victim.pid}/fd`).map((fd) => readlinkSync(`/proc/${victim.pid}/fd/${fd}`)).filter((path) => path.startsWith(file));
    expect(open).toEqual([]);
    await victim.end();
  });
});
