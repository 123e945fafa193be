import { connect } from 'node:net';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { newToken } from './front-door.ts';
import { dataDir, removeDirs, run, type Served, serve } from './process.ts';

// Cold starts of Node on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const SOON = { timeout: 10_000 };
const PASSWORD = 'canary-password-9f3a';
const CANARIES = ['canary-text-51c2', 'canary-name-77aa', 'canary-mail-0b1d@x.example', PASSWORD];
const running = new Set<Served>();
const begin = async (dir: string, env?: Record<string, string>): Promise<Served> => {
  const served = await serve(dir, env);
  running.add(served);
  return served;
};
afterAll(async () => {
  await Promise.all([...running].map((served) => served.kill('SIGKILL')));
  removeDirs();
});

interface Opened { socket: WebSocket; frames: { type: string; code?: number; after?: number }[]; closed: Promise<{ code: number }> }
function open({ port }: Served, path: string, origin: string, secret: string): Promise<Opened | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, ['chat.v1', `t.${secret}`], { origin });
  const frames: Opened['frames'] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Opened['frames'][number]));
  const closed = new Promise<{ code: number }>((resolve) => socket.on('close', (code) => resolve({ code })));
  return new Promise((resolve) => {
    socket.on('open', () => resolve({ socket, frames, closed }));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => resolve(0));
  });
}
/** The owner of a first start, signed in. */
async function joinFirst(served: Served, link: string): Promise<string> {
  const response = await fetch(`${served.url}/v1/demo/desk/join`, {
    method: 'POST', headers: { 'content-type': 'application/json', origin: served.url },
    body: JSON.stringify({ code: link.split('=')[1], name: CANARIES[1], password: PASSWORD, email: CANARIES[2] }),
  });
  expect(response.status).toBe(200);
  return response.headers.get('set-cookie')!.split(';')[0]!;
}

describe('a first start', () => {
  test('prints a link that makes its owner, once; her own address is good; the second start prints none', async () => {
    const dir = dataDir();
    const first = await begin(dir);
    const { out } = await first.kill('SIGTERM');
    const link = out.match(/http:\/\/localhost:\d+\/inbox\/demo#join=[\w-]{43}/)![0];
    const second = await begin(dir);
    const cookie = await joinFirst(second, link);
    const me = await fetch(`${second.url}/v1/demo/desk/me`, { headers: { cookie } });
    expect(await me.json()).toMatchObject({ agent: { role: 'owner', email: CANARIES[2] }, brand: { id: 'demo' } });
    expect((await second.kill('SIGTERM')).out).not.toContain('#join=');
  });
  test('with settings that are wrong ends with 1 and names them', async () => {
    const { code, err } = await run('main.ts', [], { DATA_DIR: dataDir(), PORT: 'http', PUBLIC_URL: 'chat' });
    expect(code).toBe(1);
    expect(err).toMatch(/PORT must .*\n {2}PUBLIC_URL must /);
  });
  test('on a port that is taken, or a folder that is held, says so', async () => {
    const dir = dataDir();
    const served = await begin(dir);
    const taken = await run('main.ts', [], { DATA_DIR: dataDir(), PORT: String(served.port) });
    expect([taken.code, taken.err]).toEqual([1, `Port ${served.port} is in use. Stop what listens there, or set PORT to another.\n`]);
    const held = await run('main.ts', [], { DATA_DIR: dir, PORT: String(served.port + 1) });
    expect([held.code, held.err]).toEqual([1, expect.stringContaining('Another Leaveword process is using')]);
  });
  test('over plain http on a network warns; a killed server leaves the folder free', async () => {
    const dir = dataDir();
    const served = await begin(dir, { PUBLIC_URL: 'http://chat.example' });
    expect((await served.kill('SIGKILL')).out).toContain('Warning: PUBLIC_URL is http');
    await begin(dir);
  });
});

describe('a running server', () => {
  test('opens sockets for those who may, as themselves, and writes down nothing they say (A40)', async () => {
    const dir = dataDir();
    const served = await begin(dir);
    const secret = newToken();
    expect(await open(served, '/v1/demo/visitor', 'https://evil.example', secret)).toBe(403);
    expect(await open(served, '/v1/nobody/visitor', served.url, secret)).toBe(404);
    expect(await open(served, '/v1/demo/agent', served.url, secret)).toBe(401);
    expect(await open(served, '/v1/demo/visitor?token=x', served.url, secret)).toBe(400);
    const opened = await open(served, '/v1/demo/visitor', served.url, secret) as Opened;
    expect(opened.socket.protocol).toBe('chat.v1');
    expect(opened.socket.extensions).toBe('');
    opened.socket.send(JSON.stringify({ type: 'hi', v: 1, rev: 0 }));
    opened.socket.send(JSON.stringify({ type: 'say', id: 'm1', thread: 't1', body: CANARIES[0] }));
    await expect.poll(() => opened.frames.map(({ type }) => type), SOON).toEqual(expect.arrayContaining(['ok', 'ack']));
    opened.socket.send('{"type":"say","body":{"type":"img"}}');
    await fetch(`${served.url}/v1/demo/frames`, { method: 'POST', body: `{"token":"${secret}","frames":"${CANARIES[0]}"}`, headers: { 'content-type': 'text/plain', origin: served.url } });
    const { out, err } = await served.kill('SIGTERM');
    expect(out).not.toContain('door_failed');
    for (const canary of [...CANARIES, secret, '127.0.0.1', '::1']) expect(out + err).not.toContain(canary);
    expect((await opened.closed).code).toBe(1012);
  });

  test('sends a forgotten device away with 4401, which is the only refusal that a page can read', async () => {
    const dir = dataDir();
    const served = await begin(dir);
    const secret = newToken();
    const first = await open(served, '/v1/demo/visitor', served.url, secret) as Opened;
    first.socket.send(JSON.stringify({ type: 'hi', v: 1, rev: 0 }));
    first.socket.send(JSON.stringify({ type: 'label', id: 'l', email: 'forget@x.example' }));
    await expect.poll(() => first.frames.map(({ type }) => type), SOON).toContain('ack');
    expect((await run('admin.ts', ['erase', 'demo', 'forget@x.example'], { DATA_DIR: dir })).code).toBe(0);
    expect((await first.closed).code).toBe(4401);
    const again = await open(served, '/v1/demo/visitor', served.url, secret) as Opened;
    expect((await again.closed).code).toBe(4401);
    expect(again.frames).toMatchObject([{ type: 'bye', code: 4401 }]);
  });

  test('closes the socket of an agent who signs out (O6); her ticket was good once', async () => {
    const dir = dataDir();
    const served = await begin(dir);
    const { out } = await run('admin.ts', ['invite', 'demo', 'owner@x.example', '--owner'], { DATA_DIR: dir });
    const headers = { 'content-type': 'application/json', origin: served.url };
    const join = await fetch(`${served.url}/v1/demo/desk/join`, { method: 'POST', headers, body: JSON.stringify({ code: out.split('=')[1]!.slice(0, 43), name: 'O', password: PASSWORD }) });
    const cookie = join.headers.get('set-cookie')!.split(';')[0]!;
    const post = (path: string) => fetch(`${served.url}/v1/demo/desk/${path}`, { method: 'POST', headers: { ...headers, cookie }, body: '{}' });
    const { ticket } = await (await post('ticket')).json() as { ticket: string };
    const opened = await open(served, '/v1/demo/agent', served.url, ticket) as Opened;
    opened.socket.send(JSON.stringify({ type: 'hi', v: 1, rev: 0 }));
    await expect.poll(() => opened.frames.map(({ type }) => type), SOON).toContain('ok');
    expect(await open(served, '/v1/demo/agent', served.url, ticket)).toBe(401);
    await post('sign-out');
    expect((await opened.closed).code).toBe(4401);
  });

  test('lets a network hold twenty sockets of people it does not know, and more of those it does (A29)', async () => {
    const served = await begin(dataDir());
    const all: (Opened | number)[] = [];
    for (let i = 0; i < 22; i++) all.push(await open(served, '/v1/demo/visitor', served.url, newToken()));
    expect(all.slice(20)).toEqual([429, 429]);
    const one = all[0] as Opened;
    one.socket.send(JSON.stringify({ type: 'hi', v: 1, rev: 0 }));
    one.socket.send(JSON.stringify({ type: 'say', id: 'm', thread: 't', body: 'hello' }));
    await expect.poll(() => one.frames.map(({ type }) => type), SOON).toContain('ack');
    expect(await open(served, '/v1/demo/visitor', served.url, newToken())).toMatchObject({ frames: [] });
    for (const each of all) if (typeof each !== 'number') each.socket.terminate();
  });

  // These two are beside each other: the first waits for ten seconds.
  test.concurrent('a request that trickles in is cut off within ten seconds, and nobody else waits for it (A15)', async () => {
    const served = await begin(dataDir());
    const began = Date.now();
    const slow = connect(served.port, '127.0.0.1');
    slow.write(`POST /v1/demo/desk/sign-in HTTP/1.1\r\nhost: x\r\norigin: ${served.url}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{`);
    const trickle = setInterval(() => slow.write(' '), 500);
    const ended = new Promise<number>((resolve) => slow.on('error', () => undefined).on('close', () => resolve(Date.now() - began)));
    let worst = 0;
    for (let i = 0; i < 20; i++) {
      const asked = Date.now();
      await fetch(`${served.url}/v1/demo/card`);
      worst = Math.max(worst, Date.now() - asked);
    }
    expect(worst).toBeLessThan(1_000);
    slow.resume();
    const took = await ended;
    expect(took).toBeGreaterThan(2_000);
    expect(took).toBeLessThan(11_000);
    clearInterval(trickle);
    expect((await served.kill('SIGTERM')).out).not.toContain('door_failed');
  });

  test.concurrent('on SIGTERM says bye with a time of its own to each, closes 1012, and is gone soon with 0', async () => {
    const served = await begin(dataDir());
    const all = await Promise.all(Array.from({ length: 15 }, () => open(served, '/v1/demo/visitor', served.url, newToken()))) as Opened[];
    for (const { socket } of all) socket.send(JSON.stringify({ type: 'hi', v: 1, rev: 0 }));
    await expect.poll(() => all.every(({ frames }) => frames.length), SOON).toBe(true);
    const began = Date.now();
    const { code, out } = await served.kill('SIGTERM');
    expect(code).toBe(0);
    expect(Date.now() - began).toBeLessThan(20_000);
    expect(out).toContain('"event":"ended"');
    const byes = all.map(({ frames }) => frames.at(-1)!);
    for (const bye of byes) expect(bye).toMatchObject({ type: 'bye', code: 1012 });
    for (const { after } of byes) expect(after).toBeLessThan(10_000);
    expect(new Set(byes.map(({ after }) => after)).size).toBeGreaterThan(5);
    expect((await Promise.all(all.map(({ closed }) => closed))).map(({ code: each }) => each)).toEqual(all.map(() => 1012));
  });
});
