/**
 * Coming back: a client says the `rev` it has, and is told what it has missed. 10,000 threads with a million messages are
 * there; the agent has missed 1, 100 or 10,000 of them, over as many threads as people talk in, and a visitor as many of
 * the one thread that is hers. Then the same 100 missed out of a brand a thousand times as small: what is stored besides must
 * not count. Over the wire, from `hi` to the answer that holds it all; what is too much is told as a fresh start (rule S3).
 */
import type { WebSocket } from 'ws';
import { count, kib, median, ms, type Row } from './figures.ts';
import { ask, hi, openAgent, openVisitor } from './line.ts';
import { BRAND, serveStock, type Shop } from './stock.ts';

const STORED = [1_000, 10_000, 100_000, 1_000_000];
const MISSED = [1, 100, 10_000];
/** What is compared over all that is stored: a weekend, say. */
const COMPARED = 100;
/** A visitor may ask thirty times at once, and is asked for three figures. */
const ROUNDS = 9;

type Role = 'agent' | 'visitor';
interface Resumed { ms: number; bytes: number; messages: number; threads: number; fresh: boolean }

export async function catchup(): Promise<Row[]> {
  const found: { stored: number; role: Role; missed: number; resumed: Resumed }[] = [];
  for (const stored of STORED) {
    const shop = await serveStock(stored);
    try {
      // The agent first: that a visitor was here is news for her.
      for (const role of ['agent', 'visitor'] as const) {
        await resume(shop, role, 1); // code that has not run yet runs slowly
        for (const missed of MISSED) if (stored === STORED.at(-1) || missed === COMPARED) found.push({ stored, role, missed, resumed: await measure(shop, role, missed) });
      }
    } finally {
      await shop.served.close();
    }
  }
  const rows: Row[] = [];
  for (const role of ['agent', 'visitor'] as const) {
    const of = (stored: number, missed: number) => found.find((each) => each.role === role && each.stored === stored && each.missed === missed)!.resumed;
    for (const missed of MISSED) rows.push([`catch-up: ${role} who missed ${count(missed)} of ${count(STORED.at(-1)!)} messages`, say(of(STORED.at(-1)!, missed))]);
    const [least, most] = [of(STORED[0]!, COMPARED), of(STORED.at(-1)!, COMPARED)];
    rows.push([
      `… ${role} who missed ${COMPARED}, of ${STORED.map(count).join(', ')} stored`,
      `${STORED.map((stored) => ms(of(stored, COMPARED).ms)).join(', ')}: with ${count(STORED.at(-1)! / STORED[0]!)} times as much stored ${(most.ms / least.ms).toFixed(1)} times the time, ${(most.bytes / least.bytes).toFixed(2)} times the bytes`,
    ]);
  }
  return rows;
}

const say = ({ ms: took, bytes, messages, threads, fresh }: Resumed): string =>
  `${ms(took)}, ${kib(bytes)}: ${fresh ? 'a fresh start, ' : ''}messages ${count(messages)}, threads ${count(threads)}${fresh ? '; the rest when it is looked at' : ''}`;

async function measure(shop: Shop, role: Role, missed: number): Promise<Resumed> {
  const rounds: Resumed[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await resume(shop, role, missed));
  const last = rounds.at(-1)!;
  return { ...last, ms: median(rounds.map((each) => each.ms)) };
}

async function resume({ served, stock, cookies }: Shop, role: Role, missed: number): Promise<Resumed> {
  const socket: WebSocket = role === 'agent' ? await openAgent(served, BRAND, cookies[0]!) : await openVisitor(served, BRAND, stock.her.token);
  try {
    const rev = (role === 'agent' ? stock.head : stock.her.head) - missed;
    const { ms: took, text } = await ask(socket, hi(rev, stock.epoch), 'ok');
    const { set, fresh = false } = JSON.parse(text) as { set: { kind: string }[]; fresh?: boolean };
    const many = (kind: string) => set.filter((row) => row.kind === kind).length;
    const resumed = { ms: took, bytes: Buffer.byteLength(text), messages: many('message'), threads: many('thread'), fresh };
    if (!fresh && resumed.messages !== missed) throw new Error(`${role} missed ${missed} and was told ${resumed.messages}`);
    return resumed;
  } finally {
    socket.terminate();
  }
}
