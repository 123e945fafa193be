/** How many threads an agent is handed at once: a number of her own, or as many as everybody. */
import { useSignal } from '@preact/signals';
import type { Agent } from '../../../protocol/messages.ts';
import { SLOTS_MOST } from '../../../protocol/settings.ts';
import { words } from '../../words.ts';
import { useInbox, useSignedIn } from '../context.ts';
import { Problem } from '../field.tsx';
import { explain } from '../sign-in.tsx';

const ALL = 'all';

/** @param labelled by something beside it; else it says itself whose it is */
export function SlotsChoice({ agent, id, describedBy }: { agent: Agent; id?: string; describedBy?: string | undefined }) {
  const inbox = useInbox();
  const { settings } = useSignedIn();
  const say = words.deskSettings;
  const busy = useSignal(false);
  const problem = useSignal('');
  const everybody = settings.saved.value?.desk.slots;
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
        value={String(agent.slots)} onChange={(event) => set(event.currentTarget.value)}>
        <option value={ALL}>{everybody === undefined ? say.asAll : say.asAllOf(everybody)}</option>
        {Array.from({ length: SLOTS_MOST }, (_, n) => <option key={n} value={String(n + 1)}>{n + 1}</option>)}
      </select>
      {problem.value && <Problem>{problem.value}</Problem>}
    </div>
  );
}
