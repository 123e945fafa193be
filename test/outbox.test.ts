import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCourier } from '../client/courier.ts';
import { type Database, openDatabase } from '../client/database.ts';
import { type Outbox, openOutbox } from '../client/outbox.ts';
import { WINDOW } from '../protocol/limits.ts';
import { FaultyDisk } from './faulty-disk.ts';

const NAME = 'leaveword:shop';
interface Say { type: 'say'; id: string; thread: string; body: string }
const say = (id: string, body = id): Say => ({ type: 'say', id, thread: 't', body });
const ids = ({ pending }: Outbox<Say>) => pending.value.map(({ frame }) => frame.id);

let disk: FaultyDisk;
beforeEach(() => { disk = new FaultyDisk().install(); });
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page: its own connection and its own mirror of the same disk. */
async function page(): Promise<{ outbox: Outbox<Say>; database: Database; look(): Promise<void> }> {
  const database = openDatabase(NAME);
  const outbox = openOutbox<Say>(database);
  const look = async () => outbox.read(await database.all());
  await look();
  return { outbox, database, look };
}

describe('the outbox', () => {
  test('M5 shows at once and is on disk, strictly, when the promise resolves', async () => {
    const { outbox } = await page();
    const kept = outbox.add(say('m1', 'hello'));
    expect(outbox.pending.value).toMatchObject([{ frame: { body: 'hello' }, fate: 'saved' }]);
    expect(outbox.pending.value[0]!.kept, 'nobody is told that it is saved before it is').toBeUndefined();
    await kept;
    expect(disk.durabilities.at(-1)).toBe('strict');
    expect(ids((await page()).outbox)).toEqual(['m1']);
  });

  test('one key for each, so that one that fails takes no other along', async () => {
    const { outbox } = await page();
    await outbox.add(say('m1'));
    await outbox.add(say('m2'));
    expect([...(await disk.read(NAME)).keys()]).toEqual(['out:m1', 'out:m2']);
  });

  test('keeps the order of writing over reloads, also when ids sort otherwise and the clock steps back', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    const { outbox } = await page();
    for (const [id, now] of [['z', 1_000_000], ['y', 1_000_000], ['x', 5_000], ['w', 1_000_003]] as const) {
      vi.setSystemTime(now);
      await outbox.add(say(id));
    }
    expect(ids(outbox)).toEqual(['z', 'y', 'x', 'w']);
    expect(ids((await page()).outbox)).toEqual(['z', 'y', 'x', 'w']);
  });

  test('M5 nothing leaves but by name', async () => {
    const { outbox } = await page();
    for (const id of ['m1', 'm2', 'm3']) await outbox.add(say(id));
    await outbox.remove(['m2', 'never there']);
    expect(ids(outbox)).toEqual(['m1', 'm3']);
    expect(ids((await page()).outbox)).toEqual(['m1', 'm3']);
  });

  test('what is acknowledged while it is still being written leaves nothing behind', async () => {
    const { outbox } = await page();
    const writing = outbox.add(say('m1'));
    await Promise.all([outbox.remove(['m1']), writing]);
    expect(ids((await page()).outbox)).toEqual([]);
  });

  test('M3 what was refused stays visible with its reason, over reloads, until it is discarded', async () => {
    const { outbox } = await page();
    await outbox.add(say('m1'));
    await outbox.refuse('m1', 'blocked');
    const next = (await page()).outbox;
    expect(next.pending.value).toMatchObject([{ fate: 'refused', refusal: 'blocked' }]);
    next.mark('sending');
    next.mark('saved');
    expect(next.pending.value).toMatchObject([{ fate: 'refused' }]);
    await next.remove(['m1']);
    expect(ids((await page()).outbox)).toEqual([]);
  });

  test('takes over what another tab wrote, and lets go what another tab had acknowledged', async () => {
    const [one, two] = [await page(), await page()];
    await one.outbox.add(say('m1'));
    await two.look();
    expect(ids(two.outbox)).toEqual(['m1']);
    two.outbox.mark('sending', 'm1');
    await two.look();
    expect(two.outbox.pending.value[0]!.fate).toBe('sending');
    await one.outbox.remove(['m1']);
    await two.look();
    expect(ids(two.outbox)).toEqual([]);
  });

  test('on a full disk: still shown, still offered, the mode says so, and no other tab can make it vanish', async () => {
    const { outbox, database, look } = await page();
    await outbox.add(say('m1'));
    disk.full = true;
    await outbox.add(say('m2'));
    expect(disk.struck).toBe(1);
    expect(database.keeps.value).toBe('memory');
    await look();
    expect(ids(outbox)).toEqual(['m1', 'm2']);
    await outbox.remove(['m1']);
    expect([...(await disk.read(NAME)).keys()]).toEqual([]);
  });

  test.each([
    ['no object', 'hello'],
    ['a body that is an element', { frame: { type: 'say', id: 'm9', thread: 't', body: { type: 'img', props: { src: 'x', onerror: 'alert(1)' } } }, at: 1 }],
    ['an id that is none', { frame: { type: 'say', id: { toString: 'm9' }, body: 'x' }, at: 1 }],
    ['a thread that is a list', { frame: { type: 'say', id: 'm9', thread: ['t'], body: 'x' }, at: 1 }],
    ['a refusal that is an object', { frame: say('m9'), at: 1, refusal: {} }],
    ['a time that is text', { frame: say('m9'), at: 'now' }],
    ['nothing', null],
  ])('A02 a row planted on disk is dropped: %s', async (_what, value) => {
    await disk.plant(NAME, 'out:m9', value);
    await disk.plant(NAME, 'out:m1', { frame: say('m1'), at: 1 });
    expect(ids((await page()).outbox)).toEqual(['m1']);
  });
});

describe('bringing it out', () => {
  async function room(count: number) {
    const { outbox } = await page();
    for (let n = 1; n <= count; n++) await outbox.add(say(`m${n}`));
    const told: string[] = [];
    const courier = openCourier(outbox, (happening) => { if (happening.type === 'fate') told.push(`${happening.id} ${happening.fate}`); });
    const sent: string[] = [];
    const pump = () => courier.pump(({ id }) => {
      sent.push(id);
      return true;
    });
    return { outbox, courier, sent, told, pump };
  }
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);

  test('M6 at most eight are unanswered, in order; each answer lets one more go', async () => {
    const { outbox, sent, pump } = await room(12);
    pump();
    pump();
    expect(sent).toEqual(numbers(1, WINDOW));
    await outbox.remove(['m1', 'm2']);
    pump();
    expect(sent).toEqual(numbers(1, WINDOW + 2));
  });

  test('M6 a new line sends everything again that has no answer, oldest first', async () => {
    const { courier, sent, pump } = await room(3);
    pump();
    courier.again();
    pump();
    expect(sent).toEqual([...numbers(1, 3), ...numbers(1, 3)]);
  });

  test('a line that takes nothing leaves everything as it is', async () => {
    const { outbox, courier, told } = await room(2);
    courier.pump(() => false);
    expect(outbox.pending.value.map(({ fate }) => fate)).toEqual(['saved', 'saved']);
    expect(told).toEqual([]);
  });

  test('M3 with retryAfter all wait, so that nothing overtakes, and then go in order', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000 });
    const { courier, sent, pump } = await room(3);
    pump();
    expect(courier.refused({ type: 'nak', id: 'm1', code: 'rate_limited', reason: '', retryAfter: 500 })).toBe(500);
    pump();
    expect(courier.waiting()).toEqual([]);
    expect(sent).toEqual(numbers(1, 3));
    vi.setSystemTime(1_500);
    pump();
    expect(sent).toEqual([...numbers(1, 3), 'm1']);
  });

  test('M3 without retryAfter it is never sent again, and the next goes on', async () => {
    const { outbox, courier, sent, told, pump } = await room(9);
    pump();
    expect(courier.refused({ type: 'nak', id: 'm1', code: 'conflict', reason: '' })).toBe(0);
    pump();
    courier.again();
    pump();
    expect(sent.filter((id) => id === 'm1')).toHaveLength(1);
    expect(sent).toContain('m9');
    expect(told).toContain('m1 failed');
    expect(outbox.pending.value[0]).toMatchObject({ fate: 'refused', refusal: 'conflict' });
  });
});
