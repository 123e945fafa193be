/** A log that was cut off, or in which bits have turned: what is read of it is a beginning, with all that was whole before the damage. */
import { logOf, sealAgain } from './log-image.ts';
import type { Recording } from './record.ts';
import { judgeIn, type Shelf } from './shelf.ts';

export interface Damage {
  disks: number;
  lost: string[];
  broken: string[];
}
export interface Damaging {
  disks: number;
  random: () => number;
  /** The control run: sums are made right again, or nobody says that anything was cut off. What then is not noticed proves nothing. */
  hide?: boolean;
}

/** Cut at places of all kinds: between frames, in their heads, in their pages. */
export const cutLog = (recording: Recording, { disks, random, hide = false }: Damaging, shelf: Shelf): Damage =>
  each(recording, shelf, disks, (log) => {
    const at = Math.floor(random() * log.length);
    return { log: log.subarray(0, at), safe: hide ? log.length : at };
  });

/** Most bits are of pages that a later frame writes again, of room that is not used, or of a text: nobody could tell by one. */
const BITS_HIDDEN = 50;

/** One bit; all before it counts. */
export const flipLog = (recording: Recording, { disks, random, hide = false }: Damaging, shelf: Shelf): Damage =>
  each(recording, shelf, disks, (log) => {
    const bent = Buffer.from(log);
    let safe = log.length;
    for (let bits = hide ? BITS_HIDDEN : 1; bits > 0; bits--) {
      const at = Math.floor(random() * log.length);
      bent[at]! ^= 1 << Math.floor(random() * 8);
      safe = Math.min(safe, at);
    }
    return { log: hide ? sealAgain(bent) : bent, safe };
  });

function each(recording: Recording, shelf: Shelf, disks: number, hurt: (log: Buffer) => { log: Buffer; safe: number }): Damage {
  const { log: whole, endOf } = logOf(recording);
  const damage: Damage = { disks, lost: [], broken: [] };
  const { order } = judgeIn(shelf, { database: recording.before, log: whole }, recording.acked, recording.said);
  for (let n = 0; n < disks; n++) {
    const { log, safe } = hurt(whole);
    const told = new Map([...recording.acked].filter(([id]) => endOf.get(id)! <= safe));
    const finding = judgeIn(shelf, { database: recording.before, log }, told, recording.said);
    damage.lost.push(...finding.lost.map((id) => `at ${safe}: ${id}`));
    damage.broken.push(...finding.broken.map((what) => `at ${safe}: ${what}`));
    if (finding.order.some((id, at) => order[at] !== id)) damage.broken.push(`at ${safe}: not a beginning of what was written`);
  }
  return damage;
}
