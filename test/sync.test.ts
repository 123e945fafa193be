// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../client/database.ts';
import { type Happening, startSync, type Sync } from '../client/sync.ts';
import type { Face } from '../client/face.ts';
import type { VisitorMe, VisitorSay } from '../protocol/frames.ts';
import { WINDOW } from '../protocol/limits.ts';
import type { Message, Thread } from '../protocol/messages.ts';
import { row, TO_VISITOR } from '../protocol/to-visitor.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { ScriptedLine } from './scripted-line.ts';
import { ToyServer } from './toy-server.ts';

const NAME = 'leaveword:shop';
const T = 'thread1';
type Tab = Sync<Thread, VisitorSay, VisitorMe> & { told: Happening[]; tokens: number };

let disk: FaultyDisk;
let line: ScriptedLine;
let server: ToyServer;
let tabs: Tab[];
let posts: { body: string; keepalive: boolean }[];
let hidden: boolean;

beforeEach(() => {
  // IndexedDB and BroadcastChannel run on real tasks; only what waits is moved by hand.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_800_000_000_000 });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  disk = new FaultyDisk().install();
  line = new ScriptedLine().install();
  server = new ToyServer(line);
  tabs = [];
  posts = [];
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  vi.stubGlobal('fetch', async (_url: string, init: { body: string; keepalive?: boolean }) => {
    posts.push({ body: init.body, keepalive: !!init.keepalive });
    if (postDown) throw new TypeError('Failed to fetch');
    return Response.json({ frames: server.post(JSON.parse(init.body).frames) });
  });
  postDown = true;
});
let postDown = true;

afterEach(() => {
  for (const tab of tabs) tab.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Lets everything happen that happens within `ms`. */
async function pass(ms = 20): Promise<void> {
  for (let step = 0; step < 12; step++) {
    await vi.advanceTimersByTimeAsync(ms / 12);
    for (let turn = 0; turn < 12; turn++) await new Promise((done) => setImmediate(done));
  }
}

async function tab(face: Partial<Face> = {}): Promise<Tab> {
  const opened = startSync<Thread, VisitorSay, VisitorMe>({
    database: openDatabase(NAME), side: 'visitor', url: 'ws://server', protocols: async () => ['chat.v1', 't.x'],
    frames: TO_VISITOR, row, onToken: () => { one.tokens++; },
    post: { url: '/frames', type: 'text/plain', body: (frames) => JSON.stringify({ token: 'x', frames }) },
    ...face,
  }) as Tab;
  const one = Object.assign(opened, { told: [] as Happening[], tokens: 0 });
  one.on((happening) => one.told.push(happening));
  tabs.push(one);
  await pass();
  await one.painted;
  return one;
}
async function connected(face: Partial<Face> = {}): Promise<Tab> {
  const one = await tab(face);
  one.connect();
  await pass();
  expect(one.line.value).toBe('on');
  return one;
}
function close(one: Tab): void {
  one.stop();
  tabs = tabs.filter((each) => each !== one);
}

let count = 0;
async function write(one: Tab, ...bodies: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const body of bodies) {
    const id = `m${++count}`;
    ids.push(id);
    await one.send({ type: 'say', id, thread: T, body });
  }
  return ids;
}
const shown = (one: Tab) => (one.threads.value.get(T)?.messages ?? []).map(({ body }) => body);
const waiting = (one: Tab) => one.pending.value.map(({ frame, fate }) => `${frame.body} ${fate}`);
const fates = (one: Tab) => one.told.flatMap((each) => each.type === 'fate' ? `${each.id} ${each.fate}` : []);
const news = (one: Tab) => one.told.flatMap((each) => each.type === 'message' ? each.message.body : []);
const say = (body: string, id: string) => ({ type: 'say', id, thread: T, body });
function become(state: 'hidden' | 'visible'): void {
  hidden = state === 'hidden';
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('leaving word without a line', () => {
  test('M5 what was written is there after the tab was closed, waits, and is sent once when the line is back', async () => {
    line.down = true;
    const first = await tab();
    first.connect();
    await write(first, 'are you open?');
    await pass(2_000);
    expect(waiting(first)).toEqual(['are you open? saved']);
    expect(first.line.value).toBe('broken');
    close(first);

    const second = await tab();
    expect(waiting(second)).toEqual(['are you open? saved']);
    second.connect();
    await pass(2_000);
    expect(waiting(second)).toEqual(['are you open? saved']);
    line.down = false;
    window.dispatchEvent(new Event('online'));
    await pass();
    expect(waiting(second)).toEqual([]);
    expect(shown(second)).toEqual(['are you open?']);
    expect(server.bodies(T)).toEqual(['are you open?']);
    expect(server.heard).toHaveLength(1);
  });

  test('the thread is painted from disk before anything is asked of the network', async () => {
    const first = await connected();
    await write(first, 'hello');
    server.answer(T, 'good day');
    await pass();
    close(first);

    line.down = true;
    const sockets = line.sockets.length;
    const second = await tab();
    expect(shown(second)).toEqual(['hello', 'good day']);
    expect(second.me.value?.card.name).toBe('Shop');
    expect(second.threads.value.get(T)!.row!.seq).toBe(2);
    expect(line.sockets).toHaveLength(sockets);
  });

  test('its fate is told step by step', async () => {
    const one = await connected();
    const [id] = await write(one, 'hello');
    await pass();
    server.mark(T, { team: { got: 1, seen: 0 } });
    server.mark(T, { team: { got: 1, seen: 1 } });
    expect(fates(one)).toEqual(['queued', 'sending', 'sent', 'delivered', 'seen'].map((fate) => `${id} ${fate}`));
  });

  test('where storage is forbidden all of it works in memory, and says so', async () => {
    vi.stubGlobal('indexedDB', { open() { throw new DOMException('No.', 'SecurityError'); } });
    const one = await connected();
    await write(one, 'hello');
    await pass();
    expect(one.keeps.value).toBe('memory');
    expect(shown(one)).toEqual(['hello']);
    expect(server.bodies(T)).toEqual(['hello']);
  });

  test('on a full disk it is still sent, and the mode says that it is not kept', async () => {
    const one = await connected();
    disk.full = true;
    await write(one, 'hello');
    expect(one.keeps.value).toBe('memory');
    await pass();
    expect(server.bodies(T)).toEqual(['hello']);
    expect(waiting(one)).toEqual([]);
    expect(disk.struck).toBeGreaterThan(0);
  });
});

describe('a line that breaks', () => {
  test('M4 the acknowledgement is lost: it is said again under the same id, and stands there once', async () => {
    const one = await connected();
    server.mute = true;
    await write(one, 'hello');
    await pass();
    expect(waiting(one)).toEqual(['hello sending']);
    line.socket.cut();
    server.mute = false;
    await pass();
    expect(one.line.value).toBe('broken');
    expect(waiting(one)).toEqual(['hello saved']);
    await pass(2_000);
    expect(waiting(one)).toEqual([]);
    expect(server.bodies(T)).toEqual(['hello']);
    expect(shown(one)).toEqual(['hello']);
  });

  test('M2 its own row proves it as well as an ack', async () => {
    const one = await connected();
    server.hold();
    await write(one, 'hello');
    const said = server.held![0]![0];
    line.tell({ type: 'changed', rev: 7, set: [{ kind: 'message', thread: T, seq: 1, id: said['id'], by: 'visitor', body: 'hello', at: 1, rev: 7 }] });
    await pass();
    expect(waiting(one)).toEqual([]);
    expect([...(await disk.read(NAME)).keys()].filter((key) => key.startsWith('out:'))).toEqual([]);
  });

  test('M6 at most eight unanswered, in the order of writing, also through three cuts', async () => {
    const one = await connected();
    server.hold();
    const bodies = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    await write(one, ...bodies);
    await pass();
    expect(server.held).toHaveLength(WINDOW);
    for (let cut = 0; cut < 3; cut++) {
      const part = server.held!.filter(([frame]) => frame.type === 'say').slice(0, 3);
      server.mute = true;
      for (const [frame, socket] of part) server.handle(frame, socket);
      server.mute = false;
      line.socket.cut();
      server.held = undefined;
      server.hold();
      await pass(5_000);
      const hi = server.held!.find(([frame]) => frame.type === 'hi')!;
      server.held = server.held!.filter((each) => each !== hi);
      server.handle(...hi);
      await pass();
    }
    server.flush();
    await pass(1_000);
    expect(server.bodies(T)).toEqual(bodies);
    expect(shown(one)).toEqual(bodies);
    expect(waiting(one)).toEqual([]);
  });

  test('S7 a line that is dead without a word is noticed by its heartbeat', async () => {
    const one = await connected();
    line.socket.dead = true;
    await pass(25_000 + 10_000 + 500);
    await pass();
    expect(line.sockets).toHaveLength(2);
    expect(one.line.value).toBe('on');
  });

  test('S8 the last frame of a burst is lost: the next pong brings it', async () => {
    const one = await connected();
    await write(one, 'hello');
    await pass();
    server.answer(T, 'unheard', false);
    expect(shown(one)).toEqual(['hello']);
    await pass(26_000);
    expect(shown(one)).toEqual(['hello', 'unheard']);
    expect(line.of('sync')).toHaveLength(1);
  });

  test('X2 retries for ever, and a server that asked for time gets it', async () => {
    const one = await connected();
    line.down = true;
    line.socket.tell({ type: 'bye', code: 1012, after: 9_000, reason: '' });
    line.socket.cut(1012);
    const tried = line.sockets.length;
    await pass(8_500);
    expect(line.sockets).toHaveLength(tried);
    await pass(1_500);
    expect(line.sockets.length).toBeGreaterThan(tried);
    for (let minute = 0; minute < 20; minute++) await pass(60_000);
    expect(line.sockets.length).toBeGreaterThan(tried + 15);
    line.down = false;
    await pass(60_000);
    expect(one.line.value).toBe('on');
  });

  test.each([4400, 4401, 4403])('X3 %i stops it', async (code) => {
    const one = await connected();
    line.socket.cut(code);
    await pass(300_000);
    window.dispatchEvent(new Event('online'));
    await pass();
    expect(line.sockets).toHaveLength(1);
    expect(one.line.value).toBe('stopped');
    expect(one.tokens).toBe(code === 4401 ? 1 : 0);
  });

  test('X3 4409 rests until the page is looked at', async () => {
    const one = await connected();
    line.socket.cut(4409);
    await pass(300_000);
    expect(line.sockets).toHaveLength(1);
    expect(one.line.value).toBe('off');
    become('visible');
    await pass();
    expect(one.line.value).toBe('on');
  });

  test('X3 4408 is a line that was lost: she is told, what she wrote goes out, and nobody has to look at the page', async () => {
    const one = await connected();
    line.socket.tell({ type: 'bye', code: 4408, after: 0, reason: 'no hi in time' });
    line.socket.cut(4408);
    expect(one.line.value).toBe('broken');
    await write(one, 'still here');
    await pass(3_000);
    expect(one.line.value).toBe('on');
    expect(server.bodies(T)).toEqual(['still here']);
  });

  test('X3 4429 waits a minute at least, then comes back by itself', async () => {
    const one = await connected();
    line.socket.tell({ type: 'bye', code: 4429, after: 1_000, reason: '' });
    line.socket.cut(4429);
    await pass(59_000);
    expect(line.sockets).toHaveLength(1);
    await pass(2_000);
    expect(one.line.value).toBe('on');
  });

  test('I5 under a new token rows go, and what was not sent goes with her', async () => {
    const one = await connected();
    await write(one, 'old');
    await pass();
    server.hold();
    await write(one, 'new');
    line.socket.cut(4401);
    server.held = undefined;
    server.threads.clear();
    server.epoch = 'same brand, another visitor';
    await one.renew();
    expect(shown(one)).toEqual([]);
    await pass();
    expect(server.bodies(T)).toEqual(['new']);
    expect(shown(one)).toEqual(['new']);
  });
});

describe('refusals', () => {
  test('M3 with retryAfter it waits that long and is sent as it is, with nothing overtaking it', async () => {
    const one = await connected();
    let limited = true;
    server.refuse = () => limited ? { code: 'rate_limited', retryAfter: 3_000 } : undefined;
    await write(one, 'a', 'b', 'c');
    await pass();
    expect(waiting(one)).toEqual(['a saved', 'b saved', 'c saved']);
    limited = false;
    await pass(2_900);
    expect(server.bodies(T)).toEqual([]);
    await pass(200);
    expect(server.bodies(T)).toEqual(['a', 'b', 'c']);
    expect(waiting(one)).toEqual([]);
  });

  test('M3 without, it stays visible with its reason; said anew it has a new id; discarded it is gone', async () => {
    const one = await connected();
    server.refuse = ({ body }) => body === 'bad' ? { code: 'blocked' } : undefined;
    const [id] = await write(one, 'bad', 'good');
    await pass();
    expect(waiting(one)).toEqual(['bad refused']);
    expect(one.pending.value[0]!.refusal).toBe('blocked');
    expect(fates(one)).toContain(`${id} failed`);
    expect(server.bodies(T)).toEqual(['good']);
    const before = one.told.length;
    server.refuse = undefined;
    await one.retry(id!);
    await pass();
    expect(server.bodies(T)).toEqual(['good', 'bad']);
    expect(server.heard.filter((each) => each === id)).toHaveLength(1);
    expect(one.told.length).toBeGreaterThan(before);
    server.refuse = () => ({ code: 'blocked' });
    const [other] = await write(one, 'never mind');
    await pass();
    await one.discard(other!);
    expect(waiting(one)).toEqual([]);
  });
});

describe('staying in step', () => {
  async function told(bodies: number): Promise<Tab> {
    const one = await connected();
    for (let n = 1; n <= bodies; n++) server.answer(T, `answer ${n}`);
    await pass();
    return one;
  }

  test('S10 a message that went astray is pulled', async () => {
    const one = await told(2);
    server.answer(T, 'astray', false);
    server.answer(T, 'after it');
    await pass();
    expect(line.of('pull')).toHaveLength(1);
    expect(shown(one)).toEqual(['answer 1', 'answer 2', 'astray', 'after it']);
    expect(news(one)).toEqual(['answer 1', 'answer 2', 'astray', 'after it']);
  });

  test('S2 it comes back with what it has, and is told only what it missed', async () => {
    const one = await told(2);
    line.socket.cut();
    server.answer(T, 'meanwhile');
    await pass(2_000);
    expect(line.of('hi')[1]).toMatchObject({ epoch: 'first', rev: 2 });
    expect(shown(one)).toEqual(['answer 1', 'answer 2', 'meanwhile']);
    expect(news(one)).toEqual(['answer 1', 'answer 2', 'meanwhile']);
  });

  test('S4 a fresh start replaces the rows, on disk too, and never the outbox', async () => {
    const one = await told(3);
    line.down = true;
    line.socket.cut();
    await write(one, 'unsent');
    server.threads.delete(T);
    server.answer('other', 'hello');
    server.rev = 1;
    server.refuse = () => ({ code: 'retry_later', retryAfter: 60_000 });
    line.down = false;
    await pass(5_000);
    expect([...one.threads.value.keys()]).toEqual(['other']);
    expect(waiting(one)).toEqual(['unsent saved']);
    const keys = [...(await disk.read(NAME)).keys()].filter((key) => key.startsWith('row:'));
    expect(keys).toEqual(['row:message:other:1', 'row:thread:other']);
  });

  test('S4 a fresh start with more history than it brings is pulled when it is scrolled to', async () => {
    server.fresh = 10;
    for (let n = 1; n <= 70; n++) server.answer(T, `${n}`);
    const one = await connected();
    expect(shown(one)).toHaveLength(10);
    expect(one.threads.value.get(T)!.more).toBe(true);
    expect(news(one)).toEqual([]);
    await Promise.all([one.older(T), one.older(T), pass()]);
    expect(line.of('pull')).toHaveLength(1);
    expect(shown(one)).toHaveLength(60);
    await Promise.all([one.older(T), pass()]);
    expect(shown(one)).toEqual(Array.from({ length: 70 }, (_, index) => `${index + 1}`));
    expect(one.threads.value.get(T)!.more).toBe(false);
    expect(news(one)).toEqual([]);
  });

  test('S5 after a restore from a backup it offers again what the backup does not have, oldest first', async () => {
    const one = await connected();
    await write(one, 'before');
    await pass();
    const restore = server.backup();
    await write(one, 'lost 1', 'lost 2');
    await pass();
    expect(waiting(one)).toEqual([]);
    line.down = true;
    line.socket.cut();
    await write(one, 'unsent');
    restore();
    line.down = false;
    await pass(5_000);
    expect(server.bodies(T)).toEqual(['before', 'lost 1', 'lost 2', 'unsent']);
    expect(shown(one)).toEqual(['before', 'lost 1', 'lost 2', 'unsent']);
    expect(waiting(one)).toEqual([]);
  });

  test.each(['UnknownError', 'QuotaExceededError'])('S11 rows and rev are one write: whichever request fails, the disk never claims what it has not (%s)', async (failsWith) => {
    for (let n = 1; n < 25; n++) {
      disk = new FaultyDisk().install();
      line = new ScriptedLine().install();
      server = new ToyServer(line);
      disk.failsAt = n;
      disk.failsWith = failsWith;
      const one = await connected();
      await write(one, 'hello');
      for (let k = 1; k <= 3; k++) {
        server.answer(T, `answer ${k}`);
        await pass(10);
      }
      await pass(500);
      close(one);
      const kept = await disk.read(NAME);
      const standing = kept.get('ok') as { rev: number } | undefined;
      for (const message of server.threads.get(T)!.messages) {
        if (standing && message.rev <= standing.rev) expect(kept.has(`row:message:${T}:${message.seq}`), `request ${n}, seq ${message.seq}`).toBe(true);
      }
      expect(disk.struck, `request ${n}`).toBe(1);
    }
  });

  test('W1 got is told once for a burst, and only for what is on disk', async () => {
    const one = await connected();
    await write(one, 'hello');
    await pass();
    for (let n = 1; n <= 5; n++) server.answer(T, `answer ${n}`);
    expect(line.of('got')).toEqual([]);
    await pass(400);
    expect(line.of('got')).toEqual([{ type: 'got', thread: T, seq: 6 }]);
    expect(server.threads.get(T)!.row.visitor.got).toBe(6);
    await pass(2_000);
    expect(line.of('got')).toHaveLength(1);
  });

  test('W1 what she saw without a line is seen after a reload, and told when there is one', async () => {
    const first = await told(2);
    line.down = true;
    line.socket.cut();
    first.seen(T, 2);
    expect(first.threads.value.get(T)!.row!.visitor.seen).toBe(2);
    await pass();
    close(first);
    const second = await tab();
    expect(second.threads.value.get(T)!.row!.visitor.seen).toBe(2);
    line.down = false;
    second.connect();
    await pass();
    expect(server.threads.get(T)!.row.visitor.seen).toBe(2);
    await pass();
    expect([...(await disk.read(NAME)).keys()].filter((key) => key.startsWith('seen:'))).toEqual([]);
  });

  test('somebody else now: everything is asked for anew, because a difference would not bring her older threads', async () => {
    const one = await told(1);
    server.me = 'somebody known';
    server.threads.set('elder', {
      row: { kind: 'thread', id: 'elder', rev: 1, seq: 1, at: 1, ended: true, episode: 1, visitor: { got: 1, seen: 1 }, team: { got: 1, seen: 1 } },
      messages: [{ kind: 'message', thread: 'elder', seq: 1, id: 'e1', by: 'visitor', body: 'long ago', at: 1, rev: 1 }],
    });
    line.socket.cut(1012);
    await pass(2_000);
    expect([...one.threads.value.keys()].sort()).toEqual(['elder', T]);
    expect(one.me.value?.id).toBe('somebody known');
    expect(line.of('hi')).toHaveLength(3);
  });

  test('typing is shown, and ends by itself or with what was typed; mentions need a line', async () => {
    const one = await told(1);
    line.tell({ type: 'typing', thread: T, name: 'Mina' });
    expect(one.threads.value.get(T)!.typing).toEqual({ name: 'Mina' });
    await pass(6_100);
    expect(one.threads.value.get(T)!.typing).toBeUndefined();
    line.tell({ type: 'typing', thread: T, name: 'Mina' });
    server.answer(T, 'done');
    expect(one.threads.value.get(T)!.typing).toBeUndefined();
    one.mention({ type: 'typing' });
    line.down = true;
    line.socket.cut();
    one.mention({ type: 'typing' });
    await pass();
    expect(line.of('typing')).toHaveLength(1);
  });

  test('whether the team is in is told beside the card', async () => {
    const one = await connected();
    line.tell({ type: 'presence', available: false });
    expect(one.me.value?.card).toMatchObject({ name: 'Shop', available: false });
  });
});

describe('what cannot be believed', () => {
  test('P5 A02 frames that are none, unknown ones and rows that are none change nothing; the rest is taken', async () => {
    const one = await connected();
    const good: Message = { kind: 'message', thread: T, seq: 1, id: 'a', by: 'agent', body: 'fine', at: 1, rev: 5 };
    for (const text of ['', 'null', '[]', '{', '{"type":"constructor"}', '{"type":"__proto__"}', '{"type":"news","set":[]}', '{"type":"changed","rev":"9","set":[]}']) {
      line.socket.tell(text);
    }
    const element = { type: 'img', props: { src: 'x', onerror: 'alert(1)' } };
    line.tell({ type: 'changed', rev: 6, set: [good, { ...good, seq: 2, id: 'b', body: element }, { ...good, seq: 3, id: 'c', name: element }, { kind: 'reaction', id: 'r', rev: 6 }] });
    await pass();
    expect(shown(one)).toEqual(['fine']);
    expect(one.line.value).toBe('on');
    line.socket.tell({ type: 'page', thread: T, rows: [{ ...good, seq: 0, body: element }], more: false });
    expect(shown(one)).toEqual(['fine']);
  });

  test('P5 A02 rows planted on disk are dropped, and pulled again', async () => {
    const first = await connected();
    for (let n = 1; n <= 3; n++) server.answer(T, `answer ${n}`);
    await pass();
    close(first);
    const good = (await disk.read(NAME)).get(`row:message:${T}:2`) as object;
    await disk.plant(NAME, `row:message:${T}:2`, { ...good, body: { type: 'img', props: {} } });
    await disk.plant(NAME, 'row:thread:evil', { kind: 'thread', id: {}, rev: 1 });
    await disk.plant(NAME, `seen:${T}`, 'all');
    const second = await tab();
    expect(shown(second)).toEqual(['answer 3']);
    expect([...second.threads.value.keys()]).toEqual([T]);
    second.connect();
    await pass();
    await Promise.all([second.older(T), pass()]);
    expect(shown(second)).toEqual(['answer 1', 'answer 2', 'answer 3']);
  });

  test.each([
    ['no object', 'x'], ['an epoch that is none', { epoch: 5, rev: 1, me: {} }], ['me without a card', { epoch: 'first', rev: 1, me: { verified: true } }],
  ])('a standing on disk with %s is none: it starts afresh', async (_what, standing) => {
    const first = await connected();
    await write(first, 'hello');
    await pass();
    close(first);
    await disk.plant(NAME, 'ok', standing);
    const second = await connected();
    expect(line.of('hi').at(-1)).toEqual({ type: 'hi', v: 1, rev: 0 });
    expect(shown(second)).toEqual(['hello']);
  });
});

describe('several tabs', () => {
  test('M4 two tabs send one outbox: everything is said once or twice and stands there once', async () => {
    line.down = true;
    const [one, two] = [await tab(), await tab()];
    await write(one, 'from one');
    await write(two, 'from two');
    await pass(100);
    expect(waiting(one)).toEqual(['from one saved', 'from two saved']);
    expect(waiting(two)).toEqual(['from one saved', 'from two saved']);
    line.down = false;
    one.connect();
    two.connect();
    await pass(1_000);
    for (const each of [one, two]) {
      expect(waiting(each)).toEqual([]);
      expect(shown(each).sort()).toEqual(['from one', 'from two']);
    }
    expect(server.bodies(T)).toHaveLength(2);
    expect(shown(one)).toEqual(shown(two));
  });

  test('a tab without a line shows what another tab heard, and tells of it', async () => {
    const quiet = await tab();
    const loud = await connected();
    await write(loud, 'hello');
    server.answer(T, 'good day');
    await pass(100);
    expect(shown(quiet)).toEqual(['hello', 'good day']);
    expect(news(quiet)).toEqual(['good day']);
    loud.seen(T, 2);
    await pass(100);
    expect(quiet.threads.value.get(T)!.row!.visitor.seen).toBe(2);
  });

  test('A05 whoever shouts on the channel makes it look at the disk, and nothing else', async () => {
    const one = await connected();
    await write(one, 'hello');
    await pass();
    const evil = new BroadcastChannel(NAME);
    for (const shout of ['forgotten', { type: 'changed', set: [] }, null, { body: 'x' }]) evil.postMessage(shout);
    await pass(100);
    evil.close();
    expect(shown(one)).toEqual(['hello']);
    expect(one.line.value).toBe('on');
  });

  test('A08 forgetting leaves nothing here or in the other tab, and what was queued is never sent', async () => {
    const one = await connected();
    const two = await connected();
    await write(one, 'hello');
    await pass();
    server.hold();
    await write(one, 'secret 1');
    await write(two, 'secret 2');
    await one.forget();
    await pass(200);
    for (const each of [one, two]) {
      expect(shown(each)).toEqual([]);
      expect(waiting(each)).toEqual([]);
      expect(each.me.value).toBeUndefined();
      expect(each.line.value).toBe('off');
      expect(each.told.at(-1)).toEqual({ type: 'forgotten' });
    }
    expect(line.open).toEqual([]);
    expect(await disk.names()).toEqual([]);
    const tried = line.sockets.length;
    two.connect();
    await pass(100_000);
    expect(line.sockets).toHaveLength(tried);
  });
});

describe('leaving the page', () => {
  test('X4 what has no answer is posted once more when the page is hidden, in a way that outlives it', async () => {
    postDown = false;
    const one = await connected();
    server.hold();
    await write(one, 'last word');
    server.held = undefined;
    become('hidden');
    await pass();
    expect(posts).toEqual([{ keepalive: true, body: JSON.stringify({ token: 'x', frames: [say('last word', `m${count}`)] }) }]);
    expect(waiting(one)).toEqual([]);
    become('visible');
    become('hidden');
    await pass();
    expect(posts).toHaveLength(1);
  });

  test('D.6 last words are never more than a browser lets go', async () => {
    postDown = false;
    line.down = true;
    const one = await tab();
    one.connect();
    await write(one, ...Array.from({ length: 8 }, () => 'é'.repeat(10_000)));
    become('hidden');
    await pass();
    expect(new TextEncoder().encode(posts.find(({ keepalive }) => keepalive)!.body).length).toBeLessThanOrEqual(65_536);
    expect(server.bodies(T).length).toBeGreaterThan(0);
  });

  test('D.4 the line is closed on pagehide and opened again on pageshow', async () => {
    const one = await connected();
    window.dispatchEvent(new Event('pagehide'));
    expect(line.open).toEqual([]);
    expect(one.line.value).toBe('off');
    await pass(120_000);
    expect(line.sockets).toHaveLength(1);
    window.dispatchEvent(new Event('pageshow'));
    await pass();
    expect(one.line.value).toBe('on');
  });

  test('a hidden page gives its line back after five minutes, an inbox keeps it', async () => {
    const widget = await connected({ restsWhenHidden: true });
    const inbox = await connected();
    become('hidden');
    await pass(290_000);
    expect(line.open).toHaveLength(2);
    await pass(20_000);
    expect([widget.line.value, inbox.line.value]).toEqual(['off', 'on']);
    become('visible');
    await pass();
    expect(widget.line.value).toBe('on');
  });

  test('nobody listens for unload, and stopping takes every listener back', async () => {
    const events: string[] = [];
    for (const target of [window, document]) {
      const add = target.addEventListener.bind(target);
      const remove = target.removeEventListener.bind(target);
      vi.spyOn(target, 'addEventListener').mockImplementation((type: string, ...rest: unknown[]) => {
        events.push(type);
        (add as (...args: unknown[]) => void)(type, ...rest);
      });
      vi.spyOn(target, 'removeEventListener').mockImplementation((type: string, ...rest: unknown[]) => {
        events.splice(events.indexOf(type), 1);
        (remove as (...args: unknown[]) => void)(type, ...rest);
      });
    }
    const one = await connected();
    expect(events).not.toContain('unload');
    expect(events).not.toContain('beforeunload');
    expect(events).not.toContain('message');
    expect(events.length).toBeGreaterThan(4);
    close(one);
    expect(events).toEqual([]);
  });
});

describe('H3 a network that forbids sockets', () => {
  test('after two failures the same conversation goes over HTTP, both ways, and back to a socket when there is one', async () => {
    postDown = false;
    line.down = true;
    const one = await tab();
    one.connect();
    await write(one, 'hello');
    await pass(4_000);
    expect(one.line.value).toBe('on');
    expect(server.bodies(T)).toEqual(['hello']);
    expect(waiting(one)).toEqual([]);
    server.answer(T, 'good day', false);
    await pass(11_000);
    expect(shown(one)).toEqual(['hello', 'good day']);
    one.seen(T, 2);
    await pass();
    expect(server.threads.get(T)!.row.visitor.seen).toBe(2);
    await write(one, 'again');
    await pass(1_500);
    expect(server.bodies(T)).toEqual(['hello', 'good day', 'again']);
    line.down = false;
    await pass(60_000);
    const sofar = posts.length;
    await pass(60_000);
    expect(posts).toHaveLength(sofar);
    expect(line.open).toHaveLength(1);
    expect(server.heard).toHaveLength(2);
  });

  test('when HTTP fails too, the line is broken and everything waits', async () => {
    line.down = true;
    const one = await tab();
    one.connect();
    await write(one, 'hello');
    await pass(10_000);
    expect(posts.length).toBeGreaterThan(0);
    expect(one.line.value).toBe('broken');
    expect(waiting(one)).toEqual(['hello saved']);
  });
});
