/**
 * IndexedDB as a model: one store of keys, transactions one after the other, each all or nothing, and the failures that
 * real ones have. Values are kept as they are, not cloned: the product treats rows as unchangeable.
 */
import type { Device, Tab } from './device.ts';
import { stage } from './stage.ts';

type Listener = ((event: { newVersion: number | null }) => void) | undefined | null;
type Done = (() => void) | undefined | null;

class Request {
  result: unknown;
  error: DOMException | null = null;
  onsuccess: Done;
  onerror: Done;
  onblocked: Done;
  onupgradeneeded: Done;
  transaction: { abort(): void } | null = null;
  readonly work: (data: Map<string, unknown>) => unknown;
  constructor(work: (data: Map<string, unknown>) => unknown) {
    this.work = work;
  }
}

interface Range { from: string; to: string }
export const rangeOf = { bound: (from: string, to: string): Range => ({ from, to }) };
const within = (range: Range | string, data: Map<string, unknown>): string[] =>
  typeof range === 'string' ? [range] : [...data.keys()].filter((key) => key >= range.from && key <= range.to).sort();

class Transaction {
  readonly shelf: Shelf;
  readonly tab: Tab;
  readonly strict: boolean;
  readonly requests: Request[] = [];
  readonly undo: [string, unknown][] = [];
  state: 'waits' | 'runs' | 'commits' | 'done' = 'waits';
  error: DOMException | null = null;
  result = undefined;
  oncomplete: Done;
  onsuccess: Done;
  onabort: Done;
  onerror: Done;

  constructor(shelf: Shelf, tab: Tab, strict: boolean) {
    this.shelf = shelf;
    this.tab = tab;
    this.strict = strict;
  }
  objectStore(): object {
    const ask = (work: Request['work']) => {
      const request = new Request(work);
      this.requests.push(request);
      return request;
    };
    const write = (key: string, value: unknown, data: Map<string, unknown>) => {
      this.undo.push([key, data.get(key)]);
      if (value === undefined) data.delete(key);
      else data.set(key, value);
    };
    return {
      transaction: this,
      get: (key: string) => ask((data) => data.get(key)),
      getAll: (range: Range) => ask((data) => within(range, data).map((key) => data.get(key))),
      getAllKeys: (range: Range) => ask((data) => within(range, data)),
      put: (value: unknown, key: string) => ask((data) => {
        if (this.shelf.device.full) throw new DOMException('The disk is full.', 'QuotaExceededError');
        write(key, value, data);
      }),
      delete: (range: Range | string) => ask((data) => { for (const key of within(range, data)) write(key, undefined, data); }),
      clear: () => ask((data) => { for (const key of [...data.keys()]) write(key, undefined, data); }),
    };
  }
  abort(): void {
    this.shelf.fail(this, new DOMException('It was given up.', 'AbortError'));
  }
}

export class Connection {
  onclose: Done;
  onversionchange: Listener;
  closed = false;
  readonly shelf: Shelf;
  readonly tab: Tab;
  constructor(shelf: Shelf, tab: Tab) {
    this.shelf = shelf;
    this.tab = tab;
  }
  createObjectStore(): void {
    this.shelf.exists = true;
  }
  transaction(_store: string, _mode: string, options?: { durability?: string }): Transaction {
    if (this.closed) throw new DOMException('The connection is closed.', 'InvalidStateError');
    const transaction = new Transaction(this.shelf, this.tab, options?.durability === 'strict');
    this.shelf.begin(transaction);
    return transaction;
  }
  close(): void {
    this.closed = true;
    this.shelf.connections.delete(this);
  }
}

export class Shelf {
  readonly device: Device;
  readonly name: string;
  exists = false;
  data = new Map<string, unknown>();
  readonly connections = new Set<Connection>();
  #queue: Transaction[] = [];
  #busy: Transaction | undefined;

  constructor(device: Device, name: string) {
    this.device = device;
    this.name = name;
  }

  begin(transaction: Transaction): void {
    transaction.tab.writing++;
    this.#queue.push(transaction);
    // What it is asked for comes before it begins.
    this.#next();
  }

  #next(): void {
    if (this.#busy) return;
    const next = this.#busy = this.#queue.shift();
    if (!next) return;
    const { world } = stage();
    world.after(world.between(0, 3), next.tab.place, 'kept.run', () => this.#run(next));
  }

  #run(transaction: Transaction): void {
    const { world } = stage();
    if (this.device.hangs) return void world.after(500, transaction.tab.place, 'kept.hangs', () => this.#run(transaction));
    transaction.state = 'runs';
    for (let request = transaction.requests.shift(); request; request = transaction.requests.shift()) {
      try {
        if (this.device.fails > 0 && --this.device.fails === 0) {
          world.count('a disk request failed');
          throw new DOMException('It failed, as planned.', 'UnknownError');
        }
        request.result = request.work(this.data);
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        if (error.name === 'QuotaExceededError') world.count('a disk was full');
        request.error = error;
        this.fail(transaction, error);
        request.onerror?.();
        return;
      }
      request.onsuccess?.();
      world.settle();
      if ((transaction.state as string) === 'done') return;
    }
    transaction.state = 'commits';
    world.after(world.between(0, transaction.strict ? 6 : 2), transaction.tab.place, 'kept', () => {
      this.#end(transaction);
      transaction.onsuccess?.();
      transaction.oncomplete?.();
    });
  }

  #end(transaction: Transaction): void {
    transaction.state = 'done';
    transaction.tab.writing--;
    if (this.#busy === transaction) this.#busy = undefined;
    else this.#queue = this.#queue.filter((each) => each !== transaction);
    this.#next();
  }

  fail(transaction: Transaction, error: DOMException): void {
    if (transaction.state === 'done') return;
    for (const [key, value] of transaction.undo.reverse()) {
      if (value === undefined) this.data.delete(key);
      else this.data.set(key, value);
    }
    transaction.error = error;
    this.#end(transaction);
    stage().world.after(0, transaction.tab.place, 'kept.not', () => { transaction.onabort?.(); transaction.onerror?.(); });
  }

  /** A tab is gone in the middle of what it wrote: a commit that had begun may have happened. */
  forget(tab: Tab): void {
    for (const connection of [...this.connections]) if (connection.tab === tab) connection.close();
    for (const each of [this.#busy, ...this.#queue]) {
      if (each?.tab !== tab) continue;
      if (each.state === 'commits' && stage().world.chance(0.5)) this.#end(each);
      else this.fail(each, new DOMException('Its page is gone.', 'AbortError'));
    }
  }

  /** The browser, or its user, has emptied the storage of this site. */
  wipe(): void {
    for (const each of [this.#busy, ...this.#queue]) if (each) this.fail(each, new DOMException('It was emptied.', 'AbortError'));
    this.data = new Map();
    this.exists = false;
    for (const connection of this.connections) {
      connection.closed = true;
      stage().world.after(1, connection.tab.place, 'kept.closed', () => connection.onclose?.());
    }
    this.connections.clear();
  }
}

/** `indexedDB` of a tab. */
export function shelvesOf(tab: Tab): object {
  const { world } = stage();
  const { device } = tab;
  const soon = (what: string, work: () => void) => world.after(world.between(1, 4), tab.place, what, work);
  return {
    databases: async () => [...device.shelves.values()].filter(({ exists }) => exists).map(({ name }) => ({ name, version: 1 })),
    open(name: string) {
      const request = new Request(() => undefined);
      const shelf = device.shelf(name);
      const attempt = (): void => {
        if (device.hangs) return void world.after(500, tab.place, 'kept.hangs', attempt);
        if (device.fails > 0 && --device.fails === 0) {
          world.count('a disk request failed');
          request.error = new DOMException('It failed, as planned.', 'UnknownError');
          return request.onerror?.();
        }
        const connection = new Connection(shelf, tab);
        request.result = connection;
        if (!shelf.exists) {
          let given = false;
          request.transaction = { abort: () => { given = true; } };
          request.onupgradeneeded?.();
          if (given) {
            shelf.exists = false;
            request.error = new DOMException('It was given up.', 'AbortError');
            return request.onerror?.();
          }
        }
        shelf.connections.add(connection);
        request.onsuccess?.();
      };
      soon('kept.open', attempt);
      return request;
    },
    deleteDatabase(name: string) {
      const request = new Request(() => undefined);
      const shelf = device.shelf(name);
      for (const each of shelf.connections) world.after(0, each.tab.place, 'kept.change', () => each.onversionchange?.({ newVersion: null }));
      soon('kept.delete', () => {
        shelf.wipe();
        request.onsuccess?.();
      });
      return request;
    },
  };
}
