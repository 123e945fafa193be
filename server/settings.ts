/** What a brand's owner can set, and what it is until she does. */
import type { ReplyTime } from '../protocol/messages.ts';
import { NAME_CHARS } from '../protocol/limits.ts';
import { choice, exactly, flag, list, matching, record, type Shape, text, whole } from '../protocol/shape.ts';
import type { Host } from './host.ts';

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

export const DEFAULTS: Settings = {
  name: 'Our team',
  color: '#4f46e5',
  logo: '',
  greeting: {},
  autoReply: {
    when: 'away',
    text: {
      en: 'Thank you for your message. Nobody is in right now, but it has reached us, and we will answer right here. You can close this page: your thread will be waiting when you come back.',
      ar: 'شكرًا لرسالتك. لا يوجد أحد الآن، لكنها وصلت إلينا وسنجيبك هنا. يمكنك إغلاق هذه الصفحة: ستجد محادثتك بانتظارك عند عودتك.',
    },
  },
  lang: 'en',
  hours: { on: false, zone: 'UTC', days: Array.from({ length: 7 }, (_, day) => (day < 5 ? [{ from: 540, to: 1080 }] : [])) },
  replyTime: 'hours',
  origins: [],
};

const zone: Shape<string> = (value) => {
  if (typeof value !== 'string' || value.length > 64) return 'must be a time zone';
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return undefined;
  } catch {
    return 'must be a time zone like Europe/Paris';
  }
};
const origin: Shape<string> = (value) => {
  const problem = 'must be an origin like https://shop.example';
  if (typeof value !== 'string' || value.length > 300 || !URL.canParse(value)) return problem;
  const url = new URL(value);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === value ? undefined : problem;
};
const span: Shape<Span> = (value) =>
  exactly({ from: whole(0, 1_440), to: whole(0, 1_440) })(value)
  ?? ((value as Span).from < (value as Span).to ? undefined : 'must end after it begins');
const week: Shape<Span[][]> = (value) =>
  list(list(span, 6), 7)(value) ?? ((value as unknown[]).length === 7 ? undefined : 'must have seven days, Monday first');

export const SETTINGS: Shape<Settings> = exactly({
  name: text(NAME_CHARS, 1),
  color: matching(/^#[0-9a-f]{6}$/i, 'a colour like #4f46e5'),
  logo: text(8),
  greeting: record(text(500), 60, 35),
  autoReply: exactly({ when: choice('away', 'always', 'never'), text: record(text(2_000), 60, 35) }),
  lang: text(35, 2),
  hours: exactly({ on: flag, zone, days: week }),
  replyTime: choice('minutes', 'hours', 'day', 'none'),
  origins: list(origin, 50),
}) as Shape<Settings>;

export function readSettings(host: Host): Settings {
  const row = host.sql<{ value: string }>("SELECT value FROM setting WHERE key = 'settings'")[0];
  return row ? { ...DEFAULTS, ...(JSON.parse(row.value) as Partial<Settings>) } : DEFAULTS;
}

/** @param settings already checked against `SETTINGS`. */
export function writeSettings(host: Host, settings: Settings): void {
  host.sql(
    "INSERT INTO setting VALUES ('settings', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    JSON.stringify(settings),
  );
}

/** The text for the visitor's language: exact tag, then its first part, then the brand's own language, then any. */
export function inLanguage(texts: Record<string, string>, lang: string | undefined, own: string): string {
  const tags = lang ? [lang.toLowerCase(), lang.toLowerCase().split('-')[0]!] : [];
  for (const tag of [...tags, own]) if (Object.hasOwn(texts, tag) && texts[tag]) return texts[tag];
  return '';
}
