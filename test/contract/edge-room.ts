/** The edge host inside a test's own process tree, with faults to plant and objects to put to sleep: for what is true of the platform alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestHarness, type TestHarness, type TestHarnessOptions } from 'wrangler';
import { cookieName } from '../../server/doors/cookie.ts';
import type { BrandObject } from './faulty-edge.ts';
import { type Served, until } from './hosts.ts';
import { type Heard, Place, SHOP } from './talk.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ADMIN_TOKEN = 'for this machine only';

type Config = Extract<TestHarnessOptions['workers'][number], { config: unknown }>['config'];

/** What is deployed, but for the one file. */
export function faultyConfig(vars: Record<string, string> = {}): Config {
  const text = readFileSync(join(ROOT, 'wrangler.jsonc'), 'utf8').replace(/^\s*\/\/.*$/gm, '');
  const config = JSON.parse(text) as Config & { assets: object };
  return {
    ...config, main: join(ROOT, 'test/contract/faulty-edge.ts'), assets: { ...config.assets, directory: join(ROOT, 'dist') },
    vars: { ADMIN_TOKEN, ADDRESS_HEADER: 'x-forwarded-for', ...vars },
  };
}

type Verb = { [Name in keyof BrandObject]: BrandObject[Name] extends (...args: never[]) => unknown ? Name : never }[keyof BrandObject];
type Said<Name extends Verb> = BrandObject[Name] extends (...args: never[]) => infer Result ? Awaited<Result> : never;
type Args<Name extends Verb> = BrandObject[Name] extends (...args: infer All) => unknown ? All : never;

export class EdgeRoom {
  readonly #harness: TestHarness;
  readonly served: Served;
  readonly #rooms: Edge[] = [];
  readonly #staying: Edge[] = [];

  private constructor(harness: TestHarness, url: URL) {
    this.#harness = harness;
    // All that its visitors and agents need to know of it.
    this.served = { name: 'workerd', url: `http://localhost:${url.port}`, port: Number(url.port) } as Served;
  }

  static async open(): Promise<EdgeRoom> {
    const harness = createTestHarness({ root: ROOT, workers: [{ config: faultyConfig() }] });
    const room = new EdgeRoom(harness, (await harness.listen()).url);
    await room.update();
    return room;
  }

  /** As a deployment does: all objects, and all their sockets, are gone. */
  async update(vars: Record<string, string> = {}): Promise<void> {
    await this.#harness.update({ root: ROOT, workers: [{ config: faultyConfig({ PUBLIC_URL: this.served.url, ...vars }) }] });
  }

  /** The place of a brand that is not there yet. */
  edge(id: string, stays?: 'stays'): Edge {
    const edge = new Edge(this.#harness, this.served, id);
    (stays ? this.#staying : this.#rooms).push(edge);
    return edge;
  }

  /** A brand of its own for each test. */
  async brand(id: string): Promise<Edge> {
    const edge = this.edge(id);
    await edge.create();
    return edge;
  }

  /** After each test: all but what stays until the end. */
  hangUp(): void {
    for (const edge of this.#rooms.splice(0)) edge.place.hangUp();
  }

  async close(): Promise<void> {
    this.hangUp();
    for (const edge of this.#staying.splice(0)) edge.place.hangUp();
    await this.#harness.close();
  }
}

export class Edge {
  readonly #harness: TestHarness;
  readonly place: Place;
  readonly id: string;

  constructor(harness: TestHarness, served: Served, id: string) {
    this.#harness = harness;
    this.id = id;
    this.place = new Place(served, id, '');
  }

  /** @returns what the operator is told @throws when the door said nothing */
  async create(): Promise<Heard> {
    const response = await fetch(`${this.place.served.url}/operator/errand`, {
      method: 'POST', headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ verb: 'brand create', args: [this.id, 'Kettle & Fern', SHOP] }),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  }

  /** In the object, which this wakes. @throws what it throws there */
  async ask<Name extends Verb>(verb: Name, ...args: Args<Name>): Promise<Said<Name>> {
    const answer = await (await fetch(`${this.place.served.url}/test`, { method: 'POST', body: JSON.stringify({ brand: this.id, verb, args }) })).json() as Heard;
    if ('threw' in answer) throw new Error(answer.threw);
    return answer.said;
  }

  /** A colleague. @returns her cookie */
  async seat(name: string): Promise<string> {
    return `${cookieName(this.id, this.place.served.url)}=${await this.ask('seat', name)}`;
  }

  /** Out of memory with it; its sockets stay, as after ten idle seconds. */
  async sleep(): Promise<void> {
    await this.#harness.getWorker().evictDurableObject('BrandObject', { name: this.id, webSockets: 'hibernate' });
  }

  /** Out of memory with it, and with its sockets. */
  async evict(): Promise<void> {
    await this.#harness.getWorker().evictDurableObject('BrandObject', { name: this.id, webSockets: 'close' });
  }

  /** What is on its disk. Wakes it. */
  async sql(query: string, ...params: (string | number)[]): Promise<Heard[]> {
    const storage = await this.#harness.getWorker().getDurableObjectStorage('BrandObject', { name: this.id });
    return await storage.exec(query, ...params) as Heard[];
  }

  /** What it has written into its log, whoever it was then. Wakes nobody. */
  log(event: string): Heard[] {
    return this.#harness.getLogs().flatMap(({ message }) => message.startsWith('{') ? [JSON.parse(message) as Heard] : [])
      .filter((line) => line.event === event && line.brand === this.id);
  }

  /** How often it was made: once, and once more for each time it had to wake. */
  get made(): number {
    return this.log('made').length;
  }

  logged(event: string, times = 1): Promise<void> {
    return until(() => this.log(event).length >= times, `${times} of ${event} in the log of ${this.id}`);
  }
}
