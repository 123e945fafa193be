/** Walls and clocks: what a calendar and a clock show in a zone, and the moment they mean, also where clocks jump. */
import type { Time } from '../protocol/messages.ts';

/** What hangs on the wall. `month` is 1 to 12. */
export interface Wall { year: number; month: number; day: number; hour: number; minute: number }

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The zone this machine is set to, read anew each time: people travel with their laptops. */
export const zoneHere = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone) ?? new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', era: 'short',
  });
  formats.set(zone, known);
  return known;
}

export function wallOf(at: Time, zone: string): Wall {
  const parts = new Map(formatOf(zone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name)!;
  return { year: part('year'), month: part('month'), day: part('day'), hour: part('hour'), minute: part('minute') };
}

/**
 * The moment a wall shows this. Days and hours beyond the end run over into the next month or day. An hour that comes
 * twice means the first; one that is jumped over means as much later as the jump is long, as every phone does it.
 */
export function momentOf(wall: Wall, zone: string): Time {
  const wanted = asUtc(wall);
  const offsetAt = (at: Time) => asUtc(wallOf(at, zone)) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const [before, after] = [offsetAt(wanted - DAY_MS), offsetAt(wanted + DAY_MS)];
  const meant = [wanted - before, wanted - after].filter((at) => asUtc(wallOf(at, zone)) === wanted);
  return meant.length ? Math.min(...meant) : wanted - before;
}

/** The same time on the wall so many days on: 23, 24 or 25 hours each. */
export function daysOn(at: Time, days: number, zone: string): Time {
  const wall = wallOf(at, zone);
  return momentOf({ ...wall, day: wall.day + days }, zone) + at % MINUTE_MS;
}

const asUtc = ({ year, month, day, hour, minute }: Wall): Time => Date.UTC(year, month - 1, day, hour, minute);
