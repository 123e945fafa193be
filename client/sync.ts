/**
 * The engine that widget and inbox share: it keeps threads and the outbox on this device, and brings both ends together
 * whenever there is a line. The one file that knows both outbox and socket.
 */
import type { ReadonlySignal } from '@preact/signals';
import type { Refusal } from '../protocol/frames.ts';
import type { Id, Message, Seq, Time } from '../protocol/messages.ts';

/** How the line stands. `off`: not wanted now; `stopped`: the server said not to come back (44xx). */
export type Line = 'off' | 'connecting' | 'on' | 'broken' | 'stopped';

/** Something in the outbox: a frame with an id. It leaves when acknowledged or discarded, never otherwise. */
export interface Pending<Frame = { type: string; id: Id }> {
  frame: Frame;
  /** When it was written, by this device's clock. */
  at: Time;
  fate: 'saved' | 'sending' | 'refused';
  refusal?: Refusal;
}

/** A thread on this device. `messages` is one stretch without holes that ends at the newest one known. */
export interface Held<ThreadRow> {
  row: ThreadRow | undefined;
  messages: Message[];
  /** The server has older ones. */
  more: boolean;
  /** Somebody at the other end is writing; cleared by time or by what they wrote. */
  typing: { name?: string; agent?: Id } | undefined;
}

export interface Sync<ThreadRow, Frame, Me> {
  readonly line: ReadonlySignal<Line>;
  /** `memory`: this browser keeps nothing, and the visitor is told so. */
  readonly keeps: ReadonlySignal<'disk' | 'memory'>;
  readonly me: ReadonlySignal<Me | undefined>;
  readonly pending: ReadonlySignal<readonly Pending<Frame>[]>;
  readonly threads: ReadonlySignal<ReadonlyMap<Id, Held<ThreadRow>>>;
  /** Writes the frame to disk, shows it in `pending`, then sends it when it can. Resolves once it is kept. */
  send(frame: Frame): Promise<void>;
  /** Frames that are worth nothing later (typing); dropped without a line. */
  mention(frame: { type: string }): void;
  seen(thread: Id, seq: Seq): void;
  older(thread: Id): Promise<void>;
  retry(id: Id): Promise<void>;
  discard(id: Id): Promise<void>;
  /** A line is wanted from now on (and again at once, if it was waiting). */
  connect(): void;
  /** Everything that was opened is closed; the rows stay. */
  stop(): void;
}
