/** The rest's own styles, brought in with the first of it that is shown. */
import { dress } from './grow.ts';
import css from './style.css';

/** Beside what is there. */
export function add(place: HTMLElement, ...what: HTMLElement[]): void {
  dress(place, css);
  place.append(...what);
}

/** Instead of what is there. */
export function show(place: HTMLElement, ...what: HTMLElement[]): void {
  place.replaceChildren();
  add(place, ...what);
}
