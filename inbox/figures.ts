/** Figures as people read them. Pure. */
import type { Money, Report, Satisfaction, Times } from '../protocol/report.ts';
import { money } from './money.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const COUNT = new Intl.NumberFormat('en-GB');
const RATIO = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });
const PERCENT = new Intl.NumberFormat('en-GB', { style: 'percent' });
const CHANGE = new Intl.NumberFormat('en-GB', { style: 'percent', signDisplay: 'exceptZero' });

export const count = (n: number): string => COUNT.format(n);
export const percent = (share: number): string => PERCENT.format(share);

/** How long something took: `40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function took(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  const [big, bigName, small, smallName] = ms < DAY ? [HOUR, 'h', MINUTE, 'min'] as const : [DAY, 'd', HOUR, 'h'] as const;
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest ? ` ${rest} ${smallName}` : ''}`;
}

/** Four and five of five are good. */
export const goodOf = ({ counts }: Satisfaction): number => (counts[3] ?? 0) + (counts[4] ?? 0);
export const shareOf = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);
export const shareText = (part: number, whole: number): string => (whole > 0 ? percent(part / whole) : '–');
/** A little is not nothing. */
export const perContact = (n: number, contacts: number): string =>
  contacts === 0 ? '–' : n > 0 && n / contacts < 0.005 ? '< 0.01' : RATIO.format(n / contacts);
export const tookText = (ms: number | undefined): string => (ms === undefined ? '–' : took(ms));
export const moneyText = (sums: readonly Money[]): string => sums.map(({ amount, currency }) => money(amount, currency)).join(' + ');

/** Of everything that was said while people were away, whoever said it. */
export const promptsOf = ({ agents }: Report): number => agents.reduce((all, { prompts }) => all + prompts, 0);
export const lapsesOf = ({ agents }: Report): number => agents.reduce((all, { lapses }) => all + lapses, 0);

export interface Change { text: string; isGood: boolean | undefined }
/**
 * Against the stretch before.
 * @param wish which way is better; a `quiet` figure is neither good nor bad
 * @returns nothing where there was nothing to compare with
 */
export function changeOf(now: number | undefined, before: number | undefined, wish: 'more' | 'less' | 'quiet'): Change | undefined {
  if (now === undefined || before === undefined || before === 0) return undefined;
  const share = (now - before) / before;
  const text = CHANGE.format(share);
  const isSame = Math.round(share * 100) === 0;
  return { text, isGood: wish === 'quiet' || isSame ? undefined : (now > before) === (wish === 'more') };
}

const POINTS = new Intl.NumberFormat('en-GB', { signDisplay: 'exceptZero', maximumFractionDigits: 0 });
/** Of a share, in points of a hundred: a percentage of a percentage would be read as one of these. More is better. */
export function pointsOf(now: number | undefined, before: number | undefined): Change | undefined {
  if (now === undefined || before === undefined) return undefined;
  const points = Math.round((now - before) * 100);
  return { text: `${POINTS.format(points)} pts`, isGood: points === 0 ? undefined : points > 0 };
}

/** One bar of the days: a day, or the week that begins with it. `isOpen`: the stretch ends inside of it. */
export interface Bar { day: string; last: string; began: number; ended: number }

/** So many bars can still be told apart on a phone. */
const BARS_MOST = 45;

/** By day; what is too much for that by week, Monday first. */
export function barsOf(days: Report['days']): { by: 'day' | 'week'; bars: Bar[] } {
  if (days.length <= BARS_MOST) return { by: 'day', bars: days.map((each) => ({ ...each, last: each.day })) };
  const bars: Bar[] = [];
  for (const each of days) {
    const isMonday = new Date(`${each.day}T00:00:00Z`).getUTCDay() === 1;
    const bar = bars.at(-1);
    if (!bar || isMonday) bars.push({ ...each, last: each.day });
    else Object.assign(bar, { last: each.day, began: bar.began + each.began, ended: bar.ended + each.ended });
  }
  return { by: 'week', bars };
}

/** The hour of the week in which most began; nothing where none did. */
export function busiest(week: readonly (readonly number[])[]): { weekday: number; hour: number; n: number } | undefined {
  let most: { weekday: number; hour: number; n: number } | undefined;
  for (const [weekday, hours] of week.entries()) {
    for (const [hour, n] of hours.entries()) if (n > (most?.n ?? 0)) most = { weekday, hour, n };
  }
  return most;
}

/** Lines to draw behind bars: whole numbers, evenly apart, at most five, the last at least `most`. */
export function ticksOf(most: number): number[] {
  let step = 1;
  for (let scale = 1; most / step > 4; scale *= 10) step = [1, 2, 5, 10].map((n) => n * scale).find((n) => most / n <= 4) ?? step;
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, n) => n * step);
}

/** Where a duration stands between a minute and a week, from 0 to 1: each step of the scale is as wide as it feels. */
export const SCALE: readonly (readonly [ms: number, name: string])[] = [
  [MINUTE, '1 min'], [10 * MINUTE, '10 min'], [HOUR, '1 h'], [6 * HOUR, '6 h'], [DAY, '1 d'], [7 * DAY, '7 d'],
];
export function placeOnScale(ms: number): number {
  const [least, most] = [SCALE[0]![0], SCALE.at(-1)![0]];
  return Math.log(Math.min(Math.max(ms, least), most) / least) / Math.log(most / least);
}

export const hasTimes = ({ median, p90 }: Times): boolean => median !== undefined && p90 !== undefined;
export const isEmpty = ({ began, ended, conversions }: Report): boolean => began === 0 && ended === 0 && conversions === 0;

/** Whether somebody's machine says 14:00 or 2 pm; the words around it are English. */
const isTwelve = new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions().hour12;
export const hourText = (hour: number): string =>
  isTwelve ? `${hour % 12 || 12} ${hour % 24 < 12 ? 'am' : 'pm'}` : `${String(hour % 24).padStart(2, '0')}:00`;

const DAY_TEXT = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
const SHORT_TEXT = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
/** @param day like `2026-11-23`: a square of the calendar, in no zone */
export const dayText = (day: string): string => DAY_TEXT.format(new Date(`${day}T00:00:00Z`));
export const shortDay = (day: string): string => SHORT_TEXT.format(new Date(`${day}T00:00:00Z`));
export const barText = ({ day, last }: Bar): string => (day === last ? dayText(day) : `${shortDay(day)} – ${shortDay(last)}`);
