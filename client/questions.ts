/** Questions that have an answer but no id: one of a kind at a time, and nobody waits for ever. */

/** An answer that has not come by then may be asked for again. */
const ANSWER_MS = 10_000;

export interface Questions {
  /**
   * @param ask puts the question; false when there is nobody to hear it
   * @returns whether there is more to be had; true also when no answer came
   */
  put(key: string, ask: () => boolean): Promise<boolean>;
  answer(key: string, more: boolean): void;
  /** The line is cut: nothing asked will be answered. */
  drop(): void;
}

export function openQuestions(): Questions {
  const open = new Map<string, { promise: Promise<boolean>; answer(more: boolean): void }>();
  return {
    put(key, ask) {
      const same = open.get(key);
      if (same) return same.promise;
      let resolve!: (more: boolean) => void;
      const promise = new Promise<boolean>((done) => { resolve = done; });
      const late = setTimeout(() => this.answer(key, true), ANSWER_MS);
      open.set(key, {
        promise,
        answer(more) {
          clearTimeout(late);
          open.delete(key);
          resolve(more);
        },
      });
      if (!ask()) this.answer(key, true);
      return promise;
    },
    answer: (key, more) => open.get(key)?.answer(more),
    drop() {
      for (const { answer } of [...open.values()]) answer(true);
    },
  };
}
