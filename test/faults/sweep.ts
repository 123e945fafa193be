/** A fault at one system call after the other, of the real server, while somebody leaves word in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Call, readTrace } from './strace.ts';
import { databaseIn, filesIn, newHouse, type Unusual, Victim } from './victim.ts';
import { type Finding, findIn, Voice } from './voice.ts';

/** The calls that change a file: between two of them nothing changes that a kill could leave half done. */
export const CHANGING = ['pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'openat', 'unlink'];
/** … and those that a database asks besides. */
export const ASKING = ['pread64', 'fcntl', 'fstat', 'stat', 'mmap'];

export interface Sweep extends Omit<Finding, 'order'> {
  said: number;
  acked: number;
  /** Faults that were there, by call and file: `fsync -wal`. */
  fired: Map<string, number>;
  /** How many calls of its commit had been made before the one that failed. */
  places: Set<number>;
  /** Why something had to be said again, and how often. */
  again: Map<string, number>;
  starts: number;
}

export interface KillPoint { call: string; nth: number }

/** Each time it is started, it is killed as it makes that call; what was on the way is said again to the next. */
export async function killAt(points: KillPoint[], unusual?: Unusual): Promise<Sweep> {
  const dataDir = await newHouse();
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-trace-'));
  const victim = await Victim.in({ dataDir, ...(unusual ? { unusual } : {}) });
  const voice = new Voice(victim.port);
  const fired = new Map<string, number>();
  const places = new Set<number>();
  let word = voice.next();
  for (const { call, nth } of points) {
    const log = join(dir, 'log');
    await victim.start({ log, calls: [...CHANGING, ...ASKING], paths: filesIn(dataDir), inject: [`${call}:signal=SIGKILL:when=${nth}`] });
    while (await voice.say(word, () => victim.ended)) word = voice.next();
    await victim.gone();
    const calls = readTrace(log);
    const last = calls.findLast(({ name, result }) => name === call && result === undefined);
    if (last) {
      count(fired, nameOf(last));
      places.add(placeIn(calls, calls.indexOf(last)));
    }
  }
  await victim.start();
  await voice.say(word);
  await victim.end('SIGKILL');
  rmSync(dir, { recursive: true });
  return sumUp(voice, dataDir, fired, places, points.length);
}

/** Of one call. What fails for ever is never over: a log of a hundred pages cannot be read where every seventieth read fails. */
const FAULTS_MOST = 80;

export interface Failing {
  error: 'EIO' | 'ENOSPC' | 'ENOMEM';
  /** Every so manieth of these calls fails. Prime to the number of calls of a commit: each of its calls has its turn. */
  every: Record<string, number>;
  words: number;
  unusual?: Unusual;
}

/** One process, whose every nth call fails, and which is never started again. */
export async function fail({ error, every, words, unusual }: Failing): Promise<Sweep> {
  const dataDir = await newHouse();
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-trace-'));
  const log = join(dir, 'log');
  const victim = await Victim.in({ dataDir, ...(unusual ? { unusual } : {}) });
  const inject = Object.entries(every).map(([call, n]) => `${call}:error=${error}:when=${n}..${n * FAULTS_MOST}+${n}`);
  await victim.start({ log, calls: [...CHANGING, ...ASKING], paths: filesIn(dataDir), inject });
  const voice = new Voice(victim.port);
  for (let n = 0; n < words; n++) {
    const said = await voice.say(voice.next(), () => victim.ended);
    if (!said) throw new Error(`the server ended over ${error}:\n${victim.output.slice(-2_000)}`);
  }
  await victim.end('SIGKILL');
  const calls = readTrace(log);
  const fired = new Map<string, number>();
  const places = new Set<number>();
  for (const [at, call] of calls.entries()) {
    if (!call.injected) continue;
    count(fired, nameOf(call));
    places.add(placeIn(calls, at));
  }
  rmSync(dir, { recursive: true });
  return sumUp(voice, dataDir, fired, places, 1);
}

function sumUp(voice: Voice, dataDir: string, fired: Map<string, number>, places: Set<number>, starts: number): Sweep {
  const { lost, broken, rows } = findIn(databaseIn(dataDir), voice.acked, voice.said);
  return { lost, broken: [...voice.broken, ...broken], rows, said: voice.said.size, acked: voice.acked.size, fired, places, again: voice.again, starts };
}

const count = (counts: Map<string, number>, name: string): void => { counts.set(name, (counts.get(name) ?? 0) + 1); };
const nameOf = ({ name, path }: Call): string => `${name} ${/-(?:wal|shm)$/.exec(path)?.[0] ?? 'database'}`;
/** Calls that change a file, since the last time that one was safe. */
function placeIn(calls: Call[], at: number): number {
  const safe = calls.findLastIndex(({ name, result }, index) => index < at && name === 'fsync' && result === 0);
  return calls.slice(safe + 1, at).filter(({ name }) => CHANGING.includes(name)).length;
}

export const inWords = (name: string, { said, acked, fired, places, again, starts, lost, broken }: Sweep): string => {
  const sum = [...fired.values()].reduce((total, each) => total + each, 0);
  return `${name}: ${sum} faults (${[...fired].map(([each, times]) => `${each} ${times}`).join(', ')}) at ${places.size} places of a commit, ${starts} starts; `
    + `${said} said, ${acked} acknowledged, said again: ${[...again].map(([why, times]) => `${why} ${times}`).join(', ') || 'never'}; ${lost.length} lost, ${broken.length} other broken promises`;
};
