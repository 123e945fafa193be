/** Who answers, who is invited, and who no longer belongs. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Agent, AgentRole } from '../../../protocol/messages.ts';
import type { Failure, Invite } from '../../doors.ts';
import { initialsOf, isEmail } from '../../people.ts';
import { full } from '../../times.ts';
import { words } from '../../words.ts';
import { Avatar } from '../avatar.tsx';
import { useInbox, useDesk } from '../context.ts';
import { Code } from '../copy.tsx';
import { Confirm } from '../dialog.tsx';
import { Field, Problem } from '../field.tsx';
import * as icons from '../icons.tsx';
import { explain } from '../sign-in.tsx';
import { SlotsChoice } from './slots.tsx';

export function TeamPage() {
  const { doors } = useInbox();
  const desk = useDesk();
  const say = words.teamSettings;
  const invites = useSignal<Invite[]>([]);
  const failure = useSignal<string>('');
  const leaving = useSignal<Agent | undefined>(undefined);
  const busy = useSignal(false);

  const load = async () => {
    const answer = await doors.invites();
    if (answer.failure) failure.value = explain(answer.failure);
    else invites.value = answer.value.invites;
  };
  useEffect(() => void load(), []);

  const dismiss = async (agent: Agent) => {
    busy.value = true;
    const { failure: failed } = await doors.dismiss(agent.id);
    busy.value = false;
    leaving.value = undefined;
    failure.value = failed ? failed.code === 'conflict' ? say.lastOwner : explain(failed) : '';
  };
  const withdraw = async (email: string) => {
    const { failure: failed } = await doors.uninvite(email);
    failure.value = failed && failed.code !== 'not_found' ? explain(failed) : '';
    await load();
  };
  const here = desk.engine.here.value;
  const team = [desk.self.value, ...desk.colleagues.value];
  return (
    <div class="stack">
      {failure.value && <Problem>{failure.value}</Problem>}
      <section>
        <h2 class="label">{say.members}</h2>
        <p class="hint">{words.deskSettings.teamHint}</p>
        <ul class="table">
          {team.map((agent) => (
            <li key={agent.id} class="table-row">
              <span class="ring-avatar">
                <Avatar id={agent.id} letters={initialsOf(agent.name)} />
                <span class={`state state-${here.has(agent.id) || agent.id === desk.me ? agent.status : 'gone'}`} aria-hidden="true" />
              </span>
              <span class="table-words">
                <b><bdi>{agent.name}</bdi>{agent.id === desk.me && <span class="quiet"> ({words.you})</span>}</b>
                <span class="hint"><bdi>{agent.email}</bdi> · {here.has(agent.id) || agent.id === desk.me ? words.status[agent.status] : words.notHere}</span>
              </span>
              <SlotsChoice agent={agent} />
              <span class="tag" title={say.rolesHint[agent.role]}>{say.roles[agent.role]}</span>
              {agent.id === desk.me
                ? <span class="button-gap" />
                : <button type="button" class="button button-icon" aria-label={say.removeAria(agent.name)} onClick={() => (leaving.value = agent)}><icons.Bin size={16} /></button>}
            </li>
          ))}
        </ul>
      </section>
      {invites.value.length > 0 && (
        <section>
          <h2 class="label">{say.invited}</h2>
          <ul class="table">
            {invites.value.map((invite) => (
              <li key={invite.email} class="table-row">
                <icons.Mail />
                <span class="table-words"><b><bdi>{invite.email}</bdi></b><span class="hint">{say.due(full(invite.due))}</span></span>
                <span class="tag">{say.roles[invite.role]}</span>
                <button type="button" class="text-button text-button-bad" aria-label={say.withdrawAria(invite.email)} onClick={() => withdraw(invite.email)}>{say.withdraw}</button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <InviteForm onMade={load} />
      {leaving.value && (
        <Confirm title={say.remove(leaving.value.name)} text={say.removeText} action={say.removeAction} busy={busy.value}
          onConfirm={() => void dismiss(leaving.value!)} onClose={() => (leaving.value = undefined)} />
      )}
    </div>
  );
}

function InviteForm({ onMade }: { onMade: () => Promise<void> }) {
  const { doors } = useInbox();
  const say = words.teamSettings;
  const email = useSignal('');
  const role = useSignal<AgentRole>('agent');
  const problem = useSignal('');
  const made = useSignal<{ link: string; email: string } | undefined>(undefined);
  const busy = useSignal(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    problem.value = isEmail(email.value) ? '' : say.wrongEmail;
    if (problem.value) return;
    busy.value = true;
    const answer = await doors.invite(email.value.trim(), role.value);
    busy.value = false;
    if (answer.failure) return void (problem.value = explainInvite(answer.failure));
    made.value = answer.value as { link: string; email: string };
    email.value = '';
    await onMade();
  };
  return (
    <section class="block-card">
      <h2 class="label">{say.invite}</h2>
      <form class="inline-form invite-form" onSubmit={submit} noValidate>
        <Field label={say.email} problem={problem.value || undefined}>
          {(wiring) => (
            <input {...wiring} class="input" type="email" autocomplete="off" autocapitalize="off" spellcheck={false} placeholder="ines@shop.example" value={email.value}
              onInput={(event) => { email.value = event.currentTarget.value; problem.value = ''; }} />
          )}
        </Field>
        <Field label={say.role}>
          {(wiring) => (
            <select {...wiring} class="input" value={role.value} onChange={(event) => (role.value = event.currentTarget.value as AgentRole)}>
              {(['agent', 'owner'] as const).map((name) => <option key={name} value={name}>{say.roles[name]}</option>)}
            </select>
          )}
        </Field>
        <button type="submit" class="button button-main" aria-busy={busy.value}>{say.submit}</button>
      </form>
      {made.value && (
        <div class="made" role="status">
          <p><b>{say.link(made.value.email)}</b></p>
          <Code text={made.value.link} label={say.linkAria} />
          <p class="hint">{say.linkHint}</p>
        </div>
      )}
    </section>
  );
}

const explainInvite = (failure: Failure): string =>
  failure.code === 'conflict' ? words.teamSettings.taken : failure.code === 'bad_request' ? words.teamSettings.wrongEmail : explain(failure);
