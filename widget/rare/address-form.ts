/** The field for her address and the words after it: what is on the screen, and what she makes of it. */
import type { State } from '../state.ts';
import { button, drawing, make } from './make.ts';

// As in protocol/limits.ts, which cannot be shared with a file that loads alone; a test keeps the two together.
export const ADDRESS_MOST = 254;
/** A slip of the finger is caught here, where she can mend it; whether mail arrives there is another question. */
const PLAUSIBLE = /^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\.]+(\.[^\s@<>"(),:;\\.]+)+$/;
/** A place where screen readers listen must be there before what is said in it. */
const ANNOUNCE_MS = 150;
const CROSS = 'M5 5l10 10M15 5L5 15';
const LETTER = 'M3 5.5h14v9.5H3zM3.5 6l6.5 5 6.5-5';

export interface AddressForm {
  readonly box: HTMLElement;
  /** She is at it: it may not be taken away. */
  isInUse(): boolean;
  /** @param email what is known; empty where nothing is @param waits it is on this device's disk, and there is no line */
  take(email: string, waits: boolean): void;
  refused(): void;
}

/** @param leave takes an address that is plausible @param decline she does not want to leave any */
export function addressForm({ words, card }: State, leave: (email: string) => void, decline: () => void): AddressForm {
  const own = words.address;
  const { busy, available } = card.value!;
  const offer = busy && !available ? `${own.nobody} ${own.offer}` : own.offer;
  let known = '';
  let behind = '';
  let isOpen = true;

  const call = make('p', { class: 'sr', role: 'status' });
  const note = make('p', { class: 'note', role: 'status', id: 'lw-said' });
  const field = make('input', {
    type: 'email', id: 'lw-email', autocomplete: 'email', maxlength: `${ADDRESS_MOST}`, placeholder: 'name@example.com', dir: 'ltr',
    'aria-describedby': 'lw-said',
  });
  const send = make('button', { type: 'submit', class: 'say' }, words.send);
  const no = button({ class: 'icon no' }, () => {
    if (!known) return decline();
    field.value = known;
    thank();
    change.focus();
  }, drawing(CROSS));
  const form = make('form', { novalidate: '' }, make('label', { for: 'lw-email' }, offer), make('div', { class: 'field' }, field, send));
  const change = button({ class: 'change' }, () => {
    open(true);
    tell();
    field.focus();
    field.select();
  }, own.change);
  // What is read out here is said by `call` and `note`: the log around us would read out all of it.
  const box = make('section', { class: 'address', 'aria-live': 'off' }, call, form, drawing(LETTER), note, ' ', change, no);
  setTimeout(() => { if (isOpen) call.textContent = offer; }, ANNOUNCE_MS);

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const email = field.value.trim();
    if (!PLAUSIBLE.test(email)) {
      blame(true);
      tell(own.wrong);
      return field.focus();
    }
    known = email;
    behind = '';
    thank();
    change.focus();
    leave(email);
  });
  field.addEventListener('input', () => {
    blame(false);
    tell();
    mark();
  });
  open(true);

  function open(on: boolean): void {
    isOpen = on;
    form.hidden = no.hidden = !on;
    change.hidden = on;
    box.classList.toggle('open', on);
    mark();
    no.setAttribute('aria-label', known ? words.cancel : own.no);
    blame(false);
  }
  /** As the composer shows that there is something to send. */
  function mark(): void {
    send.classList.toggle('on', !!field.value);
  }
  function blame(on: boolean): void {
    note.classList.toggle('over', on);
    if (on) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  }
  /** The same words again would be read out again. */
  function tell(before = '', email = '', after = ''): void {
    const text = before + email + after;
    if (note.textContent !== text) note.replaceChildren(...text ? [before, make('bdi', { dir: 'ltr' }, email), after] : []);
  }
  function thank(): void {
    const [before, after] = own.thanks.split('{email}');
    open(false);
    tell(before, known, after + behind);
  }
  const isInUse = () => isOpen && (field.value.trim() !== known || box.contains((box.getRootNode() as ShadowRoot).activeElement));

  return {
    box, isInUse,
    take(email, waits) {
      const isHers = isInUse();
      known = email;
      behind = waits ? ` ${words.fates.saved}.` : '';
      if (isHers) return;
      field.value = email;
      if (email) return thank();
      open(true);
      tell();
    },
    refused() {
      // It is hers to mend, and nowhere else any more.
      known = '';
      open(true);
      blame(true);
      tell(`${words.fates.refused}. ${words.reasons.other}.`);
    },
  };
}
