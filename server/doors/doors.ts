/** Every way into the server, a line each: who may come in, from where, to lay hands on what, how often, with what, and who answers. */
import type { BodyRule } from './body.ts';
import { getCanned, NEW_CANNED, putCanned } from './canned.ts';
import type { DoorRates } from './door-rates.ts';
import type { Answer, Call, Door, Grasp, Principal, SiteCall } from './door.ts';
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
/** The whole table. `test/authorisation.test.ts` knocks at every one of them as everybody. */
export function doors(around: Around = {}): Door[] {
  return [
    site('/livez', 'nothing', live),
    site('/readyz', 'nothing', (call) => ready(call, around)),
    site('/metrics', 'nothing', (call) => metrics(call, around, around.metricsToken)),
    site('/widget.js', 'file', loader),
    site('/w/:file', 'file', widgetFile),
    site('/inbox/assets/:file', 'file', inboxFile),
    site('/inbox/:brand', 'file', inbox),
    site('/inbox/:brand/*', 'file', inbox),

    line('/v1/:brand/visitor', 'visitor', 'connect', visitorSocket),
    line('/v1/:brand/agent', 'agent', 'agentConnect', agentSocket),

    shop('GET', '/v1/:brand/card', 'none', 'brand', 'card', card, undefined, ['lang']),
    shop('POST', '/v1/:brand/frames', 'visitor', 'frames', 'frames', postFrames, POST),
    shop('POST', '/v1/:brand/identify', 'visitor', 'secret', 'identify', identify, IDENTIFY),

    { ...desk('POST', 'sign-in', 'none', 'secret', signIn, json(SIGN_IN)), rate: 'signIn' },
    { ...desk('POST', 'invited', 'none', 'secret', invited, json(INVITED)), rate: 'invited' },
    { ...desk('POST', 'join', 'none', 'secret', join, json(JOIN)), rate: 'join' },
    desk('POST', 'sign-out', 'agent', 'self', signOut),
    desk('GET', 'me', 'agent', 'self', me),
    desk('POST', 'ticket', 'agent', 'self', ticket),
    desk('POST', 'frames', 'agent', 'frames', postDeskFrames, DESK_POST),
    desk('POST', 'profile', 'agent', 'self', profile, json(PROFILE)),
    desk('POST', 'password', 'agent', 'self', changePassword, json(NEW_PASSWORD)),
    desk('GET', 'settings', 'agent', 'brand', getSettings),
    desk('PUT', 'settings', 'owner', 'brand', putSettings, NEW_SETTINGS),
    desk('GET', 'invites', 'agent', 'brand', listInvites),
    desk('POST', 'invites', 'owner', 'brand', invite, json(INVITE)),
    desk('DELETE', 'invites/:email', 'owner', 'invitation', withdraw),
    desk('DELETE', 'agents/:id', 'owner', 'colleague', dismiss),
    desk('POST', 'agents/:id/slots', 'agent', 'colleague', setSlots, json(NEW_SLOTS)),
    desk('GET', 'canned', 'agent', 'brand', getCanned),
    desk('PUT', 'canned', 'agent', 'brand', putCanned, NEW_CANNED),
    desk('GET', 'report', 'agent', 'brand', getReport, undefined, REPORT_QUERY),
    desk('GET', 'ledger', 'owner', 'brand', getLedger, undefined, LEDGER_QUERY),
    desk('GET', 'keys', 'owner', 'brand', listKeys),
    desk('POST', 'keys', 'owner', 'brand', addKey, json(NEW_KEY)),
    desk('DELETE', 'keys/:id', 'owner', 'key', removeKey),
  ];
}

type Handler<Body> = (call: Call<Body>) => Answer | Promise<Answer>;
const answer = <Body>(handler: Handler<Body>): Door['answer'] => handler as Door['answer'];
const json = <T>(shape: BodyRule<T>['shape']): BodyRule<T> => ({ shape, bytes: JSON_BYTES, type: 'json' });
const taking = <Body>(body?: BodyRule<Body>, query?: string[]): Pick<Door, 'body' | 'query'> =>
  ({ ...(body ? { body: body as BodyRule<unknown> } : {}), ...(query ? { query } : {}) });

const site = (path: string, grasp: Grasp, handler: (call: SiteCall) => Answer | Promise<Answer>): Door =>
  ({ method: 'GET', path, principal: 'none', side: 'site', brand: path.includes(':brand') ? 'path' : 'none', grasp, rate: 'free', answer: handler });
const line = (path: string, principal: Principal, rate: keyof DoorRates, handler: Handler<undefined>): Door =>
  ({ method: 'GET', path, principal, side: 'line', brand: 'path', grasp: 'frames', rate, answer: answer(handler) });
const shop = <Body>(
  method: Door['method'], path: string, principal: Principal, grasp: Grasp, rate: keyof DoorRates, handler: Handler<Body>, body?: BodyRule<Body>, query?: string[],
): Door => ({ method, path, principal, side: 'shop', brand: 'path', grasp, rate, answer: answer(handler), ...taking(body, query) });
const desk = <Body = undefined>(
  method: Door['method'], path: string, principal: Principal, grasp: Grasp, handler: Handler<Body>, body?: BodyRule<Body>, query?: string[],
): Door => ({ method, path: `/v1/:brand/desk/${path}`, principal, side: 'desk', brand: 'path', grasp, rate: 'desk', answer: answer(handler), ...taking(body, query) });
