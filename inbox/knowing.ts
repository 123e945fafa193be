/** What the team knows about a thread and its visitor: tags, who looks, her other threads, whether she may write, what was said where. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { TAGS_MOST } from '../protocol/limits.ts';
import type { Agent, DeskThread, Id } from '../protocol/messages.ts';
import type { Aim } from './aim.ts';
import type { Act, Engine } from './engine.ts';
import { createSearch } from './search.ts';

interface Parts {
  engine: Engine;
  me: Id;
  newId(): Id;
  act(frame: Act): Promise<void>;
  rows: ReadonlySignal<ReadonlyMap<Id, DeskThread>>;
  agents: ReadonlySignal<ReadonlyMap<Id, Agent>>;
  thread: ReadonlySignal<Id | undefined>;
  /** The page is not hidden. */
  visible: ReadonlySignal<boolean>;
  open(thread: Id, box: 'all' | 'ended'): void;
}

export interface Looker { agent: Agent; isWriting: boolean }

export function createKnowing({ engine, me, newId, act, rows, agents, thread, visible, open }: Parts) {
  const search = createSearch(engine);
  const aim = signal<Aim | undefined>(undefined);

  const lookers = computed<readonly Looker[]>(() => {
    const id = thread.value;
    if (!id) return [];
    const writing = engine.threads.value.get(id)?.typing?.agent;
    return [...engine.looking.value].filter(([agent, its]) => its === id && agent !== me)
      .flatMap(([agent]) => agents.value.get(agent) ?? []).map((agent) => ({ agent, isWriting: agent.id === writing }));
  });
  // Told anew on every new line: the server remembers it no longer than the connection.
  const stopTelling = effect(() => {
    if (engine.line.value !== 'on') return;
    const id = visible.value ? thread.value : undefined;
    engine.mention({ type: 'look', ...(id && { thread: id }) });
  });

  /** Tags of all threads held, the most used first. */
  const tagsInUse = computed(() => {
    const uses = new Map<string, number>();
    for (const { tags } of rows.value.values()) for (const tag of tags) uses.set(tag, (uses.get(tag) ?? 0) + 1);
    return [...uses].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([tag]) => tag);
  });

  /** Visitors whose threads have been asked for since the page was opened, and whether there are more. */
  const asked = signal<ReadonlyMap<Id, boolean>>(new Map());
  async function moreOf(who: Id): Promise<void> {
    const known = [...rows.peek().values()].filter((row) => row.who === who);
    const before = asked.peek().has(who) ? Math.min(...known.map(({ at }) => at)) : Number.MAX_SAFE_INTEGER;
    const more = await engine.list('all', before, who);
    asked.value = new Map(asked.peek()).set(who, more);
  }

  return {
    search, aim: aim as typeof aim, lookers, tagsInUse, moreOf,
    /** Whether older threads of hers may be had; nothing while nobody has asked. */
    hasMoreOf: (who: Id) => asked.value.get(who),
    aimAt(target: Aim) {
      aim.value = target;
      open(target.thread, rows.peek().get(target.thread)?.state === 'ended' ? 'ended' : 'all');
    },
    setTags: (id: Id, tags: readonly string[]) => act({ type: 'tag', id: newId(), thread: id, tags: [...new Set(tags)].slice(0, TAGS_MOST) }),
    block: (visitor: Id, on: boolean) => act({ type: 'block', id: newId(), visitor, on }),
    close() {
      stopTelling();
      search.close();
    },
  };
}
