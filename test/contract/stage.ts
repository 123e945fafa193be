/** Where a play is given: one brand on one host, and a transcript of what everybody on it is told. */
import { createHmac } from 'node:crypto';
import { Caller, type Knock, laterThan } from './caller.ts';
import { type Served, SHOP } from './hosts.ts';
import type { Entry, Transcript } from './transcript.ts';

/** What an answer says of itself that a page, a browser or a cache acts upon. */
const HEADERS = [
  'access-control-allow-origin', 'cache-control', 'content-security-policy', 'content-type', 'cross-origin-resource-policy',
  'referrer-policy', 'retry-after', 'set-cookie', 'vary', 'x-content-type-options', 'x-frame-options',
];

/** Somebody on a page of the shop: her token, and where she comes from. */
export interface Visitor { token: string; from: string }
/** The same on every host, and with them the ids that are made of them. */
export const visitor = (name: string, from: string): Visitor => ({ token: `${name}-`.padEnd(43, 'x'), from });

export interface Asking {
  origin?: string;
  cookie?: string;
  from?: string;
  type?: string;
  /** As JSON, or as it is. */
  body?: object | string;
}

export class Stage {
  readonly served: Served;
  readonly brand: string;
  readonly transcript: Transcript = { HTTP: [] };
  /** Who was away at last, as some agent was told. */
  readonly went: Entry[] = [];
  readonly #lines: { part: string; line: Caller; isVisitor: boolean }[] = [];

  constructor(served: Served, brand: string) {
    this.served = served;
    this.brand = brand;
  }

  /** What this part was told. */
  #part(name: string): Entry[] {
    return this.transcript[name] ??= [];
  }

  /** A line of a visitor, or of whoever says so: open, or refused. */
  async knock(part: string, { token, from }: Visitor, { origin = SHOP, brand = this.brand, protocols = ['chat.v1', `t.${token}`], first = undefined as object | undefined } = {}): Promise<Caller> {
    const url = `${this.served.url.replace('http', 'ws')}/v1/${brand}/visitor`;
    return this.#call({ url, protocols, from, first, ...(origin ? { origin } : {}), isVisitor: true }, part);
  }

  async visitor(part: string, who: Visitor, hi: object = {}): Promise<Caller> {
    const line = await this.knock(part, who, { first: { type: 'hi', v: 1, rev: 0, ...hi } });
    await line.hears({ type: 'ok' });
    return line;
  }

  async knockAsAgent(part: string, ticket: string): Promise<Caller> {
    const { url } = this.served;
    return this.#call({ url: `${url.replace('http', 'ws')}/v1/${this.brand}/agent`, protocols: ['chat.v1', `t.${ticket}`], from: '198.51.100.77', origin: url }, part);
  }

  async agent(part: string, cookie: string, hi: object = {}): Promise<Caller> {
    const line = await this.knockAsAgent(part, await this.ticket(part, cookie));
    line.say({ type: 'hi', v: 1, rev: 0, ...hi });
    await line.hears({ type: 'ok' });
    return line;
  }

  async ticket(who: string, cookie: string): Promise<string> {
    return String((await this.ask(who, 'POST', 'desk/ticket', { cookie })).body.ticket);
  }

  async #call({ isVisitor = false, ...knock }: Knock & { isVisitor?: boolean }, part: string): Promise<Caller> {
    const entries = this.#part(part);
    let available: boolean | undefined;
    const line = new Caller(knock, entries, (frame) => {
      // Told when its time has come, whatever else happens meanwhile: by itself it has no place among the others.
      if (frame['type'] === 'presence' && frame['here'] === false) return void this.went.push(frame);
      // A host that has slept may say again what stands.
      if (frame['type'] === 'presence' && frame['available'] !== undefined && frame['available'] === available) return undefined;
      available = frame['available'] ?? frame['me']?.card?.available ?? available;
      // A host that answers for a brand which sleeps tells the brand's head, not hers (rules S7, S8).
      return isVisitor && frame['type'] === 'pong' ? { type: 'pong' } : frame;
    });
    await line.opened;
    this.#lines.push({ part, line, isVisitor });
    return line;
  }

  /** As the inbox asks, or a page of the shop: `path` is what follows the brand, or begins with a slash. */
  async ask(who: string, method: string, path: string, { origin = this.served.url, cookie, from = '198.51.100.99', type = 'application/json', body }: Asking = {}): Promise<Entry> {
    const at = path.startsWith('/') ? path : `/v1/${this.brand}/${path}`;
    const response = await fetch(this.served.url + at, {
      method,
      headers: {
        'x-forwarded-for': from, ...(origin ? { origin } : {}), ...(cookie ? { cookie } : {}), ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const headers = Object.fromEntries(HEADERS.flatMap((name) => response.headers.has(name) ? [[name, response.headers.get(name)]] : []));
    const text = await response.text();
    const entry = { who, asked: `${method} ${at}`, status: response.status, headers, body: /json/.test(headers['content-type'] ?? '') ? JSON.parse(text) : text };
    this.#part('HTTP').push(entry);
    await laterThan(Date.now());
    return entry;
  }

  /** The frames of a page that is closing. */
  post(who: string, { token, from }: Visitor, ...frames: object[]): Promise<Entry> {
    return this.ask(who, 'POST', 'frames', { origin: SHOP, from, type: 'text/plain', body: { token, frames } });
  }

  /** The types of frames that visitors have said on their lines, and agents on theirs. */
  get said(): { byVisitors: Set<string>; byAgents: Set<string> } {
    const by = (role: boolean) => new Set(this.#lines.flatMap(({ line, isVisitor }) => isVisitor === role ? [...line.said] : []));
    return { byVisitors: by(true), byAgents: by(false) };
  }

  /** The pages of somebody are closed, all of them. */
  async closeAllOf(person: string): Promise<void> {
    for (const { part, line } of this.#lines) if (part.startsWith(person) && !line.isOver) await line.close();
  }

  /** Ends whatever is still open, without a word. */
  strike(): void {
    for (const { line } of this.#lines) if (!line.isOver) line.cut();
  }
}

/** A JWT of the brand's own server (rule I2). */
export function jwt(secret: string, brand: string, claims: object): string {
  const seconds = Math.floor(Date.now() / 1_000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ aud: brand, iat: seconds, exp: seconds + 600, ...claims })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
