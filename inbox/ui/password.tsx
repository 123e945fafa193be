/** A password that can be looked at while it is typed: better than typing it twice. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { words } from '../words.ts';
import { Field } from './field.tsx';
import * as icons from './icons.tsx';

interface Props {
  label: string;
  value: string;
  onInput: (value: string) => void;
  autocomplete: 'current-password' | 'new-password';
  hint?: ComponentChildren;
  problem?: string | undefined;
}

export function Password({ label, value, onInput, autocomplete, hint, problem }: Props) {
  const shown = useSignal(false);
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(wiring) => (
        <div class="input-with">
          <input {...wiring} class="input" type={(shown.value ? 'text' : 'password') as 'password'} autocomplete={autocomplete} required
            autocapitalize="off" spellcheck={false} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
          <button type="button" class="button button-icon input-side" aria-label={shown.value ? words.signIn.hide : words.signIn.show}
            aria-pressed={shown.value} onClick={() => (shown.value = !shown.value)}>
            {shown.value ? <icons.EyeOff /> : <icons.Eye />}
          </button>
        </div>
      )}
    </Field>
  );
}
