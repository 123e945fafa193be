/**
 * What a door is: a route that says who may come in, from where, with what. `app.ts` lists them all, and a route that
 * is not such a door does not start. Whatever a door does not say is refused.
 */
import type { Context } from 'hono';
import type { BodyRule } from './body.ts';
import type { SignedIn } from '../sessions.ts';
import type { Bindings, House, Owner } from '../host.ts';
import type { Counters } from './metrics.ts';
import type { DoorRates } from './door-rates.ts';

export type Knock = Context<{ Bindings: Bindings }>;

/** Who may come in. `visitor`: whoever holds a device token; `agent`: a session; `owner`: the session of an owner. */
export type Principal = 'none' | 'visitor' | 'agent' | 'owner';

/**
 * From where. `site`: files and figures, no brand. `shop`: pages of the brand's origins, never with cookies.
 * `desk`: our own pages only, with the session cookie. `line`: an upgrade, which looks after its own refusals.
 */
export type Side = 'site' | 'shop' | 'desk' | 'line';

export interface Door {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  principal: Principal;
  side: Side;
  answer: (call: Call<never>) => Answer | Promise<Answer>;
  body?: BodyRule<unknown>;
  /** The only names a query may have; each once, as text. */
  query?: string[];
  rate?: keyof DoorRates;
}

/** An object is said as JSON; nothing is 204. */
export type Answer = Response | object | undefined;

/** Who knocks: all that a door of the `site` side is handed. */
export interface SiteCall {
  knock: Knock;
  house: House;
  rates: DoorRates;
  counters: Counters;
  /** Said with the answer, or with the refusal. */
  also: Headers;
  /** A hash of the network it comes from, for rate limits. */
  from: string;
}

/** And at whose door, with what: everything checked that the door asked for. */
export interface Call<Body = undefined> extends SiteCall {
  /** The brand of the path. */
  owner: Owner;
  body: Body;
  /** Only where the principal is `agent` or `owner`. */
  agent: SignedIn;
}
