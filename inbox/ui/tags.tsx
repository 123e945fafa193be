/** The tags of a thread: what is there, and one more from those in use or a new one. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { TAG_CHARS, TAGS_MOST } from '../../protocol/limits.ts';
import type { DeskThread } from '../../protocol/messages.ts';
import { plain } from '../mentions.ts';
import { words } from '../words.ts';
import { Choices, useChoosing, wiringOf } from './choices.tsx';
import { useDesk } from './context.ts';
import { Dialog } from './dialog.tsx';
import * as icons from './icons.tsx';
import { rankOf } from './palette.tsx';

/** As many as stand below the field without a scroll of their own. */
const OFFERED = 6;

type Offer = { tag: string; isNew?: true };

export function Tags({ row, id, focus }: { row: DeskThread; id: string; focus?: boolean }) {
  const desk = useDesk();
  const say = words.know;
  const text = useSignal('');
  const isIn = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const typed = text.value.trim().slice(0, TAG_CHARS);
  const isFull = row.tags.length >= TAGS_MOST;
  const has = (tag: string) => row.tags.some((each) => plain(each) === plain(tag));
  const known = desk.tagsInUse.value.filter((tag) => !has(tag)).map((tag) => ({ tag, rank: rankOf(tag, plain(typed)) }))
    .filter(({ rank }) => rank < 3).sort((a, b) => a.rank - b.rank).slice(0, OFFERED).map(({ tag }): Offer => ({ tag }));
  const isNew = typed !== '' && !has(typed) && !desk.tagsInUse.value.some((tag) => plain(tag) === plain(typed));
  const options: Offer[] = isIn.value && !isFull ? [...known, ...(isNew ? [{ tag: typed, isNew: true } as const] : [])] : [];
  const isThere = typed !== '' && has(typed);
  const take = ({ tag }: Offer) => {
    text.value = '';
    void desk.setTags(row.id, [...row.tags, tag]);
  };
  const remove = (tag: string) => {
    void desk.setTags(row.id, row.tags.filter((each) => each !== tag));
    field.current?.focus();
  };
  const choosing = useChoosing<Offer>({ id, options, take, tab: false, ...(isIn.value && text.value && { shut: () => { text.value = ''; } }) });
  return (
    <div class="tags">
      {row.tags.length > 0 && (
        <ul class="chips" aria-label={say.tags}>
          {row.tags.map((tag) => (
            <li key={tag} class="chip"><bdi>{tag}</bdi><button type="button" class="chip-remove" aria-label={say.removeTag(tag)} onClick={() => remove(tag)}><icons.Close size={12} /></button></li>
          ))}
        </ul>
      )}
      {isFull ? <p class="hint">{say.tagsFull(TAGS_MOST)}</p> : (
        <input ref={field} autofocus={focus} class="input tags-field" type="text" role="combobox" aria-expanded={options.length > 0} aria-label={say.addTag} placeholder={say.addTag} maxLength={TAG_CHARS}
          autocomplete="off" dir="auto" enterkeyhint="done" value={text.value} {...wiringOf(choosing)}
          onFocus={() => (isIn.value = true)} onBlur={() => (isIn.value = false)} onInput={(event) => { choosing.active.value = 0; text.value = event.currentTarget.value; }}
          onKeyDown={(event) => {
            if (choosing.press(event)) return;
            if (event.key === 'Enter' && isThere) text.value = '';
            if (event.key === 'Backspace' && text.value === '' && row.tags.length > 0) remove(row.tags.at(-1)!);
          }} />
      )}
      <p class="hint tags-state" role="status">{isThere ? say.tagThere(typed) : ''}</p>
      <Choices choosing={choosing} label={say.tagsInUse} keyOf={({ tag, isNew: fresh }) => `${fresh ? '+' : ''}${tag}`} className="tags-offered">
        {({ tag, isNew: fresh }) => <><icons.Tag size={14} /><bdi class="pick-name">{fresh ? say.newTag(tag) : tag}</bdi></>}
      </Choices>
    </div>
  );
}

export function TagsDialog({ row, onClose }: { row: DeskThread; onClose: () => void }) {
  return <Dialog title={words.know.tags} onClose={onClose} narrow><Tags row={row} id="tags-dialog" focus /></Dialog>;
}
