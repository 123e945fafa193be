/** The entry for bundlers: what the tag does, without the tag. Importing it on a server does nothing. */
import { pick } from './language.ts';
import type { Options } from './leaveword.ts';
import { settle } from './seat.ts';

export type {
  EventName, Events, Identity, Leaveword, Listener, MessageEvent, MessageNews, Options, PendingMessage, TrackData,
} from './leaveword.ts';

const WORDS: Record<string, () => Promise<typeof import('./words/en.ts')>> = {
  en: () => import('./words/en.ts'),
  ar: () => import('./words/ar.ts'),
};

/**
 * Draws the button and defines `window.leaveword`. Only one can be there at a time.
 * @returns its undo: button, panel, connection and `window.leaveword` go; what is on disk stays (see `shutdown`).
 */
export function load({ brand, server, color, position, lang = '', hide = false }: Options): () => void {
  if (typeof document === 'undefined') return () => undefined;
  if (document.querySelector('leave-word')) {
    console.error('leaveword: there is one on this page already');
    return () => undefined;
  }
  const language = pick(WORDS, [lang, ...navigator.languages]);
  let end: (() => void) | undefined;
  let gone = false;
  const [{ root }, keeper] = settle({
    brand, server: server.replace(/\/?$/, '/'), lang: language, color, left: position === 'left', hide,
  }, async (seat) => {
    const [main, { words }] = await Promise.all([import('./main.tsx'), WORDS[language]!()]);
    if (gone) throw new Error('was taken away while it loaded');
    const rest = main.begin(seat, words);
    end = rest.end;
    return rest.call;
  });
  return () => {
    gone = true;
    keeper.disconnect();
    end?.();
    root.host.remove();
    delete (window as { leaveword?: unknown }).leaveword;
  };
}
