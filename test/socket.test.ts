// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Line, openSocket, type Socket } from '../client/socket.ts';
import { ScriptedLine } from './scripted-line.ts';

let line: ScriptedLine;
let socket: Socket;
let happened: string[];
let hidden: boolean;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_800_000_000_000 });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  line = new ScriptedLine().install();
  happened = [];
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
});
afterEach(() => {
  socket.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function open(face: Partial<Line> = {}): Promise<void> {
  socket = openSocket({
    url: 'ws://server', protocols: async () => ['chat.v1', 't.token'],
    opened: () => happened.push('opened'), heard: (text) => happened.push(text), lost: (code) => happened.push(`lost ${code}`),
    rests: () => happened.push('rests'), leaving: () => happened.push('leaving'), ...face,
  });
  socket.open();
  await pass(10);
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** Fails again and again. @returns how long after each failure the next attempt was made */
async function waits(attempts: number): Promise<number[]> {
  const gaps: number[] = [];
  for (let n = 0; n < attempts; n++) {
    const tried = line.sockets.length;
    let waited = 0;
    while (line.sockets.length === tried) {
      await pass(50);
      waited += 50;
    }
    gaps.push(waited);
    await pass(2);
  }
  return gaps;
}

test('C2 offers the protocol and the token of this attempt, and nothing in the address', async () => {
  let attempt = 0;
  await open({ protocols: async () => ['chat.v1', `t.${++attempt}`] });
  expect(line.socket.url).toBe('ws://server');
  expect(line.socket.protocols).toEqual(['chat.v1', 't.1']);
  line.socket.cut();
  await pass(2_000);
  expect(line.socket.protocols).toEqual(['chat.v1', 't.2']);
});

test('keeps nothing for later: without a line send says no', async () => {
  line.down = true;
  await open();
  expect(socket.send('early')).toBe(false);
  line.down = false;
  await pass(5_000);
  expect(happened).toContain('opened');
  expect(line.said).toEqual([]);
  expect(socket.send('{"type":"hi"}')).toBe(true);
});

test('X2 the waits are random below a ceiling that doubles from one second to a minute', async () => {
  vi.mocked(Math.random).mockReturnValue(0.999);
  line.down = true;
  await open();
  const longest = await waits(9);
  [1, 2, 4, 8, 16, 32, 60, 60, 60].forEach((seconds, index) => {
    expect(longest[index]! / 1_000).toBeGreaterThan(seconds * 0.9);
    expect(longest[index]! / 1_000).toBeLessThan(seconds + 0.3);
  });
  vi.mocked(Math.random).mockReturnValue(0);
  await pass(60_000);
  expect(Math.max(...await waits(3))).toBeLessThan(200);
});

test('X2 after a line that held, the waits are short again; after one that did not, they go on growing', async () => {
  vi.mocked(Math.random).mockReturnValue(0.999);
  line.down = true;
  await open();
  await waits(5);
  line.down = false;
  await waits(1);
  await pass(10);
  expect(happened.at(-1)).toBe('opened');
  line.socket.cut();
  expect((await waits(1))[0]).toBeGreaterThan(10_000);
  line.socket.tell('{"type":"ok"}');
  await pass(6_000);
  line.socket.cut();
  expect((await waits(1))[0]).toBeLessThan(1_200);
});

test('an attempt whose token cannot be had is a failed attempt', async () => {
  let fails = true;
  await open({ protocols: async () => { if (fails) throw new Error('no ticket'); return ['chat.v1']; } });
  expect(line.sockets).toHaveLength(0);
  expect(happened).toEqual(['lost 1000']);
  fails = false;
  await pass(3_000);
  expect(happened.at(-1)).toBe('opened');
});

test('an attempt that is not answered is given up after ten seconds', async () => {
  vi.stubGlobal('WebSocket', class extends EventTarget {
    static OPEN = 1;
    readyState = 0;
    close() { this.readyState = 3; }
  });
  await open();
  await pass(9_900);
  expect(happened).toEqual([]);
  await pass(200);
  expect(happened).toEqual(['lost 1000']);
});

test('S7 pings every 25 seconds, and a line without an answer for ten is closed and opened anew', async () => {
  await open();
  const first = line.socket;
  first.tell('{"type":"ok"}');
  await pass(24_900);
  expect(line.of('ping')).toHaveLength(0);
  await pass(200);
  expect(line.of('ping')).toHaveLength(1);
  first.tell('{"type":"pong","head":0}');
  await pass(25_100);
  expect(line.of('ping')).toHaveLength(2);
  expect(line.sockets).toHaveLength(1);
  await pass(10_100);
  expect(happened).toContain('lost 1000');
  await pass(2_000);
  expect(first.readyState).toBe(3);
  expect(line.sockets).toHaveLength(2);
});

test('S7 a heart that beats late proves nothing: it asks once more before it gives up', async () => {
  await open();
  line.socket.tell('{"type":"ok"}');
  await pass(25_010);
  expect(line.of('ping')).toHaveLength(1);
  // The browser froze the page: an hour passes, and the timer fires when it is over.
  vi.setSystemTime(Date.now() + 3_600_000);
  await pass(10_000);
  expect(line.sockets).toHaveLength(1);
  expect(line.of('ping')).toHaveLength(2);
  await pass(10_100);
  expect(happened).toContain('lost 1000');
});

test.each(['online', 'pageshow'])('on %s what was waiting to try again tries at once', async (event) => {
  line.down = true;
  await open();
  await waits(6);
  line.down = false;
  const tried = line.sockets.length;
  window.dispatchEvent(new Event(event));
  await pass(10);
  expect(line.sockets).toHaveLength(tried + 1);
  expect(happened.at(-1)).toBe('opened');
});

test('S7 when the page is looked at again, an open line is asked at once whether it is alive', async () => {
  await open();
  line.socket.tell('{"type":"ok"}');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(line.socket.said).toEqual([{ type: 'ping' }]);
  expect(line.sockets).toHaveLength(1);
});

test('the page that is shown for the first time does not disturb an attempt under way', async () => {
  const attempt = open();
  window.dispatchEvent(new Event('pageshow'));
  document.dispatchEvent(new Event('visibilitychange'));
  await attempt;
  expect(line.sockets).toHaveLength(1);
  expect(happened).toEqual(['opened']);
});

test('X2 a server that asked for time gets it, also when the browser says it is online', async () => {
  await open();
  socket.holdOff(20_000);
  line.socket.cut(1012);
  await pass(5_000);
  window.dispatchEvent(new Event('online'));
  await pass(14_000);
  expect(line.sockets).toHaveLength(1);
  await pass(3_000);
  expect(line.sockets).toHaveLength(2);
});

test.each([4400, 4401, 4409, 4499])('X2 code %i stops its own reconnecting', async (code) => {
  await open();
  line.socket.cut(code);
  await pass(600_000);
  expect(line.sockets).toHaveLength(1);
  expect(happened).toEqual(['opened', `lost ${code}`]);
});

test('X3 4408 a page that is looked at comes back by itself, later each time it was not heard', async () => {
  vi.mocked(Math.random).mockReturnValue(0.999);
  await open({ restsWhenHidden: true });
  const gaps: number[] = [];
  for (let times = 0; times < 4; times++) {
    await pass(5_000); // it opens, and what is said on it does not arrive in time
    line.socket.tell('{"type":"bye","code":4408,"after":0,"reason":"no hi in time"}');
    line.socket.cut(4408);
    gaps.push(...await waits(1));
  }
  gaps.reduce((before, gap) => {
    expect(gap).toBeGreaterThan(before * 1.5);
    return gap;
  });
  expect(happened.filter((each) => each === 'opened')).toHaveLength(5);
  expect(line.open).toHaveLength(1);
});

test('X3 4408 a page that nobody looks at comes back when somebody does, an inbox at once', async () => {
  hidden = true;
  await open({ restsWhenHidden: true });
  line.socket.cut(4408);
  await pass(600_000);
  expect(line.sockets).toHaveLength(1);
  hidden = false;
  document.dispatchEvent(new Event('visibilitychange'));
  await pass(10);
  expect(line.open).toHaveLength(1);
  socket.close();
  hidden = true;
  await open();
  line.socket.cut(4408);
  await pass(2_000);
  expect(line.open).toHaveLength(1);
});

test.each([1000, 1006, 1011, 1012, 1013, 3000])('X2 code %i does not', async (code) => {
  await open();
  line.socket.cut(code);
  await pass(3_000);
  expect(line.sockets).toHaveLength(2);
});

test('what an old socket still says is not heard', async () => {
  await open();
  const old = line.socket;
  window.dispatchEvent(new Event('pagehide'));
  window.dispatchEvent(new Event('pageshow'));
  await pass(10);
  happened.length = 0;
  old.readyState = 1;
  old.tell('from the past');
  old.cut(4401);
  expect(happened).toEqual([]);
  expect(line.open).toHaveLength(1);
});

test('D.4 hidden it says so; hidden for long it rests, if it may, and no event of the network wakes it', async () => {
  await open({ restsWhenHidden: true });
  line.socket.tell('{"type":"ok"}');
  hidden = true;
  document.dispatchEvent(new Event('visibilitychange'));
  expect(happened.at(-1)).toBe('leaving');
  for (let minute = 0; minute < 5; minute++) {
    await pass(20_000);
    line.tell({ type: 'pong' });
    await pass(20_000);
    line.tell({ type: 'pong' });
    await pass(20_000);
    line.tell({ type: 'pong' });
  }
  expect(happened.at(-1)).toBe('rests');
  window.dispatchEvent(new Event('online'));
  await pass(1_000);
  expect(line.open).toEqual([]);
  hidden = false;
  document.dispatchEvent(new Event('visibilitychange'));
  await pass(10);
  expect(line.open).toHaveLength(1);
});
