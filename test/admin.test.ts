import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newToken } from './front-door.ts';
import { dataDir, type Ran, removeDirs, run, type Served, serve } from './process.ts';

// Each command is a cold start of Node.
vi.setConfig({ testTimeout: 60_000 });
const SHOP = 'https://shop.example';
let dir: string;
let copies: string;
let served: Served | undefined;

const admin = (...args: string[]): Promise<Ran> => run('admin.ts', args, { DATA_DIR: dir, PUBLIC_URL: 'https://chat.example' });
/** Everybody comes through a proxy and from an address of her own: rate limits are another test's. */
const start = async () => { served = await serve(dir, { TRUSTED_PROXY: '127.0.0.1, ::1' }); };
let nat = 0;
const elsewhere = () => `10.${(++nat >> 8) % 256}.${nat % 256}.1`;
const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
  await served?.kill(signal);
  served = undefined;
};
async function post(token: string, ...frames: object[]): Promise<{ type: string; code?: string; epoch?: string; set?: { body?: string }[] }[]> {
  const response = await fetch(`${served!.url}/v1/acme/frames`, { method: 'POST', headers: { 'content-type': 'text/plain', origin: SHOP, 'x-forwarded-for': elsewhere() }, body: JSON.stringify({ token, frames }) });
  const said = await response.json() as { frames?: [] };
  return said.frames ?? [{ type: String(response.status) }];
}
const say = (token: string, thread: string, body: string, id = `m-${body.replaceAll(' ', '-')}`) => post(token, { type: 'say', id, thread, body });
const hi = async (token: string) => (await post(token, { type: 'hi', v: 1, rev: 0 })).find(({ type }) => type === 'ok');
const bodies = async (token: string) => ((await hi(token))?.set ?? []).flatMap(({ body }) => body ?? []);

beforeAll(() => {
  dir = dataDir();
  copies = dataDir();
});
afterAll(async () => {
  await stop('SIGKILL');
  removeDirs();
});

describe('a wrong word is named', () => {
  test.each([
    [['brnad', 'list'], 'no verb "brnad"'], [['brand'], 'no verb "brand"'], [['brand', 'create'], '<id> is missing'], [['brand', 'create', '../x'], 'cannot be a brand'],
    [['brand', 'create', 'acme', '--origin', 'shop.example'], 'must be an origin'], [['invite', 'acme'], '<email> is missing'], [['invite', 'nobody', 'a@b.example'], 'no brand "nobody"'],
    [['invite', 'acme', 'a@b.example', 'extra'], '"extra" is one too many'], [['brand', 'list', '--owner'], 'takes no --owner'], [['brand', 'list', '--frob'], '--frob'],
    [['backup', 'acme'], '<folder> is missing'], [['backup', 'nobody', '/tmp/x'], 'no brand "nobody"'], [['restore', 'acme', '/nowhere/at/all'], 'no file'], [['export-visitor', 'nobody', 'x'], 'no brand'],
    [['__proto__'], 'no verb'], [['constructor'], 'no verb'],
  ])('%j', async (args, words) => {
    const { code, err, out } = await admin(...args);
    expect(err).toContain(words);
    expect(err).not.toMatch(/\n\s+at /);
    expect([code, out]).toEqual([1, '']);
  });
  test('help is no mistake', async () => {
    const { code, out } = await admin();
    expect(code).toBe(0);
    expect(out).toContain('brand create');
  });
});

test('a brand is made, its owner invited, while no server runs', async () => {
  expect((await admin('brand', 'create', 'acme', '--name', 'Acme', '--origin', SHOP)).code).toBe(0);
  expect((await admin('brand', 'create', 'acme')).err).toContain('already');
  expect((await admin('brand', 'list')).out).toBe(`acme\tAcme\t0 agents\t0 visitors\t${SHOP}\n`);
  const { out } = await admin('invite', 'acme', 'Owner@acme.example', '--owner');
  expect(out).toMatch(/^https:\/\/chat\.example\/inbox\/acme#join=[\w-]{43}\n/);
  expect((await admin('invite', 'acme', 'not an address')).err).toContain('not an email address');
  expect((await admin('team', 'acme')).out).toBe('nobody yet\n');
});

describe('while a server runs', () => {
  const [ann, bea] = [newToken(), newToken()];

  test('it is asked: the brand that the command makes is open at once', async () => {
    await start();
    expect((await admin('brand', 'create', 'second', '--origin', SHOP)).code).toBe(0);
    expect((await fetch(`${served!.url}/v1/second/card`)).status).toBe(200);
    const { out } = await admin('invite', 'acme', 'bob@acme.example');
    const code = out.split('=')[1]!.slice(0, 43);
    const joined = await fetch(`${served!.url}/v1/acme/desk/join`, {
      method: 'POST', headers: { 'content-type': 'application/json', origin: served!.url }, body: JSON.stringify({ code, name: 'Bob', password: 'a long enough one' }),
    });
    expect(joined.status).toBe(200);
    expect((await admin('team', 'acme')).out).toBe('bob@acme.example\tBob\tagent\n');
  });

  test('what is set is shown, a part of it changed at once, and nothing of what would not do', async () => {
    const shown = async () => JSON.parse((await admin('settings', 'second')).out) as object;
    const before = await shown();
    const changed = { color: '#2f6b4f', greeting: { en: 'Tea?' } };
    expect(JSON.parse((await admin('settings', 'second', '--set', JSON.stringify(changed))).out)).toEqual({ ...before, ...changed });
    for (const [bad, words] of [['{"color":"green"}', 'must be a colour'], ['{"colour":"#2f6b4f"}', 'colour'], ['green', 'as JSON'], ['[]', 'as JSON'], ['null', 'as JSON']]) {
      expect((await admin('settings', 'second', '--set', bad!)).err, bad).toContain(words);
    }
    expect(await (await fetch(`${served!.url}/v1/second/card`)).json()).toMatchObject({ color: '#2f6b4f' });
    expect(await shown()).toEqual({ ...before, ...changed });
  });

  test('a backup under fire is whole', async () => {
    await say(ann, 't-ann', 'ann before');
    await say(bea, 't-bea', 'bea before');
    let written = 0;
    let isDone = false;
    const writing = (async () => {
      while (!isDone) {
        const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => say(newToken(), `t-${written}-${i}`, `x${written}-${i}`)));
        written += answers.length;
      }
    })();
    const { code, out } = await admin('backup', '--all', copies);
    isDone = true;
    await writing;
    expect(code).toBe(0);
    const files = out.trim().split('\n');
    expect(files.map((file) => file.match(/(acme|second)-\d{8}T\d{6}Z\.sqlite$/)?.[1])).toEqual(['acme', 'second']);
    expect(readdirSync(copies).filter((name) => !name.endsWith('.sqlite'))).toEqual([]);
    const database = new DatabaseSync(files[0]!, { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(database.prepare("SELECT count(*) AS n FROM message WHERE body LIKE '% before'").get()).toEqual({ n: 2 });
    database.close();
    expect(written).toBeGreaterThan(0);
  });

  test('a restore is refused', async () => {
    const { code, err } = await admin('restore', 'acme', copyOf('acme'));
    expect(code).toBe(1);
    expect(err).toContain('Stop it, restore, and start it again');
  });

  test('export says all that is hers and nothing of anybody else', async () => {
    const who = await visitorOf('ann before');
    const { out } = await admin('export-visitor', 'acme', who);
    expect(JSON.parse(out)).toMatchObject({ visitor: { id: who }, threads: [{ id: 't-ann' }] });
    expect(out).toContain('ann before');
    expect(out).not.toContain('bea before');
    expect((await admin('export-visitor', 'acme', 'nobody@x.example')).err).toContain('no visitor');
  });

  test('one address given by two is nobody\'s: the ids are named', async () => {
    await post(ann, { type: 'label', id: 'l1', email: 'same@x.example' });
    await post(bea, { type: 'label', id: 'l2', email: 'same@x.example' });
    const { code, err } = await admin('erase', 'acme', 'same@x.example');
    expect(code).toBe(1);
    expect(err).toContain('several visitors');
    expect(await bodies(ann)).toContain('ann before');
  });

  test('erasing takes effect at once, and leaves no trace in the files', async () => {
    expect((await admin('erase', 'acme', await visitorOf('ann before'))).code).toBe(0);
    expect(await say(ann, 't-ann', 'ann again')).toEqual([{ type: '401' }]);
    expect(await bodies(bea)).toContain('bea before');
    await stop();
    for (const name of readdirSync(join(dir, 'brands'))) expect(readFileSync(join(dir, 'brands', name)).includes('ann before')).toBe(false);
  });

  test('a restore changes the epoch, brings back what was there, and not whom was erased since', async () => {
    await start();
    const epoch = (await hi(bea))!.epoch;
    await say(bea, 't-bea', 'bea after');
    await stop('SIGKILL');
    const { code, out } = await admin('restore', 'acme', copyOf('acme'));
    expect(code).toBe(0);
    const before = out.match(/is in (\S+):/)![1]!;
    expect(existsSync(before)).toBe(true);
    await start();
    const after = await hi(bea);
    expect(after!.epoch).not.toBe(epoch);
    expect(await bodies(bea)).toEqual(expect.arrayContaining(['bea before']));
    expect(await bodies(bea)).not.toContain('bea after');
    expect(await say(ann, 't-ann', 'ann again')).toEqual([{ type: '401' }]);
    expect((await admin('export-visitor', 'acme', 'same@x.example')).code).toBe(1);
    await stop();
    for (const name of readdirSync(join(dir, 'brands')).filter((each) => !each.includes('.before-'))) {
      expect(readFileSync(join(dir, 'brands', name)).includes('ann before'), name).toBe(false);
    }
  });

  test('what her widget still holds is taken again, once (I15)', async () => {
    await start();
    expect(await say(bea, 't-bea', 'bea after')).toMatchObject([{ type: 'ack' }]);
    expect(await say(bea, 't-bea', 'bea after')).toMatchObject([{ type: 'ack' }]);
    expect((await bodies(bea)).filter((body) => body === 'bea after')).toHaveLength(1);
    await stop();
  });
});

describe('where nobody can know who was erased since the copy, a restore says so and waits for a word', () => {
  const file = () => join(dir, 'brands', 'acme.sqlite');
  const empty = () => { for (const rest of ['-wal', '-shm', '']) rmSync(file() + rest, { force: true }); };
  test.each([
    ['the database is damaged', () => { empty(); writeFileSync(file(), Buffer.alloc(50_000, 7)); }, 'cannot be read'],
    ['there is none', empty, 'There is no '],
  ])('%s', async (_, hurt, words) => {
    const whole = readFileSync(file());
    hurt();
    const held = readdirSync(join(dir, 'brands')).map((name) => [name, readFileSync(join(dir, 'brands', name)).length]);
    const refused = await admin('restore', 'acme', copyOf('acme'));
    expect(refused.code).toBe(1);
    for (const said of [words, file(), 'who was erased since the copy', '--without-erasures']) expect(refused.err).toContain(said);
    expect(readdirSync(join(dir, 'brands')).map((name) => [name, readFileSync(join(dir, 'brands', name)).length])).toEqual(held);

    const { code, out } = await admin('restore', 'acme', copyOf('acme'), '--without-erasures');
    expect(code).toBe(0);
    expect(out).toContain('Nobody knows who was erased since then: they are back.');
    expect(out).not.toContain('stays erased');
    const kept = out.match(/is in (\S+):/)?.[1];
    expect(kept && readFileSync(kept).equals(Buffer.alloc(50_000, 7))).toBe(held.some(([name]) => name === 'acme.sqlite') ? true : undefined);
    const database = new DatabaseSync(file());
    expect(database.prepare("SELECT count(*) AS n FROM message WHERE body = 'ann before'").get()).toEqual({ n: 1 });
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
    empty();
    writeFileSync(file(), whole);
  });

  test('and who is known to be erased stays so with that word as without it', async () => {
    const { code, out } = await admin('restore', 'acme', copyOf('acme'), '--without-erasures');
    expect(code).toBe(0);
    expect(out).toContain('Whoever was erased since then stays erased.');
    const database = new DatabaseSync(file());
    expect(database.prepare("SELECT count(*) AS n FROM message WHERE body = 'ann before'").get()).toEqual({ n: 0 });
    database.close();
  });
});

describe('what cannot be restored is refused, and what is there stays', () => {
  test.each([
    ['text', (file: string) => writeFileSync(file, 'this is no database, however long it may be, for it was never one')],
    ['another program\'s database', (file: string) => {
      const database = new DatabaseSync(file);
      database.exec('CREATE TABLE other (a)');
      database.close();
    }],
    ['a newer Leaveword\'s', (file: string) => {
      copyFileSync(copyOf('acme'), file);
      const database = new DatabaseSync(file);
      database.exec('UPDATE schema SET step = 999');
      database.close();
    }],
    ['a torn copy', (file: string) => writeFileSync(file, readFileSync(copyOf('acme')).subarray(0, 20_000))],
  ])('%s', async (name, make) => {
    const file = join(copies, `bad-${name.replaceAll(/\W/g, '-')}`);
    make(file);
    const held = readFileSync(join(dir, 'brands', 'acme.sqlite'));
    const { code, err } = await admin('restore', 'acme', file);
    expect(code).toBe(1);
    expect(err).not.toMatch(/\n\s+at /);
    expect(err.length).toBeGreaterThan(20);
    expect(readFileSync(join(dir, 'brands', 'acme.sqlite')).equals(held)).toBe(true);
    expect(readdirSync(join(dir, 'brands')).filter((each) => each.includes('restoring'))).toEqual([]);
  });
});

function copyOf(brand: string): string {
  return join(copies, readdirSync(copies).find((name) => name.startsWith(`${brand}-`))!);
}

/** Whose message this is, by the file itself: a second reader does no harm. */
async function visitorOf(body: string): Promise<string> {
  const database = new DatabaseSync(join(dir, 'brands', 'acme.sqlite'));
  const row = database.prepare('SELECT visitor FROM thread JOIN message ON message.thread = thread.id WHERE body = ?').get(body) as { visitor: string };
  database.close();
  return row.visitor;
}
