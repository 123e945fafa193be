/** Passwords, kneaded in an isolate of their own: a quarter of a second that the brand's object can relay in. */
import { scrypt } from 'node:crypto';
import { WorkerEntrypoint } from 'cloudflare:workers';
import type { Env } from './cloudflare-env.ts';

/** The same as on Node, so that an agent's password moves with her brand. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 };
const KEY_BYTES = 32;

export class Scrypt extends WorkerEntrypoint<Env> {
  knead(password: string, salt: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      scrypt(password, salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(new Uint8Array(key))));
    });
  }
}
