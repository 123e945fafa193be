/** The operator's door of a deployment that has no socket file to knock on: errands over HTTPS, for whoever holds the token. */
import { exactly, list, matching, optional, text } from '../../protocol/shape.ts';
import { type Done, type Errand, ERRAND_CHARS } from '../errand.ts';
import { Buckets, rule } from '../rates.ts';
import { networkOf } from './address.ts';
import { readBody } from './body.ts';
import { sameBytes } from './secrets.ts';
import { notFound, tooSoon, TurnedAway } from './turned-away.ts';

/** A shorter token could be guessed: with one the door stays shut. */
export const TOKEN_CHARS = 16;
const VERB_CHARS = 40;
const ARGS_MOST = 50;
const ERRAND = {
  shape: exactly({ verb: text(VERB_CHARS, 1), args: list(text(ERRAND_CHARS), ARGS_MOST), jurisdiction: optional(matching(/^[a-z]{1,20}$/, 'a jurisdiction, like "eu"')) }),
  // Every character of a page that moves may be of three bytes.
  bytes: 3 * ERRAND_CHARS, type: 'json',
} as const;

/** Wrong tokens, by network; the right one is never kept waiting. */
const wrong = new Buckets(rule(10, 5 * 60_000));

export interface Knocker {
  /** What this deployment was told the token is; without one it has no such door. */
  token: string | undefined;
  address: string;
  now: number;
}

/** `POST /operator/errand`, `{verb, args}` → 200 `{said}` or `{problem}`. @throws whatever `run` throws */
export async function operate(request: Request, { token = '', address, now }: Knocker, run: (errand: Errand) => Promise<Done>): Promise<Response> {
  try {
    if (token.length < TOKEN_CHARS || request.method !== 'POST' || new URL(request.url).pathname !== '/operator/errand') throw notFound();
    if (!isToken(request.headers.get('authorization') ?? '', token)) {
      const wait = wrong.take(networkOf(address), now);
      throw wait ? tooSoon(wait) : new TurnedAway(401, 'unauthorized', 'this is not the token');
    }
    return Response.json(await run(await readBody(request, ERRAND)), { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    if (error instanceof TurnedAway) return error.toResponse();
    throw error;
  }
}

function isToken(given: string, token: string): boolean {
  const bytes = new TextEncoder();
  return sameBytes(bytes.encode(given), bytes.encode(`Bearer ${token}`));
}
