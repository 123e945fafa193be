/** Times and counts in the visitor's language. */
import type { Time } from '../protocol/messages.ts';
import type { Forms } from './words/words.ts';

const DAY_MS = 86_400_000;

export interface Times {
  clock(at: Time): string;
  /** "today", "yesterday", "Friday", "Tuesday 3 March 2026". */
  day(at: Time): string;
  /** A time to come: "Monday 14:00". */
  later(at: Time): string;
  count(forms: Forms, n: number): string;
}

/** @param language of the words; whether two in the afternoon is 14:00 in it is for her own browser to say */
export function speak(language: string): Times {
  const lang = navigator.language.startsWith(language) ? navigator.language : language;
  // Made when it is wanted: the first use of Intl costs a browser many milliseconds, and an empty panel shows no time.
  const say = (options: Intl.DateTimeFormatOptions) => {
    let made: Intl.DateTimeFormat | undefined;
    return (at: Time) => (made ??= new Intl.DateTimeFormat(lang, options)).format(at);
  };
  const weekday = say({ weekday: 'long' });
  const date = say({ dateStyle: 'full' });
  const midnight = (at: Time) => new Date(at).setHours(0, 0, 0, 0);
  return {
    clock: say({ timeStyle: 'short' }),
    later: say({ weekday: 'long', hour: 'numeric', minute: '2-digit' }),
    day(at) {
      // Rounded, because a day on which the clocks change has 23 or 25 hours.
      const days = Math.round((midnight(at) - midnight(Date.now())) / DAY_MS);
      return days < -6 ? date(at) : days < -1 ? weekday(at) : new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(days, 'day');
    },
    count: (forms, n) => (forms[new Intl.PluralRules(lang).select(n)] ?? forms.other).replace('{n}', n.toLocaleString(lang)),
  };
}
