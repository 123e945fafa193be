/** What a visitor may ask for: everything that is hers, or that it be gone. */
import { CLOSE } from '../protocol/frames.ts';
import type { Id } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';

const ALL = Number.MAX_SAFE_INTEGER;

/** Nothing of anybody else but what was said to her. */
export function exportOf(brand: Brand, visitor: Id): object | undefined {
  const row = brand.visitors.find(visitor);
  if (!row) return undefined;
  return {
    visitor: { ...row, events: brand.visitors.events(visitor, ALL) },
    threads: brand.threads.visitorThreads(visitor, 0, ALL).map(({ id, created, at, episode, state }) => ({
      id, created, at, episode, state, messages: brand.threads.messagesOf(id),
    })),
  };
}

/** Final: see rule I5, and `erased` in the schema. */
export function erase(brand: Brand, visitor: Id): void {
  brand.write((change) => {
    brand.visitors.erase(change, visitor);
    for (const each of brand.host.connections(`v:${visitor}`)) brand.sendAway(each, CLOSE.token, 'erased');
  });
}
