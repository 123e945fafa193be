/** What a client that comes back has missed: the rows above its `rev`, or a fresh start when that is too much. */
import type { AgentRow, VisitorRow } from '../protocol/frames.ts';
import { CATCH_UP_ROWS, PAGE_ROWS } from '../protocol/limits.ts';
import type { Id, Message, Rev } from '../protocol/messages.ts';
import { threadsIn } from './boxes.ts';
import type { Brand } from './brand.ts';
import { brandRow } from './brand-row.ts';
import { entriesSince } from './entries.ts';
import { forVisitor, type ThreadRow, toDeskThread, toThread } from './threads.ts';

/** Threads of one visitor that a fresh start brings, newest first; nobody has more in practice. */
const VISITOR_THREADS = 50;
/** The agents' list after a fresh start; older ones come with `list`. */
const OPEN_THREADS = 300;
const ENDED_THREADS = 50;
/** Of all messages of one answer, in characters. What does not fit is pulled, thread by thread. */
const CATCH_UP_CHARS = 300_000;

export interface CatchUp<Row> { set: Row[]; fresh: boolean }

export function visitorCatchUp(brand: Brand, visitor: Id, since: Rev): CatchUp<VisitorRow> {
  return (since > 0 && visitorDifference(brand, visitor, since)) || visitorFresh(brand, visitor);
}

/** @returns nothing when it is too much */
function visitorDifference(brand: Brand, visitor: Id, since: Rev): CatchUp<VisitorRow> | undefined {
  const threads = brand.threads.visitorThreads(visitor, since, VISITOR_THREADS + 1);
  if (threads.length > VISITOR_THREADS) return undefined;
  const messages: Message[] = [];
  for (const thread of threads) {
    const { rows, more } = brand.threads.newest(thread.id, since, CATCH_UP_ROWS);
    messages.push(...rows);
    if (more || messages.length > CATCH_UP_ROWS || charsOf(messages) > CATCH_UP_CHARS) return undefined;
  }
  return { set: [...messages.map(forVisitor), ...threads.map(toThread)], fresh: false };
}

function visitorFresh(brand: Brand, visitor: Id): CatchUp<VisitorRow> {
  const threads = brand.threads.visitorThreads(visitor, 0, VISITOR_THREADS);
  const messages: Message[] = [];
  // Of each the newest at least: a thread without any would be asked for at once, and all of them together.
  for (const { id } of threads) messages.push(...brand.threads.newest(id, 0, charsOf(messages) < CATCH_UP_CHARS ? PAGE_ROWS : 1).rows);
  return { set: [...messages.map(forVisitor), ...threads.map(toThread)], fresh: true };
}

const charsOf = (messages: Message[]): number => messages.reduce((sum, { body }) => sum + body.length, 0);

export function agentCatchUp(brand: Brand, since: Rev): CatchUp<AgentRow> {
  if (since > 0) {
    const threads = brand.threads.changedSince(since, OPEN_THREADS + 1);
    const visitors = brand.visitors.changedSince(since, OPEN_THREADS + 1);
    const entries = entriesSince(brand.host, since, CATCH_UP_ROWS);
    if (entries && threads.length <= OPEN_THREADS && visitors.length <= OPEN_THREADS) {
      // Past this many the client pulls, for the threads it holds, and only for those.
      const messages = brand.threads.messagesSince(since, CATCH_UP_ROWS, CATCH_UP_CHARS) ?? [];
      const gone = brand.visitors.goneSince(since).map(({ id, rev }) => ({ kind: 'gone' as const, id, rev }));
      const known = new Set(visitors.map((visitor) => visitor.id));
      const whose = whoseOf(brand, threads.filter((thread) => !known.has(thread.visitor)));
      return {
        set: [...visitors, ...whose, ...messages, ...entries, ...threads.map(toDeskThread), ...brand.agents.all(), brandRow(brand), ...gone],
        fresh: false,
      };
    }
  }
  const threads = [
    ...threadsIn(brand.threads, 'open', Number.MAX_SAFE_INTEGER, OPEN_THREADS),
    ...threadsIn(brand.threads, 'ended', Number.MAX_SAFE_INTEGER, ENDED_THREADS),
  ];
  return { set: [...whoseOf(brand, threads), ...threads.map(toDeskThread), ...brand.agents.all(), brandRow(brand)], fresh: true };
}

/** The visitors of these threads, each once. */
export function whoseOf(brand: Brand, threads: ThreadRow[]) {
  return [...new Set(threads.map((thread) => thread.visitor))].flatMap((id) => brand.visitors.find(id) ?? []);
}
