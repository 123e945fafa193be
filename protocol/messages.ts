/**
 * The nouns of `chat.v1`: the rows that both ends hold. Every row carries the `rev` of its last change;
 * to sync is to ask for the rows whose `rev` is higher than one's own.
 */

/** 1 to 64 of `A-Z a-z 0-9 . _ -`. Made by whoever creates the thing; clients use UUIDs of version 7. */
export type Id = string;
/** Milliseconds since 1970 (UTC) by the server's clock. */
export type Time = number;
/** Position in a thread: 1, 2, 3, … without holes, the same for everyone. */
export type Seq = number;
/** Number of a change in a brand's database; only ever rises within one epoch. */
export type Rev = number;

export type Author = 'visitor' | 'agent' | 'brand';

/** Where a visitor was. All of it is told by her browser and proves nothing. */
export interface Page {
  url: string;
  title?: string;
  referrer?: string;
}

export interface Message {
  kind: 'message';
  thread: Id;
  seq: Seq;
  /** The id its sender made. One row per id and thread, for ever. */
  id: Id;
  by: Author;
  /** Who of the team, and the name shown when it was said. Only where `by` is `agent`. */
  agent?: Id;
  name?: string;
  body: string;
  at: Time;
  rev: Rev;
  /** The page it was written from. Only agents are told. */
  page?: Page;
}

/** Watermarks: everything up to and including this `seq`. They only rise. */
export interface Marks {
  got: Seq;
  seen: Seq;
}

/** A thread as its visitor holds it. */
export interface Thread {
  kind: 'thread';
  id: Id;
  rev: Rev;
  /** `seq` of the newest message. */
  seq: Seq;
  /** Last activity. */
  at: Time;
  ended: boolean;
  /** 1 for the first; each message after an end begins the next. */
  episode: number;
  /** The visitor's own devices, taken together. */
  visitor: Marks;
  /** The team's inboxes, taken together. */
  team: Marks;
  /** Who holds it. */
  agent?: { id: Id; name: string };
  /** She is asked how it was, once an episode, and may change her mind until then. */
  survey?: Survey;
}

/** Five faces, 1 (bad) to 5 (very good). */
export type Score = 1 | 2 | 3 | 4 | 5;
export interface Survey { episode: number; until: Time; score?: Score; text?: string }

export type ThreadState = 'waiting' | 'assigned' | 'snoozed' | 'ended';

/** A thread as agents hold it. */
export interface DeskThread {
  kind: 'thread';
  id: Id;
  rev: Rev;
  seq: Seq;
  at: Time;
  created: Time;
  episode: number;
  visitor: Marks;
  team: Marks;
  /** Whose thread it is: the id of a `Visitor` row. */
  who: Id;
  state: ThreadState;
  agent?: Id;
  /** Since when a message of the visitor's stands unanswered. */
  waiting?: Time;
  /** The start of the newest message that is no auto-reply, at most 140 characters, and who said it. */
  preview: string;
  previewBy: Author;
  /** Where `state` is `snoozed`. With `keep` it comes back to `agent`, without to the queue. */
  snooze?: { until: Time; keep: boolean };
  /** Why it stands before its agent, until she does something with it. */
  mark?: Mark;
  /** When her unanswered message is overdue. */
  due?: Time;
  /** Since she last wrote: what the team said to her while she was away, and snoozes that ran out. */
  prompts: number;
  lapses: number;
  tags: string[];
  /** Of the last episode that was rated. */
  score?: Score;
}

/** `snooze_ended`: the time has come; `returned`: she wrote again and it is yours; `transferred`: a colleague gave it to you; `fallback`: nobody had handled it. */
export const MARKS = ['snooze_ended', 'returned', 'transferred', 'fallback'] as const;
export type Mark = (typeof MARKS)[number];

/** What happened to a thread besides its messages, and what the team says to itself about it. Visitors are never told. */
export interface Entry {
  kind: 'entry';
  thread: Id;
  /** A note's was made by its writer's client; the server's own begin with `entry.`. */
  id: Id;
  rev: Rev;
  at: Time;
  /** It stands behind this message. */
  after: Seq;
  what: EntryKind;
  /** The agent who did it. Absent: nobody did, it was time or a rule. */
  by?: Id;
  /** `assigned`: who has it now; absent: the queue. */
  to?: Id;
  reason?: EntryReason;
  /** `snoozed` */
  until?: Time;
  /** The words of a note, of a transfer, of a rating. */
  text?: string;
  /** Colleagues named in a note. */
  mentions?: Id[];
  /** `rated` */
  score?: Score;
  /** `ordered`: in the smallest unit of the currency. */
  amount?: number;
  currency?: string;
}
export type EntryKind = 'note' | 'assigned' | 'snoozed' | 'woken' | 'ended' | 'reopened' | 'rated' | 'ordered';
/** Of `assigned`: `routed taken transferred released returned fallback dismissed`; of `woken`: `visitor time agent`. */
export type EntryReason = 'routed' | 'taken' | 'transferred' | 'released' | 'returned' | 'fallback' | 'dismissed' | 'visitor' | 'time' | 'agent';

/** A visitor as agents see her. Only `verified` rows have been proved by the brand's signature. */
export interface Visitor {
  kind: 'visitor';
  id: Id;
  rev: Rev;
  created: Time;
  verified: boolean;
  name?: string;
  email?: string;
  /** The brand's own id of her, out of the signed token. */
  subject?: string;
  lang?: string;
  zone?: string;
  /** In words: "Chrome on Android". */
  device?: string;
  page?: Page;
  /** May not write any more. */
  blocked?: true;
  /** Last heard of. */
  at: Time;
  /** The newest first, at most 20: what the page reported with `track`. */
  events?: { name: string; at: Time; data?: EventData }[];
}

export type EventData = Record<string, string | number | boolean>;

export type AgentStatus = 'available' | 'away';
export type AgentRole = 'owner' | 'agent';

/** A colleague. `here` is not stored: it is told by `presence`. */
export interface Agent {
  kind: 'agent';
  id: Id;
  rev: Rev;
  name: string;
  email: string;
  role: AgentRole;
  status: AgentStatus;
  /** How many threads she may hold at once, and how many she holds; a snoozed one counts for none. At `slots` she is full. */
  slots: number;
  /** `slots` is a number of her own; else it is the brand's, and changes with it. */
  own?: true;
  active: number;
  /** May no longer sign in. */
  left?: true;
}

/** What every agent has to know of how her brand is set. There is one. */
export interface BrandRow {
  kind: 'brand';
  id: Id;
  rev: Rev;
  /** How many threads an agent holds at once who has no number of her own. */
  slots: number;
  /** Her visitors are asked how it was when an episode ends. */
  survey: boolean;
  /** Another text whenever the ready answers are others than before: the `tag` that comes with them. */
  replies: string;
}

/** A visitor who was erased, or became one with another: drop her row, and what threads are still hers. */
export interface Gone { kind: 'gone'; id: Id; rev: Rev }

/** How soon the team usually answers; the words for it belong to the widget's language. */
export type ReplyTime = 'minutes' | 'hours' | 'day' | 'none';

/** What a brand shows to anybody: `GET /v1/<brand>/card`, and the `me.card` of a visitor's `ok`. */
export interface Card {
  name: string;
  /** `#rrggbb` */
  color: string;
  /** One or two letters, or an emoji, in the round mark. */
  logo: string;
  /** Said at the top of an empty thread, in the asked-for language; empty for the widget's own words. */
  greeting: string;
  replyTime: ReplyTime;
  /** Within opening hours. */
  open: boolean;
  /** Somebody is available now. */
  available: boolean;
  /** As many threads wait as this brand lets wait: one may write all the same, and is told that it will take long. */
  busy: boolean;
  /** When the brand opens next, if it is closed and ever does. */
  opens?: Time;
}
