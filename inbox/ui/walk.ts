/** Where the focus goes: along the list, into a row, into the field. */
import type { Desk } from '../desk.ts';

/** To the next or previous row. With a thread open the next one opens; else only the focus moves. */
export function walk(desk: Desk, step: 1 | -1): void {
  const rows = desk.shown.value;
  const focused = (document.activeElement as HTMLElement | null)?.dataset?.['thread'];
  const from = rows.findIndex((row) => row.id === (focused ?? desk.thread.value));
  const next = rows[from < 0 ? (step > 0 ? 0 : rows.length - 1) : from + step];
  if (!next) return;
  focusRow(next.id);
  if (desk.thread.value) desk.open(next.id);
}

export function focusRow(id: string): void {
  document.querySelector<HTMLElement>(`.row[data-thread="${CSS.escape(id)}"]`)?.focus();
}

/** After the thread has been drawn. @param isDrawn it stands there already: what is typed right after the key belongs in it */
export function focusComposer(isDrawn = false): void {
  const focus = () => document.querySelector<HTMLElement>('.composer textarea')?.focus();
  if (isDrawn) focus();
  requestAnimationFrame(focus);
}
