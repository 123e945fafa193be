/** The end of an episode, with a last word if there is one. Enter ends, as it sends. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { BODY_CHARS } from '../../protocol/limits.ts';
import type { DeskThread } from '../../protocol/messages.ts';
import { words } from '../words.ts';
import { useDesk } from './context.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

export function EndDialog({ row }: { row: DeskThread }) {
  const desk = useDesk();
  const { handling } = desk;
  // What she was about to say is her goodbye, unless she says otherwise.
  const goodbye = useSignal(desk.draft.peek());
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // On a phone the keyboard would cover what the dialog says.
    if (matchMedia('(hover: hover)').matches) form.current!.querySelector('textarea')?.focus();
  }, []);
  const survey = desk.brand.value?.survey;
  const asks = survey === undefined ? 'unknown' : survey ? 'asked' : 'notAsked';
  const over = goodbye.value.trim().length - BODY_CHARS;
  const submit = (event: Event) => {
    event.preventDefault();
    if (over > 0) return;
    handling.shut();
    void handling.end(row.id, goodbye.value);
  };
  const press = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey) submit(event);
  };
  return (
    <Dialog title={words.handling.endTitle} onClose={() => handling.shut()} narrow>
      <form class="form" ref={form} onSubmit={submit}>
        <p class="dialog-text">{words.handling.endText[asks]} {words.handling.endNothingLost}</p>
        <Field label={words.handling.goodbye} problem={over > 0 ? words.tooLong(over) : undefined}>
          {(wiring) => (
            <textarea {...wiring} class="input" rows={3} dir="auto" placeholder={words.handling.goodbyePlaceholder}
              value={goodbye.value} onInput={(event) => (goodbye.value = event.currentTarget.value)} onKeyDown={press} />
          )}
        </Field>
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={() => handling.shut()}>{words.cancel}</button>
          <button type="submit" class="button button-main">{goodbye.value.trim() ? words.handling.endWithGoodbye : words.handling.endNow}</button>
        </footer>
      </form>
    </Dialog>
  );
}
