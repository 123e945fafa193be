/**
 * A durable relay, visitor -> server -> agent: every message is on disk before it is told to anybody. Compared in the same
 * run, under the same load, with a bare `ws` relay that stores nothing: the ceiling of what sockets alone allow.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { NodeHouse } from '../server/hosts/node.ts';
import { DEFAULTS } from '../server/settings.ts';
import { median, percentile, type Row } from './figures.ts';

const SENDERS = 100;
/** In flight for each sender: the window of the protocol. */
const WINDOW = 8;
const MESSAGES = 12_000;
const ROUNDS = 3;

interface Measured { perSecond: number; p50: number; p99: number }

export async function relay(): Promise<Row[]> {
  const ours: Measured[] = [];
  const bare: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measure(await bareRelay()));
    ours.push(await measure(await durableRelay()));
  }
  const pick = (all: Measured[], key: keyof Measured) => median(all.map((each) => each[key]));
  return [
    ['durable relay, 100 senders', `${Math.round(pick(ours, 'perSecond')).toLocaleString('en')} messages/s`],
    ['… of what a bare relay without storage does in the same run', `${Math.round(100 * median(ours.map((each, round) => each.perSecond / bare[round]!.perSecond)))} %`],
    ['… sender to agent, median and 99th percentile', `${pick(ours, 'p50').toFixed(1)} and ${pick(ours, 'p99').toFixed(1)} ms (bare: ${pick(bare, 'p50').toFixed(1)} and ${pick(bare, 'p99').toFixed(1)})`],
  ];
}

interface Relay { url: string; protocol: string; frame(sender: number, n: number): string; close(): void }

async function measure(target: Relay): Promise<Measured> {
  const agent = await open(`${target.url}/agent`, target.protocol);
  const took: number[] = [];
  const sent = new Map<string, number>();
  const each = Math.floor(MESSAGES / SENDERS);
  let arrived = 0;
  let done: () => void;
  const finished = new Promise<void>((resolve) => { done = resolve; });
  agent.on('message', (data) => {
    const at = performance.now();
    for (const match of String(data).matchAll(/"body":"#(\d+\.\d+)"/g)) {
      const began = sent.get(match[1]!);
      if (began === undefined) continue;
      sent.delete(match[1]!);
      took.push(at - began);
      if (++arrived === each * SENDERS) done();
    }
  });
  const senders = await Promise.all(Array.from({ length: SENDERS }, (_, sender) => open(`${target.url}/visitor/${sender}`, target.protocol)));
  const began = performance.now();
  for (const [sender, socket] of senders.entries()) {
    let n = 0;
    const next = () => {
      if (n >= each) return;
      const key = `${sender}.${n}`;
      sent.set(key, performance.now());
      socket.send(target.frame(sender, n++));
    };
    socket.on('message', (data) => { if (String(data).includes('"type":"ack"')) next(); });
    for (let i = 0; i < WINDOW; i++) next();
  }
  await finished;
  const seconds = (performance.now() - began) / 1_000;
  for (const socket of [agent, ...senders]) socket.terminate();
  target.close();
  return { perSecond: (each * SENDERS) / seconds, p50: percentile(took, 50), p99: percentile(took, 99) };
}

function open(url: string, protocol: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
    socket.on('error', reject);
    socket.once('open', () => socket.send('{"type":"hi","v":1,"rev":0}'));
    socket.once('message', () => resolve(socket));
  });
}

/** Parses, hands on, acknowledges; keeps nothing. */
async function bareRelay(): Promise<Relay> {
  const agents = new Set<WebSocket>();
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, request) => {
    if (request.url === '/agent') agents.add(socket);
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type === 'hi') return socket.send('{"type":"ok"}');
      const out = JSON.stringify({ type: 'changed', set: [frame] });
      for (const agent of agents) agent.send(out);
      socket.send(JSON.stringify({ type: 'ack', id: frame.id }));
    });
  });
  return { ...await listening(server), close: () => server.close() };
}

/** The product's own brand writer, commit and sockets; only the doors are left out: who may come in is settled before a message. */
async function durableRelay(): Promise<Relay> {
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-bench-'));
  const house = new NodeHouse({ dataDir: dir, assetDir: dir, url: 'http://localhost', log: () => undefined });
  const owner = await house.create('bench', DEFAULTS);
  await owner.run((brand) => {
    brand.hire({ id: 'ada', name: 'Ada', email: 'ada@bench.example', role: 'agent', password: '' });
    // The limits are for one person's hands; what is measured is the machine.
    for (const limit of ['message', 'agentMessage', 'thread', 'newcomer', 'frame'] as const) brand.allowance[limit] = () => 0;
  });
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, request) => {
    const [, role, sender] = request.url!.split('/');
    const connection = randomUUID();
    owner.accept(socket, role === 'agent'
      ? { role: 'agent', connection, agent: 'ada', session: 's', from: 'bench' }
      : { role: 'visitor', connection, visitor: `t${sender}`, token: `t${sender}`, from: 'bench' });
  });
  return {
    ...await listening(server),
    close() {
      server.close();
      house.close();
      rmSync(dir, { recursive: true });
    },
  };
}

async function listening(server: ReturnType<typeof createServer>): Promise<Omit<Relay, 'close'>> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `ws://127.0.0.1:${port}`, protocol: 'chat.v1',
    frame: (sender, n) => JSON.stringify({ type: 'say', id: `${sender}.${n}`, thread: `th${sender}`, body: `#${sender}.${n}` }),
  };
}
