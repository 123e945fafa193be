/** How many threads an agent is handed at once: a number of her own, or as many as everybody. */
import { useSignal } from '@preact/signals';
import type { Agent } from '../../../protocol/messages.ts';
import { SLOTS_MOST } from '../../../protocol/settings.ts';
import { words } from '../../words.ts';
import { useInbox, useSignedIn } from '../context.ts';
import { Problem } from '../field.tsx';
import { explain } from '../sign-in.tsx';

const ALL = 'all';

/** @param id of a field that is labelled beside it, with room to say more; else it says itself whose it is */
export function SlotsChoice({ agent, id, describedBy }: { agent: Agent; id?: string; describedBy?: string | undefined }) {
  const inbox = useInbox();
  const { desk } = useSignedIn();
  const say = words.deskSettings;
  const busy = useSignal(false);
  const problem = useSignal('');
  // Who has none of her own has everybody's, whatever else is known of it.
  const everybody = agent.own ? desk.brand.value?.slots : agent.slots;
  const set = async (choice: string) => {
    busy.value = true;
    const { failure } = await inbox.doors.setSlots(agent.id, choice === ALL ? null : Number(choice));
    busy.value = false;
    problem.value = failure ? explain(failure) : '';
    if (!failure) inbox.say(words.saved);
  };
  return (
    <div class="slots-choice">
      <select id={id} class="input" aria-label={id ? undefined : say.ownOf(agent.name)} aria-describedby={describedBy} title={say.own} disabled={busy.value}
        value={agent.own ? String(agent.slots) : ALL} onChange={(event) => set(event.currentTarget.value)}>
        <option value={ALL}>{everybody === undefined ? say.asAll : say.asAllOf(everybody)}</option>
        <optgroup label={say.ownGroup}>
          {Array.from({ length: SLOTS_MOST }, (_, n) => <option key={n} value={String(n + 1)}>{n + 1}</option>)}
        </optgroup>
      </select>
      {id && <p class="hint slots-whose">
        {agent.own ? say.isOwn : say.isEverybodys}{' '}
        {agent.own && <button type="button" class="text-button" disabled={busy.value} onClick={() => set(ALL)}>{everybody === undefined ? say.backToAll : say.backToAllOf(everybody)}</button>}
      </p>}
      {problem.value && <Problem>{problem.value}</Problem>}
    </div>
  );
}
