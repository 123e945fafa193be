/** Knocks at the brand acme that lead nowhere: what each is, and how it is answered. */
import { newToken } from '../talker.ts';
import { type Asking, line } from './as-is.ts';
import { SHOP } from './hosts.ts';

export const EVIL = 'https://evil.example';
export const hi = (): string => JSON.stringify({ token: newToken(), frames: [{ type: 'hi', v: 1, rev: 0 }] });
export const JSON_TYPE = { 'content-type': 'application/json' };

/** Whatever can be refused without knowing more of a brand than that it is there, and where its tag may stand. */
export const REFUSED: [what: string, status: number, path: string, asking: (own: string) => Asking][] = [
  ['a line from a page that is not on the list', 403, '/v1/acme/visitor', () => ({ origin: EVIL, headers: line() })],
  ['a line from a page that is nearly on it', 403, '/v1/acme/visitor', () => ({ origin: `${SHOP}.evil.example`, headers: line() })],
  ['a line from nowhere', 403, '/v1/acme/visitor', () => ({ headers: line() })],
  ['a line from a sandboxed frame', 403, '/v1/acme/visitor', () => ({ origin: 'null', headers: line() })],
  ['a line that is none', 426, '/v1/acme/visitor', () => ({ origin: SHOP })],
  ['a line in another protocol', 400, '/v1/acme/visitor', () => ({ origin: SHOP, headers: line(`t.${newToken()}`) })],
  ['a line without a token', 400, '/v1/acme/visitor', () => ({ origin: SHOP, headers: line('chat.v1') })],
  ['a line with two tokens', 400, '/v1/acme/visitor', () => ({ origin: SHOP, headers: line(`chat.v1, t.${newToken()}, t.${newToken()}`) })],
  ['a line with what is no token', 401, '/v1/acme/visitor', () => ({ origin: SHOP, headers: line('chat.v1, t.short') })],
  ['a line with the token in its address', 400, `/v1/acme/visitor?token=${newToken()}`, () => ({ origin: SHOP, headers: line() })],
  ['an agent\'s line from the shop', 403, '/v1/acme/agent', () => ({ origin: SHOP, headers: line() })],
  ['an agent\'s line with what is no ticket', 401, '/v1/acme/agent', (own) => ({ origin: own, headers: line('chat.v1, t.short') })],
  ['frames from a page that is not on the list', 403, '/v1/acme/frames', () => ({ method: 'POST', origin: EVIL, body: hi() })],
  ['frames by http where the list says https', 403, '/v1/acme/frames', () => ({ method: 'POST', origin: SHOP.replace('https', 'http'), body: hi() })],
  ['frames from nowhere', 403, '/v1/acme/frames', () => ({ method: 'POST', body: hi() })],
  ['frames from a page that is not on the list, with a query', 400, '/v1/acme/frames?x', () => ({ method: 'POST', origin: EVIL, body: hi() })],
  ['frames as JSON', 400, '/v1/acme/frames', () => ({ method: 'POST', origin: SHOP, body: hi(), headers: JSON_TYPE })],
  ['frames packed', 400, '/v1/acme/frames', () => ({ method: 'POST', origin: SHOP, body: hi(), headers: { 'content-encoding': 'gzip' } })],
  ['too many frames', 413, '/v1/acme/frames', () => ({ method: 'POST', origin: SHOP, body: ' '.repeat(262_145) })],
  ['a signature from a page that is not on the list', 403, '/v1/acme/identify', () => ({ method: 'POST', origin: EVIL, body: '{}' })],
  ['a question that no page of ours asks before', 404, '/v1/acme/frames', () => ({ method: 'OPTIONS', origin: EVIL, headers: { 'access-control-request-method': 'POST' } })],
  ['the same from the shop', 404, '/v1/acme/frames', () => ({ method: 'OPTIONS', origin: SHOP, headers: { 'access-control-request-method': 'POST' } })],
  ['an inbox without a session', 401, '/v1/acme/desk/me', () => ({})],
  ['an inbox with what is no session', 401, '/v1/acme/desk/me', () => ({ headers: { cookie: '__Host-leaveword-acme=short' } })],
  ['an inbox from another site', 403, '/v1/acme/desk/me', () => ({ headers: { 'sec-fetch-site': 'cross-site' } })],
  ['settings from the shop', 403, '/v1/acme/desk/settings', () => ({ method: 'PUT', origin: SHOP, body: '{}', headers: JSON_TYPE })],
  ['a password from another site', 403, '/v1/acme/desk/sign-in', () => ({ method: 'POST', origin: EVIL, body: '{}', headers: JSON_TYPE })],
  ['a password as a form sends it', 403, '/v1/acme/desk/sign-in', (own) => ({ method: 'POST', origin: own, body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } })],
  ['a card with a query it does not know', 400, '/v1/acme/card?token=x', () => ({ origin: SHOP })],
  ['a card in two languages', 400, '/v1/acme/card?lang=en&lang=de', () => ({ origin: SHOP })],
  ['a card in no language', 400, `/v1/acme/card?lang=${'x'.repeat(101)}`, () => ({})],
  ['to write a card', 404, '/v1/acme/card', () => ({ method: 'PUT', origin: SHOP, body: '{}' })],
  ['a door that is not there', 404, '/v1/acme/nothing', () => ({ origin: EVIL })],
  ['a door that is not there, of a brand spelt otherwise', 404, '/v1/%61cme/nothing', () => ({})],
  ['no door', 404, '/v1/acme', () => ({})],
];
