/** Below the facts: the tags of the thread, where she was while she wrote, her other threads, and the door. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DeskThread, Message, Visitor } from '../../protocol/messages.ts';
import { nameOf } from '../people.ts';
import { ago, full, short } from '../times.ts';
import { words } from '../words.ts';
import { useDesk, useInbox } from './context.ts';
import { Confirm } from './dialog.tsx';
import * as icons from './icons.tsx';
import { Link } from './link.tsx';
import { PageName } from './thread-head.tsx';
import { Tags } from './tags.tsx';

const PAGES_SHOWN = 5;

export function TagsBlock({ row }: { row: DeskThread }) {
  return (
    <section class="block">
      <h3 class="eyebrow">{words.know.tags}</h3>
      <Tags row={row} id="tags-details" />
    </section>
  );
}

interface Visit { url: string; title?: string | undefined; at: number }

/** Each page once, where she last wrote from it, the newest first. */
export function pagesOf(messages: readonly Message[]): Visit[] {
  const visits = new Map<string, Visit>();
  for (const { page, at } of messages) if (page) visits.set(page.url, { url: page.url, title: page.title, at });
  return [...visits.values()].sort((a, b) => b.at - a.at);
}

export function Pages() {
  const desk = useDesk();
  const isOpen = useSignal(false);
  const pages = pagesOf(desk.held.value?.messages ?? []);
  if (pages.length === 0) return null;
  const shown = isOpen.value ? pages : pages.slice(0, PAGES_SHOWN);
  return (
    <section class="block">
      <h3 class="eyebrow">{words.know.pages}</h3>
      <ol class="visits">
        {shown.map(({ url, title, at }) => (
          <li key={url} class="visit"><PageName url={url} title={title} /><time class="hint" title={full(at)}>{ago(at, desk.now.value)}</time></li>
        ))}
      </ol>
      {pages.length > shown.length && <button type="button" class="text-button" onClick={() => (isOpen.value = true)}>{words.know.morePages(pages.length - shown.length)}</button>}
    </section>
  );
}

export function Others({ row }: { row: DeskThread }) {
  const desk = useDesk();
  const others = desk.others.value;
  const more = desk.hasMoreOf(row.who);
  const isOn = desk.engine.line.value === 'on';
  const isFetching = useSignal(false);
  const fetch = async () => {
    if (isFetching.peek()) return;
    isFetching.value = true;
    await desk.moreOf(row.who);
    isFetching.value = false;
  };
  useEffect(() => {
    if (isOn && more === undefined) void fetch();
  }, [row.who, isOn]);
  return (
    <section class="block">
      <h3 class="eyebrow">{words.otherThreads}</h3>
      {others.length === 0 && <p class="hint" role="status">{isFetching.value ? words.loadingOlder : more === false ? words.noOtherThreads : words.know.othersUnknown}</p>}
      <ul class="others">
        {others.map((other) => (
          <li key={other.id}>
            <Link class="other" to={{ at: 'box', box: other.state === 'ended' ? 'ended' : 'all', thread: other.id }}>
              <bdi>{other.preview || words.noMessage}</bdi>
              <span>{words.know.states[other.state]} · {short(other.at, desk.now.value)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {more && isOn && (
        <button type="button" class="text-button" aria-busy={isFetching.value} onClick={fetch}>{isFetching.value ? words.loadingOlder : words.olderThreads}</button>
      )}
    </section>
  );
}

export function Door({ row, visitor }: { row: DeskThread; visitor: Visitor | undefined }) {
  const inbox = useInbox();
  const desk = useDesk();
  const say = words.know;
  return (
    <section class="block door">
      {visitor?.blocked
        ? <><p class="door-shut"><icons.Block size={15} />{say.isBlocked}</p><button type="button" class="button button-small" onClick={() => desk.block(row.who, false)}>{say.commands.unblock}</button></>
        : <button type="button" class="button button-small button-block" onClick={() => (inbox.dialog.value = 'block')}><icons.Block size={15} />{say.commands.block}</button>}
    </section>
  );
}

export function BlockDialog({ row, onClose }: { row: DeskThread; onClose: () => void }) {
  const desk = useDesk();
  const name = nameOf(desk.visitors.value.get(row.who), row.who);
  return (
    <Confirm title={words.know.blockTitle(name)} text={words.know.blockText} action={words.know.blockAction} onClose={onClose}
      onConfirm={() => { onClose(); void desk.block(row.who, true); }} />
  );
}

/** Above the composer: an answer still reaches her, but nothing comes back. */
export function BlockedNote({ row }: { row: DeskThread }) {
  const desk = useDesk();
  if (!desk.visitors.value.get(row.who)?.blocked) return null;
  return (
    <p class="blocked-note"><icons.Block size={15} /><span>{words.know.blockedNote}</span>
      <button type="button" class="text-button" onClick={() => desk.block(row.who, false)}>{words.know.unblockShort}</button></p>
  );
}
