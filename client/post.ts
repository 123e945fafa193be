/** The same frames over HTTP: for networks that forbid WebSockets, and for the last words of a page that is closing. */
import { POST_FRAMES } from '../protocol/limits.ts';
import { isRecord } from '../protocol/shape.ts';
import type { Face } from './face.ts';

/** Browsers allow 64 KiB in flight per page with `keepalive`; the server as much in a body. The rest is for the token. */
const BODY_BYTES = 60_000;
const PATIENCE_MS = 15_000;

/** As many of these, from the first on, as one request may carry. */
export function whatFits(frames: object[]): object[] {
  let some = frames.slice(0, POST_FRAMES);
  while (new Blob([JSON.stringify(some)]).size > BODY_BYTES) some = some.slice(0, -1);
  return some;
}

/**
 * @returns the server's answers, unchecked; `token` when it does not know us any more; nothing when there was no answer.
 * @param lastWords survives the page, which may not be there to hear the answers.
 */
export async function post(to: NonNullable<Face['post']>, frames: object[], lastWords = false): Promise<unknown[] | 'token' | undefined> {
  const body = to.body(frames);
  if (body === undefined) return undefined;
  try {
    const response = await fetch(to.url, {
      method: 'POST', headers: { 'content-type': to.type }, body, keepalive: lastWords,
      signal: lastWords ? null : AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status === 401) return 'token';
    const answer: unknown = response.ok ? await response.json() : undefined;
    return isRecord(answer) && Array.isArray(answer['frames']) ? answer['frames'] : undefined;
  } catch {
    // No network, or an answer that is no JSON: everything is still in the outbox, and the next attempt is under way.
    return undefined;
  }
}
