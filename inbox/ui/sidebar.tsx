/** Whose inbox it is, the boxes, who else is in, and oneself. On a phone: the bar at the bottom. */
import { BOXES, type BoxName } from '../boxes.ts';
import { standingOf } from '../load.ts';
import { initialsOf } from '../people.ts';
import { words } from '../words.ts';
import { Avatar, Mark } from './avatar.tsx';
import { useDesk, useInbox, useSignedIn } from './context.ts';
import * as icons from './icons.tsx';
import { Link } from './link.tsx';
import { MeMenu } from './me-menu.tsx';
import { Slots, standingWords } from './slots.tsx';
import { useMedia } from './width.ts';

/** As in style/phone.css. */
const PHONE = '(max-width: 767px)';
const BOX_ICONS = { waiting: icons.Clock, mine: icons.Person, returned: icons.Return, snoozed: icons.Moon, all: icons.Inbox, ended: icons.Done } satisfies Record<BoxName, unknown>;

export function Sidebar() {
  const { me } = useSignedIn();
  const brand = useInbox().mark.value ?? me.brand;
  return (
    <nav class="sidebar" aria-label={words.boxList}>
      <div class="sidebar-brand">
        <Mark mark={brand} />
        <strong class="sidebar-name"><bdi>{brand.name}</bdi></strong>
      </div>
      <ul class="boxes">
        {BOXES.map((box) => <BoxLink key={box} box={box} />)}
      </ul>
      <ReportLink />
      <Colleagues />
      <MeMenu />
    </nav>
  );
}

function ReportLink() {
  const isHere = useInbox().place.value.at === 'report';
  return (
    <div class="boxes boxes-report">
      <Link to={{ at: 'report' }} class="box" aria-current={isHere ? 'page' : undefined} title={words.report.title}>
        <icons.Chart /><span class="box-name">{words.report.title}</span>
      </Link>
    </div>
  );
}

function BoxLink({ box }: { box: BoxName }) {
  const desk = useDesk();
  const place = useInbox().place.value;
  const Icon = BOX_ICONS[box];
  const n = desk.counts.value[box];
  const isHere = place.at === 'box' && place.box === box;
  // A phone has no room for Returned beside Mine, where it stands at the top: there Mine calls for it.
  const returned = useMedia(PHONE).value && box === 'mine' ? desk.counts.value.returned : 0;
  // What waits for her own hand is told loudly; what is somebody else's, aside or over is only counted.
  const isLoud = box === 'waiting' || box === 'returned' || returned > 0;
  const isQuiet = box === 'ended' || box === 'snoozed';
  return (
    <li class={`boxes-${box}`}>
      <Link to={{ at: 'box', box }} class={`box ${isLoud && n > 0 ? 'box-calls' : ''}`} aria-current={isHere ? 'page' : undefined}
        title={words.boxes[box]}>
        <Icon />
        <span class="box-name">{words.boxes[box]}</span>
        {n > 0 && <span class={`box-count ${isQuiet ? 'box-count-quiet' : ''}`}>{n}</span>}
        {returned > 0 && <span class="unseen"> {words.handling.returnedOfThese(returned)}</span>}
      </Link>
    </li>
  );
}

function Colleagues() {
  const desk = useDesk();
  const colleagues = desk.colleagues.value;
  if (colleagues.length === 0) return <div class="colleagues" />;
  const here = desk.engine.here.value;
  return (
    <section class="colleagues" aria-label={words.colleaguesHere}>
      <h2 class="eyebrow">{words.colleagues}</h2>
      <ul>
        {colleagues.map((agent) => {
          const standing = standingOf(agent, here.has(agent.id));
          const state = standingWords(standing);
          return (
            <li key={agent.id} class={`colleague ${standing === 'gone' ? 'colleague-gone' : ''}`} title={words.colleagueState(agent.name, state)}>
              <span class="ring-avatar">
                <Avatar id={agent.id} letters={initialsOf(agent.name)} size="small" />
                <span class={`state state-${standing}`} role="img" aria-label={state} />
              </span>
              <bdi class="colleague-name">{agent.name}</bdi>
              <Slots agent={agent} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
