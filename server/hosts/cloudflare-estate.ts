/** A house of one brand: what the doors and the operator's errands find around them inside its object. */
import { exports } from 'cloudflare:workers';
import type { Brand } from '../brand.ts';
import type { Estate, Owner } from '../host.ts';
import { arrive } from '../moving.ts';
import { logLine, random } from './cloudflare-env.ts';

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
});
