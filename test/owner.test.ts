import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Database } from '../server/hosts/node-database.ts';
import { erase } from '../server/privacy.ts';
import { DeskRoom } from './desk-room.ts';

let room: DeskRoom;
beforeEach(async () => {
  room = await DeskRoom.open();
});
afterEach(() => room.close());

const breakCommit = () => room.owner.run((brand) => {
  // A real COMMIT that really fails: the violated key is looked at only then.
  brand.host.script('PRAGMA defer_foreign_keys = ON');
  brand.host.sql("INSERT INTO thread (id, visitor, state, created, at, rev) VALUES ('bad', 'nobody', 'waiting', 1, 1, 1)");
});

/** The file itself, to which a host may say what the core may not. */
async function databaseOf({ owner }: DeskRoom): Promise<Database> {
  const steps = vi.spyOn(Database.prototype, 'step');
  await owner.run(() => {});
  const [database] = steps.mock.contexts;
  steps.mockRestore();
  return database as Database;
}

describe('the output gate', () => {
  it('lets nothing leave before the commit', async () => {
    const her = await room.visitor();
    her.got.length = 0;
    her.say({ type: 'say', id: 'm1', thread: 'th', body: 'hello' });
    expect(her.got).toEqual([]);
    await room.settle();
    expect(her.last('ack')).toBeTruthy();
  });

  it('shares one commit among all handlers of a turn', async () => {
    const [her, him] = [await room.visitor(), await room.visitor()];
    const before = room.owner.commits;
    for (let i = 0; i < 5; i++) {
      her.say({ type: 'say', id: `a${i}`, thread: 'a', body: 'x' });
      him.say({ type: 'say', id: `b${i}`, thread: 'b', body: 'x' });
    }
    await room.settle();
    expect(her.of('ack').length + him.of('ack').length).toBe(10);
    expect(room.owner.commits - before).toBe(1);
  });

  it('tells nobody of a commit that failed, closes with 1011 and goes on from the file', async () => {
    const token = 'k'.repeat(64);
    const her = await room.visitor(token);
    her.say({ type: 'say', id: 'm1', thread: 'th', body: 'safe' });
    await room.settle();
    her.got.length = 0;
    her.say({ type: 'say', id: 'm2', thread: 'th', body: 'in the failing batch' });
    await expect(breakCommit()).rejects.toThrow(/FOREIGN KEY/);
    await room.settle();
    expect(room.log.map(({ event }) => event)).toContain('commit_failed');
    expect(her.got).toEqual([]);
    expect(her.closed?.code).toBe(1011);
    const back = await room.visitor(token);
    expect(back.last('ok').set.map((row: { body?: string }) => row.body)).toEqual(['safe', expect.any(String), undefined]);
    back.say({ type: 'say', id: 'm2', thread: 'th', body: 'in the failing batch' });
    await room.settle();
    expect(back.last('ack')).toMatchObject({ id: 'm2', seq: 3 });
  });

  it('rolls back a handler that throws, alone, and tells nobody of it', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    her.say({ type: 'say', id: 'm1', thread: 'th', body: 'before' });
    const failing = room.owner.run((brand) => {
      brand.host.sql("UPDATE thread SET preview = 'never'");
      for (const each of brand.host.connections()) each.send({ type: 'presence', who: 'x', here: true });
      throw new Error('a bug');
    });
    her.say({ type: 'say', id: 'm2', thread: 'th', body: 'after' });
    await expect(failing).rejects.toThrow('a bug');
    await room.settle();
    expect(her.of('ack').map((ack) => ack.id)).toEqual(['m1', 'm2']);
    expect(ada.of('presence').filter((frame) => frame.who === 'x')).toEqual([]);
    expect(await room.do((brand) => brand.threads.find('th')!.preview)).toBe('after');
  });
});

describe('a commit that fails again and again', () => {
  it('does not spin on what is due, and does it when it can', async () => {
    await room.do((brand) => brand.host.script(`
      CREATE TABLE boom (id TEXT REFERENCES visitor (id) DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER at_once AFTER DELETE ON job WHEN old.kind = 'away' BEGIN INSERT INTO boom VALUES ('nobody'); END;`));
    await room.do((brand) => brand.jobs.schedule('away', room.now, 'v:nobody'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const failures = () => room.log.filter(({ event }) => event === 'commit_failed').length;
    expect(failures()).toBe(1);
    await room.do((brand) => brand.host.script('DROP TRIGGER at_once'));
    await room.pass(1);
    expect(failures()).toBe(1);
    expect(await room.do((brand) => brand.host.sql("SELECT * FROM job WHERE kind = 'away'"))).toEqual([]);
  });
});

describe('a full disk', () => {
  it('asks the writer to come again, keeps the line, goes on reading, and recovers without a restart', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    her.say({ type: 'say', id: 'm1', thread: 'th', body: 'fits' });
    await room.settle();
    const database = await databaseOf(room);
    // It never gets smaller than what is there.
    database.step('PRAGMA max_page_count = 1');
    const big = 'x'.repeat(9_000);
    for (let i = 0; i < 8; i++) ada.say({ type: 'say', id: `a${i}`, thread: 'th', body: big });
    await room.settle();
    const refused = ada.of('nak');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ code: 'retry_later', retryAfter: expect.any(Number) });
    expect(ada.closed).toBeUndefined();
    her.got.length = 0;
    her.say({ type: 'pull', thread: 'th', before: 99, n: 10 });
    await room.settle();
    expect(her.last('page').rows[0].body).toBe('fits');
    database.step('PRAGMA max_page_count = 1000000');
    room.now += refused[0].retryAfter;
    ada.say({ type: 'say', id: refused[0].id, thread: 'th', body: big });
    await room.settle();
    expect(ada.last('ack')).toMatchObject({ id: refused[0].id });
    const rows = await room.do((brand) => brand.threads.page('th', 999, 200).rows);
    expect(rows.map((row) => row.seq)).toEqual(rows.map((_, index) => index + 1));
  });
});

describe('jobs', () => {
  it('takes effect once, never early, and is caught up after downtime', async () => {
    const [her, ada] = [await room.visitor(), await room.agent()];
    her.say({ type: 'say', id: 'm1', thread: 'th', body: 'x' });
    await room.settle();
    her.close(1001);
    await room.settle();
    await room.pass(9_000);
    expect(ada.of('presence').filter((frame) => !frame.here)).toEqual([]);
    const due = await room.do((brand) => brand.host.sql<{ due: number }>("SELECT due FROM job WHERE kind = 'away'"));
    expect(due).toHaveLength(1);
    await room.restart();
    room.now += 3_600_000;
    await room.do((brand) => brand.wake());
    expect(await room.do((brand) => brand.host.sql("SELECT due FROM job WHERE kind = 'away'"))).toEqual([]);
    expect(await room.do((brand) => brand.visitors.changedSince(0, 9)[0]!.at)).toBe(room.now);
  });

  it('puts off a job that fails, logs it, and does the others', async () => {
    await room.do((brand) => {
      brand.jobs.schedule('no-such-kind', room.now);
      brand.jobs.schedule('away', room.now, 'v:nobody');
    });
    await room.pass(1);
    expect(room.log.filter(({ event }) => event === 'job_failed')).toHaveLength(1);
    const left = await room.do((brand) => brand.host.sql<{ kind: string; tries: number; due: number }>("SELECT kind, tries, due FROM job WHERE kind IN ('away', 'no-such-kind')"));
    expect(left).toMatchObject([{ kind: 'no-such-kind', tries: 1 }]);
    // The alarm may have been faster than the clock that the test moves.
    expect(room.now + 30_000 - left[0]!.due).toBeLessThanOrEqual(1);
  });
});

describe('the database', () => {
  it('refuses to be opened by a version that is older than itself', async () => {
    await room.do((brand) => brand.host.sql('UPDATE schema SET step = 999'));
    room.house.close();
    await expect(room.restart()).rejects.toThrow(/schema 999.*newer version/);
    room.house.close();
  });

  it('keeps erased text out of the file and its log', async () => {
    const { readdirSync, readFileSync } = await import('node:fs');
    const token = 'e'.repeat(64);
    const her = await room.visitor(token);
    her.say({ type: 'say', id: 'm1', thread: 'th', body: 'canary-9d41c7' });
    await room.settle();
    const found = () => readdirSync(`${room.dir}/brands`).filter((name) => readFileSync(`${room.dir}/brands/${name}`).includes('canary-9d41c7'));
    expect(found().length).toBeGreaterThan(0);
    await room.do((brand) => erase(brand, token.slice(0, 32)));
    expect(found()).toEqual([]);
  });
});
