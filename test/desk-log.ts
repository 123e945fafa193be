/**
 * What chapter D makes of a thread, told anew from what was written down about it: its messages and entries alone, without
 * a line of the server's. Each function says what is wrong, or nothing.
 */
import type { Id } from '../protocol/messages.ts';

const HOUR_MS = 3_600_000;

/** As the table has it. */
export interface RawThread {
  id: Id; state: string; agent: Id | null; episode: number; waiting: number | null; held: number | null; mark: string | null;
  snooze_until: number | null; snooze_keep: number; prompts: number; lapses: number; last_agent: Id | null; ended_at: number | null; at: number; seq: number;
}
export interface RawEntry { thread: Id; what: string; reason: string | null; by_agent: Id | null; to_agent: Id | null; until: number | null }
export interface RawMessage { thread: Id; by: string; agent: Id | null }
export interface RawSeat { id: Id; active: number; slots: number; served: number }

export const THREADS = `SELECT id, state, agent, episode, waiting, held, mark, snooze_until, snooze_keep, prompts, lapses, last_agent, ended_at, at, seq
  FROM thread ORDER BY id`;

/** One change. */
export interface Turn { clock: number; before: Map<Id, RawThread>; threads: RawThread[]; news: RawEntry[]; messages: RawMessage[]; seats: RawSeat[] }

const fresh = (id: Id, at: number): RawThread => ({
  id, state: 'waiting', agent: null, episode: 1, waiting: null, held: null, mark: null, snooze_until: null, snooze_keep: 1, prompts: 0, lapses: 0,
  last_agent: null, ended_at: null, at, seq: 0,
});

const MARKS: Record<string, string | null> = { routed: null, taken: null, fallback: 'fallback', transferred: 'transferred', returned: 'returned' };
type Place = Pick<RawThread, 'state' | 'agent' | 'episode' | 'mark'>;

/** Where a thread stands after an entry. */
function after(place: Place, { what, reason, by_agent, to_agent }: RawEntry, keep: boolean): Place {
  const queued = { ...place, state: 'waiting', agent: null, mark: null };
  const to = (agent: Id, mark: string | null) => ({ ...place, state: 'assigned', agent, mark });
  switch (what) {
    case 'assigned':
      if (to_agent) return to(to_agent, MARKS[reason!]!);
      return place.state === 'snoozed' && reason === 'dismissed' ? { ...place, agent: null } : queued;
    case 'snoozed': return { ...place, state: 'snoozed', agent: place.agent ?? by_agent, mark: null };
    case 'woken':
      if (reason === 'agent') return to(to_agent!, null);
      return place.agent && keep ? to(place.agent, reason === 'time' ? 'snooze_ended' : 'returned') : queued;
    case 'ended': return { ...place, state: 'ended', agent: place.agent ?? by_agent, mark: null };
    case 'reopened': return to_agent ? to(to_agent, null) : { ...queued, episode: place.episode + 1 };
    default: return place;
  }
}

export function wrongIn(turn: Turn): string | undefined {
  for (const thread of turn.threads) {
    const wrong = wrongOf(turn, thread, turn.before.get(thread.id) ?? fresh(thread.id, turn.clock));
    if (wrong) return `${wrong}\n  before ${JSON.stringify(turn.before.get(thread.id))}\n  now ${JSON.stringify(thread)}\n  by ${JSON.stringify(turn.news)} ${JSON.stringify(turn.messages)}`;
  }
  return wrongRouting(turn);
}

function wrongOf({ clock, before: all, news: every, messages: said, seats }: Turn, now: RawThread, before: RawThread): string | undefined {
  const { id } = now;
  const news = every.filter(({ thread }) => thread === id);
  const messages = said.filter(({ thread }) => thread === id);
  const [hers, answer] = [messages.find(({ by }) => by === 'visitor'), messages.find(({ by }) => by === 'agent')];
  const did = (what: string, reason?: string) => news.find((each) => each.what === what && (!reason || each.reason === reason));

  const place = news.reduce((at, entry) => after(at, entry, before.snooze_keep === 1), before as Place);
  for (const what of ['state', 'agent', 'episode'] as const) if (place[what] !== now[what]) return `D10: ${id} has ${what} ${now[what]}, and its entries say ${place[what]}`;
  if (news.some(({ what }) => ['assigned', 'snoozed', 'woken', 'ended', 'reopened'].includes(what)) && now.mark !== place.mark) return `D8: ${id} is marked ${now.mark}, not ${place.mark}`;
  if (answer && now.agent === answer.agent && now.mark !== null) return `D8: ${id} is marked ${now.mark} after its agent's answer`;

  // Whose turn it is, and what was said to somebody who is out.
  const waits = hers ? before.waiting ?? clock : answer || did('ended') ? null : before.waiting;
  if (!did('reopened') && now.waiting !== waits) return `D9: ${id} waits since ${now.waiting}, not ${waits}`;
  if (did('reopened') && hers && now.waiting !== clock) return `D7: ${id} is opened again, and waits since ${now.waiting}`;
  const lapses = hers ? 0 : before.lapses + (did('woken', 'time') ? 1 : 0);
  if (now.lapses !== lapses) return `D8: ${id} has ${now.lapses} lapses, not ${lapses}`;
  const mayPrompt = answer && before.waiting === null && before.state !== 'ended';
  if (hers ? now.prompts !== 0 : now.prompts < before.prompts || now.prompts > before.prompts + (mayPrompt ? 1 : 0)) return `D8: ${id} has ${now.prompts} prompts, and had ${before.prompts}`;

  // Aside, and back again.
  if ((now.state === 'snoozed') !== (now.snooze_until !== null)) return `D5: ${id} is ${now.state} until ${now.snooze_until}`;
  if (did('snoozed') && now.snooze_until !== did('snoozed')!.until) return `D5: ${id} is aside until ${now.snooze_until}, not ${did('snoozed')!.until}`;
  if (hers && before.state === 'snoozed' && !did('woken', 'visitor')) return `D5: ${id} slept through her message`;
  if (did('woken') && before.state !== 'snoozed') return `D5: ${id} was woken, and was ${before.state}`;

  // Ended, and begun again.
  if ((now.state === 'ended') !== (now.ended_at !== null)) return `D1: ${id} is ${now.state}, and ended at ${now.ended_at}`;
  if (did('ended') && now.ended_at !== clock) return `D1: ${id} ended at ${now.ended_at}`;
  if (hers && all.has(id) && before.state === 'ended') {
    const isIn = seats.some((seat) => seat.id === before.agent);
    if (isIn !== Boolean(did('assigned', 'returned'))) return `D7: ${id} was ${before.agent}'s, who is ${isIn ? '' : 'not '}in, and ${did('assigned', 'returned') ? 'is' : 'is not'} hers again`;
  }
  const fallback = did('assigned', 'fallback');
  if (fallback) {
    if (before.state !== 'assigned' || before.waiting === null) return `D6: ${id} was passed on, and nobody waited`;
    if (Math.max(before.waiting, before.held!) + HOUR_MS > clock) return `D6: ${id} was passed on too early`;
    if (before.agent === fallback.to_agent) return `D6: ${id} was passed on to who had it`;
  }
  return undefined;
}

const since = ({ waiting, held, at }: RawThread): number => waiting ?? held ?? at;

/** Who got what, in which order (D3): told backwards, to see what everybody held before each. */
function wrongRouting({ clock, before: all, threads, news, messages, seats }: Turn): string | undefined {
  const handed = news.filter(({ reason }) => reason === 'routed' || reason === 'fallback');
  if (!handed.length) return undefined;
  const was = (id: Id): RawThread => {
    const before = all.get(id) ?? fresh(id, clock);
    // What the act did before the queue was handed out.
    const moved = news.filter((each) => each.thread === id && each.reason !== 'routed' && each.reason !== 'fallback').reduce((at, entry) => after(at, entry, before.snooze_keep === 1), before as Place);
    const spoke = messages.some(({ thread, by }) => thread === id && by === 'visitor');
    const isMoved = moved.state !== before.state || moved.agent !== before.agent || moved.episode !== before.episode;
    return {
      ...before, ...moved, waiting: spoke ? before.waiting ?? clock : before.waiting, held: isMoved ? clock : before.held,
      last_agent: moved.episode !== before.episode ? null : isMoved && !news.some((each) => each.thread === id && each.reason === 'dismissed') ? before.agent : before.last_agent,
    };
  };
  const active = new Map(seats.map((seat) => [seat.id, seat.active]));
  const add = (id: Id | null, n: number) => { if (id !== null && active.has(id)) active.set(id, active.get(id)! + n); };
  for (const { to_agent, reason, thread } of handed) {
    add(to_agent, -1);
    if (reason === 'fallback') add(was(thread).agent, 1);
  }
  const touched = new Set(news.filter((each) => !handed.includes(each)).map(({ to_agent }) => to_agent));
  for (const [nth, { to_agent, reason, thread }] of handed.entries()) {
    const candidate = was(thread);
    const [holder, giver] = reason === 'fallback' ? [candidate.agent, null] : [null, candidate.last_agent];
    const free = seats.filter(({ id, slots }) => active.get(id)! < slots && id !== holder);
    const seat = free.find(({ id }) => id === to_agent);
    if (!seat) return `D2: ${thread} was given to ${to_agent}, who had no slot for it`;
    for (const other of free) {
      if (other === seat) continue;
      if (seat.id === giver) return `D4: ${thread} was given back to ${giver}, and ${other.id} was free`;
      if (other.id === giver) continue;
      const [had, has] = [active.get(seat.id)!, active.get(other.id)!];
      if (had > has) return `D3: ${thread} was given to ${seat.id}, who had ${had}, and ${other.id} had ${has}`;
      const isKnown = nth === 0 && !touched.has(seat.id) && !touched.has(other.id);
      if (had === has && isKnown && seat.served > other.served) return `D3: ${thread} was given to ${seat.id}, who got the last one later than ${other.id}`;
    }
    add(to_agent, 1);
    add(holder, -1);
    if (reason !== 'routed') continue;
    const earlier = threads.find((each) => each.state === 'waiting' && (since(each) < since(candidate) || (since(each) === since(candidate) && each.id < thread)));
    if (earlier) return `D3: ${thread} was given to ${to_agent}, and ${earlier.id} waits longer`;
  }
  return undefined;
}
