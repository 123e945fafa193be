/**
 * One simulated world: a clock, a heap of what is to happen, and dice. Whatever happens, happens at a place (a tab, a
 * server process): a place has its own clock, can be frozen, and can die, and with it all that was to happen there.
 */
import { setFlagsFromString } from 'node:v8';
import { seeded } from '../seeded.ts';
import { type Due, Heap } from './heap.ts';

// Promises are settled between two events, here and now: nothing is left to Node's own loop, so nothing depends on it.
setFlagsFromString('--allow-natives-syntax');
const settle = new Function('%PerformMicrotaskCheckpoint()') as () => void;

/** Where something happens. */
export class Place {
  readonly name: string;
  readonly number: number;
  alive = true;
  frozen = false;
  /** How far its clock is ahead of the true time, in milliseconds. */
  skew = 0;
  /** What came while it was frozen, in order. */
  held: Planned[] = [];

  constructor(name: string, number: number) {
    this.name = name;
    this.number = number;
  }
}

export interface Planned extends Due {
  readonly place: Place;
  readonly what: string;
  run: (() => void) | undefined;
  /** So that a fake timer passes for one of Node's. */
  unref(): Planned;
  ref(): Planned;
}

/** A rule of `threats.md` 3.3, or `threw`: the product let an error go. */
export type Rule = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I12' | 'I14' | 'I15' | 'threw' | 'spins';

/** Something that must not be. */
export class Broken extends Error {
  readonly rule: Rule;
  constructor(rule: Rule, text: string) {
    super(`${rule}: ${text}`);
    this.rule = rule;
  }
}

/** A Monday, nine o'clock. */
const BEGIN = Date.UTC(2026, 10, 23, 9, 0, 0);
/** Events at one instant: more is a loop that never ends. */
const SPIN = 20_000;

export class World {
  readonly seed: number;
  readonly random: () => number;
  readonly counts = new Map<string, number>();
  readonly nowhere: Place;
  /** Told line by line, when somebody wants to read it. */
  readonly story: string[] | undefined;
  current: Place;
  now = BEGIN;
  events = 0;
  hash = 0x811c9dc5;
  broken: Broken | undefined;
  /** Told of what must not be, before anything else happens. */
  #n = 0;
  #places = 0;
  #still = 0;
  readonly #heap = new Heap<Planned>();

  constructor(seed: number, told = false) {
    this.seed = seed;
    this.random = seeded(seed ^ 0x5bd1e995);
    this.story = told ? [] : undefined;
    this.nowhere = this.place('nowhere');
    this.current = this.nowhere;
  }

  get clock(): number {
    return this.now - BEGIN;
  }

  place(name: string): Place {
    return new Place(name, this.#places++);
  }

  /** @returns what can be given to `cancel` */
  after(ms: number, place: Place, what: string, run: () => void): Planned {
    const planned: Planned = {
      at: this.now + Math.max(0, Math.floor(ms)), n: this.#n++, place, what, run, unref: () => planned, ref: () => planned,
    };
    this.#heap.put(planned);
    return planned;
  }

  /** Now and then a timer comes early by a hair: those of browsers do. No dice are thrown for it. */
  get hair(): number {
    return this.#n % 16 ? 0 : 1;
  }

  cancel(planned: Planned | undefined): void {
    if (planned) planned.run = undefined;
  }

  /** At that place, now, with everything that follows from it at once. */
  at<T>(place: Place, work: () => T): T {
    const before = this.current;
    this.current = place;
    try {
      return work();
    } finally {
      settle();
      this.current = before;
    }
  }

  /** Promises that can be settled are. */
  settle(): void {
    settle();
  }

  /** Until that time, or until nothing is left. */
  until(end: number): void {
    for (let next = this.#heap.take(); next; next = this.#heap.take()) {
      if (next.at > end) {
        this.#heap.put(next);
        break;
      }
      this.#step(next);
      if (this.broken) throw this.broken;
    }
    this.now = end;
  }

  #step(planned: Planned): void {
    const { place, run } = planned;
    if (!run || !place.alive) return;
    if (place.frozen) {
      place.held.push(planned);
      return;
    }
    this.#still = planned.at === this.now ? this.#still + 1 : 0;
    if (this.#still > SPIN) this.fail('spins', `${SPIN} events at one instant, the last of them ${planned.what} at ${place.name}`);
    this.now = planned.at;
    this.events++;
    this.note(planned.what, place);
    planned.run = undefined;
    this.current = place;
    try {
      run();
    } catch (error) {
      // What a process says after its death is heard by nobody.
      if (!(error instanceof Broken) && place.alive) this.fail('threw', `${planned.what} at ${place.name}: ${(error as Error).stack}`);
    }
    settle();
    this.current = this.nowhere;
  }

  /** What came while it was frozen comes now. */
  thaw(place: Place): void {
    place.frozen = false;
    for (const planned of place.held.splice(0)) if (planned.run) this.#heap.put({ ...planned, at: this.now, n: this.#n++ });
  }

  /** Becomes part of what tells this run from another. */
  note(what: string, place: Place = this.current, detail = ''): void {
    let hash = this.hash ^ Math.imul(this.clock, 0x9e3779b1) ^ place.number;
    for (let i = 0; i < what.length; i++) hash = Math.imul(hash ^ what.charCodeAt(i), 0x01000193);
    for (let i = 0; i < detail.length; i++) hash = Math.imul(hash ^ detail.charCodeAt(i), 0x01000193);
    this.hash = hash;
    this.story?.push(`${(this.clock / 1_000).toFixed(3).padStart(9)} ${place.name.padEnd(12)} ${what} ${detail}`);
  }

  /** Something rare happened: how often is part of the result. */
  count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  /** Remembered even where the product catches what is thrown. */
  fail(rule: Rule, text: string): never {
    this.broken ??= new Broken(rule, text);
    throw this.broken;
  }

  // ---- dice

  chance(p: number): boolean {
    return this.random() < p;
  }
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }
  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)];
  }
  bytes(count: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) bytes[i] = this.random() * 256;
    return bytes;
  }
}
