/** One process at a time may write a data folder: two writers of one brand would each believe their own memory. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Hold { release(): void }

const SQLITE_BUSY = 5;

/**
 * A lock of SQLite's on a file of its own: the system lets go of it when the process dies, however it dies.
 * @returns nothing when another process holds it
 */
export function holdDataDir(dataDir: string): Hold | undefined {
  const database = new DatabaseSync(join(dataDir, 'lock.sqlite'), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
