/** What an agent changes of herself, and an owner of her team. */
import { NAME_CHARS } from '../../protocol/limits.ts';
import { exactly, text } from '../../protocol/shape.ts';
import { endSessionsOf } from '../sessions.ts';
import { take } from './door-rates.ts';
import type { Call } from './door.ts';
import { PASSWORD, checkPassword, keepPassword } from './password.ts';
import { notFound, TurnedAway } from './turned-away.ts';

export const PROFILE = exactly({ name: text(NAME_CHARS, 1) });
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

/** May no longer sign in, from this moment on and in every browser. A brand keeps at least one owner. */
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
    brand.dismiss(id);
  });
  house.log('agent_dismissed', { brand: owner.id, agent: id });
}
