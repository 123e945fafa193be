import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Ask } from '../server/admin-ask.ts';
import { exportBrand, importBrand } from '../server/admin-carry.ts';
import { runErrand } from '../server/admin-verbs.ts';
import type { Brand } from '../server/brand.ts';
import { Problem } from '../server/errand.ts';
import type { Host } from '../server/host.ts';
import { NodeHouse } from '../server/hosts/node.ts';
import { countRows, packPage, TABLES } from '../server/moving.ts';
import { erase } from '../server/privacy.ts';
import { SCHEMA } from '../server/schema.ts';
import { search } from '../server/search.ts';
import { DeskRoom, type FakeSocket } from './desk-room.ts';
import { ask as knock, askAsShop, type FrontDoor, hire, knockOnLine, newToken, openFrontDoor, PASSWORD, SHOP, signInAs } from './front-door.ts';

/** Every kind of line end that JSON leaves as it is, and what a careless hand would cut at or drop. */
const NASTY = 'one\ntwo\r\nthree\u2028four\u2029"five"\\n\u0000six\tشكرًا 🫖';

let room: DeskRoom;
let there: NodeHouse;
let dir: string;
let file: string;
beforeEach(async () => {
  room = await DeskRoom.open();
  dir = mkdtempSync(join(tmpdir(), 'leaveword-move-'));
  file = join(dir, 'acme.brand');
  there = new NodeHouse({ dataDir: join(dir, 'there'), assetDir: dir, url: 'http://localhost', now: () => room.now, log: () => undefined });
});
afterEach(() => {
  room.close();
  there.close();
  rmSync(dir, { recursive: true });
});

const asking = (house: NodeHouse): Ask => async (verb, ...args) => {
  const done = await runErrand(house, { verb, args });
  if ('problem' in done) throw new Error(done.problem);
  return done.said;
};
const leave = () => exportBrand(asking(room.house), 'acme', file);
const enter = (from = file) => importBrand(asking(there), 'acme', from);
/** But the taking in of words, which goes on by itself where many rows have just arrived. */
const allOf = (host: Host) => Object.fromEntries(Object.keys(TABLES).map((table) => [table, host.sql<{ kind?: string }>(`SELECT * FROM ${table} ORDER BY ${TABLES[table]}`).filter(({ kind }) => kind !== 'words')]));
const inHouse = async <T>(house: NodeHouse, work: (brand: Brand) => T): Promise<T> => (await house.owner('acme'))!.run(work as never);
const say = async (socket: FakeSocket, id: string, body = `body of ${id}`, thread = 'th') => {
  socket.say({ type: 'say', id, thread, body });
  await room.settle();
};

/** A row at least in every table. */
async function live(): Promise<void> {
  const [her, him, ada] = [await room.visitor('a'.repeat(64)), await room.visitor('b'.repeat(64)), await room.agent()];
  await say(her, 'm1', NASTY);
  await say(him, 'm2', 'hers no more', 'th-b');
  await say(her, 'm1', 'said otherwise');
  await say(ada, 'm3', 'an answer');
  ada.say({ type: 'take', id: 'act1', thread: 'th' });
  her.say({ type: 'label', id: 'l1', name: 'Ann', email: 'ann@x.example' });
  her.say({ type: 'track', id: 'e1', name: 'order', data: { total: 38.5, gift: true } });
  await room.settle();
  await room.do((brand) => erase(brand, 'b'.repeat(32)));
  await room.do((brand) => {
    brand.host.sql("INSERT INTO ticket VALUES ('h1', 'invite', 'bob@x.example', '{}', ?)", room.now + 1e9);
    brand.host.sql("INSERT INTO identity_key VALUES ('k1', 'HS256', 'secret', 1)");
    brand.host.sql("INSERT INTO entry (thread, id, what, by_agent, after, text, at, rev) VALUES ('th', 'n1', 'note', 'ada', 1, 'she is a regular', 1, 1)");
    brand.host.sql("INSERT INTO episode (thread, n, began) VALUES ('th', 7, 1)");
    brand.host.sql("INSERT INTO conversion SELECT 'o1', visitor, id, 7, 'ada', 3850, 'EUR', 1 FROM thread WHERE id = 'th'");
    brand.host.sql("INSERT INTO canned VALUES ('c1', 'hello', 'Hello {visitor}', 'ada', 1)");
  });
}

describe('everything moves', () => {
  test('every table there is has its place in the list, parents first, and holds nothing that JSON cannot carry', async () => {
    await room.do(({ host }) => {
      // The words by which things are found are taken in anew there.
      const tables = host.sql<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => name).filter((name) => !/^told/.test(name));
      expect(tables.sort()).toEqual([...Object.keys(TABLES), 'head', 'schema'].sort());
      const before: string[] = [];
      for (const [table, key] of Object.entries(TABLES)) {
        const columns = host.sql<{ name: string; type: string; pk: number }>(`PRAGMA table_info(${table})`);
        expect(columns.filter(({ pk }) => pk).sort((a, b) => a.pk - b.pk).map(({ name }) => name), table).toEqual(key);
        expect(columns.filter(({ type }) => type !== 'TEXT' && type !== 'INTEGER'), table).toEqual([]);
        for (const { table: parent } of host.sql<{ table: string }>(`PRAGMA foreign_key_list(${table})`)) expect(before, `${table} refers to ${parent}`).toContain(parent);
        before.push(table);
      }
    });
  });

  test('every row of every table is the same there; only the epoch is another (S4)', async () => {
    await live();
    const before = await room.do((brand) => ({ rows: allOf(brand.host), head: brand.head(), epoch: brand.epoch }));
    for (const [table, rows] of Object.entries(before.rows)) expect(rows, `${table} must not be empty for this test to mean anything`).not.toEqual([]);
    // Whoever was here has gone by then: that they did changes nothing any more.
    expect(await leave()).toContain('admin brand remove acme');
    await enter();
    const after = await inHouse(there, (brand) => ({ rows: allOf(brand.host), head: brand.head(), epoch: brand.epoch }));
    expect(after.rows).toEqual(before.rows);
    expect(after.head).toBe(before.head);
    expect(after.epoch).not.toBe(before.epoch);
    expect(await inHouse(there, (brand) => brand.host.sql('PRAGMA foreign_key_check'))).toEqual([]);
    expect(await inHouse(there, (brand) => brand.threads.said('th', 'm1')!.body)).toBe(NASTY);
    const found = await inHouse(there, (brand) => search(brand, { type: 'search', text: 'regular', before: room.now + 1, n: 5 }));
    expect(found.hits).toMatchObject([{ thread: 'th', by: 'note', text: 'she is a regular' }]);
  });

  test('who was erased stays erased, settings hold at once, and what fell due on the way is done there', async () => {
    await live();
    await room.do((brand) => {
      brand.change({ ...brand.settings, name: 'Kettle & Fern' });
      brand.jobs.schedule('away', room.now + 1_000, `v:${'a'.repeat(32)}`);
    });
    await leave();
    room.now += 60_000;
    await enter();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const found = await inHouse(there, (brand) => ({
      erased: brand.admit('b'.repeat(64)), name: brand.card().name, at: brand.visitors.find('a'.repeat(32))!.at,
      away: brand.host.sql("SELECT * FROM job WHERE kind = 'away'"),
    }));
    expect(found).toEqual({ erased: 'erased', name: 'Kettle & Fern', at: room.now, away: [] });
  });

  test('a page has at most 500 rows and half a megabyte, and no row is left between two pages', async () => {
    await live();
    await room.do(({ host }) => {
      for (let n = 10; n < 1_300; n++) host.sql("INSERT INTO message (thread, seq, id, by, body, at, rev) VALUES ('th', ?, ?, 'visitor', ?, 1, 1)", n, `x${n}`, n % 100 === 0 ? '\u0001'.repeat(10_000) : 'x'.repeat(n % 900));
      for (let n = 0; n < 700; n++) host.sql("INSERT INTO event VALUES (?, ?, 'seen', NULL, 1)", 'a'.repeat(32), `y${n}`);
    });
    await asking(room.house)('seal', 'acme');
    const pages: { table: string; rows: unknown[] }[] = [];
    await room.do((brand) => {
      for (let page = packPage(brand); page; page = packPage(brand, page.mark)) pages.push(page);
    });
    expect(pages.filter(({ table }) => table === 'message').length).toBeGreaterThan(2);
    for (const { rows } of pages) {
      expect(rows.length).toBeLessThanOrEqual(500);
      expect(JSON.stringify(rows).length).toBeLessThan(600_000);
    }
    expect(pages.reduce((sum, { rows }) => sum + rows.length, 0)).toBe(await room.do(({ host }) => countRows(host)));
    await leave();
    await enter();
    expect(await inHouse(there, ({ host }) => allOf(host))).toEqual(await room.do(({ host }) => allOf(host)));
  });

  test('a page that comes twice, because its answer was lost, is there once', async () => {
    await live();
    await leave();
    const twice: Ask = async (verb, ...args) => {
      if (verb === 'unpack') await asking(there)(verb, ...args);
      return asking(there)(verb, ...args);
    };
    await importBrand(twice, 'acme', file);
    expect(await inHouse(there, ({ host }) => allOf(host))).toEqual(await room.do(({ host }) => allOf(host)));
  });
});

describe('a sealed brand', () => {
  test('sends everybody away with 1013 and a time to come back, hears nothing more, and writes nothing', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    await say(her, 'm1');
    await asking(room.house)('seal', 'acme');
    await room.settle();
    const before = await room.do(({ host }) => allOf(host));
    for (const each of [her, ada]) {
      expect(each.last('bye')).toMatchObject({ code: 1013 });
      expect(each.last('bye').after).toBeGreaterThan(0);
      expect(each.closed?.code).toBe(1013);
    }
    await say(her, 'm2');
    expect(her.of('ack').map(({ id }) => id)).toEqual(['m1']);
    const late = await room.visitor();
    expect(late.of('ok')).toEqual([]);
    expect(late.closed?.code).toBe(1013);
    await room.pass(48 * 3_600_000);
    expect(await room.do(({ host }) => allOf(host))).toEqual(before);
    await room.restart();
    expect(await room.do((brand) => brand.moving)).toBe('sealed');
    expect(await room.do(({ host }) => allOf(host))).toEqual(before);
  });

  test('opens again under the same epoch when the move is given up, and does what fell due', async () => {
    const her = await room.visitor('a'.repeat(64));
    await say(her, 'm1');
    const epoch = await room.do((brand) => brand.epoch);
    await leave();
    room.now += 60_000;
    expect(await asking(room.house)('unseal', 'acme')).toContain('open here again');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const again = await room.visitor('a'.repeat(64));
    expect(again.last('ok')).toMatchObject({ epoch });
    await say(again, 'm2');
    expect(again.last('ack')).toMatchObject({ id: 'm2' });
    expect(await room.do((brand) => brand.host.sql("SELECT * FROM job WHERE kind = 'sweep' AND due < ?", room.now))).toEqual([]);
    await expect(asking(room.house)('unseal', 'acme')).rejects.toThrow('not sealed');
  });

  test('is left alone by every errand but those of the move', async () => {
    await live();
    await leave();
    const here = asking(room.house);
    for (const [verb, ...args] of [['invite', 'acme', 'x@y.example'], ['erase', 'acme', 'ann@x.example'], ['export-visitor', 'acme', 'ann@x.example']]) {
      await expect(here(verb!, ...args), verb).rejects.toThrow('sealed');
    }
    expect(await here('brand list')).toContain('acme\tsealed');
    expect(await here('brand remove', 'acme')).toContain('gone');
    expect(readdirSync(join(room.dir, 'brands'))).toEqual([]);
    expect(await room.house.owner('acme')).toBeUndefined();
  });

  test('may not be read any further once somebody has opened it again', async () => {
    await live();
    const here = asking(room.house);
    const meddling: Ask = async (verb, ...args) => {
      if (verb === 'pack' && args[1]) await here('unseal', 'acme').catch((error: Error) => expect(error.message).toContain('not sealed'));
      return here(verb, ...args);
    };
    await expect(exportBrand(meddling, 'acme', file)).rejects.toThrow('Export it again');
    expect(existsSync(file)).toBe(false);
    await leave();
    await enter();
  });
});

describe('at the doors of a brand that is moving', () => {
  let door: FrontDoor;
  beforeEach(async () => {
    door = await openFrontDoor();
  });
  afterEach(() => door.close());
  const busy = async (response: Response) => {
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ error: { code: 'retry_later' } });
  };

  test('everybody is asked to come again: nobody is told that there is no such brand, or that she is not signed in (H6)', async () => {
    await hire(door, 'ada');
    const cookie = await signInAs(door, 'ada');
    await asking(door.house)('seal', 'acme');
    await busy(await knock(door, '/v1/acme/card'));
    await busy(await askAsShop(door, '/v1/acme/frames', { token: newToken(), frames: [] }));
    await busy(await knock(door, '/v1/acme/desk/me', { cookie }));
    await busy(await knock(door, '/v1/acme/desk/sign-in', { body: { email: 'a@b.example', password: PASSWORD } }));
    expect(await knockOnLine(door, '/v1/acme/visitor', { origin: SHOP, 'sec-websocket-protocol': `chat.v1, t.${newToken()}` })).toMatchObject({ status: 503, code: 'retry_later' });
    expect((await knock(door, '/v1/nobody/card')).status).toBe(404);
  });

  test('what had passed the door when the sealing began is not kept, and its sender is told so', async () => {
    await hire(door, 'ada', 'owner');
    const knead = door.house.scrypt.bind(door.house);
    const scrypt = vi.spyOn(door.house, 'scrypt').mockImplementation(async (password, salt) => {
      await asking(door.house)('seal', 'acme');
      return knead(password, salt);
    });
    await busy(await knock(door, '/v1/acme/desk/sign-in', { body: { email: 'ada@acme.example', password: PASSWORD } }));
    expect(scrypt).toHaveBeenCalled();
    expect(await inHouse(door.house, ({ host }) => host.sql('SELECT * FROM session'))).toEqual([]);
  });

  test('while it arrives nobody is let in, and who writes later is let in to all of it', async () => {
    await asking(door.house)('seal', 'acme');
    await exportBrand(asking(door.house), 'acme', file);
    await asking(door.house)('brand remove', 'acme');
    const slow: Ask = async (verb, ...args) => {
      const said = await asking(door.house)(verb, ...args);
      if (verb === 'unpack') await busy(await knock(door, '/v1/acme/card'));
      return said;
    };
    await importBrand(slow, 'acme', file);
    expect((await knock(door, '/v1/acme/card')).status).toBe(200);
  });
});

describe('a file that is not whole is refused, and nothing is touched', () => {
  const change = (at: (lines: string[]) => string[]) => writeFileSync(file, `${at(readFileSync(file, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
  test.each([
    ['without its end', () => change((lines) => lines.slice(0, -1)), 'cut off'],
    ['cut in the middle of a line', () => writeFileSync(file, readFileSync(file).subarray(0, -90)), 'cut off'],
    ['cut in the middle of a page', () => writeFileSync(file, readFileSync(file).subarray(0, 700)), 'cut off'],
    ['with a page that is missing', () => change((lines) => lines.filter((_, at) => at !== 2)), 'changed'],
    ['with one other letter in a page', () => writeFileSync(file, readFileSync(file, 'utf8').replace('an answer', 'an Answer')), 'changed'],
    ['with another number in its last line', () => change((lines) => [...lines.slice(0, -1), lines.at(-1)!.replace(/"rows":\d+/, '"rows":3')]), 'changed'],
    ['of no bytes', () => writeFileSync(file, ''), 'is not a brand'],
    ['that is something else', () => writeFileSync(file, readFileSync(fileURLToPath(import.meta.url))), 'is not a brand'],
    ['that is not there', () => rmSync(file), 'no file'],
  ])('%s', async (_name, spoil, words) => {
    await live();
    await leave();
    spoil();
    await expect(enter()).rejects.toThrow(words);
    expect(await there.brands()).toEqual([]);
  });

  test('of a newer version, or of another brand: the house says so before it makes room', async () => {
    const header = { leaveword: 'brand', brand: 'acme', schema: SCHEMA + 1, epoch: 'e', rev: 1, created: 1, at: 1 };
    await expect(asking(there)('arrive', 'acme', JSON.stringify(header))).rejects.toThrow('newer version');
    await expect(asking(there)('arrive', 'other', JSON.stringify({ ...header, schema: SCHEMA }))).rejects.toThrow('this is the brand "acme"');
    await expect(asking(there)('arrive', 'acme', '{"leaveword":"brand"}')).rejects.toThrow('not part of a brand');
    expect(await there.brands()).toEqual([]);
  });

  test('a brand that is there already keeps all that it has, open or sealed', async () => {
    await live();
    await leave();
    const before = await room.do(({ host }) => allOf(host));
    await expect(importBrand(asking(room.house), 'acme', file)).rejects.toThrow('is here, sealed');
    await asking(room.house)('unseal', 'acme');
    await expect(importBrand(asking(room.house), 'acme', file)).rejects.toThrow('there is a brand "acme" already');
    expect((await room.do(({ host }) => allOf(host)))['message']).toEqual(before['message']);
    await expect(asking(room.house)('brand remove', 'acme')).rejects.toThrow('Export it first');
    await expect(asking(room.house)('settle', 'acme', '0')).rejects.toThrow('not moving in');
    await expect(asking(room.house)('unpack', 'acme', '{"table":"gone","columns":["visitor","rev"],"rows":[["x",1]]}')).rejects.toThrow('not moving in');
  });

  test('an export that fails on the way leaves no half file, and says that nobody is let in', async () => {
    await live();
    let pages = 0;
    const dying: Ask = (verb, ...args) => (verb === 'pack' && ++pages === 3 ? Promise.reject(new Problem('the line broke')) : asking(room.house)(verb, ...args));
    await expect(exportBrand(dying, 'acme', file)).rejects.toThrow(/^the line broke\n"acme" may be sealed.*admin unseal acme$/);
    expect(readdirSync(dir)).toEqual([]);
    await leave();
    const again = join(dir, 'again');
    await exportBrand(asking(room.house), 'acme', again);
    const pagesOf = (name: string) => readFileSync(name, 'utf8').split('\n').slice(1);
    expect(pagesOf(again)[0]).toBe(pagesOf(file)[0]);
    await enter(again);
  });

  test('a file that cannot be written, or read, is named; no door is closed for it', async () => {
    await expect(exportBrand(asking(room.house), 'acme', join(dir, 'no', 'folder'))).rejects.toThrow('cannot be written: ENOENT');
    expect(await room.do((brand) => brand.moving)).toBe('');
    await expect(enter(dir)).rejects.toThrow('cannot be read: EISDIR');
  });

  test('and an export never writes over a file', async () => {
    writeFileSync(file, 'holiday pictures');
    await expect(leave()).rejects.toThrow('there already');
    expect(readFileSync(file, 'utf8')).toBe('holiday pictures');
    expect(await room.do((brand) => brand.moving)).toBe('');
  });
});

describe('an import that is cut off', () => {
  test('leaves a brand that lets nobody in, and is begun again from the start', async () => {
    await live();
    await leave();
    let pages = 0;
    const dying: Ask = (verb, ...args) => (verb === 'unpack' && ++pages === 4 ? Promise.reject(new Error('the line broke')) : asking(there)(verb, ...args));
    await expect(importBrand(dying, 'acme', file)).rejects.toThrow('the line broke');
    there.close();
    expect(await inHouse(there, (brand) => brand.moving)).toBe('arriving');
    expect(await asking(there)('brand list')).toContain('has not been finished');
    await expect(asking(there)('settle', 'acme', '1000')).rejects.toThrow('of 1000 rows have arrived');
    await expect(asking(there)('seal', 'acme')).rejects.toThrow('import it again');
    await expect(asking(there)('invite', 'acme', 'x@y.example')).rejects.toThrow('import has not been finished');
    await enter();
    expect(await inHouse(there, ({ host }) => allOf(host))).toEqual(await room.do(({ host }) => allOf(host)));
  });

  test('by SIGKILL, too', async () => {
    await live();
    await room.do(({ host }) => {
      for (let n = 10; n < 40_000; n++) host.sql("INSERT INTO message (thread, seq, id, by, body, at, rev) VALUES ('th', ?, ?, 'visitor', 'x', 1, 1)", n, `x${n}`);
    });
    await leave();
    const dataDir = join(dir, 'there');
    const admin = spawn(process.execPath, [fileURLToPath(new URL('../server/admin.ts', import.meta.url)), 'import', 'acme', file], { env: { ...process.env, DATA_DIR: dataDir } });
    const ended = new Promise((resolve) => admin.once('exit', resolve));
    const brand = join(dataDir, 'brands', 'acme.sqlite');
    await vi.waitUntil(() => existsSync(brand) && messagesIn(brand) > 0, { timeout: 20_000, interval: 2 });
    admin.kill('SIGKILL');
    await ended;
    const arrived = messagesIn(brand);
    expect(arrived, 'the kill must come in the middle').toBeLessThan(39_990);
    expect(await inHouse(there, (each) => each.moving)).toBe('arriving');
    await enter();
    const inAll = (host: Host) => Object.values(allOf(host)).reduce((sum, rows) => sum + rows.length, 0);
    expect(await inHouse(there, ({ host }) => inAll(host))).toBe(await room.do(({ host }) => inAll(host)));
  }, 60_000);
});

function messagesIn(file: string): number {
  // It may be locked for a moment: its tables are being made.
  const database = new DatabaseSync(file, { timeout: 5_000 });
  const isMade = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'message'").all().length > 0;
  const { n } = isMade ? database.prepare('SELECT count(*) AS n FROM message').get() as { n: number } : { n: 0 };
  database.close();
  return n;
}
