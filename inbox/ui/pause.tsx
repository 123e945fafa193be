/** One quiet word before one more knock on the door of somebody who is out. It asks; it never blocks. */
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../words.ts';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';

export function Pause({ onDone }: { onDone: () => void }) {
  const desk = useDesk();
  const { handling } = desk;
  const restraint = handling.restraint.value;
  const isOpen = handling.isPaused.value && restraint !== undefined;
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isOpen) first.current?.focus();
  }, [isOpen]);
  const back = () => {
    handling.resume();
    onDone();
  };
  if (!isOpen) return null;
  const [title, text] = words.handling.restraint[restraint];
  const snooze = () => {
    handling.resume();
    handling.open('snooze');
  };
  return (
    <section class="pause" aria-label={words.handling.restraintLabel} onKeyDown={(event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      back();
    }}>
      <p class="pause-words" id="pause-words"><strong>{title}</strong><span>{text}</span></p>
      <div class="pause-acts">
        {restraint === 'goodbye' && (
          <button type="button" ref={first} class="button button-small button-main" aria-describedby="pause-words" onClick={() => { handling.resume(); handling.open('end'); }}>
            {words.handling.sayGoodbye}
          </button>
        )}
        <button type="button" {...(restraint !== 'goodbye' && { ref: first })} class={`button button-small ${restraint === 'goodbye' ? '' : 'button-main'}`}
          aria-describedby="pause-words" onClick={snooze}>
          <icons.Moon size={15} />{words.handling.snooze}
        </button>
        <button type="button" class="button button-small" onClick={() => { onDone(); void handling.send(); }}>{words.handling.sendAnyway}</button>
        <button type="button" class="button button-icon button-small pause-close" aria-label={words.cancel} title={words.cancel} onClick={back}><icons.Close size={15} /></button>
      </div>
    </section>
  );
}
