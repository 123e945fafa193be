/**
 * The real server in a process of its own, with a clock that its parent moves: for the test of a week. It makes its brand
 * and the invitations of its team first, so that they are of that week, too; started again it finds them.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '../server/app.ts';
import { makeInvite } from '../server/doors/invites.ts';
import type { Line } from '../server/hosts/node-line.ts';
import { nodeVitals } from '../server/hosts/node-vitals.ts';
import { listen, NodeHouse } from '../server/hosts/node.ts';
import { DEFAULTS } from '../server/settings.ts';
import type { Settings } from '../protocol/settings.ts';

export interface WeekServerOptions {
  dataDir: string;
  brand: string;
  port: number;
  url: string;
  /** What is set otherwise than usual. */
  settings: Partial<Settings>;
  /** By how much its clock is ahead of the machine's, in milliseconds; behind if negative. */
  shift: number;
}
/** From the parent: what to set the clock to. */
export interface Move { shift: number }
/** To the parent: it listens, or it has moved and whatever fell due is done. */
export type Told = { is: 'ready'; owner: string; agent: string } | { is: 'moved'; shift: number };

const options = JSON.parse(process.argv[2]!) as WeekServerOptions;
const { dataDir, brand, port, url, settings } = options;
let { shift } = options;

const assetDir = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const house = new NodeHouse({ dataDir, assetDir, url, now: () => Date.now() + shift });
const found = await house.owner(brand);
const owner = found ?? await house.create(brand, { ...DEFAULTS, ...settings });
const invites = found ? { owner: '', agent: '' } : {
  owner: (await makeInvite(house, owner, { email: 'mina@week.example', role: 'owner' })).link,
  agent: (await makeInvite(house, owner, { email: 'ravi@week.example', role: 'agent' })).link,
};
await listen(house, createApp(house, nodeVitals(house, dataDir)), { port });
tell({ is: 'ready', ...invites });

/** A longer silence ends the sessions of agents: an open inbox is heard of more often. */
const STRIDE_MS = 6 * 3_600_000;

process.on('message', async (move: Move) => {
  while (shift < move.shift) {
    shift = Math.min(move.shift, shift + STRIDE_MS);
    await owner.run((each) => {
      // Whoever was on the line the moment before still is: nobody has been silent for hours.
      for (const line of owner.connections()) (line as Line).heard = house.now();
      // Does what is due by now, and sets the one alarm again: a timer of real milliseconds knows of no jump.
      each.wake();
    });
  }
  tell({ is: 'moved', shift });
});
process.on('disconnect', () => process.exit(0));

function tell(told: Told): void {
  process.send!(told);
}
