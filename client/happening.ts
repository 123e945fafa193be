/** Pure: what a change of a thread means to whoever listens. */
import type { Message } from '../protocol/messages.ts';
import type { Happening } from './face.ts';
import { type AnyThread, fateOf, type Held, type Side, sideOf } from './thread.ts';

/**
 * @param mine whether a message is this person's own
 * @param history these messages are no news, unless some of the thread was known before
 */
export function whatHappened(
  before: Held<AnyThread> | undefined, after: Held<AnyThread>, side: Side, mine: (message: Message) => boolean, history: boolean,
): Happening[] {
  const newest = before?.messages.at(-1)?.seq;
  const seen = after.row?.[side].seen ?? 0;
  const happened: Happening[] = [];
  for (const message of after.messages) {
    if (mine(message)) {
      const fate = fateOf(message, after.row);
      if (fate !== 'sent' && before && fate !== fateOf(message, before.row)) happened.push({ type: 'fate', id: message.id, fate });
    } else if (sideOf(message) !== side && message.seq > Math.max(seen, newest ?? 0) && !(history && newest === undefined)) {
      happened.push({ type: 'message', message });
    }
  }
  return happened;
}
