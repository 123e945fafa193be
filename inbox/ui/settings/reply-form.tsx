/** One canned reply while it is written. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { fillIn } from '../../canned.ts';
import { problemsOfReply, REPLY_NAME_CHARS, type RepliesState } from '../../replies.ts';
import { words } from '../../words.ts';
import { useDesk } from '../context.ts';
import { Field, Problem } from '../field.tsx';
import { explain } from '../sign-in.tsx';

const PLACES = ['{visitor}', '{agent}'] as const;

export function ReplyForm({ state, onDone }: { state: RepliesState; onDone: (text: string) => void }) {
  const self = useDesk().self.value;
  const say = words.replySettings;
  const tried = useSignal(false);
  const name = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const { editing, failure, saving, conflict, all } = state;
  const reply = editing.value!;
  const problems = problemsOfReply(reply, all.value ?? []);
  const shown = tried.value ? problems : {};
  useEffect(() => name.current?.focus(), []);

  const save = async (how: () => Promise<boolean>) => {
    tried.value = true;
    if (problems.name || problems.body) return (problems.name ? name : text).current?.focus();
    if (await how()) onDone(say.saved);
  };
  const insert = (place: string) => {
    const field = text.current!;
    const [from, to] = [field.selectionStart, field.selectionEnd];
    state.write({ body: reply.body.slice(0, from) + place + reply.body.slice(to) });
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(from + place.length, from + place.length);
    });
  };
  return (
    <form class="block-card reply-form" noValidate onSubmit={(event) => { event.preventDefault(); void save(state.save); }}
      onKeyDown={(event) => { if (event.key === 'Escape' && !state.isDirty.value) { event.preventDefault(); state.leave(); } }}>
      <Field label={say.name} hint={say.nameHint} problem={shown.name}>
        {(wiring) => <input {...wiring} ref={name} class="input input-half" dir="auto" autocomplete="off" maxLength={REPLY_NAME_CHARS} value={reply.name} onInput={(event) => state.write({ name: event.currentTarget.value })} />}
      </Field>
      <Field label={say.body} hint={say.bodyHint} problem={shown.body}>
        {(wiring) => <textarea {...wiring} ref={text} class="input" rows={5} dir="auto" value={reply.body} onInput={(event) => state.write({ body: event.currentTarget.value })} />}
      </Field>
      <p class="reply-places">{PLACES.map((place) => <button key={place} type="button" class="button button-small" aria-label={say.insert(place)} onClick={() => insert(place)}><code>{place}</code></button>)}</p>
      {reply.body.trim() !== '' && (
        <section class="reply-preview" aria-label={say.preview}>
          <h2 class="eyebrow">{say.preview}</h2>
          <p dir="auto">{fillIn(reply.body, { visitor: say.sample, agent: self.name })}</p>
        </section>
      )}
      {conflict.value && <Clash state={state} save={save} />}
      {failure.value && <Problem>{failure.value.code === 'conflict' ? say.busy : explain(failure.value)}</Problem>}
      <footer class="reply-foot">
        <button type="button" class="button" onClick={state.leave}>{words.cancel}</button>
        {!conflict.value && <button type="submit" class="button button-main" aria-busy={saving.value}>{say.save}</button>}
      </footer>
    </form>
  );
}

/** A colleague was quicker: both texts are on the screen, and she says which stays. */
function Clash({ state, save }: { state: RepliesState; save: (how: () => Promise<boolean>) => Promise<void> }) {
  const say = words.replySettings;
  const now = state.conflict.value?.now;
  return (
    <section class="note note-warn" role="alert">
      <b>{now ? say.changed : say.gone}</b>
      <p>{now ? say.changedText : say.goneText}</p>
      {now && <blockquote class="reply-theirs" dir="auto"><b><bdi>{now.name}</bdi></b><br />{now.body}</blockquote>}
      <p class="reply-places">
        <button type="button" class="button button-small" onClick={() => save(state.saveOver)}>{now ? say.keepMine : say.bringBack}</button>
        {now && <button type="button" class="button button-small" onClick={() => save(state.saveBoth)}>{say.keepBoth}</button>}
        <button type="button" class="button button-small" onClick={now ? () => state.open(now) : state.leave}>{now ? say.useTheirs : say.letGo}</button>
      </p>
    </section>
  );
}
