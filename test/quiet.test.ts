// @vitest-environment happy-dom
/** What is cut out on the way to visitors, and what must be as before without it: socket, disk, and what is believed of a frame. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type Frames, fault } from '../protocol/parse.ts';
import { TO_VISITOR } from '../protocol/to-visitor.ts';

type Fault = (value: unknown, frames: Frames<never>) => string | undefined;
interface Quiet {
  INWARD: string[];
  shorten(esbuild: unknown, file: string, read?: (file: string) => string): Promise<string>;
  quietPackages(esbuild: unknown): never;
}

const quiet = vi.hoisted(() => async () => await import(path.resolve('bench/quiet.mjs')) as Quiet);
const shortened = vi.hoisted(() => async (name: string, read?: (file: string) => string) =>
  (await quiet()).shorten(await import('esbuild'), path.resolve('node_modules', name), read));
const run = vi.hoisted(() => (code: string) => import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`));
vi.mock('partysocket/ws', async () => run(await shortened('partysocket/dist/ws.js')));
vi.mock('idb-keyval', async () => run(await shortened('idb-keyval/dist/index.js')));

test('these are the shortened packages', async () => {
  const { default: Socket } = await import('partysocket/ws');
  expect('bufferedAmount' in Socket.prototype).toBe(false);
  expect((await import('idb-keyval')).get.length).toBe(2);
});

test('a package that is not what it was is not cut blindly', async () => {
  await expect(shortened('partysocket/dist/ws.js', () => 'export default class {}')).rejects.toThrow('is not what it was');
});

describe('the socket', async () => { await import('./socket.test.ts'); });
describe('the disk', async () => { await import('./database.test.ts'); });

describe('P5 shapes without words believe what shapes with words believe', async () => {
  const esbuild = await import('esbuild');
  const { outputFiles: [bundle] } = await esbuild.build({
    stdin: { contents: 'export { fault } from "./protocol/parse.ts"; export { TO_VISITOR } from "./protocol/to-visitor.ts";', resolveDir: path.resolve('.') },
    bundle: true, write: false, format: 'esm', plugins: [(await quiet()).quietPackages(esbuild)],
  });
  const wordless = await run(bundle!.text) as { fault: Fault; TO_VISITOR: Frames<never> };
  const page = readFileSync('protocol/README.md', 'utf8');
  const examples = [...page.matchAll(/^```json to-visitor\n([\s\S]*?)^```$/gm)].map(([, json]) => JSON.parse(json!) as object);

  test('there are none left', () => {
    expect(bundle!.text).not.toMatch(/must|unknown/);
    expect(wordless.fault({ type: 'pong' }, wordless.TO_VISITOR)).toBe('!');
  });

  for (const example of examples) {
    test(JSON.stringify(example).slice(0, 60), () => {
      let refused = 0;
      for (const changed of [example, ...changes(example)]) {
        const loud = fault(changed, TO_VISITOR as Frames<never>);
        expect(!!wordless.fault(changed, wordless.TO_VISITOR), JSON.stringify(changed)).toBe(!!loud);
        if (loud) refused++;
      }
      expect(refused, 'some must be refused for this test to mean anything').toBeGreaterThan(5);
    });
  }
});

describe('what may be called by a shorter name in the widget', async () => {
  const { INWARD } = await quiet();
  const { domprops } = await import(path.resolve('node_modules/terser/tools/domprops.js')) as { domprops: string[] };
  const textOf = (...files: string[]) => files.map((file) => readFileSync(file, 'utf8')).join().replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const allOf = (folder: string) => textOf(...readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => path.join(folder, name)));
  const client = allOf('client');
  const others = { 'the wire': allOf('protocol'), 'loader and page': textOf('widget/seat.ts', 'widget/leaveword.ts', 'widget/index.ts') };

  for (const name of INWARD) {
    test(name, () => {
      expect(new RegExp(`\\b${name}\\b`).test(client), 'said in client/ at all').toBe(true);
      expect(domprops.includes(name), 'known to browsers').toBe(false);
      for (const [whose, text] of Object.entries(others)) {
        expect(new RegExp(`\\b${name}\\b(?=\\??:)|\\.${name}\\b`).test(text), `known to ${whose}`).toBe(false);
      }
      expect(new RegExp(`['"\`]${name}['"\`]`).test(client), 'said as a text, which would stay long').toBe(false);
    });
  }
});

/** The value with one thing in it replaced, each in turn. */
function* changes(value: unknown): Generator<unknown> {
  yield* [undefined, null, true, false, 0, -1, 1.5, 2 ** 60, '', 'agent', [], {}];
  if (typeof value !== 'object' || !value) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const other of changes(inner)) yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
  }
}
