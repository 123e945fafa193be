/** A list to choose from while the focus stays in a field: arrows walk, Enter or Tab takes, Escape shuts. */
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface Choosing<T> {
  id: string;
  options: readonly T[];
  active: Signal<number>;
  take(option: T): void;
  /** @returns whether the key was for the list */
  press(event: KeyboardEvent): boolean;
}

/** @param shut absent where Escape is somebody else's */
export function useChoosing<T>({ id, options, take, shut, tab = true }: {
  id: string; options: readonly T[]; take: (option: T) => void; shut?: () => void; tab?: boolean;
}): Choosing<T> {
  const active = useSignal(0);
  const last = options.length - 1;
  if (active.peek() > Math.max(last, 0)) active.value = 0;
  return {
    id, options, active, take,
    press(event) {
      if (event.isComposing) return false;
      const { key } = event;
      if (key === 'Escape' && shut) shut();
      else if (last < 0) return false;
      else if (key === 'ArrowDown') active.value = active.value >= last ? 0 : active.value + 1;
      else if (key === 'ArrowUp') active.value = active.value <= 0 ? last : active.value - 1;
      else if (key === 'Home' && event.ctrlKey) active.value = 0;
      else if (key === 'End' && event.ctrlKey) active.value = last;
      else if ((key === 'Enter' || (tab && key === 'Tab' && !event.shiftKey)) && options[active.value]) take(options[active.value]!);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}

export const optionId = (list: string, index: number): string => `${list}-${index}`;

/** What the field says about its list. */
export const wiringOf = <T,>({ id, options, active }: Choosing<T>) => ({
  'aria-controls': id, 'aria-autocomplete': 'list' as const,
  ...(options.length > 0 && { 'aria-activedescendant': optionId(id, active.value) }),
});

export function Choices<T>({ choosing, label, keyOf, children, className = '' }: {
  choosing: Choosing<T>; label: string; keyOf: (option: T) => string; children: (option: T) => ComponentChildren; className?: string;
}) {
  const { id, options, active, take } = choosing;
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    root.current?.children[active.value]?.scrollIntoView?.({ block: 'nearest' });
  }, [active.value, options]);
  return (
    <div class={`picks ${className}`} id={id} role="listbox" aria-label={label} ref={root}>
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the focus and the keys are the field's, which names the active option
        <div key={keyOf(option)} id={optionId(id, index)} class="pick" role="option" aria-selected={index === active.value}
          onPointerMove={() => (active.value = index)} onPointerDown={(event) => event.preventDefault()} onClick={() => take(option)}>
          {children(option)}
        </div>
      ))}
    </div>
  );
}
