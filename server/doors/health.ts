/** How this server is, for the machine that looks after it. */
import type { SiteCall } from './door.ts';
import { type Figure, toPrometheus } from './metrics.ts';
import { sameBytes } from './secrets.ts';
import { signInFirst } from './turned-away.ts';

/** What a host finds when it looks at itself. Bytes. */
export interface Probe {
  /** Absent when it could: else why nothing could be written and read back, as a code. */
  writeProblem?: string;
  writeMs: number;
  sqlite: string;
  diskFree?: number;
  diskSize?: number;
}

/** What a host tells the doors about itself; a host that tells nothing is healthy as long as it answers. */
export interface Vitals {
  probe?(): Promise<Probe>;
  figures?(): Figure[];
}

/** A write that takes longer is a disk in trouble. */
const WRITE_MS = 1_000;
/** Room for a day of a busy brand, and for SQLite to tidy up. */
const FREE_BYTES = 256 * 2 ** 20;
const FREE_SHARE = 0.05;
/** Older ones can corrupt a write-ahead log with several connections (sqlite.org/wal.html#walresetbug). */
const SQLITE_LEAST = [3, 51, 3];

/** Only that the process still turns. */
export function live(): object {
  return { live: true };
}

export async function ready({ house, knock }: SiteCall, vitals: Vitals): Promise<Response> {
  const problems = house.draining ? ['draining'] : [];
  const probe = await vitals.probe?.();
  if (probe) problems.push(...problemsOf(probe));
  return knock.json(problems.length ? { ready: false, problems } : { ready: true }, problems.length ? 503 : 200, { 'cache-control': 'no-store' });
}

/** Pure: what keeps a server that found this of itself from being sent visitors. */
export function problemsOf({ writeProblem, writeMs, sqlite, diskFree, diskSize }: Probe): string[] {
  const problems: string[] = [];
  if (writeProblem) problems.push(`write: ${writeProblem}`);
  else if (writeMs > WRITE_MS) problems.push('write: slow');
  if (diskFree !== undefined && diskFree < Math.max(FREE_BYTES, (diskSize ?? 0) * FREE_SHARE)) problems.push('disk: nearly full');
  if (isOlder(sqlite)) problems.push(`sqlite: ${sqlite} is too old`);
  return problems;
}

function isOlder(version: string): boolean {
  const found = version.split('.').map(Number);
  for (const [index, least] of SQLITE_LEAST.entries()) {
    if ((found[index] ?? 0) !== least) return (found[index] ?? 0) < least;
  }
  return false;
}

export function metrics({ knock, counters }: SiteCall, vitals: Vitals, token: string | undefined): Response {
  if (!mayRead(knock.req.raw.headers, knock.env.address, token)) throw signInFirst();
  const text = toPrometheus([...counters.figures(), ...(vitals.figures?.() ?? [])]);
  return knock.body(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' });
}

/** Each proxy has its own; one that adds none cannot be told from this machine, and needs the token. */
const FORWARDED = [
  'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', 'x-real-ip', 'x-client-ip', 'true-client-ip',
  'cf-connecting-ip', 'cdn-loop', 'fastly-client-ip', 'x-original-host', 'via',
];

/** With a token set, the token. Without, this machine itself; what a proxy on it passes on does not count as itself. */
function mayRead(headers: Headers, address: string, token: string | undefined): boolean {
  if (token !== undefined) {
    const bytes = new TextEncoder();
    return sameBytes(bytes.encode(headers.get('authorization') ?? ''), bytes.encode(`Bearer ${token}`));
  }
  const isForwarded = FORWARDED.some((name) => headers.has(name));
  return !isForwarded && /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/.test(address);
}
