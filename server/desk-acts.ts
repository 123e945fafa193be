/** What an agent does with a thread: each act once, however often it arrives (A2), and refused where it is not possible any more (D1). */
import type { Ack, AgentSay, End, FromAgent, Nak, Reopen, Snooze, Take, Transfer, Wake } from '../protocol/frames.ts';
import type { Brand } from './brand.ts';
import type { Change } from './change.ts';
import {
  afterAgent, afterEnd, afterReopen, afterSnooze, afterTake, afterTransfer, afterWake, type Stale, type Standing, type Step,
} from './desk.ts';
import { beganAt } from './episodes.ts';
import { again, isBrands, nak, type Reply } from './hear-visitor.ts';
import type { AgentWho } from './host.ts';
import { tooFar } from './snooze.ts';
import { stand } from './standing.ts';
import { forgetStanding, rememberStanding, stoodBefore } from './stood.ts';
import { standingOf, type ThreadRow } from './threads.ts';

export type DeskAct = Take | End | Snooze | Wake | Transfer | Reopen;

export function actOnThread(brand: Brand, change: Change, who: AgentWho, frame: DeskAct): Reply {
  const thread = brand.threads.find(frame.thread);
  if (!thread) return nak(frame.id, 'not_found', 'no such thread');
  // What was done already is answered as it was then, whatever has become of the thread.
  if (brand.agents.did(who.agent, frame.id)) return act(brand, who, frame, () => undefined);
  const refused = refusalOf(brand, thread, frame);
  if (refused) return refused;
  const before = standingOf(thread);
  const back = backOf(brand, before, who, frame);
  const step = stepOf(brand, thread, before, who, frame, back);
  if ('stale' in step) return nak(frame.id, 'stale', step.stale);
  return act(brand, who, frame, () => {
    stand(brand, change, thread, step);
    if (back) forgetStanding(brand.host, thread.id);
    else rememberStanding(brand.host, thread.id, who.agent, frame.type, before, step.standing);
  });
}

function refusalOf(brand: Brand, thread: ThreadRow, frame: DeskAct): Nak | undefined {
  // Never behind the visitor's back: if she wrote after what the agent saw, the agent reads first.
  const isBehind = (frame.type === 'snooze' || (frame.type === 'end' && thread.state !== 'ended')) && brand.threads.visitorSpokeAfter(thread.id, frame.seq);
  if (isBehind) return nak(frame.id, 'stale', 'the visitor wrote after what you saw');
  if (frame.type === 'snooze') {
    const problem = tooFar(frame.until, brand.host.now());
    return problem === undefined ? undefined : nak(frame.id, 'bad_frame', problem);
  }
  if (frame.type === 'transfer' && frame.to !== undefined) {
    const colleague = brand.agents.find(frame.to);
    return colleague && !colleague.left ? undefined : nak(frame.id, 'not_found', 'nobody of that id is in the team');
  }
  return undefined;
}

/** How it stood where it shall stand again, if the frame takes an act back. It never stands under a mark that it was not given by what happened. */
function backOf(brand: Brand, standing: Standing, { agent }: AgentWho, frame: DeskAct): Pick<Standing, 'mark' | 'held'> | undefined {
  if (frame.type !== 'transfer' || frame.mark === undefined || frame.to === undefined) return undefined;
  const before = stoodBefore(brand.host, frame.thread, agent, frame.to, standing);
  return before && { held: before.held, mark: before.mark === frame.mark ? before.mark : null };
}

function stepOf(brand: Brand, thread: ThreadRow, standing: Standing, { agent }: AgentWho, frame: DeskAct, back: ReturnType<typeof backOf>): Step | Stale {
  const now = brand.host.now();
  switch (frame.type) {
    case 'take': return afterTake(standing, agent, now);
    case 'end': return afterEnd(standing, agent, now);
    case 'snooze': return afterSnooze(standing, agent, now, frame.until, frame.keep);
    case 'wake': return afterWake(standing, agent, now);
    case 'transfer': return afterTransfer(standing, agent, frame.to, now, frame.note?.toWellFormed(), back);
    case 'reopen': return afterReopen(standing, agent, now, brand.threads.unanswered(thread.id, beganAt(brand.host, thread.id, thread.episode)));
  }
}

export function say(brand: Brand, change: Change, who: AgentWho, frame: AgentSay): Reply {
  const body = frame.body.toWellFormed();
  if (isBrands(frame.id)) return nak(frame.id, 'conflict', 'this id is the brand\'s own');
  const thread = brand.threads.find(frame.thread);
  if (!thread) return nak(frame.id, 'not_found', 'no such thread');
  const said = brand.threads.said(frame.thread, frame.id);
  if (said) return said.agent === who.agent ? again(said, 'agent', body) : nak(frame.id, 'conflict', 'this id was used by somebody else');
  const tooFast = brand.allowance.agentMessage(who.agent, brand.host.now());
  if (tooFast) return nak(frame.id, 'rate_limited', 'too many messages at once', tooFast);
  const name = brand.agents.find(who.agent)?.name ?? '';
  const message = brand.threads.append(change, thread, { id: frame.id, by: 'agent', body, agent: who.agent, name });
  stand(brand, change, thread, afterAgent(standingOf(thread), who.agent, message.at, brand.presence.isAway(`v:${thread.visitor}`)));
  return { type: 'ack', id: message.id, thread: thread.id, seq: message.seq, at: message.at };
}

export function act(brand: Brand, who: AgentWho, frame: FromAgent & { id: string }, work: () => void): Ack | Nak {
  const { id, ...what } = frame;
  const at = brand.host.now();
  const state = brand.agents.once(who.agent, id, JSON.stringify(what), at);
  if (state === 'conflict') return nak(id, 'conflict', 'this id was used for something else');
  if (state === 'new') work();
  return { type: 'ack', id, at };
}
