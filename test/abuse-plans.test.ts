import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bind } from '../server/host.ts';
import { ledger } from '../server/ledger.ts';
import { erase } from '../server/privacy.ts';
import { recognise } from '../server/recognise.ts';
import { report } from '../server/report.ts';
import { DeskRoom } from './desk-room.ts';

/** A few rows for ever, or a few for each agent: reading all of them costs nothing. */
const SMALL = ['head', 'setting', 'schema', 'tally', 'agent', 'job', 'ticket', 'session', 'identity_key'];
/** Milliseconds of the only thread there is, on a busy machine. */
const BLINK_MS = 100;
const MESSAGES = 100_000;

let room: DeskRoom;
const queries = new Map<string, Bind[]>();
beforeAll(async () => {
  room = await DeskRoom.open();
  const { owner } = room;
  const sql = owner.sql.bind(owner);
  owner.sql = (query, ...params) => {
    queries.set(query, params);
    return sql(query, ...params);
  };
});
afterAll(() => room.close());

it('nothing that a client can ask reads a whole table, or sorts one', async () => {
  const tokens = ['p', 'q'].map((letter) => letter.repeat(64));
  const [her, him, ada] = [await room.visitor(tokens[0]!), await room.visitor(tokens[1]!), await room.agent()];
  for (const [line, thread] of [[her, 'th'], [him, 'other']] as const) {
    line.say({ type: 'say', id: 'm1', thread, body: 'x', page: { url: 'https://shop.example' } });
    line.say({ type: 'label', id: 'l1', name: 'Ada' });
    line.say({ type: 'track', id: 'e1', name: 'seen' });
    line.say({ type: 'seen', thread, seq: 1 });
    line.say({ type: 'pull', thread, before: 9, n: 50 });
    line.say({ type: 'typing', thread });
    line.say({ type: 'ping' });
    line.say({ type: 'sync', rev: 1 });
    await room.settle();
    line.say({ type: 'hi', v: 1, rev: 1, epoch: line.last('ok').epoch });
    ada.say({ type: 'say', id: `a-${thread}`, thread, body: 'y' });
    ada.say({ type: 'seen', thread, seq: 2 });
    ada.say({ type: 'pull', thread, before: 9, n: 50 });
    ada.say({ type: 'take', id: `t-${thread}`, thread });
    ada.say({ type: 'note', id: `n-${thread}`, thread, body: 'a note', mentions: ['ada'] });
    ada.say({ type: 'tag', id: `g-${thread}`, thread, tags: ['tea'] });
    ada.say({ type: 'look', thread });
    ada.say({ type: 'end', id: `e-${thread}`, thread, seq: 9 });
    await room.settle();
    line.say({ type: 'rate', id: 'r1', thread, episode: 1, score: 5 });
    line.say({ type: 'track', id: 'e2', name: 'order', data: { id: thread, amount: 1, currency: 'EUR' } });
    ada.say({ type: 'search', text: 'x n', before: Number.MAX_SAFE_INTEGER, n: 9 });
    ada.say({ type: 'search', text: 'x n', before: room.now - 1, n: 9 });
    ada.say({ type: 'list', box: 'all', before: Number.MAX_SAFE_INTEGER, n: 50, who: tokens[0]!.slice(0, 32) });
  }
  ada.say({ type: 'sync', rev: 1 });
  for (const box of ['open', 'ended', 'all'] as const) ada.say({ type: 'list', box, before: Number.MAX_SAFE_INTEGER, n: 50 });
  await room.settle();
  await room.do((brand) => {
    report(brand, { from: 0, to: room.now, zone: 'UTC' });
    ledger(brand.host, 0, room.now);
    brand.ownReplyTime.now();
    brand.card();
  });
  await room.do((brand) => tokens.map((token) => recognise(brand, token, { subject: 'one' })));
  await room.do((brand) => erase(brand, tokens[0]!.slice(0, 32)));
  await room.pass(60_000);
  expect(queries.size).toBeGreaterThan(40);

  const database = new DatabaseSync(`${room.dir}/brands/acme.sqlite`);
  // One visitor's threads may be put in order: she may begin ten a day. Who joins the team may be looked for wherever somebody of it is named: it happens a few times a year.
  // A report reads what happened in its time out of an index, and puts that in order in memory. Words are looked for in their own index (search.test.ts
  // says how fast). Acts are kept for a month, and only an operator's erasure looks through them.
  // The queue is an index of what waits alone, read from its beginning and no further than was asked for.
  const mayScan = /^SCAN (told VIRTUAL TABLE|thread USING INDEX thread_queue)/;
  const mayRead = /FROM agent|WHERE thread\.visitor = \?|FROM (episode|conversion) WHERE (began|ended|at) >=|FROM episode LEFT JOIN|DELETE FROM act WHERE what/;
  // The counts of the quarters of an hour that a report is about are read by their key, and summed up by kind.
  const maySort = /FROM delivery WHERE quarter >= \? AND quarter < \? GROUP BY kind/;
  const bad = [...queries].flatMap(([query, params]) => /^(SELECT|INSERT|UPDATE|DELETE)(?! INTO agent)/.test(query)
    ? (database.prepare(`EXPLAIN QUERY PLAN ${query}`).all(...params) as { detail: string }[])
      .filter(({ detail }) => /^SCAN (?!CONSTANT)/.test(detail) ? !SMALL.includes(detail.split(' ')[1]!) && !mayScan.test(detail) && !mayRead.test(query) : /TEMP B-TREE/.test(detail) && !mayRead.test(query) && !maySort.test(query))
      .map(({ detail }) => `${detail}: ${query}`)
    : []);
  database.close();
  expect(bad).toEqual([]);
});

it(`a thread of ${MESSAGES.toLocaleString('en')} messages costs no more than one of ten to come back to, and its oldest page no more than its newest`, async () => {
  const token = 'l'.repeat(64);
  const line = await room.visitor(token);
  line.say({ type: 'say', id: 'first', thread: 'long', body: 'x' });
  await room.settle();
  await room.do((brand) => {
    const { rev } = brand.host.sql<{ rev: number }>('UPDATE head SET rev = rev + ? RETURNING rev', MESSAGES)[0]!;
    for (let seq = 3; seq <= MESSAGES; seq++) {
      brand.host.sql("INSERT INTO message (thread, seq, id, by, body, at, rev) VALUES ('long', ?, ?, 'visitor', 'hello there', 1, ?)", seq, `m${seq}`, rev - MESSAGES + seq);
    }
    brand.host.sql("UPDATE thread SET seq = ?, rev = ? WHERE id = 'long'", MESSAGES, rev);
  });
  const { epoch } = line.last('ok');
  const head = await room.do((brand) => brand.head());
  const asked = [
    { type: 'hi', v: 1, rev: 0 }, { type: 'hi', v: 1, rev: head - 1, epoch }, { type: 'hi', v: 1, rev: 1, epoch }, { type: 'sync', rev: head - 1 },
    { type: 'pull', thread: 'long', before: 50, n: 50 }, { type: 'pull', thread: 'long', before: MESSAGES, n: 50 },
    { type: 'say', id: 'one more', thread: 'long', body: 'x' }, { type: 'ping' },
  ];
  for (const frame of asked) {
    const began = performance.now();
    line.say(JSON.stringify(frame));
    expect(performance.now() - began, JSON.stringify(frame)).toBeLessThan(BLINK_MS);
    await room.settle();
  }
  expect(line.of('ok').slice(-3).map(({ set }) => set.length)).toEqual([51, 2, 51]);
});
