/** One WebSocket, as the core knows it. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { CLOSE } from '../../protocol/frames.ts';
import type { Time } from '../../protocol/messages.ts';
import type { Connection, Who } from '../host.ts';
import { toText } from './frame-text.ts';
import type { NodeOwner } from './node-owner.ts';

/**
 * A peer that never reads may cost this much memory and one frame more, and then goes; it catches up when it is back.
 * One frame alone is never too much: however large it is, whoever asked for it has to be able to get it.
 */
const UNREAD_BYTES = 1_048_576;
const GATHERED_BYTES = 65_536;

export class Line implements Connection {
  readonly #owner: NodeOwner;
  readonly socket: WebSocket;
  data: Who;
  #heard: Time;
  /** Since it was heard of last. */
  #isAsked = false;
  readonly #wire: Duplex | undefined;
  #gathers = false;
  #closing = false;

  /** @param wire what the socket writes to */
  constructor(owner: NodeOwner, socket: WebSocket, who: Who, wire?: Duplex) {
    this.#owner = owner;
    this.socket = socket;
    this.#wire = wire;
    this.data = who;
    this.#heard = owner.now();
  }

  attend({ text, binary, gone }: { text(text: string): void; binary(): void; gone(): void }): void {
    this.socket.on('message', (data, isBinary) => {
      if (!this.isOpen) return; // sent away: she may be somebody else by now, or nobody
      this.heard = this.#owner.now();
      if (isBinary) binary();
      else text(String(data));
    });
    this.socket.on('pong', () => { if (this.data.greeted) this.heard = this.#owner.now(); });
    this.socket.on('error', (error) => this.#owner.log('socket_error', { code: (error as NodeJS.ErrnoException).code ?? error.name }));
    this.socket.on('close', gone);
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
    this.#owner.later(() => this.#write(frame));
  }

  #write(frame: object): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > UNREAD_BYTES) {
      this.#owner.log('slow_consumer', { buffered: this.socket.bufferedAmount });
      return this.socket.terminate();
    }
    if (this.#wire && !this.#gathers && this.#owner.leaving.gathers(this)) {
      this.#gathers = true;
      this.#wire.cork();
    }
    this.socket.send(toText(frame));
    // What only we hold back is nothing that she has not read.
    if (this.#gathers && this.#wire!.writableLength > GATHERED_BYTES) {
      this.#wire!.uncork();
      this.#wire!.cork();
    }
  }

  /** A write to a socket costs as much as a message does: all that a commit has for a line leaves in one. */
  release(): void {
    this.#gathers = false;
    this.#wire?.uncork();
  }

  /** @param after how long to stay away, in milliseconds */
  goodbye(after: number): void {
    this.send({ type: 'bye', code: CLOSE.restart, after, reason: 'restarting' });
    this.close(CLOSE.restart, 'restarting');
  }

  close(code: number, reason: string): void {
    this.#owner.later(() => {
      this.#closing = true;
      this.socket.close(code, reason);
    });
  }
}
