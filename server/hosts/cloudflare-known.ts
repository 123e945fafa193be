/** What one isolate remembers of the directory, so that most knocks ask nobody but itself. */
import type { Id, Time } from '../../protocol/messages.ts';
import type { Entry } from './cloudflare-directory.ts';

/** A page that was taken off a brand's list is passed on to its object for that long; there it is refused all the same. */
export const KNOWN_MS = 60_000;
/** Whoever knocked at a brand before it was made. */
export const UNKNOWN_MS = 5_000;
/** A page that is not on the list held here may have been put on it a moment ago; strangers must not make us ask for ever. */
export const DOUBT_MS = 5_000;
/** Some hundred bytes each; 30 MB of an isolate's 128 if every list were as long as it may be. */
const BRANDS_MOST = 2_000;
/** Names that strangers make up push out one another, never a brand. */
const NOBODY_MOST = 5_000;

/** The directory's answer. @throws when it cannot be reached */
export type Ask = (id: Id) => Promise<Entry | undefined>;

interface Held { entry: Entry; asked: Time; doubted: Time }

export class Known {
  readonly #brands = new Map<Id, Held>();
  readonly #nobody = new Map<Id, Time>();

  /** @throws what `ask` throws, unless the brand is remembered from before */
  async find(id: Id, ask: Ask, now: Time): Promise<Entry | undefined> {
    const held = this.#brands.get(id);
    if (held && now - held.asked < KNOWN_MS) return held.entry;
    if (now - (this.#nobody.get(id) ?? -UNKNOWN_MS) < UNKNOWN_MS) return undefined;
    return this.#learn(id, ask, now, held?.doubted);
  }

  /** For somebody who is not on the list that `find` gave: asks once more, unless somebody else made us a moment ago. */
  async doubt(id: Id, ask: Ask, now: Time): Promise<void> {
    const held = this.#brands.get(id);
    if (held && now - held.doubted >= DOUBT_MS) await this.#learn(id, ask, now, now);
  }

  /** Without asking, however old. */
  recall(id: Id): Entry | undefined {
    return this.#brands.get(id)?.entry;
  }

  /** It may have changed: the next one asks. */
  forget(id: Id): void {
    this.#brands.delete(id);
    this.#nobody.delete(id);
  }

  async #learn(id: Id, ask: Ask, now: Time, doubted: Time = -DOUBT_MS): Promise<Entry | undefined> {
    let entry: Entry | undefined;
    try {
      entry = await ask(id);
    } catch (error) {
      const held = this.#brands.get(id);
      // Brands move house more seldom than a directory is out of reach.
      if (held) return held.entry;
      throw error;
    }
    this.#brands.delete(id);
    this.#nobody.delete(id);
    if (entry) put(this.#brands, BRANDS_MOST, id, { entry, asked: now, doubted });
    else put(this.#nobody, NOBODY_MOST, id, now);
    return entry;
  }
}

/** The one that was learned longest ago makes room. */
function put<T>(map: Map<Id, T>, most: number, id: Id, value: T): void {
  if (map.size >= most) map.delete(map.keys().next().value!);
  map.set(id, value);
}
