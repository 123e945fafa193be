/**
 * A server that is wrong on purpose, for the torture's control run: what it tells leaves at once and not after the commit, and
 * its disk is slow. Loaded before `server/main.ts` by `--import`; the product has no such switch.
 */
import { Database } from '../../server/hosts/node-database.ts';
import { NodeOwner } from '../../server/hosts/node-owner.ts';

/** A poor disk's sync. Without the gate, whoever is killed in this time has told what is not there. */
const SYNC_MS = 30;
const never = new Int32Array(new SharedArrayBuffer(4));

NodeOwner.prototype.later = (effect) => effect();

const step = Database.prototype.step;
Database.prototype.step = function slow(this: Database, statement: string): void {
  if (statement === 'COMMIT') Atomics.wait(never, 0, 0, SYNC_MS);
  step.call(this, statement);
};
