/** Pure: what was said and what waits, as it stands on the screen. */
import type { Pending } from '../client/sync.ts';
import { fateOf, type Held } from '../client/thread.ts';
import type { Refusal, VisitorSay } from '../protocol/frames.ts';
import type { Author, Id, Seq, Thread, Time } from '../protocol/messages.ts';

export type Fate = 'saved' | 'sending' | 'refused' | 'sent' | 'delivered' | 'seen';

interface Line {
  id: Id;
  body: string;
  by: Author;
  at: Time;
  agent?: Id;
  name?: string;
  seq?: Seq;
  /** Only of her own. */
  fate?: Fate | undefined;
  refusal?: Refusal;
}
/** What one person said in one go, to stand together under one name, time and fate: those of its newest line. */
export interface Cluster extends Line {
  /** It begins a day. */
  day: boolean;
  /** Everything from here on had not been read when she opened the thread. */
  fresh: boolean;
  lines: Line[];
}

/** Longer silences part what one person said. */
const TOGETHER_MS = 5 * 60_000;

/**
 * @param from `seq` of the oldest message wanted: a long thread is drawn as far up as she has scrolled
 * @param mark `seq` of the first message that was not read when she opened the thread
 */
export function cluster(
  held: Pick<Held<Thread>, 'row' | 'messages'> | undefined, pending: readonly Pending<VisitorSay>[], from: Seq, mark?: Seq,
): Cluster[] {
  const messages = held?.messages ?? [];
  const lines: Line[] = [
    ...messages.filter(({ seq }) => seq >= from).map((message) => ({ ...message, fate: message.by === 'visitor' ? fateOf(message, held!.row) : undefined })),
    // Another tab may hear of the message before this one hears of the acknowledgement.
    ...pending.filter(({ frame }) => !messages.some(({ id }) => id === frame.id))
      .map(({ frame, at, fate, kept, refusal }) =>
        ({ ...frame, at, by: 'visitor' as const, fate: kept || fate !== 'saved' ? fate : 'sending' as const, ...(refusal && { refusal }) })),
  ];
  const clusters: Cluster[] = [];
  let last: Cluster | undefined;
  for (const line of lines) {
    const day = !last || !sameDay(last.at, line.at);
    const fresh = !!mark && line.seq === mark;
    const goesOn = !day && !fresh && last!.by === line.by && last!.agent === line.agent && last!.fate === line.fate
      && line.fate !== 'refused' && line.at - last!.at < TOGETHER_MS;
    if (goesOn) Object.assign(last!, line).lines.push(line);
    else clusters.push(last = { ...line, day, fresh, lines: [line] });
  }
  return clusters;
}

const sameDay = (a: Time, b: Time) => new Date(a).toDateString() === new Date(b).toDateString();
