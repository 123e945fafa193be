import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { fault } from '../protocol/parse.ts';
import { TO_AGENT } from '../protocol/to-agent.ts';
import { toCsv } from '../server/csv.ts';
import { ledger, LEDGER_COLUMNS, orderIn } from '../server/ledger.ts';
import { erase, exportOf } from '../server/privacy.ts';
import { recognise } from '../server/recognise.ts';
import { report } from '../server/report.ts';
import { DeskRoom, type FakeSocket } from './desk-room.ts';

const HOUR = 3_600_000;
const HER = 'a'.repeat(64);
const HER_ID = HER.slice(0, 32);

let room: DeskRoom;
let her: FakeSocket;
let ada: FakeSocket;
let acts = 0;

beforeEach(async () => {
  room = await DeskRoom.open();
  ada = await room.agent('ada', 'Ada "the=1" Øst');
  her = await room.visitor(HER);
});
afterEach(() => {
  for (const frame of ada.got) expect(fault(frame, TO_AGENT), JSON.stringify(frame)).toBeUndefined();
  room.close();
});

const hear: DeskRoom['hear'] = (socket, frame) => room.hear(socket, frame);
const say = (socket: FakeSocket, thread = 'th') => hear(socket, { type: 'say', id: `m${++acts}`, thread, body: 'hello' });
const end = (agent = ada, thread = 'th') => hear(agent, { type: 'end', id: `e${++acts}`, thread, seq: 99 });
const order = (id: string, amount: unknown = 3_850, currency: unknown = 'EUR', socket = her) =>
  hear(socket, { type: 'track', id: `t${++acts}`, name: 'order', data: { id, amount, currency } as never });
const conversions = () => room.do(({ host }) => host.sql<{ id: string; agent: string; thread: string; episode: number; amount: number }>('SELECT id, agent, thread, episode, amount FROM conversion ORDER BY at, id'));
const pass = async (ms: number) => {
  room.now += ms;
  // Whoever was silent for so long has been sent away meanwhile.
  [her, ada] = [await room.visitor(HER), await room.agent('ada')];
};

describe('an order [D18]', () => {
  it('during an episode is a conversion of the agent who holds it, and is written into the thread', async () => {
    await say(her);
    await say(ada);
    await order('1042');
    expect(await conversions()).toEqual([{ id: '1042', agent: 'ada', thread: 'th', episode: 1, amount: 3_850 }]);
    const entry = ada.of('changed').flatMap(({ set }) => set).find(({ what }) => what === 'ordered');
    expect(entry).toMatchObject({ kind: 'entry', thread: 'th', after: 2, text: '1042', amount: 3_850, currency: 'EUR' });
    expect(her.last('ack')).toMatchObject({ id: `t${acts}` });
    expect(JSON.stringify(her.got)).not.toContain('ordered');
  });

  it('47 hours after the end still is, 48 to the millisecond as well, 49 hours after it is nobody\'s', async () => {
    await say(her);
    await say(ada);
    await end();
    await pass(47 * HOUR);
    await order('after 47');
    await pass(HOUR);
    await order('after 48');
    await pass(1);
    await order('a millisecond later');
    await pass(HOUR);
    await order('after 49');
    expect((await conversions()).map(({ id }) => id)).toEqual(['after 47', 'after 48']);
    expect((await room.do((brand) => brand.visitors.events(HER_ID, 9))).length, 'an event it is all the same').toBe(4);
  });

  it('counts once for its brand, whoever reports it again and how', async () => {
    const him = await room.visitor('b'.repeat(64));
    for (const [socket, thread] of [[her, 'th'], [him, 'his']] as const) {
      await say(socket, thread);
      await say(ada, thread);
    }
    await order('1042');
    await order('1042', 99);
    her.say({ type: 'track', id: `t${acts}`, name: 'order', data: { id: '1043', amount: 1, currency: 'EUR' } });
    await order('1042', 3_850, 'EUR', him);
    expect(await conversions()).toEqual([{ id: '1042', agent: 'ada', thread: 'th', episode: 1, amount: 3_850 }]);
  });

  it('of another visitor is not hers, and one that nobody led her to is nobody\'s until somebody has', async () => {
    const him = await room.visitor('b'.repeat(64));
    await say(her);
    await say(ada);
    await say(him, 'his');
    await room.do((brand) => brand.host.sql("UPDATE thread SET state = 'waiting', agent = NULL WHERE id = 'his'"));
    await order('his-1', 100, 'EUR', him);
    expect(await conversions()).toEqual([]);
    await say(ada, 'his');
    await order('his-1', 100, 'EUR', him);
    expect(await conversions()).toMatchObject([{ id: 'his-1', thread: 'his' }]);
  });

  it('while the thread lies aside is of the agent it comes back to, and stays one when an end is taken back', async () => {
    await say(her);
    await say(ada);
    await hear(ada, { type: 'snooze', id: `z${++acts}`, thread: 'th', seq: 99, until: room.now + HOUR, keep: true });
    await order('aside');
    await end();
    await order('after the end');
    await hear(ada, { type: 'reopen', id: `o${++acts}`, thread: 'th' });
    for (const id of ['aside', 'after the end']) await order(id);
    await end();
    expect((await conversions()).map(({ id, agent, episode }) => [id, agent, episode])).toEqual([['after the end', 'ada', 1], ['aside', 'ada', 1]]);
    const rows = await room.do(({ host }) => ledger(host, 0, room.now + 1));
    expect(rows.map(([what]) => what).sort(), 'one contact, however often it was ended').toEqual(['contact', 'conversion', 'conversion']);
  });

  it('is of the latest episode of all her threads, and of the one before where the latest is nobody\'s yet', async () => {
    const bob = await room.agent('bob', 'Bob');
    await say(her);
    await say(ada);
    await end();
    room.now += HOUR;
    await say(her, 'th2');
    await hear(bob, { type: 'take', id: `a${++acts}`, thread: 'th2' });
    await order('1');
    expect((await conversions()).at(-1)).toMatchObject({ agent: 'bob', thread: 'th2', episode: 1 });
    room.now += HOUR;
    for (const socket of [ada, bob]) await hear(socket, { type: 'status', id: `s${++acts}`, status: 'away' });
    await say(her);
    expect(await room.do((brand) => brand.threads.find('th')!)).toMatchObject({ state: 'waiting', episode: 2 });
    await order('2');
    expect((await conversions()).at(-1)).toMatchObject({ id: '2', agent: 'bob', thread: 'th2' });
  });

  test.each([
    ['a float', { id: '1', amount: 38.5, currency: 'EUR' }], ['more than can be counted', { id: '1', amount: 2 ** 53, currency: 'EUR' }],
    ['more than anybody pays', { id: '1', amount: 1e12 + 1, currency: 'EUR' }], ['less than nothing', { id: '1', amount: -1, currency: 'EUR' }],
    ['a text', { id: '1', amount: '3850', currency: 'EUR' }], ['no amount', { id: '1', currency: 'EUR' }], ['small letters', { id: '1', amount: 1, currency: 'eur' }],
    ['a sign', { id: '1', amount: 1, currency: '€' }], ['no currency', { id: '1', amount: 1 }], ['no id', { amount: 1, currency: 'EUR' }],
    ['a number for an id', { id: 1, amount: 1, currency: 'EUR' }], ['an empty id', { id: '', amount: 1, currency: 'EUR' }], ['a long id', { id: 'x'.repeat(101), amount: 1, currency: 'EUR' }],
  ])('with %s is an event like any other', async (_name, data) => {
    await say(her);
    await say(ada);
    await hear(her, { type: 'track', id: `t${++acts}`, name: 'order', data });
    expect(her.last('ack')).toMatchObject({ id: `t${acts}` });
    expect(orderIn('order', data)).toBeUndefined();
    expect(orderIn('Order', { id: '1', amount: 1, currency: 'EUR' })).toBeUndefined();
    expect(await conversions()).toEqual([]);
    expect(await room.do((brand) => brand.visitors.events(HER_ID, 9))).toHaveLength(1);
  });

  it('stays when she proves who she is, is in what is handed out about her, and goes when she is erased', async () => {
    await say(her);
    await say(ada);
    await order('1042');
    await room.do((brand) => recognise(brand, 'b'.repeat(64), { subject: 'customer-1' }));
    await room.do((brand) => recognise(brand, HER, { subject: 'customer-1' }));
    const id = await room.do((brand) => brand.visitors.bySubject('customer-1')!);
    expect(id).not.toBe(HER_ID);
    expect(await room.do((brand) => exportOf(brand, id))).toMatchObject({
      orders: [{ id: '1042', amount: 3_850, currency: 'EUR' }], threads: [{ id: 'th', episodes: [{ n: 1 }] }],
    });
    await room.do((brand) => erase(brand, id));
    expect(await conversions()).toEqual([]);
    expect(await room.do(({ host }) => host.sql('SELECT * FROM episode UNION ALL SELECT *, 1, 1, 1, 1, 1 FROM conversion'))).toEqual([]);
  });
});

/** RFC 4180, as a reader of it would: a state for being within quotes. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (quoted) {
      if (sign !== '"') field += sign;
      else if (text[at + 1] === '"') field += text[++at];
      else quoted = false;
    } else if (sign === '"' && field === '') quoted = true;
    else if (sign === ',' || sign === '\r') {
      rows.at(-1)!.push(field);
      field = '';
      if (sign === '\r') {
        expect(text[++at]).toBe('\n');
        rows.push([]);
      }
    } else field += sign;
  }
  expect([quoted, field, rows.pop()]).toEqual([false, '', []]);
  return rows;
}

describe('the ledger', () => {
  it('lists contacts and conversions of its time in order, and reads back as it was', async () => {
    await say(her);
    room.now += 60_000;
    await say(ada);
    await order('=HYPERLINK("http://evil.example";"x")');
    room.now += 60_000;
    await end();
    await hear(her, { type: 'rate', id: `r${++acts}`, thread: 'th', episode: 1, score: 5, text: 'Quick, kind\n"really"' });
    const to = room.now + 1;
    const ofTime = async (from: number, until: number) => toCsv(LEDGER_COLUMNS, await room.do(({ host }) => ledger(host, from, until)));
    const csv = await ofTime(to - HOUR, to);
    expect(csv.startsWith('\ufeff')).toBe(true);
    const [columns, ...lines] = parseCsv(csv.slice(1));
    const rows = lines.map((line) => Object.fromEntries(line.map((field, n) => [columns![n]!, field])));
    const iso = (ms: number) => new Date(ms).toISOString();
    expect(rows).toEqual([
      {
        what: 'conversion', time: iso(to - 60_001), agent: 'ada', agent_name: 'Ada "the=1" Øst', thread: 'th', episode: '1', began: '', first_reply: '', score: '', prompts: '',
        reminders: '', order: '\'=HYPERLINK("http://evil.example";"x")', amount_minor: '3850', currency: 'EUR',
      },
      {
        what: 'contact', time: iso(to - 1), agent: 'ada', agent_name: 'Ada "the=1" Øst', thread: 'th', episode: '1', began: iso(to - 120_001), first_reply: iso(to - 60_001), score: '5',
        prompts: '0', reminders: '0', order: '', amount_minor: '', currency: '',
      },
    ]);
    expect(parseCsv((await ofTime(to, to + HOUR)).slice(1))).toHaveLength(1);
  });

  it('gives a contact to whose thread it was, whoever ended it, and each to one agent alone', async () => {
    const bob = await room.agent('bob', 'Bob');
    for (const [thread, holder] of [['th', ada], ['th2', bob], ['th3', bob]] as const) {
      await say(her, thread);
      await hear(holder, { type: 'take', id: `a${++acts}`, thread });
    }
    await end(bob, 'th');
    await end(bob, 'th2');
    await say(her, 'th2');
    await end(bob, 'th2');
    const contacts = (await room.do(({ host }) => ledger(host, 0, room.now + 1))).filter(([what]) => what === 'contact');
    expect(contacts.map(([, , agent, , thread, episode]) => [agent, thread, episode]).sort()).toEqual([['ada', 'th', 1], ['bob', 'th2', 1], ['bob', 'th2', 2]]);
  });

  it('has money in whole numbers of the smallest unit, to the last digit, in the rows, the file and the sums', async () => {
    await say(her);
    await say(ada);
    const amounts = [1e12, 1e12 - 1, 999_999_999_999, 1, 0];
    for (const [n, amount] of amounts.entries()) await order(`kwd-${n}`, amount, 'KWD');
    await order('eur', 10, 'EUR');
    await order('eur-too', 20, 'EUR');
    const rows = await room.do(({ host }) => ledger(host, 0, room.now + 1));
    const column = LEDGER_COLUMNS.indexOf('amount_minor');
    const fields = parseCsv(toCsv(LEDGER_COLUMNS, rows).slice(1)).slice(1).map((line) => line[column]!);
    expect(fields.toSorted()).toEqual([...amounts, 10, 20].map((amount) => BigInt(amount).toString()).toSorted());
    const { money, conversions: count } = await room.do((brand) => report(brand, { from: room.now - HOUR, to: room.now + 1, zone: 'UTC' }));
    expect(money).toEqual([{ currency: 'EUR', amount: 30, orders: 2 }, { currency: 'KWD', amount: Number(amounts.reduce((sum, each) => sum + BigInt(each), 0n)), orders: 5 }]);
    expect(count).toBe(7);
    expect(await room.do(({ host }) => host.sql('SELECT DISTINCT typeof(amount) AS type FROM conversion'))).toEqual([{ type: 'integer' }]);
  });
});

describe('CSV', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('takes the life out of %j', (text) => {
    // Behind a tab or a line's end it begins once more.
    expect(parseCsv(toCsv(['a'], [[text]]).slice(1))[1]).toEqual([`'${text.replace(/^[\t\r]/, "$&'")}`]);
  });
  test.each(['plain', '', 'a,b', 'a"b"', '"', 'a\r\nb', '\n', 'a=b', 'naïve 茶 😀', ' lead', '\'quoted'])('carries %j as it is', (text) => {
    expect(parseCsv(toCsv(['a', 'b'], [[text, 1]]).slice(1))[1]).toEqual([text, '1']);
  });
  it('leaves out what there is not, and numbers as they are', () => {
    expect(toCsv(['a', 'b', 'c'], [[null, 0, -5]])).toBe('\ufeffa,b,c\r\n,0,-5\r\n');
  });
});
