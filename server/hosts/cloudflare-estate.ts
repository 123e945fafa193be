/** A house of one brand: what the doors and the operator's errands find around them inside its object. */
import type { Brand } from '../brand.ts';
import type { Estate, Owner } from '../host.ts';
import { arrive } from '../moving.ts';
import { type Env, logLine, random } from './cloudflare-env.ts';

/** The object itself. */
export interface Premises {
  readonly id: string;
  owner(): Promise<Owner | undefined>;
  exists(): Promise<boolean>;
  found(first: (brand: Brand) => void): Promise<Owner>;
  remove(): Promise<void>;
}

/** @param url where people reach us */
export const estateOf = (object: Premises, env: Env, url: string): Estate => ({
  url, random, log: logLine, draining: false,
  now: () => Date.now(),
  owner: async (id) => (id === object.id ? object.owner() : undefined),
  brands: async () => (await object.exists() ? [object.id] : []),
  create: (_id, settings) => object.found((brand) => brand.change(settings)),
  makeRoom: (_id, header) => object.found((brand) => arrive(brand, header)),
  remove: () => object.remove(),
  scrypt: (password, salt) => env.SCRYPT.knead(password, salt),
  asset: async () => undefined,
});
