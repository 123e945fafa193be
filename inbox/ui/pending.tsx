/** What is not sent yet. */
import type { PendingAct } from '../engine.ts';
import { nameOf } from '../people.ts';
import { ago } from '../times.ts';
import { words } from '../words.ts';
import { useDesk, useInbox } from './context.ts';
import { Dialog } from './dialog.tsx';
import * as icons from './icons.tsx';

export function PendingDialog({ onClose }: { onClose: () => void }) {
  const pending = useDesk().engine.pending.value;
  return (
    <Dialog title={words.pendingTitle} onClose={onClose}>
      <p class="dialog-text">{pending.length > 0 ? words.pendingNote : words.pendingNone}</p>
      <ul class="pendings">{pending.map((act) => <Item key={act.frame.id} act={act} onClose={onClose} />)}</ul>
    </Dialog>
  );
}

function Item({ act, onClose }: { act: PendingAct; onClose: () => void }) {
  const desk = useDesk();
  const inbox = useInbox();
  const { frame, fate, at, refusal } = act;
  const thread = 'thread' in frame ? frame.thread : undefined;
  const who = frame.type === 'block' ? frame.visitor : thread ? desk.rows.value.get(thread)?.who : undefined;
  return (
    <li class="pending">
      <div class="pending-top">
        <strong><bdi>{who ? nameOf(desk.visitors.value.get(who), who) : words.you}</bdi></strong>
        <time>{ago(at, inbox.now.value)}</time>
      </div>
      <p class="pending-text" dir="auto">{frame.type === 'say' ? frame.body : frame.type === 'note' ? words.know.noteSaid(frame.body) : words.pendingActs[frame.type]}</p>
      <div class="pending-foot">
        <span class={fate === 'refused' ? 'fate fate-refused' : 'fate'}>
          {words.fates[fate]}{fate === 'refused' && ` · ${words.refusals[refusal ?? ''] ?? words.refusedOtherwise}`}
        </span>
        {thread && <button type="button" class="text-button" onClick={() => { desk.open(thread); onClose(); }}>{words.goToThread}</button>}
        {fate === 'refused' && <button type="button" class="text-button" onClick={() => desk.retry(frame.id)}>{words.retry}</button>}
        {fate !== 'sending' && <button type="button" class="text-button text-button-bad" onClick={() => desk.discard(frame.id)}><icons.Bin size={14} />{words.discard}</button>}
      </div>
    </li>
  );
}
