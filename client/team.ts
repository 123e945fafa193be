/** The engine as agents have it: with visitors and colleagues, who of them is here, and the list of threads page by page. */
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Box, DeskPresence, Found, Listed, Looking, PageOf } from '../protocol/frames.ts';
import { PAGE_ROWS, SEARCH_ROWS_MOST } from '../protocol/limits.ts';
import type { Entry, Id, Time } from '../protocol/messages.ts';
import { takeEntries } from './entries.ts';
import type { Face, Sync } from './face.ts';
import { openQuestions } from './questions.ts';
import type { AnyRow } from './rows.ts';
import { startSync } from './sync.ts';
import type { AnyThread } from './thread.ts';

export interface TeamSync<ThreadRow, Frame, Me, Row = AnyRow> extends Sync<ThreadRow, Frame, Me> {
  /** What is neither thread nor message, by id: visitors and colleagues. */
  readonly rows: ReadonlySignal<ReadonlyMap<Id, Row>>;
  /** What happened to the threads held, besides their messages: by thread, in the order of its log. */
  readonly entries: ReadonlySignal<ReadonlyMap<Id, readonly Entry[]>>;
  /** Who is here now: visitors and agents; empty without a line. */
  readonly here: ReadonlySignal<ReadonlySet<Id>>;
  /** Which thread each colleague has before her; nobody's without a line. */
  readonly looking: ReadonlySignal<ReadonlyMap<Id, Id>>;
  /** How far the server's clock is ahead of this device's, in milliseconds; 0 until it has told. */
  readonly ahead: ReadonlySignal<number>;
  /** Threads of that box with an activity before `before`, of that visitor alone with `who`. @returns whether there are more still. */
  list(box: Box, before: Time, who?: Id): Promise<boolean>;
  /** Messages and notes that say it, older than `before`, the newest first. @returns nothing when no answer came */
  search(text: string, before: Time): Promise<Found | undefined>;
}

/** Opens nothing on the network before `connect`. */
export function startTeamSync<T extends AnyThread & { who: Id }, Frame extends { type: string; id: Id; thread?: Id }, Me extends { id: Id }, Row extends AnyRow = AnyRow>(
  face: Face,
): TeamSync<T, Frame, Me, Row> {
  const rows = signal<ReadonlyMap<Id, Row>>(new Map());
  const entries = signal<ReadonlyMap<Id, readonly Entry[]>>(new Map());
  const here = signal<ReadonlySet<Id>>(new Set());
  const looking = signal<ReadonlyMap<Id, Id>>(new Map());
  const ahead = signal(0);
  const lists = openQuestions(true);
  const searches = openQuestions<Found | undefined>(undefined);
  const look = ({ agent, thread }: Omit<Looking, 'type'>) => {
    const now = new Map(looking.value);
    if (thread === undefined) now.delete(agent);
    else now.set(agent, thread);
    looking.value = now;
  };
  /** An answer names its box, not the visitor it was asked for: one visitor after the other. */
  let turn: Promise<unknown> = Promise.resolve();
  const ask = (box: Box, before: Time, who?: Id) =>
    lists.put(box, () => sync.ask({ type: 'list', box, before, n: PAGE_ROWS, ...(who && { who }) } as { type: string }));

  const sync = startSync<T, Frame, Me>({
    ...face,
    team: {
      take(set, threads, fresh) {
        const others = new Map(fresh ? [] : rows.value);
        for (const row of set) {
          if (row.kind === 'gone') {
            others.delete(row.id);
            for (const [id, { row: thread }] of threads) {
              if ((thread as T | undefined)?.who !== row.id) continue;
              threads.delete(id);
              this.forget!(id);
            }
          } else if (row.kind !== 'thread' && row.kind !== 'message' && row.kind !== 'entry' && row.rev >= (others.get(row.id)?.rev ?? 0)) others.set(row.id, row as Row);
        }
        rows.value = others;
        const { now, gone } = takeEntries(fresh ? new Map() : entries.value, set, threads);
        entries.value = now;
        return gone;
      },
      all: () => [...rows.value.values(), ...[...entries.value.values()].flat()],
      hear(frame, add) {
        if (frame['type'] === 'ok') {
          ahead.value = (frame['now'] as Time) - Date.now();
          here.value = new Set(frame['here'] as Id[] | undefined);
          looking.value = new Map(); // who looks where is told anew
        } else if (frame['type'] === 'presence') {
          const { who, here: came } = frame as unknown as DeskPresence;
          here.value = new Set(came ? [...here.value, who] : [...here.value].filter((id) => id !== who));
          if (!came && looking.value.has(who)) look({ agent: who });
        } else if (frame['type'] === 'listed') {
          const { box, set, more } = frame as unknown as Listed;
          add(set);
          lists.answer(box, more);
        } else if (frame['type'] === 'found') {
          const found = frame as unknown as Found;
          add(found.set);
          searches.answer(found.text, found);
        } else if (frame['type'] === 'look') look(frame as unknown as Looking);
        else if (frame['type'] === 'page') add((frame as unknown as PageOf).entries ?? []);
      },
      cut() {
        here.value = new Set();
        looking.value = new Map();
        lists.drop();
        searches.drop();
      },
    },
  });
  return {
    ...sync, rows, entries, here, looking, ahead,
    list(box, before, who) {
      if (!who) return ask(box, before);
      const next = turn.then(() => ask(box, before, who));
      turn = next;
      return next;
    },
    search: (text, before) => searches.put(text, () => sync.ask({ type: 'search', text, before, n: SEARCH_ROWS_MOST } as { type: string })),
  };
}
