/** The rest's own styles, brought in with the first of it that is shown. */
import css from './style.css';

let styled: ShadowRoot | undefined;

export function show(place: HTMLElement, ...what: HTMLElement[]): void {
  const root = place.getRootNode() as ShadowRoot;
  if (styled !== root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
    styled = root;
  }
  place.replaceChildren(...what);
}
