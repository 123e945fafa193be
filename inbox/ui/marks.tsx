/** What a row of the list says besides who and what: how late, why it came back, when it comes back. */
import type { DeskThread, Time } from '../../protocol/messages.ts';
import { dueOf } from '../due.ts';
import { full, short, span, when } from '../times.ts';
import { words } from '../words.ts';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';

/** So many tags fit on the third line of a row: with a mark before them, and without. */
const TAGS_BESIDE = 1;
const TAGS_ALONE = 2;

/** At the end of a row's first line: how long she has waited, or when something last happened. */
export function RowTime({ row, now }: { row: DeskThread; now: Time }) {
  const due = dueOf(row, now);
  if (due) return <DuePill due={due} at={row.due!} />;
  if (row.waiting !== undefined && row.state !== 'ended') {
    return (
      <time class="row-wait" dateTime={new Date(row.waiting).toISOString()} title={full(row.waiting)}>
        <icons.Clock size={13} /><span class="unseen">{words.waitingFor(span(now - row.waiting))}</span>
        <span aria-hidden="true">{span(now - row.waiting)}</span>
      </time>
    );
  }
  return <time class="row-time" dateTime={new Date(row.at).toISOString()} title={full(row.at)}>{short(row.at, now)}</time>;
}

function DuePill({ due, at }: { due: NonNullable<ReturnType<typeof dueOf>>; at: Time }) {
  const isBrief = due.ms < 60_000;
  const text = due.is === 'over' ? (isBrief ? words.handling.overdueNow : words.handling.overdue(span(due.ms)))
    : isBrief ? words.handling.dueSoon : words.handling.dueIn(span(due.ms));
  return <time class={`row-wait row-${due.is}`} dateTime={new Date(at).toISOString()} title={full(at)}><icons.Alert size={13} />{text}</time>;
}

/** Beside her name: nothing she writes arrives. */
export function BlockedMark() {
  return <span class="row-blocked" title={words.know.isBlocked}><icons.Block size={13} />{words.know.blockedShort}</span>;
}

/** The third line, where there is one: why it is here, and what it is about. */
export function RowMarks({ row, now }: { row: DeskThread; now: Time }) {
  const mark = RowMark({ row, now });
  if (!mark && row.tags.length === 0) return null;
  return <span class="row-marks">{mark}<RowTags tags={row.tags} most={mark ? TAGS_BESIDE : TAGS_ALONE} /></span>;
}

function RowTags({ tags, most }: { tags: readonly string[]; most: number }) {
  if (tags.length === 0) return null;
  // One more fits where the number of the others would stand.
  const shown = tags.length === most + 1 ? tags : tags.slice(0, most);
  return (
    <span class="row-tags" title={words.know.tagsAre(tags)}>
      <span class="unseen">{words.know.tagsAre(tags)}</span>
      {shown.map((tag) => <bdi key={tag} class="row-tag" aria-hidden="true">{tag}</bdi>)}
      {tags.length > shown.length && <span class="row-tag row-tag-more" aria-hidden="true">{words.know.moreTags(tags.length - shown.length)}</span>}
    </span>
  );
}

function RowMark({ row, now }: { row: DeskThread; now: Time }) {
  const desk = useDesk();
  const isRefused = desk.engine.pending.value.some(({ frame, fate }) => fate === 'refused' && frame.type !== 'say' && 'thread' in frame && frame.thread === row.id);
  if (isRefused) return <Line kind="refused" icon={<icons.Alert size={13} />} text={words.handling.notDone} />;
  if (row.state === 'snoozed' && row.snooze) {
    const text = when(row.snooze.until, now);
    return <Line kind="aside" icon={<icons.Moon size={13} />} text={text.charAt(0).toUpperCase() + text.slice(1)} title={full(row.snooze.until)} />;
  }
  if (!row.mark || row.state !== 'assigned') return null;
  const Icon = row.mark === 'snooze_ended' ? icons.Sun : row.mark === 'returned' ? icons.Return : icons.Give;
  const isMine = row.agent === desk.me;
  const text = row.mark === 'transferred' && !isMine ? words.handling.marksTheirs : words.handling.marks[row.mark];
  return <Line kind={row.mark} icon={<Icon size={13} />} text={text} {...(isMine && { title: words.handling.marksHint[row.mark] })} />;
}

function Line({ kind, icon, text, title }: { kind: string; icon: preact.ComponentChildren; text: string; title?: string }) {
  return <span class={`row-mark row-mark-${kind}`} title={title}>{icon}{text}</span>;
}
