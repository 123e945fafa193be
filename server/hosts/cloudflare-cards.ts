/**
 * Cards of brands, kept where they are asked for: a page view must not wake anybody. What is kept is the same for whoever
 * asks; which pages may read it is said anew each time.
 */
import { waitUntil } from 'cloudflare:workers';
import type { Id } from '../../protocol/messages.ts';

const CARD = /^\/v1\/[^/]+\/card$/;
/** `en`, `pt-br`, `zh-hant-tw`. Other things may be asked for, but nobody fills our cache with them. */
const LANG = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$/;
/** Of the object's answer: the rest depends on who asks. */
const KEPT = ['content-type', 'cache-control'];

/**
 * Pure: what the card that is asked for is kept as; nothing for whatever is not kept.
 * @param id the brand, which is in the directory
 * @param url where people reach us; below it no door answers at `/card/`
 */
export function cardKey(id: Id, url: string, request: { method: string; url: string }): string | undefined {
  const { pathname, searchParams } = new URL(request.url);
  if (request.method !== 'GET' || !CARD.test(pathname)) return undefined;
  const names = [...searchParams.keys()];
  if (names.length === 0) return `${url}/card/${id}`;
  const lang = (searchParams.get('lang') ?? '').toLowerCase();
  return names.length === 1 && LANG.test(lang) ? `${url}/card/${id}?lang=${lang}` : undefined;
}

export async function keptCard(key: string): Promise<Response | undefined> {
  const kept = await caches.default.match(key);
  return kept && new Response(await kept.text(), { headers: keptHeaders(kept) });
}

/** For as long as the card itself says. @returns the same answer, unread */
export function keepCard(key: string, answer: Response): Response {
  if (answer.status !== 200) return answer;
  const copy = answer.clone();
  waitUntil(copy.text().then((body) => caches.default.put(key, new Response(body, { headers: keptHeaders(answer) }))));
  return answer;
}

const keptHeaders = ({ headers }: Response): [string, string][] => KEPT.map((name) => [name, headers.get(name) ?? '']);
