/** The team's canned replies: everybody's to use, and to better. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { type Canned, cannedLike } from '../../canned.ts';
import { byName, createReplies, REPLIES_MOST } from '../../replies.ts';
import { words } from '../../words.ts';
import { useDesk, useInbox } from '../context.ts';
import { Confirm } from '../dialog.tsx';
import { Field, Problem } from '../field.tsx';
import * as icons from '../icons.tsx';
import { Nothing } from '../nothing.tsx';
import { explain } from '../sign-in.tsx';
import { ReplyForm } from './reply-form.tsx';

export function RepliesPage() {
  const inbox = useInbox();
  const desk = useDesk();
  const say = words.replySettings;
  const state = useMemo(() => createReplies({ doors: inbox.doors, keep: inbox.keep, who: desk.me, newId: inbox.newId }), [desk.me]);
  const query = useSignal('');
  const leaving = useSignal<Canned | undefined>(undefined);
  // Again when a colleague has saved: what is being written here stays as it is.
  const tag = desk.brand.value?.replies;
  useEffect(() => void state.load(), [state, tag]);

  const { editing, failure, saving } = state;
  const all = state.all.value;
  // One at a time: what is being written is never put away for another.
  const isBusy = state.isDirty.value;
  const isNew = editing.value !== undefined && !all?.some(({ id }) => id === editing.value!.id);
  // Also where they are used: the list under `/` must not be older than this page.
  const done = (text: string) => {
    inbox.say(text);
    void desk.canned.load();
  };
  const remove = async (reply: Canned) => {
    const kept = await state.remove(reply);
    leaving.value = undefined;
    if (kept === 'saved') done(say.deleted);
    else if (kept === 'conflict') inbox.say(say.notDeleted);
  };
  if (!all) {
    return failure.value
      ? <><Problem>{explain(failure.value)}</Problem><button type="button" class="button" onClick={state.load}>{words.tryAgain}</button></>
      : <span class="spinner" />;
  }
  const shown = query.value.trim() ? cannedLike(query.value, all) : byName(all);
  const form = editing.value && <ReplyForm key={editing.value.id} state={state} onDone={done} />;
  return (
    <div class="stack">
      <div class="replies-head">
        {all.length > 0 && (
          <Field label={say.find} quiet>
            {(wiring) => <input {...wiring} class="input" type="search" placeholder={say.find} value={query.value} onInput={(event) => (query.value = event.currentTarget.value)} />}
          </Field>
        )}
        <span class="quiet">{all.length > 0 && say.count(all.length)}</span>
        <button type="button" class="button button-main" disabled={all.length >= REPLIES_MOST || isBusy} title={isBusy ? say.oneFirst : undefined} onClick={state.begin}><icons.Plus size={16} />{say.add}</button>
      </div>
      {failure.value && !editing.value && <Problem>{explain(failure.value)}</Problem>}
      {isNew && form}
      {all.length === 0 && !editing.value && <Nothing kind="mine" title={say.none[0]} text={say.none[1]} />}
      {all.length > 0 && shown.length === 0 && <p class="quiet">{say.noneFound}</p>}
      <ul class="table">
        {shown.map((reply) => (
          <li key={reply.id} class={editing.value?.id === reply.id ? 'reply-open' : 'table-row'}>
            {editing.value?.id === reply.id ? form : <>
              <span class="table-words"><b><bdi>{reply.name}</bdi></b><span class="hint reply-body" dir="auto">{reply.body}</span></span>
              <button type="button" class="text-button" aria-label={say.edit(reply.name)} disabled={isBusy} title={isBusy ? say.oneFirst : undefined} onClick={() => state.open(reply)}>{say.editShort}</button>
              <button type="button" class="button button-icon" aria-label={`${say.delete}: ${reply.name}`} onClick={() => (leaving.value = reply)}><icons.Bin size={16} /></button>
            </>}
          </li>
        ))}
      </ul>
      {leaving.value && (
        <Confirm title={say.remove(leaving.value.name)} text={say.removeText} action={say.delete} busy={saving.value}
          onConfirm={() => void remove(leaving.value!)} onClose={() => (leaving.value = undefined)} />
      )}
    </div>
  );
}
