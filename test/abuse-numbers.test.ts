/** Which of the forty abuses is tried by what, and how near to what people run: its number stands in a test's name. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** U: its own code; I: a server with its doors, or lines to it; B: a real browser. */
type Level = 'U' | 'I' | 'B';
const LEVELS: Record<Level, RegExp> = {
  U: /./, I: /openFrontDoor|openTarget|startServer|gatherEverybody|DeskRoom|serve\(/, B: /openBrowser|openChromium/,
};

/** By threats.md 2.3. */
const ABUSES: Record<string, [what: string, ...levels: Level[]]> = {
  A01: ['what attackers write, everywhere it is shown', 'B'],
  A02: ['objects where texts belong, also on the disk', 'U', 'B'],
  A03: ['addresses that lead elsewhere than they say', 'U', 'B'],
  A04: ['words on the prototype of every object', 'B'],
  A05: ['orders from other frames, tabs and pages', 'B'],
  A06: ['strict pages, pinned files, the same bytes from the same sources', 'B'],
  A07: ['our pages in a frame of somebody else\'s', 'I', 'B'],
  A08: ['the next user of a device', 'B'],
  A09: ['every door and frame, as everybody', 'I'],
  A10: ['fields that only the server writes', 'I'],
  A11: ['objects, lists and oddities where a secret belongs', 'I'],
  A12: ['languages of databases in what is searched and filtered', 'I'],
  A13: ['origins that are nearly ours', 'I'],
  A14: ['pages of others that use an agent\'s cookie', 'I'],
  A15: ['bodies, headers and lines without end', 'I'],
  A16: ['addresses that a client says it has', 'I'],
  A17: ['who is known here, by answer or by time', 'I'],
  A18: ['paths that climb', 'I'],
  A19: ['sockets from other pages, and tickets', 'I'],
  A20: ['silence, tokens in addresses, and whoever is dismissed', 'I'],
  A21: ['frames without end, compression', 'I'],
  A22: ['bytes that are no frame', 'I'],
  A23: ['frames that cost much', 'I'],
  A24: ['frames by chance, in all orders', 'U', 'I'],
  A25: ['a thousand messages a second', 'I'],
  A26: ['a peer that never reads', 'I'],
  A27: ['the same id again', 'I'],
  A28: ['ids, senders and places that are made up', 'I'],
  A29: ['two thousand sockets from one place', 'I'],
  A30: ['signatures that prove nothing', 'U'],
  A31: ['names that nobody has signed', 'I'],
  A32: ['invitations, twice and to oneself', 'I'],
  A40: ['words that may stand nowhere but in the brand\'s own file', 'I'],
};
/** With the features they are about; until then none of these files may be there. */
const LATER: Record<string, RegExp> = {
  A33: /attachment|upload/, A34: /attachment|upload/, A35: /attachment|upload/, A36: /attachment|upload/, A37: /(^|\/)(in|re)?mail\b|inbound/, A38: /(^|\/)mail(er)?\b|smtp/, A39: /webhook/,
};

const walk = (folder: string, pattern: RegExp) => readdirSync(path.join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
  .filter((file) => pattern.test(file) && !file.includes('.artifacts')).map((file) => path.join(folder, file));
const files = walk('.', /\.tsx?$/).filter((file) => file !== 'abuse-numbers.test.ts').map((file) => ({ file, text: readFileSync(path.join(import.meta.dirname, file), 'utf8') }));
/** Each number that stands in the name of a test or of a group of them. */
const tried = files.flatMap(({ file, text }) => [...text.matchAll(/\b(?:test|it|describe)(?:\.each)?\b[^\n]*?(['"`])(?:(?!\1)[^\\\n]|\\.)*\bA\d\d\b[^\n]*/g)]
  .flatMap(([line]) => [...line.matchAll(/\bA\d\d\b/g)].map(([number]) => ({ number, file, text }))));

test.each(Object.entries(ABUSES))('%s is tried: %j', (number, [, ...levels]) => {
  for (const level of levels) {
    const where = tried.filter((each) => each.number === number && LEVELS[level].test(each.text)).map(({ file }) => file);
    expect([level, where]).not.toEqual([level, []]);
  }
});

test('there are forty, each in one of two lists, and no test has a number that is in neither', () => {
  const all = Array.from({ length: 40 }, (_, n) => `A${String(n + 1).padStart(2, '0')}`);
  expect([...Object.keys(ABUSES), ...Object.keys(LATER)].sort()).toEqual(all);
  expect([...new Set(tried.map(({ number }) => number))].filter((number) => !Object.hasOwn(ABUSES, number))).toEqual([]);
});

test('what is put off is about what is not there yet', () => {
  const built = ['server', 'client', 'widget', 'inbox'].flatMap((folder) => walk(path.join('..', folder), /\.(tsx?|mjs)$/));
  expect(built.length).toBeGreaterThan(100);
  for (const [number, feature] of Object.entries(LATER)) expect([number, built.filter((file) => feature.test(path.basename(file)))]).toEqual([number, []]);
});

test('SECURITY.md names tests that are there, and each abuse that is tried', () => {
  const page = readFileSync(path.join(import.meta.dirname, '..', 'SECURITY.md'), 'utf8');
  const named = [...page.matchAll(/`test\/([\w./-]+\.test\.tsx?)`/g)].map(([, file]) => file!);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((file) => file !== 'abuse-numbers.test.ts' && !files.some((each) => each.file === file))).toEqual([]);
  const said = [...page.matchAll(/\bA(\d\d)(?: to A(\d\d))?/g)].flatMap(([, first, last = first]) => Array.from({ length: Number(last) - Number(first) + 1 }, (_, n) => `A${String(Number(first) + n).padStart(2, '0')}`));
  // The first mention is of the list as a whole.
  expect(Object.keys(ABUSES).filter((number) => said.filter((each) => each === number).length < 2)).toEqual([]);
});
