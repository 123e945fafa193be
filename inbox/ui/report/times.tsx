/** How long first replies and resolutions take: of the whole team, and of each agent. */
import type { Report, Times } from '../../../protocol/report.ts';
import { hasTimes, placeOnScale, SCALE, took } from '../../figures.ts';
import { timesSheet } from '../../sheets.ts';
import { words } from '../../words.ts';
import { Figure } from './figure.tsx';

export function TimesFigure({ report }: { report: Report }) {
  const say = words.report.times;
  return (
    <Figure report={report} sheet={timesSheet(report)} hint={say.hint} wide>
      <div class="two-up">
        <Ranges report={report} of="firstReply" title={say.reply} />
        <Ranges report={report} of="resolution" title={say.resolution} />
      </div>
    </Figure>
  );
}

function Ranges({ report, of, title }: { report: Report; of: 'firstReply' | 'resolution'; title: string }) {
  const rows = [{ agent: '', name: words.report.team.all, [of]: report[of] } as { agent: string; name: string } & Record<typeof of, Times>, ...report.agents]
    .filter((row) => hasTimes(row[of]));
  return (
    <div class="ranges" aria-hidden="true">
      <h3 class="eyebrow">{title}</h3>
      {rows.length === 0 && <p class="hint">{words.report.times.none}</p>}
      {rows.map((row) => <Range key={row.agent} name={row.name} isTeam={row.agent === ''} median={row[of].median!} p90={row[of].p90!} />)}
      {rows.length > 0 && (
        <p class="range-scale">{SCALE.map(([ms, name]) => <span key={name} style={{ left: `${placeOnScale(ms) * 100}%` }}>{name}</span>)}</p>
      )}
    </div>
  );
}

function Range({ name, isTeam, median, p90 }: { name: string; isTeam: boolean; median: number; p90: number }) {
  const [from, to] = [placeOnScale(median) * 100, placeOnScale(p90) * 100];
  return (
    <div class={`range ${isTeam ? 'range-team' : ''}`}>
      <span class="range-name"><bdi>{name}</bdi></span>
      <span class="range-words"><bdi><b>{took(median)}</b> · {took(p90)}</bdi></span>
      <svg class="range-line" width="100%" height="14" aria-hidden="true" focusable="false">
        <line class="range-track" x1="0%" x2="100%" y1="7" y2="7" />
        <line class="range-bar" x1={`${from}%`} x2={`${to}%`} y1="7" y2="7" />
        <circle class="range-dot" cx={`${from}%`} cy="7" r="5" />
      </svg>
    </div>
  );
}
