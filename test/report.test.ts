import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { REPORT, type Report } from '../protocol/report.ts';
import type { Brand } from '../server/brand.ts';
import { calendar, dateOf } from '../server/calendar.ts';
import { percentile } from '../server/percentile.ts';
import { report, reportInSteps } from '../server/report.ts';
import { DeskRoom } from './desk-room.ts';
import { seeded } from './seeded.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A month in which the clocks of Paris change. */
const FROM = Date.UTC(2026, 9, 1);
const TO = Date.UTC(2026, 10, 1);

let room: DeskRoom;
beforeEach(async () => {
  room = await DeskRoom.open();
  for (const id of ['ada', 'bob', 'carol']) await room.agent(id, id.toUpperCase());
});
afterEach(() => room.close());

interface Episode { thread: string; n: number; began: number; first_reply: number | null; ended: number | null; agent: string | null; score: number | null; prompts: number; lapses: number; overdue: number }
interface Order { agent: string | null; amount: number; currency: string; at: number }

/** Episodes and orders of some weeks before and after as well, at any hour, handled by anybody or nobody. */
function fill({ host }: Brand, count: number, seed: number): void {
  const random = seeded(seed);
  const upTo = (n: number) => Math.floor(random() * n);
  host.sql("INSERT INTO visitor (id, created, at, rev) VALUES ('v', 1, 1, 1)");
  host.sql("INSERT INTO thread (id, visitor, state, created, at, rev) VALUES ('th', 'v', 'waiting', 1, 1, 1)");
  for (let n = 1; n <= count; n++) {
    const began = FROM - 10 * DAY + upTo(TO - FROM + 20 * DAY);
    const reply = random() < 0.8 ? began + upTo(2 * DAY) : null;
    const ended = random() < 0.7 ? began + upTo(5 * DAY) : null;
    const score = ended !== null && random() < 0.4 ? 1 + upTo(5) : null;
    host.sql(
      'INSERT INTO episode (thread, n, began, first_reply, ended, agent, score, prompts, lapses, overdue) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      'th', n, began, reply, ended, [null, 'ada', 'bob'][upTo(3)]!, score, upTo(4), upTo(3), random() < 0.1 ? 1 + upTo(2) : 0);
    if (random() < 0.2) {
      host.sql("INSERT INTO conversion VALUES (?, 'v', 'th', ?, ?, ?, ?, ?)", `o${n}`, n, ['ada', 'bob'][upTo(2)]!, upTo(1_000_000), ['EUR', 'JPY', 'KWD'][upTo(3)]!, began + upTo(DAY));
    }
  }
}

/** The same once more, by other means: each row by itself, Intl asked for each, and numbers sorted as one would on paper. */
function recomputed({ host }: Brand, from: number, to: number, zone: string): Pick<Report, 'days' | 'week' | 'began' | 'ended' | 'firstReply' | 'resolution' | 'satisfaction' | 'conversions' | 'money' | 'overdue'> {
  const within = (at: number | null) => at !== null && at >= from && at < to;
  const episodes = host.sql<Episode>('SELECT * FROM episode');
  const orders = host.sql<Order>('SELECT * FROM conversion').filter(({ at }) => within(at));
  const [began, ended] = [episodes.filter((each) => within(each.began)), episodes.filter((each) => within(each.ended))];
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short', hour: '2-digit', hourCycle: 'h23' });
  const local = (at: number) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return { day: `${parts['year']}-${parts['month']}-${parts['day']}`, weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts['weekday']!), hour: Number(parts['hour']) };
  };
  const days = new Map<string, { day: string; began: number; ended: number }>();
  for (let at = from; at < to; at += HOUR) days.set(local(at).day, { day: local(at).day, began: 0, ended: 0 });
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const each of began) {
    const { day, weekday, hour } = local(each.began);
    days.get(day)!.began++;
    week[weekday]![hour]!++;
  }
  for (const each of ended) days.get(local(each.ended!).day)!.ended++;
  const times = (durations: number[]) => {
    const sorted = durations.toSorted((a, b) => a - b);
    const least = (share: number) => sorted.find((value) => sorted.filter((each) => each <= value).length * 100 >= sorted.length * share)!;
    return sorted.length ? { n: sorted.length, median: least(50), p90: least(90) } : { n: 0 };
  };
  return {
    days: [...days.values()], week, began: began.length, ended: ended.length,
    firstReply: times(began.flatMap((each) => (each.first_reply === null ? [] : [each.first_reply - each.began]))),
    resolution: times(ended.map((each) => each.ended! - each.began)),
    satisfaction: { n: ended.filter(({ score }) => score !== null).length, counts: [1, 2, 3, 4, 5].map((score) => ended.filter((each) => each.score === score).length) },
    conversions: orders.length,
    money: [...new Set(orders.map(({ currency }) => currency))].sort().map((currency) => {
      const hers = orders.filter((each) => each.currency === currency);
      return { currency, amount: hers.reduce((sum, { amount }) => sum + amount, 0), orders: hers.length };
    }),
    overdue: began.filter(({ overdue }) => overdue > 0).length,
  };
}

describe('the report', () => {
  const seed = Date.now() % 1_000_000;
  test.each(['Europe/Paris', 'UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia'])(`equals what a recomputation from the rows says, in %s (seed ${seed})`, async (zone) => {
    await room.do((brand) => {
      fill(brand, 800, seed);
      const found = report(brand, { from: FROM, to: TO, zone });
      expect(REPORT(found)).toBeUndefined();
      expect(found).toMatchObject({ from: FROM, to: TO, zone });
      expect(found).toMatchObject(recomputed(brand, FROM, TO, zone));
      expect(found.days.length).toBeGreaterThanOrEqual(31);
    });
  });

  it('says the same of each agent, of her alone', async () => {
    await room.do((brand) => {
      fill(brand, 500, seed);
      const { agents } = report(brand, { from: FROM, to: TO, zone: 'UTC' });
      expect(agents.map(({ name }) => name)).toEqual(['ADA', 'BOB', 'CAROL']);
      const episodes = brand.host.sql<Episode>('SELECT * FROM episode');
      for (const figures of agents) {
        const ended = episodes.filter(({ ended: at, agent }) => agent === figures.agent && at !== null && at >= FROM && at < TO);
        const sum = (of: (each: Episode) => number) => ended.reduce((all, each) => all + of(each), 0);
        expect(figures).toMatchObject({ contacts: ended.length, prompts: sum(({ prompts }) => prompts), lapses: sum(({ lapses }) => lapses) });
        expect(figures.conversions).toBe(brand.host.sql<{ n: number }>('SELECT count(*) AS n FROM conversion WHERE agent = ? AND at >= ? AND at < ?', figures.agent, FROM, TO)[0]!.n);
        expect(figures.satisfaction.n).toBe(ended.filter(({ score }) => score !== null).length);
      }
      expect(agents.at(-1)).toMatchObject({ agent: 'carol', contacts: 0, conversions: 0, money: [], firstReply: { n: 0 } });
    });
  });

  it('still names who has left, if she did something then', async () => {
    await room.do((brand) => {
      fill(brand, 100, seed);
      brand.dismiss('bob');
      brand.dismiss('carol');
      const { agents } = report(brand, { from: FROM, to: TO, zone: 'UTC' });
      expect(agents.map(({ agent, left }) => [agent, left])).toEqual([['ada', undefined], ['bob', true]]);
    });
  });

  it('of a time in which nothing was has zeros, and no median of nothing', async () => {
    const found = await room.do((brand) => report(brand, { from: 0, to: 1, zone: 'UTC' }));
    expect(found).toMatchObject({ days: [{ day: '1970-01-01', began: 0, ended: 0 }], began: 0, firstReply: { n: 0 }, satisfaction: { n: 0, counts: [0, 0, 0, 0, 0] }, money: [] });
    expect(found.firstReply).not.toHaveProperty('median');
  });

  it('counts what really happened: asked, answered, reminded, ended, rated', async () => {
    const [her, ada] = [await room.visitor('a'.repeat(64)), await room.agent()];
    const from = room.now;
    const hear = async (socket: typeof her, frame: Parameters<typeof her.say>[0]) => {
      socket.say(frame);
      await room.settle();
    };
    await hear(her, { type: 'say', id: 'm1', thread: 'th', body: 'Hello?' });
    room.now += 7 * 60_000;
    await hear(ada, { type: 'say', id: 'm2', thread: 'th', body: 'Hello!' });
    await hear(ada, { type: 'say', id: 'm2', thread: 'th', body: 'Hello!' });
    await hear(ada, { type: 'say', id: 'm2', thread: 'th', body: 'another' });
    room.now += 3 * 60_000;
    await hear(ada, { type: 'end', id: 'e1', thread: 'th', seq: 99 });
    // She was silent for so long that her line has been closed by now.
    await hear(await room.visitor('a'.repeat(64)), { type: 'rate', id: 'r1', thread: 'th', episode: 1, score: 4 });
    const found = await room.do((brand) => report(brand, { from, to: room.now + 1, zone: 'UTC' }));
    expect(found).toMatchObject({
      began: 1, ended: 1, firstReply: { n: 1, median: 7 * 60_000, p90: 7 * 60_000 }, resolution: { n: 1, median: 10 * 60_000 },
      satisfaction: { n: 1, counts: [0, 0, 0, 1, 0] }, overdue: 0, delivery: { since: from, acked: 2, duplicates: 1, refused: 1, retried: 0, pending: 0 },
    });
    expect(found.agents.find(({ agent }) => agent === 'ada')).toMatchObject({ contacts: 1, firstReply: { n: 1 } });
  });

  it('goes in steps, between which people are heard, and says the same as in one go', async () => {
    await room.do((brand) => fill(brand, 300, seed));
    const her = await room.visitor('b'.repeat(64));
    const steps = reportInSteps({ from: FROM, to: TO, zone: 'UTC' });
    let said = 0;
    let step = await room.do((brand) => steps.next(brand));
    for (; !step.done; step = await room.do((brand) => steps.next(brand))) {
      if (said >= 3) continue;
      her.say({ type: 'say', id: `between${++said}`, thread: 'between', body: 'Am I heard?' });
      await room.settle();
      expect(her.got.filter(({ type }) => type === 'ack')).toHaveLength(said);
    }
    expect(said).toBe(3);
    expect(step.value).toEqual(await room.do((brand) => report(brand, { from: FROM, to: TO, zone: 'UTC' })));
  });

  it('over 100,000 episodes costs no more than to read them twice, and nobody waits for a quarter of it', async () => {
    await room.do((brand) => {
      fill(brand, 100_000, 7);
      // The processor's own time, against that of the same machine at the same moment: other tests run on it as well.
      const costs = (work: () => unknown) => {
        const begun = process.cpuUsage();
        work();
        const { user, system } = process.cpuUsage(begun);
        return user + system;
      };
      const ratios = [1, 2, 3].map(() => {
        const reads = costs(() => expect(brand.host.sql('SELECT * FROM episode')).toHaveLength(100_000));
        const reports = costs(() => expect(report(brand, { from: FROM - 10 * DAY, to: TO + 10 * DAY, zone: 'Europe/Paris' }).began).toBe(100_000));
        return reports / reads;
      });
      console.log(`report / read: ${ratios.map((each) => each.toFixed(2)).join(' ')}`);
      expect(Math.min(...ratios)).toBeLessThan(2);
      // Nobody waits for more than a part of it.
      const longest = [1, 2, 3].map(() => {
        const steps = reportInSteps({ from: FROM - 10 * DAY, to: TO + 10 * DAY, zone: 'Europe/Paris' });
        const each: number[] = [];
        for (let isDone = false; !isDone;) {
          each.push(costs(() => { isDone = steps.next(brand).done === true; }));
        }
        return Math.max(...each) / each.reduce((sum, one) => sum + one, 0);
      });
      expect(Math.min(...longest)).toBeLessThan(0.25);
    });
  }, 60_000);
});

describe('a percentile', () => {
  it('is one of the numbers, and that many in a hundred do not exceed it', () => {
    const of = (share: number, ...numbers: number[]) => percentile(Float64Array.from(numbers), share);
    expect(of(50)).toBeUndefined();
    expect(of(90, 7)).toBe(7);
    expect(of(50, 2, 1)).toBe(1);
    expect(of(50, 3, 1, 2)).toBe(2);
    expect(of(90, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)).toBe(9);
    expect(of(90, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)).toBe(10);
  });
  it('is the one that would stand there if they were sorted, whatever they are', () => {
    const random = seeded(11);
    for (let round = 0; round < 2_000; round++) {
      const numbers = Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * 10 ** (round % 5)));
      const share = 1 + Math.floor(random() * 100);
      const sorted = numbers.toSorted((a, b) => a - b);
      expect(percentile(Float64Array.from(numbers), share)).toBe(sorted[Math.ceil(sorted.length * share / 100) - 1]);
    }
  });
});

describe('a calendar', () => {
  it('knows the hour that is left out, and the one that comes twice', () => {
    const paris = calendar('Europe/Paris', Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1));
    const at = (time: number) => `${dateOf(paris(time).day)} ${paris(time).hour} ${paris(time).weekday}`;
    expect(at(Date.UTC(2026, 2, 29, 0, 59))).toBe('2026-03-29 1 6');
    expect(at(Date.UTC(2026, 2, 29, 1, 0))).toBe('2026-03-29 3 6');
    expect(at(Date.UTC(2026, 9, 25, 0, 59))).toBe('2026-10-25 2 6');
    expect(at(Date.UTC(2026, 9, 25, 1, 0))).toBe('2026-10-25 2 6');
    expect(at(Date.UTC(2026, 9, 25, 22, 59))).toBe('2026-10-25 23 6');
    expect(at(Date.UTC(2026, 9, 25, 23, 0))).toBe('2026-10-26 0 0');
  });
});
