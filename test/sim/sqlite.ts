/** What the server's modules find as `node:sqlite`. */
import { stage } from './stage.ts';
import type { DatabaseSync } from './disk.ts';

export { constants } from 'node:sqlite';
export { DatabaseSync } from './disk.ts';

export async function backup(source: DatabaseSync, to: string): Promise<void> {
  stage().disks.copy(source.location(), to);
}
