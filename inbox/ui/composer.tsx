/** Where answers are written. It is never disabled: without a line it is still the right place to write. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { BODY_CHARS } from '../../protocol/limits.ts';
import type { DeskThread } from '../../protocol/messages.ts';
import { words } from '../words.ts';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';

/** From here on the length is said. */
const NEAR_LIMIT = 500;
/** The field grows with what is written, up to this part of the window. */
const GROWS_TO = 0.4;

export function Composer({ row, name }: { row: DeskThread; name: string }) {
  const desk = useDesk();
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = desk.draft.value;
  const left = BODY_CHARS - draft.length;

  useLayoutEffect(() => {
    const area = field.current!;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, innerHeight * GROWS_TO)}px`;
  }, [draft]);

  // Where a mouse or a keyboard is, opening a thread is the wish to write in it; on a phone it would pull up the keyboard.
  useEffect(() => {
    if (desk.thread.peek() === row.id && document.activeElement === document.body && matchMedia('(hover: hover)').matches) {
      field.current!.focus({ preventScroll: true });
    }
  }, []);

  const send = async () => {
    field.current!.focus();
    await desk.say();
  };
  const press = (event: KeyboardEvent) => {
    // While a Japanese or Chinese word is being composed, Enter belongs to it.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
    if (event.key === 'Escape') field.current!.blur();
  };
  return (
    <form class={`composer ${left < 0 ? 'composer-over' : ''}`} onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <div class="composer-box">
        <textarea ref={field} rows={1} dir="auto" aria-label={words.compose} placeholder={words.composeTo(name)} enterkeyhint="send"
          aria-describedby="composer-note" aria-invalid={left < 0 ? 'true' : undefined}
          value={draft} onInput={(event) => desk.write(event.currentTarget.value)} onKeyDown={press} />
        <div class="composer-foot">
          <p class="composer-note" id="composer-note" role={left < NEAR_LIMIT ? 'status' : undefined}>
            {left < 0 ? words.tooLong(-left) : left < NEAR_LIMIT ? words.charsLeft(left) : words.composeHint}
          </p>
          <button type="submit" class={`button button-send ${draft.trim() && left >= 0 ? 'button-main' : ''}`} aria-label={words.send} title={words.send}>
            <icons.Send /><span class="send-word">{words.send}</span>
          </button>
        </div>
      </div>
    </form>
  );
}
