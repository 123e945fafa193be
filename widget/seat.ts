/**
 * Our place on the page: a host element on <html> with an open shadow root, the round button, and the calls of the page
 * until somebody can answer them. All that loads before the visitor shows intent, so every byte is counted.
 */
import type { Leaveword } from './leaveword.ts';

export interface Wishes {
  brand: string;
  /** Address of the server, with a slash at its end. */
  server: string;
  lang: string;
  color: string | null | undefined;
  left: boolean;
  hide: boolean;
}

export interface Seat extends Wishes {
  root: ShadowRoot;
  /** Everything visible lies in here; direction and colours are set on it. */
  frame: HTMLElement;
  button: HTMLButtonElement;
  /** She has written from this device before; undefined where the browser cannot tell, or may not. */
  known: Promise<boolean | undefined>;
}

export type Call = (args: unknown[]) => unknown;
/** Loads the rest and starts it. */
export type Begin = (seat: Seat) => Promise<Call>;

/** `aria-label` of the button, and what it says when the rest could not be loaded. All others stand in `words/`. */
const LABELS: Record<string, string[]> = {
  en: ['Open chat', 'Could not load. Try again'],
  ar: ['فتح المحادثة', 'إعادة المحاولة'],
};
/** Calls that are worth no request of their own. */
const CAN_WAIT = /^(close|hide|show|identify|track|on|off)$/;
/** A page that calls in a loop must not fill the memory. */
const CALLS_MOST = 99;

// `on`: white or black on the brand's colour, whichever has more contrast. y of xyz is the luminance of WCAG, and the two
// are equal at 0.1791.
const STYLE = `:host{all:initial!important;display:block!important;position:fixed!important;z-index:2147483647!important;direction:ltr!important}
@media print{:host{display:none!important}}
.on{background:var(--c);--k:clamp(0,(.1791 - y)*1e6,1);color:#fff;color:color(from var(--c) xyz-d65 var(--k) var(--k) var(--k))}
.go{position:fixed;bottom:calc(20px + env(safe-area-inset-bottom));right:20px;display:flex;align-items:center;padding:0;border:0;border-radius:28px;font:15px sans-serif;cursor:pointer;box-shadow:0 0 0 1px #fff2,0 8px 24px #0004;transition:transform .2s;forced-color-adjust:none}
.left .go{right:auto;left:20px}
.go:hover{transform:scale(1.05)}
.go:active{transform:scale(.95)}
.go[hidden]{display:none}
.go:before{content:"";width:26px;height:26px;margin:15px;border-radius:50% 50% 50% 4px;background:currentColor}
.busy:before{animation:b .6s infinite alternate}
.go[title]:after{content:attr(title);padding-right:22px}
@keyframes b{to{opacity:.3}}`;

/**
 * Draws the button and defines `window.leaveword`. Asks nothing of the network and stores nothing.
 * @returns what `begin` got, and what keeps the button on the page
 */
export function settle(wishes: Wishes, begin: Begin): [seat: Seat, keeper: MutationObserver] {
  const host = document.createElement('leave-word');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  const frame = document.createElement('div');
  const button = document.createElement('button');
  const seat: Seat = { ...wishes, root, frame, button, known: recall() };
  const say = (words: string) => button.setAttribute('aria-label', words);
  const [label, failed] = LABELS[wishes.lang] || LABELS['en']!;
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  frame.className = wishes.left ? 'left' : '';
  frame.style.setProperty('--c', wishes.color || '#1f2328');
  button.className = 'go on';
  button.hidden = wishes.hide;
  say(label!);
  root.append(frame);
  frame.append(button);

  // Whoever replaces <html> or sweeps it clean puts us out; a page that moves us elsewhere has its reasons.
  const mount = () => {
    if (!host.isConnected) document.documentElement.append(host);
    keeper.observe(document.documentElement, { childList: true });
  };
  const keeper = new MutationObserver(mount);
  keeper.observe(document, { childList: true });
  mount();

  let call: Call | undefined;
  let loading: Promise<unknown> | undefined;
  const queue: (() => void)[] = [];
  const load = () => loading = loading || begin(seat).then((answer) => {
    call = answer;
    queue.map((ask) => ask());
  }, (error) => {
    loading = undefined;
    console.error('leaveword', error);
    // Loading ahead may fail unseen; a click may not.
    if (button.className !== 'go on') say(button.title = failed!);
  }).then(() => {
    button.className = 'go on';
  });

  // Its own `q`, not one that the page wrote on every object.
  const { q = [] } = { __proto__: null, ...window.leaveword } as { q?: unknown[][] };
  const leaveword = (...args: unknown[]): unknown => {
    if (call) return call(args);
    const [verb, event, listener] = args as [string, unknown, () => void];
    if (/^(hide|show)$/.test(verb)) button.hidden = verb === 'hide';
    if (event === 'ready' && typeof listener === 'function') return void setTimeout(listener);
    return new Promise((answer) => {
      if (queue.length < CALLS_MOST) queue.push(() => answer(call!(args)));
      if (CAN_WAIT.test(verb)) return;
      button.className = 'go on busy';
      button.removeAttribute('title');
      load();
    });
  };
  window.leaveword = leaveword as Leaveword;
  q.map((args) => leaveword(...args));

  button.onclick = () => leaveword(call ? 'toggle' : 'open');
  button.onpointerenter = button.onfocus = load;
  seat.known.then((known) => known && (window.requestIdleCallback || setTimeout)(load));
  return [seat, keeper];

  async function recall() {
    try {
      return (await indexedDB.databases()).some(({ name }) => name === `leaveword:${wishes.brand}`);
    } catch {
      return undefined;
    }
  }
}
