/** The page behind an invitation: a name, a password, and in. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Failure, Invitation } from '../doors.ts';
import { isEmail } from '../people.ts';
import { STRENGTHS, strengthOf } from '../password.ts';
import { words } from '../words.ts';
import { NAME_CHARS } from '../../protocol/limits.ts';
import { Card } from './card.tsx';
import { useInbox } from './context.ts';
import { Field, Problem } from './field.tsx';
import { Password } from './password.tsx';
import { explain } from './sign-in.tsx';

export function Join({ code }: { code: string }) {
  const inbox = useInbox();
  const invitation = useSignal<Invitation | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const name = useSignal('');
  const email = useSignal('');
  const password = useSignal('');
  const tried = useSignal(false);
  const busy = useSignal(false);

  const read = async () => {
    failure.value = undefined;
    const answer = await inbox.doors.invited(code);
    failure.value = answer.failure;
    if (answer.failure) return;
    invitation.value = answer.value;
    inbox.mark.value = answer.value.brand;
    if (!answer.value.anyEmail) email.value = answer.value.email;
  };
  useEffect(() => void read(), [code]);

  const strength = strengthOf(password.value, [name.value, email.value]);
  const noName = name.value.trim() === '';
  const isOpen = invitation.value?.anyEmail === true;
  const noEmail = isOpen && !isEmail(email.value);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    tried.value = true;
    if (busy.value || noName || noEmail || strength.missing > 0) return;
    busy.value = true;
    failure.value = await inbox.join(code, name.value.trim(), password.value, isOpen ? email.value.trim() : undefined);
    busy.value = false;
  };

  const isSpent = failure.value && ['not_found', 'unauthorized', 'conflict'].includes(failure.value.code);
  if (isSpent || (failure.value && !invitation.value)) {
    return (
      <Card title={words.join.title}>
        <Problem>{isSpent ? words.join.spent : explain(failure.value!)}</Problem>
        {!isSpent && <button type="button" class="button button-main button-wide" onClick={read}>{words.tryAgain}</button>}
        <button type="button" class="button button-wide" onClick={inbox.forgetInvite}>{words.join.signInInstead}</button>
      </Card>
    );
  }
  if (!invitation.value) return <Card title={words.join.title}><p class="hint" role="status">{words.join.checking}</p></Card>;
  return (
    <Card title={words.join.title} sub={words.join.of(invitation.value.brand.name)}>
      <form class="form" onSubmit={submit} noValidate>
        <Field label={words.join.email} hint={isOpen ? words.join.emailHint : undefined} problem={tried.value && noEmail ? words.join.wrongEmail : undefined}>
          {(wiring) => (
            <input {...wiring} class="input" type="email" autocomplete="username" autocapitalize="off" spellcheck={false} readOnly={!isOpen}
              value={email.value} onInput={(event) => (email.value = event.currentTarget.value)} />
          )}
        </Field>
        <Field label={words.join.name} hint={words.join.nameHint} problem={tried.value && noName ? words.join.noName : undefined}>
          {(wiring) => (
            <input {...wiring} class="input" autocomplete="name" dir="auto" maxLength={NAME_CHARS} required value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value)} />
          )}
        </Field>
        <Password label={words.join.password} autocomplete="new-password" value={password.value} onInput={(value) => (password.value = value)}
          problem={tried.value && strength.missing > 0 ? words.join.short(strength.missing) : undefined}
          hint={<Strength password={password.value} step={strength.step} missing={strength.missing} />} />
        {failure.value && <Problem>{explain(failure.value)}</Problem>}
        <button type="submit" class="button button-main button-wide" aria-busy={busy.value}>
          {busy.value ? words.join.busy : words.join.submit}
        </button>
      </form>
    </Card>
  );
}

export function Strength({ password, step, missing }: { password: string; step: number; missing: number }) {
  return (
    <span class={`strength strength-${password ? step : 'none'}`}>
      <span class="strength-bar" aria-hidden="true">{STRENGTHS.map((_, i) => <i key={i} class={password && i <= step ? 'on' : ''} />)}</span>
      <span>{missing > 0 ? words.join.short(missing) : words.join.strength[step]}</span>
    </span>
  );
}
