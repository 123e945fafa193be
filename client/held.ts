/** What this page holds in memory, as signals: threads with their messages. */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Id, Message } from '../protocol/messages.ts';
import type { Team } from './face.ts';
import type { AnyRow } from './rows.ts';
import { type AnyThread, type Held, NOTHING, take } from './thread.ts';

export interface Holding<T extends AnyThread> {
  readonly threads: ReadonlySignal<ReadonlyMap<Id, Held<T>>>;
  /** @param fresh a new start: what was held goes. @returns what need not lie on disk any more */
  take(set: AnyRow[], fresh?: boolean): readonly AnyRow[];
  change(thread: Id, change: (held: Held<T>) => Held<T>): void;
  /** Everything, to be written to disk. */
  all(): AnyRow[];
}

export function openHolding<T extends AnyThread>(team: Team | undefined): Holding<T> {
  const threads = signal<ReadonlyMap<Id, Held<T>>>(new Map());

  return {
    threads,
    take(set, fresh) {
      const held = new Map(fresh ? [] : threads.value);
      // Before what came takes its place: somebody new may go on in a thread of the same id.
      const erased = set.filter(({ kind }) => kind === 'gone');
      if (erased.length) team?.take(erased, held);
      const said = new Map<Id, Message[]>();
      const told = new Map<Id, T>();
      for (const row of set) {
        if (row.kind === 'thread') told.set(row.id, row as unknown as T);
        else if (row.kind === 'message') {
          const message = row as unknown as Message;
          const before = said.get(message.thread);
          if (before) before.push(message);
          else said.set(message.thread, [message]);
        }
      }
      for (const id of new Set([...told.keys(), ...said.keys()])) held.set(id, take(held.get(id) ?? NOTHING, told.get(id), said.get(id) ?? []));
      const gone = team?.take(set, held, fresh) ?? [];
      threads.value = held;
      return gone;
    },
    change(thread, change) {
      const held = threads.value.get(thread);
      if (held) threads.value = new Map(threads.value).set(thread, change(held));
    },
    all: () => [
      ...team?.all() ?? [],
      ...[...threads.value.values()].flatMap(({ row, messages, ahead }) => [...row ? [row] : [], ...messages, ...ahead]),
    ],
  };
}
