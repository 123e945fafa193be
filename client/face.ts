/** What a face (the widget, the inbox) tells the engine about itself, and what it gets back. */
import type { ReadonlySignal } from '@preact/signals-core';
import type { Refusal } from '../protocol/frames.ts';
import type { Id, Message, Seq } from '../protocol/messages.ts';
import type { Shape } from '../protocol/shape.ts';
import type { Database } from './database.ts';
import type { Pending } from './outbox.ts';
import type { AnyRow } from './rows.ts';
import type { AnyThread, Held, Side } from './thread.ts';

export interface Face {
  /** Opened by the face, which may keep things of its own there: any key that does not begin with `ok`, `row:`, `seen:` or `out:`. */
  database: Database;
  /** Whose messages are our own side's. */
  side: Side;
  /** `wss://…` */
  url: string;
  /** The sub-protocols, asked before every attempt; a rejection counts as a failed attempt. */
  protocols(): Promise<string[]>;
  /** Where frames go when there is no socket to be had, and for the last words of a page. */
  post?: {
    url: string;
    type: 'text/plain' | 'application/json';
    /** The body around these frames, or nothing if it cannot be said who we are. */
    body(frames: object[]): string | undefined;
  };
  /** Fields of `hi` besides `v`, `epoch` and `rev`. */
  hi?(): object;
  /** `TO_VISITOR` or `TO_AGENT`: the shapes of what the server says. */
  frames: object;
  /** The shape of a row, for rows that come and rows that lay on disk. A row that does not fit is dropped. */
  row: Shape<unknown>;
  /** Gives the line back when the page has been hidden for five minutes. */
  restsWhenHidden?: boolean;
  /** Closed with 4401: the token is not good any more. `renew` or `forget`. */
  onToken?(): void;
  /** What only agents hold: see `team.ts`. */
  team?: Team;
}

/** What a team's client knows besides threads and messages. */
export interface Team {
  /** Rows that came; those of other kinds are its own. `threads` may still be changed. @returns what it does not hold any more, or has not taken */
  take(rows: AnyRow[], threads: Map<Id, Held<AnyThread>>, fresh?: boolean): readonly AnyRow[];
  /** Given by the engine: whoever goes on in a thread of this id is somebody else, of whom nothing has been seen. */
  forget?(thread: Id): void;
  /** Its rows, to be written to disk. */
  all(): AnyRow[];
  /** Every frame, after the engine has heard it. @param add takes rows outside the order of `rev` */
  hear(frame: Record<string, unknown>, add: (rows: AnyRow[]) => void): void;
  /** The line is cut. */
  cut(): void;
}

/** How the line stands. `off`: not wanted now; `stopped`: the server said not to come back (44xx). */
export type LineState = 'off' | 'connecting' | 'on' | 'broken' | 'stopped';

export type Happening =
  | { type: 'fate'; id: Id; fate: 'queued' | 'sending' | 'sent' | 'delivered' | 'seen' }
  | { type: 'fate'; id: Id; fate: 'failed'; refusal: Refusal }
  /** The other side wrote; told once, when it is known here. */
  | { type: 'message'; message: Message }
  /** Here or in another tab; nothing is left on this device. */
  | { type: 'forgotten' };

export interface Sync<ThreadRow, Frame, Me> {
  readonly line: ReadonlySignal<LineState>;
  /** `memory`: this browser keeps nothing, and the visitor is told so. */
  readonly keeps: ReadonlySignal<'disk' | 'memory'>;
  readonly me: ReadonlySignal<Me | undefined>;
  readonly pending: ReadonlySignal<readonly Pending<Frame>[]>;
  readonly threads: ReadonlySignal<ReadonlyMap<Id, Held<ThreadRow>>>;
  /** What was on disk is in the signals. */
  readonly painted: Promise<void>;
  /** Writes the frame to disk, shows it in `pending`, then sends it when it can. Resolves once it is kept. */
  send(frame: Frame): Promise<void>;
  /** Frames that are worth nothing later (typing); dropped without a line. */
  mention(frame: { type: string; thread?: Id }): void;
  /** Over whatever line there is. @returns whether there is one */
  ask(frame: { type: string }): boolean;
  /** Remembered until the server knows, also across reloads. */
  seen(thread: Id, seq: Seq): void;
  /** One more page of history, or the first one of a thread held without messages. Resolves when it is there or cannot be had now. */
  older(thread: Id): Promise<void>;
  retry(id: Id): Promise<void>;
  discard(id: Id): Promise<void>;
  /** A line is wanted from now on (and again at once, if it was waiting). */
  connect(): void;
  /** Everything that was opened is closed; the rows stay. */
  stop(): void;
  /** Under another token from now on: rows go, the outbox stays. */
  renew(): Promise<void>;
  /** Rows, outbox and everything the face kept leave this device, in every tab. */
  forget(): Promise<void>;
  /** @returns its own undo. */
  on(listener: (happening: Happening) => void): () => void;
}

