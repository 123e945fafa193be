/** Makes the demo's two brands, once, and a way in for their first agents. */
import { DEFAULTS } from '../server/settings.ts';
import type { NodeHouse } from '../server/hosts/node.ts';
import { makeInvite } from '../server/doors/invites.ts';
import { type Shop, SHOPS } from './goods.ts';

export interface WayIn { shop: Shop; /** One-time link of the first agent, until somebody has used it. */ join?: string; inbox: string }

/** @param origins where the shops stand now; they are added to what the owner has set since */
export async function seed(house: NodeHouse, origins: string[]): Promise<WayIn[]> {
  const ways: WayIn[] = [];
  for (const shop of SHOPS) {
    const owner = await house.owner(shop.brand) ?? await house.create(shop.brand, {
      ...DEFAULTS, name: shop.name, color: shop.color, logo: shop.mark, greeting: { en: shop.welcome }, origins,
    });
    const missing = await owner.run((brand) => origins.filter((origin) => !brand.settings.origins.includes(origin)));
    if (missing.length) await owner.run((brand) => brand.change({ ...brand.settings, origins: [...brand.settings.origins, ...missing] }));
    const isStaffed = await owner.run((brand) => brand.colleagues().some((agent) => !agent.left));
    const invited = isStaffed ? undefined : await makeInvite(house, owner, { email: `mina@${shop.brand}.example`, role: 'owner' });
    ways.push({ shop, inbox: `${house.url}/inbox/${shop.brand}`, ...(invited ? { join: invited.link } : {}) });
  }
  return ways;
}
