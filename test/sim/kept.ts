/** Plans that once failed, shrunk: what was found, and what it took. They are played with every `npm test`. */
import type { Plan } from './plan.ts';

export const KEPT: { name: string; found: string; plan: Plan }[] = [];
