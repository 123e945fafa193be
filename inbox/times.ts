/** Times in words. Everything takes `now`, so that a label can be asked what it will say tomorrow. */
import type { Time } from '../protocol/messages.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The words are English, but whether 2 pm is 14:00 is for the agent's own machine to say. */
const hourCycle = new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions().hour12 ? 'h12' : 'h23';
const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { hourCycle, ...options });
const HOUR_DIGITS = hourCycle === 'h12' ? 'numeric' : '2-digit';
const CLOCK = format({ hour: HOUR_DIGITS, minute: '2-digit' });
const WEEKDAY = format({ weekday: 'long' });
const SHORT_WEEKDAY = format({ weekday: 'short' });
const DATE = format({ day: 'numeric', month: 'long' });
const SHORT_DATE = format({ day: 'numeric', month: 'short' });
const DATE_YEAR = format({ day: 'numeric', month: 'long', year: 'numeric' });
const SHORT_DATE_YEAR = format({ day: 'numeric', month: 'short', year: '2-digit' });
const FULL = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: HOUR_DIGITS, minute: '2-digit' });

/** How long, in one short word: `now`, `12 min`, `3 h`, `2 d`. A clock that is ahead of ours counts as now. */
export function span(ms: number): string {
  if (ms < MINUTE) return 'now';
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

export function ago(at: Time, now: Time): string {
  const words = span(now - at);
  return words === 'now' ? 'just now' : `${words} ago`;
}

/** How long to wait, for people: `a moment`, `40 seconds`, `3 minutes`. */
export function wait(ms: number): string {
  if (ms < 5_000) return 'a moment';
  if (ms < 90_000) return `${Math.ceil(ms / 1_000)} seconds`;
  return `${Math.ceil(ms / MINUTE)} minutes`;
}

export const clock = (at: Time): string => CLOCK.format(at);
export const full = (at: Time): string => FULL.format(at);

/** In a list: the time today, the weekday this week, else the date. */
export function short(at: Time, now: Time): string {
  const days = daysBetween(at, now);
  if (days <= 0) return clock(at);
  if (days === 1) return 'Yesterday';
  if (days < 7) return SHORT_WEEKDAY.format(at);
  return (sameYear(at, now) ? SHORT_DATE : SHORT_DATE_YEAR).format(at);
}

/** When something comes or came, inside a sentence: `today 17:20`, `tomorrow 09:00`, `Friday 09:00`, `27 November 09:00`. */
export function when(at: Time, now: Time): string {
  const days = daysBetween(now, at);
  const which = days === 0 ? 'today' : days === 1 ? 'tomorrow' : days === -1 ? 'yesterday'
    : days > 1 && days < 7 ? WEEKDAY.format(at) : (sameYear(at, now) ? DATE : DATE_YEAR).format(at);
  return `${which} ${clock(at)}`;
}

/** How long something took, spelt out: `40 minutes`, `24 hours`, `3 days`. */
export function spell(ms: number): string {
  const [n, unit] = ms < 90 * MINUTE ? [ms / MINUTE, 'minute'] as const : ms < 2 * DAY ? [ms / HOUR, 'hour'] as const : [ms / DAY, 'day'] as const;
  const whole = Math.max(1, Math.round(n));
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}

/** Above the messages of a day. */
export function day(at: Time, now: Time): string {
  const days = daysBetween(at, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days > 1 && days < 7) return WEEKDAY.format(at);
  return (sameYear(at, now) ? DATE : DATE_YEAR).format(at);
}

export const sameDay = (a: Time, b: Time): boolean => daysBetween(a, b) === 0;

/** What the clock on her wall says, and how far it is from ours; nothing when her browser named no zone we know. */
export function clockIn(zone: string | undefined, now: Time): { clock: string; weekday: string } | undefined {
  if (!zone) return undefined;
  try {
    return {
      clock: format({ hour: HOUR_DIGITS, minute: '2-digit', timeZone: zone }).format(now),
      weekday: format({ weekday: 'short', timeZone: zone }).format(now),
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // a zone her browser knows and ours does not
    throw error;
  }
}

/** By the calendar here, not by 24 hours: ten past midnight is another day than ten to. */
function daysBetween(at: Time, now: Time): number {
  const a = new Date(at);
  const b = new Date(now);
  return Math.round((Date.UTC(b.getFullYear(), b.getMonth(), b.getDate()) - Date.UTC(a.getFullYear(), a.getMonth(), a.getDate())) / DAY);
}

const sameYear = (a: Time, b: Time): boolean => new Date(a).getFullYear() === new Date(b).getFullYear();
