/** What `server/hosts/node-backup.ts` finds as `node:fs`: the files of the simulated machine. */
import { stage } from './stage.ts';

export const existsSync = (file: string): boolean => stage().disks.exists(file);
export const rmSync = (file: string): void => stage().disks.remove(file);
export const renameSync = (from: string, to: string): void => stage().disks.move(from, to);
export const copyFileSync = (from: string, to: string): void => stage().disks.copy(from, to);
export const mkdirSync = (): void => undefined;
export const chmodSync = (): void => undefined;
export const openSync = (): number => 0;
export const closeSync = (): void => undefined;
export const fsyncSync = (): void => undefined;
