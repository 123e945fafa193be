import { expect, test } from 'vitest';
import { Buckets, KEYS_MOST, rule } from '../server/rates.ts';

const MINUTE = 60_000;

test('a burst passes, the next waits exactly until a token is back', () => {
  const buckets = new Buckets({ burst: 3, perMs: 3_000 });
  expect([1, 2, 3].map(() => buckets.take('a', 0))).toEqual([0, 0, 0]);
  expect(buckets.take('a', 0)).toBe(1_000);
  expect(buckets.take('a', 999)).toBe(1);
  expect(buckets.take('a', 1_000)).toBe(0);
  expect(buckets.take('a', 1_000)).toBe(1_000);
});

test('a refused try costs nothing: whoever keeps trying still gets the promised rate', () => {
  const buckets = new Buckets(rule(20, MINUTE, 10));
  let passed = 0;
  for (let now = 0; now <= MINUTE; now += 100) if (buckets.take('a', now) === 0) passed++;
  expect(passed).toBe(10 + 20);
});

test('rule(20, minute, 10) is twenty a minute and ten at once', () => {
  const buckets = new Buckets(rule(20, MINUTE, 10));
  for (let i = 0; i < 10; i++) expect(buckets.take('a', 0)).toBe(0);
  expect(buckets.take('a', 0)).toBe(3_000);
});

test('keys do not touch each other', () => {
  const buckets = new Buckets({ burst: 1, perMs: 1_000 });
  expect(buckets.take('a', 0)).toBe(0);
  expect(buckets.take('b', 0)).toBe(0);
  expect(buckets.take('a', 0)).toBe(1_000);
});

test('a clock that is set back locks nobody out for longer than an empty bucket', () => {
  const buckets = new Buckets({ burst: 1, perMs: 1_000 });
  expect(buckets.take('a', 10_000_000)).toBe(0);
  expect(buckets.take('a', 0)).toBeLessThanOrEqual(1_000);
  expect(buckets.take('a', 1_001)).toBe(0);
});

test('memory is bounded: the idlest key is forgotten, the busy one is not', () => {
  const buckets = new Buckets({ burst: 1, perMs: 1_000_000 }, 100);
  buckets.take('attacker', 0);
  for (let i = 0; i < 1_000; i++) {
    buckets.take(`other${i}`, i);
    buckets.take('attacker', i);
  }
  expect(buckets.size).toBe(100);
  expect(buckets.take('attacker', 1_000)).toBeGreaterThan(0);
  expect(buckets.take('other0', 1_000)).toBe(0);
});

test('100,000 addresses leave at most 50,000 keys', () => {
  const buckets = new Buckets({ burst: 5, perMs: MINUTE });
  for (let i = 0; i < 100_000; i++) buckets.take(`2001:db8:${i}`, i);
  expect(buckets.size).toBe(KEYS_MOST);
});
