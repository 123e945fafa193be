/** Brings the panel to the screen, and keeps her place on it. */
import { effect } from '@preact/signals-core';
import { render } from 'preact';
import type { State } from '../state.ts';
import { grow } from './composer.tsx';
import { panel } from './panel.tsx';
import { watch } from './thread.tsx';

/** @returns its own undo. */
export function draw(state: State, place: HTMLElement): () => void {
  const { isOpen, bottom, clusters, draft, places, seat, visitor } = state;
  let wasOpen = false;
  /** Since she opened it, the thread has been scrolled to where she stopped reading. */
  let placed = false;
  /** It opens, and what was said is not drawn yet. */
  let bare = false;
  /** It is open, and has been measured. */
  let settled = false;
  let newest: string | undefined;
  let text = '';
  // Here and not in the panel: just after she opened it, she still stands on the button.
  seat.root.addEventListener('keydown', (event) => {
    const { key, isComposing } = event as KeyboardEvent;
    if (key === 'Escape' && !isComposing) state.close();
  });

  return effect(() => {
    const open = isOpen.value;
    // Made when she opens it for the first time, hidden from then on.
    if (!open && !wasOpen) {
      // Forgotten: nothing of her may stay in what is only hidden.
      if (!visitor.sync.value) render(null, place);
      return;
    }
    const log = places.log.current;
    const above = log ? log.scrollHeight + log.scrollTop : 0;
    // A panel that opens is painted first, then what was said, and measured last: all at once would be one long task.
    const opens = open && !wasOpen;
    if (opens) bare = !(settled = false);
    render(panel(state, bare), place);
    if (opens) next(() => {
      render(panel(state, bare = false), place);
      next(arrive);
    });
    else if (settled) keepPlace(above);
    if (draft.value !== text && wasOpen) grow(places.field.current!);
    text = draft.value;
    if (open === wasOpen) return;
    wasOpen = open;
    if (open) return;
    placed = false;
    if (place.contains(seat.root.activeElement)) seat.button.focus({ preventScroll: true });
  });

  function next(work: () => void): void {
    requestAnimationFrame(() => setTimeout(() => { if (isOpen.peek()) work(); }));
  }

  function arrive(): void {
    settled = true;
    keepPlace(0);
    if (text) grow(places.field.current!);
    // A phone would cover half of what she came to read with its keyboard.
    (matchMedia('(pointer:coarse)').matches ? places.panel : places.field).current!.focus({ preventScroll: true });
  }

  /**
   * The thread hangs from its lower end, so the browser holds the place of all that is above. What comes below pushes it
   * up: right for who reads the end or has just written, and to be made up for with everybody else.
   */
  function keepPlace(above: number): void {
    const log = places.log.current!;
    const last = clusters.value.at(-1);
    const id = last?.lines.at(-1)?.id;
    if (isOpen.value && !placed && id) {
      placed = true;
      const mark = log.querySelector('.new');
      log.scrollTop = mark ? Math.min(0, mark.getBoundingClientRect().top - log.getBoundingClientRect().top - 16) : 0;
    } else if (id !== newest) {
      log.scrollTop = bottom.value || last?.fate === 'saved' || last?.fate === 'sending' ? 0 : above - log.scrollHeight;
    }
    newest = id;
    if (isOpen.value) watch(state);
  }
}

/** A phone's keyboard covers the page and tells nobody but the visual viewport. @returns its own undo. */
export function fitKeyboard({ style }: HTMLElement): () => void {
  const view = window.visualViewport;
  const fit = () => {
    style.setProperty('--tall', `${view!.height}px`);
    style.setProperty('--top', `${view!.offsetTop}px`);
  };
  const types = ['resize', 'scroll'];
  for (const type of types) view?.addEventListener(type, fit);
  return () => { for (const type of types) view?.removeEventListener(type, fit); };
}
