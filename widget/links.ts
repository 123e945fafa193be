/** Links out of plain text. Only what `URL` itself reads as an allowed scheme becomes one; everything else stays text. */

export type Piece = string | { text: string; href: string };

const FOUND = /(?<![\w:])(?:https?:\/\/|mailto:|tel:)[^\s<>"]+/gi;
/** What ends a sentence rather than an address. */
const TRAILING = `.,;:!?'"»”’)]}`;

/** @returns the text cut in pieces; joined they are the text again. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(FOUND)) {
    let end = found.length;
    if (!found.includes('(')) while (TRAILING.includes(found[end - 1]!)) end--;
    const address = found.slice(0, end);
    const href = hrefOf(address);
    if (!href) continue;
    out.push(text.slice(from, index), { text: address, href });
    from = index + address.length;
  }
  out.push(text.slice(from));
  return out;
}

/** Where it leads, if it may: an allowed scheme, no name or password in it, and the very host that is shown. */
function hrefOf(address: string): string | undefined {
  try {
    const { href, protocol, host, username, password } = new URL(address);
    const web = /^https?:$/.test(protocol);
    return web ? address.toLowerCase().startsWith(`${protocol}//${host}`) && !username && !password ? href : undefined
      : /^(mailto|tel):$/.test(protocol) ? href : undefined;
  } catch {
    // Not an address after all: it stays the text it was.
    return undefined;
  }
}
