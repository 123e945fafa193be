/** What an operator asks for, and what is answered: the same words through a control socket, over HTTP, or by the command itself. */
export interface Errand {
  verb: string;
  args: string[];
  /** Where a new brand shall be kept, on a host that has a choice: `eu`. */
  jurisdiction?: string;
}
export type Done = { said: string } | { problem: string };

/** What is wrong with an errand, in words for the operator. Nothing of it was done. */
export class Problem extends Error {}

/** The most characters of one: a page of a brand that moves in, and what is around it. */
export const ERRAND_CHARS = 4_000_000;

/** @returns nothing when it is none */
export function readErrand(text: string): Errand | undefined {
  try {
    const { verb, args, jurisdiction } = JSON.parse(text) as Errand;
    const isOne = typeof verb === 'string' && Array.isArray(args) && args.every((each) => typeof each === 'string');
    return isOne ? { verb, args, ...(typeof jurisdiction === 'string' ? { jurisdiction } : {}) } : undefined;
  } catch {
    // Whatever else may knock where errands are taken: it gets an answer, and the server goes on.
    return undefined;
  }
}
