/** Where in the inbox somebody is, as an address and back: `/inbox/<brand>/<box>/<thread>`, `/inbox/<brand>/settings/<section>` or `/inbox/<brand>/report`. */
import type { Id } from '../protocol/messages.ts';
import { type BoxName, HOME, isBox } from './boxes.ts';

export const SECTIONS = ['you', 'replies', 'brand', 'words', 'hours', 'desk', 'site', 'identity', 'team'] as const;
export type Section = (typeof SECTIONS)[number];

export type Place =
  | { at: 'box'; box: BoxName; thread?: Id }
  | { at: 'settings'; section?: Section }
  | { at: 'report' };

export const brandOf = (path: string): Id => decode(path.split('/')[2] ?? '');

export function placeOf(path: string): Place {
  const [, , , first, second] = path.split('/').map(decode);
  if (first === 'report') return { at: 'report' };
  if (first === 'settings') {
    return SECTIONS.includes(second as Section) ? { at: 'settings', section: second as Section } : { at: 'settings' };
  }
  const box = isBox(first) ? first : HOME;
  return second ? { at: 'box', box, thread: second } : { at: 'box', box };
}

export function pathOf(brand: Id, place: Place): string {
  const parts = place.at === 'report' ? ['report'] : place.at === 'settings' ? ['settings', place.section] : [place.box, place.thread];
  return ['/inbox', ...[brand, ...parts].filter((part) => part !== undefined).map(encodeURIComponent)].join('/');
}

/** The code of an invitation: in the fragment, so that no server log ever holds it. */
export const inviteOf = (hash: string): string | undefined => /^#join=([A-Za-z0-9._-]{1,200})$/.exec(hash)?.[1];

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part; // a half-typed address: nothing has that name
    throw error;
  }
}
