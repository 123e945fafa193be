import type { Card } from '../../protocol/messages.ts';
import type { State } from '../state.ts';
import { icon } from './icon.tsx';

export const header = (state: State) => {
  const { card: { value: card }, words, threads, places, more, close, visitor } = state;
  const button = (label: string, is: 'back' | 'menu' | 'close', onClick: (event: MouseEvent) => void) => (
    <button type="button" key={is} class={`icon ${is}`} aria-label={label} onClick={onClick}>{icon(is)}</button>
  );
  return (
    <header>
      {threads.value.length > 1 && button(words.back, 'back', () => more((rare) => rare.list(state, places.more.current!)))}
      {mark(card?.logo, card?.available)}
      <div>
        <h2>{card?.name || words.chat}</h2>
        <p>{card && presence(state, card)}</p>
      </div>
      {button(words.menu, 'menu', ({ currentTarget }) => more(
        (rare) => rare.menu(state, places.more.current!, currentTarget as HTMLElement),
        // Whoever wants to be forgotten need not wait for a network.
        () => confirm(`${words.forget}? ${words.forgetAsk}`) && visitor.forget(),
      ))}
      {button(words.close, 'close', close)}
    </header>
  );
};

/** A round mark: the brand's with its colour, a person's without. */
export const mark = (text: string | undefined, here?: boolean, color = 'on') => (
  <span class={`mark ${color}`} aria-hidden="true">{text}{here && <i />}</span>
);

/** Is anybody in, and when may she expect an answer? */
function presence({ words, times }: State, { available, open, opens, replyTime }: Card): string {
  const when = !open && opens ? words.opens.replace('{when}', times.later(opens)) : replyTime !== 'none' && words.replies[replyTime];
  return [available ? words.here : words.away, when].filter(Boolean).join(' · ');
}
