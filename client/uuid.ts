/** Ids that sort by when they were made, made by whoever creates the thing. */
import type { Id } from '../protocol/messages.ts';

let last = 0;

/**
 * A UUID of version 7. Two made by one page never sort the wrong way round: where the clock stands still or steps
 * back, the time inside goes on by a millisecond.
 */
export function uuid(): Id {
  last = Math.max(Date.now(), last + 1);
  const time = hex(last, 12);
  const chance = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => hex(byte, 2)).join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-8${chance.slice(3, 6)}-${chance.slice(6)}`;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
