/** Whom the admin command asks: itself, when nobody holds the data folder; else whoever does; or a deployment far away. */
import type { Config } from './config.ts';
import { runErrand } from './admin-verbs.ts';
import { type Done, type Errand, Problem } from './errand.ts';
import { sendErrand } from './hosts/node-control.ts';
import { holdDataDir } from './hosts/node-lock.ts';
import { NodeHouse } from './hosts/node.ts';

/** @throws Problem */
export type Ask = (verb: string, ...args: string[]) => Promise<string>;

/** Nothing that one errand does takes as long: it is a page at most. */
const ANSWER_MS = 60_000;

/** The folder is held until the work is done, so that nobody starts a server in the middle of it. */
export async function withFolder<T>({ dataDir, url }: Config, work: (ask: Ask) => Promise<T>): Promise<T> {
  const hold = holdDataDir(dataDir);
  if (!hold) {
    return work(async (verb, ...args) => {
      const done = await sendErrand(dataDir, { verb, args }).catch((error: Error) => { throw new Problem(`${error.message}: see its log, and try again`); });
      return saidBy(done, `A server is using ${dataDir} and cannot be asked. Stop it, and try again.`);
    });
  }
  const house = new NodeHouse({ dataDir, assetDir: '', url, log: () => undefined });
  try {
    return await work(async (verb, ...args) => saidBy(await runErrand(house, { verb, args })));
  } finally {
    house.close();
    hold.release();
  }
}

/** @param at where the deployment is, like `https://chat.example`. @param jurisdiction where a brand that is new there shall be kept */
export async function withDeployment<T>(at: string, token: string | undefined, jurisdiction: string | undefined, work: (ask: Ask) => Promise<T>): Promise<T> {
  const url = URL.canParse(at) ? new URL('/operator/errand', at) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new Problem(`--at ${at}: say where it is, like https://chat.example`);
  if (!token) throw new Problem('Set ADMIN_TOKEN to the token of that deployment: it is what lets you in.');
  return work((verb, ...args) => post(url, token, { verb, args, ...(jurisdiction ? { jurisdiction } : {}) }));
}

async function post(url: URL, token: string, errand: Errand): Promise<string> {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(errand), signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((error: Error) => { throw new Problem(`${url.origin} cannot be reached: ${causeOf(error)}`); });
  if (response.status === 401) throw new Problem(`${url.origin} does not know this ADMIN_TOKEN.`);
  if (response.status === 404) throw new Problem(`${url.origin} takes no errands: it is not Leaveword at the edge, or its ADMIN_TOKEN is not set, or shorter than 16 characters (wrangler secret put ADMIN_TOKEN).`);
  if (response.status === 429) throw new Problem(`${url.origin} was asked too often with a wrong token. Wait ${response.headers.get('retry-after') ?? 'some'} seconds.`);
  if (!response.ok) throw new Problem(`${url.origin} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return saidBy(await response.json() as Done);
}

const causeOf = (error: Error): string => (error.cause as { code?: string } | undefined)?.code ?? error.message;

function saidBy(done: Done | undefined, silence = ''): string {
  if (!done) throw new Problem(silence);
  if ('problem' in done) throw new Problem(done.problem);
  return done.said;
}
