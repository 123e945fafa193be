/** Pure (rule D8): whether what an agent is about to say would be one more knock on the door of somebody who is out. */
import type { DeskThread, Message } from '../protocol/messages.ts';

/** `goodbye`: two snoozes have run out on her silence; `away`: she is out and we spoke last; `reminded`: she has been reminded once. */
export type Restraint = 'goodbye' | 'away' | 'reminded';

/** So many snoozes without a word from her, and it is time to let go. */
const LAPSES = 2;

export interface Spoken {
  row: DeskThread;
  /** The newest message by a person; absent while none is held. */
  last: Message | undefined;
  /** An answer of ours is on its way. */
  isAnswering: boolean;
  /** The visitor is on the site. */
  here: boolean;
}

export function restraintOf({ row, last, isAnswering, here }: Spoken): Restraint | undefined {
  // In an ended thread there is nothing to put aside.
  if (row.state === 'ended' || !teamSpokeLast(row, last, isAnswering)) return undefined;
  if (row.lapses >= LAPSES) return 'goodbye';
  if (!here) return 'away';
  return row.prompts > 0 ? 'reminded' : undefined;
}

function teamSpokeLast(row: DeskThread, last: Message | undefined, isAnswering: boolean): boolean {
  if (isAnswering) return true;
  if (last) return last.by === 'agent';
  // An auto-reply stands behind what a visitor said.
  return row.previewBy === 'agent';
}
