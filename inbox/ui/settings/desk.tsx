/** How threads are handed to people, and what counts as late. */
import type { Desk } from '../../../protocol/settings.ts';
import { DESK_BOUNDS } from '../../problems.ts';
import { words } from '../../words.ts';
import type { PageProps } from './brand.tsx';
import { NumberField } from './number.tsx';

export function DeskPage({ settings, draft: { desk } }: PageProps) {
  const say = words.deskSettings;
  const problems = settings.problems.value;
  const change = (part: Partial<Desk>) => settings.edit({ desk: { ...desk, ...part } });
  const number = (field: keyof typeof DESK_BOUNDS, label: string, hint: string, unit: string) => {
    const [least, most] = DESK_BOUNDS[field];
    return <NumberField label={label} hint={hint} unit={unit} least={least} most={most} value={desk[field]} problem={problems.get(`desk.${field}`)} onChange={(n) => change({ [field]: n })} />;
  };
  return (
    <div class="stack">
      <section class="block-card">
        <header class="block-head"><h2>{say.handing}</h2></header>
        {number('slots', say.slots, say.slotsHint, say.threads)}
        {number('queue', say.queue, say.queueHint, say.threads)}
        {number('absentMinutes', say.absent, say.absentHint, say.minutes)}
      </section>
      <section class="block-card">
        <header class="block-head"><h2>{say.clocks}</h2></header>
        {number('fallbackHours', say.fallback, say.fallbackHint, say.hours)}
        {number('overdueHours', say.overdue, say.overdueHint, say.hours)}
      </section>
      <section class="block-card">
        <header class="block-head"><h2>{say.asking}</h2></header>
        <label class="check">
          <input type="checkbox" checked={desk.survey} onChange={(event) => change({ survey: event.currentTarget.checked })} />
          <span>{say.survey}<span class="hint">{say.surveyHint}</span></span>
        </label>
      </section>
    </div>
  );
}
