/** Pure: what was said and what waits, as it stands on the screen. */
import { fateOf, type Held } from '../client/thread.ts';
import type { Pending } from '../client/sync.ts';
import type { Refusal, VisitorSay } from '../protocol/frames.ts';
import type { Author, Id, Seq, Thread, Time } from '../protocol/messages.ts';

export type Fate = 'saved' | 'sending' | 'refused' | 'sent' | 'delivered' | 'seen';

export interface Line { id: Id; body: string }
/** What one person said in one go, to stand together under one name, time and fate. */
export interface Cluster {
  by: Author;
  agent?: Id | undefined;
  name?: string | undefined;
  /** Of its newest line. */
  at: Time;
  /** Her own. */
  fate?: Fate | undefined;
  refusal?: Refusal | undefined;
  /** It begins a day. */
  day: boolean;
  /** Everything from here on had not been read when she opened the thread. */
  fresh: boolean;
  lines: Line[];
}

/** Longer silences part what one person said. */
const TOGETHER_MS = 5 * 60_000;

/**
 * @param most only so many of the newest messages: a long thread is drawn as far up as she has scrolled
 * @param fresh `seq` of the first message that was not read when she opened the thread
 */
export function cluster(
  held: Held<Thread> | undefined, pending: readonly Pending<VisitorSay>[], most: number, fresh: Seq | undefined,
): Cluster[] {
  const clusters: Cluster[] = [];
  let last: Cluster | undefined;
  const add = (line: Line, next: Omit<Cluster, 'day' | 'fresh' | 'lines'>, isFresh: boolean) => {
    const day = !last || !sameDay(last.at, next.at);
    if (last && !day && !isFresh && last.by === next.by && last.agent === next.agent && last.fate === next.fate
      && last.fate !== 'refused' && next.at - last.at < TOGETHER_MS) {
      last.lines.push(line);
      last.at = next.at;
    } else clusters.push(last = { ...next, day, fresh: isFresh, lines: [line] });
  };
  const known = new Set<Id>();
  for (const message of held?.messages.slice(-most) ?? []) {
    const { id, by, agent, name, body, at, seq } = message;
    known.add(id);
    add({ id, body }, { by, agent, name, at, fate: by === 'visitor' ? fateOf(message, held!.row) : undefined }, seq === fresh);
  }
  for (const { frame: { id, body }, at, fate, refusal } of pending) {
    // Another tab may hear of the message before this one hears of the acknowledgement.
    if (!known.has(id)) add({ id, body }, { by: 'visitor', at, fate, refusal }, false);
  }
  return clusters;
}

const sameDay = (a: Time, b: Time) => new Date(a).toDateString() === new Date(b).toDateString();
