/** The session cookie of one brand's inbox. Nothing else here ever sets a cookie. */
import { SESSION_MOST_MS } from '../sessions.ts';
import { SECRET } from './secrets.ts';

/** Browsers take `Secure` cookies from https, and from this machine itself. */
export function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost')
    || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** With `__Host-` no other host, no sub-domain and no plain http page can plant one. */
export const cookieName = (brand: string, url: string): string => `${isSafe(url) ? '__Host-' : ''}leaveword-${brand}`;

export function cookie(brand: string, url: string, session: string): string {
  return written(brand, url, session, SESSION_MOST_MS / 1_000);
}
export function noCookie(brand: string, url: string): string {
  return written(brand, url, '', 0);
}
function written(brand: string, url: string, value: string, seconds: number): string {
  const secure = isSafe(url) ? '; Secure' : '';
  return `${cookieName(brand, url)}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict${secure}`;
}

/** @returns the session in the request, if there is exactly one and it looks like one */
export function sessionIn(headers: Headers, brand: string, url: string): string | undefined {
  const name = `${cookieName(brand, url)}=`;
  const found = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim()).filter((pair) => pair.startsWith(name));
  const value = found.length === 1 ? found[0]!.slice(name.length) : '';
  return SECRET.test(value) ? value : undefined;
}
