/** Leaveword at the edge: the Worker, which finds a brand's object and answers what needs none. */
import { createApp } from '../app.ts';
import { BRAND_ID } from '../doors/guard.ts';
import { notFound, TurnedAway } from '../doors/turned-away.ts';
import type { House, Owner } from '../host.ts';
import { objectOf } from './cloudflare-directory.ts';
import { checkKnock, findBrand } from './cloudflare-edge.ts';
import { addressOf, type Env, logLine, random, urlOf } from './cloudflare-env.ts';
import { operate } from './cloudflare-operator.ts';

export { BrandObject } from './cloudflare-brand.ts';
export { Directory } from './cloudflare-directory.ts';
export { Scrypt } from './cloudflare-scrypt.ts';

const BUSY_MS = 5_000;

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/operator/')) return operate(request, env);
    const brand = /^\/v1\/([^/]+)\//.exec(pathname)?.[1];
    if (brand === undefined) return siteOf(env, request).fetch(request, { address: addressOf(env, request) });
    const entry = BRAND_ID.test(brand) ? await findBrand(env, brand) : undefined;
    if (!entry) return notFound().toResponse();
    const refused = await checkKnock(env, request, entry);
    if (refused) return refused.toResponse();
    try {
      return await objectOf(env, entry).fetch(request);
    } catch (error) {
      // Reset by an update or a move, or more than one object can do: nothing of this request was acknowledged.
      logLine('object_failed', { brand, overloaded: (error as { overloaded?: boolean }).overloaded === true });
      return new TurnedAway(503, 'retry_later', 'busy: try again in a moment', BUSY_MS).toResponse();
    }
  },
};

/** Files, health and the inbox's page; its brands are only names. */
function siteOf(env: Env, request: Request) {
  const url = urlOf(env, request);
  const house: House = {
    url, random, log: logLine, draining: false,
    now: () => Date.now(),
    owner: async (id) => (BRAND_ID.test(id) && await findBrand(env, id) ? nameOnly(id) : undefined),
    scrypt: (password, salt) => env.SCRYPT.knead(password, salt),
    async asset(path) {
      // Cloudflare packs what it sends by itself, as each browser can read it.
      if (path.endsWith('.br')) return undefined;
      const found = await env.ASSETS.fetch(`${url}/${path}`);
      return found.ok ? { body: new Uint8Array(await found.arrayBuffer()) } : undefined;
    },
  };
  return createApp(house, env.METRICS_TOKEN ? { metricsToken: env.METRICS_TOKEN } : {});
}

const nameOnly = (id: string): Owner => ({ id, run: () => Promise.reject(new Error('a brand is asked in its own object')) });
