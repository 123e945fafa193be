/** Questions that have an answer but no id: one of a kind at a time, and nobody waits for ever. */

/** An answer that has not come by then may be asked for again. */
const ANSWER_MS = 10_000;

export interface Questions<Answer> {
  /**
   * @param ask puts the question; false when there is nobody to hear it
   * @returns `unanswered` when no answer came
   */
  put(key: string, ask: () => boolean): Promise<Answer>;
  answer(key: string, answer: Answer): void;
  /** The line is cut: nothing asked will be answered. */
  drop(): void;
}

export function openQuestions<Answer>(unanswered: Answer): Questions<Answer> {
  const open = new Map<string, { promise: Promise<Answer>; resolve: (answer: Answer) => void }>();
  const answer = (key: string, said: Answer) => {
    open.get(key)?.resolve(said);
    open.delete(key);
  };
  return {
    answer,
    async put(key, ask) {
      const same = open.get(key);
      if (same) return same.promise;
      let resolve!: (answer: Answer) => void;
      const promise = new Promise<Answer>((done) => { resolve = done; });
      open.set(key, { promise, resolve });
      const late = setTimeout(answer, ask() ? ANSWER_MS : 0, key, unanswered);
      return promise.finally(() => clearTimeout(late));
    },
    drop() {
      for (const key of [...open.keys()]) answer(key, unanswered);
    },
  };
}
