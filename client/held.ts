/** What this page holds in memory, as signals: threads with their messages, and the rows of other kinds. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Id, Message } from '../protocol/messages.ts';
import type { AnyRow } from './rows.ts';
import { type AnyThread, type Held, NOTHING, take } from './thread.ts';

export interface Holding<T extends AnyThread, Row extends AnyRow> {
  readonly threads: ReadonlySignal<ReadonlyMap<Id, Held<T>>>;
  readonly rows: ReadonlySignal<ReadonlyMap<Id, Row>>;
  /** @param fresh a new start: what was held goes. @returns the threads that are not what they were. */
  take(set: AnyRow[], fresh?: boolean): Id[];
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
      const nextThreads = new Map(fresh ? [] : threads.value);
      const nextRows = new Map(fresh ? [] : rows.value);
      const came = new Map<Id, { row?: T; messages: Message[] }>();
      const of = (thread: Id) => came.get(thread) ?? came.set(thread, { messages: [] }).get(thread)!;
      const touched = new Set<Id>(fresh ? threads.value.keys() : []);
      let others = fresh;
      for (const row of set) {
        if (row.kind === 'message') of((row as unknown as Message).thread).messages.push(row as unknown as Message);
        else if (row.kind === 'thread') of(row.id).row = row as unknown as T;
        else {
          others = true;
          if (row.kind !== 'gone') {
            if (row.rev >= (nextRows.get(row.id)?.rev ?? 0)) nextRows.set(row.id, row as Row);
          } else {
            nextRows.delete(row.id);
            for (const [id, held] of nextThreads) if ((held.row as { who?: Id } | undefined)?.who === row.id) {
              nextThreads.delete(id);
              touched.add(id);
            }
          }
        }
      }
      for (const [id, { row, messages }] of came) {
        nextThreads.set(id, take(nextThreads.get(id) ?? NOTHING, row, messages));
        touched.add(id);
      }
      if (touched.size) threads.value = nextThreads;
      if (others) rows.value = nextRows;
      return [...touched];
    },
    change(thread, change) {
      const held = threads.value.get(thread);
      const next = held && change(held);
      if (next && next !== held) threads.value = new Map(threads.value).set(thread, next);
    },
    all: () => [
      ...rows.value.values(),
      ...[...threads.value.values()].flatMap(({ row, messages, ahead }) => [...row ? [row] : [], ...messages, ...ahead]),
    ],
  };
}
