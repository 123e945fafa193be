/** What people are called, and the round marks that stand for them. */
import { initialsOf } from '../protocol/initials.ts';
import type { Id, Visitor } from '../protocol/messages.ts';
import { words } from './words.ts';

export { initialsOf } from '../protocol/initials.ts';

/** Her name, else her address, else a code that is the same on every agent's screen. */
export function nameOf(visitor: Pick<Visitor, 'name' | 'email'> | undefined, id: Id): string {
  return visitor?.name || visitor?.email || words.visitor(codeOf(id));
}

/** The end of an id is its random part: in a UUID of version 7 the start is the time, alike for all who came together. */
export const codeOf = (id: Id): string => id.replaceAll(/[^A-Za-z0-9]/g, '').slice(-4).toUpperCase();

/** In the mark of a visitor: her initials, or the start of her code. */
export const lettersOf = (visitor: Pick<Visitor, 'name' | 'email'> | undefined, id: Id): string =>
  visitor?.name || visitor?.email ? initialsOf(visitor.name || visitor.email!) : codeOf(id).slice(0, 2);

/** Colours of round marks in style.css: `tint-0` … */
export const TINTS = 8;

/** The same person keeps her colour. */
export function tintOf(id: Id): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % TINTS;
}

/** Good enough to catch a slip of the finger; the server decides. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text.trim());
