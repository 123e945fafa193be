/** A thread as it stands on the screen: days, groups of what one person said, the fate of our own messages. */
import type { Pending } from '../client/sync.ts';
import type { AgentSay, Refusal } from '../protocol/frames.ts';
import type { Entry, Id, Marks, Message, Page, Seq, Time } from '../protocol/messages.ts';
import type { Act } from './engine.ts';
import { sameDay } from './times.ts';

export type Fate = 'saved' | 'sending' | 'refused' | 'sent' | 'delivered' | 'seen';

export interface Bubble {
  id: Id;
  body: string;
  at: Time;
  fate?: Fate;
  refusal?: Refusal;
}
export interface Group {
  is: 'group';
  key: string;
  by: Message['by'];
  agent?: Id;
  name?: string;
  at: Time;
  /** Where she was, when that is news. */
  page?: Page;
  bubbles: Bubble[];
}
/** What happened to the thread, or what the team said to itself about it (`note`). */
export type Line = { is: 'entry'; key: string; entry: Entry } | { is: 'note'; key: string; entry: Entry };
export type Item = { is: 'day'; key: string; at: Time } | { is: 'new'; key: string } | Line | Group;

/** Longer pauses start a new group, with its own name and time. */
const GROUP_MS = 5 * 60_000;

export interface Told {
  messages: readonly Message[];
  /** In the order of the log. */
  entries?: readonly Entry[];
  /** There are older messages than these; what stands before the first of them is not to be shown yet. */
  more?: boolean;
  /** Not sent yet, of this thread. */
  pending: readonly Pending<AgentSay>[];
  /** The visitor's watermarks. */
  visitor: Marks;
  me: Id;
  /** Everything after this had not been looked at when the thread was opened; absent (or 0: all is new) for no mark. */
  newAfter?: Seq;
}

export function itemsOf({ messages, entries = [], more = false, pending, visitor, me, newAfter }: Told): Item[] {
  const items: Item[] = [];
  const marked = markFates(messages, visitor);
  let group: Group | undefined;
  let lastAt: Time | undefined;
  let lastPage: string | undefined;
  let isMarked = false;

  const begin = (by: Message['by'], at: Time, key: string, agent?: Id, name?: string) => {
    if (lastAt === undefined || !sameDay(lastAt, at)) {
      items.push({ is: 'day', key: `day ${key}`, at });
      group = undefined;
    }
    if (!group || group.by !== by || group.agent !== agent || at - (lastAt ?? at) > GROUP_MS) {
      items.push(group = { is: 'group', key, by, at, bubbles: [], ...(agent && { agent }), ...(name && { name }) });
    }
    lastAt = at;
    return group;
  };

  const first = messages[0]?.seq ?? 0;
  const lines = entries.filter(({ after }) => !more || after >= first);
  let next = 0;
  const lineUp = (before: Seq) => {
    for (; next < lines.length && lines[next]!.after < before; next++) {
      const entry = lines[next]!;
      if (lastAt === undefined || !sameDay(lastAt, entry.at)) items.push({ is: 'day', key: `day ${entry.id}`, at: entry.at });
      lastAt = Math.max(entry.at, lastAt ?? 0);
      items.push({ is: entry.what === 'note' ? 'note' : 'entry', key: entry.id, entry });
      group = undefined;
    }
  };

  for (const message of messages) {
    lineUp(message.seq);
    if (!isMarked && newAfter && message.seq > newAfter && message.by === 'visitor') {
      if (lastAt !== undefined && !sameDay(lastAt, message.at)) {
        items.push({ is: 'day', key: `day ${message.id}`, at: message.at });
        lastAt = message.at;
      }
      items.push({ is: 'new', key: 'new' });
      group = undefined;
      isMarked = true;
    }
    const isNewPage = message.page !== undefined && message.page.url !== lastPage;
    if (isNewPage) {
      if (group?.by === 'visitor') group = undefined;
      lastPage = message.page!.url;
    }
    const into = begin(message.by, message.at, message.id, message.agent, message.name);
    if (isNewPage) into.page = message.page!;
    const fate = marked.get(message.seq);
    into.bubbles.push({ id: message.id, body: message.body, at: message.at, ...(fate && { fate }) });
  }

  // Behind a hole there is nothing to stand behind yet.
  if (messages.length) lineUp(messages.at(-1)!.seq + 1);
  else if (!more) lineUp(Infinity);

  const here = new Set(messages.map((message) => message.id));
  for (const { frame, at, fate: stands, kept, refusal } of pending) {
    // Nothing is called saved before it is on the disk.
    const fate = stands === 'saved' && !kept ? 'sending' : stands;
    if (here.has(frame.id)) continue; // the echo has overtaken the receipt
    // Our clock may be behind the server's: what is not sent yet never stands on an earlier day than what was said.
    const into = begin('agent', Math.max(at, lastAt ?? at), frame.id, me);
    into.bubbles.push({ id: frame.id, body: frame.body, at, fate, ...(refusal && { refusal }) });
  }
  return items;
}

/** Each fate is said once, under the newest message of the team that has it; under what stands above it goes without saying. */
function markFates(messages: readonly Message[], visitor: Marks): Map<Seq, Fate> {
  const marked = new Map<Seq, Fate>();
  const told = new Set<Fate>();
  for (let i = messages.length - 1; i >= 0; i--) {
    const message = messages[i]!;
    if (message.by !== 'agent') continue;
    const fate = message.seq <= visitor.seen ? 'seen' : message.seq <= visitor.got ? 'delivered' : 'sent';
    if (!told.has(fate)) marked.set(message.seq, fate);
    told.add(fate);
    if (fate === 'seen') break;
  }
  return marked;
}

export const isSay = (pending: Pending<Act>): pending is Pending<AgentSay> => pending.frame.type === 'say';
