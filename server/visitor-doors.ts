/** What the widget asks beside its socket. A token is enough to come in, and opens only what is its holder's. */
import { DEPTH, FRAME_BYTES, KEYS, POST_FRAMES } from '../protocol/limits.ts';
import type { Time } from '../protocol/messages.ts';
import { exactly, list, matching, type Shape, text } from '../protocol/shape.ts';
import type { Brand } from './brand.ts';
import { deviceOf } from './device.ts';
import type { Call } from './door.ts';
import type { Connection, Who } from './host.ts';
import { identityKeys } from './identity-keys.ts';
import { prove } from './identity.ts';
import { hashOf, SECRET } from './secrets.ts';
import { TurnedAway } from './turned-away.ts';

export const TOKEN = matching(SECRET, 'a token: 43 letters, digits, dashes or underscores');
const frame: Shape<object> = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (JSON.stringify(value).length <= FRAME_BYTES ? undefined : `must have at most ${FRAME_BYTES} bytes`)
    : 'must be an object';

export const FRAMES = list(frame, POST_FRAMES);
export interface Post { token: string; frames: object[] }
export const POST = { shape: exactly({ token: TOKEN, frames: FRAMES }), bytes: 4 * FRAME_BYTES, depth: DEPTH + 2, keys: POST_FRAMES * KEYS, type: 'text' } as const;
export const IDENTIFY = { shape: exactly({ token: TOKEN, jwt: text(8_192, 1) }), bytes: 16_384, type: 'text' } as const;

/** What anybody may see of a brand. */
export async function card({ owner, knock }: Call): Promise<Response> {
  const lang = knock.req.query('lang');
  const card = await owner.run((brand) => brand.card(lang));
  return knock.json(card, 200, { 'cache-control': 'public, max-age=60' });
}

export async function identify({ owner, house, body }: Call<{ token: string; jwt: string }>): Promise<object> {
  const token = await hashOf(body.token);
  const keys = await owner.run((brand) => identityKeys(brand.host));
  const person = await prove(body.jwt, owner.id, keys, house.now());
  if (!person) throw new TurnedAway(401, 'bad_identity', 'this token proves nothing: see how it must be signed');
  const outcome = await owner.run((brand) => brand.recognise(token, person));
  if (outcome === 'erased') throw erased();
  if (outcome === 'other_person') throw new TurnedAway(409, 'other_person', 'this device belongs to somebody else: forget it first');
  return { visitor: { ...(person.name ? { name: person.name } : {}), verified: true } };
}

/** The same frames as over a socket, for a page that is closing or a network that has no sockets. */
export async function postFrames({ owner, body, from, knock }: Call<Post>): Promise<object> {
  const token = await hashOf(body.token);
  const device = deviceOf(knock.req.header('user-agent'));
  return owner.run((brand) => {
    const admitted = brand.admit(token);
    if (admitted === 'erased') throw erased();
    const { visitor } = admitted;
    return { frames: heardAs(brand, { role: 'visitor', connection: `post.${visitor}`, visitor, token, from, ...(device ? { device } : {}) }, body.frames) };
  });
}

/** An agent's, with her session. */
export async function postDeskFrames({ owner, body, from, agent }: Call<{ frames: object[] }>): Promise<object> {
  return owner.run((brand) => ({
    frames: heardAs(brand, { role: 'agent', connection: `post.${agent.agent}`, agent: agent.agent, session: agent.session, from }, body.frames),
  }));
}

/** There is no greeting to wait for: whoever posts has said who she is, and asks nothing back but answers. */
function heardAs(brand: Brand, who: Who, frames: object[]): object[] {
  const once = new OnceConnection({ ...who, greeted: true }, brand.host.now());
  brand.post(once, frames);
  brand.leave(once);
  return once.said;
}

/** A connection for the length of one request. */
class OnceConnection implements Connection {
  data: Who;
  readonly heard: Time;
  readonly said: object[] = [];
  #closed = false;

  constructor(who: Who, heard: Time) {
    this.data = who;
    this.heard = heard;
  }
  send(said: object): void {
    if (!this.#closed) this.said.push(said);
  }
  close(code: number, reason: string): void {
    if (!this.#closed && !this.said.some((each) => 'type' in each && each.type === 'bye')) {
      this.said.push({ type: 'bye', code, after: 0, reason });
    }
    this.#closed = true;
  }
}

/** On a socket this is close code 4401: the client forgets and begins anew. */
const erased = (): TurnedAway => new TurnedAway(401, 'unauthorized', 'this device was forgotten: begin anew');
