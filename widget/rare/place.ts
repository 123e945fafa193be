/** The rest's own styles, brought in with the first of it that is shown. */
import type { State } from '../state.ts';
import css from './style.css';

let styled: ShadowRoot | undefined;

/** Beside what is there. */
export function add(place: HTMLElement, ...what: HTMLElement[]): void {
  const root = place.getRootNode() as ShadowRoot;
  if (styled !== root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
    styled = root;
  }
  place.append(...what);
}

/** Instead of what is there. */
export function show(place: HTMLElement, ...what: HTMLElement[]): void {
  place.replaceChildren();
  add(place, ...what);
}

/** The thread hangs from its lower end: whoever reads further up must not be pushed. */
export function grow({ places, bottom }: State, work: () => void): void {
  const log = places.log.current;
  const before = log?.scrollHeight ?? 0;
  work();
  if (log && bottom.peek() === false) log.scrollTop -= log.scrollHeight - before;
}
