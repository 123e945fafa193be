/**
 * The doors of the sockets. Everything is settled before the upgrade: the brand, the page it is opened from, who it is.
 * The token travels as a sub-protocol, `t.<token>`; an address that carries one is refused, for addresses are written down.
 */
import { SUBPROTOCOL } from '../../protocol/limits.ts';
import { sessionOf } from '../sessions.ts';
import type { Brand } from '../brand.ts';
import { deviceOf } from './device.ts';
import { STRANGERS_MOST, take } from './door-rates.ts';
import type { Call, Knock } from './door.ts';
import type { Who } from '../host.ts';
import { mayTalk } from './origins.ts';
import { hashOf, newId, SECRET } from './secrets.ts';
import { takeSocketTicket } from './tickets.ts';
import { badRequest, forbidden, signInFirst, tooSoon, TurnedAway } from './turned-away.ts';

/** A page that draining turned away comes back to the next process. */
const RETRY_MS = 5_000;
/** For strangers' sockets there is no telling when one of theirs closes. */
const STRANGER_RETRY_MS = 30_000;

export async function visitorSocket(call: Call): Promise<Response> {
  const { knock, owner, house, from } = call;
  wantsUpgrade(call);
  const origins = await owner.run((brand) => brand.settings.origins);
  if (!mayTalk(knock.req.header('origin'), origins, house.url)) throw forbidden('this site is not on the list of this brand');
  const secret = secretIn(knock);
  take(call.rates.connect, from, house.now());
  const token = await hashOf(secret);
  const connection = newId(house.random);
  const device = deviceOf(knock.req.header('user-agent'));
  const visitor = await owner.run((brand) => {
    const admitted = brand.admit(token);
    // Let in all the same: the brand tells it to forget, and a page could not read a refusal.
    if (admitted === 'erased') return token.slice(0, 32);
    if (!brand.visitors.exists(admitted.visitor) && strangers(brand, from) >= STRANGERS_MOST) throw tooSoon(STRANGER_RETRY_MS);
    return admitted.visitor;
  });
  return accept(call, { role: 'visitor', connection, visitor, token, from, ...(device ? { device } : {}) });
}

export async function agentSocket(call: Call): Promise<Response> {
  const { knock, owner, house, from } = call;
  wantsUpgrade(call);
  if (knock.req.header('origin') !== house.url) throw forbidden('only the inbox itself may open this');
  const hash = await hashOf(secretIn(knock));
  const signedIn = await owner.run((brand) => {
    const session = takeSocketTicket(brand.host, hash);
    return session === undefined ? undefined : sessionOf(brand.host, session);
  });
  if (!signedIn) throw signInFirst();
  take(call.rates.agentConnect, signedIn.session, house.now());
  return accept(call, { role: 'agent', connection: newId(house.random), agent: signedIn.agent, session: signedIn.session, from });
}

/** @throws TurnedAway 426, or 503 while draining */
function wantsUpgrade({ knock, house }: Call): void {
  if (knock.req.header('upgrade')?.toLowerCase() !== 'websocket' || !knock.env.accept) {
    throw new TurnedAway(426, 'bad_request', 'this is a WebSocket');
  }
  if (house.draining) throw new TurnedAway(503, 'retry_later', 'restarting', RETRY_MS);
}

/** @throws TurnedAway 400 when the sub-protocols are not ours, 401 when the secret cannot be one */
function secretIn(knock: Knock): string {
  const offered = (knock.req.header('sec-websocket-protocol') ?? '').split(',').map((each) => each.trim());
  if (!offered.includes(SUBPROTOCOL)) throw badRequest(`the sub-protocol must be ${SUBPROTOCOL}`);
  const secrets = offered.filter((each) => each.startsWith('t.')).map((each) => each.slice(2));
  if (secrets.length !== 1) throw badRequest('one sub-protocol must be t.<token>');
  if (!SECRET.test(secrets[0]!)) throw new TurnedAway(401, 'unauthorized', 'this is not a token');
  return secrets[0]!;
}

async function accept({ knock, owner }: Call, who: Who): Promise<Response> {
  return knock.env.accept!(owner, who);
}

/** Open sockets from there of people whom nobody knows yet. */
function strangers(brand: Brand, from: string): number {
  return brand.host.connections('visitors')
    .filter(({ data }) => data.role === 'visitor' && data.from === from && !brand.visitors.exists(data.visitor)).length;
}
