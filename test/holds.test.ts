/** Rule M3 of protocol/README.md: nothing overtakes what was refused for now, and nothing waits for what never comes. */
import { describe, expect, it } from 'vitest';
import { Holds } from '../server/holds.ts';
import { LEAST_WAIT_MS } from '../server/limits.ts';
import { DeskRoom, type FakeSocket } from './desk-room.ts';
import { seeded } from './seeded.ts';

const say = (id: string, thread = 'th') => ({ type: 'say' as const, id, thread, body: `body of ${id}` });

describe('behind a message that was refused for now', () => {
  const line = {};
  const refusedAt = (now: number, ...ids: string[]) => {
    const holds = new Holds();
    for (const id of ids) holds.refused(line, say(id), 'rate_limited', 3_000, now);
    return holds;
  };
  const waits = (holds: Holds, id: string, now: number, thread = 'th') => holds.held(line, say(id, thread), now)?.wait;

  it('what arrives when its time is over waits for it all the same, and what is newer for both', () => {
    const holds = refusedAt(0, 'a');
    expect(holds.held(line, say('b'), 3_001)).toEqual({ code: 'rate_limited', wait: LEAST_WAIT_MS });
    expect(waits(holds, 'a', 3_002)).toBe(0);
    holds.done(line, say('a'));
    expect(waits(holds, 'c', 3_003)).toBe(LEAST_WAIT_MS);
    expect(waits(holds, 'b', 4_002)).toBe(0);
    holds.done(line, say('b'));
    expect(waits(holds, 'c', 4_003)).toBe(0);
    holds.done(line, say('c'));
    expect(holds.holdsUp(line)).toBe(false);
  });

  it('what was taken and lost with its commit stands before what was refused behind it when all of it is heard again', () => {
    const holds = new Holds();
    holds.kept();
    expect(waits(holds, 'a', 0)).toBeUndefined();
    holds.done(line, say('a'));
    holds.refused(line, say('b'), 'rate_limited', 3_000, 0);
    holds.lost();
    expect(waits(holds, 'a', 0)).toBeUndefined();
    holds.refused(line, say('a'), 'retry_later', 3_000, 0);
    expect(waits(holds, 'b', 0)).toBe(3_000);
    expect(waits(holds, 'a', 3_001)).toBe(0);
    expect(waits(holds, 'c', 3_002)).toBe(LEAST_WAIT_MS);
  });

  it('another thread waits for the time only, and another line not at all', () => {
    const holds = refusedAt(0, 'a');
    expect(waits(holds, 'x', 2_999, 'other')).toBe(1);
    expect(waits(holds, 'y', 3_000, 'third')).toBe(0);
    expect(holds.held({}, say('b'), 1)).toBeUndefined();
  });

  it('what comes again is taken where what was refused before it does not: it was given up', () => {
    const holds = refusedAt(0, 'a');
    expect(waits(holds, 'b', 3_001)).toBe(LEAST_WAIT_MS);
    expect(waits(holds, 'b', 4_001)).toBe(0);
    holds.done(line, say('b'));
    expect(holds.held(line, say('c'), 4_002)).toBeUndefined();
  });

  it('what was on its way a second time does not count as given up, where what it waits for was refused a second time', () => {
    const holds = refusedAt(0, 'a');
    waits(holds, 'b', 1);
    holds.refused(line, say('a'), 'rate_limited', 3_000, 3_000);
    expect(waits(holds, 'b', 6_001)).toBe(LEAST_WAIT_MS);
    expect(waits(holds, 'a', 6_002)).toBe(0);
  });

  it('a commit that fails brings what was taken back to its place', () => {
    const holds = refusedAt(0, 'a', 'b', 'c');
    holds.done(line, say('a'));
    holds.refused(line, say('a'), 'retry_later', 3_000, 3_000);
    expect(waits(holds, 'b', 6_001)).toBe(LEAST_WAIT_MS);
    expect(waits(holds, 'a', 6_002)).toBe(0);
  });

  it('a clock that is set back holds up nobody for longer than was asked', () => {
    expect(waits(refusedAt(1_000_000, 'a'), 'a', 0)).toBe(0);
  });

  it('who never hears an answer loses the order, and takes no memory', () => {
    const holds = refusedAt(0, 'a');
    for (let n = 0; n < 10_000; n++) waits(holds, `b${n}`, 3_001);
    // Those that came last are remembered, and nobody waits twice.
    expect(waits(holds, 'b0', 3_002)).toBe(LEAST_WAIT_MS);
    expect(waits(holds, 'b0', 3_003)).toBe(0);
  });

  /** A client as rule M6 wants it, on a line that is slow as it likes, and a server that refuses at random. */
  it.each([[0, 'gives up nothing'], [0.1, 'gives up some']])('at %f a client that %s: in any history the taken ones stand in order, and all that is wanted is taken', (givesUp) => {
    let late = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const random = seeded(seed);
      const holds = new Holds();
      const up: string[] = [];
      const down: { id: string; wait: number | undefined }[] = [];
      const taken: string[] = [];
      const wanted: string[] = [];
      let outbox: { id: string; flies: boolean }[] = [];
      let now = 0;
      let paused = 0;
      const moves = [
        () => {
          if (wanted.length >= 20) return;
          const id = `m${wanted.length}`;
          wanted.push(id);
          outbox.push({ id, flies: false });
        },
        () => {
          const next = now >= paused && outbox.filter(({ flies }) => flies).length < 8 && outbox.find(({ flies }) => !flies);
          if (!next) return;
          next.flies = true;
          up.push(next.id);
        },
        () => {
          const id = up.shift();
          if (!id) return;
          const held = holds.held(line, say(id), now);
          if (held?.wait === LEAST_WAIT_MS) late++;
          let wait = held?.wait;
          if (!wait && random() < 0.3) holds.refused(line, say(id), 'rate_limited', wait = 1_000 + random() * 2_000, now);
          if (!wait) {
            holds.done(line, say(id));
            taken.push(id);
          }
          down.push({ id, wait });
        },
        () => {
          const answer = down.shift();
          const mine = answer && outbox.find(({ id }) => id === answer.id);
          if (!mine) return;
          if (!answer.wait) outbox = outbox.filter((each) => each !== mine);
          else {
            mine.flies = false;
            paused = Math.max(paused, now + answer.wait);
          }
        },
        () => {
          if (random() < givesUp) outbox = outbox.filter((each, at) => each.flies || at > 0);
        },
        () => { now += random() * 2_000; },
      ];
      for (let step = 0; step < 3_000; step++) moves[Math.floor(random() * moves.length)]!();
      for (let step = 0; step < 3_000 && outbox.length; step++) for (const move of moves.slice(1)) move();
      expect(outbox, `seed ${seed}`).toEqual([]);
      expect(taken, `seed ${seed}`).toEqual(wanted.filter((id) => taken.includes(id)));
      if (!givesUp) expect(taken, `seed ${seed}`).toEqual(wanted);
    }
    expect(late).toBeGreaterThan(100);
  });
});

describe('a brand', () => {
  /** Ten are welcome at once, the eleventh in three seconds. */
  async function refusedOnce(room: DeskRoom): Promise<FakeSocket> {
    const her = await room.visitor();
    for (let n = 0; n < 10; n++) her.say(say(`m${n}`));
    await room.settle();
    await room.hear(her, say('first'));
    expect(her.last('nak')).toMatchObject({ id: 'first', code: 'rate_limited' });
    return her;
  }
  const said = (room: DeskRoom) => room.do((brand) => brand.threads.messagesOf('th').filter(({ by }) => by !== 'brand').map(({ id }) => id).slice(10));

  it.each([['alone', 1], ['together with others', 4]])('takes no message before the one it refused, however late it comes in, %s', async (_, burst) => {
    const room = await DeskRoom.open();
    const her = await refusedOnce(room);
    room.now += 60_000;
    for (let n = 0; n < burst; n++) her.say(say(`late${n}`));
    await room.settle();
    expect(await said(room)).toEqual([]);
    expect(her.last('nak')).toMatchObject({ id: `late${burst - 1}`, code: 'rate_limited', retryAfter: LEAST_WAIT_MS });
    her.say(say('first'));
    for (let n = 0; n < burst; n++) her.say(say(`late${n}`));
    her.say(say('last'));
    await room.settle();
    expect(await said(room)).toEqual(['first', ...Array.from({ length: burst }, (_, n) => `late${n}`), 'last']);
    room.close();
  });

  it('takes what comes again where the one before it was given up, and holds up nothing after that', async () => {
    const room = await DeskRoom.open();
    const her = await refusedOnce(room);
    room.now += 60_000;
    await room.hear(her, say('next'));
    room.now += LEAST_WAIT_MS;
    for (const id of ['next', 'after', 'that']) her.say(say(id));
    await room.settle();
    expect(await said(room)).toEqual(['next', 'after', 'that']);
    room.close();
  });
});
