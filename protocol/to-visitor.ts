/**
 * What a visitor's client asks of the server's frames, and of the rows it kept on disk, before it believes them.
 * Unknown fields are left alone and unknown types of frame are passed over: the server may be newer (rule P5).
 */
import type { ToVisitor } from './frames.ts';
import type { Card, Message, Thread } from './messages.ts';
import type { Frames } from './parse.ts';
import { choice, either, exact, flag, having, list, optional, type Shape, text, whole } from './shape.ts';

const any = text(2_000_000);
const n = whole();
const marks = having({ got: n, seen: n });
const maybeText = optional(any);

export const message = having({
  kind: exact('message'), thread: any, seq: n, id: any, by: choice('visitor', 'agent', 'brand'), body: any, at: n, rev: n,
  agent: maybeText, name: maybeText,
}) as Shape<Message>;
export const thread = having({
  kind: exact('thread'), id: any, rev: n, seq: n, at: n, ended: flag, episode: n, visitor: marks, team: marks,
  agent: optional(having({ id: any, name: any })),
  survey: optional(having({ episode: n, until: n, score: optional(whole(1, 5)), text: maybeText })),
}) as unknown as Shape<Thread>;
export const card = having({
  name: any, color: any, logo: any, greeting: any, replyTime: any, open: flag, available: flag, busy: optional(flag), opens: optional(n),
}) as unknown as Shape<Card>;

export const row = either<Message | Thread>(message as Shape<Message | Thread>, thread as Shape<Message | Thread>);
const rows = list(row, 100_000);

export const TO_VISITOR = {
  ok: having({
    v: n, epoch: any, rev: n, now: n, set: rows, fresh: optional(exact(true)),
    me: having({ id: maybeText, verified: flag, name: maybeText, email: maybeText, card }),
  }),
  changed: having({ rev: n, set: rows }),
  page: having({ thread: any, rows: list(message, 1_000), more: flag }),
  ack: having({ id: any, thread: maybeText, seq: optional(n), at: n }),
  nak: having({ id: any, code: any, reason: any, retryAfter: optional(n) }),
  refused: having({ code: any, reason: any, retryAfter: optional(n) }),
  presence: having({ available: flag }),
  typing: having({ thread: any, name: any }),
  pong: having({ head: n }),
  bye: having({ code: n, after: n, reason: any }),
} as unknown as Frames<ToVisitor>;
