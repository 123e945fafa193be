/** How people found it: five faces, from the best. */
import type { Report } from '../../../protocol/report.ts';
import { count, goodOf, percent, shareText } from '../../figures.ts';
import { satisfactionSheet } from '../../sheets.ts';
import { words } from '../../words.ts';
import { Face } from '../face.tsx';
import { Figure } from './figure.tsx';

export function SatisfactionFigure({ report }: { report: Report }) {
  const say = words.report.rated;
  const { satisfaction, ended } = report;
  const { n, counts } = satisfaction;
  const most = Math.max(...counts, 1);
  return (
    <Figure report={report} sheet={satisfactionSheet(report)} hint={say.hint}>
      {n === 0 ? <p class="figure-none">{say.none} <span class="quiet">{say.off}</span></p> : <>
        <p class="rated-whole"><b>{percent(goodOf(satisfaction) / n)}</b> {say.good}<span class="hint">{words.report.tiles.goodHint(n, ended)}</span></p>
        <ul class="rated" aria-hidden="true">
          {([5, 4, 3, 2, 1] as const).map((score) => (
            <li key={score}>
              <Face score={score} size={22} />
              <span class="rated-name">{words.handling.faces[score]}</span>
              <svg class={`rated-bar rated-${score}`} width="100%" height="12" aria-hidden="true" focusable="false">
                <rect class="rated-track" width="100%" height="12" rx="3" />
                <rect class="rated-fill" width={`${(counts[score - 1] ?? 0) / most * 100}%`} height="12" rx="3" />
              </svg>
              <span class="rated-count">{count(counts[score - 1] ?? 0)}</span>
              <span class="rated-share">{shareText(counts[score - 1] ?? 0, n)}</span>
            </li>
          ))}
        </ul>
      </>}
    </Figure>
  );
}
