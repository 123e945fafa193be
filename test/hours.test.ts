import { describe, expect, it } from 'vitest';
import { isOpen, localTime, nextChange } from '../server/hours.ts';
import { DEFAULTS } from '../server/settings.ts';

const week = { on: true, zone: 'Europe/Paris', days: DEFAULTS.hours.days };
const at = (iso: string) => Date.parse(iso);

describe('opening hours', () => {
  it('are always, when they are off', () => {
    expect(isOpen({ ...week, on: false }, at('2026-11-22T03:00:00Z'))).toBe(true);
    expect(nextChange({ ...week, on: false }, at('2026-11-22T03:00:00Z'))).toBeUndefined();
  });

  it('are told by the clock of the brand, not of the server', () => {
    expect(isOpen(week, at('2026-11-23T08:30:00Z'))).toBe(true);
    expect(isOpen(week, at('2026-11-23T07:59:00Z'))).toBe(false);
    expect(isOpen({ ...week, zone: 'America/New_York' }, at('2026-11-23T08:30:00Z'))).toBe(false);
  });

  it('follow daylight saving on both sides of the change', () => {
    expect(isOpen(week, at('2026-03-27T07:30:00Z'))).toBe(false);
    expect(isOpen(week, at('2026-03-30T07:30:00Z'))).toBe(true);
  });

  it('say when they change next, also over a weekend and over a change of the clock', () => {
    expect(nextChange(week, at('2026-11-23T08:30:00Z'))).toBe(at('2026-11-23T17:00:00Z'));
    expect(nextChange(week, at('2026-11-21T12:00:00Z'))).toBe(at('2026-11-23T08:00:00Z'));
    expect(nextChange(week, at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-30T07:00:00Z'));
    expect(nextChange({ ...week, days: week.days.map(() => []) }, at('2026-11-23T08:30:00Z'))).toBeUndefined();
    expect(nextChange({ ...week, days: week.days.map(() => [{ from: 0, to: 1440 }]) }, at('2026-11-23T08:30:00Z'))).toBeUndefined();
  });

  it('agree with a minute-by-minute walk through two weeks with a change of the clock', () => {
    const odd = { on: true, zone: 'Europe/Paris', days: [[{ from: 0, to: 30 }], [{ from: 90, to: 200 }, { from: 1410, to: 1440 }], [{ from: 0, to: 15 }], [], [{ from: 600, to: 601 }], [{ from: 120, to: 180 }], [{ from: 60, to: 240 }]] };
    let now = at('2026-10-19T00:00:00Z');
    const end = now + 14 * 86_400_000;
    let changes = 0;
    while (now < end) {
      const next = nextChange(odd, now)!;
      const open = isOpen(odd, now);
      for (let minute = now + 60_000; minute < next; minute += 60_000) expect(isOpen(odd, minute)).toBe(open);
      expect(isOpen(odd, next)).toBe(!open);
      now = next;
      changes++;
    }
    expect(changes).toBeGreaterThan(20);
  });

  it('knows Monday from Sunday at midnight in the brand\'s own zone', () => {
    expect(localTime('Pacific/Auckland', at('2026-11-22T12:00:00Z'))).toEqual({ day: 0, minute: 60 });
    expect(localTime('Pacific/Honolulu', at('2026-11-23T09:59:00Z'))).toEqual({ day: 6, minute: 1439 });
  });
});
