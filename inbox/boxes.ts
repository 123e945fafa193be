/** Which threads stand in which box, and in what order. */
import type { DeskThread, Id } from '../protocol/messages.ts';

export const BOXES = ['waiting', 'mine', 'all', 'ended'] as const;
export type BoxName = (typeof BOXES)[number];

export const isBox = (name: string | undefined): name is BoxName => BOXES.includes(name as BoxName);

/** @param me the agent whose inbox this is */
export function stands(thread: DeskThread, box: BoxName, me: Id): boolean {
  if (box === 'ended') return thread.state === 'ended';
  if (thread.state === 'ended') return false;
  if (box === 'waiting') return thread.state === 'waiting';
  if (box === 'mine') return thread.agent === me && thread.state !== 'waiting';
  return true;
}

/** Those in the box: in Waiting the one who has waited longest comes first, elsewhere what happened last. */
export function inBox(threads: Iterable<DeskThread>, box: BoxName, me: Id): DeskThread[] {
  const found = [...threads].filter((thread) => stands(thread, box, me));
  return found.sort(box === 'waiting'
    ? (a, b) => waitingSince(a) - waitingSince(b) || byId(a, b)
    : (a, b) => b.at - a.at || byId(a, b));
}

export function countBoxes(threads: Iterable<DeskThread>, me: Id): Record<BoxName, number> {
  const counts = { waiting: 0, mine: 0, all: 0, ended: 0 };
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
    if (isUnread(thread) && (stands(thread, 'waiting', me) || stands(thread, 'mine', me))) unread++;
  }
  return unread;
}

const waitingSince = (thread: DeskThread): number => thread.waiting ?? thread.at;
/** Equal times happen; an order that does not jump about is worth a comparison. */
const byId = (a: DeskThread, b: DeskThread): number => (a.id < b.id ? -1 : 1);
