/** What an agent changes of herself, and an owner of her team. */
import { NAME_CHARS } from '../../protocol/limits.ts';
import { SLOTS_MOST } from '../../protocol/settings.ts';
import { either, exactly, type Shape, text, whole } from '../../protocol/shape.ts';
import { endSessionsOf } from '../sessions.ts';
import { take } from './door-rates.ts';
import type { Call } from './door.ts';
import { PASSWORD, checkPassword, keepPassword } from './password.ts';
import { withdrawInvitesBy } from './tickets.ts';
import { forbidden, notFound, TurnedAway } from './turned-away.ts';

export const PROFILE = exactly({ name: text(NAME_CHARS, 1) });
const none: Shape<null> = (value) => value === null ? undefined : `must be a whole number from 1 to ${SLOTS_MOST}, or null`;
export const NEW_SLOTS = exactly({ slots: either<number | null>(whole(1, SLOTS_MOST) as Shape<number | null>, none as Shape<number | null>) });
export const NEW_PASSWORD = exactly({ old: text(200, 1), new: PASSWORD });

export async function profile({ owner, agent, body }: Call<{ name: string }>): Promise<object> {
  return owner.run((brand) => {
    brand.rename(agent.agent, body.name.trim() || brand.agents.find(agent.agent)!.name);
    return { agent: brand.agents.find(agent.agent) };
  });
}

/** Every other browser that was signed in as her has to sign in again. */
export async function changePassword({ owner, agent, house, body, rates }: Call<{ old: string; new: string }>): Promise<undefined> {
  take(rates.account, `password ${owner.id} ${agent.agent}`, house.now());
  const kept = await owner.run((brand) =>
    brand.host.sql<{ password: string }>('SELECT password FROM agent WHERE id = ?', agent.agent)[0]?.password);
  if (!await checkPassword(house, body.old, kept)) throw new TurnedAway(403, 'forbidden', 'old: this is not your password');
  const password = await keepPassword(house, body.new);
  await owner.run((brand) => {
    brand.host.sql('UPDATE agent SET password = ? WHERE id = ?', password, agent.agent);
    endSessionsOf(brand, agent.agent, agent.session);
  });
}

/** How many threads routing gives her at once; null: as many as everybody. An owner's to say of anybody, and everybody's of herself. */
export async function setSlots({ owner, agent, knock, body }: Call<{ slots: number | null }>): Promise<object> {
  const id = knock.req.param('id') ?? '';
  return owner.run((brand) => {
    const colleague = brand.agents.find(id);
    if (!colleague || colleague.left) throw notFound();
    if (agent.role !== 'owner' && agent.agent !== id) throw forbidden('only an owner may do this for others');
    brand.setSlots(id, body.slots);
    return { agent: brand.agents.find(id) };
  });
}

/** May no longer sign in, from this moment on and in every browser, nor come back by a link she made. A brand keeps at least one owner. */
export async function dismiss({ owner, house, knock }: Call): Promise<undefined> {
  const id = knock.req.param('id') ?? '';
  await owner.run((brand) => {
    const team = brand.colleagues().filter((each) => !each.left);
    const leaving = team.find((each) => each.id === id);
    if (!leaving) throw notFound();
    if (leaving.role === 'owner' && team.filter((each) => each.role === 'owner').length === 1) {
      throw new TurnedAway(409, 'conflict', 'a brand needs an owner: make somebody else an owner first');
    }
    endSessionsOf(brand, id);
    withdrawInvitesBy(brand.host, id);
    brand.dismiss(id);
  });
  house.log('agent_dismissed', { brand: owner.id, agent: id });
}
