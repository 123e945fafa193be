/** Five faces, drawn: an emoji looks different on every machine, and like a box on some. The words beside it say it too. */
import type { Score } from '../../protocol/messages.ts';

const MOUTHS: Record<Score, string> = {
  1: 'M6.6 14.2c1-1.9 5.8-1.9 6.8 0', 2: 'M6.9 13.6c1.4-1 4.8-1 6.2 0', 3: 'M6.9 13h6.2', 4: 'M6.9 12.3c1.4 1.2 4.8 1.2 6.2 0', 5: 'M6.4 11.8c.9 2.8 6.3 2.8 7.2 0Z',
};

export function Face({ score, size = 18 }: { score: Score; size?: number }) {
  return (
    <svg class={`icon face face-${score}`} width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6"
      stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="7.4" /><path d="M7.4 8v.3M12.6 8v.3" /><path d={MOUTHS[score]} />
    </svg>
  );
}
