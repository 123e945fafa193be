/** A dialog of the browser's own: it holds the focus, Escape closes it, and the focus goes back where it was. */
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { words } from '../words.ts';
import * as icons from './icons.tsx';

interface Props { title: string; onClose: () => void; children: ComponentChildren; narrow?: boolean }

export function Dialog({ title, onClose, children, narrow }: Props) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  // Before anything is painted: what is typed right after the key that opened it belongs in here.
  useLayoutEffect(() => {
    const dialog = ref.current!;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape and the close button do the same; a click beside it is only a courtesy
    <dialog ref={ref} class={`dialog ${narrow ? 'dialog-narrow' : ''}`} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onClick={(event) => { if (event.target === ref.current) onClose(); }}>
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="button button-icon" aria-label={words.close} onClick={onClose}><icons.Close /></button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, text, action, busy, onConfirm, onClose }: {
  title: string; text: string; action: string; busy?: boolean; onConfirm: () => void; onClose: () => void;
}) {
  return (
    <Dialog title={title} onClose={onClose} narrow>
      <p class="dialog-text">{text}</p>
      <footer class="dialog-foot">
        <button type="button" autofocus class="button" onClick={onClose}>{words.cancel}</button>
        <button type="button" class="button button-danger" aria-busy={busy} onClick={onConfirm}>{action}</button>
      </footer>
    </Dialog>
  );
}
