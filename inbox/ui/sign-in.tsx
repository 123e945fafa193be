/** The door. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../doors.ts';
import { wait } from '../times.ts';
import { words } from '../words.ts';
import { Card } from './card.tsx';
import { useInbox } from './context.ts';
import { Field, Problem } from './field.tsx';
import { Password } from './password.tsx';

export function SignIn({ expired }: { expired: boolean }) {
  const inbox = useInbox();
  const email = useSignal('');
  const password = useSignal('');
  const problem = useSignal('');
  const missing = useSignal<'email' | 'password' | undefined>(undefined);
  const busy = useSignal(false);
  const first = useRef<HTMLInputElement>(null);
  const failure = inbox.failure.value;
  const brand = inbox.mark.value?.name;

  useEffect(() => first.current?.focus(), []);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    problem.value = '';
    missing.value = email.value.trim() === '' ? 'email' : password.value === '' ? 'password' : undefined;
    if (missing.value) return;
    busy.value = true;
    const failed = await inbox.signIn(email.value.trim(), password.value);
    busy.value = false;
    if (failed) problem.value = explainSignIn(failed);
  };

  if (failure?.code === 'not_found') {
    return <Card title={words.product}><Problem>{words.signIn.noBrand}</Problem></Card>;
  }
  return (
    <Card title={words.signIn.title} {...(brand && { sub: words.signIn.to(brand) })}>
      {expired && !problem.value && <p class="note">{words.signIn.expired}</p>}
      {failure && !problem.value && (
        <div class="note note-warn">
          <p>{failure.code === 'broken' ? words.broken : words.unreachable}</p>
          <button type="button" class="button button-small" onClick={() => inbox.check()}>{words.tryAgain}</button>
        </div>
      )}
      {/* `novalidate`: our words stand beside the field, the browser's in a bubble that comes and goes. */}
      <form class="form" onSubmit={submit} noValidate>
        <Field label={words.signIn.email} problem={missing.value === 'email' ? words.signIn.noEmail : undefined}>
          {(wiring) => (
            <input {...wiring} ref={first} class="input" type="email" autocomplete="username" inputMode="email" required
              autocapitalize="off" spellcheck={false} value={email.value} onInput={(event) => (email.value = event.currentTarget.value)} />
          )}
        </Field>
        <Password label={words.signIn.password} autocomplete="current-password" value={password.value}
          problem={missing.value === 'password' ? words.signIn.noPassword : undefined} onInput={(value) => (password.value = value)} />
        {problem.value && <Problem>{problem.value}</Problem>}
        <button type="submit" class="button button-main button-wide" aria-busy={busy.value}>
          {busy.value ? words.signIn.busy : words.signIn.submit}
        </button>
      </form>
      <p class="hint gate-hint">{words.signIn.forgot}</p>
    </Card>
  );
}

/** `unauthorized` is one answer for a wrong address and a wrong password: strangers learn neither. */
function explainSignIn({ code, reason, retryAfter }: Failure): string {
  if (code === 'unauthorized' || code === 'bad_request') return words.signIn.wrong;
  if (code === 'rate_limited') return words.signIn.limited(wait(retryAfter ?? 60_000));
  return explain({ code, reason });
}

/** A failure of any door, for its user. */
export function explain({ code, reason, retryAfter }: Failure): string {
  if (code === 'unreachable') return words.unreachable;
  if (code === 'broken') return words.broken;
  if (code === 'rate_limited') return words.signIn.limited(wait(retryAfter ?? 60_000));
  return words.refusals[code] ?? words.failed(reason);
}
