/** The open WebSockets of one brand, found by tag. */
import { tagOf, type Who } from '../host.ts';
import type { Line } from './node-line.ts';

/** A line that has not answered a ping of ours by the next is dead: noticed within 40 s, though its page may be asleep and say nothing itself. */
const PING_MS = 20_000;

export class Lines {
  readonly #all = new Set<Line>();
  readonly #byTag = new Map<string, Set<Line>>();
  #pinging: NodeJS.Timeout | undefined;

  /** @param who as it came in: tags do not change while a connection lasts. */
  add(line: Line, who: Who): void {
    this.#all.add(line);
    for (const tag of tagOf(who)) {
      const tagged = this.#byTag.get(tag) ?? new Set();
      this.#byTag.set(tag, tagged.add(line));
    }
    this.#pinging ??= setInterval(() => this.#ping(), PING_MS).unref();
  }

  remove(line: Line, who: Who): void {
    this.#all.delete(line);
    for (const tag of tagOf(who)) {
      const tagged = this.#byTag.get(tag);
      tagged?.delete(line);
      if (!tagged?.size) this.#byTag.delete(tag);
    }
  }

  open(tag?: string): Line[] {
    const lines = tag === undefined ? this.#all : this.#byTag.get(tag);
    return lines ? [...lines].filter((line) => line.isOpen) : [];
  }

  get size(): number {
    return this.#all.size;
  }

  /** Forgets them all, and gives them back to be closed. */
  clear(): Line[] {
    const all = [...this.#all];
    this.#all.clear();
    this.#byTag.clear();
    clearInterval(this.#pinging);
    this.#pinging = undefined;
    return all;
  }

  #ping(): void {
    for (const line of this.#all) line.ping();
    if (this.#all.size) return;
    clearInterval(this.#pinging);
    this.#pinging = undefined;
  }
}
