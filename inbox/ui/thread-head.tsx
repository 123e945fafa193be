/** Who it is with, whose it is, and what can be done about it. */
import type { DeskThread } from '../../protocol/messages.ts';
import { hrefOf } from '../links.ts';
import { ago } from '../times.ts';
import { lettersOf } from '../people.ts';
import { words } from '../words.ts';
import { Actions } from './actions.tsx';
import { Avatar } from './avatar.tsx';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';
import { focusRow } from './walk.ts';
import { Link } from './link.tsx';
import { Lookers } from './lookers.tsx';
import type { DetailsPane } from './width.ts';

export function ThreadHead({ row, name, details }: { row: DeskThread; name: string; details: DetailsPane }) {
  const desk = useDesk();
  const visitor = desk.visitor.value;
  const here = desk.isHere(row.who);
  const page = visitor?.page;
  return (
    <header class="pane-head thread-head">
      <Link class="button button-icon thread-back" to={{ at: 'box', box: desk.box.value }} aria-label={words.back} title={words.back}
        onFollow={() => focusRow(row.id)}>
        <icons.Back />
      </Link>
      <Avatar id={row.who} letters={lettersOf(visitor, row.who)} here={here} />
      <div class="thread-who">
        <h1><bdi>{name}</bdi>{visitor?.verified && <span class="seal" title={words.verified}><icons.Shield size={15} /><span class="unseen">{words.verified}</span></span>}</h1>
        <p class="thread-where">
          <span class={here ? 'where-here' : ''}>{here ? words.onSite : !visitor ? here === false && words.hasLeft : (here === false ? words.leftAgo : words.seenAgo)(ago(visitor.at, desk.now.value))}</span>
          {here && page && <> · <PageName url={page.url} title={page.title} /></>}
        </p>
      </div>
      <Lookers />
      <Actions row={row} isBeside={details.isOpen.value} />
      <button type="button" class="button button-icon details-button" aria-pressed={details.isOpen.value} onClick={details.toggle}
        aria-label={details.isOpen.value ? words.hideDetails : words.showDetails} title={words.details}>
        <icons.Panel />
      </button>
    </header>
  );
}

/** Her browser said it: shown as text, and as a link only where it is one. */
export function PageName({ url, title }: { url: string; title?: string | undefined }) {
  const href = /^https?:/i.test(url) ? hrefOf(url) : undefined;
  const text = title || shortUrl(url);
  return href
    ? <a class="page-name" href={href} title={url} target="_blank" rel="noopener noreferrer nofollow ugc"><bdi>{text}</bdi></a>
    : <span class="page-name" title={url}><bdi>{text}</bdi></span>;
}

export function shortUrl(url: string): string {
  return url.replace(/^https?:\/\/(?:www\.)?/i, '').replace(/[?#].*$/, '').replace(/\/$/, '');
}
