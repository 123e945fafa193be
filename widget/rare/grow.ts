/** What comes into the panel by hand, with styles of its own. */
import type { State } from '../state.ts';

const worn = new Map<string, Node>();

/** Brings these styles in, once a panel. */
export function dress(place: HTMLElement, css: string): void {
  const root = place.getRootNode() as ShadowRoot;
  if (worn.get(css) === root) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  worn.set(css, root);
}

/** The thread hangs from its lower end: whoever reads further up must not be pushed. */
export function grow({ places, bottom }: State, work: () => void): void {
  const log = places.log.current;
  const before = log?.scrollHeight ?? 0;
  work();
  if (log && bottom.peek() === false) log.scrollTop -= log.scrollHeight - before;
}
