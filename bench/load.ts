/**
 * The other end of every relay: many visitors who keep a window of messages in flight, and an agent who hears them all, in a
 * process of their own. It speaks to the sockets directly and reads no more of a frame than it must: what it costs is taken
 * from the relay that is measured beside it.
 */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { percentile } from './figures.ts';

export interface Task {
  port: number;
  senders: number;
  /** In flight for each sender. */
  window: number;
  /** Before anything is counted, and while it is, in milliseconds. */
  warmMs: number;
  measureMs: number;
  /** Begins the names of the senders, so that they are new to the relay. */
  name: string;
  /** Waits until all that was sent has arrived, once and no more, and is acknowledged. */
  drains: boolean;
}
export interface Measured { perSecond: number; p50: number; p99: number }

const KEY = Buffer.from('a bench, no key.').toString('base64');
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const ACK = '"type":"ack"';
const FIN_TEXT = 0x81;
const MASKED = 0x80;
const MASK_BYTES = 4;
const SHORT = 125;
const TWO_BYTES = 126;
const OPENING_AT_ONCE = 50;

/** A text frame as a client writes it. All zeros are a mask like any other, and one that needs no work. */
function frameOf(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const head = bytes > SHORT ? 4 : 2;
  const frame = Buffer.alloc(head + MASK_BYTES + bytes);
  frame[0] = FIN_TEXT;
  frame[1] = MASKED | (bytes > SHORT ? TWO_BYTES : bytes);
  if (head === 4) frame.writeUInt16BE(bytes, 2);
  frame.write(text, head + MASK_BYTES);
  return frame;
}

/** An open WebSocket. @param hear each frame, as a piece of what came in */
function open(port: number, path: string, hear: (frame: Buffer) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let rest: Buffer = Buffer.alloc(0);
    let isUp = false;
    let greeted = false;
    socket.on('error', reject);
    // Whoever is measured lets nobody go.
    socket.on('end', () => { throw new Error(`${path} was closed`); });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat.v1\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`);
    socket.on('data', (chunk) => {
      rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
      if (!isUp) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!rest.includes(ACCEPT)) return reject(new Error(`no WebSocket: ${rest.subarray(0, 80)}`));
        isUp = true;
        rest = rest.subarray(end + 4);
        socket.write(frameOf('{"type":"hi","v":1,"rev":0}'));
      }
      for (let end = endOf(rest); end; end = endOf(rest)) {
        const frame = rest.subarray(0, end);
        rest = rest.subarray(end);
        if (greeted) hear(frame);
        else {
          greeted = true;
          resolve(socket);
        }
      }
    });
  });
}

/** Where the first frame ends, if all of it is there. */
function endOf(bytes: Buffer): number {
  if (bytes.length < 2) return 0;
  const length = bytes[1]!;
  if (length <= SHORT) return bytes.length >= 2 + length ? 2 + length : 0;
  const head = length === TWO_BYTES ? 4 : 10;
  if (bytes.length < head) return 0;
  const end = head + (head === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)));
  return bytes.length >= end ? end : 0;
}

export async function load(task: Task): Promise<Measured> {
  const sent = new Map<string, number>();
  const took: number[] = [];
  let [from, until] = [Infinity, Infinity];
  let [said, acked, heard] = [0, 0, 0];
  let isOver = false;
  let quiet: () => void = () => undefined;
  const isQuiet = () => new Promise<void>((resolve) => { quiet = resolve; });
  const look = () => { if (acked === said && heard === said) quiet(); };

  const agent = await open(task.port, '/agent', (frame) => {
    const at = performance.now();
    for (const [, key] of frame.toString('latin1').matchAll(/"body":"#([^"]+)"/g)) {
      const began = sent.get(key!);
      if (isOver) return;
      if (began === undefined) throw new Error(`heard twice: ${key}`);
      sent.delete(key!);
      heard++;
      if (at >= from && at < until) took.push(at - began);
    }
    look();
  });

  const senders: { socket: Socket; say: () => void }[] = [];
  const enter = async (sender: number) => {
    let n = 0;
    const name = `${task.name}-${sender}`;
    const say = () => {
      const key = `${name}.${n++}`;
      said++;
      sent.set(key, performance.now());
      socket.write(frameOf(JSON.stringify({ type: 'say', id: key, thread: `th-${name}`, body: `#${key}` })));
    };
    const socket = await open(task.port, `/visitor/${name}`, (frame) => {
      if (!frame.includes(ACK)) return;
      acked++;
      const at = performance.now();
      if (at < until && from < Infinity) say();
      else look();
    });
    senders.push({ socket, say });
  };
  for (let next = 0; next < task.senders; next += OPENING_AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(OPENING_AT_ONCE, task.senders - next) }, (_, n) => enter(next + n)));
  }
  // The first message begins a thread, which is another question.
  const hasBegun = isQuiet();
  for (const { say } of senders) say();
  await hasBegun;
  const isDrained = isQuiet();
  from = performance.now() + task.warmMs;
  until = from + task.measureMs;
  for (const { say } of senders) for (let n = 0; n < task.window; n++) say();
  if (task.drains) await isDrained;
  else await new Promise((resolve) => setTimeout(resolve, until - performance.now()));
  isOver = true;
  for (const { socket } of [{ socket: agent }, ...senders]) socket.destroy();
  return { perSecond: took.length / (task.measureMs / 1_000), p50: percentile(took, 50), p99: percentile(took, 99) };
}

if (process.send) process.on('message', async (task: Task) => process.send!(await load(task)));
