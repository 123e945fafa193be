/** The operator's errands at the edge: who is there is the directory's to say, everything else the brand's own object's. */
import { BRAND_ID } from '../doors/guard.ts';
import { operate as letIn } from '../doors/operator.ts';
import { type Done, type Errand, Problem } from '../errand.ts';
import { type BrandStub, claimPlace, type Entry, objectOf, shelfOf, shelves } from './cloudflare-directory.ts';
import { forgetBrand } from './cloudflare-edge.ts';
import { addressOf, type Env, urlOf } from './cloudflare-env.ts';

export function operate(request: Request, env: Env): Promise<Response> {
  const knocker = { token: env.ADMIN_TOKEN, address: addressOf(env, request), now: Date.now() };
  return letIn(request, knocker, (errand) => run(env, urlOf(env, request), errand));
}

async function run(env: Env, url: string, errand: Errand): Promise<Done> {
  const { verb, args: [id = ''] } = errand;
  if (verb === 'brand list') return { said: (await everybody(env)).map(lineOf).join('\n') || 'no brands yet' };
  if (!BRAND_ID.test(id)) return { problem: `"${id}" cannot be a brand: use 1 to 40 small letters, digits and dashes` };
  try {
    const object = await objectFor(env, id, errand);
    const done = await object.errand(errand, url);
    forgetBrand(id);
    // Removed, or never made after all.
    if (!await object.exists()) await shelfOf(env, id).remove(id);
    return done;
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

async function objectFor(env: Env, id: string, { verb, jurisdiction }: Errand): Promise<BrandStub> {
  const entry = await shelfOf(env, id).find(id);
  if (entry && jurisdiction && jurisdiction !== entry.jurisdiction) throw new Problem(`"${id}" is there already, and kept ${placeOf(entry)}`);
  const object = entry ? objectOf(env, entry) : MAKING.includes(verb) ? await claimPlace(env, id, jurisdiction) : undefined;
  if (!object) throw new Problem(`there is no brand "${id}": see admin brand list`);
  return object;
}

/** After these there may be a brand that was not there before. */
const MAKING = ['brand create', 'arrive'];

const everybody = async (env: Env): Promise<Entry[]> =>
  (await Promise.all(shelves(env).map((shelf) => shelf.all()))).flat().sort((a, b) => (a.id < b.id ? -1 : 1));
const lineOf = (entry: Entry): string => `${entry.id}\t${entry.origins.join(' ') || 'no sites yet'}\t${placeOf(entry)}`;
const placeOf = ({ jurisdiction }: Entry): string => (jurisdiction ? `in "${jurisdiction}"` : 'anywhere');
