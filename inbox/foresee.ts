/** What a row will be once the server has what waits in our outbox: an agent sees at once what she did. */
import type { Agent, DeskThread, Id } from '../protocol/messages.ts';
import type { PendingAct } from './engine.ts';

const isComing = ({ fate }: PendingAct) => fate !== 'refused';

export function foreseeThread(row: DeskThread, pending: readonly PendingAct[], me: Id): DeskThread {
  let seen = row;
  for (const act of pending) {
    const { frame } = act;
    if (!isComing(act) || frame.type === 'status' || frame.type === 'block' || frame.thread !== row.id) continue;
    if (frame.type === 'take') seen = { ...seen, state: 'assigned', agent: me };
    if (frame.type === 'end') seen = { ...seen, state: 'ended' };
  }
  return seen;
}

export function foreseeStatus(agent: Agent, pending: readonly PendingAct[]): Agent {
  const last = pending.findLast((act) => isComing(act) && act.frame.type === 'status')?.frame;
  return last?.type === 'status' ? { ...agent, status: last.status } : agent;
}
