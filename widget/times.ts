/** Times and counts in the visitor's language. */
import type { Time } from '../protocol/messages.ts';
import type { Forms } from './words/words.ts';

const DAY_MS = 86_400_000;

export interface Times {
  clock(at: Time): string;
  /** "Today", "Yesterday", "Monday", "3 March". */
  day(at: Time): string;
  /** A time to come: "14:00", "Monday 14:00". */
  later(at: Time): string;
  count(forms: Forms, n: number): string;
}

export function speak(lang: string): Times {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const { format } = new Intl.DateTimeFormat(lang, options);
    return format as (at: Time) => string;
  };
  const clock = format({ timeStyle: 'short' });
  const weekday = format({ weekday: 'long' });
  const date = format({ dateStyle: 'long' });
  const later = format({ weekday: 'long', hour: 'numeric', minute: '2-digit' });
  const number = new Intl.NumberFormat(lang);
  const plural = new Intl.PluralRules(lang);
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  const midnight = (at: Time) => new Date(at).setHours(0, 0, 0, 0);
  /** Rounded, because a day on which the clocks change has 23 or 25 hours. */
  const daysAgo = (at: Time) => Math.round((midnight(Date.now()) - midnight(at)) / DAY_MS);
  return {
    clock,
    day(at) {
      const days = daysAgo(at);
      return days === 0 || days === 1 ? relative.format(-days, 'day') : days > 0 && days < 7 ? weekday(at) : date(at);
    },
    later: (at) => daysAgo(at) ? later(at) : clock(at),
    count: (forms, n) => (forms[plural.select(n)] ?? forms.other).replace('{n}', number.format(n)),
  };
}
