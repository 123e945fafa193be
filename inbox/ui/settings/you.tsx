/** One's own name and password, and how the inbox looks. */
import { useSignal } from '@preact/signals';
import { NAME_CHARS } from '../../../protocol/limits.ts';
import type { Failure } from '../../doors.ts';
import { strengthOf } from '../../password.ts';
import type { Theme } from '../../state.ts';
import { words } from '../../words.ts';
import { useDesk, useInbox } from '../context.ts';
import { Field, Problem } from '../field.tsx';
import { Strength } from '../join.tsx';
import { StatusSwitch } from '../me-menu.tsx';
import { Password } from '../password.tsx';
import { explain } from '../sign-in.tsx';
import { BellCard } from './bell.tsx';
import { Choice } from './choice.tsx';
import { SlotsChoice } from './slots.tsx';

export function YouPage() {
  const inbox = useInbox();
  const self = useDesk().self.value;
  const say = words.youSettings;
  return (
    <div class="stack">
      <Profile />
      <section class="block-card">
        <h2 class="label">{words.statusLabel}</h2>
        <StatusSwitch />
        <Field label={words.deskSettings.own} hint={words.deskSettings.ownHint}>
          {(wiring) => <SlotsChoice agent={self} id={wiring.id} describedBy={wiring['aria-describedby']} />}
        </Field>
      </section>
      <section class="block-card">
        <Choice<Theme> legend={say.look} name="theme" value={inbox.theme.value} onChange={inbox.setTheme}
          options={(['system', 'light', 'dark'] as const).map((theme) => ({ value: theme, label: say.themes[theme] }))} />
        <label class="check">
          <input type="checkbox" checked={inbox.isKeen.value} onChange={(event) => inbox.setKeen(event.currentTarget.checked)} />
          <span>{say.keys}<span class="hint">{say.keysHint}</span></span>
        </label>
      </section>
      <BellCard />
      <NewPassword />
    </div>
  );
}

function Profile() {
  const inbox = useInbox();
  const self = useDesk().self.value;
  const say = words.youSettings;
  const name = useSignal(self.name);
  const problem = useSignal('');
  const busy = useSignal(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    problem.value = name.value.trim() === '' ? words.join.noName : '';
    if (problem.value || busy.value) return;
    busy.value = true;
    const { failure } = await inbox.doors.rename(name.value.trim());
    busy.value = false;
    if (failure) return void (problem.value = explain(failure));
    inbox.say(say.nameSaved);
    await inbox.check();
  };
  return (
    <form class="block-card" onSubmit={save} noValidate>
      <h2 class="label">{say.profile}</h2>
      <Field label={say.name} hint={say.nameHint} problem={problem.value || undefined}>
        {(wiring) => (
          <input {...wiring} class="input" dir="auto" autocomplete="name" maxLength={NAME_CHARS} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
        )}
      </Field>
      <Field label={say.email} hint={say.emailHint}>
        {(wiring) => <input {...wiring} class="input" type="email" readOnly value={self.email} />}
      </Field>
      <button type="submit" class={`button ${name.value.trim() !== self.name ? 'button-main' : ''}`} aria-busy={busy.value}>{say.saveName}</button>
    </form>
  );
}

function NewPassword() {
  const inbox = useInbox();
  const self = useDesk().self.value;
  const say = words.youSettings;
  const old = useSignal('');
  const next = useSignal('');
  const tried = useSignal(false);
  const failure = useSignal<Failure | undefined>(undefined);
  const busy = useSignal(false);
  const strength = strengthOf(next.value, [self.name, self.email]);
  const isWrongOld = failure.value?.code === 'forbidden';

  const change = async (event: SubmitEvent) => {
    event.preventDefault();
    tried.value = true;
    failure.value = undefined;
    if (busy.value || old.value === '' || strength.missing > 0) return;
    busy.value = true;
    failure.value = (await inbox.doors.changePassword(old.value, next.value)).failure;
    busy.value = false;
    if (failure.value) return;
    old.value = next.value = '';
    tried.value = false;
    inbox.say(say.passwordSaved);
  };
  return (
    <form class="block-card" onSubmit={change} noValidate>
      <h2 class="label">{say.password}</h2>
      <input type="hidden" autocomplete="username" value={self.email} />
      <Password label={say.old} autocomplete="current-password" value={old.value} onInput={(value) => (old.value = value)}
        problem={isWrongOld ? say.wrongOld : tried.value && old.value === '' ? say.noOld : undefined} />
      <Password label={say.next} autocomplete="new-password" value={next.value} onInput={(value) => (next.value = value)}
        problem={tried.value && strength.missing > 0 ? words.join.short(strength.missing) : undefined}
        hint={<Strength password={next.value} step={strength.step} missing={strength.missing} />} />
      {failure.value && !isWrongOld && <Problem>{explain(failure.value)}</Problem>}
      <button type="submit" class="button" aria-busy={busy.value}>{say.change}</button>
    </form>
  );
}
