/** Several tabs write what each heard on its own line. Whatever the order, the `rev` on disk claims no row that is not there. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase } from '../client/database.ts';
import { type AnyRow, openRows, type Rows } from '../client/rows.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { seeded } from './seeded.ts';

const NAME = 'leaveword:shop';
let disk: FaultyDisk;
beforeEach(() => { disk = new FaultyDisk().install(); });
afterEach(() => { vi.unstubAllGlobals(); });

const message = (seq: number, rev = seq): AnyRow => ({ kind: 'message', thread: 't', id: `m${seq}`, seq, rev }) as AnyRow;
const thread = (rev: number): AnyRow => ({ kind: 'thread', id: 't', rev });
const standing = (rev: number, epoch = 'e') => ({ epoch, rev, me: {} });
const tab = (): Rows => openRows(openDatabase(NAME));
const none = () => [];

async function lies(): Promise<{ rev: number | undefined; rows: Record<string, number> }> {
  const all = await disk.read(NAME);
  return {
    rev: (all.get('ok') as { rev: number } | undefined)?.rev,
    rows: Object.fromEntries([...all].filter(([key]) => key.startsWith('row:')).map(([key, row]) => [key.slice(4), (row as AnyRow).rev])),
  };
}

test('a difference is added to what is there', async () => {
  const one = tab();
  await one.keep(standing(1), 0, [message(1), thread(1)], () => [message(1), thread(1)], true);
  expect(await one.keep(standing(2), 1, [message(2), thread(2)], none, false)).toBe(true);
  expect(await lies()).toEqual({ rev: 2, rows: { 'message:t:1': 1, 'message:t:2': 2, 'thread:t': 2 } });
});

test('a tab that is behind another neither lowers the rev nor brings back an older row', async () => {
  await tab().keep(standing(5), 0, [], () => [message(1), thread(5)], true);
  expect(await tab().keep(standing(3), 2, [thread(3)], none, false)).toBe(false);
  expect(await tab().keep(standing(5), 4, [thread(4)], none, false)).toBe(false);
  expect(await lies()).toEqual({ rev: 5, rows: { 'message:t:1': 1, 'thread:t': 5 } });
});

test('a disk that is not complete to where the difference begins gets everything', async () => {
  await tab().keep(standing(2), 0, [], () => [message(1), thread(2)], true);
  await tab().keep(standing(9), 8, [thread(9)], () => [message(1), message(2), thread(9)], false);
  expect(await lies()).toEqual({ rev: 9, rows: { 'message:t:1': 1, 'message:t:2': 2, 'thread:t': 9 } });
});

test('S4 a fresh start replaces what is older, and leaves alone what another tab has newer', async () => {
  await tab().keep(standing(5), 0, [], () => [message(1), thread(5)], true);
  expect(await tab().keep(standing(4), 0, [thread(4)], () => [thread(4)], true)).toBe(false);
  expect((await lies()).rev).toBe(5);
  await tab().keep(standing(7), 0, [thread(7)], () => [thread(7)], true);
  expect(await lies()).toEqual({ rev: 7, rows: { 'thread:t': 7 } });
});

test('S4 of two epochs the one that comes fresh from the server wins, and a tab of the other writes nothing more', async () => {
  await tab().keep(standing(50), 0, [], () => [message(1), thread(50)], true);
  expect(await tab().keep(standing(3, 'restored'), 0, [thread(3)], () => [thread(3)], true)).toBe(true);
  expect(await tab().keep(standing(51), 50, [thread(51)], () => [message(1), thread(51)], false)).toBe(false);
  expect(await lies()).toEqual({ rev: 3, rows: { 'thread:t': 3 } });
});

test('who was erased leaves the disk with everything of hers', async () => {
  await tab().keep(standing(1), 0, [], () => [{ kind: 'visitor', id: 'v', rev: 1 }, message(1), thread(1)], true);
  await tab().keep(standing(2), 1, [{ kind: 'gone', id: 'v', rev: 2 }], none, false);
  expect(await lies()).toEqual({ rev: 2, rows: {} });
});

test('the newest five hundred messages of a thread stay', async () => {
  const one = tab();
  const all = Array.from({ length: 500 }, (_, index) => message(index + 1));
  await one.keep(standing(500), 0, [], () => all, true);
  await one.keep(standing(501), 500, [message(501)], none, false);
  await one.add([message(1), message(2)] as never, 501);
  const { rows } = await lies();
  expect(Object.keys(rows)).toHaveLength(500);
  expect(rows['message:t:1']).toBeUndefined();
  expect(rows['message:t:501']).toBe(501);
});

/** A tab as `record.ts` is one: it hears the same history as the others, at its own pace. */
class Hearer {
  readonly rows = tab();
  held = new Map<string, AnyRow>();
  rev = 0;
  hear(history: AnyRow[][], upTo: number, fresh: boolean): Promise<boolean> {
    const since = this.rev;
    const changed = fresh ? newest(history, 0, upTo) : newest(history, this.rev, upTo);
    if (fresh) this.held.clear();
    for (const row of changed) this.held.set(row.id, row);
    this.rev = upTo;
    const everything = [...this.held.values()];
    return this.rows.keep(standing(upTo), since, changed, () => everything, fresh);
  }
}
const newest = (history: AnyRow[][], since: number, upTo: number): AnyRow[] =>
  [...new Map(history.slice(since, upTo).flat().map((row) => [row.id, row])).values()];

test.each(Array.from({ length: 25 }, (_, seed) => seed))('S11 three tabs at their own pace, some starting afresh, some writes failing: the disk holds all up to its rev (seed %i)', async (seed) => {
  const random = seeded(seed);
  const length = 40;
  const history = Array.from({ length }, (_, index): AnyRow[] => [thread(index + 1), ...(random() < 0.7 ? [message(index + 1)] : [])]);
  const tabs = [new Hearer(), new Hearer(), new Hearer()];
  const writing: Promise<unknown>[] = [];
  for (let step = 0; step < 60; step++) {
    const each = tabs[Math.floor(random() * 3)]!;
    const upTo = Math.min(length, each.rev + Math.floor(random() * 4));
    disk.full = random() < 0.1;
    writing.push(each.hear(history, upTo, each.rev === 0 || random() < 0.1));
    if (random() < 0.6) await Promise.all(writing);
  }
  await Promise.all(writing);
  const { rev, rows } = await lies();
  for (const row of newest(history, 0, rev ?? 0)) {
    const key = row.kind === 'message' ? `message:t:${(row as unknown as { seq: number }).seq}` : 'thread:t';
    expect(rows[key], `rev ${rev}, ${key}`).toBeGreaterThanOrEqual(row.rev);
  }
  expect(rows['thread:t']).toBe(rev);
});
