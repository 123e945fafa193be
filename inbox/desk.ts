/** The agent's desk: what she sees of the threads, and what she can do with them. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Held } from '../client/sync.ts';
import type { Box, Typing } from '../protocol/frames.ts';
import { BODY_CHARS, PAGE_ROWS, TYPING_EVERY_MS } from '../protocol/limits.ts';
import type { Agent, AgentStatus, DeskThread, Id, Seq, Time, Visitor } from '../protocol/messages.ts';
import { createBell, type Ringer } from './bell.ts';
import { type BoxName, countBoxes, countUnread, HOME, inBox, orderOf } from './boxes.ts';
import type { Act, Engine } from './engine.ts';
import { foreseeStatus, foreseeThread } from './foresee.ts';
import { createHandling } from './handling.ts';
import type { Keep } from './keep.ts';
import { foreseeLoad } from './load.ts';
import { isSay, itemsOf } from './log.ts';
import type { Place } from './route.ts';
import { type Canned, createCanned } from './canned.ts';
import type { Answer } from './doors.ts';
import { foreseeVisitor } from './foresee-visitor.ts';
import { createKnowing } from './knowing.ts';
import { createNotes } from './notes.ts';
import { createUndo } from './undo.ts';
import { words } from './words.ts';

export interface DeskParts {
  engine: Engine;
  me: Agent;
  place: ReadonlySignal<Place>;
  go(place: Place): void;
  keep: Keep;
  newId(): Id;
  /** Ticks now and then: waiting times are read from it. */
  now: ReadonlySignal<number>;
  /** The page is visible and has the keyboard: somebody looks at it. */
  watched: ReadonlySignal<boolean>;
  /** The page is not hidden, whoever has the keyboard. */
  visible: ReadonlySignal<boolean>;
  ringer: Ringer;
  /** Asks the server for the answers that are kept ready. */
  canned(): Promise<Answer<{ canned: Canned[] }>>;
}

export type Desk = ReturnType<typeof createDesk>;

export function createDesk({ engine, me: signedIn, place, go, keep, newId, now, watched, visible, ringer, canned: fetchCanned }: DeskParts) {
  const me = signedIn.id;
  /** By the server's clock, whatever this device's says: a snooze is kept by that one. */
  const clock = (): Time => Date.now() + engine.ahead.peek();

  // ---- what there is

  const rows = computed(() => {
    const found = new Map<Id, DeskThread>();
    for (const [id, { row }] of engine.threads.value) {
      if (row) found.set(id, foreseeThread(row, engine.pending.value, me));
    }
    return found;
  });
  const visitors = computed(() => {
    const known = new Map<Id, Visitor>();
    for (const [id, row] of engine.rows.value) if (row.kind === 'visitor') known.set(id, foreseeVisitor(row, engine.pending.value));
    return known;
  });
  const agents = computed(() => {
    const known = new Map<Id, Agent>();
    for (const [id, row] of engine.rows.value) if (row.kind === 'agent') known.set(id, row);
    known.set(me, foreseeStatus(known.get(me) ?? signedIn, engine.pending.value));
    return known;
  });
  const brand = computed(() => [...engine.rows.value.values()].find((row) => row.kind === 'brand'));
  const self = computed(() => foreseeLoad(agents.value.get(me)!, rows.value.values(), (id) => engine.threads.value.get(id)?.row));
  const colleagues = computed(() => [...agents.value.values()].filter((agent) => !agent.left && agent.id !== me)
    .sort((a, b) => a.name.localeCompare(b.name)));
  const counts = computed(() => countBoxes(rows.value.values(), me));
  const unread = computed(() => countUnread(rows.value.values(), me));
  const box = signal<BoxName>(HOME);
  const thread = computed(() => (place.value.at === 'box' ? place.value.thread : undefined));
  /** Those of the box, and the open one beside them even when it has just left it: nothing jumps away under the hand. */
  const shown = computed(() => {
    const found = inBox(rows.value.values(), box.value, me);
    const open = thread.value ? rows.value.get(thread.value) : undefined;
    if (!open || found.includes(open) || openedIn.value !== box.value) return found;
    return [...found, open].sort(orderOf(box.value, me));
  });

  // ---- the open thread

  const row = computed(() => (thread.value ? rows.value.get(thread.value) : undefined));
  const held = computed<Held<DeskThread> | undefined>(() => (thread.value ? engine.threads.value.get(thread.value) : undefined));
  const visitor = computed<Visitor | undefined>(() => (row.value ? visitors.value.get(row.value.who) : undefined));
  const others = computed(() => [...rows.value.values()]
    .filter((other) => other.who === row.value?.who && other.id !== thread.value).sort((a, b) => b.at - a.at));
  /** The box it was opened from. */
  const openedIn = signal<BoxName>(HOME);
  const newAfter = signal<{ thread: Id; seq: Seq } | undefined>(undefined);
  const items = computed(() => {
    const id = thread.value;
    const mark = newAfter.value;
    return itemsOf({
      messages: held.value?.messages ?? [],
      entries: engine.entries.value.get(id ?? '') ?? [],
      more: held.value?.more ?? false,
      pending: engine.pending.value.filter(isSay).filter(({ frame }) => frame.thread === id).map((act) => ({ ...act, at: act.at + engine.ahead.value })),
      visitor: row.value?.visitor ?? { got: 0, seen: 0 },
      me,
      ...(mark && mark.thread === id && { newAfter: mark.seq }),
    });
  });
  /** What she did with this thread and was refused: said in it until dismissed. */
  const refused = computed(() => engine.pending.value.filter(({ fate, frame }) =>
    fate === 'refused' && (frame.type === 'block' ? frame.visitor === row.value?.who
      // What was said stands in the log, refused or not.
      : frame.type !== 'say' && frame.type !== 'note' && 'thread' in frame && frame.thread === thread.value)));

  const drafts = signal(new Map<Id, string>());
  const draft = computed(() => (thread.value ? draftOf(thread.value) : ''));
  const more = signal<Record<Box, boolean>>({ open: true, ended: true, all: true });
  const listing = signal(false);
  /** Pages of each box, asked for since this page was opened. */
  const listed: Record<Box, number> = { open: 0, ended: 0, all: 0 };
  let typedAt = 0;

  /** Where reading begins is settled once: when the thread comes on the screen, and when she looks at it again. */
  const mark = () => {
    const open = row.value;
    if (!open || !watched.value) return;
    newAfter.value = open.seq > open.team.seen ? { thread: open.id, seq: open.team.seen } : undefined;
  };
  let marked: Id | undefined;
  let wasWatched = watched.peek();
  const stopMarking = effect(() => {
    const open = row.value?.id;
    const isBack = watched.value && !wasWatched;
    wasWatched = watched.value;
    if (!open) marked = undefined;
    if (open && (open !== marked || isBack)) {
      marked = open;
      mark();
    }
  });
  let lastOpened: Id | undefined;
  const stopFollowing = effect(() => {
    if (place.value.at !== 'box') return;
    box.value = place.value.box;
    if (place.value.thread && place.value.thread !== lastOpened) openedIn.value = place.value.box;
    lastOpened = place.value.thread;
  });

  // ---- verbs

  function draftOf(id: Id): string {
    return drafts.value.get(id) ?? keep.get(`draft:${me}:${id}`) ?? '';
  }

  function write(text: string): void {
    const id = thread.peek();
    if (!id) return;
    drafts.value = new Map(drafts.peek()).set(id, text);
    keep.set(`draft:${me}:${id}`, text);
    if (text === '' || Date.now() - typedAt < TYPING_EVERY_MS) return;
    typedAt = Date.now();
    const typing: Typing = { type: 'typing', thread: id };
    engine.mention(typing);
  }

  /** Sends the draft. @returns whether there was something to send that fits. */
  async function say(): Promise<boolean> {
    const id = thread.peek();
    const body = draft.peek().trim();
    if (!id || body === '' || body.length > BODY_CHARS) return false;
    write('');
    typedAt = 0;
    newAfter.value = undefined;
    await engine.send({ type: 'say', id: newId(), thread: id, body });
    return true;
  }

  const seqOf = (id: Id): Seq => engine.threads.peek().get(id)?.messages.at(-1)?.seq ?? rows.peek().get(id)?.seq ?? 0;
  const undo = createUndo({ me, rows, seqOf, send: engine.send, newId, clock });
  const notes = createNotes({ engine, me, keep, newId, rows, thread, colleagues, watched });
  const canned = createCanned(fetchCanned, computed(() => (engine.line.value === 'on' ? brand.value?.replies : undefined)));
  function act(frame: Act): Promise<void> {
    undo.remember(frame);
    return engine.send(frame);
  }
  const open = (id: Id, from: BoxName = box.peek()) => go({ at: 'box', box: from, thread: id });
  const knowing = createKnowing({ engine, me, newId, act, rows, agents, thread, visible, open });
  const bell = createBell({
    engine, me, keep, ringer, rows, visitors, watched, named: notes.calls,
    nameOfAgent: (id) => agents.peek().get(id ?? '')?.name ?? words.someone,
    open: (id) => open(id, rows.peek().get(id)?.agent === me ? 'mine' : 'waiting'),
  });
  const handling = createHandling({ engine, act, seqOf, newId, row, held, draft, write, say, announce: undo.announce, clock });

  async function moreThreads(): Promise<void> {
    const from: Box = box.peek() === 'ended' ? 'ended' : 'open';
    if (listing.peek() || !more.peek()[from]) return;
    listing.value = true;
    try {
      // An old thread may be known for itself, with a gap above it: only what has been listed counts as a page.
      const known = () => [...rows.peek().values()].filter((row) => (row.state === 'ended') === (from === 'ended'));
      const times = known().map((row) => row.at).sort((a, b) => b - a);
      const before = listed[from] === 0 ? Number.MAX_SAFE_INTEGER : times[listed[from] * PAGE_ROWS - 1] ?? times.at(-1) ?? 0;
      more.value = { ...more.peek(), [from]: await engine.list(from, before) };
      // Without an answer there is "more" as well, and the page is still to come.
      if (known().length >= (listed[from] + 1) * PAGE_ROWS) listed[from]++;
    } finally {
      listing.value = false;
    }
  }

  return {
    engine, me, brand, self, agents, visitors, colleagues, counts, unread, box, shown, rows, thread, row, held, visitor, others, items, refused,
    draft, more, listing, watched, clock, undo,
    now: computed(() => now.value + engine.ahead.value),
    notes, canned,
    /** Whether she is on the site; without a line nobody knows. */
    isHere: (who: Id): boolean | undefined => (engine.line.value === 'on' ? engine.here.value.has(who) : undefined),
    draftOf, write, say, moreThreads, handling, open, bell, ...knowing,
    leave: () => go({ at: 'box', box: box.peek() }),
    show: (name: BoxName) => go({ at: 'box', box: name }),
    setStatus: (status: AgentStatus) => act({ type: 'status', id: newId(), status }),
    retry: (id: Id) => engine.retry(id),
    discard: (id: Id) => engine.discard(id),
    older: (id: Id) => engine.older(id),
    /** The newest message is on the screen, and somebody looks. */
    read() {
      const open = row.peek();
      const last = held.peek()?.messages.at(-1);
      if (open && last && watched.peek() && last.seq > open.team.seen) engine.seen(open.id, last.seq);
    },
    close() {
      stopMarking();
      stopFollowing();
      canned.close();
      notes.close();
      knowing.close();
      bell.close();
      handling.close();
      engine.stop();
    },
  };
}
