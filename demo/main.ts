/** The whole demo in one process: the server, two shops on another origin, and the line between them. Ctrl-C ends all of it. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeHouse } from '../server/hosts/node.ts';
import { Line } from './line.ts';
import { seed, type WayIn } from './seed.ts';
import { openShop } from './shop.ts';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const LAST_PORT = 65_535;

/** What is wrong with how it was started, in words for whoever did. */
class Trouble extends Error {}

const port = readPort('PORT', 8_787);
const shopPort = readPort('DEMO_PORT', port + 1);
const linePort = readPort('LINE_PORT', port + 2);
const url = process.env['PUBLIC_URL'] ?? `http://localhost:${port}`;
const dataDir = path.resolve(process.env['DATA_DIR'] ?? path.join(ROOT, 'data'));

function readPort(name: string, otherwise: number): number {
  const text = process.env[name] ?? String(otherwise);
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > LAST_PORT) throw new Trouble(`${name} is "${text}": it must be a port from 1 to ${LAST_PORT}`);
  return number;
}

async function start(): Promise<void> {
  const line = new Line(linePort, port);
  const shop = openShop(line, port);
  await taking(linePort, 'LINE_PORT', line.mend());
  await taking(shopPort, 'DEMO_PORT', new Promise<void>((resolve, reject) => shop.once('error', reject).listen(shopPort, resolve)));

  const house = new NodeHouse({ dataDir, assetDir: path.join(ROOT, 'dist'), url, log: () => undefined });
  const ways = await seed(house, ['localhost', '127.0.0.1'].map((host) => `http://${host}:${shopPort}`));
  house.close();

  endTogether(() => {
    shop.close();
    shop.closeAllConnections();
    return line.cut();
  });
  await taking(port, 'PORT', import('../server/main.ts'));
  printAddresses(ways);
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

function printAddresses(ways: WayIn[]): void {
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
  console.error(error instanceof Trouble ? error.message : error);
  process.exit(1);
});
