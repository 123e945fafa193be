/** Whose thread it is, and what can be done with it. Where there is little room all but the first stand behind one button. */
import type { DeskThread } from '../../protocol/messages.ts';
import { initialsOf } from '../people.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { useDesk } from './context.ts';
import * as icons from './icons.tsx';
import { Popover } from './popover.tsx';
import { Choices, SnoozeMenu } from './snooze-menu.tsx';
import { useMedia } from './width.ts';

/** Beside list and boxes, or with the details open, so little is left of the window for the thread. */
const NARROW = '(max-width: 960px)';
const NARROW_BESIDE_DETAILS = '(min-width: 1200px) and (max-width: 1420px)';

export function Actions({ row, isBeside }: { row: DeskThread; /** The details are open. */ isBeside: boolean }) {
  const isNarrow = useMedia(NARROW).value;
  const isNarrowBeside = useMedia(NARROW_BESIDE_DETAILS).value;
  const isTight = isNarrow || (isNarrowBeside && isBeside);
  const { handling } = useDesk();
  if (row.state === 'ended') {
    return (
      <div class="thread-acts">
        <span class="tag">{words.ended}</span>
        <button type="button" class="button" title={words.handling.reopenHint} onClick={() => handling.reopen(row.id)}>{words.handling.reopen}</button>
      </div>
    );
  }
  return (
    <div class="thread-acts">
      <Holder row={row} isTight={isTight} />
      <FirstAct row={row} />
      {isTight ? <MoreActs row={row} /> : <AllActs row={row} />}
    </div>
  );
}

const isMine = (row: DeskThread, me: string) => row.agent === me && row.state !== 'waiting';

function Holder({ row, isTight }: { row: DeskThread; isTight: boolean }) {
  const desk = useDesk();
  const holder = row.agent && row.state !== 'waiting' ? desk.agents.value.get(row.agent) : undefined;
  const mine = isMine(row, desk.me);
  return (
    <span class="holder" title={holder ? words.heldBy(mine ? words.you : holder.name) : words.nobodyYet}>
      {holder && <Avatar id={holder.id} letters={initialsOf(holder.name)} size="small" />}
      <span class={isTight ? 'unseen' : 'holder-name'}>{mine ? words.heldByYou : holder ? <bdi>{holder.name}</bdi> : words.nobodyYet}</span>
    </span>
  );
}

/** What there is to do next: wake it, or take it. */
function FirstAct({ row }: { row: DeskThread }) {
  const { handling, agents, me } = useDesk();
  if (row.state === 'snoozed') {
    return <button type="button" class="button button-main" onClick={() => handling.wake(row.id)} title={`${words.handling.wakeHint} (w)`}>{words.handling.wake}</button>;
  }
  if (isMine(row, me)) return null;
  const holder = row.state === 'waiting' ? undefined : agents.value.get(row.agent ?? '');
  return (
    <button type="button" class={`button ${holder ? '' : 'button-main'}`} onClick={() => handling.take(row.id)}
      title={`${holder ? words.takenFrom(holder.name) : words.takeHint} (t)`}>
      {words.take}
    </button>
  );
}

const snoozeWord = (row: DeskThread) => row.state === 'snoozed' || row.mark === 'snooze_ended' ? words.handling.snoozeAgain : words.handling.snooze;

function AllActs({ row }: { row: DeskThread }) {
  const { handling } = useDesk();
  return (
    <>
      <SnoozeMenu row={row} label={snoozeWord(row)} />
      <button type="button" class="button act" aria-haspopup="dialog" aria-label={words.handling.transfer} title={`${words.handling.transfer} (g)`} aria-keyshortcuts="g"
        onClick={() => handling.open('transfer')}>
        <icons.Give size={17} /><span class="act-word">{words.handling.transfer}</span>
      </button>
      <button type="button" class="button act act-end" aria-haspopup="dialog" aria-label={words.handling.end} title={`${words.endHint} (e)`} aria-keyshortcuts="e"
        onClick={() => handling.open('end')}>
        <icons.Check size={17} /><span class="act-word">{words.handling.end}</span>
      </button>
    </>
  );
}

function MoreActs({ row }: { row: DeskThread }) {
  const { handling } = useDesk();
  const sheet = handling.sheet.value;
  const isSnooze = sheet === 'snooze';
  return (
    <Popover key={isSnooze ? 'snooze' : 'more'} label={isSnooze ? words.handling.snoozeTitle : words.handling.more} isOpen={sheet === 'more' || isSnooze}
      onOpen={() => handling.open('more')} onClose={() => handling.shut(isSnooze ? 'snooze' : 'more')}
      button={{ label: words.handling.more, title: words.handling.more, class: 'button button-icon', content: <icons.Dots /> }}>
      {isSnooze ? <Choices row={row} /> : (
        <div class="choices">
          <button type="button" class="choice" onClick={() => handling.open('snooze')}><icons.Moon /><span>{snoozeWord(row)}</span></button>
          <button type="button" class="choice" onClick={() => handling.open('transfer')}><icons.Give /><span>{words.handling.transfer}</span></button>
          <button type="button" class="choice" onClick={() => handling.open('end')}><icons.Check /><span>{words.handling.end}</span></button>
        </div>
      )}
    </Popover>
  );
}
