/**
 * What is answered before any brand's object is woken. The same app as everywhere, with a stand-in behind its doors that
 * knows of a brand what the directory knows: where a door asks it for more, the object answers instead. So whatever is
 * refused here is refused in the very words of the object, and whatever is not known here is never guessed.
 */
import { createApp } from '../app.ts';
import type { Brand } from '../brand.ts';
import { networkOf } from '../doors/address.ts';
import { faultOf } from '../doors/fault.ts';
import { BRAND_ID } from '../doors/guard.ts';
import { guardHeaders } from '../doors/headers.ts';
import { allowOrigin, mayTalk } from '../doors/origins.ts';
import { notFound, tooSoon, TurnedAway } from '../doors/turned-away.ts';
import type { House, Owner } from '../host.ts';
import type { Id } from '../../protocol/messages.ts';
import { keepCard, keptCard } from './cloudflare-cards.ts';
import { type Entry, objectOf, shelfOf } from './cloudflare-directory.ts';
import { addressOf, type Env, logLine, random, urlOf } from './cloudflare-env.ts';
import { type Ask, Known } from './cloudflare-known.ts';
import { brandIn, cardKey } from './cloudflare-names.ts';

/** The rate-limit binding counts by the minute. */
const KNOCK_AGAIN_MS = 10_000;
const BUSY_MS = 5_000;
/** A custom domain and the one that comes with the account; a stranger cannot add to them. */
const URLS_MOST = 4;
/** "Misdirected Request": no door says this by itself. */
const ASK_THE_OBJECT = 421;

const known = new Known();
const apps = new Map<string, ReturnType<typeof createApp>>();

/** After an operator's errand: the next knock hears of it; in other isolates within a minute. */
export const forgetBrand = (id: Id): void => known.forget(id);

/** Files, health, the inbox's page, and every brand's doors. */
export async function answer(env: Env, request: Request): Promise<Response> {
  const url = urlOf(env, request);
  const address = addressOf(env, request);
  const id = brandIn(new URL(request.url).pathname);
  try {
    if (id !== undefined && await isTooOften(env, address)) return withHeaders(tooSoon(KNOCK_AGAIN_MS).toResponse(), readableBy(request, id, url));
    if (id !== undefined) await lookAgain(env, request, id, url);
    const said = await appAt(env, url).fetch(headOf(request), { address, accept: () => { throw elsewhere(); } });
    return said.status === ASK_THE_OBJECT && id !== undefined ? await askObject(env, request, id, url, said.headers) : said;
  } catch (error) {
    // The directory is out of reach, and nothing is remembered of this brand.
    logLine('knock_failed', faultOf(error));
    return withHeaders(busy(), readableBy(request, id, url));
  }
}

async function isTooOften(env: Env, address: string): Promise<boolean> {
  return (await env.KNOCKS?.limit({ key: networkOf(address) }))?.success === false;
}

/** A page that is not on the list held here may have been put on it since. */
async function lookAgain(env: Env, request: Request, id: Id, url: string): Promise<void> {
  const origin = request.headers.get('origin');
  const entry = await find(env, id);
  if (entry && origin !== null && !mayTalk(origin, entry.origins, url)) await known.doubt(id, asking(env), Date.now());
}

const find = (env: Env, id: Id): Promise<Entry | undefined> => known.find(id, asking(env), Date.now());
const asking = (env: Env): Ask => (id) => shelfOf(env, id).find(id);

function appAt(env: Env, url: string): ReturnType<typeof createApp> {
  const made = apps.get(url);
  if (made) return made;
  if (apps.size >= URLS_MOST) apps.clear();
  const house: House = {
    url, random, log: logLine, draining: false,
    now: () => Date.now(),
    async owner(id) {
      const entry = BRAND_ID.test(id) ? await find(env, id) : undefined;
      return entry && standIn(entry);
    },
    scrypt: () => { throw elsewhere(); },
    pause: () => { throw elsewhere(); },
    async asset(path) {
      // Cloudflare packs what it sends by itself, as each browser can read it.
      if (path.endsWith('.br')) return undefined;
      const found = await env.ASSETS.fetch(`${url}/${path}`);
      return found.ok ? { body: new Uint8Array(await found.arrayBuffer()) } : undefined;
    },
  };
  const app = createApp(house, env.METRICS_TOKEN ? { metricsToken: env.METRICS_TOKEN } : {});
  apps.set(url, app);
  return app;
}

const elsewhere = (): TurnedAway => new TurnedAway(ASK_THE_OBJECT, 'retry_later', 'the object of this brand answers this');

/** `moving` is the object's to judge: whoever comes in meanwhile meets it there. */
function standIn({ id, origins }: Pick<Entry, 'id' | 'origins'>): Owner {
  const brand = only({ moving: '', settings: only({ origins }) }) as Brand;
  return { id, run: async (handler) => handler(brand) };
}

/** Whoever asks it for more is sent to the object. */
function only(fields: Record<string, unknown>): unknown {
  return new Proxy(fields, {
    get(_, name) {
      if (!Object.hasOwn(fields, name)) throw elsewhere();
      return fields[name as string];
    },
  });
}

/** The request without its body: that is the object's to read. How long it says to be can be judged here. */
function headOf({ method, url, headers, body }: Request): Request {
  return {
    method, url, headers,
    get body() {
      if (body) throw elsewhere();
      return null;
    },
  } as Request;
}

/** @param said what the doors had to say to caches and pages up to here */
async function askObject(env: Env, request: Request, id: Id, url: string, said: Headers): Promise<Response> {
  const entry = await find(env, id);
  // Removed while it was knocked at.
  if (!entry) return withHeaders(notFound().toResponse(), said);
  const key = cardKey(id, url, request);
  const kept = key === undefined ? undefined : await keptCard(key);
  if (kept) return withHeaders(kept, said);
  try {
    const response = await objectOf(env, entry).fetch(request);
    // Only her settings are put: her list may be another one now.
    if (request.method === 'PUT' && response.ok) known.forget(id);
    return key === undefined ? response : keepCard(key, response);
  } catch (error) {
    // Reset by an update or a move, or more than one object can do: nothing of this request was acknowledged.
    logLine('object_failed', { brand: id, ...faultOf(error), overloaded: (error as { overloaded?: boolean }).overloaded === true });
    return withHeaders(busy(), said);
  }
}

const busy = (): Response => new TurnedAway(503, 'retry_later', 'busy: try again in a moment', BUSY_MS).toResponse();

/** What an answer says that never reached a door: the pages of a brand may read it, as far as they are known here. */
function readableBy(request: Request, id: Id | undefined, url: string): Headers {
  const headers = new Headers();
  const entry = id === undefined ? undefined : known.recall(id);
  allowOrigin(headers, request.headers.get('origin') ?? undefined, entry?.origins ?? [], url);
  guardHeaders(headers, url);
  return headers;
}

function withHeaders(response: Response, also: Headers): Response {
  for (const [name, value] of also) if (!response.headers.has(name)) response.headers.set(name, value);
  return response;
}
