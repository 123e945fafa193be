/** The same demo at the edge: the Worker and its Durable Objects run on workerd, here, and keep their data in a folder. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { withDeployment } from '../server/admin-ask.ts';
import { readConfig } from '../server/config.ts';
import { holdDataDir } from '../server/hosts/node-lock.ts';
import { complain, inUse, type Places, readPlaces, ROOT, taking } from './places.ts';
import { seed } from './seed.ts';
import { endTogether, openStreet, printAddresses } from './street.ts';
import { Workerd } from './workerd-group.ts';

const TOKEN_BYTES = 32;

async function start(): Promise<void> {
  const places = readPlaces('data-edge');
  const { port, dataDir } = places;
  const street = await openStreet(places);
  await taking(port, 'PORT', tryPort(port));
  const { url } = readConfig({ PORT: String(port), DATA_DIR: dataDir, PUBLIC_URL: places.url });
  const hold = holdDataDir(dataDir);
  if (!hold) throw inUse(dataDir);

  console.log('Starting workerd …');
  const token = tokenIn(dataDir);
  const workerd = new Workerd({ config: path.join(ROOT, 'wrangler.jsonc'), port, dataDir, vars: { PUBLIC_URL: url, ADMIN_TOKEN: token } });
  const end = async (code: number): Promise<void> => {
    await Promise.all([street.close(), workerd.end()]);
    hold.release();
    process.exit(code);
  };
  endTogether(() => end(0));
  await workerd.ready;
  const ways = await withDeployment(`http://127.0.0.1:${port}`, token, undefined, (ask) => seed(ask, url, street.origins));
  printAddresses(ways, places, [`  admin   ${adminLine(places)}`]);
  console.error(`workerd has ended by itself. Start again: what was acknowledged is in the folder.\n${await workerd.ended}`);
  await end(1);
}

/** wrangler would take another port in silence. */
async function tryPort(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve));
  await new Promise((resolve) => server.close(resolve));
}

/** Opens the operator's doors, so nobody but the operator reads it. */
function tokenIn(dataDir: string): string {
  const file = path.join(dataDir, 'admin-token');
  if (!existsSync(file)) writeFileSync(file, randomBytes(TOKEN_BYTES).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

const adminLine = ({ url, dataDir }: Places): string =>
  `ADMIN_TOKEN=$(cat ${path.relative(process.cwd(), dataDir) || dataDir}/admin-token) npm run admin -- --at ${url} brand list`;

start().catch((error: Error) => complain(error, ['BadConfig', 'Problem', 'Failed']));
