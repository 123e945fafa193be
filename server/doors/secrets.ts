/** Secrets that are made here, and their hashes: a copy of the database lets nobody in. */

/** 32 random bytes in base64url: visitor tokens, sessions, tickets, invitations. */
export const SECRET = /^[A-Za-z0-9_-]{43}$/;
const SECRET_BYTES = 32;
const ID_BYTES = 16;

type Random = (bytes: number) => Uint8Array<ArrayBuffer>;

export const newSecret = (random: Random): string => base64url(random(SECRET_BYTES));
/** 128 random bits: nobody guesses another's. */
export const newId = (random: Random): string => base64url(random(ID_BYTES));

/** SHA-256, hex. A secret of 256 random bits needs no salt and no slowness. */
export async function hashOf(secret: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))));
}

/** Takes the same time wherever they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ (b[i] ?? 0);
  return difference === 0;
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** @throws when the text is not base64url */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new TypeError('not base64url');
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (unit) => unit.charCodeAt(0));
}
