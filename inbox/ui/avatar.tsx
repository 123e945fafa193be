/** A person or a brand as a round mark. */
import { inkOn } from '../color.ts';
import type { BrandMark } from '../doors.ts';
import { initialsOf, tintOf } from '../people.ts';
import type { Id } from '../../protocol/messages.ts';
import { words } from '../words.ts';

interface Props { id: Id; letters: string; /** Absent: no dot at all. */ here?: boolean | undefined; size?: 'small' | 'big' }

export function Avatar({ id, letters, here, size }: Props) {
  return (
    <span class={`avatar tint-${tintOf(id)} ${size ? `avatar-${size}` : ''}`}>
      <span aria-hidden="true">{letters}</span>
      {here !== undefined && <Dot here={here} />}
    </span>
  );
}

/** Green: on the site. Red: has left. The colour is never alone: a left dot is a ring. */
export function Dot({ here }: { here: boolean }) {
  const label = here ? words.onSiteShort : words.hasLeftShort;
  return <span class={`dot ${here ? 'dot-here' : 'dot-left'}`} role="img" aria-label={label} title={label} />;
}

export function Mark({ mark, big }: { mark: Omit<BrandMark, 'id'>; big?: boolean }) {
  const color = /^#[0-9a-f]{6}$/i.test(mark.color) ? mark.color : '#4f46e5';
  return (
    <span class={`mark ${big ? 'mark-big' : ''}`} style={{ background: color, color: inkOn(color) }} aria-hidden="true">
      {mark.logo || initialsOf(mark.name)}
    </span>
  );
}
