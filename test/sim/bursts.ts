/** Looks on while messages that came in together are taken (`server/burst.ts`), to count it, and tells the disk, which may fail just then. */
import { Bursts } from '../../server/burst.ts';
import { stage } from './stage.ts';

const { take } = Bursts.prototype;

Bursts.prototype.take = function counted(...[heard, from = 0]: Parameters<typeof take>): number {
  const { world, disks } = stage();
  disks.takesBurst = heard.length - from > 1;
  try {
    const count = take.call(this, heard, from);
    if (count > 1) world.count('messages of one turn were taken as one change');
    if (new Set(heard.slice(from, from + count).map(({ connection }) => connection)).size > 1) world.count('messages of one turn came from several tabs');
    return count;
  } catch (error) {
    if (world.current.alive) world.count('a burst failed, and each was heard by itself');
    throw error;
  } finally {
    disks.takesBurst = false;
  }
};
