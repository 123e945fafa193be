/** I5, I6, I7, I9, I12: every tab holds what the server holds, and its disk claims no more than it has. */
import { createHash } from 'node:crypto';
import { type AnyThread, type Held, unread } from '../../client/thread.ts';
import type { Fail, Log, ThreadRow } from './checker.ts';
import type { Game } from './game.ts';
import type { Tab } from './device.ts';

export function sameAsServer(game: Game, brand: string, log: Log, fail: Fail): void {
  for (const shopper of game.shoppers) {
    if (shopper.brand !== brand) continue;
    for (const { tab, visitor } of shopper.tabs) {
      const sync = visitor.sync.value;
      if (!sync) continue;
      // Where storage fails under two tabs at once, each may be somebody of her own until it is closed.
      if (shopper.device.troubled && shopper.tabs.length > 1) continue;
      const name = tab.place.name;
      if (sync.line.value !== 'on') fail('I7', `${name} has no line: ${sync.line.value}`);
      hasLine(tab, fail);
      const me = whoIs(game, brand, tab);
      const hers = [...log.threads.values()].filter(({ visitor }) => visitor === me);
      sameThreads(name, 'visitor', sync.threads.value, hers, log, fail);
      sameDisk(tab, `leaveword:${brand}`, sync.keeps.value, hers, log, fail);
    }
  }
  const team = game.disks.rows(game.house.fileOf(brand), 'SELECT id, status FROM agent') as { id: string; status: string }[];
  for (const clerk of game.clerks) {
    if (clerk.brand !== brand) continue;
    for (const { tab, engine } of clerk.tabs) {
      const name = tab.place.name;
      if (engine.line.value !== 'on') fail('I7', `${name} has no line: ${engine.line.value}`);
      hasLine(tab, fail);
      const all = [...log.threads.values()];
      sameThreads(name, 'team', engine.threads.value, all, log, fail);
      for (const { id, status } of team) {
        const row = engine.rows.value.get(id) as { status?: string; active?: number } | undefined;
        const active = all.filter(({ state, agent }) => state === 'assigned' && agent === id).length;
        if (row?.status !== status || row.active !== active) fail('I12', `${name} holds that ${id} is ${row?.status} with ${row?.active}, and she is ${status} with ${active}`);
      }
      sameDisk(tab, `leaveword-inbox:${brand}:${clerk.name}`, engine.keeps.value, all, log, fail);
    }
  }
}

/** I7: a line on which nothing comes and goes is none, whatever the page believes. */
function hasLine({ link, place }: Tab, fail: Fail): void {
  if (link?.dead && link.client.readyState === 1) fail('I7', `${place.name} takes a dead line for one`);
}

/** By the token on its newest line: `ok.me` tells no id before her first word. */
function whoIs(game: Game, brand: string, tab: Tab): string {
  const hash = createHash('sha256').update(tab.offered).digest('hex');
  const [known] = game.disks.rows(game.house.fileOf(brand), 'SELECT visitor FROM token WHERE hash = ?', hash) as { visitor: string }[];
  return known?.visitor ?? hash.slice(0, 32);
}

function sameThreads(name: string, side: 'visitor' | 'team', held: ReadonlyMap<string, Held<AnyThread>>, rows: ThreadRow[], { messages }: Log, fail: Fail): void {
  for (const id of held.keys()) if (!rows.some((row) => row.id === id)) fail('I9', `${name} holds ${id}, which is not there, or not for it`);
  for (const row of rows) {
    const said = messages.get(row.id) ?? [];
    const own = held.get(row.id);
    if (!own?.row) return fail('I5', `${name} does not hold ${row.id}`);
    const has = own.row as AnyThread & { ended?: boolean; state?: string; episode: number };
    const what = [has.seq, has.at, has.episode, has.visitor.got, has.visitor.seen, has.team.got, has.team.seen, has.state ?? has.ended].join();
    const is = [row.seq, row.at, row.episode, row.visitor_got, row.visitor_seen, row.team_got, row.team_seen, side === 'team' ? row.state : row.state === 'ended'].join();
    if (what !== is) fail('I5', `${name} holds ${row.id} as ${what} at ${has.rev}, and it is ${is} at ${row.rev}`);
    if (own.ahead.length) fail('I5', `${name} holds ${own.ahead.length} of ${row.id} behind a hole`);
    if (!own.messages.length && side === 'team') continue;
    const tail = said.slice(said.length - own.messages.length);
    const same = own.messages.length > 0 === said.length > 0 && own.messages.every((each, at) => each.seq === tail[at]?.seq && each.id === tail[at].id && each.body === tail[at].body && each.at === tail[at].at);
    if (!same) fail('I5', `${name} holds of ${row.id} ${own.messages.map(({ seq }) => seq)}, and there is ${said.map(({ seq }) => seq)}`);
    const seen = side === 'visitor' ? row.visitor_seen : row.team_seen;
    const counted = tail.filter(({ seq, by }) => seq > seen && (by === 'visitor') !== (side === 'visitor')).length;
    if (unread(own, side) !== counted) fail('I12', `${name} counts ${unread(own, side)} unread of ${row.id}, and there are ${counted}`);
  }
}

/** S11: a page that opens now would begin with this, and would never ask for what it says it has. */
function sameDisk(tab: Tab, shelf: string, keeps: 'disk' | 'memory', rows: ThreadRow[], { epoch, messages }: Log, fail: Fail): void {
  const name = tab.device.name;
  const { data } = tab.device.shelf(shelf);
  const standing = data.get('ok') as { epoch: string; rev: number } | undefined;
  if (!standing) return;
  if (standing.epoch !== epoch) return keeps === 'disk' ? fail('I15', `${name} has ${standing.epoch} on disk, and it is ${epoch}`) : undefined;
  for (const row of rows) {
    if (row.rev > standing.rev) continue;
    const kept = data.get(`row:thread:${row.id}`) as { rev: number } | undefined;
    if (kept?.rev !== row.rev) fail('I5', `${name} has ${row.id} of ${kept?.rev} on disk and says it has all up to ${standing.rev}: it is of ${row.rev}`);
    const newest = messages.get(row.id)?.filter(({ rev }) => rev <= standing.rev).at(-1);
    if (shelf.startsWith('leaveword:') && newest && !data.has(`row:message:${row.id}:${newest.seq}`)) fail('I5', `${name} has no ${row.id} ${newest.seq} on disk and says it has all up to ${standing.rev}`);
  }
}
