/** A real link inside the inbox: opens in a new tab when asked to, else without leaving the page. */
import type { ComponentChildren, ComponentProps } from 'preact';
import { pathOf, type Place } from '../route.ts';
import { useInbox } from './context.ts';

type Props = Pick<ComponentProps<'a'>, 'class' | 'title' | 'aria-label' | 'aria-current' | 'tabIndex'> & {
  to: Place;
  'data-thread'?: string;
  children: ComponentChildren;
  onFollow?: (event: MouseEvent) => void;
};

export function Link({ to, onFollow, children, ...rest }: Props) {
  const { brand, go } = useInbox();
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
    onFollow?.(event);
  };
  return <a {...rest} href={pathOf(brand, to)} onClick={follow}>{children}</a>;
}
