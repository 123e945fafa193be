/** Whose inbox it is, the boxes, who else is in, and oneself. On a phone: the bar at the bottom. */
import { BOXES, type BoxName } from '../boxes.ts';
import { initialsOf } from '../people.ts';
import { words } from '../words.ts';
import { Avatar, Mark } from './avatar.tsx';
import { useDesk, useInbox, useSignedIn } from './context.ts';
import * as icons from './icons.tsx';
import { Link } from './link.tsx';
import { MeMenu } from './me-menu.tsx';

const BOX_ICONS = { waiting: icons.Clock, mine: icons.Person, all: icons.Inbox, ended: icons.Done } satisfies Record<BoxName, unknown>;

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
      <Colleagues />
      <MeMenu />
    </nav>
  );
}

function BoxLink({ box }: { box: BoxName }) {
  const desk = useDesk();
  const place = useInbox().place.value;
  const Icon = BOX_ICONS[box];
  const n = desk.counts.value[box];
  const isHere = place.at === 'box' && place.box === box;
  return (
    <li>
      <Link to={{ at: 'box', box }} class={`box ${box === 'waiting' && n > 0 ? 'box-calls' : ''}`} aria-current={isHere ? 'page' : undefined}
        title={words.boxes[box]}>
        <Icon />
        <span class="box-name">{words.boxes[box]}</span>
        {n > 0 && box !== 'ended' && <span class="box-count">{n}</span>}
        {n > 0 && box === 'ended' && <span class="box-count box-count-quiet">{n}</span>}
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
    <section class="colleagues" aria-label={words.colleagues}>
      <h2 class="eyebrow">{words.colleagues}</h2>
      <ul>
        {colleagues.map((agent) => {
          const isHere = here.has(agent.id);
          const state = isHere ? words.status[agent.status] : words.notHere;
          return (
            <li key={agent.id} class={`colleague ${isHere ? '' : 'colleague-gone'}`} title={words.colleagueState(agent.name, state)}>
              <span class="ring-avatar">
                <Avatar id={agent.id} letters={initialsOf(agent.name)} size="small" />
                <span class={`state state-${isHere ? agent.status : 'gone'}`} role="img" aria-label={state} />
              </span>
              <bdi class="colleague-name">{agent.name}</bdi>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
