/** What stands in front of the server, whichever host it runs on: the shops, the line that can be cut, and the page of addresses. */
import path from 'node:path';
import { Line } from './line.ts';
import { type Places, taking } from './places.ts';
import type { WayIn } from './seed.ts';
import { openShop } from './shop.ts';

export interface Street { origins: string[]; close(): Promise<void> }

/** @throws Trouble when a port is taken */
export async function openStreet({ port, shopPort, linePort }: Places): Promise<Street> {
  const line = new Line(linePort, port);
  const shop = openShop(line, port);
  await taking(linePort, 'LINE_PORT', line.mend());
  await taking(shopPort, 'DEMO_PORT', new Promise<void>((resolve, reject) => shop.once('error', reject).listen(shopPort, resolve)));
  return {
    origins: ['localhost', '127.0.0.1'].map((host) => `http://${host}:${shopPort}`),
    close() {
      shop.close();
      shop.closeAllConnections();
      return line.cut();
    },
  };
}

/** On a signal, and with whoever started us. Once. */
export function endTogether(close: () => void): void {
  let isEnding = false;
  const end = (): void => {
    if (!isEnding) close();
    isEnding = true;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (!process.connected) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

/** @param more a line or two that only this host has */
export function printAddresses(ways: WayIn[], { shopPort, linePort, url, dataDir }: Places, more: string[] = []): void {
  const lines = ways.flatMap(({ shop, inbox, join }) => [
    '', `  ${shop.name}`,
    `    shop    http://localhost:${shopPort}${shop.home}`,
    `    inbox   ${inbox}`,
    ...(join ? [`    first   ${join}`, '            (opens once, for seven days: it makes you the first agent)'] : []),
  ]);
  console.log(['', 'Leaveword is running. Open a shop, write something, and answer it in the inbox.', ...lines, '',
    `  server  ${url}   (loader: ${url}/widget.js)`,
    `  line    http://localhost:${linePort}   (what the shops load the widget through: cut it in the bar at the top of the shop)`,
    `  data    ${path.relative(process.cwd(), dataDir) || dataDir}`, ...more, '', 'Ctrl-C stops everything.'].join('\n'));
}
