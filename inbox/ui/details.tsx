/** What is known of the visitor, and how well. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { DeskThread, Visitor } from '../../protocol/messages.ts';
import { languageName } from '../languages.ts';
import { hrefOf } from '../links.ts';
import { lettersOf, nameOf } from '../people.ts';
import { ago, clockIn, full } from '../times.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';
import { Door, Others, Pages, TagsBlock } from './known.tsx';
import { shortUrl } from './thread-head.tsx';

export function Details({ row, onClose }: { row: DeskThread; onClose: () => void }) {
  const desk = useDesk();
  const visitor = desk.visitor.value;
  const close = useRef<HTMLButtonElement>(null);
  const root = useRef<HTMLElement>(null);

  // Lying over the thread it is a place of its own: the focus goes in, Escape comes out.
  useEffect(() => {
    if (getComputedStyle(root.current!).position !== 'static') close.current?.focus();
  }, []);
  const name = nameOf(visitor, row.who);
  const here = desk.isHere(row.who);
  const leave = () => {
    onClose();
    document.querySelector<HTMLElement>('.details-button')?.focus();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a courtesy beside Escape and the close button */}
      <div class="details-veil" onClick={leave} />
      <section class="details" ref={root} aria-label={words.details} onKeyDown={(event) => {
        if (event.key !== 'Escape' || getComputedStyle(root.current!).position === 'static') return;
        event.preventDefault();
        leave();
      }}>
        <header class="pane-head details-head">
          <h2>{words.details}</h2>
          <button type="button" ref={close} class="button button-icon details-close" aria-label={words.close} onClick={leave}><icons.Close /></button>
        </header>
        <div class="scroll details-scroll">
          <div class="person">
            <Avatar id={row.who} letters={lettersOf(visitor, row.who)} here={here} size="big" />
            <p class="person-name"><bdi>{name}</bdi></p>
            <Standing visitor={visitor} />
            {visitor?.blocked && <p class="standing standing-blocked"><icons.Block size={15} />{words.know.blockedShort}</p>}
          </div>
          {visitor && <Facts visitor={visitor} here={here === true} now={desk.now.value} />}
          <TagsBlock row={row} />
          <Pages />
          <Events visitor={visitor} now={desk.now.value} />
          <Others row={row} />
          <Door row={row} visitor={visitor} />
        </div>
      </section>
    </>
  );
}

/** How sure we are who she is: the one thing an agent must not overlook. */
function Standing({ visitor }: { visitor: Visitor | undefined }) {
  const claims = visitor?.name || visitor?.email;
  const [kind, label, hint] = visitor?.verified ? ['verified', words.verified, words.verifiedHint]
    : claims ? ['unverified', words.unverified, words.unverifiedHint]
    : ['anonymous', words.anonymous, words.anonymousHint];
  return (
    <>
      <p class={`standing standing-${kind}`}>{kind === 'verified' ? <icons.Shield size={15} /> : kind === 'unverified' ? <icons.Alert size={15} /> : <icons.Person size={15} />}{label}</p>
      <p class="standing-hint">{hint}</p>
    </>
  );
}

function Facts({ visitor, here, now }: { visitor: Visitor; here: boolean; now: number }) {
  const time = clockIn(visitor.zone, now);
  const referrer = visitor.page?.referrer;
  return (
    <dl class="facts">
      {visitor.email && <Fact icon={<icons.Mail />} label={words.about.email}>
        <Mailbox email={visitor.email} />{!visitor.verified && <span class="tag tag-warn">{words.unverified}</span>}
      </Fact>}
      {visitor.subject && <Fact icon={<icons.Key />} label={words.about.subject}><bdi>{visitor.subject}</bdi></Fact>}
      {visitor.page && <Fact icon={<icons.Page />} label={here ? words.about.page : words.about.lastPage}>
        {visitor.page.title && <><bdi>{visitor.page.title}</bdi><br /></>}<Address url={visitor.page.url} />
      </Fact>}
      {visitor.page && <Fact icon={<icons.Arrow />} label={words.about.referrer}>{referrer ? <Address url={referrer} /> : words.about.unknown}</Fact>}
      {time && <Fact icon={<icons.Clock />} label={words.about.zone}>{time.weekday} {time.clock} <span class="quiet">{visitor.zone?.replaceAll('_', ' ')}</span></Fact>}
      {visitor.lang && <Fact icon={<icons.Globe />} label={words.about.language}>{languageName(visitor.lang)}</Fact>}
      {visitor.device && <Fact icon={<icons.Device />} label={words.about.device}><bdi>{visitor.device}</bdi></Fact>}
      <Fact icon={<icons.Plus />} label={words.about.firstSeen}><time title={full(visitor.created)}>{ago(visitor.created, now)}</time></Fact>
      <Fact icon={<icons.Eye />} label={words.about.lastSeen}>{here ? words.onSite : <time title={full(visitor.at)}>{ago(visitor.at, now)}</time>}</Fact>
    </dl>
  );
}

function Fact({ icon, label, children }: { icon: ComponentChildren; label: string; children: ComponentChildren }) {
  return <div class="fact"><dt>{icon}<span>{label}</span></dt><dd>{children}</dd></div>;
}

function Mailbox({ email }: { email: string }) {
  const href = hrefOf(email);
  return href ? <a class="address" href={href}><bdi>{email}</bdi></a> : <bdi class="address">{email}</bdi>;
}

function Address({ url }: { url: string }) {
  const href = /^https?:/i.test(url) ? hrefOf(url) : undefined;
  const text = shortUrl(url);
  return href
    ? <a class="address" href={href} title={url} target="_blank" rel="noopener noreferrer nofollow ugc"><bdi>{text}</bdi></a>
    : <bdi class="address" title={url}>{text}</bdi>;
}

function Events({ visitor, now }: { visitor: Visitor | undefined; now: number }) {
  const events = visitor?.events ?? [];
  return (
    <section class="block">
      <h3 class="eyebrow">{words.events}</h3>
      {events.length === 0 && <p class="hint">{words.noEvents}</p>}
      <ol class="events">
        {events.map((event, index) => (
          <li key={index} class="event">
            <p><bdi>{event.name}</bdi><time title={full(event.at)}>{ago(event.at, now)}</time></p>
            {event.data && <p class="event-data">{Object.entries(event.data).map(([key, value]) => <span key={key}><bdi>{key}</bdi> <b><bdi>{String(value)}</bdi></b></span>)}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
