/** What is to be played: drawn from the seed alone, as lists, so that any of it can be left out and the rest stays as it is. */
import { seeded } from '../seeded.ts';
import type { Weather } from './line.ts';
import { withTheme } from './themes.ts';

export const FAULTS = [
  'cut', 'half open', 'ghost', 'offline', 'kill', 'kill in a transaction', 'kill behind a commit', 'commit undone', 'commit unknown',
  'disk full', 'deploy', 'alarm', 'stall', 'server clock', 'device clock', 'wipe', 'device disk', 'device full', 'device hangs',
  'close', 'crash', 'freeze', 'bfcache', 'hide', 'restore', 'write in a burst', 'write', 'no sockets',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** @field hasty several messages at once, or, of an agent, a look at all there is */
export interface Step { at: number; who: number; dice: number; hasty?: true }
/** @field who of the people it befalls, where that is not left to the dice */
export interface Fault { at: number; kind: FaultKind; dice: number; who?: number }

export interface Plan {
  seed: number;
  brands: string[];
  shoppers: { brand: number; tabs: number; skew: number }[];
  clerks: { brand: number; tabs: number; skew: number }[];
  /** Of the people, visitors first, those who are left out. */
  absent: number[];
  steps: Step[];
  faults: Fault[];
  weather: Weather;
  slots: number;
  /** In the end the agents go home, and what is due is due all the same. */
  leaves: boolean;
  /** How long people act and things break, in milliseconds; then all is well. */
  lasts: number;
}

const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

export function draw(seed: number): Plan {
  const random = seeded(Math.imul(seed, 0x9e3779b1) ^ 0x2545f491);
  const chance = (p: number) => random() < p;
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const dice = () => Math.floor(random() * 2 ** 32);
  const brands = chance(0.25) ? ['tea', 'ink'] : ['tea'];
  const skewed = () => (chance(0.1) ? between(-1, 1) * YEAR : chance(0.3) ? between(-5 * MINUTE, 5 * MINUTE) : 0);
  const shoppers = Array.from({ length: chance(0.3) ? between(4, 5) : between(2, 3) }, () => ({ brand: between(0, brands.length - 1), tabs: chance(0.4) ? 2 : 1, skew: skewed() }));
  const clerks = Array.from({ length: Math.max(chance(0.2) ? 3 : between(1, 2), brands.length) }, (_, i) => ({ brand: i % brands.length, tabs: chance(0.15) ? 2 : 1, skew: chance(0.2) ? between(-MINUTE, MINUTE) : 0 }));
  const lasts = between(10_000, 60_000);
  const people = shoppers.length + clerks.length;
  const steps: Step[] = Array.from({ length: between(5, 22) }, () => ({ at: between(0, lasts), who: between(0, people - 1), dice: dice() })).sort((a, b) => a.at - b.at);
  // Swarm testing: each world knows a few ways to break, and knows them well.
  const faults: Fault[] = [];
  for (const kind of FAULTS) {
    if (!chance(0.16)) continue;
    const times = between(1, kind === 'restore' || kind === 'wipe' ? 1 : 4);
    for (let n = 0; n < times; n++) faults.push({ at: between(2_000, lasts), kind, dice: dice() });
  }
  faults.sort((a, b) => a.at - b.at);
  const weather = { slow: between(10, 120), stall: faults.some(({ kind }) => kind === 'stall') ? 0.02 : 0, lost: chance(0.5) ? 0.1 : 0, missed: chance(0.15) ? 0.05 : 0 };
  const rest = { slots: between(1, 4), leaves: chance(0.25) };
  // Drawn last, so that no other world is another one for it: somebody writes in haste, and an agent looks on.
  if (chance(0.25)) {
    const who = between(0, shoppers.length - 1);
    const clerk = shoppers.length + clerks.findIndex(({ brand }) => brand === shoppers[who]!.brand);
    for (let at = between(0, lasts / 2), times = between(3, 7); times > 0; times--, at += between(2_000, 8_000)) {
      steps.push({ at, who, dice: dice(), hasty: true }, { at: at + between(500, 2_000), who: clerk, dice: dice(), hasty: true });
    }
  }
  return withTheme({ seed, brands, shoppers, clerks, absent: [], steps, faults, weather, lasts, ...rest });
}
