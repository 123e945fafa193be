/** One thread: who it is with, what was said, and the place to answer. */
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../words.ts';
import { nameOf } from '../people.ts';
import { Banner } from './banner.tsx';
import { Composer } from './composer.tsx';
import { useDesk } from './context.ts';
import { EndDialog } from './end.tsx';
import { LearnDialog } from './learn.tsx';
import { Log } from './log.tsx';
import { Nothing } from './nothing.tsx';
import { Refusals } from './refusals.tsx';
import { ThreadHead } from './thread-head.tsx';
import { TransferDialog } from './transfer.tsx';
import type { DetailsPane } from './width.ts';

/** Pages of the list that are worth turning for one thread. */
const SEEK_PAGES = 5;

export function Thread({ details }: { details: DetailsPane }) {
  const desk = useDesk();
  const id = desk.thread.value;
  const row = desk.row.value;
  const isOn = desk.engine.line.value === 'on';
  const tries = useRef(0);
  useEffect(() => {
    if (!id || row) tries.current = 0;
    else if (isOn && !desk.listing.value && tries.current++ < SEEK_PAGES) void desk.moreThreads();
  }, [id, row === undefined, isOn, desk.listing.value]);
  if (!id) {
    return <div class="thread thread-none"><Nothing kind="thread" title={words.pickThread[0]} text={words.pickThread[1].split('|').map((part, i) => (i % 2 ? <kbd key={i}>{part}</kbd> : part))} /></div>;
  }
  if (!row) {
    // An old thread, by its address: it may stand further down the list than we have asked for.
    const isSought = desk.more.value[desk.box.value === 'ended' ? 'ended' : 'open'] && tries.current < SEEK_PAGES;
    const isKnown = isOn && !isSought;
    return (
      <div class="thread thread-none" aria-busy={!isKnown}>
        {isKnown ? <Nothing kind="gone" title={words.goneThread[0]} text={words.goneThread[1]} /> : <span class="spinner" />}
      </div>
    );
  }
  const name = nameOf(desk.visitor.value, row.who);
  const sheet = desk.handling.sheet.value;
  return (
    <section class="thread" aria-label={words.threadWith(name)}>
      <ThreadHead row={row} name={name} details={details} />
      <Banner row={row} name={name} />
      <Log key={id} row={row} name={name} />
      <Refusals />
      <Composer key={`compose ${id}`} row={row} name={name} />
      {sheet === 'transfer' && <TransferDialog row={row} />}
      {sheet === 'end' && <EndDialog row={row} />}
      {sheet === 'learn' && <LearnDialog />}
    </section>
  );
}
