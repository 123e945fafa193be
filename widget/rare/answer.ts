/** The question, the faces and a few words of hers: what is on the screen of a survey, and what she makes of it. */
import type { Score } from '../../protocol/messages.ts';
import type { State } from '../state.ts';
import { faces } from './faces.ts';
import { button, make } from './make.ts';
import { SURVEY_WORDS } from './survey-words.ts';

// As in protocol/limits.ts, which cannot be shared with a file that loads alone; a test keeps the two together.
export const RATING_MOST = 1_000;
/** A place where screen readers listen must be there before what is said in it. */
const ANNOUNCE_MS = 150;

export interface Answer {
  readonly box: HTMLElement;
  /** What she has said, here or in another tab. @param waits there is no line, and it is on this device's disk */
  take(score: Score | undefined, text: string | undefined, waits: boolean): void;
  /** It is with the server. */
  arrived(): void;
  refused(): void;
}

/** @param send her answer, whole: also where only one of the two is new */
export function answer({ words, seat }: State, send: (score: Score, text: string) => void): Answer {
  const own = (SURVEY_WORDS[seat.lang] ?? SURVEY_WORDS['en'])!;
  let chosen: Score | undefined;
  let sent = '';
  let isWaiting = false;

  const call = make('p', { class: 'sr', role: 'status' });
  const note = make('p', { class: 'note', role: 'status' });
  const five = faces('lw-asked', own.faces, (score) => send(chosen = score, sent));
  const field = make('textarea', { rows: '1', maxlength: `${RATING_MOST}`, placeholder: own.add, 'aria-label': own.add });
  const say = () => {
    const text = field.value.trim();
    if (chosen && text !== sent) send(chosen, sent = text);
    field.focus();
  };
  const more = make('div', { class: 'field' }, field, button({ class: 'say' }, say, words.send));
  // What is read out here is said by `call` and `note`: the log around us would read out all of it.
  const box = make('section', { class: 'survey', 'aria-live': 'off' }, make('p', { id: 'lw-asked' }, own.ask), call, five.box, note, more);

  field.addEventListener('input', grow);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    say();
  });
  more.hidden = true;
  // At once: whoever goes on with Tab has to find it there.
  five.box.addEventListener('change', () => { more.hidden = false; });
  setTimeout(() => { call.textContent = own.ask; }, ANNOUNCE_MS);

  function grow(): void {
    // Empty, it has none of its own: the placeholder begins where her language does.
    if (field.value) field.dir = 'auto';
    else field.removeAttribute('dir');
    field.style.height = '';
    field.style.height = `${field.scrollHeight}px`;
  }
  function tell(text: string): void {
    if (note.textContent !== text) note.textContent = text;
  }
  const thank = () => tell(!chosen ? '' : sent ? own.added : own.thanks);

  return {
    box,
    take(score, text = '', waits) {
      five.choose(chosen = score);
      more.hidden = !score;
      // What she has begun to write stays.
      if (field.value.trim() === sent && text !== sent) {
        field.value = text;
        grow();
      }
      sent = text;
      isWaiting = waits;
      thank();
      if (waits) tell(`${note.textContent} ${words.fates.saved}.`);
    },
    arrived() {
      if (isWaiting) thank();
      isWaiting = false;
    },
    refused() {
      isWaiting = false;
      tell(`${words.fates.refused}. ${words.reasons.other}.`);
    },
  };
}
