/** What loads when she means to chat: the one place where the parts are made and joined. */
import { effect } from '@preact/signals-core';
import { render } from 'preact';
import { markTitle } from './page.ts';
import type { Api } from './rare/api.ts';
import type { Call, Seat } from './seat.ts';
import { createState } from './state.ts';
import css from './style.css';
import { draw, fitKeyboard } from './ui/draw.tsx';
import { openVisitor } from './visitor.ts';
import type { Words } from './words/words.ts';

/** What she does in here is not the page's business: its shortcuts would eat her text, its scrolling would take ours. */
const OURS = ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'paste', 'copy', 'cut', 'focusin', 'wheel', 'touchmove'];

/** @returns what answers the calls of the page, and the undo. */
export function begin(seat: Seat, words: Words): { call: Call; end(): void } {
  const { root, frame, button } = seat;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  frame.classList.add('lw');
  frame.dir = words.dir;
  frame.lang = seat.lang;
  for (const type of OURS) root.addEventListener(type, (event) => event.stopPropagation(), { passive: true });
  const place = document.createElement('div');
  const badge = document.createElement('span');
  badge.className = 'n';
  button.append(badge);
  frame.append(place);

  let api: Api | undefined;
  let loading: Promise<unknown> | undefined;
  // What happens while it loads waits for it: whoever has asked to be told is told all of it.
  const later = (use: () => unknown): unknown => loading ? loading.then(use) : use();
  const visitor = openVisitor(seat, (happening) => {
    later(() => api?.hear(happening));
    if (happening.type === 'message' && happening.message.by === 'agent' && state.sound.value) state.more(({ ring }) => ring(happening.message.id));
  });
  const state = createState(seat, words, visitor);
  const { isOpen, count, card, times, open, close } = state;
  const toggle = () => isOpen.value ? close() : open();
  const show = (shown: boolean) => { button.hidden = !shown; };
  const shutdown = () => {
    show(false);
    close();
    return visitor.forget();
  };
  // What has to work without a network is here; the rest of the calls loads when a page makes one.
  const simple = new Map<unknown, () => unknown>(Object.entries({
    open, close, toggle, shutdown, forget: visitor.forget, show: () => show(true),
    hide() {
      show(false);
      close();
    },
    pending: async () => state.said.value.map(({ frame: { id, thread }, at, fate }) => ({ id, thread, at, fate })),
  }));
  // The button must not wait for what only pages need.
  button.onclick = toggle;

  let was = false;
  let unread = 0;
  const ends = [
    draw(state, place),
    fitKeyboard(frame),
    effect(() => {
      button.setAttribute('aria-expanded', `${isOpen.value}`);
      const { value } = isOpen;
      if (value !== was) later(() => api?.tell(value ? 'open' : 'close'));
      was = value;
    }),
    effect(() => {
      const { value } = count;
      badge.textContent = value ? `${value}` : '';
      button.setAttribute('aria-label', isOpen.value ? words.close : value ? `${words.open}, ${times.count(words.unread, value)}` : words.open);
      markTitle(value);
      if (value !== unread) later(() => api?.tell('unread', value));
      unread = value;
    }),
    effect(() => {
      const color = seat.color || card.value?.color;
      if (/^#[0-9a-f]{6}$/i.test(color!)) frame.style.setProperty('--c', color!);
    }),
    state.end,
    () => visitor.sync.value?.stop(),
    () => markTitle(0),
    () => render(null, place),
  ];

  return {
    call(args) {
      const simply = simple.get(args[0]);
      if (!simply && !api) loading ??= state.more(({ createApi }) => { api = createApi(state); }).then(() => { loading = undefined; });
      return later(simply ?? (() => api?.call(args)));
    },
    end() {
      for (const end of ends) end();
    },
  };
}
