import { brotliCompressSync, constants } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';

interface Part { part: string; file: string; bytes: number }
interface Weight { loader: number; sum: number; parts: Part[]; languages: { lang: string; file: string; bytes: number }[]; integrity: Record<string, string> }
interface Made { files: Map<string, Uint8Array>; weight: Weight }

/** As in the issue, bytes after brotli 11: written down again here, so that a changed budget is changed twice and on purpose. */
const LOADER_MOST = 1_536;
const TALK_MOST = 22_000;

const { build } = (await import(new URL('../build.mjs', import.meta.url).href)) as { build: () => Promise<Made> };
let once: Made;
let twice: Made;

beforeAll(async () => {
  once = await build();
  twice = await build();
}, 60_000);

const brotli = (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
const text = (file: string) => new TextDecoder().decode(once.files.get(file));

describe('the build', () => {
  test('has everything', () => {
    expect([...once.files.keys()]).toEqual(expect.arrayContaining(['widget.js', 'inbox/index.html']));
  });

  test('makes the same bytes twice (A06)', () => {
    expect([...twice.files.keys()]).toEqual([...once.files.keys()]);
    for (const [name, bytes] of once.files) expect(Buffer.from(twice.files.get(name)!).equals(Buffer.from(bytes)), name).toBe(true);
  });

  test('names what never changes by its content, and nothing else', () => {
    // What a bundler takes is named by the bundler.
    for (const name of [...once.files.keys()].filter((each) => !each.startsWith('npm/'))) {
      expect(name).toMatch(/^(widget\.js|inbox\/index\.html|(w|inbox\/assets)\/[\w-]+-[A-Z0-9]{8}\.(js|css|svg|png|woff2))$/);
    }
  });

  test('leaves no trace of the machine it was made on', () => {
    for (const name of once.files.keys()) expect(text(name).includes(process.cwd()), name).toBe(false);
  });
});

describe('what a visitor loads', () => {
  test(`a loader of at most ${LOADER_MOST} bytes`, () => {
    expect(brotli(once.files.get('widget.js')!)).toBeLessThanOrEqual(LOADER_MOST);
  });

  test(`at most ${TALK_MOST} bytes for a text conversation, in any language`, () => {
    const { sum, parts, languages } = once.weight;
    expect(sum).toBe(parts.reduce((total, { file }) => total + brotli(once.files.get(file)!), 0));
    expect(sum).toBeLessThanOrEqual(TALK_MOST);
    expect(languages.map(({ lang }) => lang)).toEqual(expect.arrayContaining(['en', 'ar']));
    expect(parts.at(-1)!.bytes).toBe(Math.max(...languages.map(({ bytes }) => bytes)));
  });

  test(`no more where nobody is in, and she is offered to leave an address, in any language`, () => {
    const { loader, parts, languages } = once.weight;
    // With what it shares with other rare parts.
    const offer = [...once.files.keys()].filter((name) => /^w\/rare-address-.*\.js$/.test(name));
    expect(offer).toHaveLength(1);
    const shared = [...text(offer[0]!).matchAll(/from"\.\/([\w.-]+)"/g)].map(([, name]) => `w/${name}`).filter((name) => name !== parts[1]!.file);
    const extra = [...offer, ...shared].reduce((sum, name) => sum + brotli(once.files.get(name)!), 0);
    for (const { lang, bytes } of languages) expect(loader + parts[1]!.bytes + bytes + extra, lang).toBeLessThanOrEqual(TALK_MOST);
  });

  test('the loader names the rest by hash, and brings no framework', () => {
    const { parts, languages } = once.weight;
    for (const file of [parts[1]!.file, ...languages.map((language) => language.file)]) expect(text('widget.js')).toContain(file);
    expect(text('widget.js')).not.toContain('createElementNS("http://www.w3.org/1999');
  });

  test('in plain letters: a page in another charset must not break it', () => {
    expect([...text('widget.js')].filter((letter) => letter > '~')).toEqual([]);
  });
});
