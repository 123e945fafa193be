/** A visitor fed by hand: the widget's state without disk, line or server. */
import { signal } from '@preact/signals-core';
import type { LineState, Pending } from '../client/sync.ts';
import type { Held } from '../client/thread.ts';
import type { VisitorMe, VisitorSay } from '../protocol/frames.ts';
import type { Card, Message, Thread } from '../protocol/messages.ts';
import type { Seat } from '../widget/seat.ts';
import { createState, type State } from '../widget/state.ts';
import { draw } from '../widget/ui/draw.tsx';
import type { Said, Told, Visitor, VisitorSync } from '../widget/visitor.ts';
import { words as ENGLISH } from '../widget/words/en.ts';
import type { Words } from '../widget/words/words.ts';

/** A Sunday, late in the morning. */
export const T0 = new Date(2026, 10, 22, 11, 0).getTime();
export const CARD: Card = { name: 'Kettle & Fern', color: '#2f6b4f', logo: 'KF', greeting: '', replyTime: 'hours', open: true, available: true, busy: false };

export const message = (seq: number, by: Message['by'], body: string, more: Partial<Message> = {}): Message => ({
  kind: 'message', thread: 't1', seq, id: `m${seq}`, by, body, at: T0 + seq * 1_000, rev: seq, ...more,
});
export const row = (more: Partial<Thread> = {}): Thread => ({
  kind: 'thread', id: 't1', rev: 1, seq: 1, at: T0, ended: false, episode: 1, visitor: { got: 0, seen: 0 }, team: { got: 0, seen: 0 }, ...more,
});
export const waiting = (body: string, more: Partial<Pending<VisitorSay>> = {}): Pending<VisitorSay> => ({
  frame: { type: 'say', id: `p-${body}`, thread: 't1', body }, at: T0 + 600_000, fate: 'saved', kept: true, ...more,
});

export class FakeVisitor {
  readonly line = signal<LineState>('on');
  readonly keeps = signal<'disk' | 'memory'>('disk');
  readonly me = signal<VisitorMe | undefined>({ verified: false, card: CARD });
  readonly pending = signal<readonly Pending<Said>[]>([]);
  readonly threads = signal<ReadonlyMap<string, Held<Thread>>>(new Map());
  readonly sync = signal<VisitorSync | undefined>(undefined);
  readonly card = signal<Card | undefined>(CARD);
  readonly acted = signal(false);
  readonly forgets = signal(0);
  /** Everything that was asked of it, in order. */
  readonly asked: unknown[][] = [];
  readonly disk = new Map<string, unknown>();
  unreachable = false;
  /** Statuses that `identify` will get, one after the other. */
  statuses: number[] = [];

  readonly engine = {
    line: this.line, keeps: this.keeps, me: this.me, pending: this.pending, threads: this.threads,
    send: async (frame: Said) => {
      this.asked.push(['send', frame]);
      this.#keep(frame);
    },
    mention: (frame: unknown) => this.asked.push(['mention', frame]),
    seen: (thread: string, seq: number) => {
      this.asked.push(['seen', thread, seq]);
      const held = this.threads.value.get(thread)!;
      this.threads.value = new Map(this.threads.value).set(thread, { ...held, row: { ...held.row!, visitor: { got: seq, seen: seq } } });
    },
    older: async (thread: string) => void this.asked.push(['older', thread]),
    retry: async (id: string) => void this.asked.push(['retry', id]),
    discard: async (id: string) => {
      this.asked.push(['discard', id]);
      this.leaves(id);
    },
    connect: () => this.asked.push(['connect']),
  } as unknown as VisitorSync;

  readonly face: Visitor = {
    sync: this.sync, card: this.card, acted: this.acted, forgets: this.forgets,
    cut: () => this.sync.value ? this.line.value === 'broken' : this.unreachable,
    greet: () => {
      this.acted.value = true;
      this.asked.push(['greet']);
    },
    enter: async () => {
      this.sync.value ??= this.engine;
      this.acted.value = true;
      return this.engine;
    },
    tell: (told: Told) => {
      this.asked.push(['tell', told]);
      this.#keep({ ...told, id: `tell-${this.asked.length}` } as Said);
    },
    prove: async (jwt) => {
      this.asked.push(['prove', jwt]);
      return this.statuses.shift() ?? 200;
    },
    keep: async (key, value) => void this.disk.set(key, value),
    kept: async (key) => this.disk.get(key),
    forget: async () => {
      this.asked.push(['forget']);
      this.acted.value = false;
      this.forgets.value++;
      this.sync.value = undefined;
      this.pending.value = [];
      this.threads.value = new Map();
    },
  };

  #keep(frame: Said): void {
    this.pending.value = [...this.pending.value, { frame, at: T0 + 600_000 + this.pending.value.length, fate: this.line.value === 'on' ? 'sending' : 'saved' }];
  }
  /** Acknowledged, or discarded. */
  leaves(id: string): void {
    this.pending.value = this.pending.value.filter(({ frame }) => frame.id !== id);
  }

  /** She has been here before, and this is what her device holds. */
  holds(messages: Message[], more: Partial<Thread> = {}, held: Partial<Held<Thread>> = {}): void {
    const id = more.id ?? 't1';
    this.threads.value = new Map(this.threads.value).set(id, {
      row: row({ seq: messages.at(-1)?.seq ?? 0, ...more }), messages, more: false, typing: undefined, ahead: [], first: true, ...held,
    });
    this.sync.value = this.engine;
  }
}

export interface Stage { state: State; visitor: FakeVisitor; root: ShadowRoot; button: HTMLButtonElement; end(): void }

/** The panel on a page of happy-dom. */
export function stage(words: Words = ENGLISH): Stage {
  const host = document.createElement('leave-word');
  document.documentElement.append(host);
  const root = host.attachShadow({ mode: 'open' });
  const frame = document.createElement('div');
  const button = document.createElement('button');
  const place = document.createElement('div');
  frame.append(button, place);
  root.append(frame);
  const seat: Seat = {
    brand: 'acme', server: 'https://chat.example/', lang: words === ENGLISH ? 'en' : 'ar', color: null, left: false, hide: false,
    root, frame, button, known: Promise.resolve(false),
  };
  const visitor = new FakeVisitor();
  const state = createState(seat, words, visitor.face);
  const stop = draw(state, place);
  return {
    state, visitor, root, button,
    end() {
      stop();
      state.end();
      host.remove();
    },
  };
}
