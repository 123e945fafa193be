/** docs/proof.md names commands that exist, tests that exist, and bounds that follow from its figures. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const page = readFileSync(path.join(ROOT, 'docs', 'proof.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** With nothing found in N tries, the rate is below 3/N, 95 times in 100. */
const RULE_OF_THREE = 3;

test('every file it names is there', () => {
  const named = [...page.matchAll(/`((?:test|bench|server|client|docs)\/[\w./-]+\.(?:ts|tsx|md|mjs))`/g)].map(([, file]) => file!);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('every command it names is one of the project', () => {
  const named = [...page.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, script]) => script!);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
});

test('every bound is three divided by the tries beside it', () => {
  const rows = [...page.matchAll(/^\|.*\| ([\d,]+) [^|]*\| 0 [^|]*\| < ([\d.]+) % [^|]*\|$/gm)];
  expect(rows.length).toBeGreaterThan(5);
  for (const [row, tries, bound] of rows) {
    const exact = (100 * RULE_OF_THREE) / Number(tries!.replaceAll(',', ''));
    const digits = bound!.split('.')[1]?.length ?? 0;
    expect(Number(bound), row).toBeGreaterThanOrEqual(Number(exact.toFixed(digits)));
    expect(Number(bound), row).toBeLessThanOrEqual(exact + 2 * 10 ** -digits);
  }
});
