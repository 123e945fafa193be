/** The server as one Hono app: every door of `doors.ts`, guarded. Runs unchanged wherever there is a `House`. */
import { Hono } from 'hono';
import { addressHasher } from './doors/address.ts';
import { doorRates } from './doors/door-rates.ts';
import type { Answer, Door } from './doors/door.ts';
import { type Around, doors } from './doors/doors.ts';
import { faultOf } from './doors/fault.ts';
import { requireFrameRules } from './doors/frame-rules.ts';
import { admit } from './doors/guard.ts';
import { guardHeaders } from './doors/headers.ts';
import type { Bindings, House } from './host.ts';
import { Counters } from './doors/metrics.ts';
import { notFound, TurnedAway } from './doors/turned-away.ts';

/** Asked of a client whose request could not be written: the disk may be full, and somebody has to make room. */
const RETRY_LATER_MS = 15_000;
const KEY_BYTES = 32;

/** What an answer says to caches and pages besides itself is collected while the call is checked, so that a refusal says it too. */
export function createApp(house: House, around: Around = {}): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  const rates = doorRates();
  const counters = new Counters();
  const nameNetwork = addressHasher(around.networkKey ?? house.random(KEY_BYTES));
  const table = doors(around);
  requireFrameRules();
  app.use(async (knock, next) => {
    await next();
    if (knock.res.status !== 101) guardHeaders(knock.res.headers, house.url);
    counters.count('leaveword_requests_total', { status: `${Math.floor(knock.res.status / 100)}xx` });
  });
  for (const door of table) {
    app.on(door.method, door.path, async (knock) => {
      const also = new Headers();
      try {
        const from = await nameNetwork(knock.env.address);
        const call = await admit(door, { knock, house, rates, counters, from, also });
        return withHeaders(toResponse(await door.answer(call)), also);
      } catch (error) {
        return withHeaders(turnAway(door, error, house, counters).toResponse(), also);
      }
    });
  }
  app.notFound(() => notFound().toResponse());
  requireDoors(app, table);
  return app;
}

/**
 * Deny by default: a route that is in no line of the table has nobody who checks it.
 * @throws at start, naming it
 */
export function requireDoors(app: Hono<{ Bindings: Bindings }>, table: Door[]): void {
  const declared = new Set(table.map(({ method, path }) => `${method} ${path}`));
  if (declared.size < table.length) throw new Error('a door is declared twice');
  for (const { method, path } of app.routes) {
    const isMiddleware = method === 'ALL' && path === '/*';
    if (!isMiddleware && !declared.has(`${method} ${path}`)) throw new Error(`${method} ${path} does not say who may come in`);
  }
  for (const door of table) {
    const problem = lacks(door);
    if (problem) throw new Error(`${door.method} ${door.path} ${problem}`);
  }
}

/** What a door leaves unsaid, or says against what its path says. */
function lacks({ path, side, principal, brand, grasp, rate }: Door): string | undefined {
  const isOfBrand = path.includes('/:brand');
  const fits = path.includes('/desk/') ? side === 'desk' : side !== 'desk' && principal !== 'owner';
  if (!principal || !fits) return 'asks for a session where no page of ours can send one, or the other way round';
  if (side === 'desk' && principal === 'none' && grasp !== 'secret') return 'lets in anybody, whatever she shows';
  if (brand !== (isOfBrand ? 'path' : 'none')) return 'does not say whose brand it is about';
  const names = /:(?!brand)/.test(path);
  if (!grasp || (names && ['nothing', 'brand', 'self'].includes(grasp))) return 'does not say what it lays hands on';
  if (!rate || (rate === 'free') !== (side === 'site')) return 'does not say how often';
  return undefined;
}

function toResponse(answer: Answer): Response {
  if (answer instanceof Response) return answer;
  if (answer === undefined) return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
  return Response.json(answer, { headers: { 'cache-control': 'no-store' } });
}

function withHeaders(response: Response, also: Headers): Response {
  for (const [name, value] of also) response.headers.append(name, value);
  return response;
}

/** In the log: which door, what kind of fault and where; never what was said, for the message of an error may hold it. */
function turnAway(door: Door, error: unknown, house: House, counters: Counters): TurnedAway {
  const route = `${door.method} ${door.path}`;
  if (error instanceof TurnedAway) {
    if (error.status === 429) counters.count('leaveword_rate_limited_total', { route });
    if (error.status === 401 || error.status === 403) counters.count('leaveword_denied_total', { route, status: String(error.status) });
    return error;
  }
  counters.count('leaveword_broken_total', { route });
  house.log('door_failed', { route, ...faultOf(error) });
  return 'errcode' in (error as object)
    ? new TurnedAway(503, 'retry_later', 'it could not be written now', RETRY_LATER_MS)
    : new TurnedAway(500, 'broken', 'this is our fault, and it is written down: try again later');
}
