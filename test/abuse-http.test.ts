import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cleanUp, makeBrand, type RunningServer, startServer, tempDir } from './browser.ts';
import { RawLine } from './raw-line.ts';
import { newToken } from './talker.ts';
import { SHOP } from './target.ts';

// A cold start of Node on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let server: RunningServer;
beforeAll(async () => {
  const dataDir = await tempDir('http');
  await makeBrand({ dataDir, brand: 'acme', url: 'http://localhost:1', settings: { origins: [SHOP] } });
  // As it stands without a proxy: nobody is believed about where she comes from.
  server = await startServer({ dataDir });
});
afterAll(cleanUp);

/** Bytes as they are; `more` is written until the server has had enough. @returns all that came back, and after how long */
function exchange(head: string, more?: string): Promise<{ text: string; status: number; ms: number; sent: number }> {
  const began = performance.now();
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  let sent = 0;
  return new Promise((resolve) => {
    const done = () => resolve({ text, status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), ms: performance.now() - began, sent });
    socket.on('data', (bytes) => { text += bytes; }).on('error', () => undefined).on('close', done);
    socket.write(head);
    const flood = () => {
      while (more && !socket.destroyed && !socket.writableEnded) {
        sent += more.length;
        if (!socket.write(more)) return socket.once('drain', flood);
      }
      return socket;
    };
    if (more) flood();
  });
}
const post = (headers: string, body = '') => `POST /v1/acme/frames HTTP/1.1\r\nhost: x\r\norigin: ${SHOP}\r\nconnection: close\r\ncontent-type: text/plain\r\n${headers}\r\n\r\n${body}`;
const get = (path: string) => exchange(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
const served = async () => expect((await fetch(`${server.url}/v1/acme/card`)).status).toBe(200);
const memory = async () => Number(/^leaveword_resident_bytes (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())![1]);

describe('A15 a request that is too much', () => {
  test('an endless body in pieces is cut off when it has had its share, and keeps no memory', async () => {
    const before = await memory();
    const chunk = 'x'.repeat(65_536);
    const { status, sent, ms } = await exchange(post('transfer-encoding: chunked'), `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    expect([413, 0]).toContain(status);
    expect(sent).toBeLessThan(64 * 2 ** 20);
    expect(ms).toBeLessThan(12_000);
    expect(await memory() - before).toBeLessThan(64 * 2 ** 20);
    await served();
  });
  test.each([
    ['ten thousand headers', `GET /livez HTTP/1.1\r\nhost: x\r\n${Array.from({ length: 10_000 }, (_, n) => `x-${n}: 1`).join('\r\n')}\r\n\r\n`, [431, 0]],
    ['a header of a mebibyte', `GET /livez HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(2 ** 20)}\r\n\r\n`, [431, 0]],
    ['an address of a mebibyte', `GET /${'y'.repeat(2 ** 20)} HTTP/1.1\r\nhost: x\r\n\r\n`, [431, 0]],
    ['two lengths', post('content-length: 5\r\ncontent-length: 6', 'hello'), [400]],
    ['a length and pieces', post('content-length: 5\r\ntransfer-encoding: chunked', '0\r\n\r\n'), [400]],
    ['a negative length', post('content-length: -1'), [400]],
    ['a length of nothing like what comes', post('content-length: 9999999', 'x'), [413]],
    ['no protocol at all', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n', [400, 0]],
    ['an unknown method', 'BREW /v1/acme/card HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', [400, 404]],
  ])('%s is refused, and the next is served', async (_name, bytes, statuses) => {
    const { status, text } = await exchange(bytes);
    expect(statuses, text.slice(0, 200)).toContain(status);
    await served();
  });
});

test('an offer to speak HTTP/2 instead is passed over, and the request is answered', async () => {
  const { status, text } = await exchange('GET /livez HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n');
  expect([status, text.includes('{"live":true}')]).toEqual([200, true]);
});

test('A15 a header that is hard to match costs no more than one that is not', async () => {
  const began = performance.now();
  for (const accept of [`br${' '.repeat(15_000)}x`, `br;${' '.repeat(15_000)}q=0`, ',br '.repeat(3_700)]) {
    expect((await exchange(`GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: ${accept}\r\n\r\n`)).status).toBe(200);
    expect([200, 404]).toContain((await exchange(`GET /widget.js HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: ${accept}\r\n\r\n`)).status);
  }
  expect(performance.now() - began).toBeLessThan(500);
});

describe('A18 a path that climbs', () => {
  test.each([
    '/w/../../package.json', '/w/..%2f..%2fpackage.json', '/w/%2e%2e/%2e%2e/package.json', '/w/..%252f..%252fpackage.json', '/w/..\\..\\package.json',
    '/inbox/assets/../../../server/main.ts', '//w/../package.json', '/./../package.json', '/inbox/acme/..%2f..%2f..%2fpackage.json', '/w/main-ABCDEF12.js%00.css',
    '/inbox/..%2facme', '/v1/acme%2f..%2fother/card', '/v1/./card', '/v1/ACME/card', '/v1/acme./card', '/w/;/x-ABCDEF12.js',
  ])('%s leads nowhere', async (path) => {
    const { status, text } = await get(path);
    expect([404, 400]).toContain(status);
    expect(text).not.toContain('"name": "leaveword"');
  });
});

test('A16 whoever says each time that she is somebody else is still one network', async () => {
  const lines = await Promise.all(Array.from({ length: 60 }, (_, n) => new RawLine({
    port: server.port, path: '/v1/acme/visitor', origin: SHOP, protocols: `chat.v1, t.${newToken()}`,
    headers: { 'x-forwarded-for': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}`, 'cf-connecting-ip': `203.0.113.${n}`, 'x-real-ip': `203.0.113.${n}`, 'true-client-ip': `203.0.113.${n}` },
  }).opened));
  expect(lines.filter(({ status }) => status === 101).length).toBeLessThanOrEqual(30);
  const refused = lines.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(30);
  expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
  for (const line of lines) line.drop();
});

test('and the process has logged no fault of its own', () => {
  expect(server.output()).not.toMatch(/handler_failed|door_failed|upgrade_failed|crashed/);
});
