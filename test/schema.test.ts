/** A database that an earlier version has written is brought to this one's tables (server/schema.ts). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../server/host.ts';
import { Database } from '../server/hosts/node-database.ts';
import { migrate } from '../server/schema.ts';

/** The last in which who says a message was checked with IN. */
const WITH_IN = 5;

let dir: string;
let database: Database;
const host = () => ({
  sql: database.sql.bind(database),
  script: database.script.bind(database),
  transaction: (work: () => unknown) => {
    database.step('BEGIN');
    const result = work();
    database.step('COMMIT');
    return result;
  },
}) as unknown as Host;
const shape = () => ({
  columns: database.sql<{ name: string }>('PRAGMA table_info(message)').map(({ name }) => name),
  text: database.sql("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"),
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'leaveword-schema-'));
  database = new Database(join(dir, 'old.sqlite'));
});
afterEach(() => {
  database.close();
  rmSync(dir, { recursive: true });
});

describe('messages of an earlier version', () => {
  const SAID = [['visitor', 'Is it back?'], ['brand', 'We answer soon.'], ['agent', 'It is.']] as const;
  const say = (seq: number, by: string, body: string, id = `m${seq}`) => database.sql(
    "INSERT INTO message (thread, seq, id, by, body, at, rev) VALUES ('th', ?, ?, ?, ?, ?, ?)", seq, id, by, body, seq, seq);

  beforeEach(() => {
    migrate(host(), WITH_IN);
    expect(shape().text.map((row) => JSON.stringify(row)).join()).toContain("by IN ('visitor', 'agent', 'brand')");
    database.sql("INSERT INTO visitor (id, created, at, rev) VALUES ('v', 1, 1, 1)");
    database.sql("INSERT INTO thread (id, visitor, state, created, at, rev) VALUES ('th', 'v', 'waiting', 1, 1, 1)");
    for (const [at, [by, body]] of SAID.entries()) say(at + 1, by, body);
  });

  it('keep their order, who said them, and all that is checked of them', () => {
    const rows = () => database.sql("SELECT n, thread, seq, id, by, agent, name, body, page, at, rev FROM message ORDER BY n");
    const before = rows();
    migrate(host());
    expect(rows()).toEqual(before);
    expect(rows().map((row) => (row as { by: string }).by)).toEqual(SAID.map(([by]) => by));
    expect(() => say(4, 'nobody', 'hm')).toThrow('CHECK');
    expect(() => say(4, 'visitor', 'twice', 'm1')).toThrow('UNIQUE');
    expect(() => say(3, 'visitor', 'the same place', 'm4')).toThrow('UNIQUE');
    say(4, 'agent', 'Shall I put one aside?');
    database.sql("DELETE FROM thread WHERE id = 'th'");
    expect(rows(), 'they go with their thread').toEqual([]);
  });

  it('lie in the same tables as those of a new brand', () => {
    migrate(host());
    const old = shape();
    database.close();
    database = new Database(join(dir, 'new.sqlite'));
    migrate(host());
    expect(shape()).toEqual(old);
    expect(old.columns.toSorted()).toEqual(['agent', 'at', 'body', 'by', 'id', 'n', 'name', 'page', 'rev', 'seq', 'thread']);
  });
});
