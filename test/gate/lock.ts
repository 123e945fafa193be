/** The lock file and the package file, as far as the gate asks them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..', '..');
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));

export interface Locked {
  name: string;
  version: string;
  license?: string;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  /** Needed by nothing that runs for a user. */
  dev: boolean;
}

export const PACKAGE = read('package.json') as { dependencies: Record<string, string>; devDependencies: Record<string, string>; allowScripts: Record<string, boolean> };

const packages = (read('package-lock.json') as { packages: Record<string, Omit<Locked, 'name' | 'dev'> & { dev?: boolean; devOptional?: boolean }> }).packages;
export const LOCKED: Locked[] = Object.entries(packages).filter(([place]) => place !== '').map(([place, entry]) => ({
  ...entry, name: place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length), dev: entry.dev === true || entry.devOptional === true,
}));

/** These, and all that they bring with them. */
export function closureOf(names: Iterable<string>, found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    closureOf(Object.keys(LOCKED.find((each) => each.name === name)?.dependencies ?? {}), found);
  }
  return found;
}

/** Whether `version` is at least `floor`; what comes before a release is older than it. */
export function isAtLeast(version: string, floor: string): boolean {
  const [numbers, pre] = version.split('-') as [string, string?];
  const [have, want] = [numbers, floor].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (const [index, least] of want.entries()) if ((have[index] ?? 0) !== least) return (have[index] ?? 0) > least;
  return pre === undefined;
}
