/**
 * What each frame lays hands on, and how often it may come: what `door.ts` is for routes. Who says it is settled by the
 * line: a visitor's frames are read by one shape, an agent's by another, and the brand is the line's. A frame that is read
 * and is not in here keeps the server from starting; `test/authorisation.test.ts` says every one of them as everybody.
 */
import type { FromAgent, FromVisitor } from '../../protocol/frames.ts';
import { FROM_AGENT, FROM_VISITOR } from '../../protocol/from-clients.ts';
import type { Allowance } from '../limits.ts';

/**
 * `own`: a thread of the visitor who says it; anybody else's is not there. `thread`, `visitor`, `colleague`: one of the
 * line's brand, named by the frame. `new or own`: a thread that nobody has begun, or hers. `nothing`: only what is the
 * speaker's own, or the whole brand's to her.
 */
export type FrameGrasp = 'nothing' | 'own' | 'new or own' | 'thread' | 'visitor';
export interface FrameRule {
  /** By the field that names it. */
  grasps: Partial<Record<'thread' | 'visitor' | 'who' | 'to' | 'mentions', FrameGrasp | 'colleague'>>;
  /** Which buckets it takes from, besides `frame`, which every one takes from. */
  rates: Exclude<keyof Allowance, 'frame'>[];
}

const own: FrameRule['grasps'] = { thread: 'own' };
const desk: FrameRule['grasps'] = { thread: 'thread' };
const free: FrameRule = { grasps: {}, rates: [] };

export const VISITOR_FRAMES: Record<FromVisitor['type'], FrameRule> = {
  hi: { grasps: {}, rates: ['reading'] },
  say: { grasps: { thread: 'new or own' }, rates: ['message', 'thread', 'newcomer'] },
  label: { grasps: {}, rates: ['report', 'newcomer'] },
  track: { grasps: {}, rates: ['report', 'newcomer'] },
  rate: { grasps: own, rates: ['report'] },
  got: { grasps: own, rates: [] },
  seen: { grasps: own, rates: [] },
  sync: { grasps: {}, rates: ['reading'] },
  pull: { grasps: own, rates: ['reading'] },
  typing: { grasps: own, rates: ['typing'] },
  ping: free,
};

export const AGENT_FRAMES: Record<FromAgent['type'], FrameRule> = {
  hi: free,
  say: { grasps: desk, rates: ['agentMessage'] },
  take: { grasps: desk, rates: [] },
  end: { grasps: desk, rates: [] },
  snooze: { grasps: desk, rates: [] },
  wake: { grasps: desk, rates: [] },
  reopen: { grasps: desk, rates: [] },
  transfer: { grasps: { thread: 'thread', to: 'colleague' }, rates: [] },
  note: { grasps: { thread: 'thread', mentions: 'colleague' }, rates: ['agentMessage'] },
  tag: { grasps: desk, rates: [] },
  block: { grasps: { visitor: 'visitor' }, rates: [] },
  look: { grasps: desk, rates: [] },
  list: { grasps: { who: 'visitor' }, rates: [] },
  search: { grasps: {}, rates: ['search'] },
  status: free,
  got: { grasps: desk, rates: [] },
  seen: { grasps: desk, rates: [] },
  sync: free,
  pull: { grasps: desk, rates: [] },
  typing: { grasps: desk, rates: ['typing'] },
  ping: free,
};

/**
 * Deny by default: a frame that is read but says nothing of what it lays hands on has nobody who has thought about it.
 * @throws at start, naming it
 */
export function requireFrameRules(visitor: object = FROM_VISITOR, agent: object = FROM_AGENT): void {
  for (const [speaker, read, rules] of [['a visitor', visitor, VISITOR_FRAMES], ['an agent', agent, AGENT_FRAMES]] as const) {
    for (const type of Object.keys(read)) {
      if (!Object.hasOwn(rules, type)) throw new Error(`the frame "${type}" of ${speaker} does not say what it lays hands on`);
    }
  }
}
