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
interface Kept<Frame> { frame: Frame; at: Time; refusal?: Refusal }

export function openOutbox<Frame extends { type: string; id: Id }>(database: Database): Outbox<Frame> {
  const pending = signal<readonly Pending<Frame>[]>([]);
  /** Ids that the disk has confirmed: only these may vanish because another tab took them away. */
  const onDisk = new Set<Id>();

  const keep = async (item: Pending<Frame>) => {
    const { frame, at, refusal } = item;
    const key = OUT + frame.id;
    const kept = await database.change({ put: [[key, { frame, at, ...(refusal ? { refusal } : {}) }]], strict: true });
    // It may have been acknowledged while it was being written.
    if (!pending.value.some((each) => each.frame.id === frame.id)) await database.change({ drop: [key] });
    else if (kept) {
      onDisk.add(frame.id);
      pending.value = pending.value.map((each) => each.frame.id === frame.id ? { ...each, kept } : each);
    }
  };
  const replace = (item: Pending<Frame>) => {
    pending.value = [...pending.value.filter(({ frame }) => frame.id !== item.frame.id), item].sort(inOrder);
  };

  return {
    pending,
    read(entries) {
      const here = new Map(pending.value.map((item) => [item.frame.id, item]));
      for (const id of onDisk) here.delete(id);
      onDisk.clear();
      for (const [key, value] of entries) {
        if (!key.startsWith(OUT) || KEPT(value)) continue;
        const { frame, at, refusal } = value as Kept<Frame>;
        const sending = pending.value.some((item) => item.frame.id === frame.id && item.fate === 'sending');
        here.set(frame.id, { frame, at, kept: true, ...(refusal ? { fate: 'refused', refusal } : { fate: sending ? 'sending' : 'saved' }) });
        onDisk.add(frame.id);
      }
      pending.value = [...here.values()].sort(inOrder);
    },
    async add(frame, wroteAt) {
      // A clock that steps back must not turn the order of writing round.
      const at = wroteAt ?? Math.max(Date.now(), (pending.value.at(-1)?.at ?? 0) + 1);
      const item: Pending<Frame> = { frame, at, fate: 'saved' };
      replace(item);
      await keep(item);
    },
    async remove(ids) {
      const gone = new Set(ids);
      pending.value = pending.value.filter(({ frame }) => !gone.has(frame.id));
      for (const id of ids) onDisk.delete(id);
      await database.change({ drop: ids.map((id) => OUT + id) });
    },
    async refuse(id, refusal) {
      const item = pending.value.find(({ frame }) => frame.id === id);
      if (!item) return;
      const refused: Pending<Frame> = { ...item, fate: 'refused', refusal };
      replace(refused);
      await keep(refused);
    },
    mark(fate, id) {
      pending.value = pending.value.map((item) =>
        item.fate === 'refused' || item.fate === fate || (id !== undefined && item.frame.id !== id) ? item : { ...item, fate });
    },
    empty() {
      onDisk.clear();
      pending.value = [];
    },
  };
}

const inOrder = (a: Pending<{ id: Id }>, b: Pending<{ id: Id }>): number =>
  a.at - b.at || (a.frame.id < b.frame.id ? -1 : 1);
