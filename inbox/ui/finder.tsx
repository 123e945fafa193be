/** A field on top and a list below it: the palette and the search look alike and are walked alike. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Choosing, wiringOf } from './choices.tsx';
import * as icons from './icons.tsx';
import { words } from '../words.ts';

export function Finder({ label, placeholder, value, choosing, onInput, onClose, busy, children }: {
  label: string; placeholder: string; value: string; choosing: Choosing<never> | Choosing<unknown>; onInput: (text: string) => void; onClose: () => void; busy?: boolean; children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  // Before anything is painted: what she types right after the key belongs in the field.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const own = dialog.current!;
    own.showModal();
    field.current!.focus();
    field.current!.select();
    return () => {
      own.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same; a click beside it is only a courtesy
    <dialog ref={dialog} class="dialog finder" aria-label={label} onCancel={(event) => { event.preventDefault(); onClose(); }}
      onClick={(event) => { if (event.target === dialog.current) onClose(); }}>
      <div class="finder-body">
        <div class="finder-head">
          {busy ? <span class="spinner finder-busy" /> : <icons.Search />}
          <input ref={field} class="finder-field" type="text" role="combobox" aria-expanded={choosing.options.length > 0} aria-label={label} placeholder={placeholder}
            autocomplete="off" autocapitalize="off" spellcheck={false} dir="auto" enterkeyhint="go" value={value} {...wiringOf(choosing as Choosing<unknown>)}
            onInput={(event) => { choosing.active.value = 0; onInput(event.currentTarget.value); }} onKeyDown={(event) => choosing.press(event)} />
          <button type="button" class="button button-icon" aria-label={words.close} onClick={onClose}><icons.Close /></button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
