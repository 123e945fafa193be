/** The inbox's decisions about who has a thread, when it comes back and what is said of it. */
import { describe, expect, it } from 'vitest';
import { inBox, isReturned, partOf } from '../inbox/boxes.ts';
import { dueOf } from '../inbox/due.ts';
import type { PendingAct } from '../inbox/engine.ts';
import { NAME, type Reader, sentence } from '../inbox/entries.ts';
import { foreseeThread } from '../inbox/foresee.ts';
import { foreseeLoad, standingOf } from '../inbox/load.ts';
import { type Item, itemsOf } from '../inbox/log.ts';
import { money } from '../inbox/money.ts';
import { restraintOf } from '../inbox/restraint.ts';
import { chosen, fieldsOf, firstFields, until } from '../inbox/snooze.ts';
import { spell, when } from '../inbox/times.ts';
import { daysOn, momentOf, wallOf } from '../inbox/zone.ts';
import type { Entry, Message } from '../protocol/messages.ts';
import { agent, entry, message, T0, thread } from './inbox-fake.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PARIS = 'Europe/Paris';
const utc = (text: string) => Date.parse(`${text}Z`);

describe('boxes', () => {
  const me = 'marta';
  const mine = { state: 'assigned', agent: me } as const;
  const threads = [
    thread('newest', 'v', { ...mine, at: T0 }), thread('over', 'v', { ...mine, at: T0 - DAY, mark: 'snooze_ended' }),
    thread('back', 'v', { ...mine, at: T0 - HOUR, mark: 'returned' }), thread('his', 'v', { state: 'assigned', agent: 'jonas', mark: 'transferred' }),
    thread('late', 'v', { state: 'snoozed', agent: me, snooze: { until: T0 + DAY, keep: true } }),
    thread('soon', 'v', { state: 'snoozed', agent: me, snooze: { until: T0 + HOUR, keep: true } }),
    thread('jonas', 'v', { state: 'snoozed', agent: 'jonas', snooze: { until: T0 + MINUTE, keep: false } }),
  ];
  const names = (box: Parameters<typeof inBox>[1]) => inBox(threads, box, me).map(({ id }) => id);

  it('D8 what has come back to her stands at the top of hers, and in a box of its own', () => {
    expect(names('returned')).toEqual(['back', 'over']);
    expect(names('mine')).toEqual(['back', 'over', 'newest']);
    expect(threads.filter((each) => isReturned(each, 'jonas')).map(({ id }) => id)).toEqual(['his']);
    expect(inBox(threads, 'mine', me).map((each) => partOf(each, 'mine', me))).toEqual(['returned', 'returned', 'inHand']);
  });

  it('D5 what is put aside stands by when it comes back, her own first', () => {
    expect(names('snoozed')).toEqual(['soon', 'late', 'jonas']);
    expect(inBox(threads, 'snoozed', me).map((each) => partOf(each, 'snoozed', me))).toEqual(['yours', 'yours', 'colleagues']);
  });
});

describe('D9 a message that nobody has answered', () => {
  it('is said to be overdue from two hours before, and not while there is time, or once it is over', () => {
    const row = (due: number) => thread('t', 'v', { due });
    expect(dueOf(row(T0 + 2 * HOUR + 1), T0)).toBeUndefined();
    expect(dueOf(row(T0 + 2 * HOUR), T0)).toEqual({ is: 'near', ms: 2 * HOUR });
    expect(dueOf(row(T0), T0)).toEqual({ is: 'over', ms: 0 });
    expect(dueOf(thread('t', 'v', { due: T0 - 1, state: 'ended' }), T0)).toBeUndefined();
    expect(dueOf(thread('t', 'v'), T0)).toBeUndefined();
  });
});

describe('D2 an agent', () => {
  it('is full by herself, away by her own choice, and gone without a connection', () => {
    const of = (active: number, status: 'available' | 'away' = 'available') => agent('a', 'A', { active, slots: 3, status });
    expect([standingOf(of(2), true), standingOf(of(3), true), standingOf(of(4), true), standingOf(of(4, 'away'), true), standingOf(of(0), false)])
      .toEqual(['available', 'full', 'full', 'away', 'gone']);
  });

  it('fills a slot with what she has just taken, and frees one with what she puts aside', () => {
    const told = new Map([['a', thread('a', 'v')], ['b', thread('b', 'v', { state: 'assigned', agent: 'marta' })]].map(([id, row]) => [id as string, row as ReturnType<typeof thread>]));
    const load = (rows: ReturnType<typeof thread>[]) => foreseeLoad(agent('marta', 'M', { active: 1 }), rows, (id) => told.get(id)).active;
    expect(load([{ ...told.get('a')!, state: 'assigned', agent: 'marta' }, told.get('b')!])).toBe(2);
    expect(load([told.get('a')!, { ...told.get('b')!, state: 'snoozed' }])).toBe(0);
    expect(load([...told.values()])).toBe(1);
  });
});

describe('D5 a snooze in Paris', () => {
  it('of three hours is three hours, also where the clock on the wall says two or four', () => {
    const spring = utc('2026-03-29T00:30');
    expect(until('hours', spring, PARIS) - spring).toBe(3 * HOUR);
    expect(fieldsOf(until('hours', spring, PARIS), PARIS)).toEqual({ date: '2026-03-29', time: '05:30' });
    const autumn = utc('2026-10-24T23:30');
    expect(fieldsOf(until('hours', autumn, PARIS), PARIS)).toEqual({ date: '2026-10-25', time: '03:30' });
  });

  it('of a day is the same time tomorrow, though the night is an hour shorter or longer', () => {
    const spring = utc('2026-03-28T13:20');
    expect(until('day', spring, PARIS) - spring).toBe(23 * HOUR);
    expect(fieldsOf(until('day', spring, PARIS), PARIS)).toEqual({ date: '2026-03-29', time: '14:20' });
    const autumn = utc('2026-10-24T12:20');
    expect(until('day', autumn, PARIS) - autumn).toBe(25 * HOUR);
    const ordinary = utc('2026-06-01T12:20:41.5');
    expect(until('day', ordinary, PARIS) - ordinary).toBe(DAY);
  });

  it('until a chosen time is that time on the wall there, on both sides of both switches', () => {
    const at = (date: string, time: string) => chosen({ date, time }, utc('2026-01-01T00:00'), PARIS);
    expect(at('2026-03-28', '09:00')).toBe(utc('2026-03-28T08:00'));
    expect(at('2026-03-29', '09:00')).toBe(utc('2026-03-29T07:00'));
    expect(at('2026-10-24', '09:00')).toBe(utc('2026-10-24T07:00'));
    expect(at('2026-10-25', '09:00')).toBe(utc('2026-10-25T08:00'));
  });

  it('until an hour that the clock jumps over means as much later; one that comes twice, the first', () => {
    const at = (date: string, time: string) => chosen({ date, time }, utc('2026-01-01T00:00'), PARIS);
    expect(at('2026-03-29', '02:30')).toBe(utc('2026-03-29T01:30'));
    expect(fieldsOf(at('2026-03-29', '02:30') as number, PARIS).time).toBe('03:30');
    expect(at('2026-10-25', '02:30')).toBe(utc('2026-10-25T00:30'));
    expect(fieldsOf(utc('2026-10-25T01:30'), PARIS).time).toBe('02:30');
  });

  it('begins with tomorrow morning, refuses what has passed and what is further than a year, and says when nothing is chosen', () => {
    const now = utc('2026-12-31T22:00');
    expect(firstFields(now, PARIS)).toEqual({ date: '2027-01-01', time: '09:00' });
    expect(chosen({ date: '2026-12-31', time: '22:59' }, now, PARIS)).toBe('past');
    expect(chosen({ date: '2028-01-02', time: '09:00' }, now, PARIS)).toBe('far');
    expect(chosen({ date: '', time: '09:00' }, now, PARIS)).toBe('empty');
    expect(chosen({ date: '2027-01-01', time: '' }, now, PARIS)).toBe('empty');
  });

  it('reads a wall and finds its moment again, hour by hour through a year, in zones of every kind', () => {
    for (const zone of [PARIS, 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC']) {
      for (let at = utc('2026-01-01T00:15'); at < utc('2027-01-01T00:00'); at += 5 * HOUR) {
        const found = momentOf(wallOf(at, zone), zone);
        // The second of two equal hours is the only moment that cannot be said.
        if (found !== at) expect([found < at, wallOf(found, zone)]).toEqual([true, wallOf(at, zone)]);
      }
    }
    expect(daysOn(utc('2026-12-31T12:00'), 1, 'Asia/Kathmandu')).toBe(utc('2027-01-01T12:00'));
  });
});

describe('times in a sentence', () => {
  const now = new Date(2026, 4, 12, 12).getTime(); // a Tuesday
  const at = (days: number, hour = 9) => new Date(2026, 4, 12 + days, hour).getTime();
  it('are named by their day as long as a day has a name', () => {
    expect([at(0, 17), at(1), at(-1), at(3), at(15), at(-3)].map((each) => when(each, now).replace(/ \d+:\d+.*/, '')))
      .toEqual(['today', 'tomorrow', 'yesterday', 'Friday', '27 May', '9 May']);
    expect(when(at(300), now)).toMatch(/^8 March 2027 /);
  });
  it('are spelt out as spans', () => {
    expect([MINUTE, 40 * MINUTE, HOUR, 24 * HOUR + 5 * MINUTE, 3 * DAY].map(spell)).toEqual(['1 minute', '40 minutes', '60 minutes', '24 hours', '3 days']);
  });
});

describe('money', () => {
  it('is written from whole small units, in currencies with two, none and three digits', () => {
    expect([money(2_490, 'EUR'), money(5, 'EUR'), money(0, 'EUR'), money(2_490, 'JPY'), money(12_345, 'KWD').replace(/\s/g, ' ')])
      .toEqual(['€24.90', '€0.05', '€0.00', 'JP¥2,490', 'KWD 12.345']);
    expect([money(9_007_199_254_740_991, 'EUR'), money(12, 'no')]).toEqual(['€90,071,992,547,409.91', '12 no']);
  });
});

describe('D8 restraint', () => {
  const said = (by: Message['by']) => message('t', 3, 'Hm', { by });
  const row = (more = {}) => thread('t', 'v', { state: 'assigned', agent: 'marta', ...more });
  const of = (more: Partial<Parameters<typeof restraintOf>[0]>) => restraintOf({ row: row(), last: said('agent'), isAnswering: false, here: false, ...more });

  it('comes before a second message to somebody who is out, and never before an answer', () => {
    expect(of({})).toBe('away');
    expect(of({ last: said('visitor') })).toBeUndefined();
    expect(of({ here: true })).toBeUndefined();
    expect(of({ last: said('visitor'), isAnswering: true })).toBe('away');
    expect(of({ last: undefined, row: row({ previewBy: 'agent' }) })).toBe('away');
    expect(of({ last: undefined, row: row({ previewBy: 'brand' }) })).toBeUndefined();
  });

  it('comes when she was reminded once, also while she is here; after two snoozes it speaks of goodbye', () => {
    expect(of({ here: true, row: row({ prompts: 1 }) })).toBe('reminded');
    expect(of({ row: row({ prompts: 1, lapses: 1 }) })).toBe('away');
    expect(of({ row: row({ lapses: 2 }) })).toBe('goodbye');
    expect(of({ row: row({ state: 'ended', lapses: 2 }) })).toBeUndefined();
  });
});

describe('what waits in the outbox is seen at once', () => {
  const act = (frame: PendingAct['frame'], fate: PendingAct['fate'] = 'saved'): PendingAct => ({ frame, at: 0, fate });
  const seen = (row: ReturnType<typeof thread>, ...frames: PendingAct['frame'][]) => foreseeThread(row, frames.map((frame) => act(frame)), 'marta');
  const on = { id: 'x', thread: 't' };
  const hers = thread('t', 'v', { state: 'assigned', agent: 'marta', mark: 'returned', waiting: T0, due: T0 + DAY });
  const snooze = { type: 'snooze', ...on, seq: 1, until: T0 + DAY, keep: false } as const;

  it('D5 put aside, woken, put aside again', () => {
    const aside = seen(hers, snooze);
    expect(aside).toMatchObject({ state: 'snoozed', agent: 'marta', snooze: { until: T0 + DAY, keep: false } });
    expect(aside.mark).toBeUndefined();
    expect(seen(aside, { type: 'wake', ...on })).toMatchObject({ state: 'assigned', agent: 'marta' });
    expect(seen(aside, { type: 'wake', ...on }).snooze).toBeUndefined();
    expect(seen(thread('t', 'v'), snooze).agent).toBe('marta');
    expect(seen(aside, { ...snooze, until: T0 + HOUR }).snooze?.until).toBe(T0 + HOUR);
  });

  it('D4 given to a colleague, to oneself, or back to the queue', () => {
    expect(seen(hers, { type: 'transfer', ...on, to: 'jonas' })).toMatchObject({ state: 'assigned', agent: 'jonas', mark: 'transferred' });
    expect(seen(hers, { type: 'transfer', ...on, to: 'marta' }).mark).toBeUndefined();
    const queued = seen(hers, { type: 'transfer', ...on });
    expect([queued.state, queued.agent, queued.waiting]).toEqual(['waiting', undefined, T0]);
  });

  it('D16 ended, and taken back', () => {
    const ended = seen(hers, { type: 'end', ...on, seq: 1 });
    expect([ended.state, ended.due, ended.mark]).toEqual(['ended', undefined, undefined]);
    expect(seen(ended, { type: 'reopen', ...on })).toMatchObject({ state: 'assigned', agent: 'marta' });
    expect(seen(hers, { type: 'end', ...on, seq: 1 }, { type: 'reopen', ...on }).state).toBe('assigned');
  });

  it('D1 what is not possible changes nothing', () => {
    const ended = thread('t', 'v', { state: 'ended', agent: 'jonas' });
    for (const frame of [snooze, { type: 'transfer', ...on, to: 'jonas' }, { type: 'wake', ...on }, { type: 'take', ...on }] as const) expect(seen(ended, frame)).toEqual(ended);
    expect(seen(hers, { type: 'reopen', ...on })).toEqual(hers);
    expect(foreseeThread(hers, [act(snooze, 'refused')], 'marta')).toBe(hers);
  });

  it('D8 answered: the mark of her own is gone, a colleague’s stays, and nothing is due', () => {
    const say = { type: 'say', ...on, body: 'Yes' } as const;
    expect([seen(hers, say).mark, seen(hers, say).due, seen(hers, say).waiting]).toEqual([undefined, undefined, undefined]);
    expect(seen({ ...hers, agent: 'jonas' }, say)).toMatchObject({ agent: 'jonas', mark: 'returned' });
    expect(seen(seen(hers, snooze), say)).toMatchObject({ state: 'snoozed' });
    expect(seen(thread('t', 'v'), say)).toMatchObject({ state: 'assigned', agent: 'marta' });
  });
});

describe('D10 what happened to a thread', () => {
  const now = new Date(2026, 4, 12, 12).getTime();
  const messages = [message('t', 1, 'Hello?', { at: now - 30 * HOUR }), message('t', 2, 'We are out', { by: 'brand', at: now - 30 * HOUR }), message('t', 3, 'Anyone?', { at: now - 3 * HOUR })];
  const reader: Reader = { me: 'mina', nameOf: (id) => ({ mina: 'Mina', ravi: 'Ravi', trick: 'A|B' })[id], now, messages };
  const says = (what: Entry['what'], more: Partial<Entry> = {}, by = reader) => sentence(entry('t', what, more), by).replaceAll(NAME, '').replace(/ \d+:\d+.*/, '');

  it('is told in a line, from where its reader stands', () => {
    const ravi = { by: 'ravi' };
    expect([
      says('assigned', { reason: 'routed', to: 'mina' }), says('assigned', { reason: 'taken', by: 'mina', to: 'mina' }),
      says('assigned', { reason: 'transferred', ...ravi, to: 'mina' }), says('assigned', { reason: 'released', ...ravi }),
      says('assigned', { reason: 'returned', to: 'ravi' }), says('assigned', { reason: 'dismissed' }),
      says('snoozed', { ...ravi, until: new Date(2026, 4, 13, 9).getTime() }), says('woken', { reason: 'visitor' }), says('woken', { reason: 'time' }),
      says('woken', { reason: 'agent', by: 'mina', to: 'mina' }), says('ended', ravi), says('reopened', ravi), says('reopened'),
      says('rated', { score: 5 }), says('ordered', { amount: 2_490, currency: 'EUR' }),
    ]).toEqual([
      'Given to you', 'You took it', 'Ravi gave it to you', 'Ravi put it back in the queue', 'Back with Ravi', 'Back in the queue: its agent has left the team',
      'Ravi put it aside until tomorrow', 'Woken by her message', 'The snooze ended', 'You woke it', 'Ravi ended it', 'Ravi opened it again', 'Opened again by her message',
      'Rated: Very good', 'Ordered for €24.90',
    ]);
  });

  it('says how long nobody had answered by then, where that is known', () => {
    const fallback = { reason: 'fallback', to: 'ravi', after: 2, at: now - 6 * HOUR } as const;
    expect(says('assigned', fallback)).toBe('Given to Ravi: nobody had answered for 24 hours');
    expect(says('assigned', fallback, { ...reader, messages: [] })).toBe('Given to Ravi: nobody had answered');
  });

  it('keeps a name together that tries to be more than one', () => {
    expect(sentence(entry('t', 'ended', { by: 'trick' }), reader).split(NAME)).toEqual(['', 'AB', ' ended it']);
    expect(says('ended', { by: 'unknown' })).toBe('Someone ended it');
  });

  const show = (items: Item[]) => items.map((item) => item.is === 'group' ? item.bubbles.map(({ body }) => body).join(', ') : item.is === 'entry' ? item.entry.what : item.is);
  const told = { pending: [], visitor: { got: 0, seen: 0 }, me: 'mina' };

  it('stands behind the message it stands behind, and ends a group', () => {
    const near = [message('t', 1, 'a', { at: now }), message('t', 2, 'b', { at: now + MINUTE })];
    const entries = [entry('t', 'assigned', { after: 1, at: now + 1 }), entry('t', 'snoozed', { after: 2, at: now + 2 * MINUTE }), entry('t', 'note', { after: 2, at: now + 3 * MINUTE }), entry('t', 'woken', { after: 2, at: now + DAY })];
    expect(show(itemsOf({ ...told, messages: near, entries }))).toEqual(['day', 'a', 'assigned', 'b', 'snoozed', 'note', 'day', 'woken']);
  });

  it('is not shown before what it stands behind: neither above the oldest message held nor behind a hole', () => {
    const late = [message('t', 8, 'h', { at: now })];
    const entries = [entry('t', 'assigned', { after: 2, at: now }), entry('t', 'woken', { after: 8, at: now }), entry('t', 'ended', { after: 11, at: now })];
    expect(show(itemsOf({ ...told, messages: late, entries, more: true }))).toEqual(['day', 'h', 'woken']);
    expect(show(itemsOf({ ...told, messages: late, entries }))).toEqual(['day', 'assigned', 'h', 'woken']);
  });
});
