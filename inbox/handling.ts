/** What an agent does with a thread besides answering: who has it, when it comes back, whether it is over. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Held } from '../client/sync.ts';
import { BODY_CHARS } from '../protocol/limits.ts';
import type { DeskThread, Id, Seq, Time } from '../protocol/messages.ts';
import type { Act, Engine } from './engine.ts';
import { isSay } from './log.ts';
import { restraintOf } from './restraint.ts';
import { when } from './times.ts';
import { words } from './words.ts';

/** What stands open over the thread. One at a time. */
export type Sheet = 'snooze' | 'transfer' | 'end' | 'more' | 'learn';

export interface HandlingParts {
  engine: Engine;
  act(frame: Act): Promise<void>;
  /** The newest message of a thread that this agent has seen: if the visitor wrote more, the server refuses. */
  seqOf(thread: Id): Seq;
  newId(): Id;
  row: ReadonlySignal<DeskThread | undefined>;
  held: ReadonlySignal<Held<DeskThread> | undefined>;
  draft: ReadonlySignal<string>;
  write(text: string): void;
  /** Sends the draft. */
  say(): Promise<boolean>;
  /** What is to be said of the next act, on the screen and aloud. */
  announce(text: string): void;
  /** What time it is by the server's clock. */
  clock(): Time;
}

export type Handling = ReturnType<typeof createHandling>;

export function createHandling({ engine, act, seqOf, newId, row, held, draft, write, say, announce, clock }: HandlingParts) {
  const sheet = signal<Sheet | undefined>(undefined);
  /** The thread whose next message was held back, and asked about. */
  const paused = signal<Id | undefined>(undefined);

  const restraint = computed(() => {
    const open = row.value;
    if (!open) return undefined;
    return restraintOf({
      row: open,
      // Without a line nobody knows who is here: then only what was counted speaks.
      here: engine.line.value !== 'on' || engine.here.value.has(open.who),
      last: held.value?.messages.findLast(({ by }) => by !== 'brand'),
      isAnswering: engine.pending.value.some((act) => isSay(act) && act.fate !== 'refused' && act.frame.thread === open.id),
    });
  });
  const isPaused = computed(() => paused.value !== undefined && paused.value === row.value?.id && restraint.value !== undefined);

  let last: Id | undefined;
  const stopFollowing = effect(() => {
    const open = row.value?.id;
    if (open === last) return;
    last = open;
    sheet.value = undefined;
    paused.value = undefined;
  });

  return {
    sheet, restraint, isPaused,
    open: (which: Sheet) => { if (row.peek()) sheet.value = which; },
    /** @param which only if it is this one that stands open: what has taken its place stays */
    shut(which?: Sheet) {
      if (!which || sheet.peek() === which) sheet.value = undefined;
    },

    take: (id: Id) => act({ type: 'take', id: newId(), thread: id }),
    async snooze(id: Id, until: Time, keep: boolean) {
      paused.value = undefined;
      announce(words.handling.putAside(when(until, clock())));
      await act({ type: 'snooze', id: newId(), thread: id, seq: seqOf(id), until, keep });
    },
    wake: (id: Id) => act({ type: 'wake', id: newId(), thread: id }),
    /** @param to a colleague; nobody for the queue */
    transfer: (id: Id, to: Id | undefined, note: string) =>
      act({ type: 'transfer', id: newId(), thread: id, ...(to && { to }), ...(note.trim() && { note: note.trim() }) }),
    /** Ends what she has seen of it, after a goodbye if there is one. */
    async end(id: Id, goodbye = '') {
      const seq = seqOf(id);
      const body = goodbye.trim();
      if (body.length > BODY_CHARS) return;
      paused.value = undefined;
      if (body && body === draft.peek().trim()) write('');
      if (body) await act({ type: 'say', id: newId(), thread: id, body });
      await act({ type: 'end', id: newId(), thread: id, seq });
    },
    reopen: (id: Id) => act({ type: 'reopen', id: newId(), thread: id }),

    /** Sends the draft, or asks first whether it should not rather wait. @returns whether it was sent */
    async send(): Promise<boolean> {
      if (draft.peek().trim() && restraint.peek() && !isPaused.peek()) {
        paused.value = row.peek()?.id;
        return false;
      }
      paused.value = undefined;
      return say();
    },
    /** Back to writing. */
    resume: () => { paused.value = undefined; },
    close: stopFollowing,
  };
}
