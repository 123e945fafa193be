/**
 * Small things this browser remembers for an agent: who was signed in, drafts, the choice of light or dark.
 * Where storage is forbidden they live as long as the page.
 */
export interface Keep {
  get(name: string): string | undefined;
  /** Empty text forgets. */
  set(name: string, value: string): void;
  /** Every name that begins so. */
  forget(prefix: string): void;
}

export function openKeep(brand: string, storage: () => Storage): Keep {
  const prefix = `leaveword-inbox:${brand}:`;
  const memory = new Map<string, string>();
  const store = probe(storage);

  return {
    get: (name) => memory.get(name) ?? store?.getItem(prefix + name) ?? undefined,
    set(name, value) {
      try {
        if (value === '') store?.removeItem(prefix + name);
        else store?.setItem(prefix + name, value);
        memory.delete(name);
        if (!store && value !== '') memory.set(name, value);
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        memory.set(name, value); // full: the page still remembers
      }
    },
    forget(start) {
      for (const name of [...memory.keys()]) if (name.startsWith(start)) memory.delete(name);
      if (!store) return;
      const names = Array.from({ length: store.length }, (_, i) => store.key(i)!);
      for (const name of names) if (name.startsWith(prefix + start)) store.removeItem(name);
    },
  };
}

/** Browsers that forbid storage throw as soon as it is named. */
function probe(storage: () => Storage): Storage | undefined {
  try {
    const store = storage();
    store.getItem('');
    return store;
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return undefined;
    throw error;
  }
}
