/**
 * Who may knock from where. An origin is compared whole, as the browser wrote it: no suffixes, no patterns, no `null`,
 * and http is another origin than https.
 */

/** Is this `Origin` header one of the brand's, or our own? An absent one is not. */
export function mayTalk(origin: string | undefined, listed: string[], own: string): boolean {
  if (!origin || origin === 'null') return false;
  return origin === own || listed.includes(origin);
}

/**
 * Did our own page ask? For everything that a cookie opens. Browsers put `Origin` on every request that can change
 * something, and `Sec-Fetch-Site` cannot be written by a page; a request with neither did not come from one of ours.
 */
export function isOurPage(headers: Headers, own: string): boolean {
  const origin = headers.get('origin');
  if (origin !== null && origin === own) return true;
  return headers.get('sec-fetch-site') === 'same-origin';
}

/** May a page read this with our cookie? Typed into the address bar (`none`) or asked by our own page, nothing else. */
export function isReadByUs(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  return site === null || site === 'same-origin' || site === 'none';
}

/** Lets that page read the answer; never with its cookies. Caches must not hand one shop's copy to another. */
export function allowOrigin(headers: Headers, origin: string | undefined, listed: string[], own: string): void {
  headers.append('vary', 'Origin');
  if (mayTalk(origin, listed, own)) headers.set('access-control-allow-origin', origin!);
}
