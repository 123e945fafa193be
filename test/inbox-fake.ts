/** A sync engine fed by hand: what the inbox sees is what the test says, what the inbox does is written down. */
import { signal } from '@preact/signals';
import type { Happening } from '../client/sync.ts';
import { NOTHING } from '../client/thread.ts';
import type { Act, Engine, PendingAct } from '../inbox/engine.ts';
import type { Agent, BrandRow, DeskThread, Entry, Id, Message, Visitor } from '../protocol/messages.ts';
import { takeEntries } from '../client/entries.ts';
import type { AgentMe, Found } from '../protocol/frames.ts';

export const T0 = Date.UTC(2026, 4, 12, 9, 0);

export const agent = (id: Id, name: string, more: Partial<Agent> = {}): Agent => ({
  kind: 'agent', id, rev: 1, name, email: `${name.split(' ')[0]!.toLowerCase()}@shop.example`, role: 'agent', status: 'available', slots: 3, active: 0, ...more,
});
export const visitor = (id: Id, more: Partial<Visitor> = {}): Visitor => ({
  kind: 'visitor', id, rev: 1, created: T0, verified: false, at: T0, ...more,
});
export const thread = (id: Id, who: Id, more: Partial<DeskThread> = {}): DeskThread => ({
  kind: 'thread', id, rev: 1, seq: 1, at: T0, created: T0, episode: 1, visitor: { got: 0, seen: 0 }, team: { got: 0, seen: 0 },
  who, state: 'waiting', preview: 'Hello', previewBy: 'visitor', prompts: 0, lapses: 0, tags: [], ...more,
});
export const message = (of: Id, seq: number, body: string, more: Partial<Message> = {}): Message => ({
  kind: 'message', thread: of, seq, id: `${of}-${seq}`, by: 'visitor', body, at: T0 + seq * 1_000, rev: seq, ...more,
});
export const entry = (of: Id, what: Entry['what'], more: Partial<Entry> = {}): Entry => ({
  kind: 'entry', thread: of, id: `entry.${++entries}`, rev: entries, at: T0 + entries * 1_000, after: 1, what, ...more,
});
export const brandRow = (more: Partial<BrandRow> = {}): BrandRow => ({ kind: 'brand', id: 'kettle', rev: 1, slots: 3, survey: true, replies: 'none', ...more });
let entries = 0;

export interface FakeEngine extends Engine {
  did: unknown[];
  put(...rows: (DeskThread | Message | Visitor | Agent | BrandRow | Entry)[]): void;
  /** The server's clock goes ahead of ours by so much. */
  aheadBy(ms: number): void;
  arrive(...ids: Id[]): void;
  go(...ids: Id[]): void;
  write(thread: Id, typing: { name?: string; agent?: Id } | undefined): void;
  lineIs(line: Engine['line']['value']): void;
  refuse(id: Id, refusal: NonNullable<PendingAct['refusal']>): void;
  pend(...acts: PendingAct[]): void;
  keepsIn(keeps: 'disk' | 'memory'): void;
  happen(happening: Happening): void;
  /** Answers of `list`, in order; `false` when there are none. */
  lists: boolean[];
  /** Answers of `search`, in order; none when there are none left. */
  finds: (Found | undefined)[];
  look(agent: Id, thread?: Id): void;
}

export function fakeEngine(): FakeEngine {
  const line = signal<Engine['line']['value']>('on');
  const keeps = signal<'disk' | 'memory'>('disk');
  const me = signal<AgentMe | undefined>(undefined);
  const pending = signal<readonly PendingAct[]>([]);
  const threads = signal<Engine['threads']['value']>(new Map());
  const rows = signal<Engine['rows']['value']>(new Map());
  const entries = signal<Engine['entries']['value']>(new Map());
  const here = signal<ReadonlySet<Id>>(new Set());
  const looking = signal<ReadonlyMap<Id, Id>>(new Map());
  const ahead = signal(0);
  const did: unknown[] = [];
  const finds: (Found | undefined)[] = [];
  const lists: boolean[] = [];
  const listeners = new Set<(happening: Happening) => void>();
  const heldOf = (id: Id) => threads.value.get(id) ?? NOTHING;
  const hold = (id: Id, change: object) => { threads.value = new Map(threads.value).set(id, { ...heldOf(id), ...change }); };

  return {
    line, keeps, me, pending, threads, rows, entries, here, looking, ahead, did, lists, finds,
    painted: Promise.resolve(),
    async send(frame: Act) {
      did.push(frame);
      pending.value = [...pending.value, { frame, at: Date.now(), fate: line.value === 'on' ? 'sending' : 'saved', kept: true }];
    },
    mention: (frame) => void did.push(frame),
    ask: () => line.value === 'on',
    seen: (id, seq) => void did.push({ type: 'seen', thread: id, seq }),
    older: async (id) => void did.push({ type: 'older', thread: id }),
    async list(box, before, who) {
      did.push({ type: 'list', box, before, ...(who && { who }) });
      return lists.shift() ?? false;
    },
    async search(text, before) {
      did.push({ type: 'search', text, before });
      return finds.shift();
    },
    look(agent, thread) {
      looking.value = new Map([...looking.value].filter(([who]) => who !== agent).concat(thread ? [[agent, thread]] : []));
    },
    retry: async (id) => void did.push({ type: 'retry', id }),
    async discard(id) {
      did.push({ type: 'discard', id });
      pending.value = pending.value.filter(({ frame }) => frame.id !== id);
    },
    connect: () => void did.push({ type: 'connect' }),
    stop: () => void did.push({ type: 'stop' }),
    renew: async () => void did.push({ type: 'renew' }),
    forget: async () => void did.push({ type: 'forget' }),
    on(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    put(...some) {
      for (const row of some) {
        if (row.kind === 'thread') hold(row.id, { row });
        else if (row.kind === 'message') {
          const messages = [...heldOf(row.thread).messages.filter(({ seq }) => seq !== row.seq), row].sort((a, b) => a.seq - b.seq);
          hold(row.thread, { messages, typing: undefined });
        } else if (row.kind === 'entry') entries.value = takeEntries(entries.value, [row], threads.value).now;
        else rows.value = new Map(rows.value).set(row.id, row);
      }
    },
    arrive: (...ids) => { here.value = new Set([...here.value, ...ids]); },
    go: (...ids) => { here.value = new Set([...here.value].filter((id) => !ids.includes(id))); },
    write: (id, typing) => hold(id, { typing }),
    aheadBy: (ms) => { ahead.value = ms; },
    lineIs: (state) => { line.value = state; },
    refuse: (id, refusal) => {
      pending.value = pending.value.map((act) => (act.frame.id === id ? { ...act, fate: 'refused', refusal } : act));
    },
    pend: (...acts) => { pending.value = [...pending.value, ...acts]; },
    happen: (happening) => { for (const listener of listeners) listener(happening); },
    keepsIn: (where) => { keeps.value = where; },
  };
}
