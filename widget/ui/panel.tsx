import type { State } from '../state.ts';
import { composer } from './composer.tsx';
import { header } from './header.tsx';
import { thread } from './thread.tsx';

/**
 * Plain functions and no components: all of it is drawn again whenever a signal that it read has changed.
 * @param bare without what was said: that comes a moment later, so that opening is no one long task
 */
export const panel = (state: State, bare?: boolean) => (
  <div
    ref={state.places.panel} class="p" role="dialog" tabIndex={-1} hidden={!state.isOpen.value}
    aria-label={state.card.value?.name || state.words.chat}
  >
    {header(state)}
    {thread(state, bare)}
    {composer(state)}
    <div ref={state.places.more} />
  </div>
);
