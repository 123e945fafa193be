/** Whether a visitor is asked how it was, with the end of an episode and for a day (D17). */
import { RATE_MS } from '../protocol/limits.ts';
import type { Score, Survey, Time } from '../protocol/messages.ts';

/** A thread, as far as its survey goes; `rating` and `words` are of its last episode. */
export interface Asked { state: string; episode: number; ended_at: Time | null; surveys: boolean; rating: Score | null; words: string | null }

/** Pure: what her thread's row says of it; nothing where nobody asks. */
export function surveyOf({ state, episode, ended_at, surveys, rating, words }: Asked): Survey | undefined {
  if (!surveys || state !== 'ended' || ended_at === null) return undefined;
  return { episode, until: ended_at + RATE_MS, ...(rating !== null ? { score: rating } : {}), ...(words ? { text: words } : {}) };
}
