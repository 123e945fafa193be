/** What a request is about, by its address alone: whose brand, and under which name its card is kept. */
import type { Id } from '../../protocol/messages.ts';
import { BRAND_ID } from '../doors/guard.ts';

const CARD = /^\/v1\/[^/]+\/card$/;
/** `en`, `pt-br`, `zh-hant-tw`. Other things may be asked for, but nobody fills our cache with them. */
const LANG = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$/;

/** Of `/v1/<brand>/…` and `/inbox/<brand>`, as the doors read it; nothing where it cannot be one. */
export function brandIn(pathname: string): Id | undefined {
  const [, side, name = ''] = pathname.split('/', 3);
  if (side !== 'v1' && side !== 'inbox') return undefined;
  const id = /%/.test(name) ? decoded(name) : name;
  return BRAND_ID.test(id) ? id : undefined;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Not UTF-8: no brand is called that.
    return '';
  }
}

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
