/** Five faces to choose one from: radio buttons, so the keyboard and screen readers know what to do with them. */
import type { Score } from '../../protocol/messages.ts';
import { drawing, make } from './make.ts';

const EYES = 'M7 7.6v.6M13 7.6v.6';
/** On 20 by 20, from 1 to 5. */
const MOUTHS = ['M6 14.6q4-4.6 8 0', 'M6.4 13.9q3.6-2.2 7.2 0', 'M6.4 13h7.2', 'M6.4 12.2q3.6 2.4 7.2 0', 'M6 11.6q4 5.6 8 0'];
/** Arrows choose what they pass over: only where she stays is meant. */
const STAYS_MS = 700;

export interface Faces {
  readonly box: HTMLElement;
  choose(score: Score | undefined): void;
}

/**
 * @param labelledBy id of the question
 * @param names of the faces, from 1 to 5
 * @param said takes the one she means: at once where she clicks, after a moment where she goes by with the arrows
 */
export function faces(labelledBy: string, names: string[], said: (score: Score) => void): Faces {
  let byArrow = false;
  let going: ReturnType<typeof setTimeout> | undefined;
  const inputs = names.map((_, nth) => make('input', { type: 'radio', name: 'lw-score', value: `${nth + 1}` }));
  const say = () => {
    if (!going) return;
    document.removeEventListener('visibilitychange', say);
    clearTimeout(going);
    going = undefined;
    const chosen = inputs.findIndex(({ checked }) => checked);
    if (chosen >= 0) said((chosen + 1) as Score);
  };
  const box = make('div', { class: 'faces', role: 'radiogroup', 'aria-labelledby': labelledBy },
    ...inputs.map((input, nth) => make('label', {}, input, drawing(EYES + MOUTHS[nth]!), make('span', {}, names[nth]!))));
  box.addEventListener('keydown', ({ key }) => { byArrow = key.startsWith('Arrow'); });
  box.addEventListener('pointerdown', () => { byArrow = false; });
  box.addEventListener('change', () => {
    clearTimeout(going);
    going = setTimeout(say, byArrow ? STAYS_MS : 0);
    document.addEventListener('visibilitychange', say);
  });
  // She has gone on, or away: what is chosen is meant.
  box.addEventListener('focusout', ({ relatedTarget }) => { if (!box.contains(relatedTarget as Node | null)) say(); });
  return {
    box,
    choose(score) {
      if (!going) inputs.forEach((input, nth) => { input.checked = nth + 1 === score; });
    },
  };
}
