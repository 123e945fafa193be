/**
 * Pure: what a thread becomes when something happens to it, and what is written down about it (chapter D of the protocol).
 * Nothing here ends a thread but an agent's own `end`.
 */
import type { EntryReason, Id, Mark, ThreadState, Time } from '../protocol/messages.ts';
import type { Happening } from './entries.ts';

/** The part of a thread that the desk decides about. */
export interface Standing {
  state: ThreadState;
  /** Whose it is; of an ended one, whose it was. */
  agent: Id | null;
  episode: number;
  /** Since when a message of the visitor's stands unanswered. */
  waiting: Time | null;
  /** The brand's auto-reply was given in this waiting spell. */
  greeted: boolean;
  /** When an agent last spoke. */
  answered: Time | null;
  /** Until when it is put aside. */
  snoozeUntil: Time | null;
  /** It comes back to its agent, not to the queue. */
  snoozeKeep: boolean;
  /** Why it stands before its agent. */
  mark: Mark | null;
  /** Since the visitor last wrote: what was said to her, while she was away, after she had her answer. */
  prompts: number;
  /** Since the visitor last wrote: snoozes that ran out. */
  lapses: number;
  /** Since when it is where it is: before its agent, aside, or in the queue. */
  held: Time | null;
  /** Who let it go: ended it, gave it back to the queue, put it aside for others. */
  lastAgent: Id | null;
  endedAt: Time | null;
}

/** What a thread becomes, and what there is to tell of it. */
export interface Step { standing: Standing; entries: Happening[] }
/** Not possible from where it stands (rule D1); the words are for developers. */
export interface Stale { stale: string }

export const FRESH: Standing = {
  state: 'waiting', agent: null, episode: 1, waiting: null, greeted: false, answered: null, snoozeUntil: null, snoozeKeep: true,
  mark: null, prompts: 0, lapses: 0, held: null, lastAgent: null, endedAt: null,
};

/** Whoever has it has it before her, without anything that was agreed on before. */
const AWAKE = { snoozeUntil: null, snoozeKeep: true, mark: null } as const;

const to = (standing: Standing, agent: Id, at: Time, mark: Mark | null = null): Standing =>
  ({ ...standing, ...AWAKE, state: 'assigned', agent, held: at, mark });
const queued = (standing: Standing, at: Time): Standing => ({ ...standing, ...AWAKE, state: 'waiting', agent: null, held: at });
const assigned = (reason: EntryReason, agent?: Id, by?: Id): Happening =>
  ({ what: 'assigned', reason, ...(agent ? { to: agent } : {}), ...(by ? { by } : {}) });

/** The next episode of an ended thread, which is nobody's yet. */
const next = (standing: Standing, at: Time): Standing =>
  ({ ...queued(standing, at), episode: standing.episode + 1, greeted: false, lastAgent: null, endedAt: null });

/**
 * The visitor wrote. An ended thread begins its next episode, with whoever had the last if she is in (D7); a snoozed one
 * wakes, to its agent or to the queue (D5).
 * @param isIn whether this agent is here and available; full or not
 */
export function afterVisitor(before: Standing, at: Time, isIn: (agent: Id) => boolean): Step {
  const standing = { ...before, waiting: before.waiting ?? at, prompts: 0, lapses: 0 };
  const { agent } = before;
  if (before.state === 'ended') {
    const entries: Happening[] = [{ what: 'reopened' }];
    if (!agent || !isIn(agent)) return { standing: next(standing, at), entries };
    return { standing: to(next(standing, at), agent, at, 'returned'), entries: [...entries, assigned('returned', agent)] };
  }
  if (before.state === 'snoozed') {
    return { standing: afterSleep(standing, at, 'returned'), entries: [{ what: 'woken', reason: 'visitor' }] };
  }
  return { standing: { ...standing, held: before.held ?? at }, entries: [] };
}

/** The snooze has run out (D5). */
export function afterTime(before: Standing, at: Time): Step {
  const standing = { ...afterSleep(before, at, 'snooze_ended'), lapses: before.lapses + 1 };
  return { standing, entries: [{ what: 'woken', reason: 'time' }] };
}

function afterSleep(standing: Standing, at: Time, mark: Mark): Standing {
  const { agent, snoozeKeep } = standing;
  return agent && snoozeKeep ? to(standing, agent, at, mark) : { ...queued(standing, at), lastAgent: agent };
}

/**
 * An agent wrote: the waiting is over, and a thread nobody holds is hers. A colleague's and a snoozed one stay where they
 * are: to write is neither to take nor to wake. Writing into an ended thread begins its next episode.
 * @param away her visitor is not here: to say more than the answer is to prompt her (D8)
 */
export function afterAgent(before: Standing, agent: Id, at: Time, away: boolean): Step {
  const prompts = before.prompts + (away && before.waiting === null && before.state !== 'ended' ? 1 : 0);
  const standing = { ...before, waiting: null, greeted: false, answered: at, prompts };
  if (before.state === 'ended') {
    return { standing: to(next(standing, at), agent, at), entries: [{ what: 'reopened', by: agent }, assigned('taken', agent, agent)] };
  }
  if (!before.agent) return { standing: to(standing, agent, at), entries: [assigned('taken', agent, agent)] };
  return { standing: before.agent === agent ? { ...standing, mark: null } : standing, entries: [] };
}

/** An agent takes the thread, whoever has it. An ended one stays ended: taking is not reopening. */
export function afterTake(before: Standing, agent: Id, at: Time): Step {
  if (before.state === 'ended') return { standing: before, entries: [] };
  if (before.state === 'assigned' && before.agent === agent) return { standing: { ...before, mark: null }, entries: [] };
  return { standing: to(before, agent, at), entries: [assigned('taken', agent, agent)] };
}

/** Whoever ends it: it stays with the agent who had it, whose contact it is and to whom it returns (D7). */
export function afterEnd(before: Standing, by: Id, at: Time): Step {
  if (before.state === 'ended') return { standing: before, entries: [] };
  const agent = before.agent ?? by;
  const standing: Standing = { ...before, ...AWAKE, state: 'ended', agent, waiting: null, held: null, lastAgent: agent, endedAt: at };
  return { standing, entries: [{ what: 'ended', by }] };
}

/**
 * An end is taken back (D16).
 * @param waiting since when a message of that episode stood unanswered
 */
export function afterReopen(before: Standing, agent: Id, at: Time, waiting: Time | null): Step | Stale {
  if (before.state !== 'ended') return { stale: 'it has not ended' };
  // In the spell that goes on she was greeted already, or not yet.
  const greeted = before.greeted && waiting !== null;
  return { standing: { ...to(before, agent, at), waiting, greeted, lastAgent: null, endedAt: null }, entries: [{ what: 'reopened', by: agent, to: agent }] };
}

/** Put aside: who does it for a thread nobody holds will have it back, a colleague's stays hers (D5). */
export function afterSnooze(before: Standing, by: Id, at: Time, until: Time, keep: boolean): Step | Stale {
  if (before.state === 'ended') return { stale: 'it has ended' };
  if (until <= at) return { stale: 'that time has passed' };
  const standing: Standing = { ...before, state: 'snoozed', agent: before.agent ?? by, snoozeUntil: until, snoozeKeep: keep, mark: null, held: at };
  return { standing, entries: [{ what: 'snoozed', by, until }] };
}

export function afterWake(before: Standing, agent: Id, at: Time): Step | Stale {
  if (before.state !== 'snoozed') return { stale: 'it is not snoozed' };
  return { standing: to(before, agent, at), entries: [{ what: 'woken', reason: 'agent', by: agent, to: agent }] };
}

/**
 * To a colleague, or back to the queue. To oneself it is taking.
 * @param note for whoever gets it
 * @param back where it takes an act back: how it stood there before that act
 */
export function afterTransfer(before: Standing, by: Id, agent: Id | undefined, at: Time, note?: string, back?: Pick<Standing, 'mark' | 'held'>): Step | Stale {
  if (before.state === 'ended') return { stale: 'it has ended' };
  const words = note === undefined ? {} : { text: note };
  if (!agent) return { standing: { ...queued(before, at), lastAgent: before.agent }, entries: [{ ...assigned('released', undefined, by), ...words }] };
  const isOwn = agent === by;
  const place = back ?? { mark: isOwn ? null : 'transferred' as const };
  if (before.state === 'assigned' && before.agent === agent) {
    return { standing: { ...before, ...place }, entries: note === undefined ? [] : [{ ...assigned('transferred', agent, by), ...words }] };
  }
  return { standing: { ...to(before, agent, at), ...place }, entries: [{ ...assigned(isOwn ? 'taken' : 'transferred', agent, by), ...words }] };
}

/** The rules gave it to her: out of the queue (D3), or because its agent has not handled it (D6). */
export function afterRouting(before: Standing, agent: Id, at: Time): Step {
  const isFallback = before.state === 'assigned';
  return { standing: to(before, agent, at, isFallback ? 'fallback' : null), entries: [assigned(isFallback ? 'fallback' : 'routed', agent)] };
}

/** Its agent has left the team. What she had put aside stays aside until its time, and is the queue's then; what she ended was hers. */
export function afterDismissal(before: Standing, at: Time): Step {
  if (before.state === 'ended' || !before.agent) return { standing: before, entries: [] };
  const standing: Standing = before.state === 'snoozed' ? { ...before, agent: null, snoozeKeep: false } : queued(before, at);
  return { standing, entries: [assigned('dismissed')] };
}
