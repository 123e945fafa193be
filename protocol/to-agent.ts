/** What an agent's client asks of the server's frames before it believes them. See `to-visitor.ts`. */
import type { AgentRow, ToAgent } from './frames.ts';
import { type Agent, type BrandRow, type DeskThread, type Entry, type Gone, MARKS, type Visitor } from './messages.ts';
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
  previewBy: choice('visitor', 'agent', 'brand'), snooze: optional(having({ until: n, keep: flag })),
  mark: optional(choice(...MARKS)), due: optional(n), prompts: n, lapses: n,
  tags: list(any, 100), score: optional(whole(1, 5)),
}) as unknown as Shape<DeskThread>;
export const entry = having({
  kind: exact('entry'), thread: any, id: any, rev: n, at: n, after: n,
  what: choice('note', 'assigned', 'snoozed', 'woken', 'ended', 'reopened', 'rated', 'ordered'),
  by: maybeText, to: maybeText, reason: maybeText, until: optional(n), text: maybeText, mentions: optional(list(any, 100)),
  score: optional(whole(1, 5)), amount: optional(n), currency: maybeText,
}) as unknown as Shape<Entry>;
const scalar: Shape<string | number | boolean> = (value) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? undefined : 'must be text, a number or true or false';
export const visitor = having({
  kind: exact('visitor'), id: any, rev: n, created: n, verified: flag, at: n, name: maybeText, email: maybeText,
  subject: maybeText, lang: maybeText, zone: maybeText, device: maybeText, page, blocked: optional(exact(true)),
  events: optional(list(having({ name: any, at: n, data: optional(record(scalar, 100, 1_000)) }), 100)),
}) as unknown as Shape<Visitor>;
export const agent = having({
  kind: exact('agent'), id: any, rev: n, name: any, email: any, role: choice('owner', 'agent'),
  status: choice('available', 'away'), slots: n, own: optional(exact(true)), active: n, left: optional(exact(true)),
}) as Shape<Agent>;
export const brand = having({ kind: exact('brand'), id: any, rev: n, slots: n, survey: flag, replies: any }) as Shape<BrandRow>;

export const gone = having({ kind: exact('gone'), id: any, rev: n }) as Shape<Gone>;

export const row = either<AgentRow>(
  message as Shape<AgentRow>, deskThread as Shape<AgentRow>, visitor as Shape<AgentRow>, agent as Shape<AgentRow>,
  entry as Shape<AgentRow>, brand as Shape<AgentRow>, gone as Shape<AgentRow>);
const rows = list(row, 100_000);

export const TO_AGENT = {
  ...TO_VISITOR,
  ok: having({
    v: n, epoch: any, rev: n, now: n, set: rows, fresh: optional(exact(true)), here: optional(list(any, 100_000)),
    me: having({ id: any, brand: having({ id: any, name: any, color: any, logo: any }) }),
  }),
  changed: having({ rev: n, set: rows }),
  page: having({ thread: any, rows: list(message, 1_000), entries: optional(list(entry, 10_000)), more: flag }),
  found: having({
    text: any, set: rows, more: flag,
    hits: list(having({ thread: any, at: n, by: any, name: maybeText, seq: optional(n), text: any }), 1_000),
  }),
  look: having({ agent: any, thread: maybeText }),
  listed: having({ box: any, set: rows, more: flag }),
  presence: having({ who: any, here: flag }),
  typing: having({ thread: any, agent: maybeText }),
} as unknown as Frames<ToAgent>;
