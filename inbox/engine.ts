/** The agent's face of the sync engine in `client/`. */
import type { Pending } from '../client/sync.ts';
import type { TeamSync } from '../client/team.ts';
import type { AgentMe, AgentSay, Block, End, Note, Reopen, SetStatus, Snooze, Tag, Take, Transfer, Wake } from '../protocol/frames.ts';
import type { Agent, BrandRow, DeskThread, Visitor } from '../protocol/messages.ts';

/** What an agent does that must not be lost: it waits in the outbox until the server has it. */
export type Act = AgentSay | Take | End | Snooze | Wake | Transfer | Reopen | Note | Tag | Block | SetStatus;
export type PendingAct = Pending<Act>;
export type Engine = TeamSync<DeskThread, Act, AgentMe, Visitor | Agent | BrandRow>;
