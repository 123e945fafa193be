import { describe, expect, test } from 'vitest';
import { type Entry, objectOf, shelfOf } from '../server/hosts/cloudflare-directory.ts';
import type { Env } from '../server/hosts/cloudflare-env.ts';
import { type Ask, DOUBT_MS, Known, KNOWN_MS, UNKNOWN_MS } from '../server/hosts/cloudflare-known.ts';
import { brandIn, cardKey } from '../server/hosts/cloudflare-names.ts';

/** A directory that can be written, counted and lost. */
function directory(...brands: string[]) {
  const rows = new Map(brands.map((id) => [id, { id, jurisdiction: '', origins: ['https://shop.example'] }]));
  const asked: string[] = [];
  const it = { rows, asked, lost: false };
  const ask: Ask = async (id) => {
    asked.push(id);
    if (it.lost) throw new Error('out of reach');
    return rows.get(id);
  };
  return Object.assign(it, { ask });
}

describe('what an isolate remembers of the directory', () => {
  test('a brand is asked for once a minute', async () => {
    const [known, from] = [new Known(), directory('acme')];
    for (const now of [0, 1, KNOWN_MS - 1]) expect(await known.find('acme', from.ask, now)).toMatchObject({ id: 'acme' });
    expect(from.asked).toHaveLength(1);
    await known.find('acme', from.ask, KNOWN_MS);
    expect(from.asked).toHaveLength(2);
  });
  test('a brand that is not there is asked for once in five seconds, and found as soon as it is made and forgotten', async () => {
    const [known, from] = [new Known(), directory()];
    for (const now of [0, UNKNOWN_MS - 1]) expect(await known.find('later', from.ask, now)).toBeUndefined();
    expect(from.asked).toHaveLength(1);
    from.rows.set('later', { id: 'later', jurisdiction: '', origins: [] });
    known.forget('later');
    expect(await known.find('later', from.ask, UNKNOWN_MS - 1)).toMatchObject({ id: 'later' });
  });
  test('a list is doubted at once, and then once in five seconds however many strangers knock', async () => {
    const [known, from] = [new Known(), directory('acme')];
    await known.find('acme', from.ask, 0);
    from.rows.set('acme', { id: 'acme', jurisdiction: '', origins: ['https://second.example'] });
    await known.doubt('acme', from.ask, 1);
    expect(await known.find('acme', from.ask, 2)).toMatchObject({ origins: ['https://second.example'] });
    for (let now = 2; now < DOUBT_MS; now += 100) await known.doubt('acme', from.ask, now);
    expect(from.asked).toHaveLength(2);
    await known.doubt('acme', from.ask, 1 + DOUBT_MS);
    expect(from.asked).toHaveLength(3);
  });
  test('to learn a brand anew after a minute is no reason to doubt it more often', async () => {
    const [known, from] = [new Known(), directory('acme')];
    await known.find('acme', from.ask, 0);
    await known.doubt('acme', from.ask, KNOWN_MS - 10);
    await known.find('acme', from.ask, 2 * KNOWN_MS - 11);
    const before = from.asked.length;
    await known.find('acme', from.ask, 2 * KNOWN_MS);
    await known.doubt('acme', from.ask, 2 * KNOWN_MS);
    await known.doubt('acme', from.ask, 2 * KNOWN_MS + 1);
    expect(from.asked.length - before).toBe(2);
  });
  test('a directory that is out of reach takes no brand away that was found before', async () => {
    const [known, from] = [new Known(), directory('acme')];
    await known.find('acme', from.ask, 0);
    from.lost = true;
    expect(await known.find('acme', from.ask, 10 * KNOWN_MS)).toMatchObject({ id: 'acme' });
    await expect(known.find('other', from.ask, 0)).rejects.toThrow('out of reach');
    from.lost = false;
    expect(await known.find('other', from.ask, 1)).toBeUndefined();
  });
  test('a brand that was removed is gone within a minute', async () => {
    const [known, from] = [new Known(), directory('acme')];
    await known.find('acme', from.ask, 0);
    from.rows.delete('acme');
    expect(await known.find('acme', from.ask, KNOWN_MS)).toBeUndefined();
    expect(known.recall('acme')).toBeUndefined();
  });
  test('names that strangers make up push out no brand, and do not pile up', async () => {
    const [known, from] = [new Known(), directory('acme')];
    await known.find('acme', from.ask, 0);
    for (let n = 0; n < 20_000; n++) await known.find(`x${n}`, from.ask, 1);
    const before = from.asked.length;
    await known.find('acme', from.ask, 2);
    await known.find('x19999', from.ask, 2);
    expect(from.asked).toHaveLength(before);
    await known.find('x0', from.ask, 2);
    expect(from.asked).toHaveLength(before + 1);
  });
});

describe('an address', () => {
  test.each([
    ['/v1/acme/card', 'acme'], ['/v1/%61cme/card', 'acme'], ['/inbox/acme', 'acme'], ['/inbox/acme/t/5', 'acme'], ['/v1/acme', 'acme'],
    ['/inbox/index.html', undefined], ['/v1/ACME/card', undefined], ['/v1/../card', undefined], ['/v1/%2e%2e/card', undefined], ['/v1/%ff/card', undefined],
    ['/v1/a%2fb/card', undefined], [`/v1/${'a'.repeat(41)}/card`, undefined], ['/v1//card', undefined], ['/v1/-acme/card', undefined], ['/v1/acm\u0435/card', undefined],
    ['/v1/acme%00/card', undefined], ['/v1/__proto__/card', undefined], ['/widget.js', undefined], ['/', undefined], ['/operator/errand', undefined], ['//v1/acme/card', undefined],
  ])('%s is about %s', (pathname, id) => expect(brandIn(pathname)).toBe(id));

  const key = (path: string, method = 'GET') => cardKey('acme', 'https://chat.example', { method, url: `https://chat.example/v1/acme/${path}` });
  test('a card is kept under its brand and language, however they are written', () => {
    expect(key('card')).toBe('https://chat.example/card/acme');
    expect(key('card?lang=en')).toBe('https://chat.example/card/acme?lang=en');
    for (const same of ['card?lang=PT-br', 'card?lang=pt-BR', 'card?lang=pt%2dbr']) expect(key(same)).toBe('https://chat.example/card/acme?lang=pt-br');
    expect(key('card?lang=zh-Hant-TW')).toBeDefined();
  });
  test.each([
    'card?lang=', 'card?lang=e', 'card?lang=english', 'card?lang=en&lang=de', 'card?lang=en&x=1', 'card?x=1', 'card?lang=en%23', 'card?lang=en%26lang%3Dde', 'card?lang=../nobody',
    'card?lang=en%0d%0ax', 'card?lang=%F0%9F%98%80', 'card?lang=en-', 'card?lang=a-b-c-d-e', `card?lang=en-${'x'.repeat(9)}`, `card?lang=${'en-us'.repeat(20)}`, 'card?lang=*', 'card?LANG=en',
    'card/', 'cards', 'card/x', 'desk/me', 'frames', 'x/card',
  ])('nothing is kept for %s', (path) => expect(key(path)).toBeUndefined());
  test('nor for anything but reading', () => {
    for (const method of ['HEAD', 'POST', 'PUT', 'OPTIONS']) expect(key('card', method)).toBeUndefined();
  });
});

describe('where an object lives', () => {
  /** What is asked of the platform, as it would be written. */
  const env = (jurisdiction?: (name: string) => unknown) => {
    const place = (name: string): unknown => ({ getByName: (id: string) => `${name}${id}` });
    return { BRAND: { ...place('') as object, jurisdiction: jurisdiction ?? ((name: string) => place(`${name}/`)) }, DIRECTORY: place('') } as unknown as Env;
  };
  const entry = (jurisdiction: string): Entry => ({ id: 'acme', jurisdiction, origins: [] });

  test('is part of its name: anywhere, or within the jurisdiction that was chosen', () => {
    expect(objectOf(env(), entry(''))).toBe('acme');
    expect(objectOf(env(), entry('eu'))).toBe('eu/acme');
    expect(objectOf(env(), entry('fedramp'))).toBe('fedramp/acme');
  });
  test('is never made up: what is no jurisdiction is refused in words, and so is one that this runtime does not know', () => {
    for (const none of ['mars', 'EU', 'eu ', '__proto__']) expect(() => objectOf(env(), entry(none))).toThrow(`there is no jurisdiction "${none}"`);
    const local = env(() => { throw new Error('not implemented'); });
    expect(() => objectOf(local, entry('eu'))).toThrow('this server cannot keep a brand in "eu": not implemented');
    expect(objectOf(local, entry(''))).toBe('acme');
  });
  test('is on one of sixteen shelves, each with its share', () => {
    const shares = new Map<unknown, number>();
    for (let n = 0; n < 16_000; n++) {
      const shelf = shelfOf(env(), `brand-${n}`);
      shares.set(shelf, (shares.get(shelf) ?? 0) + 1);
    }
    expect(shares.size).toBe(16);
    expect(Math.min(...shares.values())).toBeGreaterThan(700);
    expect(Math.max(...shares.values())).toBeLessThan(1_300);
  });
});
