/** The agent's face of the sync engine in `client/`. */
import type { Pending } from '../client/sync.ts';
import type { TeamSync } from '../client/team.ts';
import type { AgentMe, AgentSay, End, SetStatus, Take } from '../protocol/frames.ts';
import type { Agent, DeskThread, Visitor } from '../protocol/messages.ts';

/** What an agent does that must not be lost: it waits in the outbox until the server has it. */
export type Act = AgentSay | Take | End | SetStatus;
export type PendingAct = Pending<Act>;
export type Engine = TeamSync<DeskThread, Act, AgentMe, Visitor | Agent>;
