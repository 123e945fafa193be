/** One WebSocket, as the core knows it. */
import type { WebSocket } from 'ws';
import type { Time } from '../../protocol/messages.ts';
import type { Connection, Who } from '../host.ts';
import { toText } from './frame-text.ts';
import type { NodeOwner } from './node-owner.ts';

/**
 * A peer that never reads may cost this much memory and one frame more, and then goes; it catches up when it is back.
 * One frame alone is never too much: however large it is, whoever asked for it has to be able to get it.
 */
const UNREAD_BYTES = 1_048_576;

export class Line implements Connection {
  readonly #owner: NodeOwner;
  readonly socket: WebSocket;
  data: Who;
  #heard: Time;
  /** Since it was heard of last. */
  #isAsked = false;
  #closing = false;

  constructor(owner: NodeOwner, socket: WebSocket, who: Who) {
    this.#owner = owner;
    this.socket = socket;
    this.data = who;
    this.#heard = owner.now();
  }

  get isOpen(): boolean {
    return !this.#closing && this.socket.readyState === this.socket.OPEN;
  }

  get heard(): Time {
    return this.#heard;
  }
  set heard(at: Time) {
    this.#heard = at;
    this.#isAsked = false;
  }

  /** Asks whether somebody is there; gives up on who has not been heard of since it was asked before. */
  ping(): void {
    if (this.#isAsked) return this.socket.terminate();
    this.#isAsked = true;
    this.socket.ping();
  }

  send(frame: object): void {
    this.#owner.later(() => {
      if (this.socket.readyState !== this.socket.OPEN) return;
      if (this.socket.bufferedAmount <= UNREAD_BYTES) return this.socket.send(toText(frame));
      this.#owner.log('slow_consumer', { buffered: this.socket.bufferedAmount });
      this.socket.terminate();
    });
  }

  close(code: number, reason: string): void {
    this.#owner.later(() => {
      this.#closing = true;
      this.socket.close(code, reason);
    });
  }
}
