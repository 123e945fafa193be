/** One brand's one alarm, as a timer. */
import type { Time } from '../../protocol/messages.ts';

/** The longest a timer of Node's can wait. */
const TIMER_MS = 2 ** 31 - 1;
/** What is due while the disk is broken must not spin: the alarm rests, longer each time. */
const REST_MS = 1_000;
const REST_MOST_MS = 60_000;

export class Alarm {
  readonly #now: () => Time;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #restUntil = 0;

  constructor(now: () => Time, ring: () => void) {
    this.#now = now;
    this.#ring = ring;
  }

  set(at: Time | null): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (at === null) return;
    const now = this.#now();
    this.#timer = setTimeout(this.#ring, Math.min(Math.max(0, at - now, this.#restUntil - now), TIMER_MS));
    this.#timer.unref();
  }

  /** The alarm was lost with a batch that failed; whatever it was set for is still due. */
  retry(): void {
    this.#restUntil = this.#now() + Math.min(REST_MS * 2 ** this.#failures++, REST_MOST_MS);
    this.set(this.#restUntil);
  }

  worked(): void {
    this.#failures = 0;
    this.#restUntil = 0;
  }
}
