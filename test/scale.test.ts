import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needOf, table } from '../bench/scale.ts';

test('the table of docs/scale.md is the one that the script prints', () => {
  expect(readFileSync(new URL('../docs/scale.md', import.meta.url), 'utf8')).toContain(`\n${table()}\n`);
});

test('ten times the visitors are ten times the messages, and a hundred times the frames to a team ten times as large', () => {
  const [once, ten] = [needOf(1_000_000), needOf(10_000_000)];
  expect(ten.messages / once.messages).toBeCloseTo(10, 6);
  expect(ten.told / once.told).toBeCloseTo(100, 6);
  expect(ten.days / once.days).toBeCloseTo(0.1, 6);
});
