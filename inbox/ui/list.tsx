/** The threads of a box. */
import { useEffect, useRef } from 'preact/hooks';
import { partOf } from '../boxes.ts';
import { words } from '../words.ts';
import { useDesk } from './context.ts';
import { walk } from './walk.ts';
import { Nothing } from './nothing.tsx';
import { Row } from './row.tsx';
import { SearchButton } from './search.tsx';

export function List() {
  const desk = useDesk();
  const box = desk.box.value;
  const rows = desk.shown.value;
  const from = box === 'ended' ? 'ended' : 'open';
  const isListed = box === 'ended' || box === 'all' || box === 'snoozed';
  const more = desk.more.value[from] && isListed;
  const end = useRef<HTMLDivElement>(null);
  const isOn = desk.engine.line.value === 'on';

  // Ended threads are history: the first of them are asked for when somebody looks.
  useEffect(() => {
    if (box === 'ended' && isOn && rows.length === 0) void desk.moreThreads();
  }, [box, isOn]);
  useEffect(() => {
    const mark = end.current;
    if (!mark || !isOn) return;
    const observer = new IntersectionObserver(([entry]) => { if (entry?.isIntersecting) void desk.moreThreads(); }, { rootMargin: '400px' });
    observer.observe(mark);
    return () => observer.disconnect();
  }, [rows.length, more, isOn]);

  const arrows = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    walk(desk, event.key === 'ArrowDown' ? 1 : -1);
  };
  const current = rows.some((row) => row.id === desk.thread.value) ? desk.thread.value : rows[0]?.id;
  // A heading over all there is would say nothing, but that all of it has returned.
  const parts = new Set(rows.map((row) => partOf(row, box, desk.me)));
  const hasParts = parts.size > 1 || parts.has('returned');
  const [title, text] = words.emptyBoxes[box];
  return (
    <section class="list" aria-label={words.threadsIn(words.boxes[box])}>
      <header class="pane-head">
        <h1>{words.boxes[box]}</h1>
        {desk.counts.value[box] > 0 && <span class="pane-count">{desk.counts.value[box]}</span>}
        <SearchButton />
      </header>
      <div class="scroll">
        {rows.length === 0 && !(more && desk.listing.value) && <Nothing kind={box} title={title} text={text} />}
        <ul class="rows" onKeyDown={arrows}>
          {rows.map((row, index) => {
            const part = partOf(row, box, desk.me);
            const isFirst = hasParts && (index === 0 || partOf(rows[index - 1]!, box, desk.me) !== part);
            return (
              <li key={row.id}>
                {isFirst && part && <h2 class="rows-part">{words.handling.parts[part]}</h2>}
                <Row row={row} tabbable={row.id === current} />
              </li>
            );
          })}
        </ul>
        {more && rows.length > 0 && (
          <div class="list-end" ref={end}>
            {desk.listing.value
              ? <span class="hint" role="status">{words.loadingOlder}</span>
              : <button type="button" class="button button-quiet" onClick={desk.moreThreads}>{words.olderThreads}</button>}
          </div>
        )}
      </div>
    </section>
  );
}
