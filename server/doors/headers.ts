/** What every answer says to the browser about itself. */

/** A year; told only where we are reached by https. */
const HSTS = 'max-age=31536000';

/** On everything, whoever made the answer. */
export function guardHeaders(headers: Headers, url: string): void {
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'no-referrer');
  if (url.startsWith('https:')) headers.set('strict-transport-security', HSTS);
  if (!headers.has('cross-origin-resource-policy')) headers.set('cross-origin-resource-policy', 'same-origin');
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  if (!headers.has('x-frame-options')) headers.set('x-frame-options', 'DENY');
}

/** On the inbox's page. `data:` pictures are the icons in its own style sheet; Safari needs the socket named beside 'self'. */
export function inboxHeaders(url: string): Record<string, string> {
  const socket = new URL(url);
  socket.protocol = socket.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `connect-src 'self' ${socket.href.replace(/\/$/, '')}`,
      "img-src 'self' blob: data:",
      "media-src 'self' blob:",
      "font-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()',
  };
}

/** On what shops load: any page may have it, none may learn anything by it. */
export const FOR_ANY_PAGE: Record<string, string> = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};
