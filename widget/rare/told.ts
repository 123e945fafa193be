/** What the calls of a page and the offer to leave an address must know of each other, whichever loads first. */
import type { State } from '../state.ts';

/** The address that the page has told. */
export const told = new WeakMap<State, string>();
/** Where the offer sees to labels that are refused. */
export const watched = new WeakSet<State>();
