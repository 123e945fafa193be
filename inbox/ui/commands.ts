/** Everything the inbox can be told to do by key or from the palette, in one table: keyboard, `?` and Ctrl/Cmd+K all read it. */
import type { DeskThread } from '../../protocol/messages.ts';
import { BOXES } from '../boxes.ts';
import type { Desk } from '../desk.ts';
import type { Inbox, Theme } from '../state.ts';
import { words } from '../words.ts';
import { focusComposer, walk } from './walk.ts';
import { undo } from './undo.tsx';

export interface Room { inbox: Inbox; desk: Desk; toggleDetails(): void }

export const SECTIONS = ['thread', 'writing', 'list', 'go', 'inbox'] as const;

export interface Command {
  id: string;
  section: (typeof SECTIONS)[number];
  label: string;
  /** As the browser names it (`KeyboardEvent.key`); with `mod+`, Ctrl or Cmd. */
  key?: string;
  /** Whether it means anything now. */
  can?(room: Room): boolean;
  /** Absent: whatever has the focus hears the key itself; here it is only told of. */
  run?(room: Room): void;
  /** Of no use in a list of things to do: it moves by one, or it is the list. */
  byKeyOnly?: true;
  /** Works also where letters are switched off or somebody writes. */
  always?: true;
}

const say = words.know.commands;
const open = ({ desk, inbox }: Room) => (inbox.place.value.at === 'box' ? desk.row.value : undefined);
/** An act on the thread on the screen. */
const act = (id: Exclude<keyof typeof say, 'goTo'>, key: string | undefined, run: (row: DeskThread, room: Room) => void, can: (row: DeskThread, room: Room) => boolean = () => true): Command => ({
  id, section: 'thread', label: say[id], ...(key && { key }),
  can: (room) => { const row = open(room); return row !== undefined && can(row, room); },
  run: (room) => { const row = open(room); if (row) run(row, room); },
});
const isOpenThread = ({ state }: DeskThread) => state !== 'ended';
const isBlocked = (row: DeskThread, { desk }: Room) => desk.visitors.value.get(row.who)?.blocked === true;
const write = (side: 'reply' | 'note') => (_row: DeskThread, { desk }: Room) => {
  desk.notes.side.value = side;
  focusComposer(true);
};
const step = (by: 1 | -1) => ({ inbox, desk }: Room) => { if (inbox.place.value.at === 'box') walk(desk, by); };
const theme = (name: Theme, label: string): Command => ({ id: `theme-${name}`, section: 'inbox', label, can: ({ inbox }) => inbox.theme.value !== name, run: ({ inbox }) => inbox.setTheme(name) });

export const COMMANDS: readonly Command[] = [
  act('reply', 'r', write('reply')),
  act('note', 'n', write('note')),
  act('take', 't', (row, { desk }) => void desk.handling.take(row.id), (row, { desk }) => isOpenThread(row) && (row.agent !== desk.me || row.state === 'waiting')),
  act('snooze', 's', (_row, { desk }) => desk.handling.open('snooze'), isOpenThread),
  act('wake', 'w', (row, { desk }) => void desk.handling.wake(row.id), ({ state }) => state === 'snoozed'),
  act('give', 'g', (_row, { desk }) => desk.handling.open('transfer'), isOpenThread),
  act('tags', 'l', (_row, { inbox }) => { inbox.dialog.value = 'tags'; }),
  act('end', 'e', (_row, { desk }) => desk.handling.open('end'), isOpenThread),
  act('reopen', undefined, (row, { desk }) => void desk.handling.reopen(row.id), ({ state }) => state === 'ended'),
  act('details', 'i', (_row, { toggleDetails }) => toggleDetails()),
  act('block', undefined, (_row, { inbox }) => { inbox.dialog.value = 'block'; }, (row, room) => !isBlocked(row, room)),
  act('unblock', undefined, (row, { desk }) => void desk.block(row.who, false), isBlocked),
  { id: 'undo', section: 'thread', label: say.undo, key: 'z', can: ({ desk }) => desk.undo.last.value !== undefined, run: ({ inbox, desk }) => void undo(inbox, desk) },

  { id: 'send', section: 'writing', label: say.send, key: 'Enter', byKeyOnly: true },
  { id: 'line', section: 'writing', label: say.line, key: 'Shift+Enter', byKeyOnly: true },
  { id: 'ready', section: 'writing', label: say.ready, key: 'mod+/', byKeyOnly: true },
  { id: 'slash', section: 'writing', label: say.slash, key: '/', byKeyOnly: true },
  { id: 'mention', section: 'writing', label: say.mention, key: '@', byKeyOnly: true },
  { id: 'leaveField', section: 'writing', label: say.leaveField, key: 'Escape', byKeyOnly: true },

  { id: 'next', section: 'list', label: say.next, key: 'j', byKeyOnly: true, run: step(1) },
  { id: 'previous', section: 'list', label: say.previous, key: 'k', byKeyOnly: true, run: step(-1) },
  { id: 'open', section: 'list', label: say.open, key: 'Enter', byKeyOnly: true },
  { id: 'back', section: 'list', label: say.back, key: 'Escape', byKeyOnly: true },

  ...BOXES.map((box, index): Command => ({
    id: `box-${box}`, section: 'go', label: say.goTo(words.boxes[box]), key: String(index + 1), run: ({ desk }) => desk.show(box),
  })),
  { id: 'search', section: 'go', label: say.search, key: '/', run: ({ inbox }) => { inbox.dialog.value = 'search'; } },
  { id: 'report', section: 'go', label: say.goTo(words.report.title), run: ({ inbox }) => inbox.go({ at: 'report' }) },
  { id: 'settings', section: 'go', label: say.goTo(words.settings), run: ({ inbox }) => inbox.go({ at: 'settings' }) },

  { id: 'palette', section: 'inbox', label: say.palette, key: 'mod+k', byKeyOnly: true, always: true, run: ({ inbox }) => { inbox.dialog.value = 'palette'; } },
  { id: 'shortcuts', section: 'inbox', label: words.shortcuts, key: '?', run: ({ inbox }) => { inbox.dialog.value = 'shortcuts'; } },
  { id: 'available', section: 'inbox', label: say.available, can: ({ desk }) => desk.self.value.status !== 'available', run: ({ desk }) => void desk.setStatus('available') },
  { id: 'away', section: 'inbox', label: say.away, can: ({ desk }) => desk.self.value.status !== 'away', run: ({ desk }) => void desk.setStatus('away') },
  theme('light', say.light), theme('dark', say.dark), theme('system', say.system),
  { id: 'sign-out', section: 'inbox', label: words.signOut, run: ({ inbox }) => { inbox.dialog.value = 'sign-out'; } },
];

const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

/** A key as it is printed on the keyboard. */
export function printed(key: string): string[] {
  return key.split('+').filter(Boolean).map((part) => part === 'mod' ? (isMac ? '⌘' : 'Ctrl') : part === 'Escape' ? 'Esc' : part.length === 1 && key.includes('+') ? part.toUpperCase() : part);
}

/** What a command's key is called where it is told of; each has one that asks. */
export const keyOf = (id: string): string => COMMANDS.find((command) => command.id === id)?.key ?? '';

/** Whether that is the key that was pressed. */
export function isPressed(event: KeyboardEvent, key: string): boolean {
  const isMod = key.startsWith('mod+');
  return event.key === (isMod ? key.slice(4) : key) && !event.altKey && (event.ctrlKey || event.metaKey) === isMod;
}

/** The command of a key, for whoever is not writing. */
export const commandOf = (event: KeyboardEvent): Command | undefined =>
  COMMANDS.find(({ key, run }) => run && key && isPressed(event, key));
