/**
 * What is different when the product's own modules are loaded here: where a few of them look for the machine, and, when
 * a mutant is played, one planted bug. Nothing of it is in the product.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface Change { file: string; find: string; put: string }

const ALWAYS: Change[] = [
  // A page has a module of its own; here all pages share one, which must not remember the run before.
  { file: 'client/uuid.ts', find: 'let last = 0;', put: 'let last = 0;\nexport const forgetLast = () => { last = 0; };' },
  // What is reached after hundreds of messages in the world is reached here after a few.
  { file: 'protocol/limits.ts', find: 'export const CATCH_UP_ROWS = 200;', put: 'export const CATCH_UP_ROWS = 12;' },
  { file: 'protocol/limits.ts', find: 'export const PAGE_ROWS = 50;', put: 'export const PAGE_ROWS = 6;' },
  // A process reads each statement once, when it opens a brand; here a thousand processes are one.
  { file: 'server/hosts/statement.ts', find: 'export function readStatement(text: string): number {', put: `const known = new Map<string, number>();
export function readStatement(text: string): number {
  const binds = known.get(text) ?? readAnew(text);
  known.set(text, binds);
  return binds;
}
function readAnew(text: string): number {` },
];
const HERE = new URL('.', import.meta.url);
const ROOT = new URL('../../', import.meta.url).href;
/** Module of the server, what it asks for, what it gets. */
const PARTS: [RegExp, string, string][] = [
  [/\/server\/hosts\/node-(database|backup)\.ts$/, 'node:sqlite', 'sqlite.ts'],
  [/\/server\/hosts\/node-backup\.ts$/, 'node:fs', 'files.ts'],
];

/** @throws when a text to be replaced is not found exactly once: the product has moved on, and the mutant with it */
export function change(source: string, { file, find, put }: Change): string {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`${file} has this ${times} times, and must have it once:\n${find}`);
  return source.replace(find, () => put);
}

/** From now on modules are loaded so. Before any of the product's is. */
export function openSeams(planted: Change[]): void {
  const changes = [...ALWAYS, ...planted];
  for (const each of changes) change(readFileSync(new URL(ROOT + each.file), 'utf8'), each);
  registerHooks({
    resolve(specifier, context, next) {
      const part = PARTS.find(([parent, wanted]) => wanted === specifier && parent.test(context.parentURL ?? ''));
      return part ? { url: new URL(part[2], HERE).href, shortCircuit: true } : next(specifier, context);
    },
    load(url, context, next) {
      const own = url.startsWith(ROOT) ? changes.filter(({ file }) => url === ROOT + file) : [];
      if (!own.length) return next(url, context);
      const source = own.reduce(change, readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}
