/**
 * A brand that has been in use: so many messages, in bursts of ten, round and round its threads, over ninety days, with the
 * episodes a report reads and the words a search reads. Written past the frames, since a million of them take an hour; what
 * is read afterwards is what the product itself would have written.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Brand } from '../server/brand.ts';
import { QUARTER_MS } from '../server/delivery.ts';
import { NodeHouse } from '../server/hosts/node.ts';
import { inhabit, type Served, serveNode } from '../test/contract/hosts.ts';

export const THREADS = 10_000;
/** Said in one sitting: an episode. */
export const BURST = 10;
/** Of the newest threads, these are still open: as many as an inbox is given at once. */
const OPEN = 300;
const DAYS = 90;
const DAY_MS = 24 * 3_600_000;
/** One transaction: long enough that its end costs nothing, short enough that it fits the cache. */
const AT_ONCE = 20_000;
/** As a language has them: few that everybody says, many that hardly anybody does. */
const WORDS = 20_000;
const WORDS_EACH = 8;
const SCORES = [5, 4, 5, null, 3, 5, null, 4, 1, null];

export interface Stock {
  messages: number;
  threads: number;
  /** The newest `rev`. */
  head: number;
  epoch: string;
  /** The agent to whom everything is assigned. */
  agent: string;
  /** Of the one visitor who has said half of it if that is less than `HERS`, else `HERS`: all before the others. */
  her: { messages: number; head: number; token: string };
}

/** More than a client may be behind: one more, so that it has something to be behind of. */
const HERS = 10_001;

/** The token of a visitor's device, for tests that come as her. @param n her number; `her` is -1 */
export const tokenOf = (n: number): string => createHash('sha256').update(`visitor ${n} of a bench`).digest('base64url');
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
export const visitorOf = (n: number): string => `v${n}`;
export const threadOf = (n: number): string => `t${n}`;

/** A word by its rank: the seventh most frequent is the same in every run. */
export const word = (rank: number): string => {
  let text = '';
  for (let rest = rank + 31; rest; rest = Math.floor(rest / 18)) text += 'bdfgklmnprstvzchjw'[rest % 18]! + 'aeiou'[rest % 5]!;
  return text;
};

/** The same throws in every run: 0 to 1. */
function dice(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/**
 * Fills a brand that is there already, in this process. @param dataDir of a server that does not run
 * @param brand the first of its agents holds every thread; where there is none, one is made
 */
export async function stock(dataDir: string, brand: string, messages: number): Promise<Stock> {
  const house = new NodeHouse({ dataDir, assetDir: dataDir, url: 'http://localhost', log: () => undefined });
  const owner = (await house.owner(brand))!;
  try {
    const threads = Math.min(THREADS, messages / BURST);
    const { agent, epoch } = await owner.run((each) => ({
      agent: each.agents.all()[0]?.id ?? each.hire({ id: 'ada', name: 'Ada', email: `ada@${brand}.example`, role: 'owner', password: '' }),
      epoch: each.epoch,
    }));
    const hers = Math.min(HERS, messages / 2);
    const to = Date.now();
    const write = writer({ messages, threads, hers, agent, from: to - DAYS * DAY_MS, stepMs: (DAYS * DAY_MS) / messages });
    for (let first = 0; first < messages; first += AT_ONCE) await owner.run((each) => write(each, first, Math.min(first + AT_ONCE, messages)));
    const head = await owner.run((each) => {
      // What is counted in the minutes after each message, a step at a time.
      each.host.sql(`INSERT INTO delivery (quarter, kind, n) SELECT at / ${QUARTER_MS}, 'acked', count(*) FROM message WHERE by <> 'brand' GROUP BY 1`);
      each.host.sql('UPDATE tally SET n = ?', messages);
      each.words.measure();
      if (each.words.isFarBehind) throw new Error('the words of the stock are not what the product would keep of it');
      return each.head();
    });
    return { messages, threads, head, epoch, agent, her: { messages: hers, head: head - messages + hers, token: tokenOf(-1) } };
  } finally {
    house.close();
  }
}

interface Plan { messages: number; threads: number; hers: number; agent: string; from: number; stepMs: number }

function writer({ messages, threads, hers, agent, from, stepMs }: Plan): (brand: Brand, first: number, last: number) => void {
  const random = dice();
  const vocabulary = Array.from({ length: WORDS }, (_, rank) => word(rank));
  // The low ranks come up often, the high ones rarely.
  const some = () => vocabulary[Math.floor(WORDS * random() ** 4)]!;
  let rev = 0;

  return ({ host }, first, last) => {
    if (first === 0) {
      rev = host.sql<{ rev: number }>('SELECT rev FROM head')[0]!.rev;
      for (let n = -1; n < threads; n++) begin(n);
    }
    for (let n = first; n < last; n++) {
      const isHers = n < hers;
      const who = isHers ? -1 : Math.floor((n - hers) / BURST) % threads;
      const round = isHers ? 0 : Math.floor((n - hers) / BURST / threads);
      const seq = isHers ? n + 1 : round * BURST + (n - hers) % BURST + 1;
      const at = Math.floor(from + n * stepMs);
      const by = n % 2 ? 'agent' : 'visitor';
      const body = Array.from({ length: WORDS_EACH }, some).join(' ');
      host.sql('INSERT INTO message (thread, seq, id, by, agent, name, body, page, at, rev) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)',
        threadOf(who), seq, `${who}.${seq}.${Math.floor(random() * 2 ** 32).toString(36)}`, by, by === 'agent' ? agent : null, by === 'agent' ? 'Ada' : null,
        body, at, ++rev);
      host.sql('INSERT INTO told (rowid, words) VALUES (?, ?)', n + 1, body);
      const isLast = isHers ? n === hers - 1 : (n - hers) % BURST === BURST - 1 || n === messages - 1;
      if (isLast) stand(who, seq, round + 1, at, messages - n <= OPEN * BURST);
    }
    host.sql("INSERT INTO told (told) VALUES ('flush')");
    host.sql('UPDATE head SET rev = ?', rev);

    function begin(n: number): void {
      host.sql('INSERT INTO visitor (id, created, at, rev) VALUES (?, ?, ?, ?)', visitorOf(n), from, from, rev);
      host.sql('INSERT INTO token VALUES (?, ?, ?, ?)', hashOf(tokenOf(n)), visitorOf(n), from, Date.now());
      host.sql("INSERT INTO thread (id, visitor, state, created, at, rev) VALUES (?, ?, 'ended', ?, ?, ?)", threadOf(n), visitorOf(n), from, from, rev);
    }

    function stand(who: number, seq: number, episode: number, at: number, isOpen: boolean): void {
      const began = Math.floor(at - BURST * stepMs);
      host.sql(
        `UPDATE thread SET state = ?, agent = ?, seq = ?, episode = ?, at = ?, greeted = 1, answered = ?, visitor_got = ?, visitor_seen = ?, team_got = ?, team_seen = ?,
           preview = ?, held = ?, ended_at = ?, last_agent = ?, rev = ? WHERE id = ?`,
        isOpen ? 'assigned' : 'ended', isOpen ? agent : null, seq, episode, at, at, seq, seq, seq, seq, some(), at, isOpen ? null : at, agent, rev, threadOf(who));
      host.sql('INSERT INTO episode (thread, n, began, first_reply, ended, agent, score) VALUES (?, ?, ?, ?, ?, ?, ?)',
        threadOf(who), episode, began, Math.floor(began + stepMs), isOpen ? null : at, agent, SCORES[episode % SCORES.length]!);
    }
  };
}

export interface Shop {
  served: Served;
  stock: Stock;
  /** Of the owner, then of each colleague. */
  cookies: string[];
}
export const BRAND = 'bench';
const COLLEAGUES = 7;

/** A million messages take a while: they are written once, and copied for whoever measures next. */
const filled = new Map<number, Promise<{ dir: string; stock: Stock; cookies: string[] }>>();

/** The product as it is shipped, on a brand that has been in use, with eight people on its team. `served.close()` removes it. */
export async function serveStock(messages: number): Promise<Shop> {
  let making = filled.get(messages);
  if (!making) filled.set(messages, (making = fill(messages)));
  const { dir, stock: found, cookies } = await making;
  const dataDir = tempDir();
  cpSync(dir, dataDir, { recursive: true });
  const served = await serveNode({ dataDir });
  return { served, stock: found, cookies };
}

async function fill(messages: number): Promise<{ dir: string; stock: Stock; cookies: string[] }> {
  const dir = tempDir();
  const served = await serveNode({ dataDir: dir });
  try {
    const { ownerCookie, join: hire } = await inhabit(served, BRAND, { autoReply: { when: 'never', text: {} } });
    const cookies = [ownerCookie];
    for (let n = 0; n < COLLEAGUES; n++) cookies.push(await hire(`Colleague${n}`));
    await served.close();
    return { dir, stock: await stock(dir, BRAND, messages), cookies };
  } finally {
    await served.close();
  }
}

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-stock-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
