/**
 * What a door is: a route that says who may come in, from where, to whose house, to lay hands on what, how often and with
 * what. `doors.ts` lists them all, and a route that is not such a door, or says less, does not start (`app.ts`). Whatever a
 * door does not say is refused. `test/authorisation.test.ts` knocks at every one of them as everybody.
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

/** Whose brand it is about. Never what a body or a query says: the one in the path, or none at all. */
export type BrandFrom = 'path' | 'none';

/**
 * What a request lays hands on, and so what is looked up before anything happens. `brand`: what every one of them has but
 * once, like its settings. `self`: whoever asks, and nobody she could name. `colleague`, `invitation`, `key`: one of that
 * brand, named by the caller; one of another brand's is not there. `secret`: whatever the one-time code or the signature in
 * the body opens in that brand. `frames`: each of them checks for itself (`frame-rules.ts`). `file`: one that was built.
 */
export type Grasp = 'nothing' | 'brand' | 'self' | 'colleague' | 'invitation' | 'key' | 'secret' | 'frames' | 'file';

export interface Door {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  principal: Principal;
  side: Side;
  brand: BrandFrom;
  grasp: Grasp;
  /** How often: counted by session where one is asked for, else by network. `free`: files and figures, which ask no brand for anything. */
  rate: keyof DoorRates | 'free';
  answer: (call: Call<never>) => Answer | Promise<Answer>;
  body?: BodyRule<unknown>;
  /** The only names a query may have; each once, as text. */
  query?: string[];
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
