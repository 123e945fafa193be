/** What was refused of what she did here, until she has read it. */
import { words } from '../words.ts';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';

export function Refusals() {
  const desk = useDesk();
  return (
    <div class="refusals" role="status">
      {desk.refused.value.map(({ frame, refusal }) => (
        <div key={frame.id} class="refusal">
          <icons.Alert size={16} />
          <span>
            {frame.type === 'end' && refusal === 'stale' ? words.stale
              : refusal === 'stale' && words.handling.stale[frame.type] ? words.handling.stale[frame.type]
              : refusal === 'not_found' && words.handling.notFound[frame.type] ? words.handling.notFound[frame.type]
              : `${words.pendingActs[frame.type]}: ${words.refusals[refusal ?? ''] ?? words.refusedOtherwise}`}
          </span>
          <button type="button" class="text-button" onClick={() => desk.discard(frame.id)}>{words.dismiss}</button>
        </div>
      ))}
    </div>
  );
}
