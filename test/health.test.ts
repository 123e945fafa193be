import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Probe, problemsOf } from '../server/doors/health.ts';
import { nodeVitals } from '../server/hosts/node-vitals.ts';
import { ask, askAsShop, type FrontDoor, newToken, openFrontDoor } from './front-door.ts';

const GIB = 2 ** 30;
const WELL: Probe = { writeMs: 3, sqlite: '3.53.2', diskFree: 20 * GIB, diskSize: 100 * GIB };

describe('what a server finds of itself', () => {
  test('all is well', () => {
    expect(problemsOf(WELL)).toEqual([]);
    expect(problemsOf({ writeMs: 1, sqlite: '3.51.3' })).toEqual([]);
    expect(problemsOf({ writeMs: 1, sqlite: '4.0.0' })).toEqual([]);
  });
  test.each<[string, Partial<Probe>, string]>([
    ['a write that failed', { writeProblem: '8' }, 'write: 8'],
    ['a write that took a second and more', { writeMs: 1_001 }, 'write: slow'],
    ['less than 256 MiB free', { diskFree: 255 * 2 ** 20, diskSize: GIB }, 'disk: nearly full'],
    ['less than a twentieth free', { diskFree: 4 * GIB }, 'disk: nearly full'],
    ['a SQLite that can corrupt its log', { sqlite: '3.51.2' }, 'sqlite: 3.51.2 is too old'],
    ['an old SQLite', { sqlite: '3.9.9' }, 'sqlite: 3.9.9 is too old'],
  ])('%s', (_what, found, problem) => {
    expect(problemsOf({ ...WELL, ...found })).toEqual([problem]);
  });
});

describe('the doors of health', () => {
  let door: FrontDoor;
  const scraped = { now: WELL };
  beforeAll(async () => {
    door = await openFrontDoor({ around: { probe: async () => scraped.now } });
  });
  afterAll(() => door.close());

  test('/livez says only that the process turns', async () => {
    expect(await (await ask(door, '/livez')).json()).toEqual({ live: true });
  });
  test('/readyz is 200 while all is well, and names what is not', async () => {
    expect((await ask(door, '/readyz')).status).toBe(200);
    scraped.now = { ...WELL, writeProblem: '13' };
    const full = await ask(door, '/readyz');
    scraped.now = WELL;
    expect(full.status).toBe(503);
    expect(await full.json()).toEqual({ ready: false, problems: ['write: 13'] });
    expect(full.headers.get('cache-control')).toBe('no-store');
  });
  test('/readyz turns 503 as soon as the server drains; /livez does not', async () => {
    door.house.draining = true;
    expect(await (await ask(door, '/readyz')).json()).toEqual({ ready: false, problems: ['draining'] });
    expect((await ask(door, '/livez')).status).toBe(200);
    door.house.draining = false;
  });
  test('/metrics without a token is for this machine alone, and not for what a proxy on it passes on', async () => {
    expect((await ask(door, '/metrics', { address: '127.0.0.1' })).status).toBe(200);
    expect((await ask(door, '/metrics', { address: '::1' })).status).toBe(200);
    expect((await ask(door, '/metrics', { address: '203.0.113.9' })).status).toBe(401);
    expect((await ask(door, '/metrics', { address: '127.0.0.1', headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(401);
  });
  test('/metrics with a token is for whoever has it, from wherever', async () => {
    const token = 'a-token-of-enough-length';
    const guarded = await openFrontDoor({ around: { metricsToken: token } });
    const get = (authorization: string, address = '203.0.113.9') => ask(guarded, '/metrics', { address, ...(authorization ? { headers: { authorization } } : {}) });
    expect((await get(`Bearer ${token}`)).status).toBe(200);
    for (const wrong of ['', 'Bearer ', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`]) expect((await get(wrong)).status).toBe(401);
    expect((await get('', '127.0.0.1')).status).toBe(401);
    guarded.close();
  });
  test('what is counted has routes for labels and never people, however many come (O9)', async () => {
    for (let i = 0; i < 70; i++) await askAsShop(door, '/v1/acme/frames', { token: newToken(), frames: [] }, { address: `203.0.113.${i % 5}` });
    await ask(door, '/v1/acme/desk/me');
    for (let i = 0; i < 70; i++) await ask(door, `/v1/${newToken().toLowerCase()}/card?x=${i}`);
    const text = await (await ask(door, '/metrics', { address: '127.0.0.1' })).text();
    expect(text).toContain('leaveword_denied_total{route="GET /v1/:brand/desk/me",status="401"} 1');
    expect(text.split('\n').filter((line) => line && !line.startsWith('#')).length).toBeLessThan(20);
    for (const line of text.trim().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) leaveword_\w+ .+|leaveword_\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+)$/);
  });
});

describe('a Node process', () => {
  test('writes to its disk, and knows its SQLite and its free space', async () => {
    const door = await openFrontDoor();
    const vitals = nodeVitals(door.house, door.dir);
    const probe = await vitals.probe();
    expect(probe.writeProblem).toBeUndefined();
    expect(problemsOf({ ...probe, diskFree: GIB, diskSize: 2 * GIB })).toEqual([]);
    expect(probe.diskFree).toBeGreaterThan(0);
    expect(vitals.figures().map(({ name }) => name)).toEqual(expect.arrayContaining(['leaveword_commits_total', 'leaveword_sockets', 'leaveword_disk_free_bytes']));
    vitals.close();
    door.close();
  });
  test('notices that it cannot write, and that it can again', async () => {
    const door = await openFrontDoor();
    const { rmSync, mkdirSync } = await import('node:fs');
    const { join } = await import('node:path');
    const dir = join(door.dir, 'disk');
    mkdirSync(join(dir, 'probe.sqlite'), { recursive: true });
    const vitals = nodeVitals(door.house, dir);
    expect(problemsOf(await vitals.probe())[0]).toMatch(/^write: /);
    rmSync(join(dir, 'probe.sqlite'), { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await vitals.probe()).writeProblem).toBeUndefined();
    vitals.close();
    door.close();
  });
});
