/** The whole demo in one process: the server, two shops on another origin, and the line between them. Ctrl-C ends all of it. */
import { withFolder } from '../server/admin-ask.ts';
import { readConfig } from '../server/config.ts';
import { holdDataDir } from '../server/hosts/node-lock.ts';
import { complain, inUse, readPlaces, taking } from './places.ts';
import { seed } from './seed.ts';
import { endTogether, openStreet, printAddresses } from './street.ts';

async function start(): Promise<void> {
  const places = readPlaces('data');
  const { port, url, dataDir } = places;
  const street = await openStreet(places);
  // The server reads its own settings, and must read the same ones.
  Object.assign(process.env, { PORT: String(port), DATA_DIR: dataDir, PUBLIC_URL: url });
  const config = readConfig(process.env);

  const hold = holdDataDir(dataDir);
  if (!hold) throw inUse(dataDir);
  hold.release();
  const ways = await withFolder(config, (ask) => seed(ask, url, street.origins));

  // The server answers signals by itself; shops and line go with it.
  endTogether(street.close);
  await taking(port, 'PORT', import('../server/main.ts'));
  printAddresses(ways, places);
}

start().catch((error: Error) => complain(error, ['BadConfig', 'CannotStart']));
