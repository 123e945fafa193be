/**
 * The engine that widget and inbox share: it keeps threads and the outbox on this device, and brings both ends together
 * whenever there is a line. The one file that knows both outbox and socket.
 */
import { effect, signal, untracked } from '@preact/signals-core';
import type { Ack, Box, Nak, Ok, PageOf } from '../protocol/frames.ts';
import { PAGE_ROWS, PAGE_ROWS_MOST, TYPING_SHOWN_MS, VERSION } from '../protocol/limits.ts';
import type { Id, Message, Seq } from '../protocol/messages.ts';
import { check, type Frames } from '../protocol/parse.ts';
import { isRecord } from '../protocol/shape.ts';
import { openCourier } from './courier.ts';
import type { Face, Happening, Sync } from './face.ts';
import { openLine } from './line.ts';
import { openOutbox } from './outbox.ts';
import { openQuestions } from './questions.ts';
import { openRecord } from './record.ts';
import type { AnyRow } from './rows.ts';
import { openTabs } from './tabs.ts';
import { type AnyThread, hole, sideOf } from './thread.ts';
import { uuid } from './uuid.ts';

export type { Face, Happening, LineState, Sync } from './face.ts';
export type { Pending } from './outbox.ts';
export type { Held } from './thread.ts';

/** Messages of one burst are told as received together. */
const GOT_AFTER_MS = 300;

type Heard = { type: string } & Record<string, unknown>;
type Say = { type: string; id: Id; thread?: Id; body?: string };

/** Opens nothing on the network before `connect`. */
export function startSync<T extends AnyThread, Frame extends { type: string; id: Id }, Me extends { id?: Id }, Row extends AnyRow = AnyRow>(
  face: Face,
): Sync<T, Frame, Me, Row> {
  const { database, side } = face;
  const here = signal<ReadonlySet<Id>>(new Set());
  const listeners = new Set<(happening: Happening) => void>();
  const tell = (happening: Happening) => { for (const listener of [...listeners]) listener(happening); };
  const mine = (message: Message) => side === 'visitor' ? message.by === 'visitor' : !!message.agent && message.agent === record.me.value?.id;

  const outbox = openOutbox<Frame>(database);
  const courier = openCourier(outbox, tell);
  const record = openRecord<T, Me, Row>(face, mine, tell);
  const { threads } = record;

  /** Told on this connection; the server keeps the highest. */
  const gotTold = new Map<Id, Seq>();
  /** Threads that somebody has opened: their messages are wanted. */
  const opened = new Set<Id>();
  const questions = openQuestions();
  let wanted = false;
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const later = (name: string, ms: number, work: () => void) => {
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(work, ms));
  };

  // ---- other tabs

  const tabs = openTabs(database.name, look);
  async function look(): Promise<void> {
    const entries = await database.all();
    if (database.gone.value) return;
    outbox.read(entries);
    record.read(entries, line.greeted);
    settle();
    pump();
  }

  // ---- sending

  const line = openLine(face, {
    hi: () => ({ type: 'hi', v: VERSION, ...(record.epoch ? { epoch: record.epoch } : {}), rev: record.rev, ...face.hi?.() }),
    waiting: () => courier.waiting(),
    besides: () => seenFrames(),
    hear,
    cut() {
      here.value = new Set();
      gotTold.clear();
      courier.again();
      questions.drop();
    },
  });
  const seenFrames = () => [...record.seenHere].map(([thread, seq]) => ({ type: 'seen', thread, seq }));

  function pump(): void {
    if (line.greeted) courier.pump(line.say);
    else if (courier.waiting().length) line.press();
  }

  /** Own messages that now stand in a thread have left the outbox. */
  function settle(): void {
    if (!outbox.pending.value.length) return;
    const said = new Set<Id>();
    for (const { messages } of threads.value.values()) for (const { id } of messages) said.add(id);
    done(outbox.pending.value.flatMap(({ frame }) => said.has(frame.id) ? frame.id : []));
  }
  function done(ids: Id[]): void {
    if (!ids.length) return;
    void outbox.remove(ids).then(tabs.nudge);
    for (const id of ids) tell({ type: 'fate', id, fate: 'sent' });
    pump(); // there is room now
  }

  // ---- hearing

  /** A row that is not as it should be is dropped and the others are taken; a frame that is not, or is unknown, is passed over. */
  function hear(value: unknown, onSocket: boolean): void {
    if (!isRecord(value)) return;
    for (const rows of ['set', 'rows']) if (Array.isArray(value[rows])) value[rows] = value[rows].filter((row) => !face.row(row));
    const checked = check(value, face.frames as Frames<Heard>);
    if ('frame' in checked) take(checked.frame, onSocket);
  }

  function take(frame: Heard, onSocket: boolean): void {
    switch (frame.type) {
      case 'ok':
        greet(frame as unknown as Ok<AnyRow, Me>, onSocket);
        break;
      case 'changed':
        news(record.hear(frame as unknown as { set: AnyRow[]; rev: number }));
        break;
      case 'page':
        page(frame as unknown as PageOf);
        break;
      case 'ack':
        acknowledged(frame as unknown as Ack);
        break;
      case 'nak':
        later('pump', courier.refused(frame as unknown as Nak), pump);
        break;
      case 'listed':
        record.add(frame['set'] as AnyRow[]);
        questions.answer(`list:${frame['box']}`, frame['more'] as boolean);
        break;
      case 'presence': {
        const { who, available } = frame as { who?: Id; available?: boolean };
        if (who === undefined) record.card((me) => ({ ...me, card: { ...(me as { card?: object }).card, available } }));
        else here.value = new Set(frame['here'] ? [...here.value, who] : [...here.value].filter((id) => id !== who));
        break;
      }
      case 'typing': {
        const { thread, name, agent } = frame as unknown as { thread: Id; name?: string; agent?: Id };
        record.typing(thread, { ...(name ? { name } : {}), ...(agent ? { agent } : {}) });
        later(`typing:${thread}`, TYPING_SHOWN_MS, () => record.typing(thread, undefined));
        break;
      }
      case 'pong':
        if ((frame['head'] as number) > record.rev) line.say({ type: 'sync', rev: record.rev });
        break;
      case 'bye':
        line.bye(frame['after'] as number);
    }
  }

  function greet(ok: Ok<AnyRow, Me>, onSocket: boolean): void {
    // Somebody else now: her signature joined this device to a person whose older threads no difference would bring.
    if (!ok.fresh && record.rev && ok.me.id !== record.me.value?.id) {
      record.unlearn();
      if (onSocket) line.hi();
      return;
    }
    const held = record.epoch !== undefined && record.epoch !== ok.epoch ? [...threads.value.values()].flatMap(({ messages }) => messages) : [];
    const there = new Set(ok.set.map(({ id }) => id));
    const again = held.filter((message) => mine(message) && !there.has(message.id)).sort((a, b) => a.at - b.at);
    // Rule S5: a backup may be older than our acknowledgements. Into the outbox before the rows go.
    const offered = Promise.all(again.map(({ id, thread, body, at }) => outbox.add({ type: 'say', id, thread, body } as unknown as Frame, at)));
    line.greet(onSocket);
    if (onSocket) courier.again();
    here.value = new Set(ok.here ?? []);
    news(record.hear({ ...ok, fresh: !!ok.fresh }, offered));
    if (onSocket) for (const seen of seenFrames()) line.say(seen);
    pump();
  }

  function news(kept: Promise<'kept' | 'other'>): void {
    settle();
    mend();
    void kept.then((how) => {
      if (how === 'other') return look();
      tabs.nudge();
      later('got', GOT_AFTER_MS, tellGot);
    });
  }

  function page({ thread, rows, more }: PageOf): void {
    const before = holeOf(thread);
    record.page(thread, rows, more);
    questions.answer(thread, more);
    settle();
    if (holeOf(thread) !== before) mend();
  }

  function acknowledged({ id, thread, seq, at }: Ack): void {
    const frame = outbox.pending.value.find((each) => each.frame.id === id)?.frame as Say | undefined;
    if (!frame) return;
    const by = side === 'visitor' ? 'visitor' : 'agent';
    const me = record.me.value?.id;
    const hides = frame.body !== undefined && seq !== undefined && record.said({
      kind: 'message', thread: thread ?? frame.thread!, seq, id, by, body: frame.body, at, rev: 0,
      ...(by === 'agent' && me ? { agent: me } : {}),
    });
    // Behind a hole it would be seen nowhere; it stays where it is until the page comes that shows it.
    if (hides) mend();
    else done([id]);
  }

  /** Only what is on disk has been received. */
  function tellGot(): void {
    for (const [thread, { row, messages }] of threads.value) {
      const seq = messages.findLast((message) => sideOf(message) !== side)?.seq ?? 0;
      if (seq <= Math.max(row?.[side].got ?? seq, gotTold.get(thread) ?? 0)) continue;
      if (line.ask({ type: 'got', thread, seq })) gotTold.set(thread, seq);
    }
  }

  // ---- history

  function holeOf(thread: Id): Seq | undefined {
    const held = threads.value.get(thread);
    return held && hole(held);
  }

  function mend(): void {
    for (const [thread, held] of threads.value) {
      const before = hole(held);
      if (before === undefined || !(held.messages.length || side === 'visitor' || opened.has(thread))) continue;
      const missing = before - 1 - (held.messages.at(-1)?.seq ?? before - 1);
      void pull(thread, before, Math.min(PAGE_ROWS_MOST, Math.max(PAGE_ROWS, missing)));
    }
  }

  const pull = (thread: Id, before: Seq, n = PAGE_ROWS) =>
    questions.put(thread, () => line.ask({ type: 'pull', thread, before, n }));

  // ---- the end

  function hangUp(): void {
    wanted = false;
    line.close();
    for (const timer of timers.values()) clearTimeout(timer);
  }

  const unwatch = effect(() => {
    if (database.gone.value) untracked(vanish);
  });
  function vanish(): void {
    hangUp();
    outbox.empty();
    record.forget();
    tell({ type: 'forgotten' });
  }

  tabs.listen();
  const painted = look();

  return {
    line: line.state, keeps: database.keeps, me: record.me, pending: outbox.pending, threads, rows: record.rows, here, painted,
    async send(frame) {
      await outbox.add(frame);
      tell({ type: 'fate', id: frame.id, fate: 'queued' });
      tabs.nudge();
      pump();
    },
    mention(frame) {
      if (line.greeted) line.say(frame);
    },
    seen(thread, seq) {
      if (!record.seen(thread, seq)) return;
      tabs.nudge();
      line.ask({ type: 'seen', thread, seq });
    },
    async older(thread) {
      opened.add(thread);
      const held = threads.value.get(thread);
      if (held?.more) await pull(thread, held.messages[0]?.seq ?? held.row!.seq + 1);
    },
    list: (box: Box, before) => questions.put(`list:${box}`, () => line.ask({ type: 'list', box, before, n: PAGE_ROWS })),
    async retry(id) {
      const refused = outbox.pending.value.find(({ frame, fate }) => frame.id === id && fate === 'refused');
      if (!refused) return;
      // Rule M3: what was refused for good is said anew, under a new id.
      const frame = { ...refused.frame, id: uuid() };
      await this.send(frame);
      await this.discard(id);
    },
    async discard(id) {
      await outbox.remove([id]);
      tabs.nudge();
    },
    connect() {
      if (database.gone.value) return;
      wanted = true;
      tabs.listen();
      void painted.then(() => { if (wanted) line.open(); });
    },
    stop() {
      hangUp();
      tabs.close();
      unwatch();
      database.close();
    },
    async renew() {
      hangUp();
      record.forget();
      await record.empty();
      this.connect();
    },
    async forget() {
      await database.destroy();
    },
    on(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
  };
}
