import { BODY_CHARS } from '../../protocol/limits.ts';
import type { State } from '../state.ts';
import { icon } from './icon.tsx';

/** So near to the limit its length is shown. */
const NEAR = 500;

export const composer = (state: State) => {
  const { words, draft: { value: text }, places, write } = state;
  const left = BODY_CHARS - text.length;
  const say = (event: Event) => {
    event.preventDefault();
    state.say();
    places.field.current!.focus();
  };
  const note = noteOf(state);
  return (
    <form onSubmit={say}>
      <div role="status">
        {note && <p class="note">{note}</p>}
        {left < NEAR && <p class={left < 0 ? 'note over' : 'note'}>{text.length} / {BODY_CHARS}</p>}
      </div>
      <div class="field">
        <textarea
          ref={places.field} rows={1} dir={text ? 'auto' : undefined} value={text} placeholder={words.write} aria-label={words.write} enterkeyhint="send"
          onInput={({ currentTarget }) => write(currentTarget.value)}
          onKeyDown={(event) => {
            // Enter that picks a word of an input method is not Enter; Safari tells it by 229 only.
            if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) say(event);
          }}
        />
        <button type="submit" class={text.trim() && left >= 0 ? 'icon on' : 'icon'} aria-label={words.send}>{icon('up')}</button>
      </div>
    </form>
  );
};

/** What she should know of the line and of this browser. */
function noteOf({ words, visitor, said, card, held }: State): string | false | undefined {
  const sync = visitor.sync.value;
  const row = held.value?.row;
  const { busy, available } = card.value ?? {};
  return sync?.keeps.value === 'memory' && said.value.length ? words.memory
    : sync?.line.value === 'stopped' ? words.stopped
    : visitor.cut() ? words.offline
    // Whoever is being answered waits no more; that nobody is in is said with the offer to leave an address.
    : busy && available && (row?.ended || !row?.agent) && words.busy;
}

/** As high as what she wrote; the style sheet knows how high that may be. */
export function grow(field: HTMLElement): void {
  field.style.height = '';
  field.style.height = `${field.scrollHeight}px`;
}
