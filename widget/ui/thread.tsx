import type { VNode } from 'preact';
import type { State } from '../state.ts';
import { drawCluster, person } from './cluster.tsx';
import { mark } from './header.tsx';

/** So near to the end counts as being there. */
const NEAR_PX = 60;
/** Older messages are fetched before she gets to see the end of those that are here. */
const AHEAD_PX = 600;

export const thread = (state: State, bare?: boolean) => {
  const { words, times, held: { value: held }, card: { value: card }, bottom, count: { value: count }, places } = state;
  // Read also when nothing is drawn of it: whoever reads it is told of what comes.
  const clusters = state.clusters.value.length && !bare ? drawAll(state) : [];
  const typing = held?.typing;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys. */}
      <div ref={places.log} class="s" role="log" aria-relevant="additions" aria-label={words.messages} tabIndex={0} onScroll={() => watch(state)}>
        <div class="t">
          {clusters[0] || bare ? clusters : (
            <div class="hello">
              {mark(card?.logo)}
              <h2 dir="auto">{card?.greeting || words.greeting}</h2>
              <p>{words.hint}</p>
            </div>
          )}
          {held?.row?.ended && <p class="note">{words.ended}</p>}
          <div ref={places.survey} />
          {typing && <div class="c">{person(typing.name)}<p class="b soft dots"><i /><i /><i /></p></div>}
        </div>
      </div>
      <p class="sr" role="status">{typing && words.typing.replace('{name}', typing.name ?? '')}</p>
      {bottom.value === false && (
        <p class="low"><button type="button" class="pill" onClick={() => { places.log.current!.scrollTop = 0; }}>
          ↓ {count ? times.count(words.unread, count) : words.messages}
        </button></p>
      )}
    </>
  );
};

/** What was made of each cluster, by its first line: a new message, or a key, must not cost as much as a long thread. */
const madeFor = new WeakMap<State, Map<string, [signs: string, VNode]>>();

function drawAll(state: State): VNode[] {
  const all = state.clusters.value;
  const { logo = '', name = '' } = state.card.value ?? {};
  const before = madeFor.get(state);
  const made = new Map<string, [signs: string, VNode]>();
  madeFor.set(state, made);
  return all.map((each, index) => {
    const last = index === all.length - 1;
    const { lines, at, day, fresh, fate } = each;
    const first = lines[0]!.id;
    // Its day by name: what was said today is said to be of yesterday when tomorrow comes, on a page that stays open.
    const signs = [lines.length, at, day && state.times.day(at), fresh, fate, last, logo, name].join();
    const [known, node] = before?.get(first) ?? [];
    const drawn = known === signs ? node! : drawCluster(state, each, last);
    made.set(first, [signs, drawn]);
    return drawn;
  });
}

/** Where she is in the thread. */
export function watch({ places, bottom, older }: State): void {
  const { scrollTop, scrollHeight, clientHeight } = places.log.current!;
  // Counted from the lower end: see `.s` in the style sheet.
  bottom.value = scrollTop > -NEAR_PX;
  if (clientHeight && scrollHeight - clientHeight + scrollTop < AHEAD_PX) older();
}
