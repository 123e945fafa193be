/**
 * A client of `chat.v1` written from `protocol/README.md` alone, for tests that need many of them: it keeps an outbox,
 * sends at most eight at a time, and comes back after every cut. It remembers what it was told was safe.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Message } from '../protocol/messages.ts';

const WINDOW = 8;
const BACK_MS = 40;

export interface TalkerOptions {
  url: string;
  origin: string;
  /** What the trusted proxy would say where it comes from: rate limits are per address. */
  from?: string;
  /** A visitor's token, or a fresh ticket for each attempt. */
  secret: () => string | Promise<string>;
  /** After each answer, and after a greeting. */
  onAnswer?: () => void;
}

export const newToken = (): string => randomBytes(32).toString('base64url');

export class Talker {
  readonly #options: TalkerOptions;
  #socket: WebSocket | undefined;
  #stopped = false;
  #flying = new Set<string>();
  /** Until then nothing is sent: a message that has to wait holds up those behind it (rule M3). */
  #waiting: NodeJS.Timeout | undefined;
  #epoch: string | undefined;
  #rev = 0;
  readonly outbox = new Map<string, { type: 'say'; id: string; thread: string; body: string }>();
  /** What it was told is on disk: id to seq. */
  readonly acked = new Map<string, number>();
  /** … and since when, by the server's clock. */
  readonly written = new Map<string, number>();
  /** What it holds: thread to seq to id. A seq that is given twice with different ids is a broken promise. */
  readonly held = new Map<string, Map<number, Message>>();
  /** Under which it began anew (rule S4). */
  readonly epochs: string[] = [];
  readonly broken: string[] = [];
  opened = 0;
  greeted = false;

  constructor(options: TalkerOptions) {
    this.#options = options;
  }

  async connect(): Promise<void> {
    if (this.#stopped) return;
    let secret: string;
    try {
      secret = await this.#options.secret();
    } catch {
      // The server is down: a ticket is asked for again when it may be up.
      setTimeout(() => void this.connect(), BACK_MS);
      return;
    }
    const socket = new WebSocket(this.#options.url, ['chat.v1', `t.${secret}`], {
      origin: this.#options.origin, ...(this.#options.from ? { headers: { 'x-forwarded-for': this.#options.from } } : {}),
    });
    this.#socket = socket;
    socket.on('open', () => {
      this.opened++;
      socket.send(JSON.stringify({ type: 'hi', v: 1, rev: this.#rev, ...(this.#epoch ? { epoch: this.#epoch } : {}) }));
    });
    socket.on('message', (data) => this.#hear(JSON.parse(String(data))));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#flying.clear();
      this.#goOn();
      this.greeted = false;
      if (!this.#stopped) setTimeout(() => void this.connect(), BACK_MS * (0.5 + Math.random()));
    });
  }

  say(thread: string, body: string): string {
    const id = randomUUID();
    this.outbox.set(id, { type: 'say', id, thread, body });
    this.#pump();
    return id;
  }

  stop(): void {
    this.#stopped = true;
    this.#goOn();
    this.#socket?.close();
  }

  ask(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #pump(): void {
    if (!this.greeted || this.#waiting || this.#socket?.readyState !== WebSocket.OPEN) return;
    for (const [id, frame] of this.outbox) {
      if (this.#flying.size >= WINDOW) return;
      if (this.#flying.has(id)) continue;
      this.#flying.add(id);
      this.#socket.send(JSON.stringify(frame));
    }
  }

  #goOn(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
  }

  // biome-ignore lint/suspicious/noExplicitAny: it reads the fields the protocol page names
  #hear(frame: any): void {
    if (frame.type === 'ok') {
      this.greeted = true;
      this.#flying.clear();
      if (frame.fresh) {
        this.held.clear();
        this.epochs.push(frame.epoch);
      }
      this.#epoch = frame.epoch;
    }
    if (frame.set && frame.rev !== undefined) this.#rev = frame.rev;
    for (const row of frame.set ?? frame.rows ?? []) if (row.kind === 'message') this.#keep(row);
    if (frame.type === 'ack') {
      const before = this.acked.get(frame.id);
      if (before !== undefined && before !== frame.seq) this.broken.push(`${frame.id} was acknowledged as ${before} and as ${frame.seq}`);
      this.acked.set(frame.id, frame.seq);
      this.written.set(frame.id, frame.at);
      this.outbox.delete(frame.id);
      this.#flying.delete(frame.id);
    }
    if (frame.type === 'nak') {
      this.#flying.delete(frame.id);
      if (frame.retryAfter) {
        this.#goOn();
        this.#waiting = setTimeout(() => {
          this.#goOn();
          this.#pump();
        }, frame.retryAfter);
      } else {
        this.outbox.delete(frame.id);
        this.broken.push(`${frame.id} was refused: ${frame.code}`);
      }
    }
    this.#pump();
    if (['ok', 'ack', 'nak'].includes(frame.type)) this.#options.onAnswer?.();
  }

  #keep(message: Message): void {
    const thread = this.held.get(message.thread) ?? new Map<number, Message>();
    this.held.set(message.thread, thread);
    const there = thread.get(message.seq);
    if (there && there.id !== message.id) this.broken.push(`${message.thread} ${message.seq} is ${there.id} and ${message.id}`);
    thread.set(message.seq, message);
  }
}
