/** Says that something is not saved, wherever in the settings one is. */
import { words } from '../../words.ts';
import { useInbox, useSignedIn } from '../context.ts';
import * as icons from '../icons.tsx';
import { explain } from '../sign-in.tsx';

/** @param loud on the pages it belongs to; elsewhere only while there are changes to tell of */
export function SaveBar({ loud }: { loud: boolean }) {
  const inbox = useInbox();
  const { settings } = useSignedIn();
  const { changed, failure, problems, saving } = settings;
  if (!changed.value) return null;
  const save = async () => {
    if (await settings.save()) inbox.say(words.saved);
    else requestAnimationFrame(() => document.querySelector<HTMLElement>('.settings-page [aria-invalid="true"]')?.focus());
  };
  return (
    <section class="save-bar" aria-label={words.unsaved}>
      <p class={failure.value || problems.value.size > 0 ? 'save-problem' : ''} role="status">
        {(failure.value || problems.value.size > 0) && <icons.Alert size={16} />}
        <span>
          {failure.value ? explain(failure.value) : problems.value.size > 0 ? words.problems(problems.value.size) : words.unsaved}
          {!loud && !failure.value && <span class="quiet"> {words.unsavedKept}</span>}
        </span>
      </p>
      <button type="button" class="button" onClick={settings.undo}>{words.undo}</button>
      <button type="button" class="button button-main" aria-busy={saving.value} onClick={save}>{saving.value ? words.saving : words.save}</button>
    </section>
  );
}
