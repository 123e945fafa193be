/** Greeting and auto-reply, language by language. */
import { AUTO_REPLY_CHARS, GREETING_CHARS } from '../../../protocol/settings.ts';
import { languageName, LANGUAGES } from '../../languages.ts';
import { words } from '../../words.ts';
import { Field } from '../field.tsx';
import * as icons from '../icons.tsx';
import { Choice } from './choice.tsx';
import type { PageProps } from './brand.tsx';

export function WordsPage({ settings, draft }: PageProps) {
  const say = words.wordsSettings;
  const problems = settings.problems.value;
  const { autoReply, greeting } = draft;
  const langs = [...new Set([draft.lang, ...Object.keys(autoReply.text), ...Object.keys(greeting)])];
  const others = LANGUAGES.filter((lang) => !langs.includes(lang));

  const write = (lang: string, text: string) => settings.edit({ autoReply: { ...autoReply, text: { ...autoReply.text, [lang]: text } } });
  const greet = (lang: string, text: string) => {
    const { [lang]: _, ...rest } = greeting;
    settings.edit({ greeting: text === '' ? rest : { ...greeting, [lang]: text } });
  };
  const drop = (lang: string) => {
    const { [lang]: _text, ...text } = autoReply.text;
    const { [lang]: _greeting, ...rest } = greeting;
    settings.edit({ autoReply: { ...autoReply, text }, greeting: rest });
  };
  return (
    <div class="stack">
      <Choice legend={say.when} name="auto-reply" value={autoReply.when} onChange={(when) => settings.edit({ autoReply: { ...autoReply, when } })}
        options={(['away', 'always', 'never'] as const).map((when) => ({ value: when, label: say.whens[when][0], hint: say.whens[when][1] }))} />
      {langs.map((lang) => (
        <section key={lang} class="block-card" aria-label={languageName(lang)}>
          <header class="block-head">
            <h2>{languageName(lang)} <span class="quiet">{lang}</span></h2>
            {lang === draft.lang
              ? <span class="tag" title={say.firstHint}>{say.first}</span>
              : <>
                <button type="button" class="text-button" title={say.firstHint} onClick={() => settings.edit({ lang })}>{say.makeFirst}</button>
                <button type="button" class="button button-icon" aria-label={say.removeLanguage(languageName(lang))} title={words.remove} onClick={() => drop(lang)}><icons.Bin size={16} /></button>
              </>}
          </header>
          <Field label={say.greeting} hint={lang === draft.lang ? say.greetingHint : undefined} problem={problems.get(`greeting.${lang}`)}>
            {(wiring) => (
              <textarea {...wiring} class="input" rows={2} dir="auto" lang={lang} maxLength={GREETING_CHARS} value={greeting[lang] ?? ''}
                onInput={(event) => greet(lang, event.currentTarget.value)} />
            )}
          </Field>
          <Field label={say.autoReply} hint={lang === draft.lang ? say.autoReplyHint : undefined} problem={problems.get(`autoReply.${lang}`)}>
            {(wiring) => (
              <textarea {...wiring} class="input" rows={4} dir="auto" lang={lang} maxLength={AUTO_REPLY_CHARS} value={autoReply.text[lang] ?? ''}
                onInput={(event) => write(lang, event.currentTarget.value)} />
            )}
          </Field>
        </section>
      ))}
      <Field label={say.addLanguage}>
        {(wiring) => (
          <select {...wiring} class="input input-half" value="" onChange={(event) => {
            const lang = event.currentTarget.value;
            event.currentTarget.value = '';
            if (lang) write(lang, '');
          }}>
            <option value="">{say.chooseLanguage}</option>
            {others.map((lang) => <option key={lang} value={lang}>{languageName(lang)}</option>)}
          </select>
        )}
      </Field>
    </div>
  );
}
