/**
 * Builds widget and inbox into dist/, weighs them, and sees to it that the project has its packages and its own Node.
 * Plain JavaScript that any Node from 20 on can read with nothing installed.
 *
 *   node build.mjs               build, weigh, fail when over budget
 *   node build.mjs weight        the same figures, nothing written
 *   node build.mjs with f.ts …   run a file, or a tool out of node_modules, under the project's own Node
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants as os } from 'node:os';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { withBarePreact } from './bench/bare-preact.mjs';
import { buildNpm } from './bench/npm.mjs';
import { INWARD, quietPackages } from './bench/quiet.mjs';
import { brotli, printWeight, squeeze, styleAsText, treatment, weigh } from './bench/weight.mjs';
import { ASSETS_IGNORE, HEADERS } from './server/hosts/cloudflare-headers.mjs';

export const ROOT = path.dirname(fileURLToPath(import.meta.url));
const DIST = path.join(ROOT, 'dist');
const at = (...parts) => path.join(ROOT, ...parts);

/** Parts of the widget that few visitors need: loaded when they do, and not part of the sum. */
const RARE = /^widget\/rare[-/]/;
/** A browser may run a cached loader for 30 days (`stale-while-revalidate`), which asks for the files of its own build. */
const KEEP_OLD_MS = 31 * 24 * 60 * 60 * 1_000;
/** First Node with `DatabaseSync({ limits })`. */
const NODE_LEAST = [24, 15];
/** How long after npm is gone we may still be there. */
const NOTICE_MS = 500;

// ---- what must be there first

/** A problem to be read by a person; nothing of it is a programming error. */
export class Trouble extends Error {}

/**
 * Installs what the lock file names and node_modules lacks; does nothing when all of it is there.
 * @param {{ tools?: boolean }} [wanted] `tools`: also what only tests and checks need.
 * @throws Trouble when npm fails or the project's own Node cannot be had.
 */
export function install({ tools = false } = {}) {
  if (!isInstalled(tools)) {
    console.log('Installing packages (once, with npm ci) …');
    const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(tools ? ['--include=dev'] : [])], {
      cwd: ROOT, env: withoutOurBin(), encoding: 'utf8', shell: process.platform === 'win32',
    });
    if (npm.error || npm.status !== 0) {
      throw new Trouble(`npm ci did not succeed${npm.error ? `: ${npm.error.message}` : ''}.\n${npm.stdout ?? ''}${npm.stderr ?? ''}\n`
        + 'Check that this machine reaches the npm registry, then run the same command again.');
    }
  }
  ownNode();
}

function isInstalled(tools) {
  const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  const hidden = at('node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const held = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([place, entry]) =>
    place === '' || entry.optional || entry.devOptional || (entry.dev && !tools)
    || (held[place]?.version === entry.version && existsSync(at(place, 'package.json'))));
}

/** npm replaces node_modules, so it must not itself run on the Node that lies in there. */
function withoutOurBin() {
  const paths = (process.env.PATH ?? '').split(path.delimiter).filter((dir) => path.resolve(dir) !== at('node_modules', '.bin'));
  return { ...process.env, PATH: paths.join(path.delimiter) };
}

/** The path of a Node that is new enough: the one from npm, else the one that runs this. */
export function ownNode() {
  const place = at('node_modules', 'node');
  const file = path.join(place, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  // Where npm is told to run no scripts, the package is there but not the program it brings.
  if (!existsSync(file) && existsSync(place)) {
    spawnSync(process.execPath, ['installArchSpecificPackage.js'], { cwd: place, env: withoutOurBin(), stdio: 'ignore' });
  }
  if (existsSync(file) && spawnSync(file, ['--version']).status === 0) return file;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_LEAST[0] || (major === NODE_LEAST[0] && minor >= NODE_LEAST[1])) return process.execPath;
  throw new Trouble('The project\'s own Node 24 (npm package "node") is missing: npm was kept from running its install script.\n'
    + `Run "npm rebuild node --ignore-scripts=false", or start with Node ${NODE_LEAST.join('.')} or newer.`);
}

/**
 * Runs a TypeScript file under the project's own Node; signals reach it, and so does our end.
 * @returns {Promise<number>} its exit code
 */
export function runWith(file, args) {
  return new Promise((resolve, reject) => {
    // The channel tells the child when we are gone, also by SIGKILL: it closes then.
    const child = spawn(ownNode(), [path.resolve(ROOT, file), ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    // npm puts a shell between itself and us, and that shell passes no signal on: we go when either of them has gone.
    if (process.env.npm_lifecycle_event) {
      setInterval(() => {
        if (parents() !== ABOVE) child.kill('SIGTERM');
      }, NOTICE_MS).unref();
    }
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (os.signals[signal] ?? 0)));
  });
}

/** Who was there when we began. */
const ABOVE = parents();

/** Our parent, and where the system tells it also its parent. */
function parents() {
  const stat = `/proc/${process.ppid}/stat`;
  return `${process.ppid} ${existsSync(stat) ? readFileSync(stat, 'utf8').split(') ').at(-1).split(' ')[1] : ''}`;
}

// ---- building

const PLAIN = { bundle: true, write: false, minify: true, metafile: true, legalComments: 'none', absWorkingDir: ROOT, logLevel: 'silent' };
const JSX = { jsx: 'automatic', jsxImportSource: 'preact' };
// Private members are older in browsers than the shadow-root stylesheets we cannot do without; lowering them costs weight.
const PRIVATE = Object.fromEntries(
  ['class-field', 'class-private-field', 'class-private-method', 'class-private-accessor', 'class-private-brand-check']
    .map((feature) => [feature, true]));
// What `client` shares with the inbox speaks of signals by their packages; the widget has its own, a third of the weight
// (1 kB less), which `test/widget-signals.test.ts` plays against the package's.
const SIGNALS = { '@preact/signals': './widget/signals.ts', '@preact/signals-core': './widget/signals.ts' };

/** @returns {Promise<{ files: Map<string, Uint8Array>, weight: object }>} files by their path inside dist/, and the figures */
export async function build({ inbox = true } = {}) {
  const esbuild = await import('esbuild');
  const files = new Map();
  const words = readdirSync(at('widget/words')).filter((name) => /^[a-z]{2,3}(-[a-z]+)?\.ts$/i.test(name)).sort();
  const weight = await buildWidget(esbuild, words, files);
  if (inbox) await buildInbox(esbuild, files);
  return { files, weight };
}

async function buildWidget(esbuild, words, files) {
  const widget = {
    ...PLAIN, ...JSX, target: 'es2020', supported: PRIVATE, charset: 'utf8', plugins: [styleAsText(esbuild), quietPackages(esbuild), withBarePreact(esbuild)], alias: SIGNALS,
    mangleProps: new RegExp(`^(?:${INWARD.join('|')})$`),
  };
  const rest = await esbuild.build({
    ...widget, entryPoints: ['widget/main.tsx', ...words.map((name) => `widget/words/${name}`)],
    outdir: 'dist/w', outbase: 'widget', entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', format: 'esm', splitting: true, banner: { js: treatment() },
  });
  const parts = collect(rest, files);
  const main = parts.byEntry.get('widget/main.tsx');
  const byLang = Object.fromEntries(words.map((name) => [name.slice(0, -3), parts.byEntry.get(`widget/words/${name}`)]));
  const talk = needed(rest.metafile, main);
  const loader = await esbuild.build({
    ...PLAIN, entryPoints: ['widget/loader.ts'], outfile: 'dist/widget.js', format: 'iife', target: 'es2018', supported: { 'dynamic-import': true },
    define: {
      __MAIN__: JSON.stringify(main),
      __WORDS__: JSON.stringify(byLang),
      __PRELOAD__: JSON.stringify([...talk].filter((file) => file !== main && isStatic(rest.metafile, main, file))),
    },
  });
  collect(loader, files);
  await squeeze(files);
  await buildNpm(esbuild, widget, files);
  return weigh(files, main, [...talk], byLang);
}

async function buildInbox(esbuild, files) {
  const result = await esbuild.build({
    ...PLAIN, ...JSX, entryPoints: ['inbox/main.tsx'], outdir: 'dist/inbox/assets', entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]', loader: { '.svg': 'file', '.woff2': 'file', '.png': 'file' }, publicPath: '/inbox/assets',
    format: 'esm', splitting: true, target: 'es2022', charset: 'utf8',
  });
  const { byEntry } = collect(result, files);
  const script = byEntry.get('inbox/main.tsx');
  const style = result.metafile.outputs[`dist/${script}`].cssBundle?.slice('dist/'.length);
  let page = readFileSync(at('inbox/index.html'), 'utf8');
  if (!page.includes('"./main.tsx"')) throw new Trouble('inbox/index.html must load its script as src="./main.tsx": the build puts the hashed name there.');
  page = page.replace('"./main.tsx"', `"/${script}"`);
  if (style) {
    page = page.includes('"./style.css"') ? page.replace('"./style.css"', `"/${style}"`)
      : page.replace('</head>', `<link rel="stylesheet" href="/${style}"></head>`);
  }
  files.set('inbox/index.html', Buffer.from(page));
}

/** Puts what esbuild made into `files` under its path in dist/, and finds each entry's file. */
function collect(result, files) {
  for (const file of result.outputFiles) files.set(path.relative(DIST, file.path).split(path.sep).join('/'), file.contents);
  const byEntry = new Map();
  for (const [file, output] of Object.entries(result.metafile.outputs)) if (output.entryPoint) byEntry.set(output.entryPoint, file.slice('dist/'.length));
  return { byEntry };
}

/** Every file that `from` brings in, at once or later, except what is only brought in as rare. */
function needed(metafile, from, found = new Set()) {
  if (found.has(from)) return found;
  found.add(from);
  for (const { path: file, external, kind } of metafile.outputs[`dist/${from}`].imports) {
    const isRare = kind === 'dynamic-import' && RARE.test(metafile.outputs[file]?.entryPoint ?? '');
    if (!external && !isRare) needed(metafile, file.slice('dist/'.length), found);
  }
  return found;
}

function isStatic(metafile, from, file, seen = new Set()) {
  if (seen.has(from)) return false;
  seen.add(from);
  return metafile.outputs[`dist/${from}`].imports.some(({ path: to, kind }) => kind === 'import-statement'
    && (to === `dist/${file}` || isStatic(metafile, to.slice('dist/'.length), file, seen)));
}

// ---- writing

/** Each file appears whole or not at all, and hashed files before those that name them: a running server may be reading. */
function write(files, weight, stamp) {
  const last = ['widget.js', 'inbox/index.html'];
  const names = [...files.keys()].sort((a, b) => last.indexOf(a) - last.indexOf(b));
  for (const name of names) {
    put(name, files.get(name));
    put(`${name}.br`, brotli(files.get(name)));
  }
  put('weight.json', Buffer.from(`${JSON.stringify(weight, null, 2)}\n`));
  put('_headers', Buffer.from(HEADERS));
  put('.assetsignore', Buffer.from(ASSETS_IGNORE));
  for (const dir of ['w', 'inbox/assets']) sweep(dir, files);
  put('stamp', Buffer.from(stamp));
}

/** Of everything that what is built depends on. */
function stampOfSources() {
  const hash = createHash('sha256');
  for (const place of ['protocol', 'client', 'widget', 'inbox', 'bench/quiet.mjs', 'bench/weight.mjs', 'server/hosts/cloudflare-headers.mjs', 'build.mjs', 'package-lock.json']) {
    const names = statSync(at(place)).isFile() ? [''] : readdirSync(at(place), { recursive: true }).sort();
    for (const name of names) if (statSync(at(place, name)).isFile()) hash.update(`${place}/${name}\n`).update(readFileSync(at(place, name)));
  }
  return hash.digest('hex');
}

function put(name, bytes) {
  const file = path.join(DIST, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const half = `${file}.${process.pid}.half`;
  writeFileSync(half, bytes);
  renameSync(half, file);
}

function sweep(dir, files) {
  const place = path.join(DIST, dir);
  if (!existsSync(place)) return;
  for (const name of readdirSync(place)) {
    const file = path.join(place, name);
    if (files.has(`${dir}/${name.replace(/\.br$/, '')}`)) continue;
    if (Date.now() - statSync(file).mtimeMs > KEEP_OLD_MS) rmSync(file, { force: true });
  }
}

/**
 * The whole command: builds, writes unless `only` says to weigh, prints.
 * @param {{ only?: 'weight', budget?: boolean }} [how] without a budget it prints no figures and is content with any
 * @throws Trouble when a part does not compile or is over its budget.
 */
export async function buildAndWeigh({ only, budget = true } = {}) {
  const stamp = stampOfSources();
  // Whoever only wants it to run need not wait for what is there already.
  if (!budget && existsSync(path.join(DIST, 'stamp')) && readFileSync(path.join(DIST, 'stamp'), 'utf8') === stamp) return undefined;
  let made;
  try {
    made = await build({ inbox: only !== 'weight' });
  } catch (error) {
    if (!error.errors) throw error;
    const esbuild = await import('esbuild');
    throw new Trouble((await esbuild.formatMessages(error.errors, { kind: 'error', color: process.stdout.isTTY })).join('\n'));
  }
  if (only !== 'weight') write(made.files, made.weight, stamp);
  if (budget && !printWeight(made.weight)) throw new Trouble('The widget is over its budget.');
  return made;
}

async function command([verb, ...rest]) {
  install({ tools: Boolean(rest[0]?.startsWith('node_modules/')) });
  if (verb === 'with') return runWith(rest[0], rest.slice(1));
  if (verb !== undefined && verb !== 'weight') throw new Trouble(`Unknown command "${verb}": use "node build.mjs", "… weight" or "… with <file.ts>".`);
  await buildAndWeigh({ only: verb });
  return 0;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  command(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  }, (error) => {
    console.error(error instanceof Trouble ? error.message : error);
    process.exitCode = 1;
  });
}
