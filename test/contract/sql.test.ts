/** What is said to SQLite means the same on both hosts: the same rows, or the same refusal. */
import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestHarness, type TestHarness } from 'wrangler';
import { Database } from '../../server/hosts/node-database.ts';
import { FUNCTIONS, PRAGMAS, PRAGMAS_OF } from '../../server/hosts/node-sql-rules.ts';
import { FORBIDDEN, play, toJson, TOPICS } from './sql-cases.ts';

/** The runtime that is deployed, as it was on that day. */
const [, DATE] = /"compatibility_date": "([\d-]+)"/.exec(readFileSync(new URL('../../wrangler.jsonc', import.meta.url), 'utf8'))!;

let edge: TestHarness;
beforeAll(async () => {
  edge = createTestHarness({ workers: [{ config: {
    name: 'sql', main: fileURLToPath(new URL('sql-worker.ts', import.meta.url)), compatibility_date: DATE!,
    durable_objects: { bindings: [{ name: 'DESK', class_name: 'Desk' }] }, migrations: [{ tag: 'v1', new_sqlite_classes: ['Desk'] }],
  } }] });
  await edge.listen();
});
afterAll(() => edge.close());

const ask = (what: { play: string } | { tryAll: string[] }) => edge.fetch('/', { method: 'POST', body: JSON.stringify(what) });

const HOSTS: Record<string, (says: string) => Promise<string>> = {
  async node(says) {
    const database = new Database(':memory:');
    try {
      return play(database, says, (work) => {
        database.step('SAVEPOINT s');
        try {
          const result = work();
          database.step('RELEASE s');
          return result;
        } catch (error) {
          database.undo('s');
          throw error;
        }
      });
    } finally {
      database.close();
    }
  },
  workerd: async (says) => (await ask({ play: says })).text(),
};

describe.each(Object.keys(HOSTS))('on %s', (host) => {
  describe.each(TOPICS)('%s', (_topic, cases) => {
    it.each(cases)('$says', async ({ says, comes }) => {
      expect(JSON.parse(await HOSTS[host]!(says))).toEqual(JSON.parse(toJson(comes)));
    });
  });
});

describe('the rules that Node is held to are workerd’s own', () => {
  const plain = new DatabaseSync(':memory:');
  const names = (query: string): string[] => [...new Set(plain.prepare(query).all().map(({ name }) => name as string))];
  const tryAll = async (statements: string[]) => await (await ask({ tryAll: statements })).json() as (string | null)[];
  afterAll(() => plain.close());

  it.each(FORBIDDEN)('%s: only a rule is in the way', (_what, statements) => {
    for (const statement of statements) {
      const database = new DatabaseSync(':memory:');
      expect(() => database.exec(statement), statement).not.toThrow();
      database.close();
    }
  });

  it('each function that Node knows is allowed on both, or on none', async () => {
    // However many arguments it takes, one of these is right.
    const calls = names('SELECT name FROM pragma_function_list').flatMap((name) =>
      ['', 'NULL', 'NULL, NULL', 'NULL, NULL, NULL'].map((args) => ({ name, statement: `SELECT "${name}"(${args})` })));
    const answers = await tryAll(calls.map(({ statement }) => statement));
    const there = new Set(calls.map(({ name }) => name));
    calls.forEach(({ name }, index) => { if (/not authorized|no such function/.test(answers[index] ?? '')) there.delete(name); });
    expect([...there].sort()).toEqual([...FUNCTIONS].sort());
  });

  it('each pragma that Node lets through is let through by workerd', async () => {
    const statements = [...[...PRAGMAS].map((name) => `PRAGMA ${name}`), ...[...PRAGMAS_OF].map((name) => `PRAGMA ${name}(sqlite_master)`)];
    expect(await tryAll(statements)).toEqual(statements.map(() => null));
  });
});

describe('the core', () => {
  const files = ['../../server/', '../../server/doors/'].flatMap((folder) => {
    const url = new URL(folder, import.meta.url);
    return readdirSync(url).filter((name) => name.endsWith('.ts')).map((name) => ({ name, text: readFileSync(new URL(name, url), 'utf8') }));
  });

  it('says no pragma, which is a host’s word, and no LIKE or GLOB, which nobody’s search term may reach', () => {
    expect(files.length).toBeGreaterThan(40);
    const found = files.flatMap(({ name, text }) => [...text.matchAll(/\b(PRAGMA|LIKE|GLOB|ATTACH)\b/g)].map(([word]) => `${name}: ${word}`));
    expect(found).toEqual([]);
  });

  it('puts no values into a statement’s text: lists are of words that we wrote', () => {
    const found = files.flatMap(({ name, text }) => [...text.matchAll(/\bIN \(\s*(?!'|SELECT\b)[^)]*\)/g)].map(([words]) => `${name}: ${words}`));
    expect(found).toEqual([]);
  });
});
