/** Which threads stand in which box, and in what order. */
import type { DeskThread, Id } from '../protocol/messages.ts';

export const BOXES = ['waiting', 'mine', 'returned', 'snoozed', 'all', 'ended'] as const;
export type BoxName = (typeof BOXES)[number];

/** Where she begins: routing brings her threads to her, so the queue is mostly empty. */
export const HOME: BoxName = 'mine';

export const isBox = (name: string | undefined): name is BoxName => BOXES.includes(name as BoxName);

/** @param me the agent whose inbox this is */
export function stands(thread: DeskThread, box: BoxName, me: Id): boolean {
  const { state } = thread;
  switch (box) {
    case 'ended': return state === 'ended';
    case 'waiting': return state === 'waiting';
    case 'snoozed': return state === 'snoozed';
    case 'mine': return state === 'assigned' && thread.agent === me;
    case 'returned': return isReturned(thread, me);
    case 'all': return state !== 'ended';
  }
}

/** It came back to her, or was given to her, and she has not done anything with it since. */
export const isReturned = (thread: DeskThread, me: Id): boolean => thread.mark !== undefined && thread.state === 'assigned' && thread.agent === me;

/** Those in the box: the queue by who has waited longest, what is put aside by when it comes back, elsewhere what happened last. */
export const inBox = (threads: Iterable<DeskThread>, box: BoxName, me: Id): DeskThread[] =>
  [...threads].filter((thread) => stands(thread, box, me)).sort(orderOf(box, me));

/** The order of a box, also for the open thread that has just left it: it keeps the place it had. */
export function orderOf(box: BoxName, me: Id): (a: DeskThread, b: DeskThread) => number {
  const first = (is: (thread: DeskThread) => boolean) => (a: DeskThread, b: DeskThread) => Number(is(b)) - Number(is(a));
  const returned = first((thread) => isReturned(thread, me));
  const own = first(({ agent }) => agent === me);
  switch (box) {
    case 'waiting': return (a, b) => waitingSince(a) - waitingSince(b) || byId(a, b);
    case 'mine': return (a, b) => returned(a, b) || b.at - a.at || byId(a, b);
    case 'snoozed': return (a, b) => own(a, b) || backAt(a) - backAt(b) || byId(a, b);
    default: return (a, b) => b.at - a.at || byId(a, b);
  }
}

/** Parts of a box that stand under a heading of their own. */
export type Part = 'returned' | 'inHand' | 'yours' | 'colleagues';

export function partOf(thread: DeskThread, box: BoxName, me: Id): Part | undefined {
  if (box === 'mine') return isReturned(thread, me) ? 'returned' : 'inHand';
  if (box === 'snoozed') return thread.agent === me ? 'yours' : 'colleagues';
  return undefined;
}

export function countBoxes(threads: Iterable<DeskThread>, me: Id): Record<BoxName, number> {
  const counts = { waiting: 0, mine: 0, returned: 0, snoozed: 0, all: 0, ended: 0 };
  for (const thread of threads) for (const box of BOXES) if (stands(thread, box, me)) counts[box]++;
  return counts;
}

/** She has written something that nobody of the team has looked at. An auto-reply is no news, but it stands behind what is. */
export const isUnread = ({ seq, team, previewBy }: DeskThread): boolean =>
  previewBy === 'visitor' ? seq > team.seen : previewBy === 'brand' && seq - 1 > team.seen;

/** Threads that want this agent's eye: unread, and hers or nobody's. The number in the page's title. */
export function countUnread(threads: Iterable<DeskThread>, me: Id): number {
  let unread = 0;
  for (const thread of threads) {
    const isHers = thread.agent === me && (thread.state === 'assigned' || thread.state === 'snoozed');
    if (isUnread(thread) && (isHers || thread.state === 'waiting')) unread++;
  }
  return unread;
}

const waitingSince = (thread: DeskThread): number => thread.waiting ?? thread.at;
/** What has just been woken stands where it is looked for: at the top. */
const backAt = (thread: DeskThread): number => thread.snooze?.until ?? 0;
/** Equal times happen; an order that does not jump about is worth a comparison. */
const byId = (a: DeskThread, b: DeskThread): number => (a.id < b.id ? -1 : 1);
