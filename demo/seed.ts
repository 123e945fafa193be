/** Makes the demo's two brands, once, and a way in for their first agents: by what any operator can ask of any host. */
import type { Ask } from '../server/admin-ask.ts';
import type { Settings } from '../protocol/settings.ts';
import { type Shop, SHOPS } from './goods.ts';

export interface WayIn { shop: Shop; /** One-time link of the first agent, until somebody has used it. */ join?: string; inbox: string }

/** @param origins where the shops stand now; they are added to what the owner has set since */
export async function seed(ask: Ask, url: string, origins: string[]): Promise<WayIn[]> {
  const ways: WayIn[] = [];
  const brands = (await ask('brand list')).split('\n').map((line) => line.split('\t')[0]);
  for (const shop of SHOPS) {
    if (!brands.includes(shop.brand)) await make(ask, shop, origins);
    const set = JSON.parse(await ask('settings', shop.brand)) as Settings;
    const missing = origins.filter((origin) => !set.origins.includes(origin));
    if (missing.length) await ask('settings', shop.brand, JSON.stringify({ origins: [...set.origins, ...missing] }));
    const isStaffed = (await ask('team', shop.brand)).includes('@');
    const invited = isStaffed ? undefined : await ask('invite', shop.brand, `mina@${shop.brand}.example`, 'owner');
    ways.push({ shop, inbox: `${url}/inbox/${shop.brand}`, ...(invited ? { join: invited.split('\n')[0]! } : {}) });
  }
  return ways;
}

async function make(ask: Ask, shop: Shop, origins: string[]): Promise<void> {
  await ask('brand create', shop.brand, shop.name, ...origins);
  await ask('settings', shop.brand, JSON.stringify({ color: shop.color, logo: shop.mark, greeting: { en: shop.welcome } }));
}
