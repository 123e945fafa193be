/** What one person said in a row. */
import { useRef } from 'preact/hooks';
import type { Id } from '../../protocol/messages.ts';
import type { Bubble, Group as GroupItem } from '../log.ts';
import { clock, full } from '../times.ts';
import { initialsOf, lettersOf } from '../people.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';
import { Text } from './text.tsx';
import { PageName } from './thread-head.tsx';

export function Group({ group, name, who }: { group: GroupItem; name: string; who: Id }) {
  const desk = useDesk();
  const { by, agent } = group;
  const isMine = by === 'agent' && agent === desk.me;
  const said = by === 'visitor' ? name : by === 'brand' ? words.autoReply
    : isMine ? words.you : group.name ?? desk.agents.value.get(agent ?? '')?.name ?? words.team;
  return (
    <article class={`group group-${by}`} aria-label={said}>
      <p class="group-head">
        {by === 'agent' && agent && <Avatar id={agent} letters={initialsOf(group.name ?? desk.agents.value.get(agent)?.name ?? said)} size="small" />}
        {by === 'visitor' && <Avatar id={who} letters={lettersOf(desk.visitor.value, who)} size="small" />}
        <bdi class="group-name">{said}</bdi>
        <time dateTime={new Date(group.at).toISOString()} title={full(group.at)}>{clock(group.at)}</time>
      </p>
      {group.page && (
        <p class="group-page"><icons.Page size={13} /><span class="unseen">{words.writtenOn}</span><PageName url={group.page.url} title={group.page.title} /></p>
      )}
      {group.bubbles.map((bubble) => <Said key={bubble.id} bubble={bubble} />)}
    </article>
  );
}

const FATE_ICONS = { saved: icons.Clock, sending: icons.Clock, sent: icons.Check, delivered: icons.Checks, seen: icons.Checks, refused: icons.Alert } as const;

/** What was said just now comes in with a small movement; history stands still. */
const FRESH_MS = 5_000;

function Said({ bubble }: { bubble: Bubble }) {
  const desk = useDesk();
  const { fate } = bubble;
  const isFresh = useRef(desk.clock() - bubble.at < FRESH_MS).current;
  const Icon = fate && FATE_ICONS[fate];
  const isWaiting = fate === 'saved' || fate === 'sending';
  return (
    <div class={`said ${isFresh ? 'said-fresh' : ''} ${isWaiting ? 'said-waiting' : ''} ${fate === 'refused' ? 'said-refused' : ''}`} data-id={bubble.id}>
      <div class="bubble" dir="auto" title={full(bubble.at)}><Text text={bubble.body} /></div>
      {fate && Icon && (
        <p class={`fate fate-${fate}`}>
          <Icon size={14} /><span>{words.fates[fate]}</span>
          {fate === 'refused' && (
            <>
              <span>· {words.refusals[bubble.refusal ?? ''] ?? words.refusedOtherwise}</span>
              <button type="button" class="text-button" onClick={() => desk.retry(bubble.id)}>{words.retry}</button>
              <button type="button" class="text-button text-button-bad" onClick={() => desk.discard(bubble.id)}>{words.discard}</button>
            </>
          )}
          {fate === 'saved' && <button type="button" class="text-button text-button-bad" onClick={() => desk.discard(bubble.id)}>{words.discard}</button>}
        </p>
      )}
    </div>
  );
}
