/** Links out of plain text. Only what `URL` itself reads as an allowed scheme becomes one; everything else stays text. */

export interface Piece { text: string; href?: string }

const FOUND = /(?:https?:\/\/|mailto:|tel:)[^\s<>"\p{Cc}]+|(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;
/** What ends a sentence rather than an address. */
const TRAILING = `.,;:!?'"»”’)]}`;
const ALLOWED = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** @returns the text cut in pieces; joined they are the text again. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(FOUND)) {
    const found = trim(match[0]);
    const href = hrefOf(found);
    if (!href) continue;
    if (match.index > from) out.push({ text: text.slice(from, match.index) });
    out.push({ text: found, href });
    from = match.index + found.length;
  }
  if (from < text.length) out.push({ text: text.slice(from) });
  return out;
}

/** The address behind a text that says it is one, if it may be a link: no names or passwords in it, and the host it shows. */
export function hrefOf(text: string): string | undefined {
  const bare = !/^(?:https?|mailto|tel):/i.test(text);
  const address = bare && text.includes('@') ? `mailto:${text}` : text;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!ALLOWED.has(url.protocol)) return undefined;
  // Who else gets the mail, and what stands in it, is not a stranger's to say.
  if (url.protocol === 'mailto:' || url.protocol === 'tel:') return url.href.replace(/[?#].*$/, '');
  if (url.username || url.password) return undefined;
  // The host as it was typed must be the host it leads to: `URL` folds look-alike letters and dots that are none.
  return address.toLowerCase().startsWith(`${url.protocol}//${url.host}`) ? url.href : undefined;
}

function trim(found: string): string {
  // Counted once and walked once: ten thousand brackets must not cost a hundred million steps.
  let end = found.length;
  let unmatched = count(found, ')') - count(found, '(');
  while (end && TRAILING.includes(found[end - 1]!)) {
    if (found[end - 1] === ')' && unmatched-- <= 0) break;
    end--;
  }
  return found.slice(0, end);
}

const count = (text: string, part: string): number => text.split(part).length - 1;
