/** Whether all is as it must be, when nothing breaks any more: the rules of `threats.md` 3.3, judged from the rows, the ledger, and what every tab holds. */
import type { Message } from '../../protocol/messages.ts';
import type { ClerkTab } from './clerk.ts';
import type { Game } from './game.ts';
import type { Said } from './ledger.ts';
import { sameAsServer } from './mirror.ts';
import type { ShopperTab } from './shopper.ts';
import type { Rule } from './world.ts';

export interface ThreadRow {
  id: string; visitor: string; state: string; agent: string | null; seq: number; episode: number; rev: number; at: number;
  visitor_got: number; visitor_seen: number; team_got: number; team_seen: number; snooze_until: number | null;
}
export interface Log { threads: Map<string, ThreadRow>; messages: Map<string, Message[]>; epoch: string; head: number }

export function logOf(game: Game, brand: string): Log {
  const rows = (sql: string) => game.disks.rows(game.house.fileOf(brand), sql) as unknown[];
  const messages = new Map<string, Message[]>();
  for (const message of rows('SELECT thread, seq, id, by, agent, body, at, rev FROM message ORDER BY thread, seq') as Message[]) {
    const some = messages.get(message.thread);
    if (some) some.push(message);
    else messages.set(message.thread, [message]);
  }
  const [{ epoch, rev }] = rows('SELECT epoch, rev FROM head') as [{ epoch: string; rev: number }];
  return { threads: new Map((rows('SELECT * FROM thread') as ThreadRow[]).map((row) => [row.id, row])), messages, epoch, head: rev };
}

export function checkAll(game: Game): void {
  const fail = (rule: Rule, text: string): never => game.world.fail(rule, text);
  for (const brand of game.plan.brands) {
    const log = logOf(game, brand);
    wholeLogs(log, fail);
    knownWords(game, brand, log, fail);
    nothingLost(game, brand, log, fail);
    inOrder(game, brand, log, fail);
    snoozesEnd(game, brand, fail);
    endedAsTold(game, brand, log, fail);
    staysErased(game, brand, log, fail);
    sameAsServer(game, brand, log, fail);
  }
  for (const said of game.ledger.said.values()) endsSomewhere(game, said, fail);
}

export type Fail = (rule: Rule, text: string) => never;

/** I4, I2 */
function wholeLogs({ threads, messages }: Log, fail: Fail): void {
  for (const [thread, { seq }] of threads) {
    const said = messages.get(thread) ?? [];
    if (said.length !== seq) fail('I4', `${thread} says its newest is ${seq}, and has ${said.length}`);
    said.forEach((message, at) => { if (message.seq !== at + 1) fail('I4', `${thread} has ${message.seq} where ${at + 1} should be`); });
    if (new Set(said.map(({ id }) => id)).size !== said.length) fail('I2', `${thread} has an id twice`);
  }
  for (const thread of messages.keys()) if (!threads.has(thread)) fail('I4', `messages of ${thread}, which is not there`);
}

/** I2, I3, I6, I9: whatever is there was said, by whom it says, there, in these words, and once. */
function knownWords(game: Game, brand: string, { threads, messages }: Log, fail: Fail): void {
  const owners = new Map<string, string>();
  const times = new Map<string, number>();
  for (const message of [...messages.values()].flat()) {
    const { id, by, body, thread, agent } = message;
    if (by === 'brand') continue;
    const said = game.ledger.said.get(id) ?? game.ledger.byBody.get(body);
    if (said?.type !== 'say') return fail('I6', `${id} was never said: ${body}`);
    if (said.body !== body) fail('I3', `${id} says ${body}, and was ${said.body}`);
    if (said.brand !== brand || said.thread !== thread) fail('I9', `${id} was said in ${said.brand} ${said.thread}, and is in ${brand} ${thread}`);
    if (by === 'agent' ? agent !== said.by : !said.by.startsWith('v')) fail('I9', `${id} was said by ${said.by}, and is ${agent ?? by}'s`);
    const { visitor } = threads.get(thread)!;
    if (by === 'visitor' && (owners.get(visitor) ?? said.by) !== said.by) fail('I9', `${visitor} is ${owners.get(visitor)} and ${said.by}`);
    if (by === 'visitor') owners.set(visitor, said.by);
    times.set(body, (times.get(body) ?? 0) + 1);
  }
  for (const [body, n] of times) if (n > 1 + game.ledger.byBody.get(body)!.again) fail('I2', `${n} times: ${body}`);
}

/** I1, I15: what was acknowledged is there. */
function nothingLost(game: Game, brand: string, { messages }: Log, fail: Fail): void {
  const there = new Set([...messages.values()].flat().map(({ id, thread }) => `${thread} ${id}`));
  const erased = game.erasedFrom(brand);
  const isErased = (said: Said) => erased.some(({ shopper, at }) => (shopper.name === said.by ? said.at <= at : said.by.startsWith('a')));
  for (const said of game.ledger.said.values()) {
    if (said.type !== 'say' || said.brand !== brand || said.ackedAt === undefined || there.has(`${said.thread} ${said.id}`)) continue;
    if (isErased(said)) continue;
    const since = game.restored.find((each) => each.brand === brand && said.ackedAt! > each.backedUpAt && said.at <= each.at);
    if (!since) fail('I1', `${said.by} was told that ${said.id} was sent, and it is not there: ${said.body}`);
    else if (!said.device.troubled && [...since.held].some(([shopper, held]) => shopper.name === said.by && held.has(said.id))) {
      fail('I15', `${said.by} still had ${said.id} when the brand went back, and it is not there: ${said.body}`);
    }
  }
}

/** I4: what one page has said stands in the order in which it was said. */
function inOrder(game: Game, brand: string, { messages }: Log, fail: Fail): void {
  if (game.restored.some((each) => each.brand === brand)) return;
  for (const said of messages.values()) {
    const last = new Map<object, Said>();
    for (const { id } of said) {
      const mine = game.ledger.said.get(id);
      // What could not be kept is known to its own page alone, and another may have sent what came after it.
      if (!mine || mine.again || mine.device.troubled) continue;
      const before = last.get(mine.tab);
      if (before && before.n > mine.n) fail('I4', `${mine.by} said ${mine.id} before ${before.id}, and it stands behind it: ${mine.body} | ${before.body}`);
      last.set(mine.tab, mine);
    }
  }
}

/** I10: each snooze ends once, never early, and none is forgotten. */
export function snoozesEnd(game: Game, brand: string, fail: Fail): void {
  const { house, world } = game;
  const file = house.fileOf(brand);
  const open = new Map<string, number>();
  const entries = game.disks.rows(file, 'SELECT thread, what, reason, until, at FROM entry ORDER BY n') as { thread: string; what: string; reason: string | null; until: number | null; at: number }[];
  for (const { thread, what, reason, until, at } of entries) {
    if (what === 'snoozed') {
      open.set(thread, until!);
      continue;
    }
    if (what === 'woken' && reason === 'time') {
      const due = open.get(thread);
      if (due === undefined) fail('I10', `${thread} woke by time and was not aside`);
      if (due! > at) fail('I10', `${thread} woke ${due! - at} ms early`);
      world.count('a snooze ended by time');
      if (at - due! > 60_000) world.count('a snooze ended late, after the server was down or stood still');
    }
    if (what === 'woken' || what === 'assigned' || what === 'ended' || what === 'reopened') open.delete(thread);
  }
  const now = world.now + house.skew;
  for (const { id, until } of game.disks.rows(file, "SELECT id, snooze_until AS until FROM thread WHERE state = 'snoozed'") as { id: string; until: number }[]) {
    if (until < now - 60_000) fail('I10', `${id} is still aside, ${now - until} ms after its time`);
    if (!game.disks.rows(file, "SELECT 1 FROM job WHERE kind = 'snooze' AND arg = ?", id).length) fail('I10', `${id} is aside, and nothing is due`);
  }
}

/** I12: whether a thread has ended is what its entries tell. */
function endedAsTold(game: Game, brand: string, { threads }: Log, fail: Fail): void {
  const last = game.disks.rows(game.house.fileOf(brand), "SELECT thread, what, max(n) FROM entry WHERE what IN ('ended', 'reopened') GROUP BY thread") as { thread: string; what: string }[];
  for (const { thread, what } of last) {
    const state = threads.get(thread)?.state;
    if (state && (what === 'ended') !== (state === 'ended')) fail('I12', `${thread} was ${what} last, and is ${state}`);
  }
}

/** I14 */
function staysErased(game: Game, brand: string, { threads }: Log, fail: Fail): void {
  for (const { visitor } of game.erasedFrom(brand)) {
    if (game.disks.rows(game.house.fileOf(brand), 'SELECT 1 FROM visitor WHERE id = ?', visitor).length) fail('I14', `${visitor} was erased and is there`);
    for (const thread of threads.values()) if (thread.visitor === visitor) fail('I14', `${thread.id} is of ${visitor}, who was erased`);
  }
}

type Shown = { frame: { id: string }; fate: string };
const pendingOf = (one: ShopperTab | ClerkTab): readonly Shown[] => ('engine' in one ? one.engine : one.visitor.sync.value)?.pending.value ?? [];

/** I8, at any time: what has no answer stands on the page that said it. */
export function standsWhereSaid(game: Game): void {
  for (const person of game.people) {
    for (const one of person.tabs) {
      const shown = new Set(pendingOf(one).map(({ frame }) => frame.id));
      for (const said of game.ledger.said.values()) {
        if (said.tab !== one.tab || said.fate === 'sent' || said.excuse || shown.has(said.id)) continue;
        if (said.type === 'say' && game.disks.rows(game.house.fileOf(said.brand), 'SELECT 1 FROM message WHERE id = ?', said.id).length) continue;
        game.world.fail('I8', `${one.tab.place.name} shows nothing of ${said.id} (${said.type}, ${said.fate}), which was said there: ${said.body ?? ''}`);
      }
    }
  }
}

/** I7, I8: whatever was done is acknowledged, or refused and shown as refused, or was lost with a warning. */
function endsSomewhere(game: Game, said: Said, fail: Fail): void {
  if (said.fate === 'sent' || said.excuse) return;
  const isThere = said.type === 'say' && game.disks.rows(game.house.fileOf(said.brand), 'SELECT 1 FROM message WHERE id = ?', said.id).length > 0;
  if (isThere) return;
  const person = game.people.find(({ name }) => name === said.by)!;
  const pending = person.tabs.flatMap(pendingOf);
  // What lies on the disk of somebody who is not there waits for her next page; and a page whose disk was silent does not ask it again.
  if (!person.tabs.some(({ tab }) => tab === said.tab) && (said.device.troubled || !person.tabs.length) && [...said.device.shelves.values()].some(({ data }) => data.has(`out:${said.id}`))) return;
  const shown = pending.find(({ frame }) => frame.id === said.id);
  if (!shown) fail('I8', `${said.by} said ${said.id} (${said.type}, ${said.fate}), and it is nowhere: ${said.body ?? ''}`);
  if (shown!.fate !== 'refused' && !said.device.slowed) fail('I7', `${said.by} said ${said.id} (${said.type}), and it is still ${shown!.fate}: ${said.body ?? ''}`);
}
