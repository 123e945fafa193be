/**
 * What one brand holds on each host: the product as it is shipped, its limits included, reached over the wire. Many visitors
 * each say ten messages at once, which is what one may; an agent hears them all. On workerd everything also passes through
 * wrangler's own proxy, so its figures are a floor.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { askDesk, elsewhere, inhabit, serveEdge, serveNode, SHOP, type Served } from '../test/contract/hosts.ts';
import { newToken } from '../test/talker.ts';
import { percentile, type Row } from './figures.ts';

const VISITORS = 1_000;
/** What somebody may say at once. */
const EACH = 10;
/** Opened at a time: a stampede of connections is another question. */
const OPENING = 20;
const KIB = 1_024;
/** Inboxes that hear everything: so many people with as many windows each as one may have. */
const COLLEAGUES = 8;
const WINDOWS = 6;
const TALKERS = 40;
/** As long as people's messages are, or so. */
const WORDS = 'Is the first flush back in, and would you send a small tin of it to Aberdeen before Friday week? Thank you so much!';

export async function hosts(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const serve of [serveNode, serveEdge]) {
    const served = await serve();
    try {
      rows.push(...await measure(served));
    } finally {
      await served.close();
    }
  }
  return rows;
}

async function measure(served: Served): Promise<Row[]> {
  const { ownerCookie, join } = await inhabit(served, 'bench', { autoReply: { when: 'never', text: {} } });
  const agent = await openInbox(served, ownerCookie);
  const memoryBefore = memoryOf(served);
  const opened = performance.now();
  const visitors: WebSocket[] = [];
  while (visitors.length < VISITORS) {
    visitors.push(...await Promise.all(Array.from({ length: OPENING }, () => open(served, '/v1/bench/visitor', newToken(), SHOP))));
  }
  const openingMs = performance.now() - opened;
  const memory = memoryOf(served) - memoryBefore;

  const sent = new Map<string, number>();
  const took: number[] = [];
  let acked = 0;
  const finished = new Promise<void>((resolve) => {
    const count = () => {
      if (took.length === VISITORS * EACH && acked === VISITORS * EACH) resolve();
    };
    agent.on('message', (data) => {
      for (const [, key] of String(data).matchAll(/"kind":"message"[^}]*?"body":"#(\d+\.\d+) /g)) {
        took.push(performance.now() - sent.get(key!)!);
      }
      count();
    });
    for (const visitor of visitors) visitor.on('message', (data) => {
      if (String(data).startsWith('{"type":"ack"')) acked++;
      count();
    });
  });
  const threads = visitors.map(() => randomUUID());
  const began = performance.now();
  for (let n = 0; n < EACH; n++) {
    for (const [who, visitor] of visitors.entries()) {
      const key = `${who}.${n}`;
      sent.set(key, performance.now());
      visitor.send(JSON.stringify({ type: 'say', id: randomUUID(), thread: threads[who], body: `#${key} ${WORDS}` }));
    }
  }
  await finished;
  const seconds = (performance.now() - began) / 1_000;
  const { name } = served;
  const stored = onDisk(served.dataDir);
  const told = await tellAll(served, join, visitors);
  for (const socket of [agent, ...visitors]) socket.terminate();
  return [
    [`${name}: messages to an agent, ${VISITORS.toLocaleString('en')} visitors at once, all new`, `${Math.round(took.length / seconds).toLocaleString('en')}/s`],
    [`${name}: … longest wait of all, and half of them`, `${Math.round(percentile(took, 100))} and ${Math.round(percentile(took, 50))} ms`],
    [`${name}: sockets opened, greeting included`, `${Math.round(VISITORS / (openingMs / 1_000))}/s`],
    [`${name}: memory of its processes for each socket`, `${Math.round(memory / VISITORS / KIB)} KiB`],
    [`${name}: on disk for each visitor with ${EACH} short messages`, `${Math.round(stored / VISITORS / KIB)} KiB`],
    [`${name}: frames to ${COLLEAGUES * WINDOWS} inboxes that hear every message`, `${Math.round(told).toLocaleString('en')}/s`],
  ];
}

/** @returns frames a second */
async function tellAll(served: Served, join: (name: string) => Promise<string>, visitors: WebSocket[]): Promise<number> {
  const inboxes: WebSocket[] = [];
  for (let n = 0; n < COLLEAGUES; n++) {
    const cookie = await join(`Colleague${n}`);
    for (let window = 0; window < WINDOWS; window++) inboxes.push(await openInbox(served, cookie));
  }
  // Those who have said ten messages may say no more for a while.
  const talkers = await Promise.all(Array.from({ length: TALKERS }, () => open(served, '/v1/bench/visitor', newToken(), SHOP)));
  const all = TALKERS * EACH * inboxes.length;
  let heard = 0;
  const finished = new Promise<void>((resolve) => {
    for (const inbox of inboxes) inbox.on('message', (data) => {
      heard += [...String(data).matchAll(/"kind":"message"/g)].length;
      if (heard >= all) resolve();
    });
  });
  const began = performance.now();
  for (const talker of talkers) {
    const thread = randomUUID();
    for (let n = 0; n < EACH; n++) talker.send(JSON.stringify({ type: 'say', id: randomUUID(), thread, body: WORDS }));
  }
  await finished;
  const seconds = (performance.now() - began) / 1_000;
  visitors.push(...inboxes, ...talkers);
  return all / seconds;
}

async function openInbox(served: Served, cookie: string): Promise<WebSocket> {
  const { ticket } = await (await askDesk(served, 'bench', 'POST', 'ticket', { cookie })).json() as { ticket: string };
  return open(served, '/v1/bench/agent', ticket, served.url);
}

function open(served: Served, path: string, secret: string, origin: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${served.url.replace('http', 'ws')}${path}`, ['chat.v1', `t.${secret}`], {
      origin, perMessageDeflate: false, headers: { 'x-forwarded-for': elsewhere() },
    });
    socket.on('error', reject);
    socket.once('open', () => socket.send('{"type":"hi","v":1,"rev":0}'));
    socket.once('message', () => resolve(socket));
  });
}

/** Resident bytes of every process that works on this data. Linux. */
export function memoryOf({ port, dataDir }: Pick<Served, 'port' | 'dataDir'>): number {
  let bytes = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8') + readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!environment.includes(dataDir) && !environment.includes(`PORT=${port}`)) continue;
      bytes += KIB * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch (error) {
      // It ended while we looked, or is not ours to look at.
      if (!['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return bytes;
}

/** The databases with their logs. */
function onDisk(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.sqlite(-wal)?$/.test(entry.name))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
