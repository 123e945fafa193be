/** Which days the report is of. */
import { useSignal } from '@preact/signals';
import { dayOf, PERIODS, type PeriodName } from '../../period.ts';
import type { ReportState } from '../../report.ts';
import { words } from '../../words.ts';
import { zoneHere } from '../../zone.ts';
import { useDesk } from '../context.ts';
import { Field, Problem } from '../field.tsx';

export function Periods({ state }: { state: ReportState }) {
  const say = words.report;
  const { period, shown, problem } = state;
  const choose = (is: PeriodName) => {
    const { from, to } = period.value;
    // Its own days are first those that are looked at already.
    const seen = shown.value?.report;
    const days = seen && { from: dayOf(seen.from, seen.zone), to: dayOf(seen.to - 1, seen.zone) };
    void state.choose(is === 'custom' ? { is, ...(days ?? { ...(from && { from }), ...(to && { to }) }) } : { is });
  };
  return (
    <div class="periods">
      <fieldset>
        <legend class="unseen">{say.period}</legend>
        <div class="segments">
          {PERIODS.map((is) => (
            <label key={is} class="segment">
              <input type="radio" name="period" value={is} checked={period.value.is === is} onChange={() => choose(is)} />
              <span>{say.periods[is]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {period.value.is === 'custom' && <Days state={state} />}
      {problem.value && <Problem>{say.problems[problem.value]}</Problem>}
    </div>
  );
}

function Days({ state }: { state: ReportState }) {
  const say = words.report;
  const from = useSignal(state.period.value.from ?? '');
  const to = useSignal(state.period.value.to ?? '');
  const today = dayOf(useDesk().clock(), zoneHere());
  const show = (event: SubmitEvent) => {
    event.preventDefault();
    void state.choose({ is: 'custom', from: from.value, to: to.value });
  };
  return (
    <form class="days" onSubmit={show} noValidate>
      <Field label={say.from}>{(wiring) => <input {...wiring} class="input" type="date" max={today} value={from.value} onInput={(event) => (from.value = event.currentTarget.value)} />}</Field>
      <Field label={say.to}>{(wiring) => <input {...wiring} class="input" type="date" value={to.value} onInput={(event) => (to.value = event.currentTarget.value)} />}</Field>
      <button type="submit" class="button">{say.show}</button>
    </form>
  );
}
