/** What the team says to itself about a thread: the other side of the composer, and which threads call for this agent. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { NOTE_CHARS } from '../protocol/limits.ts';
import type { Agent, DeskThread, Entry, Id, Time } from '../protocol/messages.ts';
import type { Act, Engine } from './engine.ts';
import type { Keep } from './keep.ts';
import { mentionsIn } from './mentions.ts';

export type Side = 'reply' | 'note';

interface Parts {
  engine: Engine;
  me: Id;
  keep: Keep;
  newId(): Id;
  rows: ReadonlySignal<ReadonlyMap<Id, DeskThread>>;
  thread: ReadonlySignal<Id | undefined>;
  colleagues: ReadonlySignal<readonly Agent[]>;
  /** Somebody looks at the page. */
  watched: ReadonlySignal<boolean>;
}

export function createNotes({ engine, me, keep, newId, rows, thread, colleagues, watched }: Parts) {
  const side = signal<Side>('reply');
  const drafts = signal<ReadonlyMap<Id, string>>(new Map());
  /** Below `draft:`, so that signing out takes it along. */
  const nameOf = (id: Id) => `draft:${me}:note:${id}`;
  const draftOf = (id: Id) => drafts.value.get(id) ?? keep.get(nameOf(id)) ?? '';
  const draft = computed(() => (thread.value ? draftOf(thread.value) : ''));
  const pending = computed(() => engine.pending.value.flatMap((act) => {
    const { frame } = act;
    const isHere = frame.type === 'note' && engine.entries.value.get(frame.thread)?.some(({ id }) => id === frame.id);
    return frame.type === 'note' && frame.thread === thread.value && !isHere ? [{ ...act, frame }] : [];
  }));

  /** When this agent was last named in a thread; on this device she has looked at everything up to `lookedAt`. */
  const looked = signal<ReadonlyMap<Id, Time>>(new Map());
  const lookedAt = (id: Id): Time => looked.value.get(id) ?? Number(keep.get(`draft:${me}:named:${id}`) ?? 0);
  const calls = computed(() => {
    const found = new Map<Id, Entry>();
    for (const [id, entries] of engine.entries.value) {
      const note = callIn(entries, me);
      if (note && rows.value.get(id)?.state !== 'ended' && note.at > lookedAt(id)) found.set(id, note);
    }
    return found;
  });

  const stopFollowing = effect(() => {
    void thread.value;
    side.value = 'reply';
  });
  const stopLooking = effect(() => {
    const id = thread.value;
    const call = id && watched.value ? calls.value.get(id) : undefined;
    if (!id || !call) return;
    looked.value = new Map(looked.peek()).set(id, call.at);
    keep.set(`draft:${me}:named:${id}`, String(call.at));
  });

  function write(text: string): void {
    const id = thread.peek();
    if (!id) return;
    drafts.value = new Map(drafts.peek()).set(id, text);
    keep.set(nameOf(id), text);
  }

  return {
    side, draft, draftOf, pending, write,
    /** Notes that name this agent and that she has neither seen here nor answered, by thread. */
    calls,
    /** @returns whether there was something to note that fits */
    async say(): Promise<boolean> {
      const id = thread.peek();
      const body = draft.peek().trim();
      if (!id || body === '' || body.length > NOTE_CHARS) return false;
      write('');
      const mentions = mentionsIn(body, colleagues.peek());
      await engine.send({ type: 'note', id: newId(), thread: id, body, ...(mentions.length > 0 && { mentions }) } satisfies Act);
      return true;
    },
    close() {
      stopFollowing();
      stopLooking();
    },
  };
}

/** The newest note that names her, unless she has noted something after it. */
export function callIn(entries: readonly Entry[], me: Id): Entry | undefined {
  const last = entries.findLast(({ what, by, mentions }) => what === 'note' && (by === me || mentions?.includes(me)));
  return last?.by === me ? undefined : last;
}
