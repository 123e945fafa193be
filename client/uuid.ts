/** Ids that sort by when they were made, made by whoever creates the thing. */
import type { Id } from '../protocol/messages.ts';

let last = 0;

/**
 * A UUID of version 7. Two made by one page never sort the wrong way round: where the clock stands still or steps
 * back, the time inside goes on by a millisecond.
 */
export function uuid(): Id {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  last = Math.max(Date.now(), last + 1);
  // A time in milliseconds has more than 32 bits, so shifting would lose its top.
  for (let i = 5, time = last; i >= 0; i--, time = Math.floor(time / 256)) bytes[i] = time % 256;
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
