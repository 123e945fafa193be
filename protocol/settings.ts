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
  replyTime: ReplyTime;
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
  replyTime: choice('minutes', 'hours', 'day', 'none'),
  origins: list(origin, ORIGINS_MOST),
}) as Shape<Settings>;
