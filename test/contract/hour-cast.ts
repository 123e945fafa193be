/** Who is in the scripted hour, and the words its acts share. */
import type { Caller } from './caller.ts';
import { visitor } from './stage.ts';

export const BRAND = 'kettle';
export const ANN = visitor('ann', '198.51.100.1');
export const BEA = visitor('bea', '198.51.100.2');

/** Everybody who is on it for long, and what opens the agents' doors. */
export interface Cast {
  ann: Caller; tab: Caller; bea: Caller; phone: Caller; ada: Caller; grace: Caller;
  /** Who stay to the end. */
  others: Caller[];
  owner: string; cookie: string; secret: string;
}

export const say = (id: string, thread: string, body: string, more: object = {}) => ({ type: 'say', id, thread, body, ...more });
export const message = (id: string) => ({ type: 'changed', set: [{ kind: 'message', id }] });
export const thread = (id: string, fields: object) => ({ type: 'changed', set: [{ kind: 'thread', id, ...fields }] });
export const theVisitor = { type: 'changed', set: [{ kind: 'visitor' }] };
export const ack = (id: string) => ({ type: 'ack', id });
export const nak = (id: string, code: string) => ({ type: 'nak', id, code });
export const refused = (code: string) => ({ type: 'refused', code });

/** Until everything that was told before has come: an answer comes behind it. */
export async function settle(visitors: Caller[], agents: Caller[]): Promise<void> {
  for (const each of visitors) await each.say({ type: 'sync', rev: each.rev }).hears({ type: 'changed', set: [] });
  for (const each of agents) await each.say({ type: 'list', box: 'ended', before: 0, n: 1 }).hears({ type: 'listed', set: [] });
}
