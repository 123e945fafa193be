/** Passwords, as they are kept: `scrypt$<N>$<r>$<p>$<salt>$<hash>`. */
import type { Shape } from '../../protocol/shape.ts';
import { FewAtOnce } from './few-at-once.ts';
import type { House } from '../host.ts';
import { base64url, fromBase64url, sameBytes } from './secrets.ts';

/** Long beats odd characters; the most is only there to bound the work. */
const LEAST_CHARS = 10;
const MOST_CHARS = 200;
const SALT_BYTES = 16;
/** What `House.scrypt` works with; kept in each record, so that a later change can tell old from new. */
const PARAMETERS = 'scrypt$32768$8$3';

const line = new FewAtOnce();

export const PASSWORD: Shape<string> = (value) =>
  typeof value !== 'string' ? 'must be text'
    : value.length < LEAST_CHARS ? `must have at least ${LEAST_CHARS} characters`
    : value.length > MOST_CHARS ? `must have at most ${MOST_CHARS} characters`
    : undefined;

export async function keepPassword(house: House, password: string): Promise<string> {
  const salt = house.random(SALT_BYTES);
  const hash = await line.run(() => house.scrypt(password.normalize('NFC'), salt));
  return `${PARAMETERS}$${base64url(salt)}$${base64url(hash)}`;
}

/**
 * Is it the password of this record? Without a record the same work is done for nothing, so that an unknown address
 * takes as long as a wrong password.
 */
export async function checkPassword(house: House, password: string, kept: string | undefined): Promise<boolean> {
  const [, salt, hash] = (kept ?? NOBODY).match(RECORD) ?? [];
  if (!salt || !hash) throw new Error('a stored password has parameters that this version does not know');
  const found = await line.run(() => house.scrypt(password.normalize('NFC'), fromBase64url(salt)));
  return sameBytes(found, fromBase64url(hash)) && kept !== undefined;
}

const RECORD = /^scrypt\$32768\$8\$3\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;
const NOBODY = `${PARAMETERS}$${'A'.repeat(22)}$${'A'.repeat(43)}`;
