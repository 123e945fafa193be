/**
 * The engine that widget and inbox share: it keeps threads and the outbox on this device, and brings both ends together
 * whenever there is a line. The one file that knows both outbox and socket.
 */
import { effect, untracked } from '@preact/signals-core';
import type { Ack, Bye, Changed, DeskTyping, Nak, Ok, PageOf, Pong, Refused, TeamPresence, TeamTyping } from '../protocol/frames.ts';
import { TYPING_SHOWN_MS, VERSION } from '../protocol/limits.ts';
import type { Id, Message, Seq } from '../protocol/messages.ts';
import { fault, type Frames } from '../protocol/parse.ts';
import { isRecord } from '../protocol/shape.ts';
import { openCourier } from './courier.ts';
import type { Face, Happening, Sync } from './face.ts';
import { openHistory } from './history.ts';
import { openLine } from './line.ts';
import { openOutbox, OUT } from './outbox.ts';
import { openQuestions } from './questions.ts';
import { openRecord } from './record.ts';
import type { AnyRow } from './rows.ts';
import { openTabs } from './tabs.ts';
import { type AnyThread, hole, notAmong, sideOf } from './thread.ts';
import { uuid } from './uuid.ts';

export type { Face, Happening, LineState, Sync } from './face.ts';
export type { Pending } from './outbox.ts';
export type { Held } from './thread.ts';

/** Messages of one burst are told as received together. */
const GOT_AFTER_MS = 300;

type Heard = { type: string } & Record<string, unknown>;

/** Opens nothing on the network before `connect`. */
export function startSync<T extends AnyThread, Frame extends { type: string; id: Id; thread?: Id }, Me extends { id?: Id }>(face: Face): Sync<T, Frame, Me> {
  const { database, side, team } = face;
  const listeners = new Set<(happening: Happening) => void>();
  const tell = (happening: Happening) => { for (const listener of listeners) listener(happening); };
  const mine = (message: Message) => team ? !!message.agent && message.agent === record.me.value?.id : message.by === side;

  const outbox = openOutbox<Frame>(database);
  const courier = openCourier(outbox, tell);
  const record = openRecord<T, Me>(face, mine, tell);
  const { threads } = record;

  /** Told on this connection; the server keeps the highest. */
  const gotTold = new Map<Id, Seq>();
  /** Pages of history: whether there is more; without an answer there is. */
  const questions = openQuestions(true);
  let wanted = false;
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const later = (name: string, ms: number, work: () => void) => {
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(work, ms));
  };

  // ---- other tabs

  const tabs = openTabs(database.name, look);
  async function look(): Promise<void> {
    // With a line of its own a tab hears of rows sooner than any disk could tell.
    const entries = await database.all(line.greeted ? OUT : '');
    if (database.gone.value) return;
    if (!database.useless) {
      outbox.read(entries);
      record.read(entries, line.greeted);
    }
    settle();
    pump();
  }

  // ---- sending

  const line = openLine(face, {
    hi: () => ({ type: 'hi', v: VERSION, epoch: record.epoch, rev: record.rev, ...face.hi?.() }),
    waiting: () => courier.waiting(),
    besides: seenFrames,
    hear,
    cut() {
      gotTold.clear();
      courier.again();
      questions.drop();
      team?.cut();
    },
  });
  function tellSeen(): void {
    for (const seen of seenFrames()) line.ask(seen);
  }
  function seenFrames(): object[] {
    return [...record.seenHere].map(([thread, seq]) => ({ type: 'seen', thread, seq }));
  }

  function pump(): void {
    if (line.greeted) courier.pump(line.say);
    else if (courier.waiting().length) line.press();
  }

  /** Own messages that now stand in a thread have left the outbox. */
  function settle(): void {
    done(outbox.pending.value.flatMap(({ frame: { id, thread } }) =>
      threads.value.get(thread!)?.messages.some((message) => message.id === id) ? id : []));
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
    if (fault(value, face.frames as Frames<Heard>)) return;
    takes[value['type'] as string]?.(value as never, onSocket);
    team?.hear(value as Heard, record.add);
  }

  const takes: Record<string, (frame: never, onSocket: boolean) => void> = {
    page,
    ok: greet,
    ack: acknowledged,
    /** Before the `ok` to which it is a difference, it would claim rows that only the `ok` brings (S11). */
    changed(frame: Changed<AnyRow>) { if (line.greeted) news(record.hear(frame)); },
    nak(nak: Nak) {
      later('outbox', courier.refused(nak), () => {
        courier.rested();
        pump();
      });
    },
    /** What has no id is said again: a greeting, or the line would be good for nothing; marks, or the server would know less than we do. */
    refused({ retryAfter }: Refused) {
      if (retryAfter) later('marks', retryAfter, () => {
        if (!line.greeted) return line.hi();
        tellSeen();
        gotTold.clear();
        tellGot();
      });
    },
    presence({ available }: TeamPresence) { if (!team) record.card((me) => ({ ...me, card: { ...(me as { card?: object }).card, available } })); },
    typing({ thread, name, agent }: TeamTyping & DeskTyping) {
      record.typing(thread, { name, agent });
      later(`typing:${thread}`, TYPING_SHOWN_MS, () => record.typing(thread, undefined));
    },
    pong({ head }: Pong) { if (head > record.rev) line.say({ type: 'sync', rev: record.rev }); },
    bye({ after }: Bye) { line.bye(after); },
  };

  function greet(ok: Ok<AnyRow, Me>, onSocket: boolean): void {
    // Somebody else now: her signature joined this device to a person whose older threads no difference would bring.
    if (!ok.fresh && record.rev && ok.me.id !== record.me.value?.id) {
      record.unlearn();
      if (onSocket) line.hi();
      return;
    }
    // Rule S5: a backup may be older than our acknowledgements. Into the outbox before the rows go.
    const again = record.epoch !== undefined && record.epoch !== ok.epoch ? notAmong(ok.set, threads.value.values()).filter(mine) : [];
    const offered = Promise.all(again.map(({ id, thread, body, at }) => outbox.add({ type: 'say', id, thread, body } as unknown as Frame, at)));
    line.greet(onSocket);
    if (onSocket) courier.again();
    news(record.hear(ok, offered));
    if (onSocket) tellSeen();
    pump();
  }

  function news(kept: Promise<boolean>): void {
    settle();
    history.mend();
    void kept.then((wrote) => {
      if (wrote) tabs.nudge();
      later('got', GOT_AFTER_MS, tellGot);
    });
  }

  function page({ thread, rows, more }: PageOf): void {
    const holeOf = (held = threads.value.get(thread)) => held && hole(held);
    const before = holeOf();
    record.page(thread, rows, more);
    questions.answer(thread, more);
    settle();
    if (holeOf() !== before) history.mend();
  }

  function acknowledged({ id, thread, seq, at }: Ack): void {
    const frame = outbox.find(id)?.frame as { body?: string } | undefined;
    if (!frame) return;
    const { body } = frame;
    if (body !== undefined && thread !== undefined && seq !== undefined) {
      const message: Message = { kind: 'message', thread, seq, id, body, at, rev: 0, ...(team ? { by: 'agent', agent: record.me.value!.id! } : { by: 'visitor' }) };
      record.add([message]);
      // It may be the only one that is held, with others behind it.
      history.mend();
      // Behind a hole it would be seen nowhere; it stays where it is until the page comes that shows it.
      if (threads.value.get(thread)!.ahead.some((each) => each.id === id)) return;
    }
    done([id]);
  }

  /** Only what is on disk has been received. */
  function tellGot(): void {
    for (const [thread, { row, messages }] of threads.value) {
      const seq = messages.findLast((message) => sideOf(message) !== side)?.seq ?? 0;
      if (seq <= Math.max(row?.[side].got ?? seq, gotTold.get(thread) ?? 0)) continue;
      if (line.ask({ type: 'got', thread, seq })) gotTold.set(thread, seq);
    }
  }

  const history = openHistory(threads, side, (thread, before, n) =>
    questions.put(thread, () => line.ask({ type: 'pull', thread, before, n })));

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

  async function send(frame: Frame): Promise<void> {
    const kept = outbox.add(frame); // a line that comes before it is kept sends it: `queued` has to be told by then
    tell({ type: 'fate', id: frame.id, fate: 'queued' });
    await kept;
    tabs.nudge();
    pump();
  }
  async function discard(id: Id): Promise<void> {
    await outbox.remove([id]);
    tabs.nudge();
  }
  function connect(): void {
    if (database.gone.value) return;
    wanted = true;
    tabs.listen();
    void painted.then(() => { if (wanted) line.open(); });
  }

  return {
    send, discard, connect,
    line: line.state, keeps: database.keeps, me: record.me, pending: outbox.pending, threads, painted, ask: line.ask,
    mention(frame) {
      if (line.greeted) line.say(frame);
    },
    seen(thread, seq) {
      if (!record.seen(thread, seq)) return;
      tabs.nudge();
      line.ask({ type: 'seen', thread, seq });
    },
    older: history.older,
    async retry(id) {
      const refused = outbox.find(id);
      if (refused?.fate !== 'refused') return;
      // Rule M3: what was refused for good is said anew, under a new id.
      await send({ ...refused.frame, id: uuid() });
      await discard(id);
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
      connect();
    },
    forget: () => database.destroy(),
    on(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
  };
}
