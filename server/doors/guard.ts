/** From a request to a call: what every door has in common, in the order in which it costs least to refuse. */
import { sessionOf, type SignedIn } from '../sessions.ts';
import type { Brand } from '../brand.ts';
import { readBody, readNoBody } from './body.ts';
import { sessionIn } from './cookie.ts';
import { type DoorRates, take } from './door-rates.ts';
import type { Call, Door, Knock, SiteCall } from './door.ts';
import type { Owner } from '../host.ts';
import { allowOrigin, isOurPage, isReadByUs, mayTalk } from './origins.ts';
import { hashOf } from './secrets.ts';
import { waitOf } from '../moving.ts';
import { badRequest, forbidden, notFound, signInFirst, TurnedAway } from './turned-away.ts';

/** What a brand is called in an address. Checked before anything looks for it on a disk. */
export const BRAND_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** @throws TurnedAway for whatever this door does not let in */
export async function admit(door: Door, base: SiteCall): Promise<Call<never>> {
  const { knock, house, rates, from } = base;
  // A door of the site is only handed what there is: see `SiteCall`.
  if (door.side === 'site') return base as Call<never>;
  const owner = await ownerOf(base);
  checkQuery(door, knock);
  if (door.side === 'desk') checkPage(door, knock, house.url);
  if (door.side === 'shop') await checkShop(door, base, owner);
  // A line counts for itself, right before the upgrade.
  if (door.rate !== 'free' && door.side !== 'line' && !wantsSession(door)) take(rates[door.rate], from, house.now());
  const agent = await principalOf(door, base, owner);
  return { ...base, owner: wantsSession(door) ? asLongAs(agent, owner) : owner, agent, body: await bodyOf(door, knock) as never };
}

const wantsSession = ({ side, principal }: Door): boolean => side === 'desk' && (principal === 'agent' || principal === 'owner');

/**
 * Asked in each handler anew: whoever is dismissed while her body trickles in, or while a password is kneaded, does nothing
 * more. Roles do not change but by leaving.
 */
function asLongAs({ session }: SignedIn, owner: Owner): Owner {
  return {
    id: owner.id,
    run: (handler) => owner.run((brand) => {
      if (!sessionOf(brand.host, session)) throw signInFirst();
      return handler(brand);
    }),
  };
}

async function ownerOf({ knock, house }: SiteCall): Promise<Owner> {
  const brand = knock.req.param('brand') ?? '';
  const owner = BRAND_ID.test(brand) ? await house.owner(brand) : undefined;
  if (!owner) throw notFound();
  return { id: owner.id, run: (handler) => owner.run((each) => handler(atHome(each))) };
}

/** Asked in each handler anew: while a password is kneaded the brand may begin to move, and what came in then would be left behind. */
function atHome(brand: Brand): Brand {
  if (brand.moving) throw new TurnedAway(503, 'retry_later', 'this brand is moving: try again in a moment', waitOf(brand.host));
  return brand;
}

/** Each name once, as text, and only those that the door knows: a token has no business in an address. */
function checkQuery({ query = [] }: Door, knock: Knock): void {
  const { searchParams } = new URL(knock.req.url);
  for (const name of new Set(searchParams.keys())) {
    if (!query.includes(name)) throw badRequest(`unknown query field ${JSON.stringify(name.slice(0, 40))}`);
    if (searchParams.getAll(name).length > 1) throw badRequest(`${name}: must stand once`);
    if (searchParams.get(name)!.length > QUERY_CHARS) throw badRequest(`${name}: must have at most ${QUERY_CHARS} characters`);
  }
}
const QUERY_CHARS = 100;

/** Only our own pages may use the cookie: on another's page it is her cookie, but not her will. */
function checkPage({ method }: Door, knock: Knock, own: string): void {
  const { headers } = knock.req.raw;
  if (method === 'GET' ? !isReadByUs(headers) : !isOurPage(headers, own)) throw forbidden('only the inbox itself may ask this');
}

/** Anybody may look at a card; whoever wants more has to stand on one of the brand's pages. */
async function checkShop({ method }: Door, { knock, house, also }: SiteCall, owner: Owner): Promise<void> {
  const listed = await owner.run((brand) => brand.settings.origins);
  const origin = knock.req.header('origin');
  allowOrigin(also, origin, listed, house.url);
  if (method !== 'GET' && !mayTalk(origin, listed, house.url)) throw forbidden('this site is not on the list of this brand');
}

async function principalOf(door: Door, { knock, house, rates }: SiteCall, owner: Owner): Promise<SignedIn> {
  // Who knocks on a line is settled by what it carries, right before the upgrade.
  if (!wantsSession(door)) return STRANGER;
  const secret = sessionIn(knock.req.raw.headers, owner.id, house.url);
  if (!secret) throw signInFirst();
  const hash = await hashOf(secret);
  const signedIn = await owner.run((brand) => sessionOf(brand.host, hash));
  if (!signedIn) throw signInFirst();
  take(rates[door.rate as keyof DoorRates], hash, house.now());
  if (door.principal === 'owner' && signedIn.role !== 'owner') throw forbidden('only an owner may do this');
  return signedIn;
}
/** Stands where nobody is signed in; owns nothing. */
const STRANGER: SignedIn = { agent: '', role: 'agent', session: '' };

async function bodyOf(door: Door, knock: Knock): Promise<unknown> {
  if (door.body) return readBody(knock.req.raw, door.body);
  if (door.method !== 'GET') await readNoBody(knock.req.raw);
  return undefined;
}
