/** What a brand's owner can set: the body of `GET` and `PUT /v1/<brand>/desk/settings`. */
import { NAME_CHARS } from './limits.ts';
import type { ReplyTime } from './messages.ts';
import { choice, exactly, flag, list, matching, record, type Shape, text, whole } from './shape.ts';

/** Minutes after midnight, in the brand's zone; `to` may be 1440. A day without spans is closed. */
export interface Span { from: number; to: number }
export interface Hours {
  /** Off means always open. */
  on: boolean;
  /** IANA, like `Europe/Paris`. */
  zone: string;
  /** Monday first. */
  days: Span[][];
}

/** How threads are handed to people. Times in whole hours or minutes. */
export interface Desk {
  /** Threads an agent holds at once, where she has set no number of her own. */
  slots: number;
  /** So many may wait before people are told that it will take long. 0: live only. */
  queue: number;
  /** A thread that its agent has not handled for so long goes to another. */
  fallbackHours: number;
  /** A visitor's message that nobody has answered for so long is overdue. */
  overdueHours: number;
  /** An agent whose connection is gone for so long gets nothing new. */
  absentMinutes: number;
  /** She is asked how it was when an agent ends the thread. */
  survey: boolean;
}
export const SLOTS_MOST = 50;
export const QUEUE_MOST = 10_000;
export const DESK_HOURS_MOST = 720;

export interface Settings {
  name: string;
  color: string;
  logo: string;
  /** By language tag (`en`, `ar`); the widget's own words where there is none. */
  greeting: Record<string, string>;
  autoReply: {
    when: 'away' | 'always' | 'never';
    /** By language tag; at least the brand's first language. */
    text: Record<string, string>;
  };
  /** The language of texts that lack the visitor's. */
  lang: string;
  hours: Hours;
  /** `own`: what the brand's own recent first replies say. */
  replyTime: ReplyTime | 'own';
  desk: Desk;
  /** Where the tag may stand: exact origins, like `https://shop.example`. */
  origins: string[];
}

/** One or two letters or an emoji; an emoji can be several units long. */
export const LOGO_CHARS = 8;
export const GREETING_CHARS = 500;
export const AUTO_REPLY_CHARS = 2_000;
export const ORIGINS_MOST = 50;
/** Spans of one day: more than anybody's siesta needs. */
export const SPANS_MOST = 6;
const LANGUAGES_MOST = 60;

export const zone: Shape<string> = (value) => {
  if (typeof value !== 'string' || value.length > 64) return 'must be a time zone';
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return undefined;
  } catch {
    return 'must be a time zone like Europe/Paris';
  }
};
export const origin: Shape<string> = (value) => {
  const problem = 'must be an origin like https://shop.example';
  if (typeof value !== 'string' || value.length > 300 || !URL.canParse(value)) return problem;
  const url = new URL(value);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === value ? undefined : problem;
};
export const color = matching(/^#[0-9a-f]{6}$/i, 'a colour like #4f46e5');
const span: Shape<Span> = (value) =>
  exactly({ from: whole(0, 1_440), to: whole(0, 1_440) })(value)
  ?? ((value as Span).from < (value as Span).to ? undefined : 'must end after it begins');
const week: Shape<Span[][]> = (value) =>
  list(list(span, SPANS_MOST), 7)(value) ?? ((value as unknown[]).length === 7 ? undefined : 'must have seven days, Monday first');

export const SETTINGS: Shape<Settings> = exactly({
  name: text(NAME_CHARS, 1),
  color,
  logo: text(LOGO_CHARS),
  greeting: record(text(GREETING_CHARS), LANGUAGES_MOST, 35),
  autoReply: exactly({
    when: choice('away', 'always', 'never'), text: record(text(AUTO_REPLY_CHARS), LANGUAGES_MOST, 35),
  }),
  lang: text(35, 2),
  hours: exactly({ on: flag, zone, days: week }),
  replyTime: choice('minutes', 'hours', 'day', 'none', 'own'),
  desk: exactly({
    slots: whole(1, SLOTS_MOST), queue: whole(0, QUEUE_MOST), fallbackHours: whole(1, DESK_HOURS_MOST), overdueHours: whole(1, DESK_HOURS_MOST),
    absentMinutes: whole(1, 1_440), survey: flag,
  }),
  origins: list(origin, ORIGINS_MOST),
}) as Shape<Settings>;
