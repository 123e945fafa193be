/**
 * Finding what was said (rule D13). The words of messages and notes are kept in FTS5, without the texts, and not with each
 * message, which would double what it writes: they are taken in some hundreds at a time, and at the latest when somebody asks.
 * What moves to another house, or is restored, leaves them behind and takes them in anew.
 */
import type { Found, Hit, Search } from '../protocol/frames.ts';
import type { Id, Message, Seq, Time } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import { whoseOf } from './catchup.ts';
import type { Host } from './host.ts';
import { toDeskThread } from './threads.ts';
import { phrasesOf, snippetOf, toMatch, wordsOf } from './words.ts';

/** 15 ms of work: so many wait at most before a message takes them in with itself. */
const TAKEN_AT_ONCE = 500;
/** Somebody waits for an answer, and wants what is new: 50 ms of work. */
const TAKEN_BEFORE_ANSWER = 2_000;
/** Between two steps of a long way: an old database, or one that has moved here, or a crowd that spoke at once. */
export const REST_MS = 250;
/** A step while a crowd speaks: a hundredth of the time, and searches look into what is newest a little later. */
const TAKEN_IN_CROWD = 100;
const CROWD_MS = 1_000;
/** To take out a message costs 3 ms, for its words are overwritten. From so many on it is better to begin the whole anew. */
const TAKEN_OUT_AT_ONCE = 100;
const SQLITE_CORRUPT = 11;

/**
 * What is taken in of each kind. Also what has no words of its own: a number that is missing is one that is still to come.
 * Auto-replies say the same every time, and would hide what people said.
 */
const KINDS = {
  message: { sign: 1, words: "CASE WHEN by = 'brand' THEN '' ELSE body END" },
  entry: { sign: -1, words: "CASE WHEN what IN ('note', 'assigned') THEN coalesce(text, '') ELSE '' END" },
} as const;
type Kind = keyof typeof KINDS;
const BOTH: Kind[] = ['message', 'entry'];

export class Words {
  readonly #host: Host;
  /** Not taken in yet. */
  #waiting = 0;
  #crowdedAt: Time = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Looks at how much is waiting, as if for the first time. */
  measure(): void {
    this.#waiting = BOTH.reduce((sum, kind) => sum + this.#behind(kind), 0);
  }

  /**
   * After each change: so many messages and entries are new.
   * @param isCrowded others are waiting to be heard: they do not wait for this, too
   * @returns whether the job `words` has to go on, or to begin, after a rest
   */
  added(count: number, isCrowded: boolean): boolean {
    const before = this.#waiting;
    if (isCrowded) this.#crowdedAt = this.#host.now();
    this.#waiting += count;
    if (!count || this.#waiting < TAKEN_AT_ONCE) return false;
    if (!isCrowded) this.take(TAKEN_AT_ONCE);
    // Now and again, for the change with which it began may have been lost.
    return isCrowded && Math.floor(this.#waiting / TAKEN_AT_ONCE) > Math.floor(before / TAKEN_AT_ONCE);
  }

  /** How many to take in while nobody waits for it. */
  get step(): number {
    return Math.abs(this.#host.now() - this.#crowdedAt) < CROWD_MS ? TAKEN_IN_CROWD : TAKEN_AT_ONCE;
  }

  get isFarBehind(): boolean {
    return this.#waiting >= TAKEN_AT_ONCE;
  }

  /** Takes in the next, at most `most` of each kind. */
  take(most: number): void {
    if (!this.#waiting || this.#host.full) return;
    this.mending(() => {
      for (const kind of BOTH) {
        const { sign, words } = KINDS[kind];
        const rows = this.#host.sql<{ n: number; text: string }>(
          `SELECT n, ${words} AS text FROM ${kind} WHERE n > ? ORDER BY n LIMIT ?`, this.#last(kind), most);
        for (const { n, text } of rows) this.#host.sql('INSERT INTO told (rowid, words) VALUES (?, ?)', sign * n, wordsOf(text).join(' '));
      }
      this.#flush();
    });
    this.measure();
  }

  /** Before a visitor's rows are deleted: her words go, and whoever reads the file does not find them either. */
  forget(visitor: Id): void {
    const rows = BOTH.flatMap((kind) => {
      const { sign, words } = KINDS[kind];
      return this.#host.sql<{ n: number; text: string }>(
        `SELECT n, ${words} AS text FROM ${kind} WHERE thread IN (SELECT id FROM thread WHERE visitor = ?) AND n <= ? LIMIT ?`,
        visitor, this.#last(kind), TAKEN_OUT_AT_ONCE + 1).map(({ n, text }) => ({ n: sign * n, text }));
    });
    if (rows.length > TAKEN_OUT_AT_ONCE) return this.clear();
    this.mending(() => {
      for (const { n, text } of rows) this.#host.sql("INSERT INTO told (told, rowid, words) VALUES ('delete', ?, ?)", n, wordsOf(text).join(' '));
      this.#flush();
    });
  }

  /** Here and not with the commit, where a damage would be the end of a message that has nothing to do with it. */
  #flush(): void {
    this.#host.sql("INSERT INTO told (told) VALUES ('flush')");
  }

  /**
   * An index that is damaged is begun anew: nothing is only in it, and neither a message nor an erasure may fail for it.
   * @returns nothing in that case
   */
  mending<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (((error as { errcode?: number }).errcode ?? 0) % 256 !== SQLITE_CORRUPT) throw error;
      this.#host.log('words_damaged');
      this.clear();
      return undefined;
    }
  }

  /** Begins anew: it is all taken in again, a step at a time. */
  clear(): void {
    this.#host.sql("INSERT INTO told (told) VALUES ('delete-all')");
    this.measure();
  }

  /** The last one taken in. Asked of the index itself, so that it cannot claim to hold what it does not. */
  #last(kind: Kind): number {
    const { sign } = KINDS[kind];
    const id = this.#host.sql<{ id: number | null }>(`SELECT ${sign > 0 ? 'max' : 'min'}(id) AS id FROM told_docsize`)[0]!.id ?? 0;
    return Math.max(sign * id, 0);
  }

  #behind(kind: Kind): number {
    const newest = this.#host.sql<{ n: number | null }>(`SELECT max(n) AS n FROM ${kind}`)[0]!.n ?? 0;
    return Math.max(newest - this.#last(kind), 0);
  }
}

/** Goes on with a long way, one step at a time: the job `words`. */
export function takeWords(brand: Brand): void {
  if (!brand.words.isFarBehind) return;
  brand.words.take(brand.words.step);
  if (brand.words.isFarBehind) brand.jobs.schedule('words', brand.host.now() + REST_MS);
}

export function search(brand: Brand, { text, before, n }: Search): Found {
  brand.words.take(TAKEN_BEFORE_ANSWER);
  if (brand.words.isFarBehind) brand.jobs.ensure('words', brand.host.now());
  const phrases = phrasesOf(text);
  const found = (phrases.length && brand.words.mending(() => [...messagesWith(brand.host, phrases, before, n + 1), ...notesWith(brand.host, phrases, before, n + 1)])) || [];
  found.sort((a, b) => b.at - a.at);
  const hits = wholeMoments(found, n);
  const threads = [...new Set(hits.map(({ thread }) => thread))].flatMap((id) => brand.threads.find(id) ?? []);
  return { type: 'found', text, hits, set: [...whoseOf(brand, threads), ...threads.map(toDeskThread)], more: found.length > hits.length };
}

/** At most `n`; not part of those of one moment if it can be helped, for the next page asks for what is older. */
function wholeMoments(found: Hit[], n: number): Hit[] {
  if (found.length <= n) return found;
  const next = found[n]!.at;
  const older = found.slice(0, n).filter(({ at }) => at > next);
  return older.length ? older : found.slice(0, n);
}

interface MessageHit { thread: Id; seq: Seq; by: Message['by']; name: string | null; body: string; at: Time }

/** By recency alone: a rank would have to look at every message that says it. */
function messagesWith(host: Host, phrases: string[], before: Time, most: number): Hit[] {
  const found = host.sql<{ n: number }>(
    'SELECT rowid AS n FROM told WHERE told MATCH ? AND rowid BETWEEN 1 AND ? ORDER BY rowid DESC LIMIT ?', toMatch(phrases), lastBefore(host, 'message', before), most);
  return found.flatMap(({ n }) => host.sql<MessageHit>('SELECT thread, seq, by, name, body, at FROM message WHERE n = ? AND at < ?', n, before))
    .map(({ body, name, ...hit }) => ({ ...hit, ...(name ? { name } : {}), text: snippetOf(body, phrases) }));
}

interface NoteHit { thread: Id; name: string | null; text: string; at: Time }

function notesWith(host: Host, phrases: string[], before: Time, most: number): Hit[] {
  const found = host.sql<{ n: number }>(
    'SELECT -rowid AS n FROM told WHERE told MATCH ? AND rowid BETWEEN ? AND -1 ORDER BY rowid LIMIT ?', toMatch(phrases), -lastBefore(host, 'entry', before), most);
  return found.flatMap(({ n }) => host.sql<NoteHit>(
    'SELECT entry.thread, agent.name, entry.text, entry.at FROM entry LEFT JOIN agent ON agent.id = entry.by_agent WHERE entry.n = ? AND entry.at < ?', n, before))
    .map(({ text, name, ...hit }) => ({ ...hit, by: 'note' as const, ...(name ? { name } : {}), text: snippetOf(text, phrases) }));
}

/** The number of the last row that is older: numbers and times rise together, so it is found by halving. */
function lastBefore(host: Host, source: 'message' | 'entry', before: Time): number {
  const at = (n: number) => host.sql<{ n: number; at: Time }>(`SELECT n, at FROM ${source} WHERE n <= ? ORDER BY n DESC LIMIT 1`, n)[0];
  const newest = at(Number.MAX_SAFE_INTEGER);
  if (!newest || newest.at < before) return Number.MAX_SAFE_INTEGER;
  let low = 0;
  let high = newest.n;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const row = at(middle);
    if (!row || row.at < before) low = middle;
    else high = row.n - 1;
  }
  return low;
}
