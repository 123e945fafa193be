/** When people write: a week, hour by hour. */
import type { Report } from '../../../protocol/report.ts';
import { busiest, hourText } from '../../figures.ts';
import { hoursSheet } from '../../sheets.ts';
import { words } from '../../words.ts';
import { Figure } from './figure.tsx';
import { Reading } from './reading.tsx';

/** Shades between nothing and the busiest hour: more cannot be told apart. */
const SHADES = 5;

export function Hours({ report }: { report: Report }) {
  const say = words.report.hours;
  const days = words.hoursSettings.days;
  const { week } = report;
  const top = busiest(week);
  const shade = (n: number) => (n === 0 || !top ? 0 : Math.ceil(n / top.n * SHADES));
  return (
    <Figure report={report} sheet={hoursSheet(report)} hint={say.hint} wide>
      <p class="figure-line">{top && say.busiest(days[top.weekday]!, hourText(top.hour), top.n)}</p>
      <div class="chart chart-heat">
        <div class="chart-side" aria-hidden="true">
          {days.map((day, i) => <span key={day} style={{ top: `${(i + 0.5) / 7 * 100}%` }}>{day.slice(0, 3)}</span>)}
        </div>
        <Reading title={say.title} columns={24} rows={7}
          read={(hour, day) => say.read(days[day]!, hourText(hour), hourText((hour + 1) % 24), week[day]?.[hour] ?? 0)}>
          {(at) => (
            <svg class="heat" width="100%" height="100%" aria-hidden="true" focusable="false">
              {week.map((hours, day) => hours.map((n, hour) => (
                <rect key={day * 24 + hour} class={`heat-${shade(n)} ${at.value?.column === hour && at.value.row === day ? 'heat-here' : ''}`}
                  x={`${hour / 24 * 100 + 0.2}%`} width={`${100 / 24 - 0.4}%`} y={`${day / 7 * 100 + 0.7}%`} height={`${100 / 7 - 1.4}%`} rx="3" />
              )))}
            </svg>
          )}
        </Reading>
        <div class="chart-foot" aria-hidden="true">
          {[0, 3, 6, 9, 12, 15, 18, 21].map((hour) => (
            <span key={hour} class={hour % 6 ? 'wide-only' : ''} style={{ left: `${(hour + 0.5) / 24 * 100}%` }}>{hourText(hour)}</span>
          ))}
        </div>
      </div>
      <p class="shades" aria-hidden="true">{say.few}{Array.from({ length: SHADES + 1 }, (_, n) => <i key={n} class={`heat-${n}`} />)}{say.many}</p>
    </Figure>
  );
}
