/** What an agent's client asks of the server's frames before it believes them. See `to-visitor.ts`. */
import type { AgentRow, ToAgent } from './frames.ts';
import type { Agent, DeskThread, Gone, Visitor } from './messages.ts';
import type { Frames } from './parse.ts';
import { choice, either, exact, flag, having, list, optional, record, type Shape, text, whole } from './shape.ts';
import { message, TO_VISITOR } from './to-visitor.ts';

const any = text(2_000_000);
const n = whole();
const marks = having({ got: n, seen: n });
const maybeText = optional(any);
const page = optional(having({ url: any, title: maybeText, referrer: maybeText }));

export const deskThread = having({
  kind: exact('thread'), id: any, rev: n, seq: n, at: n, created: n, episode: n, visitor: marks, team: marks, who: any,
  state: choice('waiting', 'assigned', 'snoozed', 'ended'), agent: maybeText, waiting: optional(n), preview: any,
  previewBy: choice('visitor', 'agent', 'brand'),
}) as Shape<DeskThread>;
const scalar: Shape<string | number | boolean> = (value) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? undefined : 'must be text, a number or true or false';
export const visitor = having({
  kind: exact('visitor'), id: any, rev: n, created: n, verified: flag, at: n, name: maybeText, email: maybeText,
  subject: maybeText, lang: maybeText, zone: maybeText, device: maybeText, page,
  events: optional(list(having({ name: any, at: n, data: optional(record(scalar, 100, 1_000)) }), 100)),
}) as unknown as Shape<Visitor>;
export const agent = having({
  kind: exact('agent'), id: any, rev: n, name: any, email: any, role: choice('owner', 'agent'),
  status: choice('available', 'away'), left: optional(exact(true)),
}) as Shape<Agent>;

export const gone = having({ kind: exact('gone'), id: any, rev: n }) as Shape<Gone>;

export const row = either<AgentRow>(
  message as Shape<AgentRow>, deskThread as Shape<AgentRow>, visitor as Shape<AgentRow>, agent as Shape<AgentRow>,
  gone as Shape<AgentRow>);
const rows = list(row, 100_000);

export const TO_AGENT = {
  ...TO_VISITOR,
  ok: having({
    v: n, epoch: any, rev: n, now: n, set: rows, fresh: optional(exact(true)), here: optional(list(any, 100_000)),
    me: having({ id: any, brand: having({ id: any, name: any, color: any, logo: any }) }),
  }),
  changed: having({ rev: n, set: rows }),
  listed: having({ box: any, set: rows, more: flag }),
  presence: having({ who: any, here: flag }),
  typing: having({ thread: any, agent: maybeText }),
} as unknown as Frames<ToAgent>;
