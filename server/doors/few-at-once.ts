/** Work that is heavy on purpose: a few at a time, the rest in line, and no endless line. */
import { TurnedAway } from './turned-away.ts';

/** Two scrypts keep two cores busy and 64 MiB; the relay needs the rest. */
const AT_ONCE = 2;
/** A quarter of a second each: whoever stands behind these would have given up anyway. */
const WAITING_MOST = 50;
const RETRY_MS = 10_000;

export class FewAtOnce {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws TurnedAway 503 when too many wait */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= WAITING_MOST) throw new TurnedAway(503, 'retry_later', 'very busy: try again in a moment', RETRY_MS);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
