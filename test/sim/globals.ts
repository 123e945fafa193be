/** What the product finds in its global scope: everything that could wait, draw or look at a clock belongs to the world. */
import { createHash } from 'node:crypto';
import { Browser } from './browser-parts.ts';
import { enter, playing, stage, type Stage } from './stage.ts';
import type { Planned } from './world.ts';

type Run = (...args: unknown[]) => void;

const timer = (repeats: boolean) => (run: Run, ms = 0, ...args: unknown[]): Planned | { planned: Planned | undefined; unref(): unknown; ref(): unknown } => {
  const { world } = stage();
  const { current } = world;
  if (!repeats) return world.after(ms - world.hair, current, 'timer', () => run(...args));
  const every = { planned: undefined as Planned | undefined, unref: () => every, ref: () => every };
  const again = () => { every.planned = world.after(ms, current, 'timer', () => { again(); run(...args); }); };
  again();
  return every;
};
const clear = (handle: Planned | { planned: Planned | undefined } | undefined) => {
  if (handle) stage().world.cancel('planned' in handle ? handle.planned : handle);
};

const RealDate = Date;
const RealFormat = Intl.DateTimeFormat;
const here = new RealFormat();

function scope(): Record<string, unknown> {
  return {
    setTimeout: timer(false), setInterval: timer(true), clearTimeout: clear, clearInterval: clear,
    setImmediate: (run: Run, ...args: unknown[]) => stage().world.after(0, stage().world.current, 'turn', () => run(...args)),
    clearImmediate: clear,
    crypto: {
      getRandomValues: (into: Uint8Array) => { into.set(stage().world.bytes(into.length)); return into; },
      subtle: { digest: async (_: string, bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest()).buffer },
    },
    Blob: class { readonly size: number; constructor(parts: string[]) { this.size = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0); } },
  };
}

/**
 * Once for all runs, and for good: who optimizes the product's code believes that globals stay what they are, and begins anew with
 * each that does not. Where nothing is played, clock and dice are the machine's, and of the rest there is nothing.
 */
function install(): void {
  Object.defineProperties(globalThis, { ...Object.getOwnPropertyDescriptors(scope()), ...Object.getOwnPropertyDescriptors(Browser) });
  const { now } = RealDate;
  const { random } = Math;
  RealDate.now = () => { const at = playing(); return at ? at.world.now + at.world.current.skew : now(); };
  Math.random = () => { const at = playing(); return at ? at.world.random() : random(); };
  AbortSignal.timeout = (ms: number) => {
    const { world } = stage();
    const control = new AbortController();
    world.after(ms, world.current, 'abort', () => control.abort());
    return control.signal;
  };
  // The zone of this machine is asked for with every greeting, and costs more than the greeting.
  Intl.DateTimeFormat = function format(...args: ConstructorParameters<typeof RealFormat>) { return args.length ? new RealFormat(...args) : here; } as typeof RealFormat;
}
install();

/** Plays `work` on that stage. */
export function on<T>(next: Stage, work: () => T): T {
  const { stackTraceLimit } = Error;
  // Thousands of errors are thrown where a line fails, and nobody reads where.
  if (!next.world.story) Error.stackTraceLimit = 0;
  enter(next);
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    enter(undefined);
  }
}
