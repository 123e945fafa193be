/** How near a thread is to being overdue, for its row and its head. */
import type { DeskThread, Time } from '../protocol/messages.ts';

/** From here on it is said. */
const NEAR_MS = 2 * 3_600_000;

/** `ms` until it is overdue, or since. */
export type Due = { is: 'near' | 'over'; ms: number };

export function dueOf({ state, due }: DeskThread, now: Time): Due | undefined {
  if (due === undefined || state === 'ended') return undefined;
  if (now >= due) return { is: 'over', ms: now - due };
  return due - now <= NEAR_MS ? { is: 'near', ms: due - now } : undefined;
}
