/**
 * Pure: from a text to the words it is found by, and back to where they stand in it. Everything that FTS5 hears goes
 * through here, what is kept and what is asked for alike; nothing of a user's own punctuation ever reaches it.
 */

/** Longer "words" are keys and links; their beginning finds them. */
const WORD_CHARS = 64;
/** Of one question. More than these cost more than they find. */
const PHRASES_MOST = 12;
const SNIPPET_CHARS = 200;
/** To fold a word takes 6 µs at worst, and anybody may write ten thousand characters of such words into each of fifty hits. */
const FOLDED_MOST = 1_000;
/** Shown before the hit, so that it can be read in its sentence. */
const LEAD_CHARS = 60;

/** Written without spaces between words: each character is a word, and several in a row are looked for in a row. */
const UNSPACED = /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])/gu;
const WORD = /[\p{L}\p{N}]+/gu;
/** What is written above and below letters, and the stroke that only stretches an Arabic word. */
const MARKS = /[\p{Mn}\u0640]+/gu;

/** In small letters, without accents and vowel points. */
const fold = (text: string): string => text.normalize('NFKD').replace(MARKS, '').normalize('NFC').toLowerCase();

export function wordsOf(text: string): string[] {
  const spaced = fold(text).replace(UNSPACED, ' $1 ');
  return [...spaced.matchAll(WORD)].map(([word]) => [...word.slice(0, WORD_CHARS)].join(''));
}

/**
 * What is asked for: each piece between spaces is one phrase of one or more words, the last of all may go on.
 * @returns nothing when there is no letter and no number in it
 */
export function phrasesOf(text: string): string[] {
  const phrases = text.split(/\s+/u).map((piece) => wordsOf(piece).join(' ')).filter((phrase) => phrase !== '');
  const last = phrases.pop();
  if (last === undefined) return [];
  return [...new Set(phrases)].slice(0, PHRASES_MOST - 1).concat(last);
}

/** In the language of FTS5: words of letters and numbers alone, in quotes. */
export const toMatch = (phrases: string[]): string => `${phrases.map((phrase) => `"${phrase}"`).join(' AND ')} *`;

/** The words around the first of them, in plain text and one line, at most `SNIPPET_CHARS` long. */
export function snippetOf(text: string, phrases: string[]): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line.length <= SNIPPET_CHARS) return line;
  const from = Math.min(Math.max(placeOf(line, phrases) - LEAD_CHARS, 0), line.length - SNIPPET_CHARS);
  const isCutBefore = from > 0;
  const room = SNIPPET_CHARS - (isCutBefore ? 1 : 0);
  const isCutBehind = line.length - from > room;
  const cut = whole(line.slice(from, from + room - (isCutBehind ? 1 : 0)));
  return `${isCutBefore ? '…' : ''}${cut}${isCutBehind ? '…' : ''}`;
}

/** Where the first word stands that is asked for; the beginning, if it is not among those that are looked at. */
function placeOf(line: string, phrases: string[]): number {
  const wanted = phrases.map((phrase) => phrase.split(' ')[0]!);
  let costly = 0;
  for (const found of line.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const isPlain = /^[A-Za-z0-9]+$/.test(found[0]);
    if (!isPlain && ++costly > FOLDED_MOST) return 0;
    const words = isPlain ? [found[0].slice(0, WORD_CHARS).toLowerCase()] : wordsOf(found[0]);
    const at = words.findIndex((word) => wanted.some((each) => word.startsWith(each)));
    // A piece of many words is unspaced writing: a word is about a character there.
    if (at >= 0) return found.index + (words.length > 1 ? Math.min(at, found[0].length - 1) : 0);
  }
  return 0;
}

/** Without the half of a pair that the cut may have left at either end. */
const whole = (text: string): string => text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '').trim();
