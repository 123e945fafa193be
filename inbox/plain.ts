/** Text as it may stand outside of our page, in a window that the system draws: in one line, short, and with nothing in it that nobody sees. */

/** Breaks and controls: some systems end a title there, or worse. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
/** What turns the direction of all that follows, and what has no width; those that join letters and emoji stay. A half of a pair is no letter. */
const UNSEEN = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\p{Cs}]/gu;

/** @param most characters, an ellipsis among them */
export function plain(text: string, most: number): string {
  const letters = [...text.replaceAll(UNSEEN, '').replaceAll(BREAKS, ' ').trim()];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : letters.join('');
}
