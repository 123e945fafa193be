/** Sound, and forgetting. */
import type { State } from '../state.ts';
import { button, make } from './make.ts';
import { show } from './place.ts';
import { play } from './sound.ts';

/** Opens below its button, or closes if it is open. */
export function menu(state: State, place: HTMLElement, opener: HTMLElement): void {
  if (place.firstChild) return close();
  const { words, sound } = state;
  const items = [
    button({ role: 'menuitemcheckbox', 'aria-checked': `${sound.value}` }, () => {
      const on = sound.value = !sound.value;
      state.visitor.keep('sound', on);
      items[0]!.setAttribute('aria-checked', `${on}`);
      if (on) play();
    }, words.sound),
    button({ role: 'menuitem' }, () => ask(state, place, opener), words.forget),
  ];
  const box = make('div', { class: 'drop', role: 'menu', tabindex: '-1', 'aria-label': words.menu }, ...items);
  box.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items[(items.indexOf(event.target as HTMLButtonElement) + step + items.length) % items.length]!.focus();
    else if (event.key === 'Escape') {
      close();
      opener.focus();
    } else return;
    // Esc is answered: the panel stays.
    event.stopPropagation();
    event.preventDefault();
  });
  box.addEventListener('focusout', ({ relatedTarget }) => {
    // Its own button closes it by itself, and would open it again.
    if (relatedTarget !== opener && !box.contains(relatedTarget as Node | null)) close();
  });
  opener.setAttribute('aria-expanded', 'true');
  show(place, box);
  items[0]!.focus();

  function close() {
    opener.setAttribute('aria-expanded', 'false');
    place.replaceChildren();
  }
}

/** Forgetting cannot be taken back, so it is asked. */
function ask({ words, visitor }: State, place: HTMLElement, opener: HTMLElement): void {
  const cancel = button({}, close, words.cancel);
  const forget = button({ class: 'do' }, () => visitor.forget().then(close), words.forgetDo);
  const box = make('div', { class: 'ask', role: 'alertdialog', 'aria-modal': 'true', 'aria-labelledby': 'what', 'aria-describedby': 'why' },
    make('div', {}, make('h2', { id: 'what' }, words.forget), make('p', { id: 'why' }, words.forgetAsk), forget, cancel));
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Tab') (event.target === cancel ? forget : cancel).focus();
    else if (event.key === 'Escape') close();
    else return;
    event.stopPropagation();
    event.preventDefault();
  });
  show(place, box);
  cancel.focus();

  function close() {
    place.replaceChildren();
    opener.focus();
  }
}
