/** Coming in and going out. */
import type { Agent, Id } from '../../protocol/messages.ts';
import { exactly, type Shape, text } from '../../protocol/shape.ts';
import { endSession, openSession } from '../sessions.ts';
import type { Brand } from '../brand.ts';
import { cookie, noCookie, sessionIn } from './cookie.ts';
import { take } from './door-rates.ts';
import type { Call } from './door.ts';
import { sameEmail } from './email.ts';
import { checkPassword } from './password.ts';
import { hashOf, newSecret } from './secrets.ts';
import { TurnedAway } from './turned-away.ts';
import { issueSocketTicket } from './tickets.ts';

export interface SignIn { email: string; password: string }
/** Loose on purpose: an address that cannot be one is answered like one that is unknown. */
export const SIGN_IN: Shape<SignIn> = exactly({ email: text(254, 1), password: text(200, 1) });

export async function signIn(call: Call<SignIn>): Promise<Response> {
  const { house, owner, body } = call;
  const email = sameEmail(body.email);
  take(call.rates.account, await hashOf(`${owner.id} ${email}`), house.now());
  const known = await owner.run((brand) => passwordOf(brand, email));
  const right = await checkPassword(house, body.password, known?.password);
  if (!known || !right) {
    house.log('sign_in_refused', { brand: owner.id });
    throw new TurnedAway(401, 'unauthorized', 'this email and password do not belong together');
  }
  return enter(call, (brand) => (passwordOf(brand, email)?.password === known.password ? known.id : undefined));
}

/**
 * Opens a session and hands out its cookie. Whatever session the browser came with ends.
 * @param who looks again inside the handler: between the password and now she may have been dismissed
 */
export async function enter<Body>(call: Call<Body>, who: (brand: Brand) => Id | undefined): Promise<Response> {
  const { house, owner, knock } = call;
  const secret = newSecret(house.random);
  const hash = await hashOf(secret);
  const old = sessionIn(knock.req.raw.headers, owner.id, house.url);
  const oldHash = old && await hashOf(old);
  const agent = await owner.run((brand) => {
    const id = who(brand);
    if (!id) throw new TurnedAway(401, 'unauthorized', 'this email and password do not belong together');
    if (oldHash) endSession(brand, oldHash);
    openSession(brand, id, hash);
    return brand.agents.find(id) as Agent;
  });
  house.log('signed_in', { brand: owner.id, agent: agent.id });
  return knock.json({ agent }, 200, { 'set-cookie': cookie(owner.id, house.url, secret) });
}

export async function signOut({ owner, agent, house, knock }: Call): Promise<Response> {
  await owner.run((brand) => endSession(brand, agent.session));
  return knock.body(null, 204, { 'set-cookie': noCookie(owner.id, house.url) });
}

export async function me({ owner, agent }: Call): Promise<object> {
  return owner.run((brand) => ({ agent: brand.agents.find(agent.agent), brand: faceOf(brand) }));
}

/** For one socket, soon. */
export async function ticket({ owner, agent, house }: Call): Promise<object> {
  const secret = newSecret(house.random);
  const hash = await hashOf(secret);
  await owner.run((brand) => issueSocketTicket(brand.host, hash, agent.session));
  return { ticket: secret };
}

export const faceOf = (brand: Brand): { id: Id; name: string; color: string; logo: string } => {
  const { name, color, logo } = brand.settings;
  return { id: brand.id, name, color, logo };
};

const passwordOf = (brand: Brand, email: string): { id: Id; password: string } | undefined =>
  brand.host.sql<{ id: Id; password: string }>('SELECT id, password FROM agent WHERE email = ? AND gone = 0', email)[0];
