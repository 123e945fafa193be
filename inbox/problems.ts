/** What is wrong with a brand's settings, by field, in words for the person who fills them in. */
import { NAME_CHARS } from '../protocol/limits.ts';
import {
  AUTO_REPLY_CHARS, color, type Desk, DESK_HOURS_MOST, GREETING_CHARS, LOGO_CHARS, origin, ORIGINS_MOST, QUEUE_MOST, type Settings, SLOTS_MOST, type Span, zone,
} from '../protocol/settings.ts';
import { words } from './words.ts';

/** What each number of the desk may be. */
export const DESK_BOUNDS = {
  slots: [1, SLOTS_MOST], queue: [0, QUEUE_MOST], absentMinutes: [1, 1_440], fallbackHours: [1, DESK_HOURS_MOST], overdueHours: [1, DESK_HOURS_MOST],
} as const satisfies Partial<Record<keyof Desk, readonly [least: number, most: number]>>;

/** @returns field -> words. Fields: `name`, `hours.zone`, `hours.3` (Thursday), `desk.slots`, `origins.0`, `greeting.ar`, … */
export function problemsOf(settings: Settings): Map<string, string> {
  const found = new Map<string, string>();
  const tooLong = (most: number, length: number) => `At most ${most} characters; this has ${length}.`;

  if (settings.name.trim() === '') found.set('name', 'Visitors need a name to talk to.');
  else if (settings.name.length > NAME_CHARS) found.set('name', tooLong(NAME_CHARS, settings.name.length));
  if (color(settings.color)) found.set('color', 'A colour has # and six digits, like #4f46e5.');
  if (settings.logo.length > LOGO_CHARS) found.set('logo', 'One or two letters, or one emoji.');
  for (const [lang, text] of Object.entries(settings.greeting)) {
    if (text.length > GREETING_CHARS) found.set(`greeting.${lang}`, tooLong(GREETING_CHARS, text.length));
  }
  for (const [lang, text] of Object.entries(settings.autoReply.text)) {
    if (text.length > AUTO_REPLY_CHARS) found.set(`autoReply.${lang}`, tooLong(AUTO_REPLY_CHARS, text.length));
  }
  if (settings.autoReply.when !== 'never' && !settings.autoReply.text[settings.lang]?.trim()) {
    found.set(`autoReply.${settings.lang}`, 'Write what is answered in your first language, or never answer by itself.');
  }
  if (zone(settings.hours.zone)) found.set('hours.zone', 'Choose a time zone, like Europe/Paris.');
  settings.hours.days.forEach((spans, day) => {
    const problem = problemOfDay(spans);
    if (problem) found.set(`hours.${day}`, problem);
  });
  for (const [field, [least, most]] of Object.entries(DESK_BOUNDS)) {
    const n = settings.desk[field as keyof typeof DESK_BOUNDS];
    if (!Number.isInteger(n) || n < least || n > most) found.set(`desk.${field}`, words.deskSettings.problem(least, most));
  }
  settings.origins.forEach((address, index) => {
    if (origin(address)) found.set(`origins.${index}`, 'Only the beginning of the address, like https://shop.example.');
    else if (settings.origins.indexOf(address) < index) found.set(`origins.${index}`, 'This one is already in the list.');
  });
  if (settings.origins.length > ORIGINS_MOST) found.set('origins', `At most ${ORIGINS_MOST} addresses.`);
  return found;
}

function problemOfDay(spans: Span[]): string | undefined {
  if (spans.some(({ from, to }) => !(from >= 0 && to <= 1_440 && from < to))) return 'The end must come after the beginning.';
  const inOrder = spans.toSorted((a, b) => a.from - b.from);
  return inOrder.some((span, i) => i > 0 && span.from < inOrder[i - 1]!.to) ? 'These hours overlap.' : undefined;
}

/** `https://Shop.example/path?x` -> `https://shop.example`: people paste whole addresses. */
export function tidyOrigin(typed: string): string {
  const text = typed.trim();
  if (text === '') return '';
  const address = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol) ? new URL(address).origin : text;
}
