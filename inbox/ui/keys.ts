/** The keyboard, where no field has it. What each key does stands in `commands.ts`. */
import { useEffect } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import type { Inbox } from '../state.ts';
import { commandOf } from './commands.ts';
import { focusRow } from './walk.ts';

export function useKeys(inbox: Inbox, desk: Desk, toggleDetails: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || inbox.dialog.value || desk.handling.sheet.value) return;
      const command = commandOf(event);
      if (!command?.always) {
        if (isField(event.target)) return;
        if (event.key === 'Escape' && desk.thread.value) {
          const open = desk.thread.value;
          desk.leave();
          focusRow(open);
          return;
        }
        if (!inbox.isKeen.value) return;
      }
      const room = { inbox, desk, toggleDetails };
      if (!command?.run || command.can?.(room) === false) return;
      event.preventDefault();
      command.run(room);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [inbox, desk]);
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
