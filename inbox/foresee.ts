/** What a row will be once the server has what waits in our outbox: an agent sees at once what she did. */
import type { Agent, DeskThread, Id } from '../protocol/messages.ts';
import type { Act, PendingAct } from './engine.ts';

const isComing = ({ fate }: PendingAct) => fate !== 'refused';

export function foreseeThread(row: DeskThread, pending: readonly PendingAct[], me: Id): DeskThread {
  let seen = row;
  for (const act of pending) {
    const { frame } = act;
    if (isComing(act) && 'thread' in frame && frame.thread === row.id) seen = after(seen, frame, me);
  }
  return seen;
}

/** One act further. What is not possible from where the thread stands will be refused, and changes nothing (rule D1). */
function after(row: DeskThread, frame: Act, me: Id): DeskThread {
  const isEnded = row.state === 'ended';
  // Before an agent, with nothing left of what was agreed on before.
  const { mark, snooze: _aside, agent: holder, ...bare } = row;
  const before = (agent: Id): DeskThread => ({ ...bare, state: 'assigned', agent });
  switch (frame.type) {
    case 'take': return isEnded ? row : before(me);
    case 'wake': return row.state === 'snoozed' ? before(me) : row;
    case 'reopen': return isEnded ? before(me) : row;
    case 'end': return { ...unhurried(bare), state: 'ended', agent: holder ?? me };
    case 'snooze': return isEnded ? row : { ...bare, state: 'snoozed', agent: holder ?? me, snooze: { until: frame.until, keep: frame.keep } };
    case 'transfer': {
      if (isEnded) return row;
      if (!frame.to) return { ...bare, state: 'waiting' };
      const under = frame.mark ?? (frame.to === me ? 'none' : 'transferred');
      return { ...before(frame.to), ...(under !== 'none' && { mark: under }) };
    }
    case 'say':
      // To write is neither to take a colleague's thread nor to wake one.
      if (isEnded || row.state === 'waiting' || !holder) return unhurried(before(me));
      return unhurried(mark && holder === me ? { ...bare, agent: holder } : row);
    case 'tag': return { ...row, tags: [...new Set(frame.tags)] };
    default: return row;
  }
}

/** Her message is answered. */
function unhurried<T extends Pick<DeskThread, 'waiting' | 'due'>>(row: T): Omit<T, 'waiting' | 'due'> {
  const { waiting: _since, due: _due, ...rest } = row;
  return rest;
}

export function foreseeStatus(agent: Agent, pending: readonly PendingAct[]): Agent {
  const last = pending.findLast((act) => isComing(act) && act.frame.type === 'status')?.frame;
  return last?.type === 'status' ? { ...agent, status: last.status } : agent;
}
