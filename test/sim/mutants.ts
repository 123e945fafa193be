/** Bugs that are planted one at a time, to see whether they are found. */
import type { Change } from './seams.ts';

export interface Mutant { name: string; changes: Change[] }
export const MUTANTS: Mutant[] = [];

export function mutant(name: string): Mutant {
  const found = MUTANTS.find((each) => each.name === name);
  if (!found) throw new Error(`there is no mutant "${name}"`);
  return found;
}
