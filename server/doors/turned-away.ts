/** A request that is not answered as asked, in words for whoever made it. Thrown anywhere behind a door; `app.ts` says it. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export type DoorCode =
  | 'bad_request' | 'unauthorized' | 'forbidden' | 'not_found' | 'rate_limited' | 'bad_identity' | 'other_person'
  | 'conflict' | 'retry_later' | 'broken';

export class TurnedAway extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: DoorCode;
  /** Milliseconds after which the same request may succeed. */
  readonly retryAfter: number | undefined;

  constructor(status: ContentfulStatusCode, code: DoorCode, reason: string, retryAfter?: number) {
    super(reason);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  toResponse(): Response {
    const { status, code, message: reason, retryAfter } = this;
    const error = { code, reason, ...(retryAfter === undefined ? {} : { retryAfter }) };
    const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    if (retryAfter !== undefined) headers.set('retry-after', String(Math.ceil(retryAfter / 1_000)));
    if (status === 426) headers.set('upgrade', 'websocket');
    return new Response(JSON.stringify({ error }), { status, headers });
  }
}

export const badRequest = (reason: string): TurnedAway => new TurnedAway(400, 'bad_request', reason);
/** One answer for no session, an old one, another brand's and a forged one. */
export const signInFirst = (): TurnedAway => new TurnedAway(401, 'unauthorized', 'sign in first');
export const forbidden = (reason: string): TurnedAway => new TurnedAway(403, 'forbidden', reason);
/** One answer for what is not there and what is not yours. */
export const notFound = (): TurnedAway => new TurnedAway(404, 'not_found', 'there is nothing here');
export const tooSoon = (retryAfter: number): TurnedAway =>
  new TurnedAway(429, 'rate_limited', 'too many tries: wait a little', retryAfter);
