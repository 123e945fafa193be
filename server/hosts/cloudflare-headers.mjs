/**
 * At the edge Cloudflare hands out the files by itself, and this tells it what to say with them: what `server/doors/site.ts`
 * says elsewhere. `test/contract/edge.test.ts` compares the two; no file falls under two of these, or it would be told both.
 */
const FOR_ANY_PAGE = ['access-control-allow-origin: *', 'cross-origin-resource-policy: cross-origin'];
const FOR_OURS = ['cross-origin-resource-policy: same-origin'];
const FOR_EVER = 'cache-control: public, max-age=31536000, immutable';
const ON_ALL = [
  'vary: Accept-Encoding', 'x-content-type-options: nosniff', 'referrer-policy: no-referrer', 'x-frame-options: DENY',
  "content-security-policy: default-src 'none'; frame-ancestors 'none'",
  // Browsers ignore it where they come by http.
  'strict-transport-security: max-age=31536000',
];
const SAID_WITH = {
  '/widget.js': ['cache-control: public, max-age=300, stale-while-revalidate=2592000', ...FOR_ANY_PAGE],
  '/w/*': [FOR_EVER, ...FOR_ANY_PAGE],
  '/inbox/assets/*': [FOR_EVER, ...FOR_OURS],
  // The Worker says it under each brand's address, with headers of its own. Should it ever get past that, it does nothing.
  '/inbox/index.html': ['cache-control: no-store', ...FOR_OURS],
};
/** The build writes it into dist/ as `_headers`. */
export const HEADERS = Object.entries(SAID_WITH).map(([place, lines]) => [place, ...[...lines, ...ON_ALL].map((line) => `  ${line}`), ''].join('\n')).join('\n');

/** As in a `.gitignore`: nothing is put online but what is named here. Cloudflare packs by itself. */
export const ASSETS_IGNORE = ['/*', '!/widget.js', '!/w', '!/inbox', '*.br', '*.half', ''].join('\n');
