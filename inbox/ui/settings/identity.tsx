/** The keys that prove who a visitor is. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Failure, Key, MadeKey, NewKey } from '../../doors.ts';
import { ago } from '../../times.ts';
import { words } from '../../words.ts';
import { useInbox } from '../context.ts';
import { Code } from '../copy.tsx';
import { Confirm } from '../dialog.tsx';
import { Field, Problem } from '../field.tsx';
import * as icons from '../icons.tsx';
import { explain } from '../sign-in.tsx';

export function IdentityPage({ brand }: { brand: string }) {
  const { doors, now } = useInbox();
  const say = words.identitySettings;
  const keys = useSignal<Key[] | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const secret = useSignal<string | undefined>(undefined);
  const removing = useSignal<Key | undefined>(undefined);
  const busy = useSignal(false);

  const load = async () => {
    const answer = await doors.keys();
    failure.value = answer.failure;
    if (!answer.failure) keys.value = answer.value.keys;
  };
  useEffect(() => void load(), []);

  /** @returns what was wrong, to be said where it was asked for */
  const make = async (key: NewKey): Promise<Failure | undefined> => {
    if (busy.value) return undefined;
    busy.value = true;
    const answer = await doors.addKey(key);
    busy.value = false;
    if (answer.failure) return answer.failure;
    const made: MadeKey = answer.value;
    if (made.secret !== undefined) secret.value = made.secret;
    keys.value = [...keys.value ?? [], { id: made.id, alg: made.alg, created: Date.now() }];
    return undefined;
  };
  const remove = async (key: Key) => {
    busy.value = true;
    const answer = await doors.removeKey(key.id);
    busy.value = false;
    removing.value = undefined;
    failure.value = answer.failure;
    if (!answer.failure) keys.value = keys.value?.filter(({ id }) => id !== key.id);
  };
  return (
    <div class="stack">
      <p>{say.intro}</p>
      {failure.value && <Problem>{explain(failure.value)}</Problem>}
      {secret.value !== undefined && (
        <section class="once" role="alert">
          <p><icons.Key size={16} /><strong>{say.once}</strong></p>
          <Code text={secret.value} label={say.secretAria} />
          <button type="button" class="button" onClick={() => (secret.value = undefined)}>{say.onceDone}</button>
        </section>
      )}
      <section>
        <h2 class="label">{say.keys}</h2>
        {keys.value?.length === 0 && <p class="hint">{say.none}</p>}
        {!keys.value && !failure.value && <span class="spinner" />}
        <ul class="table">
          {keys.value?.map((key) => (
            <li key={key.id} class="table-row">
              <icons.Key />
              <span class="table-words"><b>{say.algs[key.alg]}</b><span class="hint"><code dir="ltr">{key.id}</code> · {say.made(ago(key.created, now.value))}</span></span>
              <button type="button" class="button button-icon" aria-label={say.deleteAria(key.id)} onClick={() => (removing.value = key)}><icons.Bin size={16} /></button>
            </li>
          ))}
        </ul>
      </section>
      <div class="two">
        <SecretForm onMake={make} busy={busy.value} />
        <PublicForm onMake={make} busy={busy.value} />
      </div>
      <section>
        <h2 class="label">{say.how}</h2>
        <p class="hint">{say.howHint}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard */}
        <pre class="code code-block" dir="ltr" tabIndex={0}><code>{sample(brand)}</code></pre>
      </section>
      {removing.value && (
        <Confirm title={say.remove} text={say.removeText} action={say.removeAction} busy={busy.value}
          onConfirm={() => void remove(removing.value!)} onClose={() => (removing.value = undefined)} />
      )}
    </div>
  );
}

interface FormProps { onMake: (key: NewKey) => Promise<Failure | undefined>; busy: boolean }

function SecretForm({ onMake, busy }: FormProps) {
  const say = words.identitySettings;
  const problem = useSignal('');
  const make = async () => {
    const failed = await onMake({ alg: 'HS256' });
    problem.value = failed ? failed.code === 'conflict' ? words.failed(failed.reason) : explain(failed) : '';
  };
  return (
    <section class="block-card">
      <h2 class="label">{say.hs}</h2>
      <p class="hint">{say.hsHint}</p>
      {problem.value && <Problem>{problem.value}</Problem>}
      <button type="button" class="button" aria-busy={busy} onClick={make}>{say.hsAction}</button>
    </section>
  );
}

function PublicForm({ onMake, busy }: FormProps) {
  const say = words.identitySettings;
  const text = useSignal('');
  const problem = useSignal('');
  const make = async (event: SubmitEvent) => {
    event.preventDefault();
    if (text.value.trim() === '') return void (problem.value = say.noKey);
    const failed = await onMake({ alg: 'EdDSA', publicKey: text.value.trim() });
    problem.value = failed ? failed.code === 'bad_request' || failed.code === 'conflict' ? words.failed(failed.reason) : explain(failed) : '';
    if (!failed) text.value = '';
  };
  return (
    <form class="block-card" onSubmit={make}>
      <h2 class="label">{say.ed}</h2>
      <p class="hint">{say.edHint}</p>
      <Field label={say.edLabel} quiet problem={problem.value || undefined}>
        {(wiring) => (
          <textarea {...wiring} class="input mono" rows={4} dir="ltr" spellcheck={false} placeholder="-----BEGIN PUBLIC KEY-----" value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)} />
        )}
      </Field>
      <button type="submit" class="button" aria-busy={busy}>{say.edAction}</button>
    </form>
  );
}

const sample = (brand: string): string => `{
  "sub": "customer-4711",
  "aud": "${brand}",
  "iat": 1767225600,
  "exp": 1767229200,
  "name": "Ada Lovelace",
  "email": "ada@example.com"
}

leaveword('identify', { token: '<the signed token>' })`;
