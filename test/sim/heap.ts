/** What is to happen, the earliest first; of two at the same time the one that was put in first. */
export interface Due {
  readonly at: number;
  readonly n: number;
}

export class Heap<T extends Due> {
  readonly #all: T[] = [];

  get size(): number {
    return this.#all.length;
  }

  put(item: T): void {
    const all = this.#all;
    let i = all.push(item) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!before(item, all[up]!)) break;
      all[i] = all[up]!;
      i = up;
    }
    all[i] = item;
  }

  take(): T | undefined {
    const all = this.#all;
    const first = all[0];
    const last = all.pop();
    if (!all.length || !last) return first;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= all.length) break;
      if (down + 1 < all.length && before(all[down + 1]!, all[down]!)) down++;
      if (!before(all[down]!, last)) break;
      all[i] = all[down]!;
      i = down;
    }
    all[i] = last;
    return first;
  }
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.n < b.n);
