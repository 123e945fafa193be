/** Where everything of the demo stands: ports and a folder, out of the environment. The same for both hosts. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const PORT_LAST = 65_535;

/** What is wrong with how it was started, in words for whoever did. */
export class Trouble extends Error {}

export interface Places { port: number; shopPort: number; linePort: number; url: string; dataDir: string }

/** @param folder of the data, inside the project, unless DATA_DIR says where */
export function readPlaces(folder: string): Places {
  const port = readPort('PORT', 8_787);
  return {
    port, shopPort: readPort('DEMO_PORT', port + 1), linePort: readPort('LINE_PORT', port + 2),
    url: process.env['PUBLIC_URL'] || `http://localhost:${port}`,
    dataDir: path.resolve(process.env['DATA_DIR'] || path.join(ROOT, folder)),
  };
}

function readPort(name: string, otherwise: number): number {
  const text = process.env[name] || String(otherwise);
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > PORT_LAST) throw new Trouble(`${name} is "${text}": it must be a port from 1 to ${PORT_LAST}`);
  return number;
}

/** @throws Trouble when somebody else listens there */
export async function taking(port: number, name: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Trouble(`Port ${port} is in use. Stop what listens there, or set ${name} to another port.`);
  }
}

export const inUse = (dataDir: string): Trouble =>
  new Trouble(`Another Leaveword process is using the data in ${dataDir}. Stop it, or set DATA_DIR to another folder.`);

/** @param kinds names of errors that are somebody else's words for whoever started it */
export function complain(error: Error, kinds: string[]): never {
  console.error(['Trouble', ...kinds].includes(error.constructor.name) ? error.message : error);
  process.exit(1);
}
