/** Pure: days and hours of a zone for many times at once. Asking Intl for each of them would cost more than all the rest of a report. */
import type { Time } from '../protocol/messages.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No zone changes its clocks at another moment than a full minute. */
const MINUTE_MS = 60_000;
/** 1970 began on a Thursday; weeks begin on Monday. */
const FIRST_WEEKDAY = 3;

/** `day`: days since 1970 by the calendar of the zone; `weekday`: 0 is Monday. */
export interface Moment { day: number; weekday: number; hour: number }

/** @returns what any time from `from` to `to` is in that zone */
export function calendar(zone: string, from: Time, to: Time): (at: Time) => Moment {
  const stretches = stretchesOf(zone, from, to);
  return (at) => {
    // Few, and times come in order, more or less: the last is looked at first.
    const local = at + stretches.findLast(({ since }) => since <= at)!.offset;
    const day = Math.floor(local / DAY_MS);
    return { day, weekday: (day + FIRST_WEEKDAY) % 7, hour: Math.floor((local - day * DAY_MS) / HOUR_MS) };
  };
}

/** `2026-11-23` */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Between two changes of the clocks the zone is always as far from UTC. */
function stretchesOf(zone: string, from: Time, to: Time): { since: Time; offset: number }[] {
  const offsetAt = offsets(zone);
  const found = [{ since: Number.NEGATIVE_INFINITY, offset: offsetAt(from) }];
  for (let at = from; at < to; at += DAY_MS) {
    const next = Math.min(at + DAY_MS, to);
    if (offsetAt(next) === found.at(-1)!.offset) continue;
    let [before, after] = [at, next];
    while (after - before > MINUTE_MS) {
      const middle = before + Math.floor((after - before) / 2);
      if (offsetAt(middle) === found.at(-1)!.offset) before = middle;
      else after = middle;
    }
    found.push({ since: Math.floor(after / MINUTE_MS) * MINUTE_MS, offset: offsetAt(next) });
  }
  return found;
}

function offsets(zone: string): (at: Time) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short',
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year, month, day, hour, minute, second } = parts as Record<string, number>;
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
  };
}
