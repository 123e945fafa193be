/** What is missing of the threads held: holes, and what is older than a fresh start has brought. */
import type { ReadonlySignal } from '@preact/signals-core';
import { PAGE_ROWS, PAGE_ROWS_MOST } from '../protocol/limits.ts';
import type { Id, Seq } from '../protocol/messages.ts';
import { type AnyThread, type Held, hole, type Side } from './thread.ts';

export interface History {
  /** Asks for what lies in holes: where they stand, nothing newer is shown. */
  mend(): void;
  older(thread: Id): Promise<void>;
}

export function openHistory(
  threads: ReadonlySignal<ReadonlyMap<Id, Held<AnyThread>>>, side: Side,
  pull: (thread: Id, before: Seq, n: number) => Promise<boolean>,
): History {
  /** Somebody has opened them: their messages are wanted. A visitor's always are. */
  const opened = new Set<Id>();
  return {
    mend() {
      for (const [thread, held] of threads.value) {
        const before = hole(held);
        if (before === undefined || !(held.messages.length || side === 'visitor' || opened.has(thread))) continue;
        const missing = before - 1 - (held.messages.at(-1)?.seq ?? before - 1);
        void pull(thread, before, Math.min(PAGE_ROWS_MOST, Math.max(PAGE_ROWS, missing)));
      }
    },
    async older(thread) {
      opened.add(thread);
      const held = threads.value.get(thread);
      if (held?.more) await pull(thread, held.messages[0]?.seq ?? held.row!.seq + 1, PAGE_ROWS);
    },
  };
}
