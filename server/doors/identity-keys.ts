/** The keys a brand signs its visitors' identity with: who may prove who somebody is. */
import { type CryptoKey, importJWK, importSPKI, type JWK } from 'jose';
import type { Id, Time } from '../../protocol/messages.ts';
import { exact, exactly, optional, type Shape, text } from '../../protocol/shape.ts';
import type { Call } from './door.ts';
import type { Host } from '../host.ts';
import { newId, newSecret } from './secrets.ts';
import { badRequest, notFound, TurnedAway } from './turned-away.ts';

/** Old and new side by side while a brand changes keys, for several of its systems. */
const KEYS_MOST = 10;
/** A PEM of an Ed25519 key has 113 characters. */
const KEY_CHARS = 2_000;
export const SECRET_BYTES_LEAST = 32;

export type Alg = 'HS256' | 'EdDSA';
export interface KeyRecord { id: Id; alg: Alg; key: string; created: Time }

export interface NewKey { alg: Alg; publicKey?: string }
const HS256 = exactly({ alg: exact('HS256') });
const EDDSA = exactly({ alg: exact('EdDSA'), publicKey: text(KEY_CHARS, 1) });
const EITHER = exactly({ alg: text(10), publicKey: optional(text(KEY_CHARS)) });
export const NEW_KEY = ((value) => {
  const problem = EITHER(value);
  if (problem) return problem;
  const { alg } = value as NewKey;
  return alg === 'HS256' ? HS256(value) : alg === 'EdDSA' ? EDDSA(value) : 'alg: must be one of HS256, EdDSA';
}) as Shape<NewKey>;

export const identityKeys = (host: Host): KeyRecord[] =>
  host.sql<KeyRecord & object>('SELECT id, alg, key, created FROM identity_key ORDER BY created');

export async function listKeys({ owner }: Call): Promise<object> {
  return owner.run((brand) => ({ keys: identityKeys(brand.host).map(({ id, alg, created }) => ({ id, alg, created })) }));
}

/** A secret is made here and shown this once; of a key pair only the public half ever comes here. */
export async function addKey({ owner, house, body }: Call<NewKey>): Promise<object> {
  const { alg } = body;
  const key = alg === 'HS256' ? newSecret(house.random) : body.publicKey!.trim();
  if (alg === 'EdDSA') await readPublicKey(key);
  const id = newId(house.random);
  await owner.run((brand) => {
    if (identityKeys(brand.host).length >= KEYS_MOST) throw new TurnedAway(409, 'conflict', `a brand has at most ${KEYS_MOST} keys: remove one first`);
    brand.host.sql('INSERT INTO identity_key VALUES (?, ?, ?, ?)', id, alg, key, brand.host.now());
  });
  return { id, alg, ...(alg === 'HS256' ? { secret: key } : {}) };
}

export async function removeKey({ owner, knock }: Call): Promise<undefined> {
  const id = knock.req.param('id') ?? '';
  const gone = await owner.run((brand) => brand.host.sql('DELETE FROM identity_key WHERE id = ? RETURNING 1 AS gone', id).length);
  if (!gone) throw notFound();
}

/** @throws TurnedAway 400 in words for whoever pasted it */
export async function readPublicKey(text: string): Promise<CryptoKey> {
  if (/PRIVATE KEY|"d"\s*:/.test(text)) throw badRequest('publicKey: this is a private key: keep it, and paste the public one');
  try {
    const key = text.startsWith('{') ? await importJWK(onlyPublic(JSON.parse(text) as JWK), 'EdDSA') : await importSPKI(text, 'EdDSA');
    if (key instanceof Uint8Array || key.algorithm.name !== 'Ed25519') throw new TypeError('not an Ed25519 key');
    return key;
  } catch {
    throw badRequest('publicKey: must be an Ed25519 public key, as PEM or JWK');
  }
}

/** What else a JWK says of itself (`use`, `alg`, `key_ops`) is not asked. */
const onlyPublic = ({ kty, crv, x }: JWK): JWK => ({ kty, crv, x }) as JWK;
