/**
 * What this device keeps: one IndexedDB store of namespaced keys. A browser that forbids storage, has none left or
 * never answers must not cost anybody a message, so every failure leads to memory, and `keeps` says so.
 */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import { clear, get, promisifyRequest, type UseStore } from 'idb-keyval';
import { inTime } from './in-time.ts';

/** Longer than any healthy disk needs, shorter than anybody's patience with a window that stays empty. */
const PATIENCE_MS = 2_500;
const STORE = 'kept';

/** One transaction: all of it or none. */
export interface Change {
  /** Every key that begins so is dropped first. */
  clear?: string;
  drop?: string[];
  put?: [key: string, value: unknown][];
  /** What is found at this key decides, and nobody else can write in between. */
  look?: string;
  /** `false`: nothing is written; a change: that one instead. */
  passes?: (found: unknown) => boolean | Change;
  /** Costs a millisecond and survives a power cut: for what exists nowhere else. */
  strict?: boolean;
}

export interface Database {
  readonly name: string;
  /** `memory`: something could not be kept, and will be gone when this page is. Whoever wrote it still holds it. */
  readonly keeps: ReadonlySignal<'disk' | 'memory'>;
  /** Another tab (or this one) deleted everything: stop, and keep nothing more. */
  readonly gone: ReadonlySignal<boolean>;
  /** It failed once and is not asked again: that it has nothing means nothing. */
  readonly useless: boolean;
  /** Everything whose key begins so. Values come from a disk that others can write to: check their shape before use. */
  all(prefix?: string): Promise<[string, unknown][]>;
  get(key: string): Promise<unknown>;
  /** Resolves to whether it is on disk; never rejects. */
  change(change: Change): Promise<boolean>;
  close(): void;
  /** Here and in the other tabs. */
  destroy(): Promise<void>;
}

/** Nothing is opened or created before the first call. */
export function openDatabase(name: string): Database {
  const keeps = signal<'disk' | 'memory'>('disk');
  const gone = signal(false);
  let opening: Promise<IDBDatabase> | undefined;
  let wasOpen = false;
  let useless = false;

  const open = () => opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      // It was there before and is not now: another tab forgot everything. To make it again would undo that.
      if (wasOpen) {
        request.transaction!.abort();
        gone.value = true;
      } else request.result.createObjectStore(STORE);
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      if (useless || gone.value) {
        db.close();
        return reject(new Error('too late'));
      }
      wasOpen = true;
      // The browser threw away what it kept, as its owner wished, or its disk broke: nothing of this page is put there again.
      db.onclose = () => {
        useless = true;
        keeps.value = 'memory';
      };
      // Without this, deleting the database in another tab waits for this one for ever.
      db.onversionchange = (event) => {
        close();
        if (event.newVersion === null) gone.value = true;
      };
      resolve(db);
    };
  });

  function close() {
    opening?.then((db) => db.close(), () => undefined);
    opening = undefined;
  }

  const using = (strict?: boolean): UseStore => async (mode, callback) => {
    const store = async () => (await open())
      .transaction(STORE, mode, { durability: strict ? 'strict' : 'default' }).objectStore(STORE);
    let found: IDBObjectStore;
    try {
      found = await store();
    } catch (error) {
      // Safari, and Chrome after sleep, close connections without saying so; a new one works.
      if ((error as DOMException).name !== 'InvalidStateError') throw error;
      opening = undefined;
      found = await store();
    }
    return callback(found);
  };

  /** Does it on disk, or answers `undefined` and turns to memory. */
  async function onDisk<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (useless || gone.value) return undefined;
    try {
      return await inTime(work(), PATIENCE_MS);
    } catch (error) {
      // A disk that is full may still delete and read; one that cannot be opened or is silent is not asked again.
      if ((error as DOMException | null)?.name !== 'QuotaExceededError') useless = true;
      if (!gone.value) keeps.value = 'memory';
      return undefined;
    }
  }

  return {
    name, keeps, gone, close,
    get useless() { return useless; },
    async all(prefix = '') {
      const found = await onDisk(() => using()('readonly', (store) =>
        Promise.all([promisifyRequest(store.getAllKeys(those(prefix))), promisifyRequest(store.getAll(those(prefix)))])));
      return found ? found[0].map((key, index) => [key as string, found[1][index] as unknown]) : [];
    },
    get: (key) => onDisk(() => get(key, using())),
    change: async (change) => !!await onDisk(() => using(change.strict)('readwrite', (store) => {
      if (change.look) {
        const look = store.get(change.look);
        look.onsuccess = () => {
          const passes = change.passes!(look.result);
          if (passes) apply(store, passes === true ? change : passes);
        };
      } else apply(store, change);
      return promisifyRequest(store.transaction).then(() => true);
    })),
    async destroy() {
      // Emptied first: a deletion may have to wait for a tab that does not close its connection.
      await onDisk(() => clear(using()));
      close();
      gone.value = true;
      if (!useless) await new Promise<void>((resolve) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = request.onerror = request.onblocked = () => resolve();
      });
    },
  };
}

const those = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

function apply(store: IDBObjectStore, { clear: prefix, drop, put }: Change): void {
  try {
    if (prefix) store.delete(those(prefix));
    for (const key of drop ?? []) store.delete(key);
    for (const [key, value] of put ?? []) store.put(value, key);
  } catch (error) {
    // What was asked for before the failure would be committed without what comes after it.
    store.transaction.abort();
    throw error;
  }
}
