/** What leaves after the commit, in order: frames, closes, alarms, and the word to whoever waits for it. */
import type { Line } from './node-line.ts';

export class Leaving {
  #effects: (() => void)[] = [];
  #waiters: { resolve(): void; reject(error: Error): void }[] = [];
  /** Lines whose frames are held together while the rest of the batch leaves. */
  #gathered: Line[] | undefined;

  add(effect: () => void): void {
    this.#effects.push(effect);
  }

  wait(resolve: () => void, reject: (error: Error) => void): void {
    this.#waiters.push({ resolve, reject });
  }

  /** How much there is: a place to come back to. */
  get mark(): number {
    return this.#effects.length;
  }

  /** Forgets what came after that place. */
  backTo(mark: number): void {
    this.#effects.length = mark;
  }

  /** Nothing of it leaves. @returns tells those who wait for it */
  drop(): (error: Error) => void {
    const waiters = this.#waiters;
    this.#effects = [];
    this.#waiters = [];
    return (error) => {
      for (const waiter of waiters) waiter.reject(error);
    };
  }

  /** @returns whether this line is released when all that leaves now has been written; else it has to write at once */
  gathers(line: Line): boolean {
    return this.#gathered !== undefined && this.#gathered.push(line) > 0;
  }

  leave(): void {
    const [effects, waiters] = [this.#effects, this.#waiters];
    this.#effects = [];
    this.#waiters = [];
    const gathered: Line[] = this.#gathered = [];
    try {
      for (const effect of effects) effect();
    } finally {
      this.#gathered = undefined;
      for (const line of gathered) line.release();
    }
    for (const waiter of waiters) waiter.resolve();
  }
}
