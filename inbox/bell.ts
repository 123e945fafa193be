/** Calls her back to the inbox: a notification, a sound, when she wants them and nobody looks. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { DeskThread, Entry, Id, Message, Visitor } from '../protocol/messages.ts';
import type { Engine } from './engine.ts';
import type { Keep } from './keep.ts';
import { nameOf } from './people.ts';
import { words } from './words.ts';

/** The browser, as far as it can call somebody. */
export interface Ringer {
  /** `unable`: this browser shows none. */
  permission(): 'default' | 'granted' | 'denied' | 'unable';
  ask(): Promise<'default' | 'granted' | 'denied' | 'unable'>;
  show(call: { title: string; body: string; tag: string }, onClick: () => void): void;
  chime(): void;
  /** Of all tabs of this browser: whether this one is to tell of it. None is, while somebody looks at one of them. */
  claim(id: Id): Promise<boolean>;
  /** Somebody looks at this tab, or no longer. */
  watch(on: boolean): void;
}

/** Whether a message wants this agent's eye: it is nobody's, or hers. */
export const isForMe = ({ state, agent }: DeskThread, me: Id): boolean => state === 'waiting' || (agent === me && state !== 'ended');

export interface Call { thread: Id; who: string; text: string; /** The colleague who has named her. */ by?: string }

/** One notification, however many calls there are. */
export function tellOf(calls: readonly Call[], hasText: boolean): { title: string; body: string } {
  const say = words.know.bell;
  const threads = new Map(calls.map((call) => [call.thread, call]));
  const last = calls.at(-1)!;
  if (threads.size > 1) return { title: say.many(calls.length), body: say.names([...new Set([...threads.values()].map(({ who }) => who))]) };
  if (last.by) return { title: say.named(last.by), body: hasText ? last.text : say.inThread(last.who) };
  return { title: last.who, body: hasText ? last.text : say.messages(calls.length) };
}

interface Parts {
  engine: Engine;
  me: Id;
  keep: Keep;
  ringer: Ringer;
  rows: ReadonlySignal<ReadonlyMap<Id, DeskThread>>;
  visitors: ReadonlySignal<ReadonlyMap<Id, Visitor>>;
  nameOfAgent(id: Id | undefined): string;
  /** Notes that name her, by thread. */
  named: ReadonlySignal<ReadonlyMap<Id, Entry>>;
  watched: ReadonlySignal<boolean>;
  open(thread: Id): void;
}

export type Bell = ReturnType<typeof createBell>;

export function createBell({ engine, me, keep, ringer, rows, visitors, nameOfAgent, named, watched, open }: Parts) {
  const wants = signal(false);
  const sound = signal(false);
  const text = signal(false);
  const permission = signal(ringer.permission());
  let waiting: Promise<Call | undefined>[] = [];
  /** As it was last said in any tab of this browser. */
  function read(): void {
    wants.value = keep.get('bell') === 'on';
    sound.value = keep.get('bell-sound') === 'on';
    text.value = keep.get('bell-text') === 'on';
    permission.value = ringer.permission();
  }
  const isWanted = () => {
    read();
    return !watched.peek() && (sound.peek() || (wants.peek() && permission.peek() === 'granted'));
  };

  /** What comes together is told together. No timer: in a hidden page it would fire a minute late. */
  function ring(id: Id, call: () => Call | undefined): void {
    if (!isWanted()) return;
    if (waiting.length === 0) void Promise.resolve().then(flush);
    // The message is told before or after its thread's row: by the time the claim is answered both are known.
    waiting.push(ringer.claim(id).then((mine) => (mine ? call() : undefined)));
  }
  async function flush(): Promise<void> {
    const claims = waiting;
    waiting = [];
    const calls = (await Promise.all(claims)).filter((call) => call !== undefined);
    if (calls.length === 0 || !isWanted()) return;
    if (sound.peek()) ringer.chime();
    if (!wants.peek() || permission.peek() !== 'granted') return;
    const { thread } = calls.at(-1)!;
    ringer.show({ ...tellOf(calls, text.peek()), tag: thread }, () => open(thread));
  }

  read();
  const whoOf = (row: DeskThread) => nameOf(visitors.peek().get(row.who), row.who);
  const stopHearing = engine.on((happening) => {
    if (happening.type !== 'message' || happening.message.by !== 'visitor') return;
    const { message }: { message: Message } = happening;
    ring(message.id, () => {
      const row = rows.peek().get(message.thread);
      return row && isForMe(row, me) ? { thread: row.id, who: whoOf(row), text: message.body } : undefined;
    });
  });
  /** What lay there when the page was opened is no news. */
  let known: Set<Id> | undefined;
  const stopReading = effect(() => {
    const calls = [...named.value.values()];
    if (engine.line.value !== 'on') return;
    for (const note of calls) {
      if (!known || known.has(note.id)) continue;
      ring(note.id, () => {
        const row = rows.peek().get(note.thread);
        return row && { thread: row.id, who: whoOf(row), text: note.text ?? '', by: nameOfAgent(note.by) };
      });
    }
    known = new Set([...known ?? [], ...calls.map(({ id }) => id)]);
  });
  const stopWatching = effect(() => ringer.watch(watched.value));

  return {
    wants, sound, text, permission,
    /** Asks the browser where it has not been asked; never but by her own hand. */
    async setWants(on: boolean) {
      if (on && ringer.permission() === 'default') await ringer.ask();
      permission.value = ringer.permission();
      wants.value = on && permission.value === 'granted';
      keep.set('bell', wants.value ? 'on' : '');
    },
    setSound(on: boolean) {
      sound.value = on;
      keep.set('bell-sound', on ? 'on' : '');
      if (on) ringer.chime();
    },
    setText(on: boolean) {
      text.value = on;
      keep.set('bell-text', on ? 'on' : '');
    },
    /** It may have been allowed or forbidden in the browser's own settings meanwhile. */
    look: read,
    close() {
      stopHearing();
      stopReading();
      stopWatching();
      ringer.watch(false);
    },
  };
}
