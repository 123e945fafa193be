import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METERS, PRICES, priceOf, table, totalOf, useOf } from '../bench/cost.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const VOLUMES = [10_000, 1_000_000, 100_000_000];

test('the README’s costs are those that the script prints', () => {
  expect(readme).toContain(`\n${table()}\n`);
});

test('what is included costs nothing, and what is beyond costs what is published', () => {
  for (const meter of METERS) {
    const { included, each } = PRICES[meter];
    expect(priceOf(meter, included)).toBe(0);
    expect(priceOf(meter, included + 1_000_000)).toBeCloseTo(each * 1_000_000, 6);
  }
});

test('the sums of the table add up, as far as it is rounded', () => {
  const columns = VOLUMES.map((_, column) => table().split('\n').slice(2).map((row) => row.split('|')[column + 3]!));
  for (const [at, cells] of columns.entries()) {
    const dollars = cells.map((text) => Number((/\$([\d,.]+)/.exec(text)?.[1] ?? '0').replaceAll(',', '')));
    const together = cells.findIndex((text) => text.includes('**'));
    const sum = dollars.slice(0, together).reduce((all, each) => all + each, 0);
    expect(Math.abs(sum - dollars[together]!)).toBeLessThan(2);
    expect(dollars[together]).toBeCloseTo(totalOf(useOf(VOLUMES[at]!)), at === 2 ? -1 : 2);
  }
});

test('twice the messages are twice the work', () => {
  const [once, twice] = [useOf(1_000_000), useOf(2_000_000)];
  for (const meter of METERS) expect(twice[meter]).toBeCloseTo(once[meter] * 2, 3);
});
