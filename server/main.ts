/** The server as a process: its settings, its house, its doors, and its end. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runErrand } from './admin-verbs.ts';
import { createApp } from './app.ts';
import { BadConfig, type Config, readConfig } from './config.ts';
import { isSafe } from './doors/cookie.ts';
import { faultOf } from './doors/fault.ts';
import { takeErrands } from './hosts/node-control.ts';
import { holdDataDir } from './hosts/node-lock.ts';
import { nodeVitals } from './hosts/node-vitals.ts';
import { CannotOpen, listen, logLine, NodeHouse } from './hosts/node.ts';
import { makeInvite } from './doors/invites.ts';
import { DEFAULTS } from './settings.ts';

/** Whoever looks after processes kills at 30 s at the earliest; we are gone before, one way or the other. */
const END_MS = 20_000;

class CannotStart extends Error {}

async function start(config: Config): Promise<void> {
  const hold = holdDataDir(config.dataDir);
  if (!hold) throw new CannotStart(`Another Leaveword process is using the data in ${config.dataDir}. Stop it, or set DATA_DIR to another folder.`);
  const house = new NodeHouse({ dataDir: config.dataDir, assetDir: join(dirname(fileURLToPath(import.meta.url)), '..', 'dist'), url: config.url });
  // Every brand is opened now: what is wrong with one is found before anybody is let in, and what fell due meanwhile is done.
  const brands = await house.brands();
  const problems = await openBrands(house, brands);
  if (problems.length && problems.length === brands.length) throw new CannotStart(problems.join('\n'));
  const first = brands.length ? undefined : await makeFirstBrand(house, config);
  const vitals = nodeVitals(house, config.dataDir);
  const app = createApp(house, { ...vitals, ...(config.metricsToken ? { metricsToken: config.metricsToken } : {}) });
  const listening = await listen(house, app, { port: config.port, trustedProxy: config.trustedProxy });
  const control = takeErrands(config.dataDir, house.log, (errand) => runErrand(house, errand));
  house.log('listening', { port: listening.port, brands: Math.max(brands.length, 1) });
  print(config, first);
  for (const problem of problems) console.error(problem);

  let isEnding = false;
  const end = (signal: string): void => {
    if (isEnding) process.exit(1);
    isEnding = true;
    house.log('draining', { signal });
    control.close();
    setTimeout(() => process.exit(1), END_MS).unref();
    listening.drain().then(() => {
      vitals.close();
      hold.release();
      house.log('ended');
      process.exit(0);
    }, crash);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(signal));
}

/** One that cannot be opened keeps no other from being served; whoever starts the server is told which, and why. */
async function openBrands(house: NodeHouse, brands: string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const brand of brands) {
    try {
      await house.owner(brand);
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error;
      house.log('brand_unavailable', { brand, ...faultOf(error) });
      problems.push(`${error.message}\n  Its visitors are asked to wait. Stop the server, and put a backup in its place: npm run admin -- restore ${brand} <file>`);
    }
  }
  return problems;
}

/** Whatever nobody answered for leaves memory in an unknown state. The disk is not: the next process goes on from there. */
function crash(error: unknown): void {
  logLine('crashed', faultOf(error));
  process.exit(1);
}

async function makeFirstBrand(house: NodeHouse, { brand, ownerEmail }: Config): Promise<string> {
  const owner = await house.create(brand, DEFAULTS);
  const { link } = await makeInvite(house, owner, {
    email: ownerEmail?.toLowerCase() ?? `owner@${brand}.example`, role: 'owner', anyEmail: ownerEmail === undefined,
  });
  return link;
}

function print({ url, brand }: Config, first: string | undefined): void {
  const lines = [`Leaveword is running at ${url}`];
  if (first) {
    lines.push(`Its first brand is "${brand}". Its owner joins here, once, within seven days:`, `  ${first}`,
      'Then say under Settings on which sites the widget may stand, and paste the tag that is shown there.');
  }
  if (url.startsWith('http:') && !isSafe(url)) lines.push('Warning: PUBLIC_URL is http, so passwords and messages travel unprotected. Put a TLS proxy before it and set PUBLIC_URL to https.');
  console.log(lines.join('\n'));
}

process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
try {
  await start(readConfig(process.env));
} catch (error) {
  // Imported by the demo, it is the demo that has the words for it.
  if (!import.meta.main) throw error;
  const { code, message } = error as NodeJS.ErrnoException;
  const known = error instanceof BadConfig || error instanceof CannotStart;
  console.error(known ? message : code === 'EADDRINUSE' ? `Port ${process.env['PORT'] ?? '8787'} is in use. Stop what listens there, or set PORT to another.` : error);
  process.exit(1);
}
