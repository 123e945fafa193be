/** The keyboard, where no field has it. */
import { useEffect } from 'preact/hooks';
import { BOXES } from '../boxes.ts';
import type { Desk } from '../desk.ts';
import type { Inbox } from '../state.ts';
import { undo } from './undo.tsx';

export function useKeys(inbox: Inbox, desk: Desk, toggleDetails: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || inbox.dialog.value || desk.handling.sheet.value) return;
      if (isField(event.target)) return;
      if (event.key === 'Escape' && desk.thread.value) {
        const open = desk.thread.value;
        desk.leave();
        focusRow(open);
        return;
      }
      if (!inbox.isKeen.value) return;
      const done = act(event.key, inbox, desk, toggleDetails);
      if (done) event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [inbox, desk]);
}

function act(key: string, inbox: Inbox, desk: Desk, toggleDetails: () => void): boolean {
  if (key === '?') {
    inbox.dialog.value = 'shortcuts';
    return true;
  }
  const box = BOXES[Number(key) - 1];
  if (box) {
    desk.show(box);
    return true;
  }
  if (inbox.place.value.at !== 'box') return false;
  const open = desk.row.value;
  switch (key) {
    case 'z':
      if (desk.undo.last.value) void undo(inbox, desk);
      return desk.undo.last.value !== undefined;
    case 'j': case 'k':
      walk(desk, key === 'j' ? 1 : -1);
      return true;
    case 'r':
      focusComposer();
      return open !== undefined;
    case 't':
      if (open && open.state !== 'ended' && (open.agent !== desk.me || open.state === 'waiting')) void desk.handling.take(open.id);
      return open !== undefined;
    case 'e':
      if (open && open.state !== 'ended') desk.handling.open('end');
      return open !== undefined;
    case 's':
      if (open && open.state !== 'ended') desk.handling.open('snooze');
      return open !== undefined;
    case 'g':
      if (open && open.state !== 'ended') desk.handling.open('transfer');
      return open !== undefined;
    case 'w':
      if (open?.state === 'snoozed') void desk.handling.wake(open.id);
      return open !== undefined;
    case 'i':
      if (open) toggleDetails();
      return open !== undefined;
  }
  return false;
}

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

/** After the thread has been drawn. */
export function focusComposer(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.composer textarea')?.focus());
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
