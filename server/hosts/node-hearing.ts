/** What came in on the lines of a brand since its last commit, in order, and how much of it has been taken. */
import type { Line } from './node-line.ts';

export interface Heard { readonly connection: Line; readonly text: string }

export class Hearing {
  #heard: Heard[] = [];
  #taken = 0;
  /** Up to here each is taken by itself: together they failed. */
  #apart = 0;
  #isTaking = false;

  /** @returns how many wait */
  add(heard: Heard): number {
    return this.#heard.push(heard) - this.#taken;
  }

  get isEmpty(): boolean {
    return this.#heard.length === 0;
  }

  /** Forgets it all, and gives back what came in since the last commit: also what was taken, for that may be lost. */
  clear(): Heard[] {
    const heard = this.#heard;
    this.#heard = [];
    this.#taken = 0;
    this.#apart = 0;
    return heard;
  }

  /**
   * Takes what has not been taken yet. Either of both may clear us.
   * @param together as many of the first ones as it likes: all of them, or none and a throw. @returns how many
   */
  take(together: (heard: Heard[], from: number) => number, alone: (heard: Heard) => void): void {
    // Whoever is heard now may bring about another handler, which is no reason to hear the next one first.
    if (this.#isTaking) return;
    this.#isTaking = true;
    try {
      while (this.#taken < this.#heard.length) if (!this.#takeTogether(together)) this.#takeNext(alone);
    } finally {
      this.#isTaking = false;
    }
  }

  /** @returns whether that was something */
  #takeTogether(together: (heard: Heard[], from: number) => number): boolean {
    const heard = this.#heard;
    if (this.#taken < this.#apart || heard.length - this.#taken < 2) return false;
    try {
      const count = together(heard, this.#taken);
      this.#taken += count;
      return count > 0;
    } catch {
      // What was wrong with it is found out, and said, when each is taken by itself.
      this.#apart = this.#heard.length;
      return heard !== this.#heard;
    }
  }

  #takeNext(alone: (heard: Heard) => void): void {
    const next = this.#heard[this.#taken++];
    if (next) alone(next);
  }
}
