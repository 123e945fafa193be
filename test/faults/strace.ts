/**
 * What a process asks of the system, written down by strace; and what the system answers, changed by it. A test of a fault
 * asserts that the fault was there: SQLite that calls `fsync` is not hurt by a `fdatasync` that fails.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Call {
  name: string;
  /** As strace writes them; strings in hexadecimal. */
  args: string;
  /** What it was asked of, where it has a path. */
  path: string;
  /** −1 for an error; undefined for a call that never came back. */
  result: number | undefined;
  /** The answer is ours and not the system's. */
  injected: boolean;
}

/** @throws where there is no strace, or nobody may trace: a fault that cannot be made is no fault survived */
export function requireStrace(): void {
  const { status, error, stderr } = spawnSync('strace', ['-f', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=write', '/bin/true'], { encoding: 'utf8' });
  if (error) throw new Error('these tests make system calls fail with strace, and there is none here (Debian: apt-get install strace)');
  if (status !== 0) throw new Error(`strace may not trace here (in a container: --cap-add=SYS_PTRACE): ${stderr.trim()}`);
}

export interface Tracing {
  /** Written to this file. */
  log: string;
  calls: string[];
  /** Only what is asked of these; of everything without. */
  paths?: string[];
  /** `pwrite64:error=EIO:when=3`; see the manual, `-e inject`. */
  inject?: string[];
  /** Bytes of a string that are written down. */
  bytes?: number;
}

/** What stands before a command that is to be traced. Stopping at those calls alone costs least, but a signal is not sent then. */
export const traced = ({ log, calls, paths = [], inject = [], bytes = 32 }: Tracing): string[] => [
  'strace', '-f', ...(inject.some((each) => each.includes(':signal=')) ? [] : ['--seccomp-bpf']), '-y', '-xx', '-e', 'signal=none', '-s', String(bytes), '-o', log, '-e', `trace=${calls.join(',')}`,
  ...paths.flatMap((path) => ['-P', path]), ...inject.flatMap((each) => ['-e', `inject=${each}`]),
];

const LINE = /^(\d+) +(?:(\w+)\((.*?)(?: <unfinished \.\.\.>|\) += (-?\d+|\?|0x[0-9a-f]+)(.*))|<\.\.\. (\w+) resumed>.*?\) += (-?\d+|\?|0x[0-9a-f]+)(.*))$/;

/** In the order in which they were asked. */
export function readTrace(file: string): Call[] {
  const calls: Call[] = [];
  const open = new Map<string, Call>();
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const found = LINE.exec(line);
    if (!found) continue;
    const [, thread = '', name, args = '', result, rest = '', resumed, late, lateRest = ''] = found;
    if (name) {
      const path = /<((?:\\x[0-9a-f]{2})+)>|^AT_FDCWD[^,]*, "([^"]*)"|^"([^"]*)"/.exec(args);
      const call: Call = { name, args, path: String(bytesOf(path?.[1] ?? path?.[2] ?? path?.[3] ?? '')), result: numberOf(result), injected: rest.includes('(INJECTED)') };
      calls.push(call);
      if (result === undefined) open.set(thread, call);
    } else if (resumed) {
      const call = open.get(thread);
      open.delete(thread);
      if (call) Object.assign(call, { result: numberOf(late), injected: lateRest.includes('(INJECTED)') });
    }
  }
  return calls;
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined || text === '?' ? undefined : Number(text));
const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');

/** What it was given to write, of all its pieces. */
export const written = ({ args }: Call): Buffer => Buffer.concat([...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex]) => bytesOf(hex!)));
/** The last number it was given: where `pwrite64` writes to, how long `ftruncate` makes it. */
export const lastNumber = ({ args }: Call): number => Number(/(\d+)$/.exec(args)?.[1]);
