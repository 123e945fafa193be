/** How the line stands, when that matters, and what waits for it. */
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { words } from '../words.ts';
import { useDesk, useInbox } from './context.ts';
import * as icons from './icons.tsx';

/** A line that comes back within this time is nobody's business. */
const PATIENCE_MS = 2_000;

export function Notice() {
  const inbox = useInbox();
  const { engine } = useDesk();
  const line = engine.line.value;
  const isPatient = useSignal(true);
  useEffect(() => {
    isPatient.value = true;
    if (line === 'on' || line === 'off') return;
    const timer = setTimeout(() => (isPatient.value = false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [line === 'on' || line === 'off']);

  const unsent = engine.pending.value.length;
  const text = line === 'stopped' ? words.lineStopped
    : (line === 'broken' || line === 'connecting') && !isPatient.value ? words.lineBroken
    : engine.keeps.value === 'memory' ? words.memory
    : '';
  // The region stays; only what it says comes and goes, or screen readers would not hear it.
  return (
    <div class="notices" role="status">
      {(text || (unsent > 0 && !isPatient.value)) && (
        <div class={`notice ${line === 'stopped' ? 'notice-bad' : ''}`}>
          <icons.Offline size={16} />
          <span>{text || words.pending(unsent)}</span>
          {unsent > 0 && <button type="button" class="notice-button" onClick={() => (inbox.dialog.value = 'pending')}>{words.pending(unsent)}</button>}
          {line === 'stopped' && <button type="button" class="notice-button" onClick={() => inbox.check()}>{words.lineStoppedAction}</button>}
        </div>
      )}
    </div>
  );
}
