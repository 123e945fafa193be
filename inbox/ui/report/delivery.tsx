/** Whether messages arrive: what the server kept, suppressed and refused in these days, and what has still to come, there and in this browser. */
import type { Report } from '../../../protocol/report.ts';
import { count } from '../../figures.ts';
import { deliveryRows, deliverySheet } from '../../sheets.ts';
import { full } from '../../times.ts';
import { words } from '../../words.ts';
import { useDesk } from '../context.ts';
import { Figure } from './figure.tsx';

export function DeliveryFigure({ report }: { report: Report }) {
  const say = words.report.delivery;
  const { since } = report.delivery;
  const hint = since > report.from ? `${say.hint} ${say.since(full(since))}` : say.hint;
  const rows = [...deliveryRows(report), [say.device, useDesk().engine.pending.value.length] as const];
  return (
    <Figure report={report} sheet={deliverySheet(report)} hint={hint} isTable wide>
      <dl class="delivery">
        {rows.map(([[name, meaning], n]) => <div key={name}><dt>{name}<span class="hint">{meaning}</span></dt><dd>{count(n)}</dd></div>)}
      </dl>
    </Figure>
  );
}
