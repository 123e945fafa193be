/** The whole demo in one process: the server, two shops on another origin, and the line between them. Ctrl-C ends all of it. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdDataDir } from '../server/hosts/node-lock.ts';
import { NodeHouse } from '../server/hosts/node.ts';
import { Line } from './line.ts';
import { seed, type WayIn } from './seed.ts';
import { openShop } from './shop.ts';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const LAST_PORT = 65_535;

/** What is wrong with how it was started, in words for whoever did. */
class Trouble extends Error {}
/** The server's own of that kind. */
const TROUBLES = ['Trouble', 'BadConfig', 'CannotStart'];

interface Places { port: number; shopPort: number; linePort: number; url: string; dataDir: string }

function readPlaces(): Places {
  const port = readPort('PORT', 8_787);
  return {
    port, shopPort: readPort('DEMO_PORT', port + 1), linePort: readPort('LINE_PORT', port + 2),
    url: process.env['PUBLIC_URL'] || `http://localhost:${port}`,
    dataDir: path.resolve(process.env['DATA_DIR'] || path.join(ROOT, 'data')),
  };
}

function readPort(name: string, otherwise: number): number {
  const text = process.env[name] || String(otherwise);
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > LAST_PORT) throw new Trouble(`${name} is "${text}": it must be a port from 1 to ${LAST_PORT}`);
  return number;
}

async function start(): Promise<void> {
  const places = readPlaces();
  const { port, shopPort, linePort, url, dataDir } = places;
  const line = new Line(linePort, port);
  const shop = openShop(line, port);
  await taking(linePort, 'LINE_PORT', line.mend());
  await taking(shopPort, 'DEMO_PORT', new Promise<void>((resolve, reject) => shop.once('error', reject).listen(shopPort, resolve)));

  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const hold = holdDataDir(dataDir);
  if (!hold) throw new Trouble(`Another Leaveword process is using the data in ${dataDir}. Stop it, or set DATA_DIR to another folder.`);
  const house = new NodeHouse({ dataDir, assetDir: path.join(ROOT, 'dist'), url, log: () => undefined });
  const ways = await seed(house, ['localhost', '127.0.0.1'].map((host) => `http://${host}:${shopPort}`));
  house.close();
  hold.release();

  endTogether(() => {
    shop.close();
    shop.closeAllConnections();
    return line.cut();
  });
  // The server reads its own settings, and must read the same ones.
  Object.assign(process.env, { PORT: String(port), DATA_DIR: dataDir, PUBLIC_URL: url });
  await taking(port, 'PORT', import('../server/main.ts'));
  printAddresses(ways, places);
}

async function taking(number: number, name: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Trouble(`Port ${number} is in use. Stop what listens there, or set ${name} to another port.`);
  }
}

/** The server answers signals by itself; shops and line go with it, and all of us with whoever started us. */
function endTogether(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, close);
  if (!process.connected) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

function printAddresses(ways: WayIn[], { shopPort, linePort, url, dataDir }: Places): void {
  const lines = ways.flatMap(({ shop, inbox, join }) => [
    '', `  ${shop.name}`,
    `    shop    http://localhost:${shopPort}${shop.home}`,
    `    inbox   ${inbox}`,
    ...(join ? [`    first   ${join}`, '            (opens once, for seven days: it makes you the first agent)'] : []),
  ]);
  console.log(['', 'Leaveword is running. Open a shop, write something, and answer it in the inbox.', ...lines, '',
    `  server  ${url}   (loader: ${url}/widget.js)`,
    `  line    http://localhost:${linePort}   (what the shops load the widget through: cut it in the bar at the top of the shop)`,
    `  data    ${path.relative(process.cwd(), dataDir) || dataDir}`, '', 'Ctrl-C stops everything.'].join('\n'));
}

start().catch((error: Error) => {
  console.error(TROUBLES.includes(error.constructor.name) ? error.message : error);
  process.exit(1);
});
