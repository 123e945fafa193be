/** Name, colour and mark, and what they look like. */
import { NAME_CHARS } from '../../../protocol/limits.ts';
import { LOGO_CHARS, type Settings } from '../../../protocol/settings.ts';
import { inkOn } from '../../color.ts';
import { initialsOf } from '../../people.ts';
import type { SettingsState } from '../../settings.ts';
import { words } from '../../words.ts';
import { Field } from '../field.tsx';
import * as icons from '../icons.tsx';

export interface PageProps { settings: SettingsState; draft: Settings }

/** A start for those who have no colour of their own. */
const COLORS = ['#4f46e5', '#2563eb', '#0f766e', '#15803d', '#b45309', '#dc2626', '#be185d', '#1f2937'];
const isColor = (text: string) => /^#[0-9a-f]{6}$/i.test(text);

export function BrandPage({ settings, draft }: PageProps) {
  const problems = settings.problems.value;
  const say = words.brandSettings;
  return (
    <div class="brand-page">
      <div class="stack">
        <Field label={say.name} hint={say.nameHint} problem={problems.get('name')}>
          {(wiring) => (
            <input {...wiring} class="input" dir="auto" maxLength={NAME_CHARS} value={draft.name}
              onInput={(event) => settings.edit({ name: event.currentTarget.value })} />
          )}
        </Field>
        <Field label={say.color} hint={say.colorHint} problem={problems.get('color')}>
          {(wiring) => (
            <div class="color">
              <div class="color-field">
                <input type="color" class="color-well" aria-label={say.colorPicker} value={isColor(draft.color) ? draft.color : '#000000'}
                  onInput={(event) => settings.edit({ color: event.currentTarget.value })} />
                <input {...wiring} class="input color-text" spellcheck={false} maxLength={7} value={draft.color}
                  onInput={(event) => settings.edit({ color: event.currentTarget.value.trim() })} />
              </div>
              <div class="swatches">
                {COLORS.map((color) => (
                  <button key={color} type="button" class="swatch" style={{ background: color }} aria-label={color}
                    aria-pressed={draft.color.toLowerCase() === color} onClick={() => settings.edit({ color })} />
                ))}
              </div>
            </div>
          )}
        </Field>
        <Field label={say.logo} hint={say.logoHint} problem={problems.get('logo')}>
          {(wiring) => (
            <input {...wiring} class="input input-short" dir="auto" maxLength={LOGO_CHARS} value={draft.logo} placeholder={initialsOf(draft.name || '?')}
              onInput={(event) => settings.edit({ logo: event.currentTarget.value })} />
          )}
        </Field>
      </div>
      <Preview draft={draft} />
    </div>
  );
}

/** A picture of the chat, not the chat: nothing in it can be pressed. */
function Preview({ draft }: { draft: Settings }) {
  const say = words.brandSettings;
  const color = isColor(draft.color) ? draft.color : '#4f46e5';
  const paint = { background: color, color: inkOn(color) };
  return (
    <figure class="preview" aria-label={say.preview}>
      <div class="preview-page" aria-hidden="true">
        <div class="preview-panel">
          <div class="preview-head" style={paint}>
            <span class="preview-mark" style={{ borderColor: 'currentColor' }}>{draft.logo || initialsOf(draft.name || '?')}</span>
            <span><b dir="auto">{draft.name || words.brandSettings.name}</b><small>{words.hoursSettings.replyTimes[draft.replyTime === 'own' ? 'hours' : draft.replyTime]}</small></span>
          </div>
          <div class="preview-log">
            <p class="preview-hello" dir="auto">{draft.greeting[draft.lang] || say.hello}</p>
            <p class="preview-own" style={paint}>…</p>
          </div>
          <div class="preview-write">{say.write}</div>
        </div>
        <span class="preview-button" style={paint}><icons.Words size={26} /></span>
      </div>
      <figcaption class="hint">{say.preview}</figcaption>
    </figure>
  );
}
