/** One WebSocket of a Durable Object, as the core knows it. The object may be gone between two of its frames; this is made anew then. */
import { CLOSE } from '../../protocol/frames.ts';
import { FRAME_BYTES } from '../../protocol/limits.ts';
import type { Time } from '../../protocol/messages.ts';
import { faultOf } from '../doors/fault.ts';
import type { Connection, Host, Who } from '../host.ts';
import { toText } from './frame-text.ts';

/** Written down no more often than that: presence looks back over a lease of 75 s. */
const KEEP_HEARD_MS = 10_000;

export interface Machine {
  /** After the handler has succeeded, or never. */
  later(effect: () => void): void;
  now(): Time;
  log: Host['log'];
  /** When the runtime last answered a ping for us. */
  pinged(socket: EdgeSocket): Time;
}

interface Attachment { who: Who; opened: Time; heard: Time }

export class Line implements Connection {
  readonly #machine: Machine;
  readonly socket: EdgeSocket;
  /** The sockets of one person are superseded in this order. */
  readonly opened: Time;
  #who: Who;
  #heard: Time;
  #kept: Time;
  #closing = false;

  constructor(machine: Machine, socket: EdgeSocket) {
    this.#machine = machine;
    this.socket = socket;
    const { who, opened, heard } = socket.deserializeAttachment() as Attachment;
    this.#who = who;
    this.opened = opened;
    this.#heard = heard;
    this.#kept = heard;
  }

  static begin(socket: EdgeSocket, who: Who, now: Time): void {
    socket.serializeAttachment({ who, opened: now, heard: now } satisfies Attachment);
  }

  get data(): Who {
    return this.#who;
  }
  set data(who: Who) {
    this.#who = who;
    this.#later(() => this.#keep());
  }

  /** Before her greeting a ping counts for nothing: the runtime answers it, but the core never hears of it (rule S1). */
  get heard(): Time {
    return this.#who.greeted ? Math.max(this.#heard, this.#machine.pinged(this.socket)) : this.#heard;
  }

  hear(): void {
    this.#heard = this.#machine.now();
    if (this.#heard - this.#kept >= KEEP_HEARD_MS) this.#keep();
  }

  get isOpen(): boolean {
    return !this.#closing && this.socket.readyState === WebSocket.OPEN;
  }

  send(frame: object): void {
    this.#later(() => {
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(toText(frame));
    });
  }

  close(code: number, reason: string): void {
    this.#later(() => this.drop(code, reason));
  }

  /** At once, whatever becomes of the handler. */
  drop(code: number, reason: string): void {
    this.#closing = true;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.close(code, reason);
  }

  /** The other end has closed. The runtime leaves it to us to say so too; until then that end waits. */
  answerClose(code: number): void {
    this.#closing = true;
    if (this.socket.readyState === WebSocket.CLOSING) this.socket.close(isSayable(code) ? code : NOTHING_WRONG);
  }

  /** What fails for this line is no fault of the others: they are told all the same, and this one comes back for what it missed. */
  #later(effect: () => void): void {
    this.#machine.later(() => {
      try {
        effect();
      } catch (error) {
        this.#machine.log('line_failed', faultOf(error));
        this.drop(CLOSE.broken, 'broken');
      }
    });
  }

  #keep(): void {
    this.#kept = this.#heard;
    this.socket.serializeAttachment({ who: this.#who, opened: this.opened, heard: this.#heard } satisfies Attachment);
  }
}

const NOTHING_WRONG = 1_000;
/** Others stand for a close without a code, or may not be written on a wire at all. */
const isSayable = (code: number): boolean => code >= 1_000 && code < 5_000 && ![1_004, 1_005, 1_006, 1_015].includes(code);

/** As Node's sockets say it (rule P2). */
export const TOO_BIG = 1_009;
export function isTooLong(text: string): boolean {
  return text.length > FRAME_BYTES || (text.length > FRAME_BYTES / 3 && new TextEncoder().encode(text).length > FRAME_BYTES);
}
