/** What we stand on: how little, whose, how old, and that nothing of it runs or changes by itself. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Database } from '../server/hosts/node-database.ts';
import { closureOf, isAtLeast, LOCKED, PACKAGE, ROOT } from './gate/lock.ts';

/** Of what runs for a user: these ask no more of whoever passes it on than to keep their text. */
const LICENCES = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0'];
/** Of tools, which are not passed on: also those that ask for their own source, unchanged. */
const TOOL_LICENCES = [...LICENCES, 'MPL-2.0', 'CC0-1.0', 'LGPL-3.0-or-later'];
/** Each is a stranger who may write into every shop. */
const SERVER_MOST = 10;
const WIDGET = ['preact', '@preact/signals', '@preact/signals-core', 'idb-keyval', 'partysocket', 'event-target-polyfill'];
/** Below these something is known to be wrong (threats.md). */
const FLOORS = { preact: '10.28.2', hono: '4.12.34', ws: '8.17.1' };
const SQLITE_FLOOR = '3.51.3';
/** Optional, for other systems than the one the lock was made on: npm asks their hash when they are installed there, and these never are by us. */
const NO_INTEGRITY = ['@cloudflare/workerd-darwin-64', '@cloudflare/workerd-darwin-arm64', '@cloudflare/workerd-windows-64'];

function importsOf(...folders: string[]): Set<string> {
  const files = folders.flatMap((folder) => readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name)).map((entry) => path.join(entry.parentPath, entry.name));
  const names = files.flatMap(importsIn);
  return new Set(names.filter((name) => !/^(node|cloudflare):/.test(name)).map((name) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')));
}

test(`the server imports at most ${SERVER_MOST} packages, all of them in the package file`, () => {
  const used = importsOf('server', 'protocol');
  expect(used.size).toBeGreaterThan(2);
  expect(used.size + 1, 'and its own Node').toBeLessThanOrEqual(SERVER_MOST);
  for (const name of used) expect(Object.keys(PACKAGE.dependencies)).toContain(name);
});

test('the widget is made of preact and its friends', () => {
  const used = importsOf('widget', 'client');
  expect([...used]).toContain('preact');
  expect([...closureOf(used)].filter((name) => !WIDGET.includes(name))).toEqual([]);
});

test('nothing stands in the package file that nobody asks for, and each in one version', () => {
  const used = new Set([...importsOf('server', 'protocol', 'widget', 'client', 'inbox', 'demo', 'bench'), ...importsIn(path.join(ROOT, 'build.mjs')), 'node']);
  expect(Object.keys(PACKAGE.dependencies).filter((name) => !used.has(name))).toEqual([]);
  for (const version of Object.values({ ...PACKAGE.dependencies, ...PACKAGE.devDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

function importsIn(file: string): string[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\s+[^'";]*?\bfrom\s*['"]([@a-z][^'"]*)['"]|(?:^|\n)\s*import\s*['"]([@a-z][^'"]*)['"]|\bimport\(\s*['"]([@a-z][^'"]*)['"]/g;
  return [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, from, bare, later]) => (from ?? bare ?? later)!);
}

test('every licence is one that was allowed', () => {
  const odd = LOCKED.filter(({ license = 'none', dev }) => {
    const allowed = dev ? TOOL_LICENCES : LICENCES;
    return license.includes(' OR ') ? !license.split(' OR ').some((each) => allowed.includes(each)) : !license.split(' AND ').every((each) => allowed.includes(each));
  });
  expect(odd.map(({ name, license }) => `${name} ${license}`)).toEqual([]);
});

test('only what is named may run a script when it is installed', () => {
  expect(LOCKED.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name).sort()).toEqual(Object.keys(PACKAGE.allowScripts).sort());
  expect(Object.entries(PACKAGE.allowScripts).filter(([, may]) => may)).toEqual([['node', true]]);
});

test('the lock file holds the hash of everything, and sends nobody to another registry', () => {
  expect(LOCKED.length).toBeGreaterThan(100);
  expect(LOCKED.filter(({ integrity, name }) => !/^sha512-/.test(integrity ?? '') && !NO_INTEGRITY.includes(name)).map(({ name }) => name)).toEqual([]);
  expect(LOCKED.filter(({ integrity, name }) => integrity && NO_INTEGRITY.includes(name)), 'no exception that is none').toEqual([]);
  expect(LOCKED.filter(({ dev, name }) => !dev && NO_INTEGRITY.includes(name)), 'no exception in what runs for a user').toEqual([]);
  // No address at all: each comes from the registry that npm is set to, and has to have this hash.
  expect(LOCKED.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

test.each(Object.entries(FLOORS))('%s is %s or newer, in the lock and on this disk', (name, floor) => {
  const held = LOCKED.filter((each) => each.name === name).map(({ version }) => version);
  expect(held.length).toBeGreaterThan(0);
  const here = JSON.parse(readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string };
  for (const version of [...held, here.version]) expect(isAtLeast(version, floor), version).toBe(true);
  expect([isAtLeast(floor, floor), isAtLeast(`${floor}-rc.1`, floor), isAtLeast('0.99.99', floor), isAtLeast('8.17.0', '8.17.1')]).toEqual([true, false, false, false]);
});

test(`SQLite is ${SQLITE_FLOOR} or newer, and a file of ours is opened in WAL mode by no older one`, () => {
  expect(isAtLeast(new DatabaseSync(':memory:').prepare('SELECT sqlite_version() AS version').get()!['version'] as string, SQLITE_FLOOR)).toBe(true);
  const dir = mkdtempSync(path.join(tmpdir(), 'leaveword-sqlite-'));
  const file = path.join(dir, 'x.sqlite');
  new Database(file).close();
  expect(new DatabaseSync(file).prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  class Old extends Database {
    override version(): string {
      return '3.51.2';
    }
  }
  expect(() => new Old(file)).toThrow(/3\.51\.2 can corrupt/);
  rmSync(dir, { recursive: true });
});

/** How secrets of other people's services look. What our tests make up looks like none of them. */
const SECRETS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{20}/, /\b(AKIA|ASIA)[0-9A-Z]{16}\b/, /\bgh[pousr]_[A-Za-z0-9]{36}/, /\bgithub_pat_\w{40}/, /\bxox[abprs]-[\w-]{10}/,
  /\b[sr]k_(live|test)_\w{16}/, /\bAIza[\w-]{35}/, /\bnpm_[A-Za-z0-9]{36}/, /\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}/, /_authToken\s*=\s*\S/, /\bglpat-[\w-]{20}/,
];
test('no file that is kept holds a secret', () => {
  const files = existsSync(path.join(ROOT, '.git')) ? execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean) : walk('.');
  expect(files.length).toBeGreaterThan(100);
  const found = files.filter((file) => existsSync(path.join(ROOT, file))).flatMap((file) => {
    const text = readFileSync(path.join(ROOT, file), 'latin1');
    return SECRETS.filter((secret) => secret.test(text)).map((secret) => `${file}: ${secret.source}`);
  });
  expect(found).toEqual([]);
  expect(files.filter((file) => /(^|\/)(\.env|\.dev\.vars|\.npmrc|id_(rsa|ed25519))$|\.(pem|key|p12|sqlite)$/.test(file))).toEqual([]);
  expect(SECRETS.filter((secret) => secret.test(`${'AK'}IA${'A'.repeat(16)} ${'npm'}_${'a'.repeat(36)} -----BEGIN ${'PRIVATE'} KEY-----\n${'M'.repeat(30)}`)), 'the scan sees what it looks for').toHaveLength(3);
});

function walk(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).filter(({ name }) => !/^(node_modules|dist|data.*|\.artifacts|\.wrangler|\.git)$/.test(name))
    .flatMap((entry) => (entry.isDirectory() ? walk(path.join(folder, entry.name)) : [path.join(folder, entry.name)]));
}
