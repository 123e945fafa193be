/** For who has several conversations: most people have one, for ever. */
import type { State } from '../state.ts';
import { button, make } from './make.ts';
import { show } from './place.ts';

export function list({ threads, words, times, chosen, fresh, places }: State, place: HTMLElement): void {
  const rows = threads.value.map(({ row, messages }) => {
    const { id, visitor, seq, agent, at } = row!;
    return button({ class: visitor.seen < seq ? 'unread' : '' }, () => {
      place.replaceChildren();
      fresh.value = undefined;
      chosen.value = id;
      places.field.current!.focus();
    }, make('p', { dir: 'auto' }, messages.at(-1)?.body ?? ''), make('p', {}, [agent?.name, times.day(at)].filter(Boolean).join(' · ')));
  });
  const box = make('nav', { class: 'rows', 'aria-label': words.threads }, make('h2', {}, words.threads), ...rows);
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    place.replaceChildren();
    places.field.current!.focus();
  });
  show(place, box);
  rows[0]?.focus();
}
