/** What a visitor may ask for: everything that is hers, or that it be gone. */
import { CLOSE } from '../protocol/frames.ts';
import type { Id } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import { allEntriesOf } from './entries.ts';
import { episodesOf, ordersOf } from './ledger.ts';
import { forget } from './queue.ts';

const ALL = Number.MAX_SAFE_INTEGER;

/** Everything about her, what the team wrote down of her as well; nothing of anybody else but what was said to her. */
export function exportOf(brand: Brand, visitor: Id): object | undefined {
  const row = brand.visitors.find(visitor);
  if (!row) return undefined;
  return {
    visitor: { ...row, events: brand.visitors.events(visitor, ALL) },
    threads: brand.threads.visitorThreads(visitor, 0, ALL).map(({ id, created, at, episode, state, tags }) => ({
      id, created, at, episode, state, tags: JSON.parse(tags) as string[], messages: brand.threads.messagesOf(id),
      entries: allEntriesOf(brand.host, id), episodes: episodesOf(brand.host, id),
    })),
    orders: ordersOf(brand.host, visitor),
  };
}

/** Final: see rule I5, and `erased` in the schema. */
export function erase(brand: Brand, visitor: Id): void {
  brand.write((change) => {
    brand.words.forget(visitor);
    // What was done with her threads holds words about her: the notes.
    brand.host.sql("DELETE FROM act WHERE what ->> 'thread' IN (SELECT id FROM thread WHERE visitor = ?)", visitor);
    forget(brand, change, visitor);
    brand.visitors.erase(change, visitor);
    for (const each of brand.host.connections(`v:${visitor}`)) brand.sendAway(each, CLOSE.token, 'erased');
  });
}
