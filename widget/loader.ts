/** The one script of the tag: `<script async src="…/widget.js" data-brand="acme"></script>`. */
import { pick } from './language.ts';
import { settle } from './seat.ts';

/** Put there by the build: where the rest lies, seen from here. */
declare const __MAIN__: string;
declare const __WORDS__: Record<string, string>;

// Only while it runs the browser says which script this is; one that another script put in has to be looked for.
const tag = (document.currentScript || document.querySelector('script[data-brand]')) as HTMLScriptElement;
const option = (name: string) => tag.getAttribute(`data-${name}`);
const brand = option('brand');
const server = new URL('.', tag.src).href;
const lang = pick(__WORDS__, [option('lang') || '', ...navigator.languages]);
let tries = 0;
// Some browsers remember a module that failed to load; another address is another try, and the same file of the cache.
const part = (name: string) => import(`${server}${name}#${tries}`);

if (!brand) console.error('leaveword: the tag needs data-brand');
// A page that swaps its body runs its scripts again.
else if (!document.querySelector('leave-word')) {
  settle({
    brand, server, lang, color: option('color'), left: option('position') === 'left', hide: option('hide') !== null,
  }, (seat) => Promise.all([part(__MAIN__), part(__WORDS__[lang]!)]).then(([main, language]) => main.begin(seat, language.words).call, (error) => {
    tries++;
    throw error;
  }));
}
