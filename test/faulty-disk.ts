/** A disk that fails as real ones do: on the nth request, when it is full, or by never answering. Real IndexedDB code runs behind it. */
import { IDBFactory } from 'fake-indexeddb';
import { vi } from 'vitest';

export class FaultyDisk {
  readonly factory = new IDBFactory();
  /** Requests so far: opens, reads, writes and deletions. */
  requests = 0;
  /** The number of the request that fails, and with what. */
  failsAt = 0;
  failsWith = 'UnknownError';
  /** Nothing more can be written; reading and deleting still work. */
  full = false;
  /** `open` never answers. */
  hangs = false;
  /** The next so many transactions cannot be begun: the connection was closed without a word. */
  dead = 0;
  /** How often each fault has struck; a test of a fault that never struck proves nothing. */
  struck = 0;
  readonly durabilities: (string | undefined)[] = [];

  install(): this {
    const disk = this;
    vi.stubGlobal('indexedDB', {
      open(name: string, version: number) {
        if (disk.hangs) {
          disk.struck++;
          return {};
        }
        disk.#count();
        const request = disk.factory.open(name, version);
        request.addEventListener('success', () => disk.#wrap(request.result));
        return request;
      },
      deleteDatabase: (name: string) => disk.factory.deleteDatabase(name),
      databases: () => disk.factory.databases(),
    });
    return this;
  }

  async names(): Promise<(string | undefined)[]> {
    return (await this.factory.databases()).map(({ name }) => name);
  }
  /** What lies in the database, past all wrappers. */
  async read(name: string): Promise<Map<string, unknown>> {
    const db = await this.#raw(name);
    const store = db.transaction('kept').objectStore('kept');
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    db.close();
    return new Map(keys.map((key, index) => [String(key), values[index]]));
  }
  async plant(name: string, key: string, value: unknown): Promise<void> {
    const db = await this.#raw(name);
    await done(db.transaction('kept', 'readwrite').objectStore('kept').put(value, key));
    db.close();
  }

  async #raw(name: string): Promise<IDBDatabase> {
    const request = this.factory.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('kept');
    return done(request);
  }

  #wrap(db: IDBDatabase): void {
    const begin = db.transaction.bind(db);
    db.transaction = (names, mode, options) => {
      if (this.dead > 0) {
        this.dead--;
        this.struck++;
        throw new DOMException('The database connection is closing.', 'InvalidStateError');
      }
      this.durabilities.push(options?.durability);
      const transaction = begin(names, mode, options);
      const find = transaction.objectStore.bind(transaction);
      transaction.objectStore = (name) => {
        const store = find(name);
        for (const verb of ['put', 'delete', 'get', 'getAll', 'getAllKeys', 'clear'] as const) {
          const work = store[verb].bind(store) as (...args: unknown[]) => IDBRequest;
          Object.assign(store, {
            [verb]: (...args: unknown[]) => {
              this.#count();
              if (verb === 'put' && this.full) {
                this.struck++;
                throw new DOMException('The disk is full.', 'QuotaExceededError');
              }
              return work(...args);
            },
          });
        }
        return store;
      };
      return transaction;
    };
  }

  #count(): void {
    if (++this.requests !== this.failsAt) return;
    this.struck++;
    throw new DOMException('It failed, as planned.', this.failsWith);
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
