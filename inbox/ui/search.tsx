/** What was said, wherever in the brand: the newest first, each leading to its place. */
import type { Hit } from '../../protocol/frames.ts';
import { lettersOf, nameOf } from '../people.ts';
import { light } from '../search.ts';
import { ago, full } from '../times.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { Choices, useChoosing } from './choices.tsx';
import { keyOf } from './commands.ts';
import { useDesk, useInbox } from './context.ts';
import { Finder } from './finder.tsx';
import * as icons from './icons.tsx';

export function SearchDialog({ onClose }: { onClose: () => void }) {
  const desk = useDesk();
  const { search } = desk;
  const hits = search.hits.value;
  const state = search.state.value;
  const say = words.know;
  const take = (hit: Hit) => {
    onClose();
    requestAnimationFrame(() => desk.aimAt({ thread: hit.thread, at: hit.at, seq: hit.seq }));
  };
  const choosing = useChoosing({ id: 'search-list', options: hits, take, tab: false });
  const isStale = search.foundFor.value !== search.text.value.trim();
  const text = state === 'idle' ? say.searchIdle
    : state === 'unanswered' ? (desk.engine.line.value === 'on' ? say.searchFailed : say.searchOffline)
    : state === 'answered' && hits.length === 0 ? say.searchNone(search.foundFor.value)
    : state === 'asking' && hits.length === 0 ? say.searching
    : '';
  return (
    <Finder label={say.commands.search} placeholder={say.searchPlaceholder} value={search.text.value} choosing={choosing as never} onInput={search.write} onClose={onClose} busy={state === 'asking'}>
      {text && (
        <div class="finder-state" role="status">
          <p>{text}</p>
          {state === 'unanswered' && <button type="button" class="button button-small" onClick={search.again}>{words.tryAgain}</button>}
        </div>
      )}
      {!text && <p class="unseen" role="status">{isStale ? '' : say.choices(hits.length)}</p>}
      {state !== 'idle' && (
        <Choices choosing={choosing} label={say.searchResults} keyOf={(hit) => `${hit.thread} ${hit.seq ?? 'note'} ${hit.at}`} className={`finder-list ${isStale ? 'finder-stale' : ''}`}>
          {(hit) => <Found hit={hit} asked={search.foundFor.value} />}
        </Choices>
      )}
      {search.more.value && hits.length > 0 && !isStale && (
        <div class="finder-more"><button type="button" class="button button-quiet button-small" aria-busy={state === 'asking'} onClick={search.older}>{say.searchMore}</button></div>
      )}
    </Finder>
  );
}

/** On a phone there is no key for it. */
export function SearchButton() {
  const inbox = useInbox();
  const name = words.know.commands.search;
  return (
    <button type="button" class="button button-icon search-button" aria-label={name} title={inbox.isKeen.value ? `${name} (${keyOf('search')})` : name} aria-keyshortcuts={inbox.isKeen.value ? keyOf('search') : undefined}
      onClick={() => (inbox.dialog.value = 'search')}><icons.Search /></button>
  );
}

function Found({ hit, asked }: { hit: Hit; asked: string }) {
  const desk = useDesk();
  const row = desk.rows.value.get(hit.thread);
  const visitor = row ? desk.visitors.value.get(row.who) : undefined;
  const name = row ? nameOf(visitor, row.who) : words.someone;
  const by = hit.by === 'visitor' ? '' : hit.by === 'brand' ? words.autoReply : hit.name ?? words.team;
  return (
    <>
      <Avatar id={row?.who ?? hit.thread} letters={row ? lettersOf(visitor, row.who) : '?'} size="small" />
      <span class="found-words">
        <span class="found-top">
          <bdi class="pick-name">{name}</bdi>
          {hit.by === 'note' && <span class="found-note"><icons.Lock size={11} />{words.know.note}</span>}
          {row?.state === 'ended' && <span class="hint">{words.ended}</span>}
          <time class="hint" dateTime={new Date(hit.at).toISOString()} title={full(hit.at)}>{ago(hit.at, desk.now.value)}</time>
        </span>
        <span class="found-text" dir="auto">
          {by && <span class="found-by"><bdi>{by}</bdi>: </span>}
          {light(hit.text, asked).map((piece, index) => (piece.lit ? <mark key={index}>{piece.text}</mark> : piece.text))}
        </span>
      </span>
    </>
  );
}
