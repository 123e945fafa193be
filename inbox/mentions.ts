/** Colleagues named in a note: `@` and the name as it stands in the team. Pure. */
import { MENTIONS_MOST } from '../protocol/limits.ts';
import type { Agent, Id } from '../protocol/messages.ts';

type Named = Pick<Agent, 'id' | 'name'>;
export interface Piece { text: string; mention?: Id }
/** The word the caret stands in: from `start` on, what was written of it. */
export interface Asked { start: number; query: string }

/** Longer names than these two words are found by their beginning. */
const BEFORE_CARET = /(?:^|[\s(])@([^\s@]{0,40}(?: [^\s@]{0,40})?)$/u;
const GOES_ON = /^[\p{L}\p{N}_]/u;

/** Whether a name is being written where the caret stands. */
export function askedAt(text: string, caret: number): Asked | undefined {
  const found = BEFORE_CARET.exec(text.slice(0, caret));
  return found ? { start: caret - found[1]!.length - 1, query: found[1]! } : undefined;
}

/** Those whose name, or a word of it, begins so. */
export function namesLike<T extends Named>(query: string, colleagues: readonly T[]): T[] {
  const wanted = plain(query);
  return colleagues.filter(({ name }) => plain(name).startsWith(wanted) || plain(name).split(/\s+/).some((word) => word.startsWith(wanted)));
}

/** Who is named in it, each once, in the order of their naming. */
export const mentionsIn = (text: string, colleagues: readonly Named[]): Id[] =>
  [...new Set(cut(text, colleagues).flatMap(({ mention }) => mention ?? []))].slice(0, MENTIONS_MOST);

/** The text in pieces that make it again, names apart. */
export function cut(text: string, named: readonly Named[]): Piece[] {
  // "@Ann Lee" before "@Ann": whoever has the longer name is meant.
  const longest = [...named].sort((a, b) => b.name.length - a.name.length);
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (at < from) continue;
    const who = longest.find(({ name }) => name && text.startsWith(name, at + 1) && !GOES_ON.test(text.slice(at + 1 + name.length)));
    if (!who) continue;
    if (at > from) pieces.push({ text: text.slice(from, at) });
    from = at + 1 + who.name.length;
    pieces.push({ text: text.slice(at, from), mention: who.id });
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** Without accents and capitals: "jose" finds "José". */
export const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
