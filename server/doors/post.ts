/**
 * The frames of a socket over a plain request: for a page that is closing, and for networks that have no sockets.
 * The same gate reads them, and the same brand hears them.
 */
import { DEPTH, FRAME_BYTES, KEYS, POST_FRAMES } from '../../protocol/limits.ts';
import type { Time } from '../../protocol/messages.ts';
import { exactly, isRecord, list, type Shape } from '../../protocol/shape.ts';
import type { BodyRule } from './body.ts';
import type { Brand } from '../brand.ts';
import { deviceOf } from './device.ts';
import type { Call } from './door.ts';
import type { Connection, Who } from '../host.ts';
import { hashOf } from './secrets.ts';
import { forgotten, TOKEN } from './visitor-doors.ts';

const frame: Shape<object> = (value) =>
  !isRecord(value) ? 'must be an object'
    : JSON.stringify(value).length > FRAME_BYTES ? `must have at most ${FRAME_BYTES} characters`
    : undefined;
const frames = list(frame, POST_FRAMES);

export interface DeskPost { frames: object[] }
export interface Post extends DeskPost { token: string }

/** A few long messages, or many short ones. Two levels and two names lie around the frames. */
const COMMON = { bytes: 4 * FRAME_BYTES, depth: DEPTH + 2, keys: POST_FRAMES * KEYS + 2 };
export const POST: BodyRule<Post> = { ...COMMON, shape: exactly({ token: TOKEN, frames }), type: 'text' };
export const DESK_POST: BodyRule<DeskPost> = { ...COMMON, shape: exactly({ frames }), type: 'json' };

export async function postFrames({ owner, body, from, knock }: Call<Post>): Promise<object> {
  const token = await hashOf(body.token);
  const device = deviceOf(knock.req.header('user-agent'));
  return owner.run((brand) => {
    const admitted = brand.admit(token);
    if (admitted === 'erased') throw forgotten();
    const { visitor } = admitted;
    const who: Who = { role: 'visitor', connection: `post.${visitor}`, visitor, token, from, ...(device ? { device } : {}) };
    return { frames: heard(brand, who, body.frames) };
  });
}

/** An agent's, with her session. */
export async function postDeskFrames({ owner, body, from, agent: { agent, session } }: Call<DeskPost>): Promise<object> {
  return owner.run((brand) => ({
    frames: heard(brand, { role: 'agent', connection: `post.${agent}`, agent, session, from }, body.frames),
  }));
}

/** There is no greeting to wait for: whoever posts has said who she is. */
function heard(brand: Brand, who: Who, said: object[]): object[] {
  const once = new OnceConnection({ ...who, greeted: true }, brand.host.now());
  brand.post(once, said);
  brand.leave(once);
  return once.answers;
}

/** A connection for the length of one request; what was said over it leaves with the answer, after the commit. */
class OnceConnection implements Connection {
  data: Who;
  readonly heard: Time;
  readonly answers: object[] = [];
  #closed = false;

  constructor(who: Who, heard: Time) {
    this.data = who;
    this.heard = heard;
  }
  send(answer: object): void {
    if (!this.#closed) this.answers.push(answer);
  }
  close(): void {
    this.#closed = true;
  }
}
