/** Pure: is the brand open, and when does that change? Times of day are the brand's own, daylight saving included. */
import type { Time } from '../protocol/messages.ts';
import type { Hours } from './settings.ts';

const MINUTE_MS = 60_000;
const WEEK_MINUTES = 7 * 1_440;

export function isOpen(hours: Hours, now: Time): boolean {
  if (!hours.on) return true;
  const { day, minute } = localTime(hours.zone, now);
  return (hours.days[day] ?? []).some((span) => minute >= span.from && minute < span.to);
}

/**
 * The next minute at which `isOpen` gives another answer, within a week and a day; nothing if it never does.
 * Candidates are the edges of the spans; each is then checked against the zone, because a day of daylight saving
 * has 23 or 25 hours.
 */
export function nextChange(hours: Hours, now: Time): Time | undefined {
  if (!hours.on) return undefined;
  const open = isOpen(hours, now);
  const start = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const here = localTime(hours.zone, now);
  const edges = hours.days
    .flatMap((spans, day) => spans.flatMap((span) => [day * 1_440 + span.from, day * 1_440 + span.to]))
    .map((edge) => (edge - (here.day * 1_440 + here.minute) + 2 * WEEK_MINUTES) % WEEK_MINUTES)
    .sort((a, b) => a - b);
  // A shift of daylight saving moves an edge by an hour at most (30 min in one zone): look on both sides of it.
  const candidates = [...edges, ...edges.map((edge) => edge + WEEK_MINUTES)]
    .flatMap((edge) => [edge - 60, edge - 30, edge, edge + 30, edge + 60])
    .filter((edge) => edge > 0)
    .sort((a, b) => a - b);
  return candidates.map((edge) => start + edge * MINUTE_MS).find((at) => isOpen(hours, at) !== open);
}

/** Monday is 0; minutes after midnight. */
export function localTime(zone: string, at: Time): { day: number; minute: number } {
  const parts = formatter(zone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)!.value;
  return {
    day: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part('weekday')),
    minute: (Number(part('hour')) % 24) * 60 + Number(part('minute')),
  };
}

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(zone: string): Intl.DateTimeFormat {
  let found = formatters.get(zone);
  if (!found) {
    // Making one costs a hundred times more than using it.
    found = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
    formatters.set(zone, found);
  }
  return found;
}
