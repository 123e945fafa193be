import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../client/database.ts';
import { FaultyDisk } from './faulty-disk.ts';

const NAME = 'leaveword:shop';
let disk: FaultyDisk;

beforeEach(() => { disk = new FaultyDisk().install(); });
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
/** IndexedDB runs on `setImmediate`, which stays real. */
const fakeTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });

describe('a disk that works', () => {
  test('creates nothing before it is used', async () => {
    const database = openDatabase(NAME);
    expect(await disk.names()).toEqual([]);
    expect(await database.all()).toEqual([]);
    expect(await disk.names()).toEqual([NAME]);
  });

  test('gives back what was kept, also to the next page', async () => {
    const database = openDatabase(NAME);
    expect(await database.change({ put: [['a', { x: 1 }], ['b', 2]] })).toBe(true);
    database.close();
    const next = openDatabase(NAME);
    expect(await next.all()).toEqual([['a', { x: 1 }], ['b', 2]]);
    expect(await next.get('b')).toBe(2);
    expect(next.keeps.value).toBe('disk');
  });

  test('asks for the strictest durability where it is wanted, and only there', async () => {
    const database = openDatabase(NAME);
    await database.change({ put: [['a', 1]], strict: true });
    await database.change({ put: [['b', 1]] });
    expect(disk.durabilities).toEqual(['strict', 'default']);
  });

  test('clears by the beginning of the key and touches no other', async () => {
    const database = openDatabase(NAME);
    await database.change({ put: [['row:1', 1], ['row:2', 2], ['rows', 3], ['out:1', 4]] });
    await database.change({ clear: 'row:', put: [['row:3', 5]] });
    expect(Object.fromEntries(await database.all())).toEqual({ 'row:3': 5, rows: 3, 'out:1': 4 });
  });

  test('lets one of two tabs win that both write only if nothing is there', async () => {
    const tabs = [openDatabase(NAME), openDatabase(NAME)];
    await Promise.all(tabs.map((tab, index) =>
      tab.change({ look: 'token', passes: (found) => found === undefined, put: [['token', index]] })));
    expect(await tabs[0]!.get('token')).toBe(await tabs[1]!.get('token'));
  });

  test('writes all of a change or nothing', async () => {
    const database = openDatabase(NAME);
    await database.change({ put: [['a', 1]] });
    expect(await database.change({ drop: ['a'], put: [['b', 1], ['c', () => 'a function cannot be kept']] })).toBe(false);
    expect(Object.fromEntries(await disk.read(NAME))).toEqual({ a: 1 });
  });
});

describe('a disk that fails', () => {
  test('never answers: after two and a half seconds memory takes over, and is not slow again', async () => {
    fakeTimers();
    disk.hangs = true;
    const database = openDatabase(NAME);
    const first = database.change({ put: [['a', 1]] });
    await vi.advanceTimersByTimeAsync(2_499);
    expect(database.keeps.value).toBe('disk');
    await vi.advanceTimersByTimeAsync(1);
    expect(await first).toBe(false);
    expect(database.keeps.value).toBe('memory');
    expect(await database.all()).toEqual([]);
    expect(disk.struck).toBe(1);
  });

  test.each([
    ['forbids it', () => vi.stubGlobal('indexedDB', { open() { throw new DOMException('No.', 'SecurityError'); } })],
    ['has none', () => vi.stubGlobal('indexedDB', undefined)],
  ])('a browser that %s is told apart by the mode, not by an error', async (_how, forbid) => {
    forbid();
    const database = openDatabase(NAME);
    expect(await database.change({ put: [['a', 1]] })).toBe(false);
    expect(await database.get('a')).toBeUndefined();
    expect(database.keeps.value).toBe('memory');
    await database.destroy();
  });

  test('is full: the write says so, reading and deleting go on', async () => {
    const database = openDatabase(NAME);
    await database.change({ put: [['a', 1], ['b', 2]] });
    disk.full = true;
    expect(await database.change({ put: [['c', 3]] })).toBe(false);
    expect(disk.struck).toBe(1);
    expect(database.keeps.value).toBe('memory');
    expect(await database.change({ drop: ['a'] })).toBe(true);
    expect(await database.all()).toEqual([['b', 2]]);
  });

  test('fails at each of its requests in turn: no call ever rejects, and nothing is half written', async () => {
    let survived = false;
    for (let n = 1; !survived; n++) {
      disk = new FaultyDisk().install();
      disk.failsAt = n;
      const database = openDatabase(NAME);
      const kept = await database.change({ put: [['a', 1], ['b', 2]], strict: true });
      const swapped = await database.change({ look: 'a', passes: (found) => found === 1, drop: ['a'], put: [['c', 3]] });
      await database.all();
      expect(database.keeps.value).toBe(disk.struck ? 'memory' : 'disk');
      survived = !disk.struck;
      const lies = Object.keys(Object.fromEntries(await disk.read(NAME))).join();
      expect(['', 'a,b', 'b,c']).toContain(lies);
      if (swapped && kept) expect(lies).toBe('b,c');
      expect(n).toBeLessThan(50);
    }
  });

  test('lost its connection without a word, as Safari does: a new one is opened and nobody notices', async () => {
    const database = openDatabase(NAME);
    await database.change({ put: [['a', 1]] });
    disk.dead = 1;
    expect(await database.change({ put: [['b', 2]] })).toBe(true);
    expect(disk.struck).toBe(1);
    expect(database.keeps.value).toBe('disk');
    disk.dead = 2;
    expect(await database.change({ put: [['c', 3]] })).toBe(false);
    expect(database.keeps.value).toBe('memory');
  });
});

describe('forgetting', () => {
  test('leaves nothing, and other tabs know at once and bring nothing back', async () => {
    const here = openDatabase(NAME);
    const there = openDatabase(NAME);
    await here.change({ put: [['a', 1]] });
    await there.all();
    await here.destroy();
    expect(await disk.names()).toEqual([]);
    expect(there.gone.value).toBe(true);
    expect(await there.change({ put: [['b', 2]] })).toBe(false);
    expect(await here.change({ put: [['b', 2]] })).toBe(false);
    expect(await disk.names()).toEqual([]);
    expect(there.keeps.value).toBe('disk');
  });

  test('a tab whose connection was lost does not make the database again', async () => {
    const there = openDatabase(NAME);
    await there.change({ put: [['a', 1]] });
    there.close();
    await openDatabase(NAME).destroy();
    expect(there.gone.value).toBe(false);
    expect(await there.change({ put: [['b', 2]] })).toBe(false);
    expect(there.gone.value).toBe(true);
    expect(await disk.names()).toEqual([]);
  });
});
