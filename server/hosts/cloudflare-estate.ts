/** A house of one brand: what the doors and the operator's errands find around them inside its object. */
import { exports } from 'cloudflare:workers';
import type { Brand } from '../brand.ts';
import { guardHeaders } from '../doors/headers.ts';
import { notFound, TurnedAway } from '../doors/turned-away.ts';
import type { Estate, Owner } from '../host.ts';
import { arrive } from '../moving.ts';
import { logLine, random } from './cloudflare-env.ts';

const RETRY_LATER_MS = 15_000;

/** The object itself. */
export interface Premises {
  readonly id: string;
  owner(): Promise<Owner | undefined>;
  exists(): Promise<boolean>;
  found(first: (brand: Brand) => void): Promise<Owner>;
  remove(): Promise<void>;
}

/** @param url where people reach us */
export const estateOf = (object: Premises, url: string): Estate => ({
  url, random, log: logLine, draining: false,
  now: () => Date.now(),
  owner: async (id) => (id === object.id ? object.owner() : undefined),
  brands: async () => (await object.exists() ? [object.id] : []),
  create: (_id, settings) => object.found((brand) => brand.change(settings)),
  makeRoom: (_id, header) => object.found((brand) => arrive(brand, header)),
  remove: () => object.remove(),
  // Not a binding to ourselves: that names the Worker, and a first deployment has none yet to bind to.
  scrypt: (password, salt) => exports.Scrypt.knead(password, salt),
  asset: async () => undefined,
  // A handler that has nothing to wait for resolves within the same turn of the loop, and the next one would begin in it.
  pause: () => new Promise((resolve) => setTimeout(resolve)),
});

/** Where there is no brand to knock at. @param broken why it cannot be opened, if there is one all the same */
export function unserved(url: string, broken: Error | undefined): Response {
  const refusal = broken ? new TurnedAway(503, 'retry_later', 'this brand cannot be opened now', RETRY_LATER_MS) : notFound();
  const response = refusal.toResponse();
  guardHeaders(response.headers, url);
  return response;
}
