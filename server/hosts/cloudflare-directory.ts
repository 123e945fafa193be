/**
 * Which brands there are, where their objects live, and from which pages they may be asked: enough to turn a knock away,
 * or to find the object, without waking it. Sixteen objects share the brands between them, so that none is a bottleneck.
 */
import type { Id } from '../../protocol/messages.ts';
import { Problem } from '../errand.ts';
import type { BrandObject } from './cloudflare-brand.ts';
import type { Env } from './cloudflare-env.ts';
import type { Directory } from './cloudflare-shelf.ts';

export interface Entry { id: Id; jurisdiction: string; origins: string[] }
export type BrandStub = BrandObject & { fetch(request: Request): Promise<Response> };

const SHELVES = 16;
/** The wish for a brand's place is binding, so these are the only ones there are. */
const JURISDICTIONS = ['', 'eu', 'fedramp'];

/** The part of the directory that this brand is in. */
export function shelfOf(env: Env, brand: Id): Directory {
  let sum = 0;
  for (let at = 0; at < brand.length; at++) sum = (sum * 31 + brand.charCodeAt(at)) >>> 0;
  return env.DIRECTORY.getByName(`shelf-${sum % SHELVES}`);
}

export const shelves = (env: Env): Directory[] => Array.from({ length: SHELVES }, (_, n) => env.DIRECTORY.getByName(`shelf-${n}`));

/**
 * Only names that are in the directory may come here: an object begins to be when it is asked for.
 * @throws Problem where this runtime keeps no such promise, as Cloudflare's on one's own machine
 */
export function objectOf({ BRAND }: Pick<Env, 'BRAND'>, { id, jurisdiction }: Entry): BrandStub {
  return (jurisdiction ? within(BRAND, jurisdiction) : BRAND).getByName(id);
}

function within(brands: Env['BRAND'], jurisdiction: string): Env['BRAND'] {
  if (!JURISDICTIONS.includes(jurisdiction)) throw new Problem(`there is no jurisdiction "${jurisdiction}": say eu or fedramp, or leave it out and a brand lives near whoever asks for it first`);
  try {
    return brands.jurisdiction(jurisdiction);
  } catch (error) {
    throw new Problem(`this server cannot keep a brand in "${jurisdiction}": ${(error as Error).message}`);
  }
}

/**
 * Takes the name for a brand that is to be made.
 * @returns where it is to be made, or nothing when the name is taken
 * @throws Problem when there is no such place; nothing was taken then
 */
export async function claimPlace(env: Env, id: Id, jurisdiction = ''): Promise<BrandStub | undefined> {
  const object = objectOf(env, { id, jurisdiction, origins: [] });
  return await shelfOf(env, id).claim(id, jurisdiction) ? object : undefined;
}
