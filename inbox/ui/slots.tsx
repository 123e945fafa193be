/** How many threads somebody holds of how many she may, in two figures and in words. */
import type { Agent } from '../../protocol/messages.ts';
import type { Standing } from '../load.ts';
import { words } from '../words.ts';

export const standingWords = (standing: Standing): string =>
  standing === 'full' ? words.handling.full : standing === 'gone' ? words.notHere : words.status[standing];

export function Slots({ agent: { active, slots } }: { agent: Agent }) {
  return (
    <span class={`slots ${active >= slots ? 'slots-full' : ''}`} title={words.handling.load(active, slots)}>
      {words.handling.slots(active, slots)}
    </span>
  );
}
