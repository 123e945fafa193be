/** A device: a browser with its storage and its tabs, which may lose them, freeze them, and have a clock of their own. */
import type { Link } from './line.ts';
import { Shelf } from './shelf.ts';
import { stage } from './stage.ts';
import type { Place, World } from './world.ts';

type Listener = (event: { type: string }) => void;

/** `window` or `document`, as far as anybody listens to it. */
class Ear {
  readonly #listeners = new Map<string, Set<Listener>>();
  addEventListener(type: string, listener: Listener): void {
    const all = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, all.add(listener));
  }
  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }
  tell(type: string): void {
    for (const listener of [...this.#listeners.get(type) ?? []]) listener({ type });
  }
}

export class Tab {
  readonly device: Device;
  readonly place: Place;
  readonly window = new Ear();
  readonly document = Object.assign(new Ear(), { hidden: false, title: 'Tea', referrer: '' });
  readonly location = { href: 'https://shop.test/tea' };
  readonly channels = new Set<RawChannel>();
  /** Transactions that have begun and not ended. */
  writing = 0;
  /** The server has said to come again when somebody looks. */
  sentAway = false;
  /** Its newest connection. */
  link: Link | undefined;
  /** The token that it last came with. */
  offered = '';

  constructor(device: Device, place: Place) {
    this.device = device;
    this.place = place;
  }

  /** Its events, as one of its own: at this place, now. */
  tell(type: 'online' | 'offline' | 'pageshow' | 'pagehide'): void {
    stage().world.after(0, this.place, type, () => this.window.tell(type));
  }
  show(visible: boolean): void {
    stage().world.after(0, this.place, visible ? 'shown' : 'hidden', () => {
      if (this.document.hidden && !visible) return; // no browser says so twice
      this.document.hidden = !visible;
      this.document.tell('visibilitychange');
    });
  }
  /** Nothing that was to happen here will. */
  die(): void {
    this.place.alive = false;
    this.device.tabs.delete(this);
    for (const shelf of this.device.shelves.values()) shelf.forget(this);
    stage().net.forget(this);
  }
}

const tabs = new WeakMap<Place, Tab>();
/** The tab that a place is. @throws where there is none: the code that asks is not running in a browser */
export function tabAt(place: Place): Tab {
  const tab = tabs.get(place);
  if (!tab) throw new Error(`${place.name} is no tab`);
  return tab;
}

export class Device {
  readonly name: string;
  readonly tabs = new Set<Tab>();
  readonly shelves = new Map<string, Shelf>();
  readonly #world: World;
  skew = 0;
  /** Of the storage: the request that fails, counted down; no room; no answer. */
  fails = 0;
  full = false;
  hangs = false;
  /** The network is gone, and the browser may or may not know. */
  offline = false;
  /** A network that forbids sockets, and lets requests through. */
  noSockets = false;
  /** Its storage has failed or was emptied: what only it held may be gone, and its user was told. */
  troubled = false;
  /** It was told to wait for longer than a run lasts. */
  slowed = false;
  #opened = 0;

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
  }

  open(): Tab {
    const place = this.#world.place(`${this.name}.${++this.#opened}`);
    place.skew = this.skew;
    const tab = new Tab(this, place);
    this.tabs.add(tab);
    tabs.set(place, tab);
    return tab;
  }
  shelf(name: string): Shelf {
    let shelf = this.shelves.get(name);
    if (!shelf) this.shelves.set(name, shelf = new Shelf(this, name));
    return shelf;
  }
  jump(ms: number): void {
    this.skew += ms;
    for (const { place } of this.tabs) place.skew = this.skew;
  }
}

export class RawChannel {
  onmessage: ((event: object) => void) | null = null;
  readonly #name: string;
  readonly #tab: Tab;
  constructor(name: string) {
    this.#name = name;
    this.#tab = tabAt(stage().world.current);
    this.#tab.channels.add(this);
  }
  postMessage(): void {
    const { world } = stage();
    for (const tab of this.#tab.device.tabs) {
      for (const each of tab.channels) {
        if (each !== this && each.#name === this.#name) world.after(world.between(0, 2), tab.place, 'channel', () => each.onmessage?.({ data: 0 }));
      }
    }
  }
  close(): void {
    this.#tab.channels.delete(this);
  }
}
