/** The one place where the inbox's parts are made and joined. */
import './style.css';
import { render } from 'preact';
import { openDatabase } from '../client/database.ts';
import { startTeamSync } from '../client/team.ts';
import { uuid } from '../client/uuid.ts';
import { SUBPROTOCOL } from '../protocol/limits.ts';
import { row, TO_AGENT } from '../protocol/to-agent.ts';
import { openDoors } from './doors.ts';
import type { Engine } from './engine.ts';
import { openKeep } from './keep.ts';
import { openRinger } from './ringer.ts';
import { brandOf, inviteOf } from './route.ts';
import { createInbox } from './state.ts';
import { App } from './ui/app.tsx';

const brand = brandOf(location.pathname);
const doors = openDoors(brand, (input, init) => fetch(input, init));
const keep = openKeep(brand, () => localStorage);

const inbox = createInbox({
  brand, doors, keep, newId: uuid, startEngine, ringer: openRinger(`leaveword-inbox:${brand}`),
  address: {
    path: () => location.pathname,
    push: (path) => { if (path !== location.pathname) history.pushState(null, '', path); },
    replace: (path) => history.replaceState(null, '', path),
  },
  invite: inviteOf(location.hash),
});

function startEngine(agent: string): Engine {
  const at = `/v1/${encodeURIComponent(brand)}`;
  return startTeamSync({
    database: openDatabase(`leaveword-inbox:${brand}:${agent}`),
    side: 'team',
    url: `${location.origin.replace(/^http/, 'ws')}${at}/agent`,
    async protocols() {
      const answer = await doors.ticket();
      if (answer.failure) {
        // The session is over: say so now, instead of trying for ever.
        if (answer.failure.code === 'unauthorized') void inbox.check(false);
        throw new Error(answer.failure.reason);
      }
      return [SUBPROTOCOL, `t.${(answer.value as { ticket: string }).ticket}`];
    },
    post: { url: `${at}/desk/frames`, type: 'application/json', body: (frames) => JSON.stringify({ frames }) },
    frames: TO_AGENT,
    row,
  });
}

const look = () => {
  inbox.visible.value = document.visibilityState === 'visible';
  inbox.watched.value = inbox.visible.value && document.hasFocus();
};
for (const event of ['focus', 'blur']) addEventListener(event, look);
document.addEventListener('visibilitychange', look);
addEventListener('popstate', inbox.follow);
look();

render(<App inbox={inbox} />, document.getElementById('inbox')!);
void inbox.start();
