/** Colleagues who have this thread before them, so that nobody answers twice. */
import { initialsOf } from '../people.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { useDesk } from './context.ts';

/** More faces than these say no more than their number. */
const FACES_MOST = 3;

export function Lookers() {
  const lookers = useDesk().lookers.value;
  const said = lookers.map(({ agent, isWriting }) => (isWriting ? words.know.isWriting : words.know.isLooking)(agent.name)).join(', ');
  return (
    <div class={`lookers ${lookers.length > 0 ? 'lookers-some' : ''}`} role="status" title={said}>
      {lookers.slice(0, FACES_MOST).map(({ agent, isWriting }) => (
        <span key={agent.id} class={`looker ${isWriting ? 'looker-writing' : ''}`}><Avatar id={agent.id} letters={initialsOf(agent.name)} size="small" /></span>
      ))}
      {lookers.length > FACES_MOST && <span class="looker-more" aria-hidden="true">+{lookers.length - FACES_MOST}</span>}
      <span class={lookers.length === 1 ? 'looker-words' : 'unseen'}>{said}</span>
    </div>
  );
}
