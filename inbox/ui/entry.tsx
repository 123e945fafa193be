/** What happened to the thread: one quiet line, always the same look. */
import type { Entry } from '../../protocol/messages.ts';
import { type Reader, sentence } from '../entries.ts';
import { clock, full } from '../times.ts';
import { useDesk } from './context.ts';
import { Face } from './face.tsx';
import * as icons from './icons.tsx';
import { Named } from './named.tsx';
import { Text } from './text.tsx';

const ICONS = {
  note: icons.Words, assigned: icons.Give, snoozed: icons.Moon, woken: icons.Sun, ended: icons.Done, reopened: icons.Return, rated: icons.Done, ordered: icons.Coin,
} as const;

/** Who reads, for the sentence. */
export function useReader(): Reader {
  const desk = useDesk();
  return { me: desk.me, nameOf: (id) => desk.agents.value.get(id)?.name, now: desk.now.value, messages: desk.held.value?.messages ?? [] };
}

export function EntryLine({ entry }: { entry: Entry }) {
  const reader = useReader();
  const Icon = ICONS[entry.what];
  const isRated = entry.what === 'rated' && entry.score !== undefined;
  return (
    <div class={`entry entry-${entry.what}`}>
      <p class="entry-line" title={full(entry.at)}>
        {isRated ? <Face score={entry.score!} size={17} /> : <Icon size={14} />}
        <span><Named text={sentence(entry, reader)} /></span>
        <time class="entry-time" dateTime={new Date(entry.at).toISOString()}>{clock(entry.at)}</time>
      </p>
      {entry.text && <p class="entry-text" dir="auto"><Text text={entry.text} /></p>}
    </div>
  );
}
