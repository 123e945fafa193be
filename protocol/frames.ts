/**
 * What is said over the line, in four unions named by who speaks. `protocol/README.md` holds the rules by number.
 */
import type {
  Agent, AgentStatus, BrandRow, Card, DeskThread, Entry, EventData, Gone, Id, Mark, Message, Page, Rev, Score, Seq, Thread, Time, Visitor,
} from './messages.ts';

// ---- both clients

/** Answered by `pong`. Sent as exactly `{"type":"ping"}`, so that a host may answer without waking. */
export interface Ping { type: 'ping' }
/** What changed after `rev`? Answered by `changed`, or by `ok` with `fresh` when that is too much. */
export interface Sync { type: 'sync'; rev: Rev }
/** A page of history: at most `n` messages with a `seq` below `before`. Answered by `page`. */
export interface Pull { type: 'pull'; thread: Id; before: Seq; n: number }
/** Everything up to `seq` has arrived on a device of mine. */
export interface Got { type: 'got'; thread: Id; seq: Seq }
/** … and was on a screen somebody looked at. */
export interface Seen { type: 'seen'; thread: Id; seq: Seq }
export interface Typing { type: 'typing'; thread: Id }

// ---- visitor

export interface VisitorHi {
  type: 'hi';
  v: number;
  /** The epoch and rev of what the client holds; rev 0 and no epoch when it holds nothing. */
  epoch?: string;
  rev: Rev;
  page?: Page;
  lang?: string;
  zone?: string;
}
/** A message. `thread` may be one that the client has just made. */
export interface VisitorSay { type: 'say'; id: Id; thread: Id; body: string; page?: Page }
/** What she or the page says about herself, unproved. Empty text removes. */
export interface Label { type: 'label'; id: Id; name?: string; email?: string }
export interface Track { type: 'track'; id: Id; name: string; data?: EventData }

/** How the episode was. Again with another id: she has changed her mind. */
export interface Rate { type: 'rate'; id: Id; thread: Id; episode: number; score: Score; text?: string }

export type FromVisitor = Rate | VisitorHi | VisitorSay | Label | Track | Got | Seen | Sync | Pull | Typing | Ping;

// ---- agent

export interface AgentHi { type: 'hi'; v: number; epoch?: string; rev: Rev }
export interface AgentSay { type: 'say'; id: Id; thread: Id; body: string }
/** The thread is mine from now on, whoever held it. */
export interface Take { type: 'take'; id: Id; thread: Id }
/** Ends the episode, if the visitor has said nothing after `seq` (else refused as `stale`). */
export interface End { type: 'end'; id: Id; thread: Id; seq: Seq }
export interface SetStatus { type: 'status'; id: Id; status: AgentStatus }
/** Puts it aside until then, if the visitor has said nothing after `seq` (else `stale`). Without `keep` it is nobody's when it comes back. */
export interface Snooze { type: 'snooze'; id: Id; thread: Id; seq: Seq; until: Time; keep: boolean }
/** Ends a snooze before its time: the thread is mine again. */
export interface Wake { type: 'wake'; id: Id; thread: Id }
/** To a colleague; without `to` back to the queue. The note is for her eyes. With `mark` it stands there under that one, or under none: so an act is taken back. */
export interface Transfer { type: 'transfer'; id: Id; thread: Id; to?: Id; note?: string; mark?: Mark | 'none' }
/** Takes an end back: the same episode goes on. */
export interface Reopen { type: 'reopen'; id: Id; thread: Id }
/** For the team alone. */
export interface Note { type: 'note'; id: Id; thread: Id; body: string; mentions?: Id[] }
/** All the tags it has from now on. */
export interface Tag { type: 'tag'; id: Id; thread: Id; tags: string[] }
export interface Block { type: 'block'; id: Id; visitor: Id; on: boolean }
/** I have this thread before me; without one, none. Kept by the server while the connection lasts. */
export interface Look { type: 'look'; thread?: Id }
/** More of the list: at most `n` threads of that box with an activity before `before`; with `who` of that visitor alone. Answered by `listed`. */
export interface List { type: 'list'; box: Box; before: Time; n: number; who?: Id }
export type Box = 'open' | 'ended' | 'all';
/** At most `n` messages and notes that say it, the newest first, older than `before`. Answered by `found`. */
export interface Search { type: 'search'; text: string; before: Time; n: number }

export type FromAgent =
  | AgentHi | AgentSay | Take | End | Snooze | Wake | Transfer | Reopen | Note | Tag | Block | SetStatus | Look | List | Search
  | Got | Seen | Sync | Pull | Typing | Ping;

// ---- server

export interface Pong { type: 'pong'; head: Rev }
/** Done, and on disk. A message's `seq` and the server's time of it; acts other than `say` have no `thread` and `seq`. */
export interface Ack { type: 'ack'; id: Id; thread?: Id; seq?: Seq; at: Time }
/** Not done. With `retryAfter` (milliseconds) it may be sent again then, as it is; without, never. */
export interface Nak { type: 'nak'; id: Id; code: Refusal; reason: string; retryAfter?: number }
/** A frame without an id was refused. */
export interface Refused { type: 'refused'; code: Refusal; reason: string; retryAfter?: number }
/** The last word before a close; see the README for what each code asks of a client. */
export interface Bye { type: 'bye'; code: number; after: number; reason: string }
/** `entries` of the same stretch of the thread, for agents alone. */
export interface PageOf { type: 'page'; thread: Id; rows: Message[]; entries?: Entry[]; more: boolean }

export type VisitorRow = Message | Thread;
export type AgentRow = Message | DeskThread | Entry | Visitor | Agent | BrandRow | Gone;

export interface Ok<Row, Me> {
  type: 'ok';
  v: number;
  epoch: string;
  rev: Rev;
  now: Time;
  me: Me;
  set: Row[];
  /** `set` is a new start, not a difference: drop the rows held, never the outbox. */
  fresh?: true;
  /** Agents only: the visitors and agents who are here now. */
  here?: Id[];
}
export interface Changed<Row> { type: 'changed'; rev: Rev; set: Row[] }

export interface VisitorMe {
  /** Absent until her first message: people who say nothing leave no record. */
  id?: Id;
  verified: boolean;
  name?: string;
  /** Where the team may write to her; without `verified` it is what she or the page said (I1). */
  email?: string;
  card: Card;
}
export interface AgentMe { id: Id; brand: { id: Id; name: string; color: string; logo: string } }

/** Is anybody in? */
export interface TeamPresence { type: 'presence'; available: boolean }
/** A visitor or an agent came or went. */
export interface DeskPresence { type: 'presence'; who: Id; here: boolean }
/** An agent is writing. */
export interface TeamTyping { type: 'typing'; thread: Id; name: string }
/** The visitor (no `agent`) or a colleague is writing; `text` is never told before it is sent. */
export interface DeskTyping { type: 'typing'; thread: Id; agent?: Id }
/** Which thread a colleague has before her; none any more without. */
export interface Looking { type: 'look'; agent: Id; thread?: Id }
/** `hits` are the places, the newest first; `set` the threads and visitors they are of. */
export interface Found { type: 'found'; text: string; hits: Hit[]; set: (DeskThread | Visitor)[]; more: boolean }
export interface Hit { thread: Id; at: Time; by: Message['by'] | 'note'; name?: string; /** Its place, where it is a message. */ seq?: Seq; /** The words around, at most 200 characters. */ text: string }
export interface Listed { type: 'listed'; box: Box; set: (DeskThread | Visitor)[]; more: boolean }

export type ToVisitor =
  | Ok<VisitorRow, VisitorMe> | Changed<VisitorRow> | PageOf | Ack | Nak | Refused | TeamPresence | TeamTyping | Pong | Bye;
export type ToAgent =
  | Ok<AgentRow, AgentMe> | Changed<AgentRow> | PageOf | Listed | Found | Looking | Ack | Nak | Refused | DeskPresence | DeskTyping | Pong | Bye;

/** Why something was refused. The words beside it are for developers; a client has its own for its user. */
export type Refusal =
  | 'bad_frame'      // not a frame of this protocol; nothing else was looked at
  | 'not_found'      // no such thread, or not yours: the two are never told apart
  | 'conflict'       // the id was used before, with another content
  | 'stale'          // the world has moved on: the visitor wrote after what you saw
  | 'blocked'
  | 'forbidden'
  | 'rate_limited'   // with retryAfter
  | 'retry_later';   // disk full or shutting down; with retryAfter

/** Close codes. Only 44xx stop a client's own reconnecting. */
export const CLOSE = {
  badFrame: 4400,
  token: 4401,
  forbidden: 4403,
  silent: 4408,
  superseded: 4409,
  slowDown: 4429,
  restart: 1012,
  tryLater: 1013,
  broken: 1011,
  tooBig: 1009,
} as const;
