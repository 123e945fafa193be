/** What happened to a thread, in a line of words. */
import type { Entry, Id, Message, Time } from '../protocol/messages.ts';
import { money } from './money.ts';
import { spell, when } from './times.ts';
import { words } from './words.ts';

export interface Reader {
  me: Id;
  /** What a colleague is called; nothing for somebody who is not known here. */
  nameOf(agent: Id): string | undefined;
  now: Time;
  /** Of this thread, as far as they are held. */
  messages: readonly Message[];
}

/** A name that somebody chose stands between two of these, for whoever draws it to keep its direction apart. */
export const NAME = '|';

/** A sentence, names between two `NAME`s. */
export function sentence(entry: Entry, reader: Reader): string {
  const say = words.handling.entries;
  const name = (id: Id | undefined, you: string) => id === undefined ? words.handling.entryRule
    : id === reader.me ? you : `${NAME}${(reader.nameOf(id) ?? words.handling.entrySomeone).replaceAll(NAME, '')}${NAME}`;
  const by = name(entry.by, words.handling.entryYou);
  const to = name(entry.to, words.handling.entryToYou);
  switch (entry.what) {
    case 'assigned': return assigned(entry, by, to, reader);
    case 'snoozed': return entry.until === undefined ? say.snoozed(by, '…') : say.snoozed(by, when(entry.until, reader.now));
    case 'woken': return entry.reason === 'visitor' ? say.wokenByVisitor : entry.reason === 'agent' ? say.wokenBy(by) : say.wokenByTime;
    case 'ended': return say.ended(by);
    case 'reopened': return entry.by ? say.reopened(by) : say.reopenedByVisitor;
    case 'rated': return say.rated(words.handling.faces[entry.score ?? 3]);
    case 'ordered': return say.ordered(money(entry.amount ?? 0, entry.currency ?? ''));
    case 'note': return words.handling.note;
  }
}

function assigned({ reason, to, at, after }: Entry, by: string, given: string, reader: Reader): string {
  const say = words.handling.entries;
  switch (reason) {
    case 'taken': return say.taken(by);
    case 'transferred': return say.transferred(by, given);
    case 'released': return say.released(by);
    case 'dismissed': return say.dismissed;
    case 'fallback': return say.fallback(given, unanswered(at, after, reader.messages));
    case 'returned': return to ? say.returned(given) : say.queued;
    default: return to ? say.routed(given) : say.queued;
  }
}

/** How long the visitor had waited by then; nothing where what she wrote is not held. */
function unanswered(at: Time, after: number, messages: readonly Message[]): string | undefined {
  let since: Time | undefined;
  for (const { seq, by, at: said } of messages.toReversed()) {
    if (seq > after || by === 'brand') continue;
    if (by === 'agent') break;
    since = said;
  }
  return since === undefined ? undefined : spell(at - since);
}
