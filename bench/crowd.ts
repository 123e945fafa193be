/**
 * Ten thousand widgets that say nothing, in a process of their own: they greet, answer for themselves every 25 s, and come back
 * as `client/socket.ts` does: after a time drawn at random below a ceiling that doubles, and not before the server's `after`.
 * Written on bare sockets: a client of the `ws` package would cost this process more than the server that is measured.
 */
import { connect } from 'node:net';
import { HEARTBEAT_MS } from '../protocol/limits.ts';
import { tokenOf } from './stock.ts';

/** As in `client/socket.ts`. */
const FIRST_CEILING_MS = 1_000;
const LAST_CEILING_MS = 60_000;
const CONNECT_MS = 10_000;
const GOOD_MS = 5_000;
/** When they are all let in for the first time; a stampede is another question, and asked afterwards. */
const OPENING_AT_ONCE = 50;

export interface Crowd { port: number; brand: string; origin: string; many: number }
/** What became of it, in milliseconds on the clock that all processes share (`Date.now`). */
export interface Told {
  /** Greeted and here now. */
  here: number;
  /** When each that was cut off first was let in again. */
  back: number[];
  /** Attempts that ended without a greeting. */
  failed: number;
  /** … of which the door was shut, and not the house empty. */
  turnedAway: number;
}

const KEY = Buffer.from('a bench, no key.').toString('base64');
const MASKED = 0x80;
const FIN_TEXT = 0x81;

/** A text frame as a client writes it, shorter than 126 bytes. All zeros are a mask like any other. */
function frameOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([FIN_TEXT, MASKED | Buffer.byteLength(text), 0, 0, 0, 0]), Buffer.from(text)]);
}
const HI = frameOf('{"type":"hi","v":1,"rev":0}');
/** The server's own question whether somebody is there, which a browser answers by itself; no byte of a text is like it. */
const ASKED = 0x89;
const PONG = Buffer.from([0x8a, MASKED, 0, 0, 0, 0]);
const PING = frameOf('{"type":"ping"}');

class Widget {
  readonly #crowd: Crowd;
  readonly #n: number;
  readonly #told: Told;
  #ceiling = 0;
  #openedAt = 0;
  #after = 0;
  #wasHere = false;

  constructor(crowd: Crowd, n: number, told: Told) {
    this.#crowd = crowd;
    this.#n = n;
    this.#told = told;
  }

  /** Resolves when it is greeted, or has failed. */
  connect(): Promise<void> {
    return new Promise((resolve) => {
      const { port, brand, origin } = this.#crowd;
      // Each behind an address of its own.
      const from = `10.${this.#n >> 16 & 255}.${this.#n >> 8 & 255}.${this.#n & 255}`;
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let isHere = false;
      let head = '';
      const beat = setInterval(() => { if (isHere) socket.write(PING); }, HEARTBEAT_MS);
      const patience = setTimeout(() => socket.destroy(), CONNECT_MS);
      socket.write(`GET /v1/${brand}/visitor HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: ${origin}\r\nX-Forwarded-For: ${from}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat.v1, t.${tokenOf(this.#n)}\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`);
      socket.on('data', (bytes) => {
        const text = bytes.toString('latin1');
        if (!head.includes('\r\n\r\n')) {
          head += text;
          if (!head.includes('\r\n\r\n')) return;
          if (!head.startsWith('HTTP/1.1 101')) {
            this.#told.turnedAway++;
            return void socket.destroy();
          }
          socket.write(HI);
        }
        if (bytes.includes(ASKED)) socket.write(PONG);
        const bye = /"type":"bye","code":\d+,"after":(\d+)/.exec(text);
        if (bye) this.#after = Number(bye[1]);
        if (isHere || !text.includes('"type":"ok"')) return;
        isHere = true;
        clearTimeout(patience);
        this.#openedAt = Date.now();
        this.#told.here++;
        if (this.#wasHere) this.#told.back.push(Date.now());
        this.#wasHere = true;
        resolve();
      });
      // What went wrong is in the close that follows.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        clearInterval(beat);
        clearTimeout(patience);
        if (isHere) this.#told.here--;
        else this.#told.failed++;
        setTimeout(() => void this.connect(), this.#wait());
        resolve();
      });
    });
  }

  #wait(): number {
    if (this.#openedAt && Date.now() - this.#openedAt >= GOOD_MS) this.#ceiling = FIRST_CEILING_MS;
    this.#openedAt = 0;
    const wait = Math.random() * this.#ceiling;
    this.#ceiling = Math.min(LAST_CEILING_MS, this.#ceiling * 2 || FIRST_CEILING_MS);
    const after = this.#after;
    this.#after = 0;
    return Math.max(wait, after);
  }
}

async function gather(crowd: Crowd): Promise<void> {
  const told: Told = { here: 0, back: [], failed: 0, turnedAway: 0 };
  process.on('message', (question: Question) => {
    if (question === 'forget') Object.assign(told, { back: [], failed: 0, turnedAway: 0 });
    process.send!(question === 'here' ? { ...told, back: [] } : told);
  });
  for (let n = 0; n < crowd.many; n += OPENING_AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(OPENING_AT_ONCE, crowd.many - n) }, (_, each) => new Widget(crowd, n + each, told).connect()));
  }
}

/** `here`: without the long list. Each is answered by what was asked for; `forget` begins to count anew. */
export type Question = 'here' | 'all' | 'forget';

if (process.send) process.once('message', (crowd) => void gather(crowd as Crowd));
