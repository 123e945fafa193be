/** What is said on the lines: for whoever repeats it, and to count what is rare. */
import type { Ledger, Said } from './ledger.ts';
import type { Link, Net } from './line.ts';
import { stage } from './stage.ts';
import { Broken, type Place, type World } from './world.ts';

/** What somebody said on one connection. */
export interface Overheard { url: string; protocols: string[]; from: string; says: string[] }

/** R3, and twice the time in which so many are welcome again: who was held for a while may hear of it late. */
const MESSAGES_AT_ONCE = 10;
const PACE_MS = 60_000;

const ID = /"id":"([\w.-]+)"/;
const REV = /"rev":(\d+)/;

export class Ears {
  readonly lines = new Map<Link, Overheard>();
  readonly #world: World;
  readonly #ledger: Ledger;
  readonly #net: Net;
  readonly #acked = new Set<string>();
  readonly #processOf = new Map<object, Place | undefined>();
  /** What the team has seen of each thread, as it was told. */
  readonly #seen = new Map<Link, Map<string, number>>();
  readonly #asked = new Map<Link, number>();

  constructor(world: World, ledger: Ledger, net: Net) {
    this.#world = world;
    this.#ledger = ledger;
    this.#net = net;
    net.said = (link, text) => this.#said(link, text);
    net.told = (link, text) => this.#told(link, text);
    net.slowedDown = (link) => {
      if (!world.counts.has('fault: server clock')) world.broken ??= new Broken('I7', `${link.tab.place.name} is an honest page, and was sent away for too much`);
    };
  }

  isAcked(say: string): boolean {
    return this.#acked.has(ID.exec(say)![1]!);
  }

  #said(link: Link, text: string): void {
    const world = this.#world;
    if (text.startsWith('{"type":"say"')) {
      if (this.#ledger.said.get(ID.exec(text)![1]!)?.ackedAt !== undefined) world.count('offered again after it was acknowledged');
      if (!link.client.url.endsWith('/visitor')) return;
      const line = this.lines.get(link) ?? { url: link.client.url, protocols: link.protocols, from: link.from, says: [] };
      line.says.push(text);
      this.lines.set(link, line);
    } else if (text.startsWith('{"type":"sync"')) {
      world.count('a pong told of something missed');
      // Not thrown: it is the page that is here, and no fault of its own.
      if (!this.#net.mayMiss) world.broken ??= new Broken('I5', `${link.tab.place.name} had to ask for a change that it was not told of`);
    }
    else if (text.startsWith('{"type":"pull"')) world.count('a page was pulled');
    else if (text.startsWith('{"type":"hi"')) this.#asked.set(link, Number(REV.exec(text)?.[1] ?? 0));
  }

  /** Whoever is asked to wait has had her ten messages. What could not be kept has paid as well, and clocks that are set say nothing. */
  #mustHaveSaidMuch(said: Said | undefined): void {
    const world = this.#world;
    if (!said?.thread || ['fault: server clock', 'a commit found the disk full', 'one write failed'].some((what) => world.counts.has(what))) return;
    const [{ n, visitor }] = stage().disks.rows(`/brands/${said.brand}.sqlite`,
      "SELECT count(*) AS n, visitor FROM message JOIN thread ON thread.id = thread WHERE by = 'visitor' AND message.at > ? AND visitor = (SELECT visitor FROM thread WHERE id = ?)",
      world.now - PACE_MS, said.thread) as [{ n: number; visitor: string | null }];
    if (visitor && n < MESSAGES_AT_ONCE) world.broken ??= new Broken('I7', `${said.by} was asked to wait after ${n} messages`);
  }

  /** W1, as one line is told of it. */
  #mustRise(link: Link, { set }: { set: { kind: string; id: string; team: { seen: number } }[] }): void {
    const known = this.#seen.get(link) ?? new Map<string, number>();
    this.#seen.set(link, known);
    for (const { kind, id, team } of set) {
      if (kind !== 'thread') continue;
      if (team.seen < (known.get(id) ?? 0)) this.#world.broken ??= new Broken('I12', `${link.tab.place.name} was told that ${known.get(id)} of ${id} were seen, and then ${team.seen}`);
      known.set(id, team.seen);
    }
  }

  #told(link: Link, text: string): void {
    const world = this.#world;
    if (text.startsWith('{"type":"ack"')) {
      const id = ID.exec(text)![1]!;
      if (this.#acked.has(id)) world.count('duplicate suppressed: the same acknowledgement again');
      this.#acked.add(id);
    } else if (text.startsWith('{"type":"ok"')) {
      const before = this.#processOf.get(link.tab);
      const isFresh = text.includes('"fresh":true');
      if (before && before !== link.process && this.#asked.get(link)) world.count(isFresh ? 'began anew after a restart' : 'resumed across a restart');
      this.#processOf.set(link.tab, link.process);
    } else if (text.startsWith('{"type":"changed"') && link.client.url.endsWith('/visitor')) {
      this.#mustRise(link, JSON.parse(text));
    } else if (text.startsWith('{"type":"nak"')) {
      world.count(text.includes('"retryAfter"') ? 'asked to come again later' : 'refused for good');
      if (text.includes('"too many new threads"')) link.tab.device.slowed = true;
      if (text.includes('"too many messages at once"')) this.#mustHaveSaidMuch(this.#ledger.said.get(ID.exec(text)![1]!));
    }
  }
}
