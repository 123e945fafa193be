/** How good a new password is. A hint, no lock: beyond the length the choice is hers. */

/** The server asks for as many. */
export const PASSWORD_CHARS = 10;
/** Too short, easy to guess, good, strong. */
export const STRENGTHS = [0, 1, 2, 3] as const;

/** A passphrase of this length is good without any sign in it. */
const LONG = 16;
const COMMON = /^(?:password|passwort|qwert|azerty|asdf|letmein|welcome|iloveyou|admin|abc|123)/i;

/** @param known what somebody who knows her would try first */
export function strengthOf(password: string, known: string[] = []): { step: 0 | 1 | 2 | 3; missing: number } {
  const missing = Math.max(0, PASSWORD_CHARS - password.length);
  if (missing > 0) return { step: 0, missing };
  const lower = password.toLowerCase();
  const parts = known.flatMap((text) => text.toLowerCase().split(/[\s@.]+/)).filter((part) => part.length > 3);
  const isGuessable = COMMON.test(password) || parts.some((part) => lower.includes(part)) || new Set(lower).size < 6;
  if (isGuessable) return { step: 1, missing };
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  return { step: password.length >= LONG || (kinds >= 3 && password.length >= 12) ? 3 : 2, missing };
}
