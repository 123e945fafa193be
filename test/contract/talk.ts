/** Everybody who talks to a brand, with nothing but sockets and requests. */
import { randomUUID } from 'node:crypto';
import type { Settings } from '../../protocol/settings.ts';
import { type Heard, RawLine, wire } from '../raw-line.ts';
import { newToken } from '../talker.ts';
import { elsewhere, inhabit, PASSWORD, type Served, SHOP } from './hosts.ts';

export { type Heard, newToken, SHOP };
export const HI = { type: 'hi', v: 1, rev: 0 };
export const newId = (): string => randomUUID();
export const say = (thread: string, body = 'hello', id = newId()) => ({ type: 'say', id, thread, body });

export class Line extends RawLine {
  token = '';
  declare readonly opened: Promise<this>;

  /** @returns the first such frame from now on. @throws when the line ends before */
  async hear(isIt: (frame: Heard) => boolean, what: string, since = this.heard.length): Promise<Heard> {
    let found: Heard;
    await this.until(() => (found = this.heard.slice(since).find(isIt)) !== undefined, what);
    if (found === undefined) throw new Error(`the line ended with ${this.closed} before ${what}; heard: ${JSON.stringify(this.heard.slice(-3))}`);
    return found;
  }
  /** Says it and waits for its answer. */
  ask(frame: { type: string; id?: string; [field: string]: unknown }): Promise<Heard> {
    const since = this.heard.length;
    const answers = ANSWERS[frame.type] ?? ['ack', 'nak', 'refused'];
    this.say(frame);
    return this.hear(({ type, id }) => (answers.includes(type) && id === frame.id) || type === 'refused', `an answer to ${JSON.stringify(frame).slice(0, 200)}`, since);
  }
  /** Until what was said before has been heard. Not by `ping`: that may be answered by somebody else. */
  async settled(): Promise<this> {
    const since = this.heard.length;
    this.say({ type: 'pull', thread: 'nothing-of-this-name', before: 1, n: 1 });
    await this.hear(({ type, code }) => type === 'refused' && code === 'not_found', 'an answer', since);
    return this;
  }
  binary(payload: string): this {
    return this.bytes(wire({ opcode: 2, payload }));
  }
  /** Closes as a browser does. */
  hangUp(code?: number): this {
    return this.bytes(wire({ opcode: 8, payload: code === undefined ? '' : Buffer.from([code >> 8, code & 255]) }));
  }
  /** All rows it was ever told, the last of each kind and id. */
  row(kind: string, id: string): Heard {
    return this.rows().findLast((row) => row.kind === kind && row.id === id);
  }
  rows(): Heard[] {
    return this.heard.flatMap(({ set, rows }) => set ?? rows ?? []);
  }
  async ended(): Promise<number> {
    await this.until(() => this.closed !== undefined, 'the line to end');
    return this.closed!;
  }
}
const ANSWERS: Record<string, string[]> = { hi: ['ok'], sync: ['changed', 'ok'], pull: ['page'], list: ['listed'], search: ['found'], ping: ['pong'] };

export interface Knock { token?: string; from?: string; origin?: string | undefined; path?: string; protocols?: string; headers?: Record<string, string> }
export interface Ask { method?: string; cookie?: string; body?: object | string; from?: string; headers?: Record<string, string> }

export class Place {
  readonly served: Served;
  readonly brand: string;
  readonly owner: string;
  readonly #lines = new Set<Line>();
  #gives = true;

  constructor(served: Served, brand: string, owner: string) {
    this.served = served;
    this.brand = brand;
    this.owner = owner;
  }

  static async open(served: Served, brand: string, settings: Partial<Settings> = {}): Promise<Place> {
    return new Place(served, brand, (await inhabit(served, brand, settings)).ownerCookie);
  }
  /** Where nothing is given to anybody (rule D3): whoever is of its team is away, until she says something else. */
  static async openUngiving(served: Served, brand: string, settings: Partial<Settings> = {}): Promise<Place> {
    const place = await Place.open(served, brand, settings);
    place.#gives = false;
    await place.#setAway(place.owner);
    return place;
  }
  async #setAway(cookie: string): Promise<void> {
    await this.desk('frames', { method: 'POST', cookie, body: { frames: [{ type: 'status', id: newId(), status: 'away' }] } });
  }

  // ---- on the line

  async knock({ token = newToken(), from = elsewhere(), path = `/v1/${this.brand}/visitor`, protocols = `chat.v1, t.${token}`, headers = {}, ...rest }: Knock = {}): Promise<Line> {
    const line = new Line({
      port: this.served.port, path, protocols, origin: 'origin' in rest ? rest.origin : SHOP, headers: { 'x-forwarded-for': from, ...headers },
    });
    line.token = token;
    this.#lines.add(line);
    return line.opened;
  }
  /** Let in, and greeted. */
  async visitor({ hi = {}, ...knock }: Knock & { hi?: object } = {}): Promise<Line> {
    const line = await this.knock(knock);
    await line.ask({ ...HI, ...hi });
    return line;
  }
  /** A visitor who has said something. */
  async guest(thread: string = newId(), knock: Knock & { hi?: object } = {}): Promise<{ line: Line; thread: string; id: string }> {
    const line = await this.visitor(knock);
    const { id } = await line.ask(say(thread));
    return { line, thread, id };
  }
  async ticket(cookie: string): Promise<string> {
    return (await json(await this.desk('ticket', { method: 'POST', cookie }))).ticket;
  }
  async agent(cookie = this.owner, hi: object = {}): Promise<Line> {
    const line = await this.agentKnock(await this.ticket(cookie));
    await line.ask({ ...HI, ...hi });
    return line;
  }
  agentKnock(ticket: string, knock: Knock = {}): Promise<Line> {
    return this.knock({ path: `/v1/${this.brand}/agent`, origin: this.served.url, token: ticket, ...knock });
  }
  /** After each test, so that nobody is left who hears of the next one. */
  hangUp(): void {
    for (const line of this.#lines) line.drop();
    this.#lines.clear();
  }

  // ---- by request

  ask(path: string, { method = 'GET', cookie, body, from = elsewhere(), headers = {} }: Ask = {}): Promise<Response> {
    return fetch(`${this.served.url}${path}`, {
      method, redirect: 'manual',
      headers: { 'x-forwarded-for': from, ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }
  /** As a shop's page asks. */
  shop(path: string, body: object | string, { headers = {}, ...ask }: Ask = {}): Promise<Response> {
    return this.ask(`/v1/${this.brand}/${path}`, { method: 'POST', body, headers: { 'content-type': 'text/plain', origin: SHOP, ...headers }, ...ask });
  }
  post(token: string, frames: object[], ask: Ask = {}): Promise<Response> {
    return this.shop('frames', { token, frames }, ask);
  }
  /** As the inbox asks. */
  desk(path: string, { headers = {}, ...ask }: Ask = {}): Promise<Response> {
    return this.ask(`/v1/${this.brand}/desk/${path}`, {
      ...ask, headers: { origin: this.served.url, 'sec-fetch-site': 'same-origin', ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
  }
  /** One more of the team. @returns her cookie */
  async hire(name: string, role: 'agent' | 'owner' = 'agent'): Promise<string> {
    const email = `${name.toLowerCase()}-${newId().slice(0, 8)}@${this.brand}.example`;
    const { link } = await json(await this.desk('invites', { method: 'POST', cookie: this.owner, body: { email, role } }));
    const joined = await this.desk('join', { method: 'POST', body: { code: link.split('#join=')[1], name, password: PASSWORD } });
    const cookie = joined.headers.getSetCookie()[0]!.split(';')[0]!;
    if (!this.#gives) await this.#setAway(cookie);
    return cookie;
  }
}

export const json = async (response: Response): Promise<Heard> => response.json();
