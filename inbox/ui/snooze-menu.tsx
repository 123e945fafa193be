/** Until when a thread is put aside, and whether it comes back to whoever has it. */
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { DeskThread, Time } from '../../protocol/messages.ts';
import { CHOICES, chosen, firstFields, until } from '../snooze.ts';
import { when } from '../times.ts';
import { words } from '../words.ts';
import { zoneHere } from '../zone.ts';
import { useDesk } from './context.ts';
import { Field } from './field.tsx';
import * as icons from './icons.tsx';
import { Popover } from './popover.tsx';

export function SnoozeMenu({ row, label }: { row: DeskThread; label: string }) {
  const { handling } = useDesk();
  return (
    <Popover label={words.handling.snoozeTitle} isOpen={handling.sheet.value === 'snooze'} onOpen={() => handling.open('snooze')} onClose={() => handling.shut('snooze')}
      button={{ label, title: `${label} (s)`, keys: 's', class: 'button act', content: <><icons.Moon size={17} /><span class="act-word">{label}</span></> }}>
      <Choices row={row} />
    </Popover>
  );
}

export function Choices({ row }: { row: DeskThread }) {
  const desk = useDesk();
  const keep = useSignal(true);
  const isChoosing = useSignal(false);
  const id = useId();
  // As of opening: a choice does not change its meaning under the hand.
  const now = useRef(desk.clock()).current;
  const zone = useRef(zoneHere()).current;
  const snooze = (at: Time) => {
    desk.handling.shut();
    void desk.handling.snooze(row.id, at, keep.value);
  };
  const isTheirs = row.state !== 'waiting' && row.agent !== undefined && row.agent !== desk.me;
  return (
    <>
      <p class="popover-title" aria-hidden="true">{words.handling.snoozeTitle}</p>
      <div class="choices">
        {CHOICES.map((choice) => {
          const at = until(choice, now, zone);
          return (
            <button key={choice} type="button" class="choice" onClick={() => snooze(at)}>
              <span>{words.handling.choices[choice]}</span><time class="choice-time">{sentenceCase(when(at, now))}</time>
            </button>
          );
        })}
        <button type="button" class="choice" aria-expanded={isChoosing.value} aria-controls={id} onClick={() => (isChoosing.value = !isChoosing.value)}>
          <span>{words.handling.choose}</span><span class={`choice-turn ${isChoosing.value ? 'choice-turned' : ''}`}><icons.Down size={15} /></span>
        </button>
        {isChoosing.value && <Chooser id={id} now={now} zone={zone} onChoose={snooze} />}
      </div>
      <label class="check keep">
        <input type="checkbox" checked={keep.value} onChange={(event) => (keep.value = event.currentTarget.checked)} />
        <span>{words.handling.keep}<span class="hint">
          {!keep.value ? words.handling.keepHint.queue : isTheirs ? words.handling.keepHint.theirs : words.handling.keepHint.yours} {words.handling.wakesEarly}
        </span></span>
      </label>
    </>
  );
}

function Chooser({ id, now, zone, onChoose }: { id: string; now: Time; zone: string; onChoose: (at: Time) => void }) {
  const { clock } = useDesk();
  const fields = useSignal(firstFields(now, zone));
  const hasTried = useSignal(false);
  const first = useRef<HTMLFormElement>(null);
  useEffect(() => first.current!.querySelector('input')?.focus(), []);
  const at = chosen(fields.value, clock(), zone);
  const problem = typeof at === 'string' ? words.handling.snoozeProblems[at] : undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    hasTried.value = true;
    if (typeof at === 'number') onChoose(at);
  };
  const put = (change: Partial<typeof fields.value>) => (fields.value = { ...fields.value, ...change });
  return (
    <form class="chooser" id={id} ref={first} onSubmit={submit} noValidate>
      <Field label={words.handling.date}>
        {(wiring) => <input {...wiring} class="input" type="date" value={fields.value.date} onInput={(event) => put({ date: event.currentTarget.value })} />}
      </Field>
      <Field label={words.handling.time}>
        {(wiring) => <input {...wiring} class="input" type="time" value={fields.value.time} onInput={(event) => put({ time: event.currentTarget.value })} />}
      </Field>
      <p class={`chooser-says ${problem ? 'chooser-wrong' : ''}`} role="status">
        {problem === undefined ? words.handling.comesBack(when(at as Time, now)) : hasTried.value || at !== 'empty' ? problem : ''}
      </p>
      <button type="submit" class="button button-main button-small">{words.handling.snooze}</button>
    </form>
  );
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
