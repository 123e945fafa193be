/** Where answers are written, and notes to the team. It is never disabled: without a line it is still the right place to write. */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { BODY_CHARS, NOTE_CHARS } from '../../protocol/limits.ts';
import type { DeskThread } from '../../protocol/messages.ts';
import { words } from '../words.ts';
import { isPressed, keyOf } from './commands.ts';
import { useComposerMenu } from './composer-menu.tsx';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';
import { BlockedNote } from './known.tsx';
import { Pause } from './pause.tsx';

/** From here on the length is said. */
const NEAR_LIMIT = 500;
/** The field grows with what is written, up to this part of the window. */
const GROWS_TO = 0.4;

export function Composer({ row, name }: { row: DeskThread; name: string }) {
  const desk = useDesk();
  const { notes } = desk;
  const field = useRef<HTMLTextAreaElement>(null);
  const isNote = notes.side.value === 'note';
  const draft = isNote ? notes.draft.value : desk.draft.value;
  const write = isNote ? notes.write : desk.write;
  const left = (isNote ? NOTE_CHARS : BODY_CHARS) - draft.length;
  const caret = useSignal(draft.length);
  const isIn = useSignal(false);
  const moveTo = useRef<number | undefined>(undefined);

  const menu = useComposerMenu({
    draft, caret, isNote, isIn: isIn.value, visitor: desk.visitor.value,
    put(text, at) {
      write(text);
      moveTo.current = at;
      caret.value = at;
    },
  });

  useLayoutEffect(() => {
    const area = field.current!;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, innerHeight * GROWS_TO)}px`;
    if (moveTo.current === undefined) return;
    area.focus();
    area.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = undefined;
  }, [draft]);
  useLayoutEffect(() => {
    caret.value = draft.length;
  }, [isNote]);

  // Where a mouse or a keyboard is, opening a thread is the wish to write in it; on a phone it would pull up the keyboard.
  useEffect(() => {
    if (desk.thread.peek() === row.id && document.activeElement === document.body && matchMedia('(hover: hover)').matches) {
      field.current!.focus({ preventScroll: true });
    }
  }, []);

  const send = async () => {
    field.current!.focus();
    await (isNote ? notes.say() : desk.handling.send());
  };
  const press = (event: KeyboardEvent) => {
    // While a Japanese or Chinese word is being composed, Enter belongs to it.
    if (event.isComposing || event.keyCode === 229) return;
    if (menu.press(event)) return;
    if (isPressed(event, keyOf('ready')) && !isNote) {
      event.preventDefault();
      menu.call();
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
    if (event.key === 'Escape') field.current!.blur();
  };
  const follow = () => { caret.value = field.current!.selectionStart; };
  const turnTo = (side: 'reply' | 'note') => {
    notes.side.value = side;
    field.current!.focus();
  };
  const say = words.know;
  return (
    <form class={`composer ${isNote ? 'composer-note-side' : ''} ${left < 0 ? 'composer-over' : ''}`} onSubmit={(event) => { event.preventDefault(); void send(); }}>
      {menu.view}
      <BlockedNote row={row} />
      {!isNote && <Pause onDone={() => field.current!.focus()} />}
      <div class="composer-box">
        <fieldset class="sides" aria-label={say.sides}>
          <button type="button" class="side" aria-pressed={!isNote} onClick={() => turnTo('reply')}>{say.reply}</button>
          <button type="button" class="side side-note" aria-pressed={isNote} aria-keyshortcuts={keyOf('note')} onClick={() => turnTo('note')}><icons.Lock size={13} />{say.note}
            {!isNote && notes.draft.value && <span class="side-draft" role="img" aria-label={words.draft} />}
          </button>
          {isNote && <span class="sides-hint" id="note-hint">{say.onlyTeam}</span>}
          {!isNote && (
            <button type="button" class="side side-ready" aria-label={say.readyAnswers} title={`${say.readyAnswers} (${keyOf('slash')})`} onPointerDown={(event) => event.preventDefault()}
              onClick={() => { field.current!.focus(); menu.call(); }}><icons.Bolt size={14} /><span class="side-ready-word">{say.readyShort}</span></button>
          )}
        </fieldset>
        <textarea ref={field} rows={1} dir="auto" aria-label={isNote ? say.composeNote : words.compose} placeholder={isNote ? say.noteTo : words.composeTo(name)}
          enterkeyhint="send" aria-describedby={isNote ? 'note-hint composer-note' : 'composer-note'} aria-invalid={left < 0 ? 'true' : undefined} {...menu.wiring}
          value={draft} onInput={(event) => { write(event.currentTarget.value); follow(); }} onKeyDown={press} onKeyUp={follow} onClick={follow} onFocus={() => { isIn.value = true; follow(); }} onBlur={() => (isIn.value = false)} />
        <div class="composer-foot">
          <p class="composer-note" id="composer-note" role={left < NEAR_LIMIT ? 'status' : undefined}>
            {left < 0 ? words.tooLong(-left) : left < NEAR_LIMIT ? words.charsLeft(left) : isNote ? say.noteHint : words.composeHint}
          </p>
          <button type="submit" class={`button button-send ${draft.trim() && left >= 0 ? 'button-main' : ''}`} aria-label={isNote ? say.addNote : words.send} title={isNote ? say.addNote : words.send}>
            {isNote ? <icons.Plus /> : <icons.Send />}<span class="send-word">{isNote ? say.addNote : words.send}</span>
          </button>
        </div>
      </div>
    </form>
  );
}
