/**
 * What was said and has no answer yet, in the order of writing. It is on disk before it is shown, any tab may send it
 * (the id makes that safe), and it leaves only when acknowledged or discarded.
 */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Refusal } from '../protocol/frames.ts';
import type { Id, Time } from '../protocol/messages.ts';
import { having, optional, type Shape, text, whole } from '../protocol/shape.ts';
import type { Database } from './database.ts';

/** Something in the outbox: a frame with an id. It leaves when acknowledged or discarded, never otherwise. */
export interface Pending<Frame = { type: string; id: Id }> {
  frame: Frame;
  /** When it was written, by this device's clock. */
  at: Time;
  fate: 'saved' | 'sending' | 'refused';
  /** It is on this device's disk: before that nobody may be told that it is. */
  kept?: boolean;
  refusal?: Refusal;
}

export interface Outbox<Frame> {
  find(id: Id): Pending<Frame> | undefined;
  readonly pending: ReadonlySignal<readonly Pending<Frame>[]>;
  /** Takes what is on disk: at the start, and whenever another tab has changed it. */
  read(entries: [string, unknown][]): void;
  /** Shown at once; resolves when it is kept. The same id again replaces. @param at when it was written, if not now. */
  add(frame: Frame, at?: Time): Promise<void>;
  /** Every one of these leaves, in one transaction. */
  remove(ids: Id[]): Promise<void>;
  refuse(id: Id, refusal: Refusal): Promise<void>;
  /** One of them, or all but the refused. True of this tab only, so not kept. */
  mark(fate: 'saved' | 'sending', id?: Id): void;
  empty(): void;
}

export const OUT = 'out:';
const any = text(100_000);
const maybeText = optional(any);
/** Strings are checked because a JSON object must never become a Preact node. */
const KEPT = having({
  frame: having({ type: any, id: any, thread: maybeText, body: maybeText }),
  at: whole(), refusal: maybeText,
}) as unknown as Shape<Kept<unknown>>;
interface Kept<Frame> { frame: Frame; at: Time; refusal?: Refusal | undefined }

export function openOutbox<Frame extends { type: string; id: Id }>(database: Database): Outbox<Frame> {
  const pending = signal<readonly Pending<Frame>[]>([]);
  const find = (id: Id) => pending.value.find(({ frame }) => frame.id === id);
  const put = async (item: Pending<Frame>) => {
    const { frame, at, refusal } = item;
    const { id } = frame;
    pending.value = [...pending.value.filter((each) => each.frame.id !== id), item].sort(inOrder);
    const kept = await database.change({ put: [[OUT + id, { frame, at, refusal }]], strict: true });
    // It may have been acknowledged while it was being written.
    if (!find(id)) await database.change({ drop: [OUT + id] });
    else if (kept) pending.value = pending.value.map((each) => each.frame.id === id ? { ...each, kept } : each);
  };

  return {
    pending, find,
    read(entries) {
      // Only what the disk has confirmed may vanish because another tab took it away.
      const here = new Map(pending.value.filter(({ kept }) => !kept).map((item) => [item.frame.id, item]));
      for (const [key, value] of entries) {
        if (!key.startsWith(OUT) || KEPT(value)) continue;
        const { frame, at, refusal } = value as Kept<Frame>;
        const fate = refusal ? 'refused' : find(frame.id)?.fate === 'sending' ? 'sending' : 'saved';
        here.set(frame.id, { frame, at, refusal, fate, kept: true } as Pending<Frame>);
      }
      pending.value = [...here.values()].sort(inOrder);
    },
    // A clock that steps back must not turn the order of writing round.
    add: (frame, at = Math.max(Date.now(), (pending.value.at(-1)?.at ?? 0) + 1)) => put({ frame, at, fate: 'saved' }),
    async remove(ids) {
      pending.value = pending.value.filter(({ frame }) => !ids.includes(frame.id));
      await database.change({ drop: ids.map((id) => OUT + id) });
    },
    async refuse(id, refusal) {
      const item = find(id);
      if (item) await put({ ...item, fate: 'refused', refusal });
    },
    mark(fate, id) {
      pending.value = pending.value.map((item) =>
        item.fate === 'refused' || item.fate === fate || (id !== undefined && item.frame.id !== id) ? item : { ...item, fate });
    },
    empty() {
      pending.value = [];
    },
  };
}

const inOrder = (a: Pending<{ id: Id }>, b: Pending<{ id: Id }>): number =>
  a.at - b.at || (a.frame.id < b.frame.id ? -1 : 1);
