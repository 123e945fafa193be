/**
 * Three relays, visitor -> server -> agent, each in a process of its own: `bare` keeps nothing, which is the ceiling of what
 * sockets alone allow; `single` is what everybody writes first, one transaction a message; `ours` is the product.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type WebSocket, WebSocketServer } from 'ws';
import { NodeHouse } from '../server/hosts/node.ts';
import { DEFAULTS } from '../server/settings.ts';

export type Kind = 'bare' | 'single' | 'ours';

/** Both of the simple ones: parses, keeps the message or does not, hands it on frame by frame, acknowledges. */
function simple(keep: (frame: { id: string; thread: string; body: string }) => void): Server {
  const agents = new Set<WebSocket>();
  const server = createServer();
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
    if (request.url === '/agent') agents.add(socket.on('close', () => agents.delete(socket)));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type === 'hi') return socket.send('{"type":"ok"}');
      keep(frame);
      const out = JSON.stringify({ type: 'changed', set: [frame] });
      for (const agent of agents) agent.send(out);
      socket.send(JSON.stringify({ type: 'ack', id: frame.id }));
    });
  });
  return server;
}

function single(dir: string): Server {
  const database = new DatabaseSync(join(dir, 'single.sqlite'));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE message (n INTEGER PRIMARY KEY, thread TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (thread, id)) STRICT`);
  const insert = database.prepare('INSERT INTO message (thread, id, body, at) VALUES (?, ?, ?, ?)');
  return simple(({ thread, id, body }) => insert.run(thread, id, body, Date.now()));
}

/** The product's own brand writer, commit and sockets; only the doors are left out: who may come in is settled before a message. */
async function ours(dir: string): Promise<Server> {
  const house = new NodeHouse({ dataDir: dir, assetDir: dir, url: 'http://localhost', log: () => undefined });
  const owner = await house.create('bench', DEFAULTS);
  await owner.run((brand) => {
    brand.hire({ id: 'ada', name: 'Ada', email: 'ada@bench.example', role: 'agent', password: '' });
    brand.host.sql("INSERT INTO session (hash, agent, created, used) VALUES ('s', 'ada', ?, ?)", Date.now(), Date.now());
    // The limits are for one person's hands; what is measured is the machine.
    for (const limit of ['message', 'agentMessage', 'thread', 'newcomer', 'frame'] as const) brand.allowance[limit] = () => 0;
  });
  const server = createServer();
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
    const [, role, sender] = request.url!.split('/');
    const connection = randomUUID();
    owner.accept(socket, role === 'agent'
      ? { role: 'agent', connection, agent: 'ada', session: 's', from: 'bench' }
      : { role: 'visitor', connection, visitor: `t${sender}`, token: `t${sender}`, from: 'bench' }, request.socket);
  });
  return server;
}

const [kind] = process.argv.slice(2) as [Kind | undefined];
if (process.send && kind) {
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-bench-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  process.on('disconnect', () => process.exit(0));
  const server = kind === 'bare' ? simple(() => undefined) : kind === 'single' ? single(dir) : await ours(dir);
  server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as { port: number }).port }));
}
