/**
 * Token buckets in memory. One number a key: the time at which its bucket is full again. Idle keys are full keys, so
 * the one that was touched longest ago is the one that may be forgotten.
 */

/** `burst` at once; an empty bucket is full again after `perMs` milliseconds. "5 in 5 minutes" is `{ burst: 5, perMs: 300_000 }`. */
export interface Rule { burst: number; perMs: number }

/** `count` in `ms` on average and at most `burst` of them at once: "20 a minute, burst 10" is `rule(20, 60_000, 10)`. */
export const rule = (count: number, ms: number, burst = count): Rule => ({ burst, perMs: (ms * burst) / count });

/** A few megabytes. Beyond it the idlest are forgotten, and a forgotten bucket is a full one. */
export const KEYS_MOST = 50_000;

export class Buckets {
  readonly #rule: Rule;
  readonly #keysMost: number;
  /** By key, the time when it is full again; in the order of last use. */
  readonly #full = new Map<string, number>();

  constructor(rule: Rule, keysMost = KEYS_MOST) {
    this.#rule = rule;
    this.#keysMost = keysMost;
  }

  get size(): number {
    return this.#full.size;
  }

  /**
   * Takes one token.
   * @param now milliseconds
   * @returns 0 when it was there, else the milliseconds until one will be. A refused try costs nothing.
   */
  take(key: string, now: number): number {
    const { full, next, wait } = this.#look(key, now);
    this.#full.delete(key);
    this.#full.set(key, wait ? full : next);
    if (this.#full.size > this.#keysMost) this.#forgetIdlest();
    return wait;
  }

  /** What `take` would say, taking nothing. */
  wait(key: string, now: number): number {
    return this.#look(key, now).wait;
  }

  /** What was taken for something that was not done after all. */
  giveBack(key: string): void {
    const full = this.#full.get(key);
    if (full !== undefined) this.#full.set(key, full - this.#rule.perMs / this.#rule.burst);
  }

  #look(key: string, now: number): { full: number; next: number; wait: number } {
    const { burst, perMs } = this.#rule;
    const known = this.#full.get(key) ?? now;
    // A clock that was set back must not lock anybody out for longer than an empty bucket would: from now on, not from each look on.
    const full = Math.min(Math.max(known, now), now + perMs);
    if (full < known) this.#full.set(key, full);
    const next = full + perMs / burst;
    return { full, next, wait: Math.max(Math.ceil(next - now - perMs - ROUNDING_MS), 0) };
  }

  #forgetIdlest(): void {
    for (const key of this.#full.keys()) {
      this.#full.delete(key);
      return;
    }
  }
}

/** `perMs / burst` is rarely whole, and its sums may be a hair too large. */
const ROUNDING_MS = 0.001;

/**
 * A token out of each of these buckets, or out of none: whoever is refused by one does not pay at the others.
 * @returns as `take`, the longest of them
 */
export function takeAll(now: number, ...all: [buckets: Buckets, key: string][]): number {
  const wait = Math.max(...all.map(([buckets, key]) => buckets.wait(key, now)));
  if (!wait) for (const [buckets, key] of all) buckets.take(key, now);
  return wait;
}
