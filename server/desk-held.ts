/** Since when a thread stood where it stood before somebody moved it: told by its history, which never changes. */
import type { Id, Time } from '../protocol/messages.ts';
import type { Host } from './host.ts';

/**
 * For an act that is taken back (rule D4): the wait of the visitor goes on as if it had not been (D6).
 * @param by whose act it was; nothing is told where the thread was last moved by somebody else
 */
export function heldBefore(host: Host, thread: Id, by: Id): Time | undefined {
  const [moved, before] = host.sql<{ by_agent: Id | null; at: Time }>(
    "SELECT by_agent, at FROM entry WHERE thread = ? AND what IN ('assigned', 'snoozed', 'woken', 'reopened') ORDER BY after DESC, n DESC LIMIT 2", thread);
  return moved?.by_agent === by ? before?.at : undefined;
}
