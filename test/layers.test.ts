import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** What each folder may import from, besides itself. `demo`, `test` and `bench` may import anything. */
const MAY_IMPORT: Record<string, string[]> = {
  protocol: [],
  client: ['protocol'],
  widget: ['protocol', 'client'],
  inbox: ['protocol', 'client'],
  server: ['protocol'],
  'server/doors': ['protocol', 'server'],
  'server/hosts': ['protocol', 'server', 'server/doors'],
};
/** Packages each folder may import. */
const PACKAGES: Record<string, RegExp> = {
  protocol: /^$/,
  client: /^(@preact\/signals(-core)?|idb-keyval|partysocket(\/ws)?)$/,
  widget: /^(preact(\/[a-z/-]+)?|@preact\/signals(-core)?|idb-keyval)$/,
  inbox: /^(preact(\/[a-z/-]+)?|@preact\/signals|idb-keyval)$/,
  server: /^hono$/,
  'server/doors': /^(hono(\/[a-z/-]+)?|jose)$/,
  'server/hosts': /^(node:[a-z/_]+|cloudflare:workers|ws|hono(\/[a-z/-]+)?|@hono\/node-server(\/[a-z-]+)?)$/,
};
/** Files of the server that run only on Node: they put a host and the doors together, and no core file may import them. */
const NODE_ONLY = /^server\/(main|admin|config)(-[a-z]+)?\.ts$/;
/** Puts the doors together; the single writer and its nouns know none of them. */
const WIRING = /^server\/app\.ts$/;
const LINES_MOST = 300;

interface Source { file: string; folder: string; text: string; code: string }

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = ['protocol', 'client', 'widget', 'inbox', 'server', 'demo', 'bench'].flatMap((dir) => walk(dir));
const PRODUCT = SOURCES.filter(({ folder }) => folder in MAY_IMPORT);
/** The part that must run unchanged on every host. */
const CORE = PRODUCT.filter(({ file, folder }) => (folder === 'server' && !NODE_ONLY.test(file)) || folder === 'server/doors' || folder === 'protocol');
const BROWSER = PRODUCT.filter(({ folder }) => ['client', 'widget', 'inbox'].includes(folder));

function walk(dir: string): Source[] {
  return readdirSync(path.join(ROOT, dir), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => {
      const file = path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      return { file, folder: folderOf(file), text, code: withoutComments(text) };
    });
}

/** Line comments, block comments; strings stay, so that `'https://…'` is not taken for one. */
function withoutComments(text: string): string {
  return text.replace(/('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (_all, string: string | undefined) => string ?? ' ');
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(?:(type)\s)?[^'";]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

function importsOf({ code }: Source, types: 'with types' | 'without types' = 'with types'): string[] {
  return [...code.matchAll(IMPORT)].filter(([, type]) => !type || types === 'with types').map(([, , from, bare, later]) => (from ?? bare ?? later)!);
}

const placeOf = (source: Source, target: string): string => path.posix.normalize(path.posix.join(path.posix.dirname(source.file), target));

/** A file and all that comes with it when it runs. */
function closure(file: string, all = new Set<string>()): Set<string> {
  const source = SOURCES.find((each) => each.file === file);
  if (!source || all.has(file)) return all;
  all.add(file);
  for (const target of importsOf(source, 'without types')) if (target.startsWith('.')) closure(placeOf(source, target), all);
  return all;
}

/** Where a relative import leads: the folders inside `server` count as folders of their own. */
function folderOf(file: string): string {
  return /^server\/(doors|hosts)(?=\/)/.exec(file)?.[0] ?? file.split('/')[0]!;
}

const found = (sources: Source[], pattern: RegExp, except: string[] = []): string[] =>
  sources.filter(({ file }) => !except.includes(file)).flatMap(({ file, code }) =>
    [...code.matchAll(new RegExp(pattern, 'g'))].map((match) => `${file}: ${match[0]}`));

test('there are sources in every folder this test speaks of', () => {
  for (const folder of Object.keys(MAY_IMPORT)) expect(SOURCES.filter((source) => source.folder === folder), folder).not.toEqual([]);
});

describe('imports go one way', () => {
  test('between folders', () => {
    const wrong = PRODUCT.flatMap((source) => importsOf(source)
      .filter((target) => target.startsWith('.'))
      .map((target) => placeOf(source, target))
      .filter((target) => folderOf(target) !== source.folder && !MAY_IMPORT[source.folder]!.includes(folderOf(target))
        && !(NODE_ONLY.test(source.file) && folderOf(target).startsWith('server/'))
        && !(WIRING.test(source.file) && folderOf(target) === 'server/doors'))
      .map((target) => `${source.file} imports ${target}`));
    expect(wrong).toEqual([]);
  });

  test('no core file imports what puts the server together', () => {
    const wrong = CORE.flatMap((source) => importsOf(source)
      .map((target) => placeOf(source, target))
      .filter((target) => NODE_ONLY.test(target)).map((target) => `${source.file} imports ${target}`));
    expect(wrong).toEqual([]);
  });

  test('from packages only where they are meant to be', () => {
    const wrong = PRODUCT.flatMap((source) => importsOf(source)
      .filter((target) => !target.startsWith('.'))
      .filter((target) => !PACKAGES[NODE_ONLY.test(source.file) ? 'server/hosts' : source.folder]!.test(target))
      .map((target) => `${source.file} imports ${target}`));
    expect(wrong).toEqual([]);
  });

  test('relative imports name their extension', () => {
    const wrong = PRODUCT.flatMap((source) => importsOf(source)
      .filter((target) => target.startsWith('.') && !/\.(ts|tsx|css)$/.test(target)).map((target) => `${source.file} imports ${target}`));
    expect(wrong).toEqual([]);
  });
});

describe('the core knows no host', () => {
  test('it asks the host for time, chance and alarms', () => {
    expect(found(CORE, /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bcrypto\.(randomUUID|getRandomValues)\b|\bperformance\.now\b/)).toEqual([]);
  });

  test('it starts no timer, no request and no process of its own', () => {
    expect(found(CORE, /\b(setTimeout|setInterval|setImmediate|queueMicrotask|fetch|require)\(|\bprocess\.|\bBuffer\b/)).toEqual([]);
  });

  test('nothing that the single writer brings with it can wait', () => {
    const writer = closure('server/brand.ts');
    expect([...writer], 'the writer must have parts for this test to mean anything').toContain('server/threads.ts');
    expect(found(SOURCES.filter(({ file }) => writer.has(file)), /\basync\b|\bawait\b|\bnew Promise\b|\.then\(/)).toEqual([]);
  });
});

test('what a Worker is made of brings nothing of Node\'s with it but the kneading of passwords', () => {
  const worker = closure('server/hosts/cloudflare.ts');
  expect([...worker], 'the errands run there, too').toContain('server/admin-verbs.ts');
  const wrong = SOURCES.filter(({ file }) => worker.has(file) && file !== 'server/hosts/cloudflare-scrypt.ts')
    .flatMap((source) => importsOf(source).filter((target) => target.startsWith('node:') || /\/node[-.]/.test(target)).map((target) => `${source.file} imports ${target}`));
  expect(wrong).toEqual([]);
});

describe('everywhere', () => {
  test(`no file is longer than ${LINES_MOST} lines`, () => {
    expect(SOURCES.filter(({ text }) => text.split('\n').length - 1 > LINES_MOST).map(({ file }) => file)).toEqual([]);
  });

  test('exports have names', () => {
    // A `.d.ts` may have to describe what somebody else exports; a Worker is asked for by no name.
    expect(found(SOURCES.filter(({ file }) => !file.endsWith('.d.ts') && file !== 'server/hosts/cloudflare.ts'), /\bexport default\b|\bas default\b/)).toEqual([]);
  });

  test('failures are answered, never swallowed', () => {
    expect(found(SOURCES, /catch\s*(\([^)]*\))?\s*\{\s*\}|\.catch\(\s*(\(\w*\)|\w+)\s*=>\s*(\{\s*\}|undefined|null|void 0)\s*\)|\.catch\(\s*\)/)).toEqual([]);
  });

  test('types are erasable and nothing is silenced', () => {
    expect(found(SOURCES, /^\s*(export )?(declare )?(const )?enum \w|^\s*(export )?namespace \w/m)).toEqual([]);
    const silenced = SOURCES.flatMap(({ file, text }) => [...text.matchAll(/@ts-(ignore|nocheck|expect-error)|biome-ignore-all|biome-ignore(?! lint[^:]*: \w)/g)].map(([words]) => `${file}: ${words}`));
    expect(silenced).toEqual([]);
  });

  test('no test is skipped or run alone', () => {
    const tests = walk('test').filter(({ file }) => file !== 'test/layers.test.ts');
    expect(found(tests, /\b(test|it|describe)(\.concurrent)?\.(skip|only|todo|fails)\b/)).toEqual([]);
  });
});

describe('in browsers', () => {
  test('text stays text', () => {
    expect(found(BROWSER, /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment|document\.write)\b|\beval\(|\bnew Function\b/)).toEqual([]);
  });

  test('the widget listens to no messages of the window and to no unloading, and keeps nothing in cookies', () => {
    const here = BROWSER.filter(({ folder }) => folder !== 'inbox');
    // A socket's or a channel's own messages are another thing: only a window's can come from anybody.
    expect(found(here, /(?:\b(?:window|self|globalThis|document|parent|top)\.|(?<![.\w]))(?:addEventListener\(\s*['"]message['"]|onmessage\s*=)/)).toEqual([]);
    expect(found(here, /addEventListener\(\s*['"](?:before)?unload['"]|\bon(?:before)?unload\s*=/)).toEqual([]);
    expect(found(here, /\bdocument\.cookie\b|\blocalStorage\b|\bsessionStorage\b/)).toEqual([]);
  });
});
