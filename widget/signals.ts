/**
 * Signals as `@preact/signals-core` has them, as far as the widget uses them: the build puts this in its place, for a third
 * of its weight. A test plays both against each other. Code imports the package, so that the inbox shares `client/`.
 */

/** Effects in one flush. More is a circle, and would freeze the shop's page. */
const ROUNDS_MOST = 10_000;

/** `CHECK`: something further up may have changed, so ask before working again. */
const CLEAN = 0;
const CHECK = 1;
const STALE = 2;

let reader: Cell | undefined;
let depth = 0;
const queue: Cell[] = [];

/** A signal, a computed (`work` gives its value) or an effect (`isEffect`: its value is of no interest). */
class Cell {
  held: unknown;
  work: (() => unknown) | undefined;
  isEffect = false;
  state = CLEAN;
  reads = new Set<Cell>();
  readers = new Set<Cell>();

  get value(): unknown {
    const value = this.peek();
    if (reader) {
      reader.reads.add(this);
      this.readers.add(reader);
    }
    return value;
  }
  set value(value: unknown) {
    if (value === this.held) return;
    this.held = value;
    batch(() => this.tell(STALE));
  }
  peek(): unknown {
    if (this.work) this.refresh();
    return this.held;
  }
  tell(state: number): void {
    for (const each of this.readers) {
      const was = each.state;
      each.state = Math.max(was, state);
      if (was) continue;
      if (each.isEffect) queue.push(each);
      else each.tell(CHECK);
    }
  }
  refresh(): void {
    // Whoever has changed says so, by making us stale.
    if (this.state === CHECK) for (const each of this.reads) if (this.state < STALE) each.peek();
    const { state, work, reads } = this;
    this.state = CLEAN;
    if (state < STALE || !work) return;
    this.reads = new Set();
    try {
      const value = under(this, work);
      if (!this.isEffect && value !== this.held) {
        this.held = value;
        for (const each of this.readers) if (each.state) each.state = STALE;
      }
    } finally {
      // What is read again keeps its place, so that effects run in the order in which they were made.
      for (const each of reads) if (!this.reads.has(each)) each.readers.delete(this);
    }
  }
}

function under<T>(cell: Cell | undefined, work: () => T): T {
  const before = reader;
  reader = cell;
  try {
    return work();
  } finally {
    reader = before;
  }
}

export function signal(value?: unknown): Cell {
  const cell = new Cell();
  cell.held = value;
  return cell;
}

export function computed(work: () => unknown): Cell {
  const cell = new Cell();
  cell.work = work;
  cell.state = STALE;
  return cell;
}

/** @returns its own undo. */
export function effect(work: () => unknown): () => void {
  const cell = computed(work);
  cell.isEffect = true;
  batch(() => queue.push(cell));
  return () => {
    cell.work = undefined;
    for (const each of cell.reads) each.readers.delete(cell);
  };
}

export const untracked = <T>(work: () => T): T => under(undefined, work);

/** Effects wait until it is over. */
export function batch<T>(work: () => T): T {
  depth++;
  try {
    return work();
  } finally {
    try {
      if (depth === 1) flush();
    } finally {
      depth--;
    }
  }
}

function flush(): void {
  const errors: unknown[] = [];
  for (let rounds = 0, cell: Cell | undefined; (cell = queue.shift());) {
    try {
      if (++rounds > ROUNDS_MOST) throw new Error('Cycle detected');
      cell.refresh();
    } catch (error) {
      errors.push(error);
      if (rounds > ROUNDS_MOST) queue.length = 0;
    }
  }
  // One that fails must not keep the others from running.
  if (errors.length) throw errors[0];
}
