import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BadConfig, readConfig } from '../server/config.ts';

const dir = mkdtempSync(join(tmpdir(), 'leaveword-config-'));
const file = join(dir, 'a-file');
writeFileSync(file, '');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const read = (env: Record<string, string>) => readConfig({ DATA_DIR: join(dir, 'data'), ...env });
const problems = (env: Record<string, string>): string[] => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof BadConfig) return error.problems;
    throw error;
  }
  return [];
};

test('without settings it listens on 8787, for this machine, with a folder that it makes', () => {
  expect(read({})).toEqual({ port: 8_787, dataDir: join(dir, 'data'), url: 'http://localhost:8787', trustedProxy: [], brand: 'demo' });
});
test('empty settings are as good as none', () => {
  expect(read({ PORT: '', PUBLIC_URL: '', TRUSTED_PROXY: '', METRICS_TOKEN: '' })).toEqual(read({}));
});
test('the address follows the port unless it is said', () => {
  expect(read({ PORT: '9000' }).url).toBe('http://localhost:9000');
  expect(read({ PORT: '9000', PUBLIC_URL: 'https://Chat.example/' }).url).toBe('https://chat.example');
});
test('proxies are a list of addresses and networks', () => {
  expect(read({ TRUSTED_PROXY: '10.0.0.0/8, 192.0.2.7 2001:db8::/32' }).trustedProxy).toEqual(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);
});

describe('a wrong setting is named', () => {
  test.each([
    ['PORT', ['0', '65536', '80.5', '-1', 'http', '1e3', ' 80']],
    ['DATA_DIR', [file, join(file, 'below'), '/proc/nowhere/else']],
    ['PUBLIC_URL', ['chat.example', 'ftp://chat.example', 'https://chat.example/path', 'https://a:b@chat.example', 'https://chat.example?x', 'javascript:alert(1)']],
    ['TRUSTED_PROXY', ['proxy.example', '10.0.0.0/33', '::1/129', '10.0.0.0/8/8', '10.0.0', '10.0.0.0/-1']],
    ['METRICS_TOKEN', ['short', '123456789012345']],
    ['BRAND', ['Demo', 'a b', '-a', 'x'.repeat(41), '../x']],
    ['OWNER_EMAIL', ['nobody', 'a@b@c', 'a b@c.example', 'a@b.example\r\nx: y']],
  ])('%s', (name, values) => {
    for (const value of values) {
      const found = problems({ [name]: value });
      expect(found, value).toHaveLength(1);
      expect(found[0]).toMatch(new RegExp(`^${name} must`));
    }
  });
  test('all of them at once', () => {
    const found = problems({ PORT: 'x', PUBLIC_URL: 'x', TRUSTED_PROXY: 'x', METRICS_TOKEN: 'x', DATA_DIR: file });
    expect(found.map((problem) => problem.split(' ')[0])).toEqual(['PORT', 'DATA_DIR', 'PUBLIC_URL', 'TRUSTED_PROXY', 'METRICS_TOKEN']);
  });
  test('a secret is not printed, not even a bad one', () => {
    expect(problems({ METRICS_TOKEN: 'hunter2' })[0]).not.toContain('hunter2');
  });
});
