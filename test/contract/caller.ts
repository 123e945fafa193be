/** One WebSocket of somebody in a play: it writes down all it hears, and waits for what it expects. */
import { WebSocket } from 'ws';
import type { Entry } from './transcript.ts';

/** Far more than any answer takes; a busy machine is slow, and no answer at all is found all the same. */
const WAIT_MS = 20_000;
const CLOSE_MS = 5_000;

export interface Knock {
  url: string;
  protocols: string[];
  origin?: string;
  /** Where the trusted proxy says it comes from. */
  from: string;
  agent?: string;
  /** Said in the moment it is open, before anything is heard. */
  first?: object | undefined;
}

/** What of a frame is written down. */
type Reader = (frame: Entry) => Entry | undefined;

export class Caller {
  readonly #socket: WebSocket;
  readonly #entries: Entry[];
  readonly #reader: Reader;
  readonly #noticing = new Set<() => void>();
  /** How much of what came has been waited for. */
  #read = 0;
  /** What its client would keep: the state it holds. */
  rev = 0;
  epoch = '';
  isOver = false;
  /** The types of all that was said. */
  readonly said = new Set<string>();
  /** Settled when it is open, or refused. */
  readonly opened: Promise<this>;

  constructor({ url, protocols, origin, from, first, agent = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' }: Knock, entries: Entry[], reader: Reader = (frame) => frame) {
    this.#entries = entries;
    this.#reader = reader;
    this.#read = entries.length;
    this.#socket = new WebSocket(url, protocols, { ...(origin ? { origin } : {}), headers: { 'x-forwarded-for': from, 'user-agent': agent } });
    this.opened = new Promise((resolve, reject) => {
      this.#socket.on('open', () => resolve(first ? this.say(first) : this));
      this.#socket.on('error', reject);
      this.#socket.on('unexpected-response', (request, response) => {
        let body = '';
        response.on('data', (bytes: Buffer) => { body += bytes; });
        response.on('end', () => {
          this.isOver = true;
          this.#note({ refused: response.statusCode, body: JSON.parse(body) });
          request.destroy();
          resolve(this);
        });
      });
    });
    this.#socket.on('message', (data) => this.#hear(JSON.parse(String(data))));
    this.#socket.on('close', this.#onClose);
  }

  readonly #onClose = (code: number, reason: Buffer): void => {
    this.isOver = true;
    this.#note({ closed: code, reason: String(reason) });
  };

  #hear(frame: Entry): void {
    if (typeof frame['rev'] === 'number') this.rev = frame['rev'];
    if (typeof frame['epoch'] === 'string') this.epoch = frame['epoch'];
    const read = this.#reader(frame);
    if (read) this.#note(read);
  }

  #note(entry: Entry): void {
    this.#entries.push(entry);
    for (const look of this.#noticing) look();
  }

  /** A frame, a text that is none, or bytes. */
  say(frame: object | string): this {
    if (typeof frame === 'object' && 'type' in frame) this.said.add(String(frame.type));
    this.#socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
    return this;
  }

  /** Waits until each of these has come, in this order, after what was waited for before. @returns the last of them */
  async hears(...wanted: Entry[]): Promise<Entry> {
    let found: Entry = {};
    for (const each of wanted) found = await this.#next(each);
    await laterThan(Date.now());
    return found;
  }

  #next(wanted: Entry): Promise<Entry> {
    return new Promise((resolve, reject) => {
      const since = this.#read;
      const late = setTimeout(() => {
        this.#noticing.delete(look);
        reject(new Error(`waited ${WAIT_MS} ms for ${JSON.stringify(wanted)}, and heard\n${this.#entries.slice(since).map((entry) => JSON.stringify(entry)).join('\n')}`));
      }, WAIT_MS);
      const look = () => {
        for (; this.#read < this.#entries.length; this.#read++) {
          const entry = this.#entries[this.#read]!;
          if (!fits(entry, wanted)) continue;
          this.#read++;
          clearTimeout(late);
          this.#noticing.delete(look);
          return resolve(entry);
        }
      };
      this.#noticing.add(look);
      look();
    });
  }

  /** The line is cut: no close, no last word. What it was told until then has been waited for. */
  cut(): void {
    this.#socket.off('close', this.#onClose);
    this.isOver = true;
    this.#socket.terminate();
  }

  /** The page is closed, and waits for the answer to that; a browser waits long. */
  async close(): Promise<void> {
    const late = setTimeout(() => {
      this.#note({ closed: 'without an answer' });
      this.cut();
    }, CLOSE_MS);
    const isOver = new Promise<void>((resolve) => this.#socket.on('close', () => resolve()));
    this.#socket.close(1000);
    await isOver;
    clearTimeout(late);
  }
}

/** Has it these fields? Of a list, each that is wanted fits one that is there; an empty one is wanted empty. */
function fits(entry: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(entry)) return false;
    return wanted.length ? wanted.every((each) => entry.some((one) => fits(one, each))) : entry.length === 0;
  }
  if (typeof wanted !== 'object' || wanted === null) return entry === wanted;
  if (typeof entry !== 'object' || entry === null) return false;
  return Object.entries(wanted).every(([key, value]) => fits((entry as Entry)[key], value));
}

/** What is ordered by time has an order only where times differ: the next step falls into another millisecond. */
export async function laterThan(time: number): Promise<void> {
  while (Date.now() <= time) await new Promise((resolve) => setTimeout(resolve, 1));
}
