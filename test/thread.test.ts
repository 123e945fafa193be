import { describe, expect, test } from 'vitest';
import { whatHappened } from '../client/happening.ts';
import { type AnyThread, fateOf, type Held, hole, mark, NOTHING, take, takePage, unread } from '../client/thread.ts';
import type { Message, Seq } from '../protocol/messages.ts';
import { seeded } from './seeded.ts';

const message = (seq: Seq, by: Message['by'] = 'visitor', rev = seq): Message =>
  ({ kind: 'message', thread: 't', seq, id: `m${seq}`, by, body: `message ${seq}`, at: seq, rev });
const messages = (from: Seq, to: Seq) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
const row = (seq: Seq, rev = seq, marks: Partial<Pick<AnyThread, 'visitor' | 'team'>> = {}): AnyThread =>
  ({ kind: 'thread', id: 't', rev, seq, at: 0, visitor: { got: 0, seen: 0 }, team: { got: 0, seen: 0 }, ...marks });
const seqs = (held: Held<AnyThread>) => held.messages.map(({ seq }) => seq);
const range = (from: Seq, to: Seq) => messages(from, to).map(({ seq }) => seq);
const held = (from: Seq, to: Seq) => take(NOTHING, row(to), messages(from, to));

describe('S10 a thread is one stretch without holes', () => {
  test('new messages go to its end, those it knows change nothing', () => {
    expect(seqs(take(held(1, 3), undefined, messages(2, 5)))).toEqual(range(1, 5));
  });

  test('a message behind a hole is not shown until a page has filled it', () => {
    const waiting = take(held(1, 3), row(6), messages(5, 6));
    expect(seqs(waiting)).toEqual(range(1, 3));
    expect(hole(waiting)).toBe(5);
    const mended = takePage(waiting, messages(1, 4), false);
    expect(seqs(mended)).toEqual(range(1, 6));
    expect(hole(mended)).toBeUndefined();
  });

  test('a row that knows of more messages than came is a hole too', () => {
    expect(hole(take(held(1, 3), row(7), []))).toBe(8);
    expect(hole(take(NOTHING, row(7), []))).toBe(8);
    expect(hole(held(1, 3))).toBeUndefined();
  });

  test('a hole larger than a page: what lies before it is let go, and can be pulled again', () => {
    const waiting = take(held(1, 3), row(100), [message(100)]);
    const mended = takePage(waiting, messages(50, 99), true);
    expect(seqs(mended)).toEqual(range(50, 100));
    expect(mended.more).toBe(true);
  });

  test('a page that does not fill the hole hides nothing for ever', () => {
    const waiting = take(held(1, 3), row(6), messages(5, 6));
    expect(seqs(takePage(waiting, messages(1, 3), false))).toEqual(range(5, 6));
  });

  test('older pages go in front until there are none', () => {
    const newest = held(101, 150);
    expect(newest.more).toBe(true);
    const older = takePage(newest, messages(51, 100), true);
    expect(seqs(older)).toEqual(range(51, 150));
    expect(older.more).toBe(true);
    expect(takePage(older, messages(1, 50), false).more).toBe(false);
  });

  test('a page that does not touch what is held is not shown', () => {
    expect(seqs(takePage(held(101, 110), messages(1, 50), false))).toEqual(range(101, 110));
  });

  test('a server that has nothing older is believed, whatever the numbers say', () => {
    const all = takePage(held(51, 60), [], false);
    expect(all.more).toBe(false);
    expect(take(all, undefined, [message(61)]).more).toBe(false);
  });

  test('a thread held without messages has more to show', () => {
    expect(take(NOTHING, row(4), []).more).toBe(true);
    expect(seqs(takePage(take(NOTHING, row(4), []), messages(1, 4), false))).toEqual(range(1, 4));
  });

  test.each(range(1, 40))('whatever comes in whatever order, holes are pulled and the end is the same (seed %i)', (seed) => {
    const random = seeded(seed);
    const total = 20 + Math.floor(random() * 60);
    const frames = messages(1, total).map((each) => ({ row: row(each.seq), set: [each] }));
    let now: Held<AnyThread> = NOTHING;
    for (const { row: told, set } of frames) {
      if (random() < 0.4) continue; // lost
      now = take(now, told, random() < 0.3 ? [...set, ...messages(1, set[0]!.seq).filter(() => random() < 0.2)] : set);
      if (random() < 0.3) {
        const before = hole(now);
        if (before !== undefined) now = takePage(now, messages(Math.max(1, before - 10), before - 1), before > 11);
      }
      const shown = seqs(now);
      expect(shown).toEqual(shown.length ? range(shown[0]!, shown.at(-1)!) : []);
    }
    now = take(now, row(total), []);
    for (let tries = 0; hole(now) !== undefined; tries++) {
      const before = hole(now)!;
      now = takePage(now, messages(Math.max(1, before - 10), before - 1), before > 11);
      expect(tries, `seed ${seed}`).toBeLessThan(total);
    }
    while (now.more) {
      const before = now.messages[0]!.seq;
      now = takePage(now, messages(Math.max(1, before - 10), before - 1), before > 11);
    }
    expect(seqs(now)).toEqual(range(1, total));
  });
});

describe('rows', () => {
  test('S6 the later change wins, in whatever order they come', () => {
    const edited = { ...message(2), body: 'changed', rev: 9 };
    const first = take(take(held(1, 3), row(3, 9), [edited]), row(3, 4), [message(2)]);
    expect(first.messages[1]!.body).toBe('changed');
    expect(first.row!.rev).toBe(9);
  });

  test('W1 watermarks only rise: an older row does not lower them, nor does what she saw here', () => {
    const seen = take(held(1, 3), row(3, 5, { team: { got: 3, seen: 2 } }), []);
    expect(take(seen, row(3, 4, { team: { got: 1, seen: 1 } }), []).row!.team).toEqual({ got: 3, seen: 2 });
    const marked = mark(seen, 'visitor', 3);
    expect(marked.row!.visitor).toEqual({ got: 3, seen: 3 });
    expect(mark(marked, 'visitor', 1)).toBe(marked);
  });

  test('typing ends with what was typed, not with the brand\'s own words', () => {
    const typing = { ...held(1, 3), typing: { name: 'Mina' } };
    expect(take(typing, undefined, [message(4, 'brand')]).typing).toEqual({ name: 'Mina' });
    expect(take(typing, undefined, [message(3, 'agent')]).typing).toEqual({ name: 'Mina' });
    expect(take(typing, undefined, [message(4, 'agent')]).typing).toBeUndefined();
  });
});

describe('what it means to people', () => {
  test('W2 the fate of an own message follows the marks of the other side', () => {
    const of = (got: Seq, seen: Seq) => fateOf(message(5), row(9, 1, { team: { got, seen }, visitor: { got: 9, seen: 9 } }));
    expect([of(4, 4), of(5, 4), of(5, 5), of(0, 7)]).toEqual(['sent', 'delivered', 'seen', 'seen']);
    expect(fateOf(message(5), undefined)).toBe('sent');
    expect(fateOf(message(5, 'agent'), row(9, 1, { visitor: { got: 5, seen: 0 } }))).toBe('delivered');
  });

  test('W3 unread are the other side\'s messages above the own side\'s mark', () => {
    const thread = take(NOTHING, row(5, 5, { visitor: { got: 5, seen: 2 }, team: { got: 1, seen: 0 } }),
      [message(1), message(2, 'brand'), message(3), message(4, 'agent'), message(5, 'brand')]);
    expect(unread(thread, 'visitor')).toBe(2);
    expect(unread(thread, 'team')).toBe(2);
  });

  test('a new message of the other side is told once; own ones, known ones and history are not', () => {
    const isMine = ({ by }: Message) => by === 'visitor';
    const before = held(1, 2);
    const after = take(before, row(4), [message(3, 'agent'), message(4)]);
    expect(whatHappened(before, after, 'visitor', isMine, false)).toEqual([{ type: 'message', message: message(3, 'agent') }]);
    expect(whatHappened(after, take(after, undefined, [message(3, 'agent')]), 'visitor', isMine, false)).toEqual([]);
    expect(whatHappened(undefined, after, 'visitor', isMine, true)).toEqual([]);
    expect(whatHappened(undefined, after, 'visitor', isMine, false)).toHaveLength(1);
    expect(whatHappened(before, mark(after, 'visitor', 4), 'visitor', isMine, false)).toEqual([]);
  });

  test('what is behind a hole is told when the hole is filled, in order', () => {
    const isMine = ({ by }: Message) => by === 'visitor';
    const before = held(1, 2);
    const waiting = take(before, row(4), [message(4, 'agent')]);
    expect(whatHappened(before, waiting, 'visitor', isMine, false)).toEqual([]);
    const mended = takePage(waiting, [message(1), message(2), message(3, 'agent')], false);
    expect(whatHappened(waiting, mended, 'visitor', isMine, true).map((each) => each.type === 'message' && each.message.seq)).toEqual([3, 4]);
  });

  test('an own message is told delivered and seen, each once', () => {
    const isMine = ({ by }: Message) => by === 'visitor';
    const sent = held(1, 2);
    const delivered = take(sent, row(2, 3, { team: { got: 2, seen: 0 } }), []);
    const seen = take(delivered, row(2, 4, { team: { got: 2, seen: 2 } }), []);
    const fates = (a: Held<AnyThread>, b: Held<AnyThread>) =>
      whatHappened(a, b, 'visitor', isMine, false).map((each) => each.type === 'fate' && `${each.id} ${each.fate}`);
    expect(fates(sent, delivered)).toEqual(['m1 delivered', 'm2 delivered']);
    expect(fates(delivered, seen)).toEqual(['m1 seen', 'm2 seen']);
    expect(fates(seen, seen)).toEqual([]);
  });
});
