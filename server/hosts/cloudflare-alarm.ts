/**
 * A Durable Object's one alarm. The runtime tries six times and then forgets it, so it never hears of a failure: what is
 * due while something is broken rests, and is tried again for ever.
 */
import type { Time } from '../../protocol/messages.ts';

/** All of the runtime's tries together take two minutes. */
const GIVEN_UP_MS = 150_000;
/** Longer each time. */
const REST_MS = 1_000;
const REST_MOST_MS = 60_000;

export class Alarm {
  readonly #ctx: EdgeObjectState;
  /** What it stands at; unknown while it rings. */
  #at: Time | null | undefined;
  #failures = 0;

  constructor(ctx: EdgeObjectState) {
    this.#ctx = ctx;
  }

  /** Once, before anything is set. */
  async look(): Promise<void> {
    this.#at = await this.#ctx.storage.getAlarm();
  }

  /** Written with what the handler has written, or not at all; and not where it stands there already. */
  set(at: Time | null): void {
    if (at === this.#at || (isOver(at) && isOver(this.#at) && Date.now() - this.#at! < GIVEN_UP_MS)) return;
    this.#at = at;
    const { storage } = this.#ctx;
    this.#ctx.waitUntil(at === null ? storage.deleteAlarm() : storage.setAlarm(at));
  }

  /**
   * Before anything is done. What has taken the whole object with it may do so again: then another alarm is on disk first.
   * @param tries how often the runtime has rung it already
   */
  async rings(tries: number, now: Time): Promise<void> {
    this.#at = undefined;
    if (!tries) return;
    this.set(now + REST_MOST_MS);
    await this.#ctx.storage.sync();
  }

  worked(): void {
    this.#failures = 0;
  }

  /** Not yet: after a rest. */
  rest(now: Time): void {
    this.set(now + Math.min(REST_MS * 2 ** this.#failures++, REST_MOST_MS));
  }

  /** At the latest then. */
  atLatest(at: Time): void {
    if (typeof this.#at !== 'number' || this.#at > at) this.set(at);
  }
}

/** By the platform's clock. It rings, or is rung again: to set it once more would only make the runtime forget how often it has. */
const isOver = (at: Time | null | undefined): boolean => typeof at === 'number' && at <= Date.now();
