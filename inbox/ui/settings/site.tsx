/** Where the chat may stand, and how it gets there. */
import { useSignal } from '@preact/signals';
import { tidyOrigin } from '../../problems.ts';
import { words } from '../../words.ts';
import { Code } from '../copy.tsx';
import { Field } from '../field.tsx';
import * as icons from '../icons.tsx';
import type { PageProps } from './brand.tsx';

export function SitePage({ settings, draft }: PageProps) {
  const say = words.siteSettings;
  const typed = useSignal('');
  const { origins } = draft;
  const add = () => {
    const address = tidyOrigin(typed.value);
    if (address === '') return;
    settings.edit({ origins: [...origins, address] });
    typed.value = '';
  };
  return (
    <div class="stack">
      <section>
        <h2 class="label">{say.tag}</h2>
        <p class="hint">{say.tagHint}</p>
        <Code text={settings.tag.value} label={say.tagAria} />
      </section>
      <section>
        <h2 class="label">{say.origins}</h2>
        <p class="hint">{say.originsHint}</p>
        {origins.length === 0 && <p class="note">{say.none}</p>}
        <ul class="origins">
          {origins.map((address, index) => (
            <li key={index}>
              <Field label={say.origin(index + 1)} quiet problem={settings.problems.value.get(`origins.${index}`)}>
                {(wiring) => (
                  <div class="input-with">
                    <input {...wiring} class="input" type="url" dir="ltr" spellcheck={false} value={address}
                      onInput={(event) => settings.edit({ origins: origins.with(index, event.currentTarget.value) })}
                      onBlur={(event) => {
                        const tidy = tidyOrigin(event.currentTarget.value);
                        if (tidy !== address) settings.edit({ origins: tidy === '' ? origins.toSpliced(index, 1) : origins.with(index, tidy) });
                      }} />
                    <button type="button" class="button button-icon input-side" aria-label={`${words.remove} ${address}`}
                      onClick={() => settings.edit({ origins: origins.toSpliced(index, 1) })}><icons.Bin size={16} /></button>
                  </div>
                )}
              </Field>
            </li>
          ))}
        </ul>
        <form class="inline-form" onSubmit={(event) => { event.preventDefault(); add(); }}>
          <Field label={say.newOrigin} quiet>
            {(wiring) => (
              <input {...wiring} class="input" dir="ltr" inputMode="url" placeholder="https://shop.example" spellcheck={false} autocapitalize="off"
                value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} onBlur={add} />
            )}
          </Field>
          <button type="submit" class="button"><icons.Plus size={16} />{words.add}</button>
        </form>
      </section>
    </div>
  );
}
