/** Looking for what was said, in the whole brand (rule D13). */
import { signal } from '@preact/signals';
import type { Hit } from '../protocol/frames.ts';
import { SEARCH_CHARS } from '../protocol/limits.ts';
import type { Engine } from './engine.ts';
import { plain } from './mentions.ts';

/** A pause in typing that is worth a question. */
const PAUSE_MS = 180;

/** `unanswered`: nobody could be asked; what was found before stays. */
export type Asking = 'idle' | 'asking' | 'answered' | 'unanswered';

export type Search = ReturnType<typeof createSearch>;

export function createSearch(engine: Pick<Engine, 'search'>) {
  const text = signal('');
  const hits = signal<readonly Hit[]>([]);
  /** What the hits are hits of. */
  const foundFor = signal('');
  const state = signal<Asking>('idle');
  const more = signal(false);
  let pause: ReturnType<typeof setTimeout> | undefined;

  const wanted = () => text.peek().trim();
  /** @param before absent: from the newest on */
  async function ask(before?: number): Promise<void> {
    const asked = wanted();
    state.value = 'asking';
    const found = await engine.search(asked, before ?? Number.MAX_SAFE_INTEGER);
    if (asked !== wanted()) return; // she has typed on: that question is on its way
    if (!found) {
      state.value = 'unanswered';
      return;
    }
    hits.value = before === undefined ? found.hits : [...hits.peek(), ...found.hits];
    foundFor.value = asked;
    more.value = found.more;
    state.value = 'answered';
  }

  return {
    text, hits, foundFor, state, more,
    write(next: string) {
      text.value = next.slice(0, SEARCH_CHARS);
      clearTimeout(pause);
      if (wanted() === foundFor.peek() && state.peek() === 'answered') return;
      if (wanted() === '') {
        hits.value = [];
        foundFor.value = '';
        more.value = false;
        state.value = 'idle';
        return;
      }
      state.value = 'asking';
      pause = setTimeout(() => void ask(), PAUSE_MS);
    },
    again: () => { if (wanted()) void ask(); },
    older: () => { if (state.peek() === 'answered' && more.peek()) void ask(hits.peek().at(-1)!.at); },
    close: () => clearTimeout(pause),
  };
}

export interface Lit { text: string; lit?: true }

/** The text in pieces that make it again, the words asked for apart; of the last one the beginning is enough. */
export function light(text: string, asked: string): Lit[] {
  const wanted = wordsOf(asked);
  const last = /[\p{L}\p{N}]$/u.test(asked.trimEnd()) ? wanted.at(-1) : undefined;
  const pieces: Lit[] = [];
  let from = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const said = plain(word);
    if (!wanted.includes(said) && !(last && said.startsWith(last))) continue;
    if (index > from) pieces.push({ text: text.slice(from, index) });
    pieces.push({ text: word, lit: true });
    from = index + word.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const wordsOf = (text: string): string[] => (text.match(WORD) ?? []).map(plain);
