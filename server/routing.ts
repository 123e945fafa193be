/** Pure: who gets the threads that wait (rules D2, D3 and D6). */
import type { Id, Time } from '../protocol/messages.ts';

/** An agent who is in: here, or gone for less than her brand lets pass, and available. */
export interface Seat {
  agent: Id;
  slots: number;
  /** How many threads she holds; snoozed ones count for none. */
  active: number;
  /** When she last got one. */
  served: Time;
}

export interface Candidate {
  thread: Id;
  /** Since when it waits. */
  since: Time;
  /** Who has it and has not handled it: it goes to another, or stays. */
  holder?: Id;
  /** Who gave it back: she gets it again only if nobody else has a slot. */
  givenBackBy?: Id;
}

export interface Assignment { thread: Id; agent: Id }

/**
 * First come, first served; to the one with the fewest threads, of those to the one who has been without a new one the
 * longest. When it is done nothing waits while a slot is free.
 */
export function route(seats: Seat[], candidates: Candidate[], now: Time): Assignment[] {
  const free = seats.map((seat) => ({ ...seat }));
  const assignments: Assignment[] = [];
  let waiting = [...candidates].sort((a, b) => a.since - b.since || order(a.thread, b.thread));
  for (let freed = true; freed;) {
    // A thread that leaves its agent leaves a slot, perhaps for one that has been passed over.
    freed = false;
    const passedOver: Candidate[] = [];
    for (const candidate of waiting) {
      const seat = choose(free, candidate);
      if (!seat) {
        passedOver.push(candidate);
        continue;
      }
      seat.active++;
      seat.served = now;
      assignments.push({ thread: candidate.thread, agent: seat.agent });
      const left = free.find(({ agent }) => agent === candidate.holder);
      if (left) {
        left.active--;
        freed = true;
      }
    }
    waiting = passedOver;
  }
  return assignments;
}

function choose(seats: Seat[], { holder, givenBackBy }: Candidate): Seat | undefined {
  return seats
    .filter(({ agent, active, slots }) => active < slots && agent !== holder)
    .sort((a, b) => Number(a.agent === givenBackBy) - Number(b.agent === givenBackBy)
      || a.active - b.active || a.served - b.served || order(a.agent, b.agent))[0];
}

/** By nothing but what is written, so that two houses decide alike. */
const order = (a: Id, b: Id): number => (a < b ? -1 : a > b ? 1 : 0);
