/** How the thread stands, when it does not stand as usual: put aside, back without a word, or its visitor is out. */
import type { ComponentChildren } from 'preact';
import type { DeskThread } from '../../protocol/messages.ts';
import { full, when } from '../times.ts';
import { words } from '../words.ts';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';
import { inSentence, Named } from './named.tsx';

/** So many snoozes without a word from her, and a goodbye is the kinder thing (rule D8). */
const LAPSES = 2;

export function Banner({ row, name }: { row: DeskThread; name: string }) {
  // The region stays, so that what comes into it is heard.
  return <div class="banner-place" role="status"><Standing row={row} name={name} /></div>;
}

function Standing({ row, name }: { row: DeskThread; name: string }) {
  const desk = useDesk();
  const { handling } = desk;
  if (row.state === 'ended') return null;
  if (row.state === 'snoozed' && row.snooze) {
    const then = words.handling.asideThen;
    const holder = desk.agents.value.get(row.agent ?? '')?.name ?? words.someone;
    return (
      <Strip icon={<icons.Moon size={16} />} tone="aside">
        <strong title={full(row.snooze.until)}>{words.handling.asideUntil(when(row.snooze.until, desk.now.value))}</strong>{' '}
        <Named text={!row.snooze.keep ? then.queue : row.agent === desk.me ? then.yours : then.theirs(inSentence(holder))} />
      </Strip>
    );
  }
  if (row.lapses >= LAPSES) {
    return (
      <Strip icon={<icons.Moon size={16} />} tone="aside" actions={<>
        <button type="button" class="text-button" onClick={() => handling.open('end')}>{words.handling.sayGoodbye}</button>
        <button type="button" class="text-button" onClick={() => handling.open('snooze')}>{words.handling.snoozeAgain}</button>
      </>}>{words.handling.snoozesOver(row.lapses)}</Strip>
    );
  }
  if (row.mark === 'snooze_ended') {
    return (
      <Strip icon={<icons.Sun size={16} />} tone="aside" actions={<>
        <button type="button" class="text-button" onClick={() => handling.open('snooze')}>{words.handling.snoozeAgain}</button>
        <button type="button" class="text-button" onClick={() => handling.open('end')}>{words.handling.end}</button>
      </>}>{words.handling.snoozeOver}</Strip>
    );
  }
  if (desk.engine.here.value.has(row.who) || desk.engine.line.value !== 'on') return null;
  return (
    <Strip icon={<icons.Words size={16} />}>
      <Named text={words.handling.away(inSentence(name))} />{' '}
      <button type="button" class="text-button" onClick={() => handling.open('learn')}>{words.handling.learnMore}</button>
    </Strip>
  );
}

function Strip({ icon, tone, actions, children }: { icon: ComponentChildren; tone?: 'aside'; actions?: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class={`banner ${tone ? `banner-${tone}` : ''}`}>
      {icon}
      <p class="banner-words">{children}</p>
      {actions && <span class="banner-acts">{actions}</span>}
    </div>
  );
}
