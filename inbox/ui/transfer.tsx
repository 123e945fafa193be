/** Whom to give a thread to: colleagues with how much they hold, or back to the queue; and a word for whoever gets it. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { NOTE_CHARS } from '../../protocol/limits.ts';
import type { Agent, DeskThread, Id } from '../../protocol/messages.ts';
import { standingOf } from '../load.ts';
import { initialsOf } from '../people.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { useDesk } from './context.ts';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import * as icons from './icons.tsx';
import { Slots, standingWords } from './slots.tsx';

/** The value of "back to the queue": no id is empty. */
const QUEUE = '';

export function TransferDialog({ row }: { row: DeskThread }) {
  const desk = useDesk();
  const { handling } = desk;
  const here = desk.engine.here.value;
  const order: Record<ReturnType<typeof standingOf>, number> = { available: 0, full: 1, away: 2, gone: 3 };
  // Whoever can look at it soonest comes first; whose it is already is no choice.
  const choices = desk.colleagues.value.filter((agent) => row.state === 'waiting' || agent.id !== row.agent)
    .map((agent) => ({ agent, standing: standingOf(agent, here.has(agent.id)) }))
    .sort((a, b) => order[a.standing] - order[b.standing] || a.agent.active - b.agent.active);
  const canQueue = row.state !== 'waiting';
  const to = useSignal<Id | undefined>(undefined);
  const note = useSignal('');
  const list = useRef<HTMLFieldSetElement>(null);
  const chosen = to.value ?? choices[0]?.agent.id ?? QUEUE;
  const name = choices.find(({ agent }) => agent.id === chosen)?.agent.name;

  useEffect(() => list.current!.querySelector<HTMLElement>('input:checked')?.focus(), []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!name && !canQueue) return;
    handling.shut();
    void handling.transfer(row.id, chosen === QUEUE ? undefined : chosen, note.value);
  };
  return (
    <Dialog title={words.handling.transferTitle} onClose={() => handling.shut()}>
      <form class="form" onSubmit={submit}>
        {choices.length === 0 && <p class="dialog-text">{words.handling.alone}</p>}
        <fieldset class="takers" ref={list}>
          <legend class="unseen">{words.handling.transferTo}</legend>
          {choices.map(({ agent, standing }) => (
            <Taker key={agent.id} value={agent.id} isChosen={chosen === agent.id} onChoose={() => (to.value = agent.id)}>
              <span class="ring-avatar"><Avatar id={agent.id} letters={initialsOf(agent.name)} size="small" /><span class={`state state-${standing}`} aria-hidden="true" /></span>
              <Who agent={agent} state={standingWords(standing)} />
            </Taker>
          ))}
          {canQueue && (
            <Taker value={QUEUE} isChosen={chosen === QUEUE} onChoose={() => (to.value = QUEUE)}>
              <span class="taker-queue"><icons.Clock size={15} /></span>
              <span class="taker-name">{words.handling.toQueue}<span class="hint">{choices[0]?.standing === 'available' ? words.handling.toQueueHint : words.handling.toQueueBack}</span></span>
            </Taker>
          )}
        </fieldset>
        {(name || canQueue) && (
          <Field label={words.handling.note}>
            {(wiring) => (
              <textarea {...wiring} class="input" rows={2} dir="auto" maxLength={NOTE_CHARS} placeholder={words.handling.notePlaceholder}
                value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />
            )}
          </Field>
        )}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={() => handling.shut()}>{words.cancel}</button>
          {(name || canQueue) && <button type="submit" class="button button-main">{name ? words.handling.give(name) : words.handling.giveQueue}</button>}
        </footer>
      </form>
    </Dialog>
  );
}

function Taker({ value, isChosen, onChoose, children }: { value: string; isChosen: boolean; onChoose: () => void; children: preact.ComponentChildren }) {
  return (
    <label class="taker">
      <input type="radio" name="taker" value={value} checked={isChosen} onChange={onChoose} />
      {children}
    </label>
  );
}

function Who({ agent, state }: { agent: Agent; state: string }) {
  return (
    <>
      <span class="taker-name"><bdi>{agent.name}</bdi><span class="hint">{state}</span></span>
      <Slots agent={agent} />
    </>
  );
}
