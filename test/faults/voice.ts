/**
 * Somebody who leaves word over HTTP (rule H1) and does not rest until it is acknowledged, whatever happens to the server;
 * and what everybody was told, held against what is on the disk.
 */
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Message } from '../../protocol/messages.ts';
import { newToken } from '../talker.ts';
import { BRAND, SHOP } from './victim.ts';

/** A visitor may say ten at once; somebody else goes on then (rule R3). */
const EACH = 9;
const AGAIN_MS = 10;
/** Then something is wrong that does not pass: a start on a busy machine takes a fraction of it. */
const TRIES = 1_000;
/** A server that says nothing for so long is stuck, and that is a fault of ours. */
const ANSWER_MS = 20_000;

export interface Said { id: string; thread: string; body: string }
/** What came of one attempt: its place, or why not. */
export type Fate = { seq: number } | { refused: string; after: number } | { cut: string };

export class Voice {
  readonly #port: number;
  #visitor = { token: '', thread: '', from: '', left: 0 };
  static #visitors = 0;
  readonly said = new Map<string, Said>();
  readonly acked = new Map<string, number>();
  readonly broken: string[] = [];
  /** How often it had to say something again, by why. */
  readonly again = new Map<string, number>();

  constructor(port: number) {
    this.#port = port;
  }

  get token(): string {
    return this.#visitor.token;
  }

  /** Something new. */
  next(body = `word ${this.said.size + 1}`): Said {
    if (this.#visitor.left-- <= 0) {
      const n = ++Voice.#visitors;
      this.#visitor = { token: newToken(), thread: randomUUID(), from: `10.${n >> 16 & 255}.${n >> 8 & 255}.${n & 255}`, left: EACH - 1 };
    }
    const said = { id: randomUUID(), thread: this.#visitor.thread, body };
    this.said.set(said.id, said);
    return said;
  }

  /** Once. An answer that contradicts an earlier one is noted. */
  async post(said: Said): Promise<Fate> {
    const { token, from } = this.#visitor;
    let fate: Fate;
    try {
      const response = await fetch(`http://127.0.0.1:${this.#port}/v1/${BRAND}/frames`, {
        method: 'POST', headers: { 'content-type': 'text/plain', origin: SHOP, 'x-forwarded-for': from }, signal: AbortSignal.timeout(ANSWER_MS),
        body: JSON.stringify({ token, frames: [{ type: 'say', ...said }] }),
      });
      const text = await response.text();
      // Node itself cuts off who has waited for too long to be read, and says so in the status alone.
      fate = text ? this.#read(said, JSON.parse(text) as object, response.status) : { cut: `status ${response.status}` };
    } catch (error) {
      // Cut off, or nobody there. A server that never answers is another matter.
      if (!(error instanceof TypeError)) throw error;
      fate = { cut: error.message };
    }
    if (!('seq' in fate)) {
      const why = 'cut' in fate ? (fate.cut.startsWith('status') ? fate.cut : 'cut') : fate.refused;
      this.again.set(why, (this.again.get(why) ?? 0) + 1);
    }
    return fate;
  }

  #read({ id }: Said, answer: { frames?: { type: string; seq?: number; code?: string; retryAfter?: number }[]; error?: { code: string; retryAfter?: number } }, status: number): Fate {
    const [frame] = answer.frames ?? [];
    if (frame?.type === 'ack') {
      const before = this.acked.get(id);
      if (before !== undefined && before !== frame.seq) this.broken.push(`${id} was acknowledged as ${before} and as ${frame.seq}`);
      this.acked.set(id, frame.seq!);
      return { seq: frame.seq! };
    }
    const code = frame?.code ?? answer.error?.code ?? `status ${status}`;
    if (!['retry_later', 'rate_limited'].includes(code)) this.broken.push(`${id} was refused for ever: ${code}`);
    return { refused: code, after: frame?.retryAfter ?? answer.error?.retryAfter ?? AGAIN_MS };
  }

  /** Until it is safe, or nobody can be asked any more. @returns whether it is */
  async say(said = this.next(), isOver = () => false): Promise<boolean> {
    for (let tries = 1; !isOver(); tries++) {
      const fate = await this.post(said);
      if ('seq' in fate) return true;
      if (tries > TRIES) throw new Error(`${said.id} was not taken ${TRIES} times: ${JSON.stringify(fate)}`);
      // A server whose disk failed is tried again at once; one that has heard too much of her gets its time.
      const isTooMuch = 'refused' in fate && fate.refused === 'rate_limited';
      await new Promise((resolve) => setTimeout(resolve, isTooMuch ? fate.after : AGAIN_MS));
    }
    return false;
  }
}

type Row = Pick<Message, 'thread' | 'seq' | 'id' | 'by' | 'body' | 'rev'>;
export interface Finding {
  /** Told to be safe, and not there. */
  lost: string[];
  /** Everything else that was not as promised. */
  broken: string[];
  rows: number;
  /** What visitors said, in the order in which it was written. */
  order: string[];
}

/** @param acked id to seq. @param said everything that may be there */
export function findIn(file: string, acked: ReadonlyMap<string, number>, said: ReadonlyMap<string, Said>): Finding {
  const finding: Finding = { lost: [], broken: [], rows: 0, order: [] };
  let database: DatabaseSync | undefined;
  let rows: Row[];
  try {
    database = new DatabaseSync(file);
    // Read before anything looks for damage, so that what can be read is judged also where there is some.
    rows = database.prepare('SELECT thread, seq, id, by, body, rev FROM message ORDER BY thread, seq').all() as unknown as Row[];
    const damage = (database.prepare('PRAGMA integrity_check(1)').get() as { integrity_check: string }).integrity_check;
    if (damage !== 'ok') finding.broken.push(damage);
    if (database.prepare('PRAGMA foreign_key_check').all().length) finding.broken.push('refers to rows that are not there');
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SQLITE_ERROR') throw error;
    finding.broken.push((error as Error).message);
    finding.lost.push(...acked.keys());
    return finding;
  } finally {
    database?.close();
  }
  finding.rows = rows.length;
  const there = new Map<string, Row>();
  let before: Row | undefined;
  for (const row of rows) {
    if (row.seq !== (before?.thread === row.thread ? before.seq + 1 : 1)) finding.broken.push(`${row.thread} has a hole before ${row.seq}`);
    before = row;
    if (row.by !== 'visitor') continue;
    if (there.has(row.id)) finding.broken.push(`${row.id} is there twice`);
    there.set(row.id, row);
    const { thread, body } = said.get(row.id) ?? {};
    if (thread !== row.thread || body !== row.body) finding.broken.push(`${row.id} was not said like this: ${row.body}`);
  }
  finding.order = [...there.values()].sort((one, other) => one.rev - other.rev).map(({ id }) => id);
  for (const [id, seq] of acked) {
    const row = there.get(id);
    if (!row) finding.lost.push(id);
    else if (row.seq !== seq) finding.broken.push(`${id} was acknowledged as ${seq} and is ${row.seq}`);
  }
  return finding;
}
