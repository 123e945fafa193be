/** Every way into the server, a line each: who may come in, from where, with what, and who answers. */
import type { BodyRule } from './body.ts';
import { getCanned, NEW_CANNED, putCanned } from './canned.ts';
import type { Answer, Call, Door, Principal, SiteCall } from './door.ts';
import { live, metrics, ready, type Vitals } from './health.ts';
import { addKey, listKeys, NEW_KEY, removeKey } from './identity-keys.ts';
import { INVITE, INVITED, invite, invited, JOIN, join, listInvites, withdraw } from './invites.ts';
import { DESK_POST, POST, postDeskFrames, postFrames } from './post.ts';
import { getLedger, getReport, LEDGER_QUERY, REPORT_QUERY } from './report.ts';
import { getSettings, NEW_SETTINGS, putSettings } from './settings-doors.ts';
import { SIGN_IN, me, signIn, signOut, ticket } from './sign-in.ts';
import { inbox, inboxFile, loader, widgetFile } from './site.ts';
import { changePassword, dismiss, NEW_PASSWORD, NEW_SLOTS, PROFILE, profile, setSlots } from './team.ts';
import { agentSocket, visitorSocket } from './upgrade.ts';
import { card, IDENTIFY, identify } from './visitor-doors.ts';

export interface Around extends Vitals {
  metricsToken?: string;
  /** 32 bytes that name networks, for a host whose connections outlive its memory; else new at each start. */
  networkKey?: Uint8Array<ArrayBuffer>;
}

/** Fields of the inbox are short; what is longer says so itself. */
const JSON_BYTES = 65_536;
/** The whole table. `test/app.test.ts` asks every one of them as everybody. */
export function doors(around: Around = {}): Door[] {
  return [
    site('/livez', live),
    site('/readyz', (call) => ready(call, around)),
    site('/metrics', (call) => metrics(call, around, around.metricsToken)),
    site('/widget.js', loader),
    site('/w/:file', widgetFile),
    site('/inbox/assets/:file', inboxFile),
    site('/inbox/:brand', inbox),
    site('/inbox/:brand/*', inbox),

    line('/v1/:brand/visitor', 'visitor', visitorSocket),
    line('/v1/:brand/agent', 'agent', agentSocket),

    shop('GET', '/v1/:brand/card', 'none', 'card', card, undefined, ['lang']),
    shop('POST', '/v1/:brand/frames', 'visitor', 'frames', postFrames, POST),
    shop('POST', '/v1/:brand/identify', 'visitor', 'identify', identify, IDENTIFY),

    { ...desk('POST', 'sign-in', 'none', signIn, json(SIGN_IN)), rate: 'signIn' },
    { ...desk('POST', 'invited', 'none', invited, json(INVITED)), rate: 'invited' },
    { ...desk('POST', 'join', 'none', join, json(JOIN)), rate: 'join' },
    desk('POST', 'sign-out', 'agent', signOut),
    desk('GET', 'me', 'agent', me),
    desk('POST', 'ticket', 'agent', ticket),
    desk('POST', 'frames', 'agent', postDeskFrames, DESK_POST),
    desk('POST', 'profile', 'agent', profile, json(PROFILE)),
    desk('POST', 'password', 'agent', changePassword, json(NEW_PASSWORD)),
    desk('GET', 'settings', 'agent', getSettings),
    desk('PUT', 'settings', 'owner', putSettings, NEW_SETTINGS),
    desk('GET', 'invites', 'agent', listInvites),
    desk('POST', 'invites', 'owner', invite, json(INVITE)),
    desk('DELETE', 'invites/:email', 'owner', withdraw),
    desk('DELETE', 'agents/:id', 'owner', dismiss),
    desk('POST', 'agents/:id/slots', 'agent', setSlots, json(NEW_SLOTS)),
    desk('GET', 'canned', 'agent', getCanned),
    desk('PUT', 'canned', 'agent', putCanned, NEW_CANNED),
    desk('GET', 'report', 'agent', getReport, undefined, REPORT_QUERY),
    desk('GET', 'ledger', 'owner', getLedger, undefined, LEDGER_QUERY),
    desk('GET', 'keys', 'owner', listKeys),
    desk('POST', 'keys', 'owner', addKey, json(NEW_KEY)),
    desk('DELETE', 'keys/:id', 'owner', removeKey),
  ];
}

type Handler<Body> = (call: Call<Body>) => Answer | Promise<Answer>;
const answer = <Body>(handler: Handler<Body>): Door['answer'] => handler as Door['answer'];
const json = <T>(shape: BodyRule<T>['shape']): BodyRule<T> => ({ shape, bytes: JSON_BYTES, type: 'json' });

const site = (path: string, handler: (call: SiteCall) => Answer | Promise<Answer>): Door =>
  ({ method: 'GET', path, principal: 'none', side: 'site', answer: handler });
const line = (path: string, principal: Principal, handler: Handler<undefined>): Door =>
  ({ method: 'GET', path, principal, side: 'line', answer: answer(handler) });
const shop = <Body>(
  method: Door['method'], path: string, principal: Principal, rate: NonNullable<Door['rate']>, handler: Handler<Body>, body?: BodyRule<Body>, query?: string[],
): Door => ({ method, path, principal, side: 'shop', rate, answer: answer(handler), ...(body ? { body: body as BodyRule<unknown> } : {}), ...(query ? { query } : {}) });
const desk = <Body = undefined>(
  method: Door['method'], path: string, principal: Principal, handler: Handler<Body>, body?: BodyRule<Body>, query?: string[],
): Door =>
  ({ method, path: `/v1/:brand/desk/${path}`, principal, side: 'desk', answer: answer(handler), ...(body ? { body: body as BodyRule<unknown> } : {}), ...(query ? { query } : {}) });
