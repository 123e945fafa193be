import { Fragment } from 'preact';
import { pieces } from '../links.ts';
import type { Cluster } from '../lines.ts';
import type { State } from '../state.ts';
import { mark } from './header.tsx';
import { icon } from './icon.tsx';

/** Not with the server yet: that is news for every message, not for the last one alone. */
const WAITS = ['saved', 'sending', 'refused'];

/** What one person said in one go; its fate in words where it is news, else for screen readers only. */
export const drawCluster = (state: State, { by, name, at, day, fresh, lines, fate, refusal }: Cluster, last: boolean) => {
  const { words, times, visitor, card: { value: card } } = state;
  const first = lines[0]!.id;
  const who = fate ? words.you : name || card?.name;
  const waits = fate && WAITS.includes(fate);
  const act = (label: string, verb: 'retry' | 'discard') => (
    <button type="button" onClick={() => visitor.sync.value![verb](first)}>{label}</button>
  );
  return (
    <Fragment key={first}>
      {day && <p class="day">{times.day(at)}</p>}
      {fresh && <p class="day new">{words.fresh}</p>}
      <div class={`c ${fate ? `own ${fate}` : by}`}>
        {!fate && (by === 'brand' ? mark(card?.logo) : person(who))}
        <span class="sr">{who}: </span>
        {lines.map(({ id, body }) => <div key={id} class={fate ? 'b on' : 'b soft'} dir="auto">{pieces(body).map(link)}</div>)}
        <p class="m">
          {fate ? icon(fate) : <>{who} · {by === 'brand' && `${words.automatic} · `}</>}
          {fate && <span class={last || waits ? '' : 'sr'}>{words.fates[fate]}{!waits && ' · '}</span>}
          {!waits && times.clock(at)}
          {refusal && <>· {words.reasons[refusal === 'blocked' ? refusal : 'other']} {act(words.retry, 'retry')} {act(words.discard, 'discard')}</>}
        </p>
      </div>
    </Fragment>
  );
};

const link = (piece: ReturnType<typeof pieces>[number]) => typeof piece === 'string' ? piece
  : <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc">{piece.text}</a>;

export const person = (name: string | undefined) => mark([...name ?? ''][0], false, 'soft');
