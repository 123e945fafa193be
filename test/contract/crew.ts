/** A team of which nobody is in but those whom a test asks for: who is in decides who gets what (rule D3). */
import { expect } from 'vitest';
import { laterThan } from './caller.ts';
import { type Heard, json, type Line, newId, newToken, type Place, say } from './talk.ts';

const FUTURE = Number.MAX_SAFE_INTEGER;
/** Higher than the place of any message here. */
const LAST = 999;
const POST_FRAMES = 32;

/** One of the team at her inbox. */
export class Colleague {
  readonly line: Line;
  readonly id: string;

  constructor(line: Line) {
    this.line = line;
    this.id = line.of('ok')[0].me.id;
  }

  /** @returns the answer */
  does(type: string, thread: string, more: object = {}): Promise<Heard> {
    return this.line.ask({ type, id: newId(), thread, ...more });
  }
  /** Of something that is done. */
  async did(type: string, thread: string, more: object = {}): Promise<Heard> {
    const answer = await this.does(type, thread, more);
    expect(answer).toMatchObject({ type: 'ack' });
    return answer;
  }
  says(thread: string, body = 'an answer'): Promise<Heard> {
    return this.line.ask(say(thread, body));
  }
  async is(status: 'available' | 'away'): Promise<void> {
    expect(await this.line.ask({ type: 'status', id: newId(), status })).toMatchObject({ type: 'ack' });
  }
  /** Its row, when everything that was done before has been told. */
  async sees(thread: string): Promise<Heard> {
    await this.line.settled();
    return this.line.row('thread', thread);
  }
  /** Her own row, as everybody has it. */
  async me(): Promise<Heard> {
    await this.line.settled();
    return this.line.row('agent', this.id);
  }
  /** What has happened to it, as she was told while she was here. */
  async history(thread: string): Promise<Heard[]> {
    await this.line.settled();
    return this.line.rows().filter((row) => row.kind === 'entry' && row.thread === thread);
  }
}

export class Crew {
  readonly #at: () => Place;
  readonly #cookies = new Map<string, string>();

  constructor(at: () => Place) {
    this.#at = at;
  }

  /** Everybody of it is away. */
  async hire(...names: string[]): Promise<void> {
    for (const name of names) this.#cookies.set(name, await this.#at().hire(name));
    await this.rest();
  }
  cookie(name: string): string {
    return this.#cookies.get(name)!;
  }

  /** At her inbox, where she gets nothing by herself. */
  async away(name: string): Promise<Colleague> {
    return new Colleague(await this.#at().agent(this.cookie(name)));
  }
  /** @param slots how many threads she holds by routing */
  async comes(name: string, slots = 50): Promise<Colleague> {
    const colleague = await this.away(name);
    const { status } = await this.#at().desk(`agents/${colleague.id}/slots`, { method: 'POST', cookie: this.#at().owner, body: { slots } });
    expect(status).toBe(200);
    await colleague.is('available');
    return colleague;
  }
  /** A visitor who is not on the site: what she says comes from a page that is closing. */
  async writes(thread: string = newId(), token = newToken()): Promise<{ thread: string; token: string }> {
    const { frames } = await json(await this.#at().post(token, [say(thread)]));
    expect(frames).toMatchObject([{ type: 'ack' }]);
    // Who began to wait first is known where times differ.
    await laterThan(Date.now());
    return { thread, token };
  }

  /** Everything ends, and everybody goes. */
  async rest(): Promise<void> {
    for (const cookie of [this.#at().owner, ...this.#cookies.values()]) await this.#post(cookie, [{ type: 'status', id: newId(), status: 'away' }]);
    for (;;) {
      const [, { set }] = await this.#post(this.#at().owner, [{ type: 'ping' }, { type: 'list', box: 'open', before: FUTURE, n: POST_FRAMES }]);
      const open = set.filter(({ kind }: Heard) => kind === 'thread');
      if (!open.length) return;
      await this.#post(this.#at().owner, open.map(({ id }: Heard) => ({ type: 'end', id: newId(), thread: id, seq: LAST })));
    }
  }
  async #post(cookie: string, frames: object[]): Promise<Heard[]> {
    return (await json(await this.#at().desk('frames', { method: 'POST', cookie, body: { frames } }))).frames;
  }
}
