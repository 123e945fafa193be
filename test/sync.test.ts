// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase } from '../client/database.ts';
import { startSync } from '../client/sync.ts';
import { uuid } from '../client/uuid.ts';
import type { VisitorMe, VisitorSay } from '../protocol/frames.ts';
import type { Thread } from '../protocol/messages.ts';
import { row, TO_VISITOR } from '../protocol/to-visitor.ts';
import { ScriptedLine } from './scripted-line.ts';

let line: ScriptedLine;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  line = new ScriptedLine().install();
});
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); });
const settle = async (ms = 50) => { for (let i = 0; i < 10; i++) { await vi.advanceTimersByTimeAsync(ms / 10); await new Promise((r) => setImmediate(r)); } };

const card = { name: 'Shop', color: '#000000', logo: 'S', greeting: '', replyTime: 'hours', open: true, available: true };
test('smoke', async () => {
  const sync = startSync<Thread, VisitorSay, VisitorMe>({
    database: openDatabase('leaveword:smoke'), side: 'visitor', url: 'ws://x', protocols: async () => ['chat.v1', 't.x'], frames: TO_VISITOR, row,
  });
  await sync.send({ type: 'say', id: uuid(), thread: 't1', body: 'hello' });
  expect(sync.pending.value.length).toBe(1);
  line.onFrame = (frame, socket) => {
    if (frame.type === 'hi') socket.tell({ type: 'ok', v: 1, epoch: 'e', rev: 0, now: 1, set: [], fresh: true, me: { verified: false, card } });
    if (frame.type === 'say') socket.tell({ type: 'ack', id: frame['id'], thread: 't1', seq: 1, at: 5 });
  };
  sync.connect();
  await settle();
  console.log(line.sockets.map((s) => [s.readyState, s.said]), line.said, sync.line.value, sync.keeps.value, [...sync.threads.value], sync.pending.value);
  expect(sync.pending.value).toEqual([]);
  sync.stop();
});
