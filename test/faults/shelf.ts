/** A place for disks that are made up: they are put there, opened as after a start, and looked at. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finding, findIn, type Said } from './voice.ts';

export type { Finding } from './voice.ts';
/** Memory, where there is some: thousands of disks need no real one. */
const MEMORY = '/dev/shm';

export interface Disk { database: Buffer; log: Buffer | undefined }
export interface Shelf { file: string; clear(): void }

export function openShelf(): Shelf {
  const dir = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'leaveword-shelf-'));
  return { file: join(dir, 'brand.sqlite'), clear: () => rmSync(dir, { recursive: true, force: true }) };
}

export function judgeIn({ file }: Shelf, { database, log }: Disk, acked: ReadonlyMap<string, number>, said: ReadonlyMap<string, Said>): Finding {
  for (const rest of ['-shm', '-wal']) rmSync(file + rest, { force: true });
  writeFileSync(file, database);
  if (log) writeFileSync(`${file}-wal`, log);
  return findIn(file, acked, said);
}
