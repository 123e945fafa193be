/** The server's doors for agents, as verbs. A failure is an answer too: nothing here throws because of the world. */
import type { Agent, AgentRole, Id, Time } from '../protocol/messages.ts';
import { REPORT } from '../protocol/report.ts';
import { SETTINGS, type Settings } from '../protocol/settings.ts';
import { choice, flag, having, isRecord, list, optional, type Shape, text, whole } from '../protocol/shape.ts';
import { agent as agentRow } from '../protocol/to-agent.ts';
import type { Canned } from './canned.ts';

export interface Failure {
  /** The server's code; `unreachable` when none answered, `broken` when the answer made no sense. */
  code: string;
  reason: string;
  /** Milliseconds. */
  retryAfter?: number;
}
export type Answer<T> = { value: T; failure?: undefined } | { failure: Failure };

export interface BrandMark { id: Id; name: string; color: string; logo: string }
export interface Me { agent: Agent; brand: BrandMark }
export interface Invitation {
  email: string;
  role: AgentRole;
  brand: BrandMark;
  /** The link of the first start names no address: whoever opens it says her own. */
  anyEmail?: boolean;
}
export interface Invite { email: string; role: AgentRole; due: Time }
export interface Key { id: Id; alg: 'HS256' | 'EdDSA'; created: Time }
export type NewKey = { alg: 'HS256' } | { alg: 'EdDSA'; publicKey: string };
export interface MadeKey { id: Id; alg: 'HS256' | 'EdDSA'; secret?: string }

const any = text(1_000_000);
const mark: Shape<BrandMark> = having({ id: any, name: any, color: any, logo: any });
const me: Shape<Me> = having({ agent: agentRow, brand: mark });
const role = choice('owner', 'agent');
const alg = choice('HS256', 'EdDSA');
const invitation = having({ email: any, role, brand: mark, anyEmail: optional(flag) }) as Shape<Invitation>;
const nothing: Shape<unknown> = () => undefined;
const answers = {
  ticket: having({ ticket: any }),
  agent: having({ agent: agentRow }),
  card: having({ name: any, color: any, logo: any }),
  settings: having({ settings: SETTINGS, tag: any }),
  savedSettings: having({ settings: SETTINGS }),
  invites: having({ invites: list(having({ email: any, role, due: whole() }), 10_000) }),
  invite: having({ link: any, email: any, due: whole() }),
  keys: having({ keys: list(having({ id: any, alg, created: whole() }), 1_000) }),
  key: having({ id: any, alg, secret: optional(any) }) as Shape<MadeKey>,
  canned: having({ canned: list(having({ id: any, name: any, body: any }), 10_000), tag: optional(any) }) as Shape<{ canned: Canned[]; tag?: string }>,
};

export type Doors = ReturnType<typeof openDoors>;

/** @param fetch the browser's, or a test's */
export function openDoors(brand: Id, fetch: typeof globalThis.fetch) {
  const root = `/v1/${encodeURIComponent(brand)}`;

  async function askText(path: string, init: RequestInit = {}): Promise<Answer<string>> {
    try {
      const response = await fetch(root + path, { credentials: 'same-origin', ...init });
      const said = await response.text();
      return response.ok ? { value: said } : { failure: failureOf(response, said === '' ? {} : readJson(said)) };
    } catch (error) {
      // `fetch` says a dead line as a TypeError, and a line that died in the middle of an answer likewise.
      return { failure: { code: 'unreachable', reason: error instanceof Error ? error.message : String(error) } };
    }
  }

  async function ask<T>(method: string, path: string, shape: Shape<T>, body?: object): Promise<Answer<T>> {
    const answer = await askText(path, {
      method, ...(method !== 'GET' && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    });
    if (answer.failure) return answer;
    const value = answer.value === '' ? {} : readJson(answer.value);
    const problem = shape(value);
    return problem ? { failure: { code: 'broken', reason: problem } } : { value: value as T };
  }

  return {
    /** Open to anybody: how the brand presents itself, for the sign-in page. */
    card: () => ask('GET', '/card?lang=en', answers.card),
    me: () => ask('GET', '/desk/me', me),
    signIn: (email: string, password: string) => ask('POST', '/desk/sign-in', answers.agent, { email, password }),
    signOut: () => ask('POST', '/desk/sign-out', nothing),
    /** One-time, for one attempt to open the socket. */
    ticket: () => ask('POST', '/desk/ticket', answers.ticket),
    invited: (code: string) => ask<Invitation>('POST', '/desk/invited', invitation, { code }),
    /** @param email only where the invitation leaves it open */
    join: (code: string, name: string, password: string, email?: string) =>
      ask('POST', '/desk/join', answers.agent, { code, name, password, ...(email !== undefined && { email }) }),
    settings: () => ask('GET', '/desk/settings', answers.settings),
    saveSettings: (settings: Settings) => ask('PUT', '/desk/settings', answers.savedSettings, settings),
    invites: () => ask<{ invites: Invite[] }>('GET', '/desk/invites', answers.invites),
    invite: (email: string, role: AgentRole) => ask('POST', '/desk/invites', answers.invite, { email, role }),
    uninvite: (email: string) => ask('DELETE', `/desk/invites/${encodeURIComponent(email)}`, nothing),
    dismiss: (agent: Id) => ask('DELETE', `/desk/agents/${encodeURIComponent(agent)}`, nothing),
    rename: (name: string) => ask('POST', '/desk/profile', nothing, { name }),
    changePassword: (old: string, next: string) => ask('POST', '/desk/password', nothing, { old, new: next }),
    keys: () => ask<{ keys: Key[] }>('GET', '/desk/keys', answers.keys),
    addKey: (key: NewKey) => ask<MadeKey>('POST', '/desk/keys', answers.key, key),
    canned: () => ask('GET', '/desk/canned', answers.canned),
    /** @param tag of what they were made from: had somebody else saved since, the answer is `conflict` and nothing is changed */
    saveCanned: (canned: readonly Canned[], tag: string | undefined) => ask('PUT', '/desk/canned', answers.canned, { canned, ...(tag !== undefined && { tag }) }),
    /** @param slots nothing of her own: as many as everybody */
    setSlots: (agent: Id, slots: number | null) => ask('POST', `/desk/agents/${encodeURIComponent(agent)}/slots`, nothing, { slots }),
    report: (from: Time, to: Time, zone: string) => ask('GET', `/desk/report?${new URLSearchParams({ from: String(from), to: String(to), zone })}`, REPORT),
    /** As CSV. */
    ledger: (from: Time, to: Time) => askText(`/desk/ledger?from=${from}&to=${to}`),
    removeKey: (id: Id) => ask('DELETE', `/desk/keys/${encodeURIComponent(id)}`, nothing),
  };
}

function readJson(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // a proxy's own page, say; its status is all we can use
    throw error;
  }
}

function failureOf(response: Response, value: unknown): Failure {
  const told = isRecord(value) && isRecord(value['error']) ? value['error'] : {};
  const { code, reason, retryAfter } = told;
  return {
    code: typeof code === 'string' ? code : response.status >= 500 ? 'unreachable' : `status_${response.status}`,
    reason: typeof reason === 'string' ? reason : `status ${response.status}`,
    ...(typeof retryAfter === 'number' && Number.isFinite(retryAfter) && { retryAfter }),
  };
}
