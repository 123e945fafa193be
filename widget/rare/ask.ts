/** What she is asked in the thread: how it was, and where to write to her. */
import type { State } from '../state.ts';
import { address } from './address.ts';
import { survey } from './survey.ts';

const watched = new WeakSet<State>();

/** From now on each is shown while there is a reason for it. */
export function ask(state: State): void {
  if (watched.has(state)) return;
  watched.add(state);
  survey(state);
  address(state);
}
