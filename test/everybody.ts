/**
 * Two brands with somebody of every kind in each, for `authorisation.test.ts`. What may not be seen by others says so: every
 * text of Vera's, and everything of the other brand's, holds `SECRET`.
 */
import { readFileSync } from 'node:fs';
import { FROM_AGENT, FROM_VISITOR } from '../protocol/from-clients.ts';
import { makeInvite } from '../server/doors/invites.ts';
import { hashOf } from '../server/doors/secrets.ts';
import { openSession } from '../server/sessions.ts';
import { cookie } from '../server/doors/cookie.ts';
import { ask, askAsShop, type FrontDoor, hire, newToken, openFrontDoor, signInAs } from './front-door.ts';

export const SECRET = 'nobody else may read this';

export interface Everybody {
  door: FrontDoor;
  /** Of `acme`, but where they say otherwise. */
  cookies: Record<'owner' | 'agent' | 'expired' | 'dismissed' | 'other brand' | 'forged' | 'visitor as agent' | 'other brand renamed', string>;
  tokens: Record<'vera' | 'eve' | 'otto' | 'erased' | 'stranger', string>;
  /** By brand: what a caller could name in it. */
  things: Record<'acme' | 'other', Record<'thread' | 'visitor' | 'colleague' | 'invitation' | 'key', string>>;
  /** One-time codes by what became of them, and the secret of the other brand's identity key. */
  codes: Record<'fresh' | 'used' | 'late' | 'other brand', string>;
  otherKey: { id: string; secret: string };
  elsewhere(): string;
  /** So much later, with everything done that fell due meanwhile. */
  later(ms: number): Promise<void>;
  /** Every row of a brand's own tables, as one text each; not what the clock alone moves: jobs, and when a session was used last. */
  rows(brand: 'acme' | 'other'): Promise<string[]>;
}

export async function gatherEverybody(): Promise<Everybody> {
  const door = await openFrontDoor({ brands: ['acme', 'other'] });
  let nat = 0;
  const elsewhere = () => `203.${++nat >> 16}.${(nat >> 8) & 255}.${nat & 255}`;
  for (const [id, role, brand] of [['ann', 'owner', 'acme'], ['bob', 'agent', 'acme'], ['dan', 'owner', 'acme'], ['olga', 'owner', 'other'], ['oskar', 'agent', 'other']] as const) {
    await hire(door, id, role, brand);
  }
  const expired = await signInAs(door, 'ann');
  const late = await codeOf(door, 'acme', 'late@acme.example');
  door.clock.now += 8 * 24 * 3_600_000;
  const owner = await signInAs(door, 'ann');
  const dismissed = await dismiss(door);
  const olga = await signInAs(door, 'olga', 'other');
  const tokens = { vera: newToken(), eve: newToken(), otto: newToken(), erased: newToken(), stranger: newToken() };
  const visitors = {
    vera: await speak(door, 'acme', tokens.vera, 'vera-t', elsewhere()), eve: await speak(door, 'acme', tokens.eve, 'eve-t', elsewhere(), 'hello'),
    otto: await speak(door, 'other', tokens.otto, 'otto-t', elsewhere()), erased: await speak(door, 'acme', tokens.erased, 'erased-t', elsewhere()),
    // Otto comes to both brands, and a device's id is made from its token: somebody who is known to one alone.
    olaf: await speak(door, 'other', newToken(), 'olaf-t', elsewhere()),
  };
  const acme = (await door.house.owner('acme'))!;
  await acme.run((brand) => brand.write((change) => brand.visitors.erase(change, visitors.erased)));
  const used = await codeOf(door, 'acme', 'used@acme.example');
  await acme.run((brand) => brand.host.sql("DELETE FROM ticket WHERE holder = 'used@acme.example'"));
  const codes = { fresh: await codeOf(door, 'acme', 'fresh@acme.example'), used, late, 'other brand': await codeOf(door, 'other', 'fresh@other.example') };
  const keyOf = async (brand: string, by: string) => await (await ask(door, `/v1/${brand}/desk/keys`, { body: { alg: 'HS256' }, cookie: by })).json() as { id: string; secret: string };
  const [key, otherKey] = [await keyOf('acme', owner), await keyOf('other', olga)];
  return {
    door, tokens, codes, otherKey, elsewhere,
    cookies: {
      owner, agent: await signInAs(door, 'bob'), expired, dismissed, 'other brand': olga, 'other brand renamed': olga.replace('-other=', '-acme='),
      forged: cookie('acme', door.house.url, newToken()).split(';')[0]!, 'visitor as agent': cookie('acme', door.house.url, tokens.vera).split(';')[0]!,
    },
    things: {
      acme: { thread: 'vera-t', visitor: visitors.vera, colleague: 'bob', invitation: 'fresh@acme.example', key: key.id },
      other: { thread: 'otto-t', visitor: visitors.olaf, colleague: 'oskar', invitation: 'fresh@other.example', key: otherKey.id },
    },
    async later(ms) {
      door.clock.now += ms;
      for (const brand of ['acme', 'other']) await (await door.house.owner(brand))!.run((each) => each.wake());
    },
    async rows(brand) {
      return (await door.house.owner(brand))!.run(({ host }) => {
        const tables = host.sql<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'told%' AND name <> 'job' ORDER BY name");
        return tables.flatMap(({ name }) => host.sql(`SELECT * FROM ${name}`).map((row) => `${name} ${JSON.stringify({ ...row, ...(name === 'session' ? { used: 0 } : {}) })}`)).sort();
      });
    },
  };
}

async function codeOf(door: FrontDoor, brand: string, email: string): Promise<string> {
  return (await makeInvite(door.house, (await door.house.owner(brand))!, { email, role: 'owner' })).link.split('#join=')[1]!;
}

/** Gone, with a session that somebody forgot to end: that it is there must not be enough. */
async function dismiss(door: FrontDoor): Promise<string> {
  const secret = newToken();
  const hash = await hashOf(secret);
  await (await door.house.owner('acme'))!.run((brand) => {
    brand.dismiss('dan');
    openSession(brand, 'dan', hash);
  });
  return cookie('acme', door.house.url, secret).split(';')[0]!;
}

/** @returns the id of the visitor who has now said and shown something that is hers alone, or `body` */
async function speak(door: FrontDoor, brand: string, token: string, thread: string, address: string, body = SECRET): Promise<string> {
  const said = await askAsShop(door, `/v1/${brand}/frames`, { token, frames: [
    { type: 'say', id: `${thread}-1`, thread, body }, { type: 'label', id: `${thread}-2`, name: body },
    { type: 'hi', v: 1, rev: 0, page: { url: 'https://shop.example/', title: body } }] }, { address });
  const { frames } = await said.json() as { frames: { type: string; me?: { id: string } }[] };
  return frames.find(({ type }) => type === 'ok')!.me!.id;
}

const PAGE = readFileSync(new URL('../protocol/README.md', import.meta.url), 'utf8');
export interface Sample { type: string; [field: string]: unknown }
/** Every frame that the protocol's page shows a client saying. */
export const SAMPLES: Record<'visitor' | 'agent', Sample[]> = { visitor: samplesOf('visitor'), agent: samplesOf('agent') };
export const READ = { visitor: FROM_VISITOR, agent: FROM_AGENT };

function samplesOf(speaker: string): Sample[] {
  return [...PAGE.matchAll(/^```json (\S+)\n([\s\S]*?)^```$/gm)].filter(([, by]) => by === speaker).map(([, , json]) => JSON.parse(json!) as Sample);
}
