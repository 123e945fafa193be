/** Reads a chart: what the pointer is over, or what the arrow keys have come to, stands in words beside it. */
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { words } from '../../words.ts';

interface Props {
  /** The chart's name, said with how to read it. */
  title: string;
  columns: number;
  rows: number;
  /** The words for one place of it. */
  read(column: number, row: number): string;
  /** @param at which is read now; `undefined` when none is */
  children: (at: Signal<{ column: number; row: number } | undefined>) => ComponentChildren;
}

const MOVES: Record<string, readonly [columns: number, rows: number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0],
};

export function Reading({ title, columns, rows, read, children }: Props) {
  const at = useSignal<{ column: number; row: number } | undefined>(undefined);
  const move = (event: KeyboardEvent) => {
    const step = MOVES[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const from = at.value ?? { column: step[0] < 0 ? columns : -1, row: 0 };
    at.value = { column: within(from.column + step[0], columns), row: within(from.row + step[1], rows) };
  };
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    at.value = {
      column: within(Math.floor((event.clientX - box.left) / box.width * columns), columns),
      row: within(Math.floor((event.clientY - box.top) / box.height * rows), rows),
    };
  };
  const spot = at.value;
  const left = spot ? (spot.column + 0.5) / columns * 100 : 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is read with the arrow keys
    // biome-ignore lint/a11y/useSemanticElements: a group of figures, not of fields
    <div class="plot" role="group" aria-label={words.report.explore(title)} tabIndex={0}
      onKeyDown={move} onBlur={() => (at.value = undefined)}
      onPointerMove={point} onPointerDown={point} onPointerLeave={() => (at.value = undefined)}>
      {children(at)}
      {/* Moved back by as much of its own width as it stands to the right: it never leaves the chart. */}
      <p class={`reading ${spot ? 'reading-on' : ''}`} role="status" style={{ left: `${left}%`, transform: `translateX(-${left}%)` }}>
        {spot && read(spot.column, spot.row)}
      </p>
    </div>
  );
}

const within = (n: number, most: number): number => Math.min(Math.max(n, 0), most - 1);
