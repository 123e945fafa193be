/** What a client that comes back has missed: the rows above its `rev`, or a fresh start when that is too much. */
import type { AgentRow, VisitorRow } from '../protocol/frames.ts';
import { CATCH_UP_ROWS, PAGE_ROWS } from '../protocol/limits.ts';
import type { Id, Rev } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import { forVisitor, type ThreadRow, toDeskThread, toThread } from './threads.ts';

/** Threads of one visitor that a fresh start brings, newest first; nobody has more in practice. */
const VISITOR_THREADS = 50;
/** The agents' list after a fresh start; older ones come with `list`. */
const OPEN_THREADS = 300;
const ENDED_THREADS = 50;

export interface CatchUp<Row> { set: Row[]; fresh: boolean }

export function visitorCatchUp(brand: Brand, visitor: Id, since: Rev): CatchUp<VisitorRow> {
  if (since > 0) {
    const threads = brand.threads.visitorThreads(visitor, since, VISITOR_THREADS);
    const messages = threads.flatMap((thread) => brand.threads.messagesOf(thread.id, since, CATCH_UP_ROWS + 1));
    if (messages.length <= CATCH_UP_ROWS) return { set: [...messages.map(forVisitor), ...threads.map(toThread)], fresh: false };
  }
  const threads = brand.threads.visitorThreads(visitor, 0, VISITOR_THREADS);
  const messages = threads.flatMap((thread) => brand.threads.messagesOf(thread.id, 0, PAGE_ROWS));
  return { set: [...messages.map(forVisitor), ...threads.map(toThread)], fresh: true };
}

export function agentCatchUp(brand: Brand, since: Rev): CatchUp<AgentRow> {
  if (since > 0) {
    const threads = brand.threads.changedSince(since, OPEN_THREADS + 1);
    const visitors = brand.visitors.changedSince(since, OPEN_THREADS + 1);
    if (threads.length <= OPEN_THREADS && visitors.length <= OPEN_THREADS) {
      // Past this many the client pulls, for the threads it holds, and only for those.
      const messages = brand.threads.messagesSince(since, CATCH_UP_ROWS + 1);
      const gone = brand.visitors.goneSince(since).map(({ id, rev }) => ({ kind: 'gone' as const, id, rev }));
      const known = new Set(visitors.map((visitor) => visitor.id));
      const whose = whoseOf(brand, threads.filter((thread) => !known.has(thread.visitor)));
      return {
        set: [...visitors, ...whose, ...(messages.length <= CATCH_UP_ROWS ? messages : []), ...threads.map(toDeskThread), ...brand.agents.all(), ...gone],
        fresh: false,
      };
    }
  }
  const threads = [
    ...brand.threads.list('open', Number.MAX_SAFE_INTEGER, OPEN_THREADS),
    ...brand.threads.list('ended', Number.MAX_SAFE_INTEGER, ENDED_THREADS),
  ];
  return { set: [...whoseOf(brand, threads), ...threads.map(toDeskThread), ...brand.agents.all()], fresh: true };
}

/** The visitors of these threads, each once. */
export function whoseOf(brand: Brand, threads: ThreadRow[]) {
  return [...new Set(threads.map((thread) => thread.visitor))].flatMap((id) => brand.visitors.find(id) ?? []);
}
