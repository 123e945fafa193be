/** What the product finds in its global scope, for the time of one run: everything that could wait, draw or look at a clock belongs to the world. */
import { createHash } from 'node:crypto';
import { Browser } from './browser-parts.ts';
import { enter, stage, type Stage } from './stage.ts';
import type { Planned } from './world.ts';

type Run = (...args: unknown[]) => void;

const timer = (repeats: boolean) => (run: Run, ms = 0, ...args: unknown[]): Planned | { planned: Planned | undefined; unref(): unknown; ref(): unknown } => {
  const { world } = stage();
  const { current } = world;
  if (!repeats) return world.after(ms, current, 'timer', () => run(...args));
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

/** Plays `work` on that stage, and puts everything back. */
export function on<T>(next: Stage, work: () => T): T {
  const stand: PropertyDescriptorMap = { ...Object.getOwnPropertyDescriptors(scope()), ...Object.getOwnPropertyDescriptors(Browser) };
  const saved = new Map(Object.keys(stand).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]));
  const { now } = RealDate;
  const { random } = Math;
  const { timeout } = AbortSignal;
  const { stackTraceLimit } = Error;
  // Thousands of errors are thrown where a line fails, and nobody reads where.
  if (!next.world.story) Error.stackTraceLimit = 0;
  enter(next);
  Object.defineProperties(globalThis, stand);
  RealDate.now = () => next.world.now + next.world.current.skew;
  Math.random = () => next.world.random();
  AbortSignal.timeout = (ms: number) => {
    const control = new AbortController();
    next.world.after(ms, next.world.current, 'abort', () => control.abort());
    return control.signal;
  };
  // The zone of this machine is asked for with every greeting, and costs more than the greeting.
  Intl.DateTimeFormat = function format(...args: ConstructorParameters<typeof RealFormat>) { return args.length ? new RealFormat(...args) : here; } as typeof RealFormat;
  try {
    return work();
  } finally {
    for (const [name, descriptor] of saved) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
    RealDate.now = now;
    Math.random = random;
    AbortSignal.timeout = timeout;
    Intl.DateTimeFormat = RealFormat;
    Error.stackTraceLimit = stackTraceLimit;
    enter(undefined);
  }
}
