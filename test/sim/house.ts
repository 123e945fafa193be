/** The server as a process that can die: the real owners of the brands, behind the real doors, on the simulated machine. */
import type { WebSocket } from 'ws';
import type { Id } from '../../protocol/messages.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { Call } from '../../server/doors/door.ts';
import { doorRates } from '../../server/doors/door-rates.ts';
import { Counters } from '../../server/doors/metrics.ts';
import { postDeskFrames, postFrames } from '../../server/doors/post.ts';
import { hashOf } from '../../server/doors/secrets.ts';
import { ticket } from '../../server/doors/sign-in.ts';
import { TurnedAway } from '../../server/doors/turned-away.ts';
import { agentSocket, visitorSocket } from '../../server/doors/upgrade.ts';
import type { Brand } from '../../server/brand.ts';
import type { House, NotPromise, Who } from '../../server/host.ts';
import { putBack } from '../../server/hosts/node-backup.ts';
import { NodeOwner } from '../../server/hosts/node-owner.ts';
import { openSession, sessionOf } from '../../server/sessions.ts';
import './bursts.ts';
import type { Disks } from './disk.ts';
import type { Net, Server, ServerSocket } from './line.ts';
import type { Place, World } from './world.ts';

export const URL_OF = 'https://chat.test';
export const SHOP = 'https://shop.test';
const AGAIN_MS = 1_000;
const DRAIN_BATCH = 100;
const DRAIN_PAUSE_MS = 50;
const COME_BACK_WITHIN_MS = 10_000;

export class SimHouse implements Server {
  readonly world: World;
  readonly disks: Disks;
  readonly brands: readonly Id[];
  net!: Net;
  place: Place | undefined;
  skew = 0;
  /** Since when the process of now is up, true time. */
  upSince = 0;
  #owners = new Map<Id, NodeOwner>();
  #rates = doorRates();
  #backups = new Map<Id, { file: string; at: number }[]>();

  constructor(world: World, disks: Disks, brands: readonly Id[]) {
    this.world = world;
    this.disks = disks;
    this.brands = brands;
  }

  fileOf(brand: Id): string {
    return `/brands/${brand}.sqlite`;
  }

  start(): void {
    if (this.place) return;
    const place = this.place = this.world.place('server');
    place.skew = this.skew;
    this.upSince = this.world.now;
    this.#rates = doorRates();
    this.#owners = new Map();
    this.disks.die = () => this.die(false);
    try {
      this.world.at(place, () => { for (const brand of this.brands) this.#open(brand); });
    } catch (error) {
      // It could not open a brand, and ended; whoever starts it starts it again.
      if (!('errcode' in (error as object))) throw error;
      this.die(false);
      this.world.after(AGAIN_MS, this.world.nowhere, 'start', () => this.start());
    }
  }

  /** Memory and sockets are gone; the disk is not. @param silently so that nobody at the other end is told */
  die(silently: boolean): void {
    const { place } = this;
    if (!place) return;
    place.alive = false;
    this.place = undefined;
    this.disks.diesAtStatement = this.disks.failsAtWrite = 0;
    this.disks.diesBehindCommit = this.disks.takesBurst = false;
    this.disks.lostProcess();
    this.net.processDied(place, silently);
  }

  /** As `npm run admin -- restore`: the server stands still meanwhile. */
  restore(brand: Id): boolean {
    const copy = this.#backups.get(brand)?.[0];
    if (!copy || this.place) return false;
    const epoch = [...this.world.bytes(12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const place = this.world.place('operator');
    this.world.at(place, () => {
      putBack(this.fileOf(brand), copy.file, new Date(this.world.now), epoch).catch((error: Error) => { this.world.broken ??= error as never; });
    });
    return true;
  }
  backUp(brand: Id): void {
    const file = `/backups/${brand}-${this.world.now}`;
    if (this.disks.inTransaction(this.fileOf(brand))) return;
    this.disks.copy(this.fileOf(brand), file);
    this.#backups.set(brand, [...this.#backups.get(brand) ?? [], { file, at: this.world.now }]);
  }
  /** When the copy that would be put back was made. */
  backedUpAt(brand: Id): number | undefined {
    return this.#backups.get(brand)?.[0]?.at;
  }

  /** A deploy: everybody is told, and the next process begins when this one has ended. */
  drain(then: () => void): void {
    const { place, world } = this;
    if (!place) return;
    world.after(0, place, 'drain', () => {
      const all = [...this.#owners.values()].map((owner) => owner.drain(() => world.between(0, COME_BACK_WITHIN_MS), DRAIN_BATCH, DRAIN_PAUSE_MS));
      void Promise.all(all).then(() => {
        this.die(false);
        then();
      }, () => undefined); // it died while it said goodbye: whoever killed it starts it again
    });
  }

  jump(ms: number): void {
    this.skew += ms;
    if (this.place) this.place.skew = this.skew;
  }

  /** Something an operator, or a page of the desk, has done by the brand's own hand. */
  run<T>(brand: Id, what: string, work: (brand: Brand) => NotPromise<T>, then: (result: T | undefined) => void = () => undefined): void {
    const { place } = this;
    if (!place) return then(undefined);
    this.world.after(0, place, what, () => { this.owner(brand).run(work).then(then, () => then(undefined)); });
  }

  signIn(brand: Id, agent: Id, then: (secret: string | undefined) => void): void {
    const secret = Buffer.from(this.world.bytes(32)).toString('base64url');
    const { place } = this;
    if (!place) return then(undefined);
    this.world.after(0, place, 'sign in', () => {
      void hashOf(secret).then((hash) => this.owner(brand).run((each) => openSession(each, agent, hash)).then(() => then(secret), () => then(undefined)));
    });
  }

  found(brand: Id, settings: Settings, agents: { id: Id; name: string }[]): void {
    this.run(brand, 'found', (each) => {
      each.change(settings);
      for (const { id, name } of agents) each.hire({ id, name, email: `${id}@${brand}.test`, role: 'agent', password: 'x' });
    });
  }

  owner(brand: Id): NodeOwner {
    const open = this.#owners.get(brand);
    return open && !open.closed ? open : this.#open(brand);
  }
  #open(brand: Id): NodeOwner {
    const { world, place } = this;
    const log: House['log'] = (event, fields) => world.note(event, place, JSON.stringify(fields));
    const owner = new NodeOwner(brand, this.fileOf(brand), { now: () => world.now + this.skew, random: (bytes) => world.bytes(bytes), log });
    this.#owners.set(brand, owner);
    return owner;
  }

  // ---- Server

  knock(socket: ServerSocket, url: string, protocols: string[], from: string): void {
    const [brand, side] = placeOf(url);
    let who: Who | undefined;
    const isVisitor = side === 'visitor';
    const headers = { upgrade: 'websocket', origin: isVisitor ? SHOP : URL_OF, 'sec-websocket-protocol': protocols.join(', ') };
    const call = this.#call(brand, headers, from, (_: unknown, whom: Who) => { who = whom; return new Response(null); });
    const answer = isVisitor ? visitorSocket(call as never) : agentSocket(call as never);
    answer.then(() => {
      if (!who || socket.readyState !== 1) return;
      socket.link.accept();
      this.owner(brand).accept(socket as unknown as WebSocket, who);
    }, () => socket.link.refuse());
  }

  async ask(url: string, body: string, from: string): Promise<{ status: number; body: unknown }> {
    const [brand, ...rest] = placeOf(url);
    const { session, ...said } = (body ? JSON.parse(body) : {}) as { session?: string };
    try {
      return { status: 200, body: await this.#answer(brand, rest.join('/'), said, session, from) };
    } catch (error) {
      if (error instanceof TurnedAway) return { status: error.status, body: {} };
      return { status: 'errcode' in (error as object) ? 503 : 500, body: {} };
    }
  }
  async #answer(brand: Id, path: string, body: object, session: string | undefined, from: string): Promise<unknown> {
    const call = { ...this.#call(brand, {}, from), body };
    if (path === 'frames') return postFrames(call as never);
    const hash = await hashOf(session ?? '');
    const agent = await this.owner(brand).run((each) => sessionOf(each.host, hash));
    if (!agent) throw new TurnedAway(401, 'unauthorized', 'sign in');
    return path === 'desk/ticket' ? ticket({ ...call, agent } as never) : postDeskFrames({ ...call, agent } as never);
  }

  #call(brand: Id, headers: Record<string, string>, from: string, accept?: unknown): Partial<Call> {
    const { world } = this;
    return {
      knock: { req: { header: (name: string) => headers[name] }, env: { accept } } as never,
      owner: this.owner(brand), from, rates: this.#rates, counters: new Counters(),
      house: { now: () => world.now + this.skew, random: (bytes: number) => world.bytes(bytes), url: URL_OF, draining: false } as never,
    };
  }
}

/** `/v1/<brand>/…` */
const placeOf = (url: string): [Id, ...string[]] => url.slice(url.indexOf('/v1/') + 4).split('/') as [Id, ...string[]];
