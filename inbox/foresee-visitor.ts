/** A visitor as she will be once the server has what waits in our outbox. */
import type { Visitor } from '../protocol/messages.ts';
import type { PendingAct } from './engine.ts';

export function foreseeVisitor(visitor: Visitor, pending: readonly PendingAct[]): Visitor {
  const last = pending.findLast(({ fate, frame }) => fate !== 'refused' && frame.type === 'block' && frame.visitor === visitor.id)?.frame;
  if (last?.type !== 'block' || last.on === (visitor.blocked === true)) return visitor;
  const { blocked: _was, ...rest } = visitor;
  return last.on ? { ...rest, blocked: true } : rest;
}
