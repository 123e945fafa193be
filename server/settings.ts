/** How a brand's settings are kept, and what they are until its owner sets them. */
import { SETTINGS, type Hours, type Settings, type Span } from '../protocol/settings.ts';
import type { Host } from './host.ts';

export { SETTINGS, type Hours, type Settings, type Span };

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
  desk: { slots: 3, queue: 50, fallbackHours: 24, overdueHours: 24, absentMinutes: 5, survey: true },
  origins: [],
};

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
