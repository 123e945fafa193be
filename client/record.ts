/** What this device knows and up to which `rev`: in memory for the faces, on disk for the next page, shared with other tabs. */
import { batch, type ReadonlySignal, signal } from '@preact/signals-core';
import type { Entry, Id, Message, Rev, Seq } from '../protocol/messages.ts';
import type { Shape } from '../protocol/shape.ts';
import type { Face, Happening } from './face.ts';
import { whatHappened } from './happening.ts';
import { openHolding } from './held.ts';
import { type AnyRow, find, openRows } from './rows.ts';
import { type AnyThread, type Held, mark, newestOf, takePage } from './thread.ts';

/** From an `ok`; a `changed` tells the `rev` alone. */
export interface News<Me> { set: AnyRow[]; rev: Rev; epoch?: string; me?: Me; fresh?: boolean }

export interface RecordOf<T extends AnyThread, Me> {
  readonly threads: ReadonlySignal<ReadonlyMap<Id, Held<T>>>;
  readonly me: ReadonlySignal<Me | undefined>;
  readonly epoch: string | undefined;
  readonly rev: Rev;
  /** Takes what is on disk. @param sure whether the server itself has told us the epoch: then the disk's cannot be newer. */
  read(entries: [string, unknown][], sure: boolean): void;
  /** Takes what the server tells. Resolves when it is kept, after `first`, to whether this tab was the one that wrote it. */
  hear(news: News<Me>, first?: Promise<unknown>): Promise<boolean>;
  /** Rows outside the order of `rev`: more of a list, an own message that was acknowledged. */
  add(set: AnyRow[]): void;
  page(thread: Id, rows: Message[], more: boolean): void;
  seen(thread: Id, seq: Seq): boolean;
  /** What the server may not know yet. */
  readonly seenHere: ReadonlyMap<Id, Seq>;
  typing(thread: Id, who: Held<T>['typing']): void;
  card(change: (me: Me) => Me): void;
  /** The next `hi` asks for everything. */
  unlearn(): void;
  forget(): void;
  empty(): Promise<void>;
}

export function openRecord<T extends AnyThread, Me extends { id?: Id }>(
  { database, side, frames, row: rowShape, team }: Face, mine: (message: Message) => boolean, tell: (happening: Happening) => void,
): RecordOf<T, Me> {
  const disk = openRows(database);
  const holding = openHolding<T>(team);
  const { threads } = holding;
  const me = signal<Me>();
  const seenHere = new Map<Id, Seq>();
  let hasRead = false;
  let epoch: string | undefined;
  let rev: Rev = 0;
  /** Up to here there is nothing that was not given to the disk. */
  let keptRev: Rev = 0;
  let writing: Promise<unknown> = Promise.resolve();

  if (team) team.forget = forgetSeen;

  /** Changes threads, and tells what that means once it can be seen. */
  function changing(history: boolean, change: () => void): void {
    const before = threads.value;
    batch(change);
    for (const [id, held] of threads.value) {
      const old = before.get(id);
      if (old !== held) for (const each of whatHappened(old, held, side, mine, history)) tell(each);
    }
  }
  /** What we have seen stays seen, also while the server has not heard of it. */
  function overlay(): void {
    for (const [thread, seq] of seenHere) holding.change(thread, (held) => mark(held, side, seq));
  }

  return {
    threads, me, seenHere,
    get epoch() { return epoch; },
    get rev() { return rev; },
    read(entries, sure) {
      const isFirst = !hasRead;
      hasRead = true;
      const { standing, rows, seen } = find<AnyRow>(entries, (frames as { ok: Shape<unknown> }).ok, rowShape);
      if (!standing || (sure && standing.epoch !== epoch)) return;
      const other = standing.epoch !== epoch;
      // Where another tab has heard more than we have, somebody may be gone from there: then what we hold of her is gone, too.
      const anew = other || (!!team && !isFirst && standing.rev > rev);
      for (const [thread, seq] of seen) seenHere.set(thread, Math.max(seq, seenHere.get(thread) ?? 0));
      let gone: readonly AnyRow[] = [];
      changing(isFirst, () => {
        gone = holding.take(rows, anew);
        overlay();
        if (!sure) me.value = standing.me as Me;
      });
      if (gone.length) void disk.drop(gone);
      epoch = standing.epoch;
      keptRev = rev = other ? standing.rev : Math.max(rev, standing.rev);
    },
    hear(news, first) {
      const otherEpoch = news.epoch !== undefined && news.epoch !== epoch;
      const fresh = !!news.fresh || otherEpoch;
      if (otherEpoch && epoch !== undefined) for (const thread of seenHere.keys()) forgetSeen(thread);
      let gone: readonly AnyRow[] = [];
      changing(fresh, () => {
        gone = holding.take(news.set, fresh);
        for (const row of news.set) if (row.kind === 'thread' && (row as unknown as T)[side].seen >= (seenHere.get(row.id) ?? Infinity)) forgetSeen(row.id);
        overlay();
        if (news.me) me.value = news.me;
      });
      // Where the server knows less than we do it has lost something, and the disk must not keep it either.
      const since = fresh && news.rev < rev ? Infinity : keptRev;
      epoch = news.epoch ?? epoch;
      rev = fresh ? news.rev : Math.max(rev, news.rev);
      // Nothing to write but a number: the next row takes it along.
      if (epoch === undefined || (!news.set.length && !news.me)) return Promise.resolve(false);
      const standing = { epoch, rev, me: me.value };
      keptRev = rev;
      const kept = writing.then(() => first).then(() => disk.keep(standing, since, news.set, holding.all, fresh, gone));
      writing = kept;
      return kept;
    },
    add: (set) => changing(true, () => {
      holding.take(set);
      overlay();
      for (const row of set) if (row.kind === 'message') addToDisk([row as unknown as Message]);
      const entries = set.filter(({ kind }) => kind === 'entry') as unknown as Entry[];
      for (const thread of new Set(entries.map((entry) => entry.thread))) addToDisk(entries.filter((entry) => entry.thread === thread));
    }),
    page(thread, rows, more) {
      changing(true, () => holding.change(thread, (held) => takePage(held, rows, more)));
      addToDisk(rows);
    },
    seen(thread, seq) {
      const held = threads.value.get(thread);
      if (!held?.row || held.row[side].seen >= seq) return false;
      seenHere.set(thread, seq);
      overlay();
      void disk.seen(thread, seq);
      return true;
    },
    typing: (thread, who) => holding.change(thread, (held) => ({ ...held, typing: who })),
    card: (change) => { if (me.value) me.value = change(me.value); },
    unlearn() {
      // The epoch stays known: if it is another when the answer comes, what is held has to be offered again (S5).
      rev = 0;
    },
    forget() {
      epoch = undefined;
      rev = keptRev = 0;
      seenHere.clear();
      batch(() => {
        holding.take([], true);
        me.value = undefined;
      });
    },
    empty: () => disk.empty(),
  };

  function forgetSeen(thread: Id): void {
    seenHere.delete(thread);
    void disk.seen(thread, undefined);
  }
  /** @param rows of one thread */
  function addToDisk(rows: (Message | Entry)[]): void {
    const held = threads.value.get(rows[0]?.thread as Id);
    void disk.add(rows, held ? newestOf(held) : 0);
  }
}
