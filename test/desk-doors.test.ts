import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { REPORT } from '../protocol/report.ts';
import { ask, type FrontDoor, hire, openFrontDoor, signInAs } from './front-door.ts';

let door: FrontDoor;
let ann: string;
let bob: string;

beforeEach(async () => {
  door = await openFrontDoor({ brands: ['acme'] });
  await hire(door, 'ann', 'owner');
  await hire(door, 'bob');
  [ann, bob] = [await signInAs(door, 'ann'), await signInAs(door, 'bob')];
});
afterEach(() => door.close());

const at = (path: string, method = 'GET', body?: object, cookie = bob) => ask(door, `/v1/acme/desk/${path}`, { method, ...(body ? { body } : {}), cookie });
const json = async (path: string, method = 'GET', body?: object, cookie = bob) => (await at(path, method, body, cookie)).json() as Promise<Record<string, unknown>>;

describe('canned words', () => {
  const hello = { id: 'c1', name: 'Hello', body: 'Hello {visitor}, this is {agent}.' };
  const bye = { id: 'c2', name: 'Goodbye', body: 'Bye! 👋' };

  it('are everybody\'s to read and to write, by name', async () => {
    expect(await json('canned')).toMatchObject({ canned: [] });
    expect(await json('canned', 'PUT', { canned: [hello, bye] })).toMatchObject({ canned: [bye, hello] });
    expect(await json('canned', 'GET', undefined, ann)).toMatchObject({ canned: [bye, hello] });
    await at('canned', 'PUT', { canned: [{ ...hello, body: 'Hi' }] }, ann);
    expect((await json('canned'))['canned']).toEqual([{ ...hello, body: 'Hi' }]);
  });

  it('that were left as they are keep their writer and their time', async () => {
    await at('canned', 'PUT', { canned: [hello, bye] });
    door.clock.now += 1_000;
    await at('canned', 'PUT', { canned: [hello, { ...bye, name: 'Later' }] }, ann);
    const owner = (await door.house.owner('acme'))!;
    const rows = await owner.run(({ host }) => host.sql<{ id: string; by_agent: string; at: number }>('SELECT id, by_agent, at FROM canned ORDER BY id'));
    expect(rows).toEqual([{ id: 'c1', by_agent: 'bob', at: door.clock.now - 1_000 }, { id: 'c2', by_agent: 'ann', at: door.clock.now }]);
  });

  test.each([
    ['two of one id', [hello, hello], 'each id must stand once'], ['no name', [{ ...hello, name: '' }], 'name'], ['a long name', [{ ...hello, name: 'x'.repeat(61) }], 'name'],
    ['a long text', [{ ...hello, body: 'x'.repeat(5_001) }], 'body'], ['no id', [{ name: 'a', body: 'b' }], 'id'], ['another field', [{ ...hello, by: 'ann' }], 'unknown field'],
    ['501 of them', Array.from({ length: 501 }, (_, n) => ({ ...hello, id: `c${n}` })), 'fields'],
    ['too many words in all', Array.from({ length: 100 }, (_, n) => ({ ...hello, id: `c${n}`, body: 'x'.repeat(5_000) })), 'in all'],
  ])('with %s are refused, and nothing is changed', async (_name, canned, reason) => {
    await at('canned', 'PUT', { canned: [bye] });
    const response = await at('canned', 'PUT', { canned });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(reason);
    expect((await json('canned'))['canned']).toEqual([bye]);
  });

  it('fit, five hundred of them', async () => {
    const canned = Array.from({ length: 500 }, (_, n) => ({ id: `c${n}`, name: `name ${n}`, body: '茶'.repeat(790) }));
    expect((await at('canned', 'PUT', { canned })).status).toBe(200);
    expect((await json('canned'))['canned']).toHaveLength(500);
  });
});

describe('slots', () => {
  it('are an owner\'s to say of anybody, everybody\'s of herself, and nobody else\'s [D2]', async () => {
    expect(await json('agents/bob/slots', 'POST', { slots: 7 }, ann)).toMatchObject({ agent: { id: 'bob', slots: 7 } });
    expect(await json('agents/bob/slots', 'POST', { slots: 2 })).toMatchObject({ agent: { slots: 2 } });
    expect((await at('agents/ann/slots', 'POST', { slots: 50 })).status).toBe(403);
    expect((await at('agents/nobody/slots', 'POST', { slots: 1 }, ann)).status).toBe(404);
    expect(await json('agents/bob/slots', 'POST', { slots: null })).toMatchObject({ agent: { slots: 3 } });
  });
  test.each([0, 51, 1.5, '3', true])('of %j are refused', async (slots) => {
    expect((await at('agents/bob/slots', 'POST', { slots })).status).toBe(400);
  });
});

describe('the report', () => {
  it('is for everybody on the team, of four weeks in the brand\'s own zone where nothing else is asked for', async () => {
    const report = await json('report');
    expect(REPORT(report)).toBeUndefined();
    expect(report).toMatchObject({ to: door.clock.now, from: door.clock.now - 28 * 86_400_000, zone: 'UTC' });
    expect(await json(`report?from=0&to=86400000&zone=${encodeURIComponent('Asia/Tokyo')}`)).toMatchObject({ zone: 'Asia/Tokyo', days: [{ day: '1970-01-01' }, { day: '1970-01-02' }] });
  });
  test.each([
    'report?from=2&to=1', 'report?from=1&to=1', 'report?from=-1&to=5', 'report?from=0&to=1e9', 'report?from=0&to=31800000000', 'report?from=x', 'report?to=999999999999999',
    'report?zone=Nowhere', 'report?zone=', 'report?from=1&from=2&to=5', 'report?token=x',
  ])('refuses %s', async (path) => {
    expect((await at(path)).status).toBe(400);
  });
  it('of a whole year can be had', async () => {
    expect((await at(`report?from=${Date.UTC(2026, 0, 1)}&to=${Date.UTC(2027, 0, 1)}&zone=Europe/Paris`)).status).toBe(200);
  });
});

describe('the ledger', () => {
  it('is for owners alone, and comes as a file', async () => {
    expect((await at('ledger')).status).toBe(403);
    const response = await at(`ledger?from=${Date.UTC(2026, 10, 1)}&to=${Date.UTC(2026, 11, 1)}`, 'GET', undefined, ann);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="ledger-acme-2026-11-01-2026-12-01.csv"');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toMatch(/^\ufeff?what,time,agent,/);
  });
  it('of more than it can hold asks for a shorter time', async () => {
    const owner = (await door.house.owner('acme'))!;
    await owner.run(({ host }) => {
      host.sql("INSERT INTO visitor (id, created, at, rev) VALUES ('v', 1, 1, 1)");
      host.sql("INSERT INTO thread (id, visitor, state, created, at, rev) VALUES ('th', 'v', 'waiting', 1, 1, 1)");
      for (let n = 1; n <= 50_002; n++) host.sql("INSERT INTO episode (thread, n, began, ended) VALUES ('th', ?, 1, ?)", n, n * 2_000);
    });
    const response = await at('ledger?from=0&to=100004001', 'GET', undefined, ann);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('ask for a shorter time');
    const fits = await (await at('ledger?from=0&to=86400000', 'GET', undefined, ann)).text();
    expect(fits.split('\r\n')).toHaveLength(43_199 + 2);
  }, 30_000);
});
