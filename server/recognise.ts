/** A brand's signature has proved who holds a device. */
import { CLOSE } from '../protocol/frames.ts';
import type { Brand } from './brand.ts';

export interface Person { subject: string; name?: string; email?: string }

/**
 * Her own thread joins what she said on other devices; nothing else moves. Her connections are closed, so that they come
 * back as who she is now.
 * @param token SHA-256 of the device's, hex
 */
export function recognise(brand: Brand, token: string, person: Person): 'ok' | 'other_person' | 'erased' {
  const admitted = brand.admit(token);
  if (admitted === 'erased') return 'erased';
  const mine = brand.visitors.find(admitted.visitor);
  if (mine?.subject && mine.subject !== person.subject) return 'other_person';
  return brand.write((change) => {
    const known = brand.visitors.bySubject(person.subject);
    const me = known ?? admitted.visitor;
    if (!mine) brand.visitors.meet(change, { role: 'visitor', connection: '', visitor: me, token, from: '' });
    if (mine && me !== mine.id) {
      brand.threads.hand(change, mine.id, me);
      brand.visitors.merge(change, mine.id, me);
    }
    if (me !== admitted.visitor) {
      for (const each of brand.host.connections(`v:${admitted.visitor}`)) each.close(CLOSE.restart, 'recognised');
    }
    brand.visitors.prove(change, me, person);
    return 'ok' as const;
  });
}
