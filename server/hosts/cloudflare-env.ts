/** What `wrangler.jsonc` binds. */
import type { BrandObject } from './cloudflare-brand.ts';
import type { Directory } from './cloudflare-shelf.ts';

export interface Env {
  BRAND: EdgeNamespace<BrandObject>;
  DIRECTORY: EdgeNamespace<Directory>;
  ASSETS: { fetch(request: Request | string): Promise<Response> };
  /** So many knocks a minute from one network, counted by each of Cloudflare's places for itself. */
  KNOCKS?: { limit(options: { key: string }): Promise<{ success: boolean }> };
  /** Where people reach us, like `https://chat.example`; without it, wherever the request went. */
  PUBLIC_URL?: string;
  /** Opens the operator's doors; without it there are none. A secret, 16 characters at least. */
  ADMIN_TOKEN?: string;
  METRICS_TOKEN?: string;
  /** Who says where a request comes from. */
  ADDRESS_HEADER?: string;
}

/** Set by Cloudflare on everything that comes in, whatever the client wrote. */
const ADDRESS_HEADER = 'cf-connecting-ip';

export const urlOf = (env: Env, request: Request): string => env.PUBLIC_URL || new URL(request.url).origin;

export const addressOf = (env: Env, request: Request): string =>
  (request.headers.get(env.ADDRESS_HEADER || ADDRESS_HEADER) ?? '').split(',').at(-1)!.trim();

/** A line of JSON: ids, sizes, codes and durations. */
export function logLine(event: string, fields: Record<string, string | number | boolean> = {}): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), event, ...fields }));
}

export const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes));

const KEY_BYTES = 32;

/** Kept: sockets outlive the object, and with them the names of the networks they came from. */
export function networkKeyOf({ kv }: EdgeStorage): Uint8Array<ArrayBuffer> {
  const kept = kv.get<Uint8Array<ArrayBuffer>>('network-key');
  if (kept) return kept;
  const key = random(KEY_BYTES);
  kv.put('network-key', key);
  return key;
}
