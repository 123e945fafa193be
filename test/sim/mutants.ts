/**
 * Bugs that are planted one at a time, to see whether they are found: text of the product and what stands there instead.
 * The last of them undo what the simulation itself has mended. Left out because it is harmless: that a tab which forgets who was
 * erased (`record.forget`) keeps the epoch. It asks from 0, so what it is answered is a fresh start whatever the epoch; it holds
 * no thread and nothing seen that another epoch would have to take away; and what another tab has on disk it takes as it stands there.
 * And that the last word of an old socket clears the heartbeat: partysocket tells of a close the moment it is asked for one, and
 * listens no more, so there is none that comes late.
 * Three are not found in 600 worlds: that a message pays each time it could not be kept (a full disk asks for so long a wait that the
 * allowance is back), that a tab brings back whom another has seen erased, and her words in the next thread (they were, in worlds not drawn any more).
 */
import { CLIENT_MUTANTS } from './mutants-client.ts';
import { SERVER_MUTANTS } from './mutants-server.ts';
import type { Change } from './seams.ts';

export interface Mutant { name: string; changes: Change[] }
export const MUTANTS: Mutant[] = [...SERVER_MUTANTS, ...CLIENT_MUTANTS];

/** @throws when there is none of that name */
export function mutant(name: string): Mutant {
  const found = MUTANTS.find((each) => each.name === name);
  if (!found) throw new Error(`there is no mutant "${name}"`);
  return found;
}
