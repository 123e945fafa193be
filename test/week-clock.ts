/** One clock for the server and all browsers of a test, which can be moved forward. Nothing else is faked: it goes on by itself. */
import type { BrowserContext } from 'playwright-core';

const HOUR_MS = 3_600_000;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export const ZONE = 'Europe/Paris';
/** Of the week in which Paris puts its clocks forward, in the night before Sunday. */
const FIRST_DAY = Date.UTC(2026, 2, 23);

/** @param wall like `Mon 09:30`, by the clocks of Paris */
export function at(wall: string): number {
  const [day, time] = wall.split(' ') as [string, string];
  const [hour, minute] = time.split(':').map(Number) as [number, number];
  const nth = DAYS.indexOf(day);
  const isSummer = day === 'Sun' && hour >= 3;
  return FIRST_DAY + (nth * 24 + hour - (isSummer ? 2 : 1)) * HOUR_MS + minute * 60_000;
}

export class Clock {
  /** By how much it is ahead of the machine's. */
  shift: number;
  readonly #contexts: BrowserContext[] = [];
  readonly #moveServer: (shift: number) => Promise<void>;

  constructor(wall: string, moveServer: (shift: number) => Promise<void>) {
    this.shift = at(wall) - Date.now();
    this.#moveServer = moveServer;
  }

  now(): number {
    return Date.now() + this.shift;
  }

  /** All pages of this browser have our time, also those that are opened later. */
  async set(context: BrowserContext): Promise<void> {
    this.#contexts.push(context);
    await context.addInitScript(haveTime, this.shift);
  }

  /** @param wall like `Mon 09:30`; not before now */
  async moveTo(wall: string): Promise<void> {
    await this.moveBy(at(wall) - this.now());
  }

  async moveBy(ms: number): Promise<void> {
    if (ms < 0) throw new Error(`that time has passed, by ${-ms} ms`);
    this.shift += ms;
    for (const context of this.#contexts) {
      await context.addInitScript(haveTime, this.shift);
      await Promise.all(context.pages().map((page) => page.evaluate(haveTime, this.shift)));
    }
    await this.#moveServer(this.shift);
  }
}

interface Page {
  clock?: { shift: number; ticks: Map<number, () => void> };
  Date: DateConstructor;
  setInterval(work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): number;
  clearInterval(id: number): void;
}

/** In the page, before its scripts and again at every move: `Date` is ahead, and what is done every so often is done at once when time has jumped. */
function haveTime(shift: number): void {
  const page = window as unknown as Page;
  if (page.clock) {
    // Scripts of earlier moves run in new pages as well, in any order.
    if (shift <= page.clock.shift) return;
    page.clock.shift = shift;
    for (const tick of page.clock.ticks.values()) tick();
    return;
  }
  const ticks = new Map<number, () => void>();
  const clock = { shift, ticks };
  Object.defineProperty(page, 'clock', { value: clock, enumerable: false });
  const Real = page.Date;
  const now = () => Real.now() + clock.shift;
  page.Date = new Proxy(Real, {
    construct: (target, args, made) => Reflect.construct(target, args.length ? args : [now()], made) as object,
    apply: () => new Real(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver) as unknown),
  });
  const [every, stop] = [page.setInterval, page.clearInterval];
  page.setInterval = (work, ms, ...args) => {
    const id = every.call(page, work, ms, ...args);
    ticks.set(id, () => work(...args));
    return id;
  };
  page.clearInterval = (id) => {
    ticks.delete(id);
    stop.call(page, id);
  };
}
