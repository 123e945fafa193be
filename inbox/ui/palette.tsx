/** Anything that can be done, and any thread by a name: Ctrl/Cmd+K. */
import { useSignal } from '@preact/signals';
import type { DeskThread } from '../../protocol/messages.ts';
import { plain } from '../mentions.ts';
import { lettersOf, nameOf } from '../people.ts';
import { short } from '../times.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { Choices, useChoosing } from './choices.tsx';
import { type Command, COMMANDS, type Room } from './commands.ts';
import { useDesk, useInbox } from './context.ts';
import { Finder } from './finder.tsx';
import * as icons from './icons.tsx';
import { Key } from './shortcuts.tsx';

/** More than these nobody reads; another letter is quicker. */
const THREADS_MOST = 8;

type Entry = { id: string; command: Command } | { id: string; row: DeskThread } | { id: string; search: string };

export function Palette({ toggleDetails, onClose }: { toggleDetails: () => void; onClose: () => void }) {
  const inbox = useInbox();
  const desk = useDesk();
  const text = useSignal('');
  const room: Room = { inbox, desk, toggleDetails };
  const wanted = plain(text.value.trim());

  const commands = [...COMMANDS, ...(wanted ? transfers(room) : [])].filter((command) => command.run && !command.byKeyOnly && command.can?.(room) !== false)
    .map((command) => ({ command, rank: rankOf(command.label, wanted) })).filter(({ rank }) => rank < NONE)
    .sort((a, b) => a.rank - b.rank).map(({ command }): Entry => ({ id: command.id, command }));
  const named = (row: DeskThread) => [nameOf(desk.visitors.value.get(row.who), row.who), desk.visitors.value.get(row.who)?.email,
    row.agent && desk.agents.value.get(row.agent)?.name, ...row.tags];
  const threads = wanted === '' ? [] : [...desk.rows.value.values()]
    .map((row) => ({ row, rank: Math.min(...named(row).map((name, place) => (name ? rankOf(name, wanted) + (place > 1 ? 2 : 0) : NONE))) }))
    .filter(({ rank }) => rank < NONE).sort((a, b) => a.rank - b.rank || b.row.at - a.row.at).slice(0, THREADS_MOST)
    .map(({ row }): Entry => ({ id: `thread-${row.id}`, row }));
  const options: Entry[] = [...commands, ...threads, ...(wanted ? [{ id: 'search-for', search: text.value.trim() }] : [])];

  const take = (entry: Entry) => {
    onClose();
    // After the focus has gone back to where it was, for whatever wants it next.
    requestAnimationFrame(() => {
      if ('command' in entry) entry.command.run!(room);
      else if ('row' in entry) desk.open(entry.row.id, entry.row.state === 'ended' ? 'ended' : 'all');
      else {
        desk.search.write(entry.search);
        inbox.dialog.value = 'search';
      }
    });
  };
  const choosing = useChoosing({ id: 'palette-list', options, take, tab: false });
  return (
    <Finder label={words.know.commands.palette} placeholder={words.know.palettePlaceholder} value={text.value} choosing={choosing as never} onInput={(value) => (text.value = value)} onClose={onClose}>
      <Choices choosing={choosing} label={words.know.commands.palette} keyOf={({ id }) => id} className="finder-list">
        {(entry) => 'command' in entry ? <CommandRow command={entry.command} /> : 'row' in entry ? <ThreadRow row={entry.row} />
          : <><icons.Search size={16} /><span class="pick-name">{words.know.searchFor(entry.search)}</span></>}
      </Choices>
      <p class="unseen" role="status">{words.know.choices(options.length)}</p>
    </Finder>
  );
}

/** To each colleague by name; only where a name is typed, or they would bury the rest. */
function transfers({ inbox, desk }: Room): Command[] {
  const row = inbox.place.value.at === 'box' ? desk.row.value : undefined;
  if (!row || row.state === 'ended') return [];
  return desk.colleagues.value.filter(({ id }) => row.agent !== id || row.state === 'waiting').map((agent) => ({
    id: `give-${agent.id}`, section: 'thread', label: words.know.giveTo(agent.name), run: () => void desk.handling.transfer(row.id, agent.id, ''),
  }));
}

const ICONS: Record<string, typeof icons.Forward> = {
  reply: icons.Answer, note: icons.Lock, take: icons.Person, snooze: icons.Moon, wake: icons.Sun, give: icons.Give, tags: icons.Tag, end: icons.Check, reopen: icons.Return,
  details: icons.Panel, block: icons.Block, unblock: icons.Block, undo: icons.Retry, search: icons.Search, report: icons.Chart, settings: icons.Sliders, shortcuts: icons.Keyboard, 'sign-out': icons.Out,
  'theme-light': icons.Sun, 'theme-dark': icons.Moon, 'theme-system': icons.Device, available: icons.Done, away: icons.Clock,
};

/** Beyond the worst place a found one has. */
const NONE = 9;

/** How well the name fits what was typed: its beginning, the beginning of a word, anywhere, not at all. */
export function rankOf(name: string, wanted: string): number {
  const said = plain(name);
  return said.startsWith(wanted) ? 0 : said.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted)) ? 1 : said.includes(wanted) ? 2 : NONE;
}

function CommandRow({ command }: { command: Command }) {
  const { isKeen } = useInbox();
  const Icon = ICONS[command.id.startsWith('give-') ? 'give' : command.id] ?? icons.Forward;
  return (
    <>
      <Icon size={16} />
      <span class="pick-name">{command.label}</span>
      {command.section === 'thread' && <span class="hint pick-section">{words.know.sections.thread}</span>}
      {command.key && (isKeen.value || command.always) && <Key name={command.key} />}
    </>
  );
}

function ThreadRow({ row }: { row: DeskThread }) {
  const desk = useDesk();
  const visitor = desk.visitors.value.get(row.who);
  const holder = row.agent ? desk.agents.value.get(row.agent) : undefined;
  return (
    <>
      <Avatar id={row.who} letters={lettersOf(visitor, row.who)} size="small" />
      <span class="found-words">
        <span class="pick-name"><bdi>{nameOf(visitor, row.who)}</bdi></span>
        <span class="found-text" dir="auto">{row.preview || words.noMessage}</span>
      </span>
      <span class="hint">{row.state === 'ended' ? words.ended : holder ? <bdi>{holder.id === desk.me ? words.you : holder.name}</bdi> : words.boxes.waiting} · {short(row.at, desk.now.value)}</span>
    </>
  );
}
