/** What a real server asked of its disk while people left word in it, in order, and what it told them in between. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Call, lastNumber, readTrace, written } from './strace.ts';
import { databaseIn, newHouse, type Unusual, Victim } from './victim.ts';
import { type Said, Voice } from './voice.ts';

const CALLS = ['openat', 'pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'unlink', 'write', 'writev', 'sendmsg'];
/** The longest that is written at once: a page. */
const BYTES = 70_000;
/** Who speak at the same time, so that one commit is of several. */
const VOICES = 3;

export type FileName = 'database' | 'log';
export type Step =
  | { what: 'write'; file: FileName; at: number; data: Buffer }
  | { what: 'truncate'; file: FileName; size: number }
  | { what: 'sync'; file: FileName }
  | { what: 'create'; file: FileName }
  /** The folder: what was made in it stays. */
  | { what: 'keep' }
  | { what: 'told'; ids: string[] };

export interface Recording {
  /** The database before the first step; there was no log beside it. */
  before: Buffer;
  steps: Step[];
  said: Map<string, Said>;
  acked: Map<string, number>;
}

export async function record(words: number, unusual?: Unusual): Promise<Recording> {
  const dataDir = await newHouse();
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-trace-'));
  const log = join(dir, 'log');
  const file = databaseIn(dataDir);
  const before = readFileSync(file);
  const victim = await Victim.in({ dataDir, ...(unusual ? { unusual } : {}) });
  await victim.start({ log, calls: CALLS, bytes: BYTES });
  const voices = Array.from({ length: VOICES }, () => new Voice(victim.port));
  await Promise.all(voices.map(async (voice) => {
    for (let n = 0; n < words / VOICES; n++) await voice.say();
  }));
  await victim.end('SIGKILL');
  const steps = readTrace(log).flatMap((call) => stepOf(call, file) ?? []);
  rmSync(dir, { recursive: true });
  return { before, steps, said: together(voices.map(({ said }) => said)), acked: together(voices.map(({ acked }) => acked)) };
}

const together = <V>(maps: Map<string, V>[]): Map<string, V> => new Map(maps.flatMap((each) => [...each]));

function stepOf(call: Call, database: string): Step | undefined {
  const { name, path, result } = call;
  const file: FileName | undefined = path === database ? 'database' : path === `${database}-wal` ? 'log' : undefined;
  if (['write', 'writev', 'sendmsg'].includes(name)) {
    const ids = [...written(call).toString('latin1').matchAll(/"type":"ack","id":"([^"]+)"/g)].map(([, id]) => id!);
    return ids.length ? { what: 'told', ids } : undefined;
  }
  if (result === undefined || result < 0) return undefined;
  if (name === 'fsync' || name === 'fdatasync') return file ? { what: 'sync', file } : path === dirname(database) ? { what: 'keep' } : undefined;
  if (!file) return undefined;
  switch (name) {
    case 'pwrite64': return { what: 'write', file, at: lastNumber(call), data: written(call).subarray(0, result) };
    case 'ftruncate': return { what: 'truncate', file, size: lastNumber(call) };
    case 'openat': return { what: 'create', file };
    default: throw new Error(`${name} of the ${file} is not understood`);
  }
}
