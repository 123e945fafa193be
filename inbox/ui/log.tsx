/** What was said, and where the reader is in it. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { DeskThread } from '../../protocol/messages.ts';
import type { Desk } from '../desk.ts';
import { NAME, sentence } from '../entries.ts';
import { day } from '../times.ts';
import { words } from '../words.ts';
import { useAim } from './aim.ts';
import { useDesk } from './context.ts';
import { EntryLine, useReader } from './entry.tsx';
import { Group } from './group.tsx';
import * as icons from './icons.tsx';
import { Note, PendingNotes } from './note.tsx';

/** Nearer to the end than this means reading along. About two lines. */
const NEAR_PX = 60;
/** How many messages the fresh opening of a thread should show if there are as many. */
const ENOUGH = 20;

export function Log({ row, name }: { row: DeskThread; name: string }) {
  const desk = useDesk();
  const items = desk.items.value;
  const held = desk.held.value;
  const scroll = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isAtEnd = useSignal(true);
  const below = useSignal(0);
  const isFetching = useSignal(false);
  const last = useRef({ first: '', newest: '', height: 0, seq: 0 });

  const messages = held?.messages ?? [];
  const first = messages[0]?.id ?? '';
  const newestItem = items.at(-1);
  const newest = newestItem?.is === 'group' ? newestItem.bubbles.at(-1)!.id : newestItem?.key ?? '';
  const isOwn = newestItem?.is === 'group' && newestItem.by === 'agent' && newestItem.agent === desk.me;

  const toEnd = (smooth = false) => {
    const box = scroll.current;
    box?.scrollTo({ top: box.scrollHeight, behavior: smooth && !matchMedia('(prefers-reduced-motion: reduce)').matches ? 'smooth' : 'auto' });
  };
  const older = async () => {
    if (isFetching.value) return;
    isFetching.value = true;
    try {
      await desk.older(row.id);
    } finally {
      isFetching.value = false;
    }
  };

  // The reader's place: older messages come in above without a jump, newer ones are followed only from the end.
  useLayoutEffect(() => {
    const box = scroll.current!;
    const before = last.current;
    const isOpening = before.newest === '' && newest !== '';
    if (isOpening) {
      const mark = box.querySelector<HTMLElement>('.new-mark');
      if (mark) box.scrollTop = mark.offsetTop - box.clientHeight / 3;
      else toEnd();
    } else if (first !== before.first && newest === before.newest) {
      box.scrollTop += box.scrollHeight - before.height;
    } else if (newest !== before.newest) {
      if (isOwn || isAtEnd.value) toEnd();
      else if (row.seq > before.seq) below.value += row.seq - before.seq;
    }
    last.current = { first, newest, height: box.scrollHeight, seq: row.seq };
    follow();
  }, [first, newest, items]);

  const noted = desk.notes.pending.value.length;
  useLayoutEffect(() => {
    if (noted > 0) toEnd();
  }, [noted]);

  const follow = () => {
    const box = scroll.current;
    if (!box) return;
    isAtEnd.value = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    if (isAtEnd.value) below.value = 0;
  };

  // The composer grows, the phone's keyboard opens, a window is pulled smaller: whoever was at the end stays there.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (isAtEnd.value) toEnd();
      if (scroll.current) last.current.height = scroll.current.scrollHeight;
    });
    observer.observe(scroll.current!);
    observer.observe(content.current!);
    return () => observer.disconnect();
  }, []);

  useAim(scroll, row.id);
  const isThin = held?.more === true && messages.length < ENOUGH;
  const isOn = desk.engine.line.value === 'on';
  useEffect(() => {
    if (isThin && isOn) void older();
  }, [isThin, isOn]);

  useSignalEffect(() => {
    // Read when it is on the screen, the page is looked at, and there is something.
    if (isAtEnd.value && desk.watched.value && desk.held.value?.messages.length) desk.read();
  });

  return (
    <div class="log-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div class="log scroll" ref={scroll} role="log" aria-live="off" aria-label={words.messages} tabIndex={0}
        onScroll={() => {
          follow();
          // A scroll may still be told of when the thread has left the screen.
          if (scroll.current && scroll.current.scrollTop < 300 && held?.more && isOn) void older();
        }}>
        <div class="log-content" ref={content}>
          {held && !held.more
            ? <p class="log-start">{words.beginning}</p>
            : <p class="log-start" role="status">{isFetching.value ? words.olderMessages : ''}</p>}
          {items.map((item) => (
            item.is === 'day' ? <h2 key={item.key} class="day"><span>{day(item.at, desk.now.value)}</span></h2>
              : item.is === 'new' ? <p key={item.key} class="new-mark"><span>{words.newMessages}</span></p>
              : item.is === 'entry' ? <EntryLine key={item.key} entry={item.entry} />
              : item.is === 'note' ? <Note key={item.key} entry={item.entry} />
              : <Group key={item.key} group={item} name={name} who={row.who} />
          ))}
          {/* No status of its own: that it ended is told by whoever ended it, with the toast or as news. */}
          {row.state === 'ended' && <p class="log-end"><icons.Done size={15} />{words.endedNote}</p>}
          <PendingNotes />
          <Typing row={row} name={name} />
        </div>
      </div>
      {!isAtEnd.value && (
        <button type="button" class={`to-end ${below.value > 0 ? 'to-end-new' : ''}`} onClick={() => toEnd(true)} aria-label={words.toNewest}>
          {below.value > 0 && words.newBelow(below.value)}<icons.Down size={16} />
        </button>
      )}
      <Announcer name={name} />
    </div>
  );
}

function Typing({ row, name }: { row: DeskThread; name: string }) {
  const desk = useDesk();
  const typing = desk.held.value?.typing;
  const colleague = typing?.agent ? desk.agents.value.get(typing.agent)?.name ?? words.someone : undefined;
  return (
    <div class="typing-place">
      {typing && (
        <p class={`typing ${colleague ? 'typing-colleague' : ''}`} key={row.id}>
          <span class="typing-dots" aria-hidden="true"><i /><i /><i /></span>
          <bdi>{colleague ? words.colleagueTyping(colleague) : words.typing(name)}</bdi>
        </p>
      )}
    </div>
  );
}

/** Says once what somebody else did or said last: history that scrolls in is no news. */
function Announcer({ name }: { name: string }) {
  const desk = useDesk();
  const opened = useRef(desk.row.peek()?.seq ?? 0);
  const known = useRef(Math.max(desk.row.peek()?.rev ?? 0, ...entriesOf(desk).map(({ rev }) => rev)));
  const text = useComputed(() => {
    const message = desk.held.value?.messages.at(-1);
    if (!message || message.seq <= opened.current || message.agent === desk.me) return '';
    const by = message.by === 'visitor' ? name : message.by === 'brand' ? words.autoReply : message.name ?? words.team;
    return words.said(by, message.body);
  });
  // Her own acts are told where she does them, and a note is no line of the log.
  const entry = entriesOf(desk).findLast(({ rev, by, what }) => rev > known.current && by !== desk.me && what !== 'note');
  const reader = useReader();
  return (
    <>
      <p class="unseen" aria-live="polite">{text}</p>
      <p class="unseen" aria-live="polite">{entry ? sentence(entry, reader).replaceAll(NAME, '') : ''}</p>
    </>
  );
}

const entriesOf = (desk: Desk) => desk.engine.entries.value.get(desk.thread.value ?? '') ?? [];
