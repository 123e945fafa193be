/** Loaded before `server/main.ts` by `--import`: a database set up in another way than the product's. The product has no such switch. */
import { DatabaseSync } from 'node:sqlite';

const { synchronous, checkpoint } = JSON.parse(process.env['UNUSUAL'] ?? '{}') as { synchronous?: string; checkpoint?: number };
const USUAL = 'PRAGMA synchronous = FULL';

const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function unusual(this: DatabaseSync, text: string): void {
  exec.call(this, text);
  if (!text.includes(USUAL)) return;
  if (synchronous) exec.call(this, `PRAGMA synchronous = ${synchronous}`);
  if (checkpoint) exec.call(this, `PRAGMA wal_autocheckpoint = ${checkpoint}`);
};
