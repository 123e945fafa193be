/** How it was: asked in the thread when an episode has ended, for as long as her thread's row says so (D17). */
import type { State } from '../state.ts';
import type { Said } from '../visitor.ts';
import { answer, type Answer } from './answer.ts';
import { grow } from './grow.ts';
import { add } from './place.ts';

type Rating = Extract<Said, { type: 'rate' }>;

const watched = new WeakSet<State>();

/** Shows it while it is there, from now on. */
export function survey(state: State): void {
  if (watched.has(state)) return;
  watched.add(state);
  const { held, said, isOpen, places, visitor } = state;
  let shown: { key: string; place: HTMLElement; answer: Answer } | undefined;
  /** What the row said last: only what has changed there is news, for an acknowledgement may come before the row. */
  let told: string | undefined;

  state.effect(() => {
    const { row } = held.value ?? {};
    const place = places.survey.current;
    const sync = visitor.sync.value;
    if (!isOpen.value || !place) return;
    const asked = row?.survey;
    // Whoever writes goes on, and need not look back.
    const goesOn = said.value.some(({ frame, fate }) => frame.thread === row?.id && fate !== 'refused');
    if (!row || !asked || !sync || goesOn || Date.now() >= asked.until) return remove();
    const { id: thread } = row;
    const { episode } = asked;
    const hers = sync.pending.value.filter((each) => {
      const { frame } = each;
      return frame.type === 'rate' && frame.thread === thread && frame.episode === episode;
    });
    const key = `${thread} ${episode}`;
    if (shown?.key !== key || shown.place !== place) {
      remove();
      told = undefined;
      const made = answer(state, (score, text) => {
        const before = visitor.sync.value!.pending.value.filter(({ frame, fate }) => frame.type === 'rate' && frame.episode === episode && fate !== 'sending');
        visitor.tell({ type: 'rate', thread, episode, score, ...(text && { text }) });
        // Her new mind makes the old one void, where it has not left yet.
        for (const { frame } of before) visitor.sync.value!.discard(frame.id);
      });
      shown = { key, place, answer: made };
      grow(state, () => add(place, made.box));
    }
    const last = hers.at(-1);
    const tells = `${asked.score} ${asked.text}`;
    if (last?.fate === 'refused') {
      shown.answer.refused();
      for (const { frame } of hers) sync.discard(frame.id);
    } else if (last) {
      const { score, text } = last.frame as Rating;
      shown.answer.take(score, text, !!last.kept && last.fate === 'saved' && sync.line.value !== 'on');
    } else if (tells !== told) shown.answer.take(asked.score, asked.text, false);
    else shown.answer.arrived();
    told = tells;
  });

  function remove(): void {
    if (!shown) return;
    const { box } = shown.answer;
    shown = undefined;
    grow(state, () => box.remove());
  }
}
