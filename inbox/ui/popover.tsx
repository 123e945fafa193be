/** A small sheet under its button: it takes the focus, Escape or a step outside closes it. On a phone it comes from below. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  /** What the sheet is called. */
  label: string;
  button: { label: string; title: string; class: string; keys?: string; content: ComponentChildren };
  isOpen: boolean;
  onOpen: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

/** What the arrows walk through, and what gets the focus first. */
const CHOICES = '.choice';

export function Popover({ label, button, isOpen, onOpen, onClose, children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    const before = document.activeElement;
    root.current!.querySelector<HTMLElement>(CHOICES)?.focus();
    const step = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) onClose();
    };
    const leave = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      onClose();
    };
    document.addEventListener('pointerdown', step);
    document.addEventListener('focusin', step);
    document.addEventListener('keydown', leave, true);
    return () => {
      document.removeEventListener('pointerdown', step);
      document.removeEventListener('focusin', step);
      document.removeEventListener('keydown', leave, true);
      // Back to where she was, if nothing else has the focus by now: she may have pressed a key in the composer.
      if (document.activeElement && document.activeElement !== document.body && !root.current?.contains(document.activeElement)) return;
      (before instanceof HTMLElement && before !== document.body && before.isConnected ? before : opener.current)?.focus();
    };
  }, [isOpen]);

  const arrows = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const choices = [...root.current!.querySelectorAll<HTMLElement>(CHOICES)];
    const at = choices.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    event.preventDefault();
    choices.at((at + (event.key === 'ArrowDown' ? 1 : -1)) % choices.length)?.focus();
  };
  return (
    <div class="popover-place" ref={root}>
      <button type="button" ref={opener} class={button.class} aria-haspopup="dialog" aria-expanded={isOpen} aria-label={button.label}
        title={button.title} aria-keyshortcuts={button.keys} onClick={isOpen ? onClose : onOpen}>
        {button.content}
      </button>
      {isOpen && (
        <>
          {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a courtesy beside Escape */}
          <div class="popover-veil" onClick={onClose} />
          <div class="popover" role="dialog" aria-label={label} onKeyDown={arrows}>{children}</div>
        </>
      )}
    </div>
  );
}
