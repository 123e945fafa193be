/** The operator's doors: what `npm run admin -- --at <url>` asks of a deployment. */
import { SETTINGS } from '../../protocol/settings.ts';
import { BRAND_ID } from '../doors/guard.ts';
import { sameBytes } from '../doors/secrets.ts';
import { tagOf } from '../doors/settings-doors.ts';
import { badRequest, notFound, TurnedAway } from '../doors/turned-away.ts';
import { DEFAULTS } from '../settings.ts';
import { objectOf, shelfOf, shelves } from './cloudflare-directory.ts';
import { type Env, urlOf } from './cloudflare-env.ts';

interface Errand { verb: string; args: string[] }
type Done = { said: string } | { problem: string };

export async function operate(request: Request, env: Env): Promise<Response> {
  try {
    checkToken(request, env);
    if (request.method !== 'POST' || new URL(request.url).pathname !== '/operator/errand') throw notFound();
    const { verb, args } = (await request.json()) as Errand;
    if (typeof verb !== 'string' || !Array.isArray(args)) throw badRequest('this is not an errand');
    return Response.json(await run(env, urlOf(env, request), verb, args));
  } catch (error) {
    if (error instanceof TurnedAway) return error.toResponse();
    throw error;
  }
}

function checkToken(request: Request, { ADMIN_TOKEN }: Env): void {
  if (!ADMIN_TOKEN) throw notFound();
  const bytes = new TextEncoder();
  const given = request.headers.get('authorization') ?? '';
  if (!sameBytes(bytes.encode(given), bytes.encode(`Bearer ${ADMIN_TOKEN}`))) throw new TurnedAway(401, 'unauthorized', 'this is not the token');
}

async function run(env: Env, url: string, verb: string, args: string[]): Promise<Done> {
  const [id = '', name = '', ...rest] = args;
  if (verb === 'brand list') {
    const all = (await Promise.all(shelves(env).map((shelf) => shelf.all()))).flat();
    return { said: all.map((each) => `${each.id}\t${each.origins.join(' ') || 'no sites yet'}`).join('\n') || 'no brands yet' };
  }
  if (!BRAND_ID.test(id)) return { problem: `"${id}" cannot be a brand: use 1 to 40 small letters, digits and dashes` };
  if (verb === 'brand create') {
    const settings = { ...DEFAULTS, ...(name ? { name } : {}), origins: rest };
    const problem = SETTINGS(settings);
    if (problem) return { problem };
    const shelf = shelfOf(env, id);
    const isNew = await shelf.claim(id, '') && await objectOf(env, { id, jurisdiction: '', origins: [] }).create(settings);
    return isNew ? { said: `Brand "${id}" is there. Invite its owner next: admin invite ${id} <email> --owner\nIts tag: ${tagOf(url, id)}` }
      : { problem: `there is a brand "${id}" already` };
  }
  return { problem: `there is no verb "${verb}"` };
}
