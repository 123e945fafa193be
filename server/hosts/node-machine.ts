/** What an owner asks of the machine beneath it. */
import type { Time } from '../../protocol/messages.ts';
import type { Host } from '../host.ts';

export interface Machine {
  now(): Time;
  random(bytes: number): Uint8Array<ArrayBuffer>;
  log: Host['log'];
}
