/** What the widget asks beside its frames. */
import { recognise } from '../recognise.ts';
import { exactly, matching, text } from '../../protocol/shape.ts';
import type { BodyRule } from './body.ts';
import type { Call } from './door.ts';
import { identityKeys } from './identity-keys.ts';
import { prove } from './identity.ts';
import { hashOf, SECRET } from './secrets.ts';
import { TurnedAway } from './turned-away.ts';

export const TOKEN = matching(SECRET, 'a token: 43 letters, digits, dashes or underscores');

export interface Identify { token: string; jwt: string }
/** A longer token than any that is read proves nothing either; only beyond this it is not even looked at. */
const JWT_CHARS = 16_000;
export const IDENTIFY: BodyRule<Identify> = { shape: exactly({ token: TOKEN, jwt: text(JWT_CHARS) }), bytes: 16_384, type: 'text' };

/** What anybody may see of a brand. */
export async function card({ owner, knock }: Call): Promise<Response> {
  const lang = knock.req.query('lang');
  const shown = await owner.run((brand) => brand.card(lang));
  return knock.json(shown, 200, { 'cache-control': 'public, max-age=60' });
}

export async function identify({ owner, house, body }: Call<Identify>): Promise<object> {
  const token = await hashOf(body.token);
  const keys = await owner.run((brand) => identityKeys(brand.host));
  const person = await prove(body.jwt, owner.id, keys, house.now());
  if (!person) throw new TurnedAway(401, 'bad_identity', 'this signature proves nothing: see how it must be made');
  const outcome = await owner.run((brand) => recognise(brand, token, person));
  if (outcome === 'erased') throw forgotten();
  if (outcome === 'other_person') throw new TurnedAway(409, 'other_person', 'this device belongs to somebody else: forget it first');
  return { visitor: { ...(person.name ? { name: person.name } : {}), verified: true } };
}

/** On a socket this is close code 4401: the client forgets and begins anew. */
export const forgotten = (): TurnedAway => new TurnedAway(401, 'unauthorized', 'this device was forgotten: begin anew');
