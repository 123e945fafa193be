/** Copies of a brand's database: taken while it runs, and put back. */
import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Id } from '../../protocol/messages.ts';
import { SCHEMA } from '../schema.ts';

/** What is wrong, in words for the operator. */
export class CannotCopy extends Error {}

/** All pages in one step: a step that a running server writes between would begin the copy again, for ever. */
const ALL_PAGES = 2 ** 30;
const BUSY_MS = 5_000;

/** @param now names the copy. @returns its file */
export async function backUp(file: string, brand: Id, dir: string, now: Date): Promise<string> {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const copy = join(resolve(dir), `${brand}-${stamp}.sqlite`);
  if (existsSync(copy)) throw new CannotCopy(`${copy} is there already`);
  await copyWhole(file, `${copy}.part`);
  renameSync(`${copy}.part`, copy);
  flush(dirname(copy));
  return copy;
}

/** One file without a log beside it, checked, on disk. */
async function copyWhole(from: string, to: string): Promise<void> {
  rmSync(to, { force: true });
  const source = new DatabaseSync(from, { timeout: BUSY_MS });
  try {
    await backup(source, to, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
  chmodSync(to, 0o600);
  withDatabase(to, (database) => {
    database.exec('PRAGMA journal_mode = DELETE');
    checkWhole(database, from);
  });
  flush(to);
}

/**
 * Puts a copy in the place of a brand's database. Only for whoever holds the data folder.
 * What has changed since the copy: the epoch, so that clients notice; the people who were erased since, who stay so;
 * and all who were signed in or invited, for some of them may have been dismissed since.
 * @param withoutErasures also where nobody can know who was erased since the copy: they are back then
 * @returns where the database that was there is now, and whether it could say who was erased
 * @throws CannotCopy
 */
export async function putBack(file: string, copy: string, now: Date, epoch: string, withoutErasures = false): Promise<{ before: string | undefined; knowsErased: boolean }> {
  if (!existsSync(copy)) throw new CannotCopy(`there is no file ${copy}`);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const found = erasedIn(file);
  if (!found && !withoutErasures) throw new CannotCopy(unknownIn(file));
  const erased = found ?? [];
  const fresh = `${file}.restoring`;
  try {
    await copyWhole(copy, fresh);
    withDatabase(fresh, (database) => makeCurrent(database, copy, erased, epoch));
  } catch (error) {
    rmSync(fresh, { force: true });
    throw (error as { code?: string }).code === 'ERR_SQLITE_ERROR' ? new CannotCopy(`${copy} is not a database of Leaveword's: ${(error as Error).message}`) : error;
  }
  flush(fresh);
  const before = existsSync(file) ? setAside(file, now, !found) : undefined;
  renameSync(fresh, file);
  flush(dirname(file));
  return { before, knowsErased: !!found };
}

const unknownIn = (file: string): string => [
  existsSync(file) ? `${file} cannot be read, so nobody knows who was erased since the copy was made.` : `There is no ${file}, which knows who was erased since the copy was made.`,
  'If you have that database, or an older one of the same brand that is newer than the copy, put it there first.',
  'To restore all the same, say --without-erasures: whoever was erased since the copy will be back, and has to be erased again.',
].join('\n');

function makeCurrent(database: DatabaseSync, copy: string, erased: { hash: string; at: number }[], epoch: string): void {
  const step = (database.prepare('SELECT step FROM schema').get() as { step: number } | undefined)?.step ?? 0;
  if (step < 1 || step > SCHEMA) throw new CannotCopy(`${copy} is at schema ${step}, and this version of Leaveword knows 1 to ${SCHEMA}`);
  database.exec('PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; BEGIN');
  const remember = database.prepare('INSERT INTO erased VALUES (?, ?) ON CONFLICT (hash) DO NOTHING');
  for (const { hash, at } of erased) remember.run(hash, at);
  database.exec(`
    DELETE FROM visitor WHERE id IN (SELECT hash FROM erased)
      OR id IN (SELECT visitor FROM token WHERE hash IN (SELECT hash FROM erased));
    DELETE FROM session;
    DELETE FROM ticket;
  `);
  // What they said must not be found any more either; words are taken in anew.
  if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'told'").all().length) database.exec("INSERT INTO told (told) VALUES ('delete-all')");
  database.prepare('UPDATE head SET epoch = ?').run(epoch);
  database.exec('COMMIT');
}

/** The ledger of those who must not come back, or nothing where it cannot be read. */
function erasedIn(file: string): { hash: string; at: number }[] | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return withDatabase(file, (database) => database.prepare('SELECT hash, at FROM erased').all() as unknown as { hash: string; at: number }[]);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SQLITE_ERROR') throw error;
    return undefined;
  }
}

/** @param asItIs with its log beside it: no SQLite can read it */
function setAside(file: string, now: Date, asItIs: boolean): string {
  const aside = `${file}.before-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  if (asItIs) {
    for (const rest of ['-wal', '-shm', '']) if (existsSync(file + rest)) renameSync(file + rest, aside + rest);
    return aside;
  }
  // Its log is emptied into it first, and what is left of the log would otherwise be read into the copy.
  withDatabase(file, (database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
  copyFileSync(file, aside);
  flush(aside);
  for (const rest of ['-wal', '-shm']) rmSync(file + rest, { force: true });
  return aside;
}

function checkWhole(database: DatabaseSync, from: string): void {
  const damage = database.prepare('PRAGMA integrity_check(1)').get() as { integrity_check: string };
  if (damage.integrity_check !== 'ok') throw new CannotCopy(`${basename(from)} is damaged: ${damage.integrity_check}`);
  if (database.prepare('PRAGMA foreign_key_check').all().length) throw new CannotCopy(`${basename(from)} is damaged: it refers to rows that are not there`);
}

function withDatabase<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** A file, or the names in a folder. */
export function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
