/** Whether a brand pesters: what was said to people who were away, and snoozes that ran out, for each contact. */
import type { Report } from '../../../protocol/report.ts';
import { perContact } from '../../figures.ts';
import { restraintSheet } from '../../sheets.ts';
import { words } from '../../words.ts';
import { Figure } from './figure.tsx';

export function Restraint({ report }: { report: Report }) {
  const say = words.report.restraint;
  const rows = report.agents.filter(({ contacts }) => contacts > 0)
    .toSorted((a, b) => b.prompts / b.contacts - a.prompts / a.contacts || b.lapses / b.contacts - a.lapses / a.contacts);
  const most = Math.max(...rows.flatMap(({ prompts, lapses, contacts }) => [prompts / contacts, lapses / contacts]), 0) || 1;
  return (
    <Figure report={report} sheet={restraintSheet(report)} hint={say.hint}>
      {rows.length === 0 ? <p class="figure-none">{say.none}</p> : (
        <div aria-hidden="true">
          <ul class="legend"><li class="legend-prompts">{say.prompts}</li><li class="legend-lapses">{say.lapses}</li></ul>
          <ul class="restraints">
            {rows.map(({ agent, name, contacts, prompts, lapses }) => (
              <li key={agent}>
                <p class="restraint-who"><bdi>{name}</bdi><span class="hint">{words.report.restraint.inContacts(contacts)}</span></p>
                <Line kind="prompts" share={prompts / contacts / most} text={say.of(prompts, perContact(prompts, contacts))} />
                <Line kind="lapses" share={lapses / contacts / most} text={say.of(lapses, perContact(lapses, contacts))} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </Figure>
  );
}

const Line = ({ kind, share, text }: { kind: 'prompts' | 'lapses'; share: number; text: string }) => (
  <div class="restraint-line">
    <svg width="100%" height="10" aria-hidden="true" focusable="false"><rect class="rated-track" width="100%" height="10" rx="3" /><rect class={`fill-${kind}`} width={`${share * 100}%`} height="10" rx="3" /></svg>
    <span><bdi>{text}</bdi></span>
  </div>
);
