/** When somebody is usually in. */
import { useMemo } from 'preact/hooks';
import { SPANS_MOST, type Span } from '../../../protocol/settings.ts';
import { clockIn } from '../../times.ts';
import { useInbox } from '../context.ts';
import { words } from '../../words.ts';
import { Field, Problem } from '../field.tsx';
import * as icons from '../icons.tsx';
import type { PageProps } from './brand.tsx';
import { Choice } from './choice.tsx';

const MIDNIGHT = 1_440;
const NINE_TO_SIX: Span = { from: 540, to: 1_080 };

export function HoursPage({ settings, draft }: PageProps) {
  const { now } = useInbox();
  const say = words.hoursSettings;
  const { hours } = draft;
  const problems = settings.problems.value;
  const zones = useMemo(() => zonesWith(hours.zone), [hours.zone]);
  const there = clockIn(hours.zone, now.value);
  const change = (part: Partial<typeof hours>) => settings.edit({ hours: { ...hours, ...part } });
  const setDay = (day: number, spans: Span[]) => change({ days: hours.days.with(day, spans) });
  return (
    <div class="stack">
      <Field label={say.replyTime} hint={say.replyTimeHint}>
        {(wiring) => (
          <select {...wiring} class="input input-half" value={draft.replyTime}
            onChange={(event) => settings.edit({ replyTime: event.currentTarget.value as typeof draft.replyTime })}>
            {(['own', 'minutes', 'hours', 'day', 'none'] as const).map((time) => <option key={time} value={time}>{say.replyTimes[time]}</option>)}
          </select>
        )}
      </Field>
      <Choice legend={say.mode} name="hours" value={hours.on ? 'set' : 'always'} onChange={(mode) => change({ on: mode === 'set' })}
        options={(['always', 'set'] as const).map((mode) => ({ value: mode, label: say[mode][0], hint: say[mode][1] }))} />
      {hours.on && (
        <section class="block-card">
          <Field label={say.zone} hint={there && say.zoneNow(`${there.weekday} ${there.clock}`)} problem={problems.get('hours.zone')}>
            {(wiring) => (
              <select {...wiring} class="input input-half" value={hours.zone} onChange={(event) => change({ zone: event.currentTarget.value })}>
                {zones.map((zone) => <option key={zone} value={zone}>{zone.replaceAll('_', ' ')}</option>)}
              </select>
            )}
          </Field>
          <ul class="week">
            {hours.days.map((spans, day) => (
              <Day key={day} day={day} spans={spans} problem={problems.get(`hours.${day}`)} onChange={(next) => setDay(day, next)}
                onCopy={day === 0 && spans.length > 0 ? () => change({ days: hours.days.map((each, i) => (i < 5 ? spans : each)) }) : undefined} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

interface DayProps {
  day: number; spans: Span[]; problem: string | undefined; onChange: (spans: Span[]) => void; onCopy: (() => void) | undefined;
}

function Day({ day, spans, problem, onChange, onCopy }: DayProps) {
  const say = words.hoursSettings;
  const name = say.days[day]!;
  const isOpen = spans.length > 0;
  return (
    <li class={`weekday ${isOpen ? '' : 'weekday-closed'}`}>
      <label class="check weekday-name">
        <input type="checkbox" checked={isOpen} onChange={(event) => onChange(event.currentTarget.checked ? [NINE_TO_SIX] : [])} />
        <span>{name}</span>
      </label>
      <div class="weekday-spans">
        {!isOpen && <span class="quiet">{say.closed}</span>}
        {spans.map((span, index) => (
          <div key={index} class="span">
            <TimeInput label={say.from(name)} minutes={span.from} wrong={!!problem} onChange={(from) => onChange(spans.with(index, { ...span, from }))} />
            <span class="quiet">{say.until}</span>
            <TimeInput label={say.to(name)} minutes={span.to} wrong={!!problem}
              onChange={(to) => onChange(spans.with(index, { ...span, to: to === 0 ? MIDNIGHT : to }))} />
            {spans.length > 1 && (
              <button type="button" class="button button-icon" aria-label={say.removeSpan(name)} onClick={() => onChange(spans.toSpliced(index, 1))}><icons.Close size={15} /></button>
            )}
          </div>
        ))}
        {problem && <Problem>{problem}</Problem>}
      </div>
      <div class="weekday-acts">
        {onCopy && <button type="button" class="text-button" onClick={onCopy}>{say.copyDown}</button>}
        {isOpen && spans.length < SPANS_MOST && (
          <button type="button" class="button button-icon" aria-label={say.addSpan(name)} title={say.addSpan(name)} onClick={() => onChange([...spans, nextSpan(spans)])}>
            <icons.Plus size={16} />
          </button>
        )}
      </div>
    </li>
  );
}

function TimeInput({ label, minutes, wrong, onChange }: { label: string; minutes: number; wrong: boolean; onChange: (minutes: number) => void }) {
  const text = `${String(Math.floor((minutes % MIDNIGHT) / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return (
    <input type="time" class="input time" aria-label={label} aria-invalid={wrong ? 'true' : undefined} required value={text}
      onChange={(event) => {
        const [h, m] = event.currentTarget.value.split(':').map(Number);
        if (h !== undefined && m !== undefined && Number.isFinite(h) && Number.isFinite(m)) onChange(h * 60 + m);
        else event.currentTarget.value = text;
      }} />
  );
}

/** After a break of an hour, for as long as there is day left. */
function nextSpan(spans: Span[]): Span {
  const from = Math.min(MIDNIGHT - 60, (spans.at(-1)?.to ?? 480) + 60);
  return { from, to: Math.min(MIDNIGHT, from + 180) };
}

function zonesWith(own: string): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  return [...new Set([own, Intl.DateTimeFormat().resolvedOptions().timeZone, 'UTC', ...zones])].filter(Boolean);
}
