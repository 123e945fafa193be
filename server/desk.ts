/** Pure: what a thread becomes when something happens to it. Nothing here ends a thread but an agent's own `end`. */
import type { Id, ThreadState, Time } from '../protocol/messages.ts';

/** The part of a thread that the desk decides about. */
export interface Standing {
  state: ThreadState;
  agent: Id | null;
  episode: number;
  /** Since when a message of the visitor's stands unanswered. */
  waiting: Time | null;
  /** The brand's auto-reply was given in this waiting spell. */
  greeted: boolean;
  /** When an agent last spoke. */
  answered: Time | null;
}

export const FRESH: Standing = { state: 'waiting', agent: null, episode: 1, waiting: null, greeted: false, answered: null };

/** The visitor wrote: an ended thread begins its next episode, a snoozed one wakes with its agent, if it has one. */
export function afterVisitor(standing: Standing, at: Time): Standing {
  const reopened = standing.state === 'ended';
  const state = reopened ? 'waiting'
    : standing.state === 'snoozed' ? (standing.agent ? 'assigned' : 'waiting')
    : standing.state;
  return {
    ...standing,
    state,
    agent: reopened ? null : standing.agent,
    episode: standing.episode + (reopened ? 1 : 0),
    waiting: standing.waiting ?? at,
  };
}

/** An agent wrote: a thread nobody holds is hers, and the waiting is over. Writing into an ended thread reopens it. */
export function afterAgent(standing: Standing, agent: Id, at: Time): Standing {
  const ended = standing.state === 'ended';
  return {
    state: 'assigned',
    agent: ended || !standing.agent ? agent : standing.agent,
    episode: standing.episode + (ended ? 1 : 0),
    waiting: null,
    greeted: false,
    answered: at,
  };
}

/** An agent takes the thread. An ended one stays ended: taking is not reopening. */
export function afterTake(standing: Standing, agent: Id): Standing {
  return standing.state === 'ended' ? standing : { ...standing, state: 'assigned', agent };
}

export function afterEnd(standing: Standing, agent: Id): Standing {
  return { ...standing, state: 'ended', agent, waiting: null, greeted: false };
}
