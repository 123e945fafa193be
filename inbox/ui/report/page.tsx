/** The report: a few figures first, then what stands behind them. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Report } from '../../../protocol/report.ts';
import { saveFile } from '../../csv.ts';
import { isEmpty, shortDay } from '../../figures.ts';
import { dayOf } from '../../period.ts';
import { createReport, type ReportState, type Shown } from '../../report.ts';
import { clock } from '../../times.ts';
import { words } from '../../words.ts';
import { zoneHere } from '../../zone.ts';
import { useDesk, useInbox } from '../context.ts';
import { Problem } from '../field.tsx';
import * as icons from '../icons.tsx';
import { Link } from '../link.tsx';
import { Nothing } from '../nothing.tsx';
import { explain } from '../sign-in.tsx';
import { DeliveryFigure } from './delivery.tsx';
import { Hours } from './hours.tsx';
import { Periods } from './periods.tsx';
import { Restraint } from './restraint.tsx';
import { SatisfactionFigure } from './satisfaction.tsx';
import { TeamFigure } from './team.tsx';
import { Tiles } from './tiles.tsx';
import { TimesFigure } from './times.tsx';
import { Volume } from './volume.tsx';

export function ReportPage() {
  const { doors, keep } = useInbox();
  const desk = useDesk();
  const say = words.report;
  const state = useMemo(() => createReport({ doors, keep, zone: zoneHere, now: desk.clock }), [doors]);
  useEffect(() => void state.load(), [state]);
  const { shown, failure, busy } = state;
  const report = shown.value?.report;
  return (
    <main class="report scroll" aria-labelledby="report-title" aria-busy={busy.value}>
      <div class="report-page">
        <header class="report-head">
          <Link to={{ at: 'box', box: desk.box.value }} class="button button-icon report-back" aria-label={say.toInbox}><icons.Back /></Link>
          <div class="report-words">
            <h1 id="report-title">{say.title}</h1>
            {report && <p class="settings-lead"><bdi>{say.lead(datesOf(report), report.zone.replaceAll('_', ' '), clock(shown.value!.at))}</bdi></p>}
          </div>
          {report && <button type="button" class="button button-icon" aria-label={say.refresh} title={say.refresh} aria-busy={busy.value} onClick={state.load}><icons.Retry size={16} /></button>}
          {report && desk.self.value.role === 'owner' && <LedgerButton state={state} report={report} />}
        </header>
        <Periods state={state} />
        <p class="unseen" role="status">{busy.value ? say.loading : ''}</p>
        {failure.value && (
          <div class="report-failed">
            <Problem>{say.failed} {explain(failure.value)} {report && say.stale(datesOf(report))}</Problem>
            <button type="button" class="button" onClick={state.load}>{words.tryAgain}</button>
          </div>
        )}
        {!shown.value && busy.value && <p class="report-wait"><span class="spinner" /></p>}
        {shown.value && <Figures shown={shown.value} state={state} />}
      </div>
    </main>
  );
}

function Figures({ shown, state }: { shown: Shown; state: ReportState }) {
  const { report, before, days } = shown;
  const say = words.report;
  if (isEmpty(report)) {
    return (
      <div class="report-nothing">
        <Nothing kind="ended" title={say.nothing[0]} text={say.nothing[1]} />
        {state.period.value.is !== '90' && <button type="button" class="button" onClick={() => state.choose({ is: '90' })}>{say.longer}</button>}
        <DeliveryFigure report={report} />
      </div>
    );
  }
  return (
    <div class={`figures ${state.busy.value ? 'figures-old' : ''}`}>
      <Tiles shown={shown} />
      {before && !isEmpty(before) && <p class="hint figures-note">{say.compared(days)}</p>}
      <Volume report={report} />
      <TimesFigure report={report} />
      <Hours report={report} />
      <TeamFigure report={report} />
      <SatisfactionFigure report={report} />
      <Restraint report={report} />
      <DeliveryFigure report={report} />
    </div>
  );
}

function LedgerButton({ state, report }: { state: ReportState; report: Report }) {
  const inbox = useInbox();
  const say = words.report;
  const busy = useSignal(false);
  const problem = useSignal('');
  const save = async () => {
    if (busy.value) return;
    busy.value = true;
    problem.value = '';
    const answer = await state.ledger();
    busy.value = false;
    if (answer.failure) problem.value = answer.failure.code === 'bad_request' ? say.ledgerLong : explain(answer.failure);
    else {
      saveFile(`ledger-${dayOf(report.from, report.zone)}-${dayOf(report.to - 1, report.zone)}.csv`, answer.value);
      inbox.say(say.ledgerSaved);
    }
  };
  return (
    <div class="report-ledger">
      <button type="button" class="button" title={say.ledgerHint} aria-busy={busy.value} onClick={save}><icons.Save size={16} />{say.ledger}</button>
      {problem.value && <Problem>{problem.value}</Problem>}
    </div>
  );
}

/** Both days of the stretch, as its zone has them. */
function datesOf({ from, to, zone }: Report): string {
  const [first, last] = [dayOf(from, zone), dayOf(to - 1, zone)];
  const year = last.slice(0, 4);
  return first === last ? `${shortDay(first)} ${year}` : `${shortDay(first)}${first.startsWith(year) ? '' : ` ${first.slice(0, 4)}`} – ${shortDay(last)} ${year}`;
}
