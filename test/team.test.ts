// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase } from '../client/database.ts';
import { startTeamSync, type TeamSync } from '../client/team.ts';
import type { AgentMe, AgentSay } from '../protocol/frames.ts';
import type { Agent, DeskThread, Entry, Visitor } from '../protocol/messages.ts';
import { row, TO_AGENT } from '../protocol/to-agent.ts';
import { agent, entry, message, thread, visitor } from './inbox-fake.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { ScriptedLine } from './scripted-line.ts';

const ME: AgentMe = { id: 'mina', brand: { id: 'shop', name: 'Shop', color: '#123456', logo: 'S' } };
const ADA = visitor('ada');
const BOB = visitor('bob');
const HERS = thread('t1', 'ada');
const HIS = thread('t2', 'bob');

let line: ScriptedLine;
let sync: TeamSync<DeskThread, AgentSay, AgentMe, Visitor | Agent>;

beforeEach(() => {
  new FaultyDisk().install();
  line = new ScriptedLine().install();
});
afterEach(() => {
  sync.stop();
  vi.unstubAllGlobals();
});

function start(): void {
  sync = startTeamSync({
    database: openDatabase('leaveword-inbox:shop:mina'), side: 'team', frames: TO_AGENT, row,
    url: 'ws://server', protocols: async () => ['chat.v1', 't.x'],
  });
}
const ok = (rev: number, set: object[], more: object = {}) => ({ type: 'ok', v: 1, epoch: 'e1', rev, now: 1, me: ME, set, ...more });
/** Connects, and says what is here now. */
async function greeted(set: object[], here: string[] = []): Promise<void> {
  line.onFrame = (frame, socket) => { if (frame.type === 'hi') socket.tell(ok(5, set, { fresh: true, here })); };
  sync.connect();
  await vi.waitFor(() => expect(sync.line.value).toBe('on'));
}
const known = () => [...sync.rows.value.keys()].sort();
const seen = () => [...sync.threads.value.keys()].sort();

test('A1 holds visitors and colleagues beside the threads, and has them again from its own disk', async () => {
  start();
  await greeted([ADA, BOB, agent('mina', 'Mina'), HERS, HIS, message('t1', 1, 'Hello')]);
  expect(known()).toEqual(['ada', 'bob', 'mina']);
  expect(seen()).toEqual(['t1', 't2']);
  await vi.waitFor(async () => expect(await openDatabase('leaveword-inbox:shop:mina').get('row:visitor:bob')).toBeDefined());
  sync.stop();
  line.down = true;
  start();
  await sync.painted;
  expect(known()).toEqual(['ada', 'bob', 'mina']);
  expect(seen()).toEqual(['t1', 't2']);
});

test('A1 whoever is gone goes with all her threads, here and on disk', async () => {
  start();
  await greeted([ADA, BOB, HERS, HIS]);
  line.tell({ type: 'changed', rev: 6, set: [{ kind: 'gone', id: 'ada', rev: 6 }] });
  expect(known()).toEqual(['bob']);
  expect(seen()).toEqual(['t2']);
  const disk = openDatabase('leaveword-inbox:shop:mina');
  await vi.waitFor(async () => expect((await disk.all('row:')).map(([key]) => key).sort()).toEqual(['row:thread:t2', 'row:visitor:bob']));
});

test('A1 a thread that has moved to somebody else before she is gone stays', async () => {
  start();
  await greeted([ADA, BOB, HERS, HIS]);
  line.tell({ type: 'changed', rev: 7, set: [{ ...HERS, who: 'bob', rev: 6 }, { kind: 'gone', id: 'ada', rev: 7 }] });
  expect(seen()).toEqual(['t1', 't2']);
});

test('S6 a row that is older than the one held changes nothing', async () => {
  start();
  await greeted([visitor('ada', { rev: 4, name: 'Ada' })]);
  line.tell({ type: 'changed', rev: 6, set: [visitor('ada', { rev: 3, name: 'Anybody' })] });
  expect(sync.rows.value.get('ada')).toMatchObject({ name: 'Ada' });
});

test('S4 a fresh start drops the people held as well', async () => {
  start();
  await greeted([ADA, BOB]);
  line.tell(ok(9, [BOB], { fresh: true }));
  expect(known()).toEqual(['bob']);
});

test('E2 knows who is here from the greeting on, who comes and who goes, and nobody without a line', async () => {
  start();
  await greeted([ADA, BOB], ['ada']);
  const here = () => [...sync.here.value];
  expect(here()).toEqual(['ada']);
  line.tell({ type: 'presence', who: 'bob', here: true });
  expect(here()).toEqual(['ada', 'bob']);
  line.tell({ type: 'presence', who: 'ada', here: false });
  expect(here()).toEqual(['bob']);
  line.socket.cut();
  expect(here()).toEqual([]);
});

test('A6 takes a page of the list and says whether there is more; its rows do not count for the rev', async () => {
  start();
  await greeted([]);
  line.onFrame = (frame, socket) => {
    if (frame.type === 'list') socket.tell({ type: 'listed', box: frame['box'], set: [ADA, HERS], more: false });
  };
  expect(await sync.list('ended', 1_000)).toBe(false);
  expect(line.of('list')).toEqual([{ type: 'list', box: 'ended', before: 1_000, n: 50 }]);
  expect(seen()).toEqual(['t1']);
  expect(known()).toEqual(['ada']);
  line.socket.cut();
  line.onFrame = undefined;
  await vi.waitFor(() => expect(line.of('hi')).toHaveLength(2), { timeout: 5_000 });
  expect(line.of('hi').at(-1)).toMatchObject({ rev: 5 });
});

test('A6 without a line there may always be more, and nobody waits for ever', async () => {
  line.down = true;
  start();
  sync.connect();
  expect(await sync.list('open', 1_000)).toBe(true);
  line.down = false;
  await greeted([]);
  const asked = sync.list('open', 1_000);
  line.socket.cut();
  expect(await asked).toBe(true);
});

test('A6 asks for the threads of one visitor after those of another, whose answers do not say whose they are', async () => {
  start();
  await greeted([]);
  const answers: (() => void)[] = [];
  line.onFrame = (frame, socket) => {
    if (frame.type === 'list') answers.push(() => socket.tell({ type: 'listed', box: 'all', set: frame['who'] === 'ada' ? [ADA, HERS] : [BOB, HIS], more: frame['who'] === 'bob' }));
  };
  const both = [sync.list('all', 9, 'ada'), sync.list('all', 9, 'bob')];
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  answers[0]!();
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!();
  expect(await Promise.all(both)).toEqual([false, true]);
  expect(line.of('list')).toMatchObject([{ box: 'all', who: 'ada' }, { box: 'all', who: 'bob' }]);
  expect(seen()).toEqual(['t1', 't2']);
});

test('D13 brings what was found and the threads it stands in, and nothing when there is nobody to ask', async () => {
  start();
  await greeted([]);
  const hit = { thread: 't1', at: 5, by: 'visitor', seq: 1, text: 'Is the Earl Grey back?' };
  line.onFrame = (frame, socket) => {
    if (frame.type === 'search') socket.tell({ type: 'found', text: frame['text'], hits: [hit], set: [ADA, HERS], more: false });
  };
  expect(await sync.search('earl gr', 9)).toMatchObject({ hits: [hit], more: false });
  expect(line.of('search')).toEqual([{ type: 'search', text: 'earl gr', before: 9, n: 50 }]);
  expect(seen()).toEqual(['t1']);
  line.onFrame = undefined;
  const asked = sync.search('grey', 9);
  line.socket.cut();
  expect(await asked).toBeUndefined();
});

test('D15 knows which thread each colleague looks at, until she looks elsewhere, goes, or the line is cut', async () => {
  start();
  await greeted([], ['ravi', 'zoe']);
  const look = () => Object.fromEntries(sync.looking.value);
  line.tell({ type: 'look', agent: 'ravi', thread: 't1' });
  line.tell({ type: 'look', agent: 'zoe', thread: 't1' });
  line.tell({ type: 'look', agent: 'ravi', thread: 't2' });
  expect(look()).toEqual({ ravi: 't2', zoe: 't1' });
  line.tell({ type: 'look', agent: 'zoe' });
  expect(look()).toEqual({ ravi: 't2' });
  line.tell({ type: 'look', agent: 'zoe', thread: 't1' });
  line.tell({ type: 'presence', who: 'ravi', here: false });
  expect(look()).toEqual({ zoe: 't1' });
  line.socket.cut();
  expect(look()).toEqual({});
});

const log = (of: string) => (sync.entries.value.get(of) ?? []).map(({ what }) => what);

test('D10 takes what happened to a thread out of changes and pages, in the order of its log, each once, and has it again from disk', async () => {
  start();
  await greeted([ADA, HERS, message('t1', 1, 'Hello'), message('t1', 2, 'Hi', { by: 'agent' })]);
  const taken = entry('t1', 'assigned', { after: 2, at: 7 });
  line.tell({ type: 'changed', rev: 6, set: [taken, entry('t1', 'snoozed', { after: 2, at: 8 })] });
  line.tell({ type: 'page', thread: 't1', rows: [], entries: [taken, entry('t1', 'rated', { after: 1, at: 9, score: 5 })], more: false });
  expect(log('t1')).toEqual(['rated', 'assigned', 'snoozed']);
  const disk = openDatabase('leaveword-inbox:shop:mina');
  await vi.waitFor(async () => expect(await disk.all('row:entry:t1:')).toHaveLength(3));
  sync.stop();
  line.down = true;
  start();
  await sync.painted;
  expect(log('t1')).toEqual(['rated', 'assigned', 'snoozed']);
});

test('D10 of what happened no more is held than of the messages, here and on disk, and older lines come again with their page', async () => {
  start();
  const said = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => message('t1', from + n, 'Hello'));
  const behind = (after: number, n = 1) => Array.from({ length: n }, (_, of) => entry('t1', 'note', { id: `${after}.${of}`, after, at: of }));
  const places = () => (sync.entries.value.get('t1') ?? []).map(({ after }) => after);
  const disk = openDatabase('leaveword-inbox:shop:mina');
  const onDisk = async () => (await disk.all('row:entry:t1:')).map(([, row]) => (row as Entry).after).sort((a, b) => a - b);
  await greeted([ADA, { ...HERS, seq: 510 }, ...said(501, 510), entry('nobody-has-it', 'note')]);
  line.tell({ type: 'changed', rev: 6, set: [...behind(3), ...behind(11), ...behind(12), ...behind(510, 600), entry('nobody-has-it', 'note')] });
  expect(places(), 'what stands before the newest 500, and what fills a book behind one message, is let go').toEqual([11, 12, ...Array(500).fill(510)]);
  expect(sync.entries.value.get('t1')!.at(-1)!.id, 'the newest stay').toBe('510.599');
  await vi.waitFor(async () => expect(await onDisk()).toHaveLength(502));
  line.tell({ type: 'changed', rev: 7, set: [message('t1', 511, 'One more'), { ...HERS, seq: 511, rev: 7 }] });
  expect(places()[0]).toBe(12);
  await vi.waitFor(async () => expect((await onDisk())[0]).toBe(12));
  line.tell({ type: 'page', thread: 't1', rows: said(1, 500), entries: [...behind(3), ...behind(11)], more: false });
  expect(places().slice(0, 3), 'read again, they stand here').toEqual([3, 11, 12]);
  await vi.waitFor(async () => expect(await disk.get('row:message:t1:12')).toBeDefined());
  expect([(await onDisk())[0], (await disk.all('row:entry:nobody')).length]).toEqual([12, 0]);
});

test('S3 knows how far the clock of the server is ahead', async () => {
  start();
  expect(sync.ahead.value).toBe(0);
  line.onFrame = (frame, socket) => { if (frame.type === 'hi') socket.tell({ ...ok(5, [], { fresh: true }), now: Date.now() + 86_400_000 }); };
  sync.connect();
  await vi.waitFor(() => expect(Math.round(sync.ahead.value / 60_000)).toBe(24 * 60));
});

test('D10 what happened goes with its visitor, here and on disk', async () => {
  start();
  await greeted([ADA, BOB, HERS, HIS, message('t1', 1, 'Hello'), message('t2', 1, 'Hello')]);
  line.tell({ type: 'changed', rev: 6, set: [entry('t1', 'ended'), entry('t2', 'ended'), entry('nobody-has-it', 'ended')] });
  expect([...sync.entries.value.keys()]).toEqual(['t1', 't2']);
  line.tell({ type: 'changed', rev: 7, set: [{ kind: 'gone', id: 'ada', rev: 7 }] });
  expect([log('t1'), log('t2')]).toEqual([[], ['ended']]);
  const disk = openDatabase('leaveword-inbox:shop:mina');
  await vi.waitFor(async () => expect((await disk.all('row:entry:')).map(([key]) => key.split(':')[2])).toEqual(['t2']));
});
