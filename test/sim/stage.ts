/** The world that is being played: what stands in for globals and for `node:sqlite` asks here. There is one at a time. */
import type { Disks } from './disk.ts';
import type { Net } from './line.ts';
import type { World } from './world.ts';

export interface Stage { world: World; net: Net; disks: Disks }

let now: Stage | undefined;

export function stage(): Stage {
  if (!now) throw new Error('nothing is being played');
  return now;
}
export function playing(): Stage | undefined {
  return now;
}
export function enter(next: Stage | undefined): void {
  now = next;
}
