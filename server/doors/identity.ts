/**
 * Who a visitor is, by her brand's word: a JWT signed with one of the brand's keys. The record of the key says how it
 * may be signed, never the token. Whatever is wrong with it, the answer is the same.
 */
import { type CryptoKey, decodeProtectedHeader, jwtVerify } from 'jose';
import { EMAIL_CHARS, NAME_CHARS } from '../../protocol/limits.ts';
import type { Id, Time } from '../../protocol/messages.ts';
import { isRecord } from '../../protocol/shape.ts';
import { type KeyRecord, readPublicKey, SECRET_BYTES_LEAST } from './identity-keys.ts';
import { fromBase64url } from './secrets.ts';

/** Clocks of shops and ours. */
const SKEW_S = 60;
/** A page makes a new one at each view; a stolen one should be worth little. */
const LIFETIME_S = 24 * 3_600;
const TOKEN_CHARS = 4_096;
const SUBJECT_CHARS = 200;

export interface Person { subject: string; name?: string; email?: string }

/** @returns who the token proves she is; nothing when it proves nothing, for whatever reason */
export async function prove(jwt: string, brand: Id, keys: KeyRecord[], now: Time): Promise<Person | undefined> {
  if (jwt.length > TOKEN_CHARS || !isPlain(jwt)) return undefined;
  const { kid } = decodeProtectedHeader(jwt);
  let person: Person | undefined;
  // Every key is tried to the end: how long it takes says nothing of which one fits.
  for (const key of keys) {
    if (kid === undefined || kid === key.id) person = await provenBy(key, jwt, brand, now) ?? person;
  }
  return person;
}

async function provenBy(record: KeyRecord, jwt: string, brand: Id, now: Time): Promise<Person | undefined> {
  const key = await keyOf(record);
  if (!key) return undefined;
  try {
    const { payload } = await jwtVerify(jwt, key, {
      algorithms: record.alg === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [record.alg],
      audience: brand,
      clockTolerance: SKEW_S,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'aud', 'iat', 'exp'],
    });
    const seconds = now / 1_000;
    const { iat, exp, aud, sub } = payload;
    if (aud !== brand || iat! > seconds + SKEW_S || exp! - iat! > LIFETIME_S || exp! <= iat!) return undefined;
    const name = shortText(payload['name'], NAME_CHARS);
    const email = shortText(payload['email'], EMAIL_CHARS);
    const subject = shortText(sub, SUBJECT_CHARS);
    if (!subject || name === null || email === null) return undefined;
    return { subject, ...(name ? { name } : {}), ...(email ? { email } : {}) };
  } catch (error) {
    if (isJoseError(error)) return undefined;
    throw error;
  }
}

/** A secret that is too short to be one, or a key that cannot be read, proves nothing. */
async function keyOf({ alg, key }: KeyRecord): Promise<CryptoKey | Uint8Array | undefined> {
  if (alg === 'EdDSA') return readPublicKey(key);
  const secret = new TextEncoder().encode(key);
  return secret.length >= SECRET_BYTES_LEAST ? secret : undefined;
}

/** Three parts, a header and a payload that are objects without doubled names, and a `kid` only as text. */
function isPlain(jwt: string): boolean {
  const parts = jwt.split('.');
  if (parts.length !== 3) return false;
  try {
    const [header, payload] = [readPart(parts[0]!), readPart(parts[1]!)];
    return header !== undefined && payload !== undefined && (header['kid'] === undefined || typeof header['kid'] === 'string');
  } catch {
    // Not base64url, not UTF-8 or not JSON: what a forged token may look like.
    return false;
  }
}

/** Of two claims with one name, two readers may believe two different ones; so such a token is none. */
function readPart(part: string): Record<string, unknown> | undefined {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(part));
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) return undefined;
  return namesWritten(text) === namesRead(value) ? value : undefined;
}

const namesWritten = (text: string): number => text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;

/** At most as deep as JSON.parse went through in 4 KiB. */
function namesRead(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + namesRead(each), 0);
  if (!isRecord(value)) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + 1 + namesRead(each), 0);
}

/** @returns the text, nothing if absent, null if it is not text or too long */
function shortText(value: unknown, most: number): string | undefined | null {
  if (value === undefined) return undefined;
  return typeof value === 'string' && value.length <= most ? value.toWellFormed() : null;
}

const isJoseError = (error: unknown): boolean => error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_J');
