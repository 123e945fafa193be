/** Pure: does the brand answer by itself, right after a visitor's message, and in which words? */
import type { Time } from '../protocol/messages.ts';
import type { Standing } from './desk.ts';
import { inLanguage, type Settings } from './settings.ts';

/** An agent who spoke this recently is in the middle of a live exchange: an "away" answer would be absurd. */
const LIVE_MS = 10 * 60_000;

export interface Moment {
  now: Time;
  /** Somebody of the team is in, and the brand is open. */
  available: boolean;
  lang: string | undefined;
}

/**
 * Once per waiting spell, never in answer to an agent, never in a live exchange.
 * @param standing after the visitor's message.
 */
export function autoReply(standing: Standing, settings: Settings, moment: Moment): string | undefined {
  const { when, text } = settings.autoReply;
  if (when === 'never' || standing.greeted) return undefined;
  if (standing.answered !== null && moment.now - standing.answered < LIVE_MS) return undefined;
  if (when === 'away' && moment.available) return undefined;
  return inLanguage(text, moment.lang, settings.lang) || undefined;
}
