/** The last act, and what takes it back where something does. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { DeskThread, Id, Seq, Time } from '../protocol/messages.ts';
import type { Act } from './engine.ts';

/** Long enough to read one line and to move a hand; WCAG's answer for slower readers is that nothing is lost with it. */
export const UNDO_MS = 10_000;

export interface LastAct {
  frame: Act;
  /** The thread as it stood before, where it was about one. */
  before?: DeskThread;
  /** What was said of it, where that is more than its name: "Snoozed until tomorrow, 09:00". */
  told?: string;
}
/** Frames that lead back, but for their ids. */
type Step = Act extends infer Each ? Each extends Act ? Omit<Each, 'id'> : never : never;
export type Back = { steps: Step[]; cannot?: undefined } | { cannot: 'moved' | 'late' };

/** Acts that are worth a word. What is said, to her or to the team, has its own fate in the log. */
const TOLD: ReadonlySet<Act['type']> = new Set(['take', 'end', 'snooze', 'wake', 'transfer', 'reopen', 'tag', 'block']);

/**
 * @param now the thread as it stands; absent for acts that are about none
 * @param seq what she has seen of it
 * @param at the time, for a snooze that would lead back into the past
 */
export function backFrom({ frame, before }: LastAct, now: DeskThread | undefined, me: Id, seq: Seq, at: number): Back {
  if (frame.type === 'block') return { steps: [{ type: 'block', visitor: frame.visitor, on: !frame.on }] };
  if (!before || !now || !('thread' in frame)) return { cannot: 'moved' };
  const { thread } = frame;
  if (frame.type === 'tag') {
    // Only what she did is taken back: a colleague may have set others in the meantime.
    const added = frame.tags.filter((tag) => !before.tags.includes(tag));
    const removed = before.tags.filter((tag) => !frame.tags.includes(tag));
    return { steps: [{ type: 'tag', thread, tags: [...now.tags.filter((tag) => !added.includes(tag)), ...removed.filter((tag) => !now.tags.includes(tag))] }] };
  }
  const isHere = frame.type === 'end' ? now.state === 'ended'
    : frame.type === 'snooze' ? now.state === 'snoozed'
    : frame.type === 'transfer' ? now.state !== 'ended' && now.agent === frame.to
    : now.state === 'assigned' && now.agent === me;
  if (!isHere) return { cannot: 'moved' };
  if (before.state === 'ended') return { steps: [{ type: 'end', thread, seq }] };
  const { agent: holder, mark, snooze } = before;
  if (snooze && snooze.until <= at) return { cannot: 'late' };
  const aside: Step[] = snooze ? [{ type: 'snooze', thread, seq, ...snooze }] : [];
  // Putting it aside again moves the time, whoever has it: there is no need to wake it first.
  if (snooze && frame.type === 'snooze') return { steps: aside };
  const awake: Step[] = frame.type === 'end' ? [{ type: 'reopen', thread }] : frame.type === 'snooze' ? [{ type: 'wake', thread }] : [];
  if (before.state === 'waiting') return { steps: [...awake, { type: 'transfer', thread }] };
  // A transfer of its own, a take, a wake or a reopening would leave a mark or begin the visitor's wait anew: with a mark in it, it takes back.
  const isMoved = frame.type === 'transfer' || (awake.length > 0 && !snooze);
  const given: Step[] = holder && (holder !== me || mark || isMoved) ? [{ type: 'transfer', thread, to: holder, mark: mark ?? 'none' }] : [];
  return { steps: [...awake, ...given, ...aside] };
}

interface Parts {
  me: Id;
  rows: ReadonlySignal<ReadonlyMap<Id, DeskThread>>;
  seqOf(thread: Id): Seq;
  send(frame: Act): Promise<void>;
  newId(): Id;
  clock(): Time;
}

export type Undo = ReturnType<typeof createUndo>;

export function createUndo({ me, rows, seqOf, send, newId, clock }: Parts) {
  const last = signal<LastAct | undefined>(undefined);
  let told = '';
  return {
    last: last as ReadonlySignal<LastAct | undefined>,
    /** What is to be said of the next act, instead of its name: the toast with "Undo" says it, on the screen and aloud. */
    announce: (text: string) => { told = text; },
    /** Before it is sent, while the thread still stands as it stood. */
    remember(frame: Act) {
      if (!TOLD.has(frame.type)) return;
      const before = 'thread' in frame ? rows.peek().get(frame.thread) : undefined;
      last.value = { frame, ...(before && { before }), ...(told && { told }) };
      told = '';
    },
    /** The thread stands where the act has put it, or there is none that could be moved by others. */
    isThere: computed(() => {
      const act = last.value;
      if (!act || !('thread' in act.frame)) return true;
      return backFrom(act, rows.value.get(act.frame.thread), me, 0, 0).cannot !== 'moved';
    }),
    forget: () => { last.value = undefined; },
    /** @returns nothing when there was nothing to take back */
    async back(): Promise<Back | undefined> {
      const act = last.peek();
      if (!act) return undefined;
      last.value = undefined;
      const thread = 'thread' in act.frame ? act.frame.thread : undefined;
      const back = backFrom(act, thread ? rows.peek().get(thread) : undefined, me, thread ? seqOf(thread) : 0, clock());
      for (const step of back.cannot ? [] : back.steps) await send({ ...step, id: newId() } as Act);
      return back;
    },
  };
}
