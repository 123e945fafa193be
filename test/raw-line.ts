/**
 * A WebSocket client that may be as rude as it likes: every byte on the wire is its own. What the server says is read as
 * frames, unless nobody reads at all.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: a test reads any field of any frame
export type Heard = any;

export interface RawOptions {
  port: number;
  path: string;
  /** Absent means that no Origin is sent. */
  origin?: string | undefined;
  protocols?: string;
  headers?: Record<string, string>;
}

export interface WireFrame { fin?: boolean; rsv?: number; opcode?: number; masked?: boolean; payload?: Buffer | string }

/** One frame as bytes, right or wrong. */
export function wire({ fin = true, rsv = 0, opcode = 1, masked = true, payload = '' }: WireFrame): Buffer {
  const data = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const mask = masked ? 0x80 : 0;
  if (data.length < 126) head.push(mask | data.length);
  else if (data.length < 65_536) head.push(mask | 126, data.length >> 8, data.length & 0xff);
  else head.push(mask | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (data.length >>> shift) & 0xff));
  if (!masked) return Buffer.concat([Buffer.from(head), data]);
  const key = randomBytes(4);
  const hidden = Buffer.from(data);
  for (let i = 0; i < hidden.length; i++) hidden[i]! ^= key[i & 3]!;
  return Buffer.concat([Buffer.from(head), key, hidden]);
}

export class RawLine {
  readonly #socket: Socket;
  #rest = Buffer.alloc(0);
  /** The status of the answer to the upgrade, and its headers in small letters. */
  status = 0;
  headers = new Map<string, string>();
  /** What came after the headers of a refusal. */
  body = '';
  readonly heard: Heard[] = [];
  pongs = 0;
  bytesHeard = 0;
  /** The code of the server's close frame; 1006 where the line just ended. */
  closed: number | undefined;
  readonly opened: Promise<this>;
  readonly #noticing = new Set<() => void>();

  constructor({ port, path, origin, protocols, headers = {} }: RawOptions) {
    this.#socket = connect(port, '127.0.0.1');
    const lines = [
      `GET ${path} HTTP/1.1`, 'host: chat.example', 'connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13',
      `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
      ...(origin === undefined ? [] : [`origin: ${origin}`]),
      ...(protocols === undefined ? [] : [`sec-websocket-protocol: ${protocols}`]),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    this.opened = new Promise((resolve) => {
      this.#socket.on('data', (bytes: Buffer) => {
        this.bytesHeard += bytes.length;
        this.#rest = Buffer.concat([this.#rest, bytes]);
        if (!this.status && !this.#readAnswer()) return;
        if (this.status !== 101) {
          // Not every server hangs up after a refusal.
          if (this.#rest.length >= Number(this.headers.get('content-length') ?? Infinity)) this.#socket.destroy();
          return;
        }
        this.#readFrames();
        resolve(this);
        for (const look of this.#noticing) look();
      });
      this.#socket.on('error', () => undefined);
      this.#socket.on('close', () => {
        if (this.status !== 101) this.body = String(this.#rest);
        this.closed ??= 1006;
        resolve(this);
        for (const look of this.#noticing) look();
      });
    });
  }

  #readAnswer(): boolean {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const [first = '', ...rest] = String(this.#rest.subarray(0, end)).split('\r\n');
    this.status = Number(first.split(' ')[1]);
    for (const line of rest) this.headers.set(line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim());
    this.#rest = this.#rest.subarray(end + 4);
    return true;
  }

  #readFrames(): void {
    for (;;) {
      const rest = this.#rest;
      if (rest.length < 2) return;
      let [at, length] = [2, rest[1]! & 0x7f];
      if (length === 126) [at, length] = [4, rest.length < 4 ? Infinity : rest.readUInt16BE(2)];
      else if (length === 127) [at, length] = [10, rest.length < 10 ? Infinity : Number(rest.readBigUInt64BE(2))];
      if (rest.length < at + length) return;
      const payload = rest.subarray(at, at + length);
      const opcode = rest[0]! & 0x0f;
      this.#rest = rest.subarray(at + length);
      if (opcode === 8) this.closed ??= payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      else if (opcode === 10) this.pongs++;
      else if (opcode === 1) this.heard.push(JSON.parse(String(payload)));
    }
  }

  /** A frame of `chat.v1`, or text that is none. */
  say(frame: object | string): this {
    return this.bytes(wire({ payload: typeof frame === 'string' ? frame : JSON.stringify(frame) }));
  }
  bytes(bytes: Buffer): this {
    this.#socket.write(bytes);
    return this;
  }
  /** Writes, and waits where the system's own buffer is full. */
  async push(bytes: Buffer): Promise<void> {
    if (!this.#socket.write(bytes)) await new Promise<void>((resolve) => {
      const done = () => resolve();
      this.#socket.once('drain', done).once('close', done);
    });
  }
  /** Reads nothing any more. */
  deafen(): this {
    this.#socket.pause();
    return this;
  }
  listen(): this {
    this.#socket.resume();
    return this;
  }
  /** Without a word. */
  drop(): void {
    this.#socket.destroy();
  }
  /** Until it is so, or the line has ended; looked at whenever something comes. */
  until(isSo: (line: this) => boolean, what: string, mostMs = 10_000): Promise<this> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`waited ${mostMs} ms for ${what}`)), mostMs);
      const look = () => {
        if (!isSo(this) && this.closed === undefined) return;
        clearTimeout(late);
        this.#noticing.delete(look);
        resolve(this);
      };
      this.#noticing.add(look);
      look();
    });
  }
  of(type: string): Heard[] {
    return this.heard.filter((frame) => frame.type === type);
  }
}
