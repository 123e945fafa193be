/** What is asked of the doors and the desk by somebody who hopes that it is read as something else, or as somebody else's. */
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listen } from '../server/hosts/node.ts';
import { DeskRoom } from './desk-room.ts';
import { SAMPLES, type Sample } from './everybody.ts';
import { ask, type FrontDoor, hire, openFrontDoor, signInAs } from './front-door.ts';

vi.setConfig({ testTimeout: 60_000 });

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
  await hire(door, 'ann', 'owner');
});
afterAll(() => door.close());

describe('A12 what somebody writes is never read as a part of a question to the database', () => {
  const CANARY = 'zq9';
  const TRICKS = ["' OR 1=1 --", '" OR ""="', '"); DROP TABLE message; --', 'NEAR(a b, 5)', 'words:x', 'x*', '^x', '-x', 'a AND b OR NOT c', '%_%', '\\', '\u0000', '{x y}', 'a + b', '"unclosed', '(', '; SELECT 1', '/* */', '?1', ':x', '$x'];

  test('no statement holds anything that came in: they are the same, whatever is said', async () => {
    const room = await DeskRoom.open();
    const queries = new Set<string>();
    const { owner } = room;
    const sql = owner.sql.bind(owner);
    owner.sql = (query, ...params) => {
      queries.add(query);
      return sql(query, ...params);
    };
    const [her, ada] = [await room.visitor(), await room.agent()];
    await room.hear(her, { type: 'say', id: 'first', thread: `${CANARY}-t`, body: CANARY });
    for (const trick of TRICKS) {
      await room.pass(61_000);
      const bent = (value: unknown, name: string): unknown =>
        typeof value === 'string' ? (['type', 'box', 'status', 'mark'].includes(name) ? value : ['thread', 'id', 'to', 'who', 'visitor', 'epoch'].includes(name) ? `${CANARY}-${name === 'thread' ? 't' : Math.random()}` : `${CANARY} ${trick}`.slice(0, 35))
          : Array.isArray(value) ? value.map((each) => bent(each, name === 'mentions' ? 'id' : ''))
          : typeof value === 'object' && value ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, bent(each, key)])) : value;
      for (const [socket, samples] of [[her, SAMPLES.visitor], [ada, SAMPLES.agent]] as const) {
        for (const sample of samples) socket.say(JSON.stringify(bent(sample, '') as Sample));
      }
      await room.settle();
    }
    expect(ada.of('found').length).toBeGreaterThan(10);
    expect(room.log.filter(({ event }) => event.includes('failed'))).toEqual([]);
    expect([...queries].filter((query) => query.includes(CANARY))).toEqual([]);
    expect(queries.size).toBeGreaterThan(40);
    room.close();
  });

  test('a search finds what was written, to the letter, and nothing by any language of its own', async () => {
    const room = await DeskRoom.open({ autoReply: { when: 'never', text: {} } });
    const [her, ada] = [await room.visitor(), await room.agent()];
    for (const [n, body] of ['the secret tea', 'nothing here', '100% tea_leaves'].entries()) {
      room.now += 4_000;
      await room.hear(her, { type: 'say', id: `m${n}`, thread: 't', body });
    }
    const find = async (text: string) => {
      room.now += 4_000;
      await room.hear(ada, { type: 'search', text, before: room.now + 1, n: 50 });
      return (ada.got.at(-1) as { type: string; hits?: { text: string }[] }).hits?.map((hit) => hit.text);
    };
    expect(await find('tea')).toHaveLength(2);
    for (const trick of TRICKS) {
      const found = await find(trick);
      const words = trick.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      expect([trick, (found ?? ['refused']).filter((text) => !words.every((word) => text.toLowerCase().includes(word)))]).toEqual([trick, []]);
    }
    expect(await find('nothing OR tea')).toEqual([]);
    expect(await find('secret NOT tea')).toEqual([]);
    room.close();
  });

  test('an unknown field, box or order is refused, and so is a name that is none', async () => {
    const room = await DeskRoom.open();
    const ada = await room.agent();
    const wrong = [
      { box: "open' OR 1=1 --" }, { box: '__proto__' }, { box: 'constructor' }, { who: "x' OR 1=1" }, { who: { $ne: null } }, { before: '1 OR 1=1' }, { n: '5; DROP' }, { n: 1e9 }, { order: 'at' }, { where: '1=1' }, { 'state[]': 'open' },
    ];
    for (const each of wrong) {
      await room.hear(ada, JSON.stringify({ type: 'list', box: 'open', before: 1, n: 5, ...each }));
      expect([each, ada.got.at(-1)]).toEqual([each, expect.objectContaining({ type: 'refused', code: 'bad_frame' })]);
    }
    const cookie = await signInAs(door, 'ann');
    for (const query of ['from=1;DROP', 'from[$gt]=1', "from=1'--", 'order=at', 'from=1&from=2', 'zone=UTC%27', 'from=1e309', 'to=0x10', 'from=%00']) {
      for (const at of ['report', 'ledger']) expect([query, (await ask(door, `/v1/acme/desk/${at}?${query}`, { cookie })).status]).toEqual([query, 400]);
    }
    room.close();
  });

  test('what is put into a statement by its text is a word of ours, and is in this list', () => {
    const OURS = ['THREAD', 'MESSAGE', 'ENTRY', 'AGENT', 'COLUMNS', 'ROWS_AT_ONCE', 'ENTRIES_AT_ONCE', 'PAGE_ROWS', 'QUARTER_MS', 'where', 'place', 'side', 'table', 'key', 'behind', 'columns', 'words', 'kind', 'sign', 'source'];
    const folder = path.join(import.meta.dirname, '..', 'server');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !/^(admin|main)/.test(file));
    const used = files.flatMap((file) => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      const statements = [...text.matchAll(/`(?:[^`\\]|\\.)*`/g)].map(([all]) => all).filter((all) => /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|ORDER BY|LIMIT)\b/.test(all));
      return statements.flatMap((all) => [...all.matchAll(/\$\{\s*([A-Za-z_.#]+)/g)].map(([, name]) => ({ file, name: name!.split('.')[0]! })));
    });
    expect(used.filter(({ name }) => !OURS.includes(name))).toEqual([]);
    expect(OURS.filter((each) => !used.some(({ name }) => name === each)), 'and nothing in the list that is not used').toEqual([]);
  });
});

describe('A16 a thousand requests, each of which says that it is somebody else', () => {
  /** All on one line, one behind the other. @returns how many of each status */
  async function burst(port: number, count: number, headers: (n: number) => string): Promise<Record<string, number>> {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const done = new Promise<void>((resolve) => socket.on('data', (bytes) => { text += bytes; }).on('close', () => resolve()));
    for (let n = 0; n < count; n++) socket.write(`GET /v1/acme/card HTTP/1.1\r\nhost: x\r\n${headers(n)}${n === count - 1 ? 'connection: close\r\n' : ''}\r\n`);
    await done;
    const found: Record<string, number> = {};
    for (const [, status] of text.matchAll(/HTTP\/1\.1 (\d+)/g)) found[status!] = (found[status!] ?? 0) + 1;
    return found;
  }
  const forged = (n: number) => `x-forwarded-for: 10.${n >> 8}.${n & 255}.1\r\nforwarded: for=10.${n >> 8}.${n & 255}.1\r\ncf-connecting-ip: 10.0.${n >> 8}.${n & 255}\r\nx-real-ip: 10.1.${n >> 8}.${n & 255}\r\ntrue-client-ip: 10.2.${n >> 8}.${n & 255}\r\n`;

  test.each([
    ['straight to the server', [], forged, 120],
    ['through our proxy, which writes down whom it sees behind what she says', ['127.0.0.1'], (n: number) => `x-forwarded-for: 10.9.${n >> 8}.${n & 255}, 203.0.113.7\r\n`, 120],
    ['through our proxy, naming one of ours as herself', ['127.0.0.1', '10.0.0.0/8'], (n: number) => `x-forwarded-for: 198.51.${n >> 8}.${n & 255}, 203.0.113.8, 10.0.0.${n & 255}\r\n`, 120],
    ['and through our proxy a thousand people, each of whom is one', ['127.0.0.1'], (n: number) => `x-forwarded-for: 198.51.${n >> 8}.${n & 255}\r\n`, 1_000],
  ])('%s', async (_name, trustedProxy, headers, welcome) => {
    const own = await openFrontDoor();
    const listening = await listen(own.house, own.app, { port: 0, host: '127.0.0.1', trustedProxy });
    expect(await burst(listening.port, 1_000, headers)).toEqual(welcome === 1_000 ? { 200: 1_000 } : { 200: welcome, 429: 1_000 - welcome });
    listening.server.close();
    listening.server.closeAllConnections();
    own.close();
  });
});

test('A17 beside the kneading, which is done for both, an address that is known takes no longer than one that is not', async () => {
  const { scrypt } = door.house;
  door.house.scrypt = async () => new Uint8Array(32).fill(1);
  const took: Record<'ann' | 'nobody', number[]> = { ann: [], nobody: [] };
  for (let n = 0; n < 200; n++) {
    if (n % 4 === 0) door.clock.now += 15 * 60_000;
    for (const who of n % 2 ? (['ann', 'nobody'] as const) : (['nobody', 'ann'] as const)) {
      const began = performance.now();
      const { status } = await ask(door, '/v1/acme/desk/sign-in', { body: { email: `${who}@acme.example`, password: 'wrong password!' }, address: `203.0.${n}.${who.length}` });
      took[who].push(performance.now() - began);
      expect(status).toBe(401);
    }
  }
  door.house.scrypt = scrypt;
  const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
  expect(Math.abs(median(took.ann) - median(took.nobody))).toBeLessThan(5);
});
