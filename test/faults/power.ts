/**
 * The power fails. What was written and not yet made safe by `fsync` may be on the disk or not, each piece for itself, in any
 * order, and torn in its middle: from the record of a real server such disks are made, opened, and held against what people had been told.
 */
import type { FileName, Recording, Step } from './record.ts';
import { judgeIn, type Shelf } from './shelf.ts';

/** What the system writes at a time, and what a disk does. */
const PAGE = 4_096;
const SECTOR = 512;

type Change = Extract<Step, { what: 'write' | 'truncate' }>;
interface FileState { exists: boolean; isKept: boolean; safe: Buffer; loose: Change[] }

export interface Outcome {
  disks: number;
  lost: string[];
  broken: string[];
  /** Disks on which something was missing that nobody had been told of: the fault was there. */
  shorter: number;
}

/** How much of what was not safe is there. */
const LUCK = ['all', 'none', 'pages', 'sectors'] as const;

/** @param random picks the moments, and what is there. */
export function failPower({ before, steps, said, acked }: Recording, disks: number, random: () => number, shelf: Shelf): Outcome {
  const outcome: Outcome = { disks: 0, lost: [], broken: [], shorter: 0 };
  const files: Record<FileName, FileState> = {
    database: { exists: true, isKept: true, safe: before, loose: [] }, log: { exists: false, isKept: false, safe: Buffer.alloc(0), loose: [] },
  };
  const told = new Map<string, number>();
  const isMoment = momentsAmong(steps.length, disks, random);
  const orders: { order: string[]; what: string }[] = [];
  for (const [index, step] of steps.entries()) {
    take(files, step, told, acked);
    for (let n = 0; n < isMoment(index); n++) {
      const luck = LUCK[Math.floor(random() * LUCK.length)]!;
      const log = files.log.exists && (files.log.isKept || random() < 0.5) ? afterwards(files.log, luck, random) : undefined;
      const finding = judgeIn(shelf, { database: afterwards(files.database, luck, random), log }, told, said);
      const what = `disk ${outcome.disks}, after step ${index} (${luck})`;
      outcome.disks++;
      outcome.lost.push(...finding.lost.map((id) => `${what}: ${id}`));
      outcome.broken.push(...finding.broken.map((each) => `${what}: ${each}`));
      orders.push({ order: finding.order, what });
    }
  }
  const { order: orderOfAll } = judgeIn(shelf, { database: replay(files.database), log: replay(files.log) }, told, said);
  for (const { order, what } of orders) {
    if (order.length < orderOfAll.length) outcome.shorter++;
    if (order.some((id, at) => orderOfAll[at] !== id)) outcome.broken.push(`${what}: not a beginning of what was written`);
  }
  return outcome;
}

function momentsAmong(steps: number, disks: number, random: () => number): (index: number) => number {
  const moments = new Map<number, number>();
  // The first so many steps have one each, if there are enough; the rest where chance will have it.
  for (let n = 0; n < disks; n++) {
    const index = disks >= steps && n < steps ? n : Math.floor(random() * steps);
    moments.set(index, (moments.get(index) ?? 0) + 1);
  }
  return (index) => moments.get(index) ?? 0;
}

function take(files: Record<FileName, FileState>, step: Step, told: Map<string, number>, acked: ReadonlyMap<string, number>): void {
  switch (step.what) {
    case 'told': for (const id of step.ids) told.set(id, acked.get(id)!); return;
    case 'keep': for (const file of Object.values(files)) file.isKept ||= file.exists; return;
    case 'create': files[step.file].exists = true; return;
    case 'sync': files[step.file] = { ...files[step.file], safe: replay(files[step.file]), loose: [] }; return;
    default: files[step.file].loose.push(step);
  }
}

const replay = (file: FileState): Buffer => afterwards(file, 'all', () => 0);

/** Every piece as it was at some moment since it was safe: later than all that was asked of it before, or not. */
function afterwards({ safe, loose }: FileState, luck: (typeof LUCK)[number], random: () => number): Buffer {
  if (luck === 'none') return safe;
  const piece = luck === 'sectors' ? SECTOR : PAGE;
  const reached = new Map<number, number>();
  const reach = (at: number): number => {
    if (luck === 'all') return loose.length;
    let known = reached.get(at);
    if (known === undefined) reached.set(at, (known = Math.floor(random() * (loose.length + 1))));
    return known;
  };
  const most = Math.max(safe.length, ...loose.map((each) => each.what === 'write' ? each.at + each.data.length : each.size));
  const bytes = Buffer.alloc(most);
  safe.copy(bytes);
  const sizes = [safe.length];
  for (const [n, each] of loose.entries()) {
    const [from, to] = each.what === 'write' ? [each.at, each.at + each.data.length] : [each.size, most];
    for (let at = Math.floor(from / piece) * piece; at < to; at += piece) {
      if (reach(at) <= n) continue;
      const [first, end] = [Math.max(at, from), Math.min(at + piece, to)];
      if (each.what === 'write') each.data.copy(bytes, first, first - each.at, end - each.at);
      else bytes.fill(0, first, end);
    }
    sizes.push(each.what === 'write' ? Math.max(sizes.at(-1)!, to) : each.size);
  }
  return bytes.subarray(0, luck === 'all' ? sizes.at(-1) : sizes[Math.floor(random() * sizes.length)]);
}
