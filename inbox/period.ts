/** A stretch of days, as people choose it, and the moments it begins and ends on their wall. */
import type { Time } from '../protocol/messages.ts';
import { REPORT_DAYS_MOST } from '../protocol/report.ts';
import { isRecord } from '../protocol/shape.ts';
import { daysOn, momentOf, type Wall, wallOf } from './zone.ts';

export const PERIODS = ['7', '30', '90', 'month', 'custom'] as const;
export type PeriodName = (typeof PERIODS)[number];
/** `from` and `to` are days like `2026-11-23`, both included, of a `custom` one. */
export interface Period { is: PeriodName; from?: string; to?: string }

export interface Stretch { from: Time; to: Time }
/** `before`: as many days, just before, up to the same hour. `days` counts today, which is not over. */
export type Chosen = { stretch: Stretch; before: Stretch; days: number; problem?: undefined } | { problem: PeriodProblem };
export type PeriodProblem = 'empty' | 'backwards' | 'future' | 'long';

const DAY_MS = 86_400_000;

/** Pure. */
export function choose({ is, from, to }: Period, now: Time, zone: string): Chosen {
  const today = wallOf(now, zone);
  if (is === 'custom') {
    const [first, last] = [wallOfDay(from), wallOfDay(to)];
    if (!first || !last) return { problem: 'empty' };
    const begin = momentOf(first, zone);
    if (begin >= now) return { problem: 'future' };
    const days = daysBetween(first, last) + 1;
    if (days < 1) return { problem: 'backwards' };
    if (days > REPORT_DAYS_MOST) return { problem: 'long' };
    return until({ from: begin, to: Math.min(momentOf({ ...last, day: last.day + 1 }, zone), now) }, daysBetween(first, last) + 1, zone);
  }
  const days = is === 'month' ? today.day : Number(is);
  return until({ from: momentOf({ ...today, day: today.day - days + 1, hour: 0, minute: 0 }, zone), to: now }, days, zone);
}

const until = (stretch: Stretch, days: number, zone: string): Chosen =>
  ({ stretch, days, before: { from: daysOn(stretch.from, -days, zone), to: daysOn(stretch.to, -days, zone) } });

/** What this browser kept of the last choice; anything else is the last thirty days. */
export function periodOf(kept: string | undefined): Period {
  const usual: Period = { is: '30' };
  if (!kept) return usual;
  try {
    const value: unknown = JSON.parse(kept);
    if (!isRecord(value) || !PERIODS.includes(value['is'] as PeriodName)) return usual;
    const { is, from, to } = value as Record<string, unknown>;
    return { is: is as PeriodName, ...(typeof from === 'string' && { from }), ...(typeof to === 'string' && { to }) };
  } catch (error) {
    if (error instanceof SyntaxError) return usual;
    throw error;
  }
}

/** The day on the wall, as a date field wants it. */
export function dayOf(at: Time, zone: string): string {
  const { year, month, day } = wallOf(at, zone);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function wallOfDay(text: string | undefined): Wall | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  return parts ? { year: Number(parts[1]), month: Number(parts[2]), day: Number(parts[3]), hour: 0, minute: 0 } : undefined;
}

const daysBetween = (a: Wall, b: Wall): number => Math.round((Date.UTC(b.year, b.month - 1, b.day) - Date.UTC(a.year, a.month - 1, a.day)) / DAY_MS);
