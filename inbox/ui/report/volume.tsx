/** How many conversations began and ended, day by day. */
import type { Report } from '../../../protocol/report.ts';
import { barsOf, barText, count, shortDay, ticksOf } from '../../figures.ts';
import { dayOf } from '../../period.ts';
import { volumeSheet } from '../../sheets.ts';
import { words } from '../../words.ts';
import { useDesk } from '../context.ts';
import { Figure } from './figure.tsx';
import { Reading } from './reading.tsx';

/** Of the whole height, so that the tallest bar keeps its head. */
const HEIGHT = 100;
/** So many dates fit under the bars of a wide page, and of a phone. */
const LABELS_MOST = 10;
const PHONE_LABELS_MOST = 4;
/** Of the room one day has: bars, and the air around them. */
const BAR_SHARE = 0.34;

export function Volume({ report }: { report: Report }) {
  const say = words.report;
  const { by, bars } = barsOf(report.days);
  const most = Math.max(...bars.flatMap(({ began, ended }) => [began, ended]), 1);
  const ticks = ticksOf(most);
  const top = ticks.at(-1)!;
  const band = 100 / bars.length;
  const isToday = report.days.at(-1)?.day === dayOf(useDesk().clock(), report.zone);
  const every = Math.ceil(bars.length / LABELS_MOST);
  const everyOnPhone = every * Math.ceil(bars.length / every / PHONE_LABELS_MOST);
  return (
    <Figure report={report} sheet={volumeSheet(report)} hint={isToday ? `${say.volume.hint[by]}. ${say.volume.today}` : say.volume.hint[by]} wide>
      <ul class="legend" aria-hidden="true"><li class="legend-began">{say.began}</li><li class="legend-ended">{say.ended}</li></ul>
      <div class="chart">
        <div class="chart-side" aria-hidden="true">{ticks.map((tick) => <span key={tick} style={{ bottom: `${tick / top * 100}%` }}>{count(tick)}</span>)}</div>
        <Reading title={say.volume.title} columns={bars.length} rows={1}
          read={(column) => say.volume.read(barText(bars[column]!), bars[column]!.began, bars[column]!.ended)}>
          {(at) => (
            <svg class="bars" width="100%" height="100%" aria-hidden="true" focusable="false">
              {ticks.map((tick) => <line key={tick} class="rule" x1="0%" x2="100%" y1={`${HEIGHT - tick / top * HEIGHT}%`} y2={`${HEIGHT - tick / top * HEIGHT}%`} />)}
              {at.value && <rect class="column-here" x={`${at.value.column * band}%`} width={`${band}%`} y="0%" height="100%" />}
              {bars.map(({ day, began, ended }, i) => (
                <g key={day}>
                  <Bar kind="began" x={(i + 0.5 - BAR_SHARE - 0.02) * band} width={band * BAR_SHARE} share={began / top} />
                  <Bar kind="ended" x={(i + 0.5 + 0.02) * band} width={band * BAR_SHARE} share={ended / top} />
                </g>
              ))}
            </svg>
          )}
        </Reading>
        <div class="chart-foot" aria-hidden="true">
          {bars.map(({ day }, i) => i % every === 0 && (
            <span key={day} class={i % everyOnPhone === 0 ? '' : 'wide-only'} style={{ left: `${(i + 0.5) * band}%` }}>{shortDay(day)}</span>
          ))}
        </div>
      </div>
    </Figure>
  );
}

const Bar = ({ kind, x, width, share }: { kind: 'began' | 'ended'; x: number; width: number; share: number }) =>
  <rect class={`bar bar-${kind}`} x={`${x}%`} width={`${width}%`} y={`${(1 - share) * HEIGHT}%`} height={`${share * HEIGHT}%`} rx="2" />;
