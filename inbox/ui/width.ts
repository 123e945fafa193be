/** Whether the details stand open: a matter of taste on a wide screen, of the moment on a narrow one. */
import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';

/** Below this the details lie over the thread instead of beside it. The same number stands in style.css. */
const WIDE = '(min-width: 1200px)';

/** Whether the window is like that, followed as it changes. */
export function useMedia(query: string): ReadonlySignal<boolean> {
  const list = useMemo(() => matchMedia(query), [query]);
  const matches = useSignal(list.matches);
  useEffect(() => {
    const follow = () => { matches.value = list.matches; };
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [list]);
  return matches;
}

export interface DetailsPane { isOpen: ReadonlySignal<boolean>; isWide: ReadonlySignal<boolean>; toggle(): void; close(): void }

export function useDetails(): DetailsPane {
  const query = useMemo(() => matchMedia(WIDE), []);
  const isWide = useSignal(query.matches);
  const wanted = useSignal(true);
  const called = useSignal(false);
  useEffect(() => {
    const follow = () => {
      isWide.value = query.matches;
      called.value = false;
    };
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const isOpen = useComputed(() => (isWide.value ? wanted.value : called.value));
  return {
    isOpen,
    isWide,
    toggle: () => (isWide.value ? (wanted.value = !wanted.value) : (called.value = !called.value)),
    // Closing by going away is no change of taste.
    close: () => { called.value = false; },
  };
}
