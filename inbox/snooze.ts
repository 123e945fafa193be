/** Until when a thread may be put aside, as fields of a form and back. */
import type { Time } from '../protocol/messages.ts';
import { daysOn, momentOf, type Wall, wallOf } from './zone.ts';

const HOUR_MS = 3_600_000;
/** Rule D5: further away is no date but a forgotten thread. */
const MOST_DAYS = 366;
/** In the morning, before anybody has answered anything. */
const MORNING = { hour: 9, minute: 0 };

export const CHOICES = ['hours', 'day'] as const;
export type Choice = (typeof CHOICES)[number];

/** A day is the same time tomorrow by the clock on the wall, though the clocks change tonight. */
export const until = (choice: Choice, now: Time, zone: string): Time => choice === 'hours' ? now + 3 * HOUR_MS : daysOn(now, 1, zone);

/** Values of a date and a time field. */
export interface Fields { date: string; time: string }

/** What the form begins with: tomorrow morning. */
export function firstFields(now: Time, zone: string): Fields {
  return fieldsOf(momentOf({ ...wallOf(daysOn(now, 1, zone), zone), ...MORNING }, zone), zone);
}

export function fieldsOf(at: Time, zone: string): Fields {
  const { year, month, day, hour, minute } = wallOf(at, zone);
  return { date: `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`, time: `${two(hour)}:${two(minute)}` };
}

/** The moment the fields mean, or what is wrong with them. */
export function chosen({ date, time }: Fields, now: Time, zone: string): Time | 'empty' | 'past' | 'far' {
  const [year, month, day] = date.split('-').map(Number);
  const [hour, minute] = time.split(':').map(Number);
  const wall = { year, month, day, hour, minute };
  if (!Object.values(wall).every((value) => value !== undefined && Number.isSafeInteger(value))) return 'empty';
  const at = momentOf(wall as Wall, zone);
  return at <= now ? 'past' : at > now + MOST_DAYS * 24 * HOUR_MS ? 'far' : at;
}

const two = (n: number): string => String(n).padStart(2, '0');
