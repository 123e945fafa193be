/** "Ended. Undo": the last act, for as long as it can be taken back with one key. */
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { Desk } from '../desk.ts';
import type { Inbox } from '../state.ts';
import { type LastAct, UNDO_MS } from '../undo.ts';
import { words } from '../words.ts';
import { useDesk, useInbox } from './context.ts';

/** Takes the last act back, and says what came of it. */
export async function undo(inbox: Inbox, desk: Desk): Promise<void> {
  const back = await desk.undo.back();
  if (back) inbox.say(back.cannot ? words.know.cannotUndo[back.cannot] : words.know.undone);
}

export function UndoToast() {
  const inbox = useInbox();
  const desk = useDesk();
  const act = desk.undo.last.value;
  const isHeld = useSignal(false);
  const root = useRef<HTMLDivElement>(null);

  // Refused: the thread itself says so, and there is nothing to take back.
  const isRefused = act !== undefined && desk.engine.pending.value.some(({ frame, fate }) => frame.id === act.frame.id && fate === 'refused');
  useEffect(() => {
    isHeld.value = false;
  }, [act]);
  // The act is not in the outbox yet when it is remembered: only where it has been can a thread have left.
  const landed = useRef<LastAct | undefined>(undefined);
  const isThere = desk.undo.isThere.value;
  if (isThere) landed.current = act;
  const isOver = isRefused || (!isThere && landed.current === act);
  useEffect(() => {
    if (isOver) return desk.undo.forget();
    if (!act || isHeld.value) return;
    const timer = setTimeout(desk.undo.forget, UNDO_MS);
    return () => clearTimeout(timer);
  }, [act, isOver, isHeld.value]);

  // Whoever has a hand or the focus on it is not hurried.
  const hold = () => { isHeld.value = true; };
  const release = () => { isHeld.value = root.current?.contains(document.activeElement) ?? false; };
  return (
    <div class="undo-place" role="status">
      {act && !isOver && (
        <div key={act.frame.id} class={`undo ${isHeld.value ? 'undo-held' : ''}`} ref={root} style={{ '--undo-time': `${UNDO_MS}ms` }}
          onPointerEnter={hold} onPointerLeave={release} onFocusIn={hold} onFocusOut={() => (isHeld.value = false)}>
          <span class="undo-words">{toldOf(act, desk)}</span>
          <button type="button" class="undo-button" aria-keyshortcuts={inbox.isKeen.value ? 'z' : undefined} onClick={() => undo(inbox, desk)}>
            {words.know.undo}{inbox.isKeen.value && <kbd>z</kbd>}
          </button>
          <i class="undo-left" aria-hidden="true" />
        </div>
      )}
    </div>
  );
}

function toldOf({ frame, told }: LastAct, desk: Desk): string {
  if (told) return told;
  const say = words.know.done;
  if (frame.type === 'transfer') return frame.to ? say.transferredTo(desk.agents.value.get(frame.to)?.name ?? words.someone) : say.toQueue;
  if (frame.type === 'block') return frame.on ? say.blocked : say.unblocked;
  return say[frame.type as 'take' | 'end' | 'snooze' | 'wake' | 'reopen' | 'tag'];
}
