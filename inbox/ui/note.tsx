/** What the team said to itself, between what was said to her: never to be taken for an answer. */
import type { Entry } from '../../protocol/messages.ts';
import { cut } from '../mentions.ts';
import { initialsOf } from '../people.ts';
import { clock, full } from '../times.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';
import { Text } from './text.tsx';

type Noted = Pick<Entry, 'id' | 'by' | 'at' | 'text' | 'mentions'>;

export function Note({ entry, children }: { entry: Noted; children?: preact.ComponentChildren }) {
  const desk = useDesk();
  const { by, at } = entry;
  const writer = by === undefined ? undefined : desk.agents.value.get(by);
  const name = by === desk.me ? words.you : writer?.name ?? words.someone;
  return (
    <article class={`note ${children ? 'note-waiting' : ''}`} data-id={entry.id} aria-label={words.know.noteBy(name)}>
      <p class="note-head">
        {by && <Avatar id={by} letters={initialsOf(writer?.name ?? name)} size="small" />}
        <bdi class="group-name">{name}</bdi>
        <time dateTime={new Date(at).toISOString()} title={full(at)}>{clock(at)}</time>
        <span class="note-private"><icons.Lock size={12} />{words.know.onlyTeam}</span>
      </p>
      <p class="note-body" dir="auto"><Named entry={entry} /></p>
      {children}
    </article>
  );
}

function Named({ entry }: { entry: Noted }) {
  const desk = useDesk();
  const named = (entry.mentions ?? []).flatMap((id) => desk.agents.value.get(id) ?? []);
  return (
    <>
      {cut(entry.text ?? '', named).map(({ text, mention }, index) => mention
        ? <b key={index} class={`mention ${mention === desk.me ? 'mention-me' : ''}`}><bdi>{text}</bdi></b>
        : <Text key={index} text={text} />)}
    </>
  );
}

/** Notes that wait in the outbox: shown at once, with how they stand. */
export function PendingNotes() {
  const desk = useDesk();
  return (
    <>
      {desk.notes.pending.value.map(({ frame, at, fate, refusal }) => (
        <Note key={frame.id} entry={{ id: frame.id, by: desk.me, at, text: frame.body, ...(frame.mentions && { mentions: frame.mentions }) }}>
          <p class={`fate fate-${fate}`}>
            {fate === 'refused' ? <icons.Alert size={14} /> : <icons.Clock size={14} />}<span>{words.fates[fate]}</span>
            {fate === 'refused' && (
              <>
                <span>· {words.refusals[refusal ?? ''] ?? words.refusedOtherwise}</span>
                <button type="button" class="text-button" onClick={() => desk.retry(frame.id)}>{words.retry}</button>
              </>
            )}
            {fate !== 'sending' && <button type="button" class="text-button text-button-bad" onClick={() => desk.discard(frame.id)}>{words.discard}</button>}
          </p>
        </Note>
      ))}
    </>
  );
}

/** In the list: a colleague has named this agent. */
export function NamedMark({ thread }: { thread: string }) {
  const call = useDesk().notes.calls.value.get(thread);
  return call ? <span class="row-named" role="img" aria-label={words.know.named} title={words.know.named}>@</span> : null;
}
