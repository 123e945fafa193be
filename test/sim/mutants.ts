/**
 * Bugs that are planted one at a time, to see whether they are found: text of the product and what stands there instead.
 * The last of them undo what the simulation itself has mended. Not all are found yet, and none of these is harmless: what they
 * need is rare in these worlds (a greeting that fails at one statement, a second restore, a tab that is told twice to forget).
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
