/** How the widget is made light, and how it is weighed: figures for the README, and a budget that fails the build. Node 20. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants as zlib } from 'node:zlib';

/** Bytes after brotli 11. A framework-free loader measured 1.1 kB; past 1.5 kB it carries what belongs behind it. */
const LOADER_MOST = 1_536;
/** All a visitor loads for a text conversation. The median of twelve rivals is 359 kB. */
const TALK_GOAL = 20_000;
const TALK_MOST = 22_000;
/** How terser goes over what esbuild has made: a twentieth less. */
const TERSER = {
  // No `toplevel`: it would take the loader out of its function and leave ten names on the page. A module implies it.
  ecma: 2020,
  // Reading a signal subscribes: getters are never taken for pure.
  compress: { passes: 4, keep_fargs: false, unsafe_arrows: true },
};

/**
 * A line for the top of each file, which goes again with the other comments. The hash in a file's name is taken before
 * terser has seen it; so that it stands for what comes out, what goes in says how it will be treated.
 */
export function treatment() {
  const { version } = JSON.parse(readFileSync(new URL('../node_modules/terser/package.json', import.meta.url), 'utf8'));
  return `/* terser ${version} ${JSON.stringify(TERSER)} */`;
}

/** A second minifier over the first. The loader stays within ASCII: a page in another charset must not break it. */
export async function squeeze(files) {
  const { minify } = await import('terser');
  for (const [name, bytes] of files) {
    if (!name.endsWith('.js')) continue;
    const isLoader = name === 'widget.js';
    const { code } = await minify(Buffer.from(bytes).toString(), { ...structuredClone(TERSER), module: !isLoader, format: { comments: false, ascii_only: isLoader } });
    files.set(name, Buffer.from(code));
  }
}

const STYLE_BROWSERS = ['chrome99', 'firefox101', 'safari16.4'];

/** The widget's styles are text for `adoptedStyleSheets`: the one way that works under every Content-Security-Policy. */
export function styleAsText(esbuild) {
  return {
    name: 'style-as-text',
    setup(bundler) {
      bundler.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
        const { code } = await esbuild.transform(readFileSync(file, 'utf8'), { loader: 'css', minify: true, target: STYLE_BROWSERS, charset: 'utf8' });
        return { contents: code.trim(), loader: 'text' };
      });
    },
  };
}

/** What a browser gets of these bytes. */
export const brotli = (bytes) => brotliCompressSync(bytes, { params: { [zlib.BROTLI_PARAM_QUALITY]: 11, [zlib.BROTLI_PARAM_SIZE_HINT]: bytes.length } });

/** Figures in bytes after brotli 11; of the languages the heaviest counts. */
export function weigh(files, main, talk, byLang) {
  const size = (file) => brotli(files.get(file)).length;
  const languages = Object.entries(byLang).map(([lang, file]) => ({ lang, file, bytes: size(file) })).sort((a, b) => b.bytes - a.bytes);
  const parts = [
    { part: 'loader', file: 'widget.js', bytes: size('widget.js') },
    ...talk.map((file) => ({ part: file === main ? 'widget' : 'chunk', file, bytes: size(file) })),
    { part: `words (${languages[0].lang}, the heaviest of ${languages.length})`, file: languages[0].file, bytes: languages[0].bytes },
  ];
  const sum = parts.reduce((total, { bytes }) => total + bytes, 0);
  return {
    loader: parts[0].bytes, sum, parts, languages,
    budget: { loader: LOADER_MOST, sum: TALK_MOST, goal: TALK_GOAL },
    integrity: { 'widget.js': `sha384-${createHash('sha384').update(files.get('widget.js')).digest('base64')}` },
  };
}

/** @returns whether it is within the budget */
export function printWeight({ loader, sum, parts, integrity }) {
  const row = (name, bytes, note = '') => console.log(`  ${name.padEnd(44)}${bytes.toLocaleString('en').padStart(8)} B  ${note}`);
  console.log('What a visitor loads for a text conversation (brotli 11):');
  for (const { part, file, bytes } of parts) row(`${part}  ${file}`, bytes, part === 'loader' ? `of ${LOADER_MOST.toLocaleString('en')}` : '');
  row('together', sum, `of ${TALK_MOST.toLocaleString('en')}, goal ${TALK_GOAL.toLocaleString('en')}${sum <= TALK_GOAL ? ' (reached)' : ''}`);
  console.log(`  integrity of widget.js: ${integrity['widget.js']}`);
  return loader <= LOADER_MOST && sum <= TALK_MOST;
}
