/**
 * Every check of the project, one after the other, with one summary. Runs on Node 20 with nothing installed.
 *
 *   node test/run.mjs          types, lint, build with weight, all tests
 *   node test/run.mjs check    types, lint and the layers only
 *
 * The last line is `N passed, N failed`: each check counts as one, each test as one, and a skipped test as failed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { buildAndWeigh, install, ownNode, ROOT, Trouble } from '../build.mjs';

const REPORT = path.join(ROOT, 'test', '.artifacts', 'results.json');
/** Tests start some two hundred processes of ours: each takes what Node made of the same files for the one before. */
const COMPILED = path.join(ROOT, 'test', '.artifacts', 'compiled');
/** Debian's package of the browser's engine without its windows, and the path of its program. */
const SHELL = { name: 'chromium-headless-shell', path: '/usr/bin/chromium-headless-shell' };
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/snap/bin/chromium'];
/** Passwords are slow on purpose and browsers on busy machines; a test that hangs is found all the same. */
const TEST_MS = 30_000;
const HOOK_MS = 60_000;
/** One more than the cores we promise to be fast on: half of the files wait for sockets, clocks and processes most of their time. */
const WORKERS = 3;

const tool = (...parts) => path.join(ROOT, 'node_modules', ...parts);
const results = [];

async function check(name, work) {
  const began = Date.now();
  let count = { passed: 0, failed: 1 };
  try {
    count = (await work()) ?? { passed: 1, failed: 0 };
  } catch (error) {
    console.error(error instanceof Trouble ? error.message : error);
  }
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  results.push({ name, ...count });
  console.log(`${count.failed ? '✗' : '✓'} ${name} (${seconds} s)\n`);
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) throw new Trouble(`${path.basename(command)} could not be started: ${error.message}`);
  return status ?? 1;
}

/** Beside others: what it prints is shown when it is done. */
async function mustPass(args) {
  const child = spawn(ownNode(), args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => said.push(bytes));
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  process.stdout.write(Buffer.concat(said));
  if (status !== 0) throw new Trouble(`${path.basename(args[0])} found something (exit ${status}).`);
}

/** Installs Debian's packages, where that is possible. */
function debian(...packages) {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return;
  console.log(`Installing ${packages[0]} with apt-get …`);
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  if (run('apt-get', ['-qq', 'update'], quiet) === 0) run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...packages], quiet);
}

/** With it the tests of faults make system calls of a real server fail. */
function needStrace() {
  const isThere = () => spawnSync('strace', ['-V']).status === 0;
  if (!isThere()) debian('strace');
  if (!isThere()) throw new Trouble('The tests of faults need strace. Install it (Debian: apt-get install strace).');
}

/** @returns the path of a Chromium, installing Debian's where that is possible */
function findBrowser() {
  const found = [process.env.CHROMIUM, ...BROWSERS].find((file) => file && existsSync(file));
  if (found) return found;
  debian('chromium', 'fonts-dejavu-core');
  const installed = BROWSERS.find((file) => existsSync(file));
  if (installed) return installed;
  throw new Trouble('The browser tests need Chromium. Install it (Debian: apt-get install chromium), or set CHROMIUM to the path of a Chromium or Chrome.');
}

/** Most pages of the tests open in it, for it costs half; where there is none they open in the browser. */
function wantShell() {
  if (!existsSync(SHELL.path)) debian(SHELL.name);
}

/** Only what ends in peace leaves it behind, and the tests kill every edge server that they start: it is begun here, and ends. */
function compileWrangler(env) {
  if (existsSync(COMPILED)) return;
  const status = run(ownNode(), ['--eval', "import('wrangler').then(() => process.exit(0))"], env);
  if (status !== 0) throw new Trouble('wrangler could not be loaded.');
}

function vitest(files, env = {}) {
  mkdirSync(path.dirname(REPORT), { recursive: true });
  rmSync(REPORT, { force: true });
  const status = run(ownNode(), [
    tool('vitest', 'vitest.mjs'), 'run', ...files, '--config', path.join('test', 'vitest.config.ts'), '--dir', 'test', `--maxWorkers=${WORKERS}`, `--testTimeout=${TEST_MS}`, `--hookTimeout=${HOOK_MS}`,
    '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`,
  ], env);
  if (!existsSync(REPORT)) throw new Trouble('vitest ended without a report.');
  return countTests(JSON.parse(readFileSync(REPORT, 'utf8')), status);
}

function countTests(report, status) {
  const broken = report.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((each) => each.status === 'failed'));
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped) console.error(`${skipped} tests were skipped: that counts as failed.`);
  const failed = report.numFailedTests + broken.length + skipped;
  // vitest also fails for what happened outside any test.
  return { passed: report.numPassedTests, failed: failed || (status === 0 ? 0 : 1) };
}

const only = process.argv[2];
if (only !== undefined && only !== 'check') {
  console.error(`Unknown word "${only}": use "node test/run.mjs" or "node test/run.mjs check".`);
  process.exit(2);
}

await check('packages and Node 24', () => install({ tools: true }));
if (results[0].failed === 0) {
  await Promise.all([
    check('types', () => mustPass([tool('typescript', 'bin', 'tsc'), '-p', '.'])),
    check('lint', () => mustPass([tool('@biomejs', 'biome', 'bin', 'biome'), 'lint', '--error-on-warnings', '.'])),
    ...(only === 'check' ? [] : [check('build and weight', async () => {
      await buildAndWeigh();
    })]),
  ]);
  if (only === 'check') {
    await check('layers', () => vitest(['layers']));
  } else {
    await check('tests', () => {
      needStrace();
      wantShell();
      const env = { CHROMIUM: findBrowser(), NODE_COMPILE_CACHE: COMPILED };
      compileWrangler(env);
      return vitest([], env);
    });
  }
}

const total = results.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), { passed: 0, failed: 0 });
for (const { name, passed, failed } of results) console.log(`  ${failed ? '✗' : '✓'} ${name}${failed + passed > 1 ? `: ${passed} passed${failed ? `, ${failed} failed` : ''}` : ''}`);
process.exitCode = total.failed ? 1 : 0;
console.log(`\n${total.passed} passed, ${total.failed} failed`);
