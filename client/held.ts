/** What this page holds in memory, as signals: threads with their messages, and the rows of other kinds. */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Id, Message } from '../protocol/messages.ts';
import type { AnyRow } from './rows.ts';
import { type AnyThread, type Held, NOTHING, take } from './thread.ts';

export interface Holding<T extends AnyThread, Row extends AnyRow> {
  readonly threads: ReadonlySignal<ReadonlyMap<Id, Held<T>>>;
  readonly rows: ReadonlySignal<ReadonlyMap<Id, Row>>;
  /** @param fresh a new start: what was held goes. */
  take(set: AnyRow[], fresh?: boolean): void;
  change(thread: Id, change: (held: Held<T>) => Held<T>): void;
  /** Everything, to be written to disk. */
  all(): AnyRow[];
}

export function openHolding<T extends AnyThread, Row extends AnyRow>(): Holding<T, Row> {
  const threads = signal<ReadonlyMap<Id, Held<T>>>(new Map());
  const rows = signal<ReadonlyMap<Id, Row>>(new Map());

  return {
    threads, rows,
    take(set, fresh) {
      const held = new Map(fresh ? [] : threads.value);
      const others = new Map(fresh ? [] : rows.value);
      const said = new Map<Id, Message[]>();
      const told = new Map<Id, T>();
      for (const row of set) {
        if (row.kind === 'thread') told.set(row.id, row as unknown as T);
        else if (row.kind === 'message') {
          const message = row as unknown as Message;
          const before = said.get(message.thread);
          if (before) before.push(message);
          else said.set(message.thread, [message]);
        } else if (row.kind === 'gone') {
          others.delete(row.id);
          for (const [id, { row: thread }] of held) if ((thread as { who?: Id } | undefined)?.who === row.id) held.delete(id);
        } else if (row.rev >= (others.get(row.id)?.rev ?? 0)) others.set(row.id, row as Row);
      }
      for (const id of new Set([...told.keys(), ...said.keys()])) held.set(id, take(held.get(id) ?? NOTHING, told.get(id), said.get(id) ?? []));
      threads.value = held;
      rows.value = others;
    },
    change(thread, change) {
      const held = threads.value.get(thread);
      if (held) threads.value = new Map(threads.value).set(thread, change(held));
    },
    all: () => [
      ...rows.value.values(),
      ...[...threads.value.values()].flatMap(({ row, messages, ahead }) => [...row ? [row] : [], ...messages, ...ahead]),
    ],
  };
}
