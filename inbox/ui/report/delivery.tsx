/** Whether messages arrive: what this server kept, suppressed and refused, and what this browser still holds. */
import type { Report } from '../../../protocol/report.ts';
import { count } from '../../figures.ts';
import { full } from '../../times.ts';
import { words } from '../../words.ts';
import { useDesk } from '../context.ts';

export function DeliveryFigure({ report: { delivery } }: { report: Report }) {
  const say = words.report.delivery;
  const pending = useDesk().engine.pending.value.length;
  const figures = [
    [say.acked, delivery.acked], [say.duplicates, delivery.duplicates], [say.retried, delivery.retried], [say.refused, delivery.refused], [say.pending, pending],
  ] as const;
  return (
    <section class="figure figure-wide" aria-labelledby="report-delivery">
      <header class="figure-head"><div class="figure-words"><h2 id="report-delivery">{say.title}</h2><p class="hint">{say.hint(full(delivery.since))}</p></div></header>
      <dl class="delivery">
        {figures.map(([[name, hint], n]) => <div key={name}><dt>{name}<span class="hint">{hint}</span></dt><dd>{count(n)}</dd></div>)}
      </dl>
    </section>
  );
}
