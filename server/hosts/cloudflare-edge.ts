/** What the Worker decides by itself, so that a knock which leads nowhere wakes nobody. */
import { networkOf } from '../doors/address.ts';
import { tooSoon, type TurnedAway } from '../doors/turned-away.ts';
import type { Id } from '../../protocol/messages.ts';
import { type Entry, shelfOf } from './cloudflare-directory.ts';
import { addressOf, type Env } from './cloudflare-env.ts';

/** A new site of a brand is let in after that at the latest. */
const KNOWN_MS = 60_000;
const UNKNOWN_MS = 5_000;
const ENTRIES_MOST = 10_000;
const RETRY_MS = 10_000;

const known = new Map<Id, { entry: Entry | undefined; until: number }>();

export async function findBrand(env: Env, id: Id): Promise<Entry | undefined> {
  const held = known.get(id);
  if (held && held.until > Date.now()) return held.entry;
  const entry = await shelfOf(env, id).find(id);
  if (known.size >= ENTRIES_MOST) known.clear();
  known.set(id, { entry, until: Date.now() + (entry ? KNOWN_MS : UNKNOWN_MS) });
  return entry;
}

/** @returns the refusal, or nothing: then the brand's own doors decide */
export async function checkKnock(env: Env, request: Request, _entry: Entry): Promise<TurnedAway | undefined> {
  const allowed = await env.KNOCKS?.limit({ key: networkOf(addressOf(env, request)) });
  return allowed?.success === false ? tooSoon(RETRY_MS) : undefined;
}
