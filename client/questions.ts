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
  const open = new Map<string, { promise: Promise<boolean>; resolve: (more: boolean) => void }>();
  const answer = (key: string, more: boolean) => {
    open.get(key)?.resolve(more);
    open.delete(key);
  };
  return {
    answer,
    async put(key, ask) {
      const same = open.get(key);
      if (same) return same.promise;
      let resolve!: (more: boolean) => void;
      const promise = new Promise<boolean>((done) => { resolve = done; });
      open.set(key, { promise, resolve });
      const late = setTimeout(answer, ask() ? ANSWER_MS : 0, key, true);
      return promise.finally(() => clearTimeout(late));
    },
    drop() {
      for (const key of [...open.keys()]) answer(key, true);
    },
  };
}
