// @vitest-environment happy-dom
/** Preact as visitors get it, cut to what the widget uses, played against the whole; and that the widget uses nothing else of it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as whole from 'preact';
import { describe, expect, test, vi } from 'vitest';
import { seeded } from './seeded.ts';

interface Bare {
  render: typeof whole.render;
  createRef: typeof whole.createRef;
  Fragment: typeof whole.Fragment;
  jsx(type: unknown, props: object, key?: string): whole.VNode;
}

const bare = vi.hoisted(() => {
  let made: Promise<Bare & { jsxs: unknown; jsxDEV: unknown }> | undefined;
  return () => made ??= (async () => {
    const { barePreact } = await import(/* @vite-ignore */ `${process.cwd()}/bench/bare-preact.mjs`) as { barePreact(esbuild: unknown): Promise<string> };
    const code = await barePreact(await import('esbuild'));
    const module = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`) as Bare;
    return { ...module, jsxs: module.jsx, jsxDEV: module.jsx };
  })();
});
// The panel's own tests, at the end, draw with what visitors get.
vi.mock('preact/jsx-runtime', bare);
vi.mock('preact/jsx-dev-runtime', bare);

/** A tree in words of neither library. */
type Tree = string | number | boolean | null | Tree[] | { tag: string; key?: string; props: Record<string, unknown>; inner: Tree[] } | { key?: string; inner: Tree[] };

const PROGRAMS = 40;
const DRAWINGS = 8;
const DEEP = 4;
const KEYS = [...'abcdefgh'];

function grow(random: () => number, depth = DEEP): Tree {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const inner = () => Array.from({ length: Math.floor(random() * 4) }, () => grow(random, depth - 1));
  const what = random();
  if (depth === 0 || what < 0.2) return pick<Tree>(['', 'tea', 'two', 7, 0, true, false, null]);
  // A list in some order, of which some are gone: what a thread is to the panel.
  if (what < 0.45) {
    return KEYS.filter(() => random() < 0.6).toSorted(() => random() - 0.5).map((key) => (random() < 0.5
      ? { tag: pick(['p', 'div']), key, props: {}, inner: inner() } : { key, inner: inner() }));
  }
  if (what < 0.6) return { inner: inner() };
  const props = {
    class: pick(['a', 'b', '', undefined]), hidden: pick([true, false, undefined]), 'aria-hidden': pick(['true', false, undefined]), tabIndex: pick([0, -1, undefined]),
    dir: pick(['auto', undefined]), role: pick(['log', undefined]), onClick: pick([() => clicked.push('one'), () => clicked.push('two'), undefined]),
  };
  return { tag: pick(['p', 'div', 'button', 'svg', 'a']), props: Object.fromEntries(Object.entries(props).filter(() => random() < 0.4)), inner: inner() };
}

const clicked: string[] = [];

/** @param kept trees that were made before, and are given again as they are */
function toNodes(of: Pick<Bare, 'Fragment'> & { make: Bare['jsx'] }, tree: Tree, kept: Map<Tree, whole.ComponentChild>): whole.ComponentChild {
  if (Array.isArray(tree)) return tree.map((each) => toNodes(of, each, kept)) as unknown as whole.ComponentChild;
  if (typeof tree !== 'object' || !tree) return tree;
  const known = kept.get(tree);
  if (known) return known;
  const children = tree.inner.map((each) => toNodes(of, each, kept));
  const made = 'tag' in tree ? of.make(tree.tag, { ...tree.props, children }, tree.key) : of.make(of.Fragment, { children }, tree.key);
  kept.set(tree, made);
  return made;
}

/** The same tree again in part: what did not change is drawn with the same nodes. */
function change(random: () => number, tree: Tree): Tree {
  if (random() < 0.3) return tree;
  if (Array.isArray(tree)) return tree.filter(() => random() < 0.9).map((each) => change(random, each));
  if (typeof tree !== 'object' || !tree || random() < 0.15) return grow(random, 2);
  return { ...tree, inner: tree.inner.map((each) => change(random, each)) };
}

/** Elements by what they are the how-manieth of: who was moved, and who was made anew. */
function marksOf(root: Element): string[] {
  return [...root.querySelectorAll('*')].map((each) => (each as { mark?: string }).mark ?? 'new');
}
function mark(root: Element, turn: number): void {
  for (const [nth, each] of [...root.querySelectorAll('*')].entries()) (each as { mark?: string }).mark ??= `${turn}.${nth}`;
}

test(`${PROGRAMS} programs of ${DRAWINGS} drawings end in the same page, made of the same elements`, async () => {
  const { jsx, render, Fragment } = await bare();
  let elements = 0;
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const random = seeded(seed);
    const places = [document.createElement('div'), document.createElement('div')] as const;
    const kept = [new Map<Tree, whole.ComponentChild>(), new Map<Tree, whole.ComponentChild>()] as const;
    let tree = grow(random);
    for (let turn = 0; turn < DRAWINGS; turn++) {
      const make = ((type, { children, ...props }: { children?: whole.ComponentChildren }, key) => whole.createElement(type as string, { ...props, key } as object, children)) as Bare['jsx'];
      whole.render(toNodes({ make, Fragment: whole.Fragment }, tree, kept[0]), places[0]);
      render(toNodes({ make: jsx, Fragment }, tree, kept[1]), places[1]);
      expect(places[1].innerHTML, `seed ${seed}, drawing ${turn}`).toBe(places[0].innerHTML);
      expect(marksOf(places[1]), `seed ${seed}, drawing ${turn}`).toEqual(marksOf(places[0]));
      const heard = places.map((place) => {
        clicked.length = 0;
        for (const each of place.querySelectorAll('*')) each.dispatchEvent(new Event('click'));
        return [...clicked];
      });
      expect(heard[1], `seed ${seed}, drawing ${turn}`).toEqual(heard[0]);
      for (const place of places) mark(place, turn);
      elements += places[0].querySelectorAll('*').length;
      tree = random() < 0.1 ? null : change(random, tree);
    }
  }
  expect(elements, 'enough was drawn for this to mean anything').toBeGreaterThan(2_000);
});

test('what she types and what we hold of the page are as with the whole', async () => {
  const { jsx, render, createRef } = await bare();
  const place = document.createElement('div');
  const ref = createRef<HTMLTextAreaElement>();
  const draw = (value: string) => render(jsx('form', { children: jsx('textarea', { ref, value, rows: 1, placeholder: 'x' }) }), place);
  draw('one');
  const field = ref.current!;
  expect([field.value, Number(field.rows), field.placeholder]).toEqual(['one', 1, 'x']);
  field.value = 'one more';
  draw('one');
  expect(field.value, 'what we say counts').toBe('one');
  draw('');
  expect([field.value, ref.current === field]).toEqual(['', true]);
  render(null, place);
  expect([ref.current, place.childNodes.length]).toEqual([null, 0]);
});

test('a package that is not what it was is not cut blindly', async () => {
  const { barePreact } = await import(path.resolve('bench/bare-preact.mjs')) as { barePreact(esbuild: unknown, read: (name: string) => string): Promise<string> };
  const esbuild = await import('esbuild');
  await expect(barePreact(esbuild, (name) => readFileSync(`node_modules/preact/${name}`, 'utf8').replace('options._diff', 'options._differ'))).resolves.toContain('render');
  await expect(barePreact(esbuild, (name) => readFileSync(`node_modules/preact/${name}`, 'utf8').replace('options.diffed', 'options.done'))).rejects.toThrow('is not what it was');
});

describe('the widget', () => {
  const sources = readdirSync('widget', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(path.join('widget', name), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''));
  const jsx = sources.filter((text) => text.includes('</') || text.includes('/>'));

  test('imports of it only what is left', () => {
    const imported = sources.flatMap((text) => [...text.matchAll(/import (?!type)\{([^}]*)\} from 'preact[^']*'/g)].flatMap(([, names]) => names!.split(',').map((name) => name.trim())));
    expect(imported.length).toBeGreaterThan(3);
    for (const name of imported.filter((each) => !each.startsWith('type '))) expect(['render', 'createRef', 'Fragment']).toContain(name);
  });

  test('has no component but fragments, and no property that was cut', () => {
    expect(jsx.length).toBeGreaterThan(5);
    const tags = jsx.flatMap((text) => [...text.matchAll(/[\s(>{]<([A-Z]\w*)[\s>/]/g)].map(([, tag]) => tag));
    expect(new Set(tags)).toEqual(new Set(['Fragment']));
    const cut = /\s(style|dangerouslySetInnerHTML|checked|default\w+|className|xlink\w*|width|height|list|form|download|rowSpan|colSpan|popover|is|on\w+Capture)=[{"]/;
    expect(jsx.flatMap((text) => cut.exec(text)?.[0] ?? [])).toEqual([]);
    expect(jsx.flatMap((text) => [...text.matchAll(/\sref=\{([^}]*)\}/g)].map(([, ref]) => ref)).every((ref) => /^(state\.)?places\.\w+$/.test(ref!))).toBe(true);
  });
});

describe('with it, the panel', async () => {
  vi.doMock('preact', bare);
  vi.resetModules();
  await import('./widget-panel.test.ts');
});
