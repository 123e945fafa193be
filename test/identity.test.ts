import { createHmac, generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyRecord } from '../server/doors/identity-keys.ts';
import { prove } from '../server/doors/identity.ts';
import { ask, askAsShop, type FrontDoor, hire, newToken, openFrontDoor, signInAs, START } from './front-door.ts';

const SECRET = 'k'.repeat(43);
const NOW_S = START / 1_000;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const PEM = publicKey.export({ type: 'spki', format: 'pem' }) as string;
const HS: KeyRecord = { id: 'hs', alg: 'HS256', key: SECRET, created: 0 };
const ED: KeyRecord = { id: 'ed', alg: 'EdDSA', key: PEM, created: 0 };

const b64 = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const CLAIMS = { sub: 'u1', aud: 'acme', iat: NOW_S, exp: NOW_S + 3_600 };
const HEADER = { alg: 'HS256', typ: 'JWT' };
/** Signed by hand, so that a vector may be as wrong as it likes. */
function sign(header: unknown = HEADER, claims: unknown = CLAIMS, secret = SECRET): string {
  const text = `${b64(header)}.${b64(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
const byEd = (claims: Record<string, unknown> = CLAIMS, alg = 'EdDSA') => new SignJWT(claims).setProtectedHeader({ alg }).sign(privateKey);
const proven = (jwt: string, keys = [HS, ED]) => prove(jwt, 'acme', keys, START);

describe('a signed token proves who she is', () => {
  test('with the shared secret, with name and email when they are there', async () => {
    expect(await proven(sign())).toEqual({ subject: 'u1' });
    expect(await proven(sign(HEADER, { ...CLAIMS, name: 'Ann', email: 'ann@x.example', plan: { tier: 3 } })))
      .toEqual({ subject: 'u1', name: 'Ann', email: 'ann@x.example' });
  });
  test('with an Ed25519 key, given as PEM or as JWK', async () => {
    const jwk = JSON.stringify({ ...await exportJWK(publicKey), use: 'sig', kid: 'x' });
    expect(await proven(await byEd())).toEqual({ subject: 'u1' });
    expect(await proven(await byEd(CLAIMS, 'Ed25519'))).toEqual({ subject: 'u1' });
    expect(await proven(await byEd(), [{ ...ED, key: jwk }])).toEqual({ subject: 'u1' });
  });
  test('whichever of the keys has signed it, or exactly the one it names', async () => {
    const other: KeyRecord = { ...HS, id: 'other', key: 'o'.repeat(43) };
    expect(await proven(sign(), [other, HS])).toEqual({ subject: 'u1' });
    expect(await proven(sign({ ...HEADER, kid: 'hs' }), [other, HS])).toEqual({ subject: 'u1' });
    expect(await proven(sign({ ...HEADER, kid: 'other' }), [other, HS])).toBeUndefined();
  });
  test('with clocks that differ by up to a minute', async () => {
    expect(await proven(sign(HEADER, { ...CLAIMS, iat: NOW_S + 59 }))).toBeDefined();
    expect(await proven(sign(HEADER, { ...CLAIMS, iat: NOW_S - 3_600, exp: NOW_S - 59 }))).toBeDefined();
  });
});

/** Each one wrong in one way (A30). */
const FORGED: Record<string, () => string | Promise<string>> = {
  'alg none, unsigned': () => `${b64({ alg: 'none' })}.${b64(CLAIMS)}.`,
  'alg None, signed all the same': () => sign({ alg: 'None' }),
  'no alg': () => sign({ typ: 'JWT' }),
  'an empty signature': () => `${b64(HEADER)}.${b64(CLAIMS)}.`,
  'another secret': () => sign(HEADER, CLAIMS, 'x'.repeat(43)),
  'HS256 with the public key as its secret': () => sign(HEADER, CLAIMS, PEM),
  'EdDSA said, HMAC done': () => sign({ alg: 'EdDSA' }),
  'HS512 with the right secret': () => {
    const text = `${b64({ alg: 'HS512' })}.${b64(CLAIMS)}`;
    return `${text}.${createHmac('sha512', SECRET).update(text).digest('base64url')}`;
  },
  'another brand\'s audience': () => sign(HEADER, { ...CLAIMS, aud: 'other' }),
  'an audience of several': () => sign(HEADER, { ...CLAIMS, aud: ['acme', 'other'] }),
  'no audience': () => sign(HEADER, { sub: 'u1', iat: NOW_S, exp: NOW_S + 60 }),
  'no subject': () => sign(HEADER, { aud: 'acme', iat: NOW_S, exp: NOW_S + 60 }),
  'an empty subject': () => sign(HEADER, { ...CLAIMS, sub: '' }),
  'a subject that is a number': () => sign(HEADER, { ...CLAIMS, sub: 7 }),
  'a subject of 201 characters': () => sign(HEADER, { ...CLAIMS, sub: 's'.repeat(201) }),
  'no iat': () => sign(HEADER, { sub: 'u1', aud: 'acme', exp: NOW_S + 60 }),
  'no exp': () => sign(HEADER, { sub: 'u1', aud: 'acme', iat: NOW_S }),
  'an exp that is text': () => sign(HEADER, { ...CLAIMS, exp: String(NOW_S + 60) }),
  'a time of 1e309': () => sign(HEADER, `{"sub":"u1","aud":"acme","iat":${NOW_S},"exp":1e309}`),
  'run out': () => sign(HEADER, { ...CLAIMS, iat: NOW_S - 7_200, exp: NOW_S - 61 }),
  'of a day and a second': () => sign(HEADER, { ...CLAIMS, exp: NOW_S + 86_401 }),
  'made in the future': () => sign(HEADER, { ...CLAIMS, iat: NOW_S + 61 }),
  'not to be used yet': () => sign(HEADER, { ...CLAIMS, nbf: NOW_S + 120 }),
  'an unknown kid': () => sign({ ...HEADER, kid: '../../etc/passwd' }),
  'a kid that is an object': () => sign({ ...HEADER, kid: { toString: 'hs' } }),
  'a crit that nobody knows': () => sign({ ...HEADER, crit: ['exp'], exp: 1 }),
  'a key of its own in the header': () => sign({ ...HEADER, jwk: { kty: 'oct', k: 'eA' } }, CLAIMS, 'x'.repeat(43)),
  'doubled claims': () => sign(HEADER, `{"sub":"u1","sub":"u2","aud":"acme","iat":${NOW_S},"exp":${NOW_S + 60}}`),
  'doubled header names': () => sign('{"alg":"none","alg":"HS256"}'),
  'a name that is an object': () => sign(HEADER, { ...CLAIMS, name: { type: 'img' } }),
  'a payload that is a list': () => sign(HEADER, [CLAIMS]),
  'a payload that is no JSON': () => sign(HEADER, 'sub=u1'),
  'ten kilobytes': () => sign(HEADER, { ...CLAIMS, fill: 'f'.repeat(10_000) }),
  'four parts': () => `${sign()}.x`,
  'two parts': () => sign().split('.').slice(0, 2).join('.'),
  'nothing': () => '',
  'another signature on another payload': async () => [b64(HEADER), b64({ ...CLAIMS, sub: 'u2' }), (await byEd()).split('.')[2]].join('.'),
};

describe('a token that is wrong in any way proves nothing (A30)', () => {
  test.each(Object.entries(FORGED))('%s', async (_name, forge) => {
    expect(await proven(await forge())).toBeUndefined();
  });
  test('a secret under 32 bytes is no secret, even for a token that it signed', async () => {
    const short = 's'.repeat(31);
    expect(await proven(sign(HEADER, CLAIMS, short), [{ ...HS, key: short }])).toBeUndefined();
  });
  test('any one character of it changed', async () => {
    const jwt = sign();
    for (let at = 0; at < jwt.length; at += 7) {
      const bent = jwt.slice(0, at) + (jwt[at] === 'A' ? 'B' : 'A') + jwt.slice(at + 1);
      // The last character of a part carries bits that are not read; only those that are must matter.
      if (Buffer.from(bent.split('.')[2]!, 'base64url').equals(Buffer.from(jwt.split('.')[2]!, 'base64url')) && at > jwt.lastIndexOf('.')) continue;
      expect(await proven(bent), `character ${at}`).toBeUndefined();
    }
  });
});

describe('POST identify', () => {
  let door: FrontDoor;
  let owner: string;
  let secret: string;
  const identify = (token: string, jwt: string) => askAsShop(door, '/v1/acme/identify', { token, jwt });
  const say = (token: string, thread: string, body: string) =>
    askAsShop(door, '/v1/acme/frames', { token, frames: [{ type: 'say', id: `m-${thread}`, thread, body }] });
  const hers = async (token: string) => {
    const response = await askAsShop(door, '/v1/acme/frames', { token, frames: [{ type: 'hi', v: 1, rev: 0 }] });
    const { frames } = await response.json() as { frames: { type: string; set?: { kind: string; body?: string }[]; me?: object }[] };
    const ok = frames.find(({ type }) => type === 'ok')!;
    return { bodies: ok.set!.filter(({ kind }) => kind === 'message').map(({ body }) => body), me: ok.me };
  };

  beforeAll(async () => {
    door = await openFrontDoor({ brands: ['acme', 'other'] });
    await hire(door, 'ann', 'owner');
    owner = await signInAs(door, 'ann');
    const made = await ask(door, '/v1/acme/desk/keys', { body: { alg: 'HS256' }, cookie: owner });
    secret = (await made.json() as { secret: string }).secret;
    expect(Buffer.from(secret).length).toBeGreaterThanOrEqual(32);
  });
  afterAll(() => door.close());

  test('every wrong token gets the same answer (A17, A30)', async () => {
    const answers = new Set<string>();
    for (const forge of [FORGED['alg none, unsigned']!, FORGED['run out']!, FORGED['nothing']!, FORGED['ten kilobytes']!, FORGED['an unknown kid']!]) {
      const response = await identify(newToken(), await forge());
      answers.add(`${response.status} ${await response.text()}`);
    }
    expect([...answers]).toEqual([expect.stringMatching(/^401 .*"bad_identity"/)]);
  });

  test('joins the threads of one person\'s devices, and moves nobody else\'s (A31)', async () => {
    const [phone, laptop, stranger] = [newToken(), newToken(), newToken()];
    await say(phone, 't-phone', 'from the phone');
    await say(laptop, 't-laptop', 'from the laptop');
    await say(stranger, 't-stranger', 'from somebody else');
    const jwt = sign(HEADER, { ...CLAIMS, sub: 'ann-1', name: 'Ann' }, secret);
    expect(await (await identify(phone, jwt)).json()).toEqual({ visitor: { name: 'Ann', verified: true } });
    expect((await identify(laptop, jwt)).status).toBe(200);
    for (const token of [phone, laptop]) {
      expect(await hers(token)).toMatchObject({ me: { verified: true, name: 'Ann' } });
      const { bodies } = await hers(token);
      expect(bodies).toEqual(expect.arrayContaining(['from the phone', 'from the laptop']));
      expect(bodies).not.toContain('from somebody else');
    }
    const { bodies } = await hers(stranger);
    expect(bodies.filter((body) => body?.startsWith('from'))).toEqual(['from somebody else']);
  });

  test('a device that belongs to another signed person is refused, and stays hers', async () => {
    const token = newToken();
    await say(token, 't-first', 'mine');
    expect((await identify(token, sign(HEADER, { ...CLAIMS, sub: 'first' }, secret))).status).toBe(200);
    const second = await identify(token, sign(HEADER, { ...CLAIMS, sub: 'second' }, secret));
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ error: { code: 'other_person' } });
    expect((await hers(token)).bodies).toContain('mine');
  });

  test('what is not signed is a label and stays unverified (A31)', async () => {
    const token = newToken();
    await say(token, 't-label', 'hello');
    const response = await askAsShop(door, '/v1/acme/frames', { token, frames: [{ type: 'label', id: 'l1', name: 'Ann', email: 'ann@x.example' }] });
    expect(response.status).toBe(200);
    expect(await hers(token)).toMatchObject({ me: { verified: false } });
    const bodies = (await hers(token)).bodies;
    expect(bodies).not.toContain('from the phone');
  });

  test('another brand\'s key proves nothing here', async () => {
    const response = await askAsShop(door, '/v1/other/identify', { token: newToken(), jwt: sign(HEADER, { ...CLAIMS, aud: 'other' }, secret) });
    expect(response.status).toBe(401);
  });

  test('a removed key proves nothing any more, and the list never shows a secret', async () => {
    const made = await (await ask(door, '/v1/acme/desk/keys', { body: { alg: 'HS256' }, cookie: owner })).json() as { id: string; secret: string };
    expect((await identify(newToken(), sign(HEADER, { ...CLAIMS, sub: 'brief' }, made.secret))).status).toBe(200);
    const listed = await (await ask(door, '/v1/acme/desk/keys', { cookie: owner })).text();
    expect(listed).toContain(made.id);
    expect(listed).not.toContain(made.secret);
    expect((await ask(door, `/v1/acme/desk/keys/${made.id}`, { method: 'DELETE', body: {}, cookie: owner })).status).toBe(204);
    expect((await identify(newToken(), sign(HEADER, { ...CLAIMS, sub: 'brief' }, made.secret))).status).toBe(401);
  });

  test('a public key is taken, a private one or another kind is refused in words', async () => {
    const add = (publicKeyText: string) => ask(door, '/v1/acme/desk/keys', { body: { alg: 'EdDSA', publicKey: publicKeyText }, cookie: owner });
    expect((await add(PEM)).status).toBe(200);
    expect((await identify(newToken(), await byEd({ ...CLAIMS, sub: 'ed' }))).status).toBe(200);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ type: 'spki', format: 'pem' }) as string;
    for (const [text, words] of [
      [privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, /private key/], [rsa, /Ed25519/], ['hello', /Ed25519/], ['{"kty":"oct","k":"eA"}', /Ed25519/], ['{', /Ed25519/],
    ] as const) {
      const response = await add(text);
      expect(response.status).toBe(400);
      expect(await response.text()).toMatch(words);
    }
  });
});
