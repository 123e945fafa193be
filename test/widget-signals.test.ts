/** The widget's small signals against those of the package they stand in for: same programs, same answers, same order. */
import * as theirs from '@preact/signals-core';
import { describe, expect, it } from 'vitest';
import * as ours from '../widget/signals.ts';
import { seeded } from './seeded.ts';

type Box<T> = { value: T; peek(): T };
interface Signals {
  signal<T>(value: T): Box<T>;
  computed<T>(work: () => T): Box<T>;
  effect(work: () => void): () => void;
  batch<T>(work: () => T): T;
  untracked<T>(work: () => T): T;
}
const OURS = ours as unknown as Signals;
const THEIRS = theirs as unknown as Signals;
const STEPS = 60;

/** A program by chance: what it saw, in the order in which it saw it. */
function run({ signal, computed, effect, batch }: Signals, seed: number): string[] {
  const chance = seeded(seed);
  const below = (n: number) => Math.floor(chance() * n);
  const log: string[] = [];
  const signals = Array.from({ length: 5 }, (_, n) => signal(n));
  const cells: Box<number>[] = [...signals];
  for (let n = 0; n < 8; n++) {
    const [a, b, c] = [cells[below(cells.length)]!, cells[below(cells.length)]!, cells[below(cells.length)]!];
    // What is read depends on what was read, and many inputs give one output.
    cells.push(computed(() => (a.value % 2 ? b.value : c.value) % 3));
  }
  const undo: (() => void)[] = [];
  const watch = (name: string) => {
    const [a, b, c] = [cells[below(cells.length)]!, cells[below(cells.length)]!, cells[below(cells.length)]!];
    undo.push(effect(() => { log.push(`${name}: ${a.value} ${a.value % 2 ? b.value : c.value}`); }));
  };
  for (let n = 0; n < 5; n++) watch(`e${n}`);
  for (let step = 0; step < STEPS; step++) {
    const kind = below(10);
    const write = () => { signals[below(signals.length)]!.value = below(6); };
    log.push(`step ${step}`);
    if (kind < 5) write();
    else if (kind < 8) batch(() => {
      for (let n = below(4); n >= 0; n--) write();
      if (below(2)) log.push(`inside: ${cells[below(cells.length)]!.value}`);
    });
    else if (kind < 9) log.push(`peek: ${cells[below(cells.length)]!.peek()}`);
    else if (below(2) && undo.length) undo.splice(below(undo.length), 1)[0]!();
    else watch(`late${step}`);
  }
  return log;
}

/**
 * What each saw anew in each step. Two liberties: the order in which effects run, and running once more for a value that
 * went away and came back inside a batch.
 */
function inSteps(log: string[]): string[][] {
  const steps: string[][] = [[]];
  const last = new Map<string, string>();
  for (const line of log) {
    const [who] = line.split(':') as [string];
    if (line.startsWith('step')) steps.push([]);
    if (last.get(who) === line && /^(e|late)/.test(who)) continue;
    last.set(who, line);
    steps.at(-1)!.push(line);
  }
  return steps.map((step) => step.sort());
}

/** How often effects ran. */
const runs = (log: string[]): number => log.filter((line) => /^(e|late)/.test(line)).length;

describe('small signals', () => {
  it('see what the package\'s see, in 400 programs by chance', () => {
    let more = 0;
    let all = 0;
    for (let seed = 0; seed < 400; seed++) {
      const [mine, original] = [run(OURS, seed), run(THEIRS, seed)];
      expect(inSteps(mine), `seed ${seed}`).toEqual(inSteps(original));
      all += runs(original);
      more += runs(mine) - runs(original);
    }
    expect(more / all).toBeLessThan(0.01);
  });

  it.each([['ours', OURS], ['theirs', THEIRS]])('run an effect again when it writes what it read: %s', (_, { signal, effect }) => {
    const n = signal(0);
    effect(() => { if (n.value < 5) n.value++; });
    expect(n.value).toBe(5);
  });

  it.each([['ours', OURS], ['theirs', THEIRS]])('do not run for a computed that came out the same: %s', (_, { signal, computed, effect }) => {
    const n = signal(1);
    const odd = computed(() => n.value % 2);
    let runs = 0;
    effect(() => {
      void odd.value;
      runs++;
    });
    n.value = 3;
    expect(runs).toBe(1);
    n.value = 4;
    expect(runs).toBe(2);
  });

  it.each([['ours', OURS], ['theirs', THEIRS]])('run each effect in the order in which they were made: %s', (_, { signal, effect }) => {
    const a = signal(0);
    const b = signal(0);
    const log: string[] = [];
    effect(() => { log.push(`first ${a.value}`); });
    effect(() => { log.push(`second ${a.value} ${b.value}`); });
    b.value = 1;
    a.value = 1;
    expect(log).toEqual(['first 0', 'second 0 0', 'second 0 1', 'first 1', 'second 1 1']);
  });

  it.each([['ours', OURS], ['theirs', THEIRS]])('let one effect fail without the others: %s', (_, { signal, effect }) => {
    const n = signal(0);
    let seen = 0;
    effect(() => { if (n.value) throw new Error('mine'); });
    effect(() => { seen = n.value; });
    expect(() => { n.value = 7; }).toThrow('mine');
    expect(seen).toBe(7);
  });

  it.each([['ours', OURS], ['theirs', THEIRS]])('end a circle instead of freezing the page: %s', (_, { signal, effect }) => {
    const n = signal(0);
    expect(() => effect(() => { n.value++; })).toThrow('Cycle');
  });

  it.each([['ours', OURS], ['theirs', THEIRS]])('do not follow what was read in passing: %s', (_, { signal, effect, untracked }) => {
    const a = signal(1);
    const b = signal(1);
    const log: number[] = [];
    effect(() => { log.push(a.value + untracked(() => b.value)); });
    b.value = 10;
    a.value = 2;
    expect(log).toEqual([2, 12]);
  });

  it.each([['ours', OURS], ['theirs', THEIRS]])('stop when they are told to, even in the middle: %s', (_, { signal, effect, batch }) => {
    const n = signal(0);
    let runs = 0;
    const stop = effect(() => {
      void n.value;
      runs++;
    });
    batch(() => {
      n.value = 1;
      stop();
    });
    n.value = 2;
    expect(runs).toBe(1);
  });
});
