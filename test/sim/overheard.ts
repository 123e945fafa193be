/** What is said on the lines: for whoever repeats it, and to count what is rare. */
import type { Ledger } from './ledger.ts';
import type { Link, Net } from './line.ts';
import type { Place, World } from './world.ts';

/** What somebody said on one connection. */
export interface Overheard { url: string; protocols: string[]; from: string; says: string[] }

const ID = /"id":"([\w.-]+)"/;
const REV = /"rev":(\d+)/;

export class Ears {
  readonly lines = new Map<Link, Overheard>();
  readonly #world: World;
  readonly #ledger: Ledger;
  readonly #net: Net;
  readonly #acked = new Set<string>();
  readonly #processOf = new Map<object, Place | undefined>();
  readonly #asked = new Map<Link, number>();

  constructor(world: World, ledger: Ledger, net: Net) {
    this.#world = world;
    this.#ledger = ledger;
    this.#net = net;
    net.said = (link, text) => this.#said(link, text);
    net.told = (link, text) => this.#told(link, text);
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
      if (!this.#net.mayMiss) world.fail('I5', `${link.tab.place.name} had to ask for a change that it was not told of`);
    }
    else if (text.startsWith('{"type":"pull"')) world.count('a page was pulled');
    else if (text.startsWith('{"type":"hi"')) this.#asked.set(link, Number(REV.exec(text)?.[1] ?? 0));
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
    } else if (text.startsWith('{"type":"nak"')) {
      world.count(text.includes('"retryAfter"') ? 'asked to come again later' : 'refused for good');
      if (text.includes('"too many new threads"')) link.tab.device.slowed = true;
    }
  }
}
