/** One thread in the list. */
import type { DeskThread } from '../../protocol/messages.ts';
import { isUnread } from '../boxes.ts';
import { isSay } from '../log.ts';
import { initialsOf, lettersOf, nameOf } from '../people.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { useDesk } from './context.ts';
import { focusComposer } from './walk.ts';
import { Link } from './link.tsx';
import { NamedMark } from './note.tsx';
import { BlockedMark, RowMarks, RowTime } from './marks.tsx';

/** More never fits on the line. */
const PREVIEW_CHARS = 140;

export function Row({ row, tabbable }: { row: DeskThread; tabbable: boolean }) {
  const desk = useDesk();
  const visitor = desk.visitors.value.get(row.who);
  const name = nameOf(visitor, row.who);
  const now = desk.now.value;
  const unread = isUnread(row);
  const isOpen = desk.thread.value === row.id;
  // Where all of them are hers, to say so on each says nothing.
  const isOwnBox = desk.box.value === 'mine' || desk.box.value === 'returned';
  const holder = !isOwnBox && row.agent && row.state !== 'waiting' ? desk.agents.value.get(row.agent) : undefined;
  return (
    <Link class={`row ${unread ? 'row-unread' : ''}`} to={{ at: 'box', box: desk.box.value, thread: row.id }} data-thread={row.id}
      aria-current={isOpen ? 'true' : undefined} tabIndex={tabbable ? 0 : -1} onFollow={() => focusComposer()}>
      <Avatar id={row.who} letters={lettersOf(visitor, row.who)} here={desk.isHere(row.who)} />
      <span class="row-words">
        <span class="row-top">
          <span class="row-name"><bdi>{name}</bdi></span>
          {visitor?.blocked && <BlockedMark />}
          <RowTime row={row} now={now} />
        </span>
        <span class="row-bottom">
          <Preview row={row} />
          <NamedMark thread={row.id} />
          {unread && <span class="row-dot" role="img" aria-label={words.unreadSome} title={words.unreadSome} />}
          {holder && <span class="row-holder" title={words.heldBy(holder.id === desk.me ? words.you : holder.name)}>
            <Avatar id={holder.id} letters={initialsOf(holder.name)} size="small" /><span class="unseen">{words.heldBy(holder.name)}</span>
          </span>}
        </span>
        <RowMarks row={row} now={now} />
      </span>
    </Link>
  );
}

function Preview({ row }: { row: DeskThread }) {
  const desk = useDesk();
  const held = desk.engine.threads.value.get(row.id);
  const unsent = desk.engine.pending.value.findLast((act) => isSay(act) && act.frame.thread === row.id);
  if (held?.typing && !held.typing.agent) return <span class="row-preview row-typing">{words.typing(words.someone)}</span>;
  if (unsent && isSay(unsent)) return <Line who={words.notSent} text={unsent.frame.body} kind="row-who-warn" />;
  const draft = desk.thread.value === row.id ? '' : desk.draftOf(row.id);
  if (draft) return <Line who={words.draft} text={draft} kind="row-who-draft" />;
  // What a person said says more than our own auto-reply to it. Who of the team it was only the message knows.
  const last = held?.messages.at(-1)?.seq === row.seq ? held.messages.findLast(({ by }) => by !== 'brand') : undefined;
  if (!last) {
    const who = row.previewBy === 'brand' ? words.autoReply : row.previewBy === 'agent' ? words.team : '';
    return <Line who={who} text={row.preview || words.noMessage} kind="row-who" />;
  }
  const who = last.by === 'visitor' ? '' : last.agent === desk.me ? words.you : last.name ?? words.team;
  return <Line who={who} text={last.body.slice(0, PREVIEW_CHARS)} kind="row-who" />;
}

function Line({ who, text, kind }: { who: string; text: string; kind: string }) {
  return (
    <span class="row-preview">
      {who && <span class={kind}><bdi>{who}</bdi>: </span>}
      <span class="row-text" dir="auto">{text}</span>
    </span>
  );
}
