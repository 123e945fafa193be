/** How people join a team: by a link, once, within a week. */
import type { AgentRole, Id } from '../../protocol/messages.ts';
import { NAME_CHARS } from '../../protocol/limits.ts';
import { choice, exactly, matching, optional, type Shape, text } from '../../protocol/shape.ts';
import { endSessionsOf } from '../sessions.ts';
import type { Call } from './door.ts';
import { EMAIL, sameEmail } from './email.ts';
import { PASSWORD, keepPassword } from './password.ts';
import { SECRET, hashOf, newId, newSecret } from './secrets.ts';
import { enter, faceOf } from './sign-in.ts';
import { findInvite, invites, issueInvite, takeInvite, withdrawInvite } from './tickets.ts';
import { badRequest, notFound, TurnedAway } from './turned-away.ts';
import type { House, Owner } from '../host.ts';

const code = matching(SECRET, 'the code of an invitation');

export const INVITED = exactly({ code });
export interface Join { code: string; name: string; password: string; email?: string }
export const JOIN = exactly({ code, name: text(NAME_CHARS, 1), password: PASSWORD, email: optional(EMAIL) }) as Shape<Join>;
export const INVITE = exactly({ email: EMAIL, role: choice('owner', 'agent') });

/** What an invitation says, without using it up. */
export async function invited({ owner, body }: Call<{ code: string }>): Promise<object> {
  const hash = await hashOf(body.code);
  return owner.run((brand) => {
    const invite = findInvite(brand.host, hash);
    if (!invite) throw usedUp();
    const { email, role, anyEmail } = invite;
    return { email, role, brand: faceOf(brand), ...(anyEmail ? { anyEmail } : {}) };
  });
}

/**
 * Joins, and is signed in. Somebody who is of the team already gets the new name and password, and whoever else was
 * signed in as her is not any more: whoever holds the link has been told by the operator who she is.
 */
export async function join(call: Call<Join>): Promise<Response> {
  const { house, owner, body } = call;
  const hash = await hashOf(body.code);
  if (!await owner.run((brand) => findInvite(brand.host, hash) !== undefined)) throw usedUp();
  const password = await keepPassword(house, body.password);
  const id = newId(house.random);
  return enter(call, (brand) => {
    const invite = takeInvite(brand.host, hash);
    if (!invite) throw usedUp();
    if (body.email !== undefined && !invite.anyEmail) throw badRequest('email: the invitation says it already');
    const email = body.email === undefined ? invite.email : sameEmail(body.email);
    if (email !== invite.email && brand.colleagues().some((each) => each.email === email)) throw alreadyHere();
    const agent = brand.hire({ id, email, name: body.name.trim() || email, role: invite.role, password });
    endSessionsOf(brand, agent);
    return agent;
  });
}

export async function listInvites({ owner }: Call): Promise<object> {
  return owner.run((brand) => ({ invites: invites(brand.host).map(({ email, role, due }) => ({ email, role, due })) }));
}

export async function invite({ owner, house, body, agent }: Call<{ email: string; role: AgentRole }>): Promise<object> {
  const email = sameEmail(body.email);
  const isHere = await owner.run((brand) => brand.colleagues().some((each) => each.email === email && !each.left));
  if (isHere) throw alreadyHere();
  return { ...await makeInvite(house, owner, { email, role: body.role, by: agent.agent }), email };
}

/** Makes an invitation and its link; also what the admin command and the first start do. */
export async function makeInvite(
  house: Pick<House, 'random' | 'url'>, owner: Owner, wanted: { email: string; role: AgentRole; anyEmail?: boolean; by?: Id },
): Promise<{ link: string; due: number }> {
  const secret = newSecret(house.random);
  const hash = await hashOf(secret);
  const due = await owner.run((brand) => issueInvite(brand.host, hash, wanted));
  return { link: `${house.url}/inbox/${owner.id}#join=${secret}`, due };
}

export async function withdraw({ owner, knock }: Call): Promise<undefined> {
  const email = sameEmail(knock.req.param('email') ?? '');
  if (!await owner.run((brand) => withdrawInvite(brand.host, email))) throw notFound();
}

const alreadyHere = (): TurnedAway => new TurnedAway(409, 'conflict', 'somebody with this address is of the team already');
/** One answer for a code that never was, was used, or is too old. */
const usedUp = (): TurnedAway => new TurnedAway(404, 'not_found', 'this invitation was used already, or is too old: ask for a new one');

