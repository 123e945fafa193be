import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cleanUp } from './browser.ts';
import { type RawLine, wire } from './raw-line.ts';
import { newToken } from './talker.ts';
import { openTarget, SHOP, type Target } from './target.ts';

// A cold start of Node on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

let target: Target;
let neighbour: RawLine;
let pongs = 0;
beforeAll(async () => {
  target = await openTarget();
  neighbour = await target.visitor();
});
afterAll(cleanUp);

/** Somebody who does no harm is still served, and quickly. */
async function expectServed(): Promise<void> {
  const began = performance.now();
  neighbour.say({ type: 'ping' });
  pongs++;
  await neighbour.until(() => neighbour.of('pong').length === pongs, 'the neighbour\'s pong');
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(neighbour.closed).toBeUndefined();
}
const end = async (line: RawLine): Promise<number> => {
  await line.until(() => line.closed !== undefined, 'the line to end');
  line.drop();
  await expectServed();
  return line.closed!;
};
const codeOf = (line: RawLine): string => (JSON.parse(line.body || '{"error":{}}') as { error: { code: string } }).error.code;

describe('the upgrade', () => {
  const own = () => target.server.url;
  test('A19 of a visitor: refused with 403 before 101 from everywhere but the shop', async () => {
    const near = ['https://evil.example', 'null', `${SHOP}.evil.com`, 'https://xshop.example', 'http://shop.example', `${SHOP}:444`, `${SHOP}/`, `${SHOP}\`evil`, undefined];
    const lines = await Promise.all(near.map((origin) => target.knock({ origin })));
    expect(lines.map(({ status }) => status)).toEqual(near.map(() => 403));
    for (const line of lines) expect(codeOf(line)).toBe('forbidden');
    for (const line of lines) expect(line.headers.get('access-control-allow-origin')).toBeUndefined();
  });

  test('A19 of an agent: refused with 403 from the shop, from nowhere and from tricks, cookie and fresh ticket or not', async () => {
    const cookie = await target.cookie();
    for (const origin of [SHOP, undefined, 'null', `${own()}.evil.com`, `${own()}\`evil`, `${own()}/`, own().replace('http:', 'https:')]) {
      const line = await target.knock({ path: '/v1/acme/agent', origin, protocols: `chat.v1, t.${await target.ticket(cookie)}`, headers: { cookie } });
      expect([origin, line.status]).toEqual([origin, 403]);
    }
  });

  test('A19 a ticket opens one socket; used, forged, or the session itself instead of it: 401', async () => {
    const cookie = await target.cookie();
    const ticket = await target.ticket(cookie);
    const open = (secret: string) => target.knock({ path: '/v1/acme/agent', origin: own(), protocols: `chat.v1, t.${secret}`, headers: { cookie } });
    const both = await Promise.all([open(ticket), open(ticket)]);
    expect(both.map(({ status }) => status).sort()).toEqual([101, 401]);
    for (const secret of [ticket, newToken(), cookie.split('=')[1]!]) expect((await open(secret)).status).toBe(401);
    for (const line of both) line.drop();
  });

  test('A20 a token in the address, or none at all, is 400 and is written down nowhere', async () => {
    const token = newToken();
    expect((await target.knock({ path: `/v1/acme/visitor?token=${token}` })).status).toBe(400);
    expect((await target.knock({ path: `/v1/acme/visitor?t=${token}`, protocols: 'chat.v1' })).status).toBe(400);
    expect((await target.knock({ protocols: 'chat.v1' })).status).toBe(400);
    expect((await target.knock({ protocols: `t.${token}` })).status).toBe(400);
    expect((await target.knock({ protocols: `chat.v2, t.${token}` })).status).toBe(400);
    expect((await target.knock({ protocols: 'chat.v1, t.too-short' })).status).toBe(401);
    expect(target.server.output()).not.toContain(token);
  });

  test('A21 compression that is offered is not taken', async () => {
    const line = await target.knock({ headers: { 'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits' } });
    expect([line.status, line.headers.get('sec-websocket-extensions'), line.headers.get('sec-websocket-protocol')]).toEqual([101, undefined, 'chat.v1']);
    line.drop();
  });

  test('that is none, or is for something else, is answered and costs nobody else anything', async () => {
    const broken = [
      await target.knock({ path: '/livez' }), await target.knock({ path: '/v1/acme/frames' }), await target.knock({ path: '//evil.example/v1/acme/visitor' }),
      await target.knock({ path: '/\\evil.example/v1/acme/visitor' }), await target.knock({ path: 'http://[' }), await target.knock({ path: '/v1/acme/%' }),
      await target.knock({ path: '/v1/acme/visitor/../visitor?x=%00' }),
    ];
    expect(broken.map(({ status }) => status)).toEqual([503, 404, 404, 404, 400, 404, 400]);
    await expectServed();
  });

  test('A29 of fifty people nobody knows, at the same instant from one network, lets no more in than may knock in a minute', async () => {
    const lines = await Promise.all(Array.from({ length: 50 }, () => target.knock({ from: '203.0.113.9' })));
    expect(lines.filter(({ status }) => status === 101).length).toBeLessThanOrEqual(30);
    expect(lines.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(20);
    for (const line of lines) line.drop();
  });

  test('A29 the seventh connection of one visitor supersedes the oldest', async () => {
    const token = newToken();
    const lines: RawLine[] = [];
    for (let i = 0; i < 7; i++) lines.push(await target.visitor({ token }));
    expect(await end(lines[0]!)).toBe(4409);
    expect(lines.slice(1).map(({ closed }) => closed)).toEqual(Array.from({ length: 6 }, () => undefined));
    for (const line of lines) line.drop();
  });
});

describe('A20 whoever says nothing', () => {
  test('is closed with 4408 after five seconds, and not much later', async () => {
    const began = Date.now();
    expect(await end(await target.knock())).toBe(4408);
    expect(Date.now() - began).toBeGreaterThan(4_000);
    expect(Date.now() - began).toBeLessThan(8_000);
  });
});

describe('A21 A22 bytes that are no frame of this protocol', () => {
  const text = JSON.stringify({ type: 'say', id: 'm', thread: 't', body: 'x' });
  const big = (bytes: number) => text.replace('"x"', `"${'x'.repeat(bytes - text.length + 1)}"`);
  const wrong: [string, Buffer, number[]][] = [
    ['65,537 bytes', wire({ payload: Buffer.alloc(65_537, 'x') }), [1009]],
    ['a length of 2^62', Buffer.from([0x81, 0xff, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]), [1009]],
    ['65,537 bytes in two pieces', Buffer.concat([wire({ fin: false, payload: 'x'.repeat(60_000) }), wire({ opcode: 0, payload: 'x'.repeat(5_537) })]), [1009]],
    ['two thousand pieces of one byte', Buffer.concat([wire({ fin: false, payload: '"' }), ...Array.from({ length: 2_000 }, () => wire({ fin: false, opcode: 0, payload: 'x' }))]), [1008]],
    ['a hundred thousand empty pieces', Buffer.concat([wire({ fin: false, payload: '"' }), ...Array.from({ length: 100_000 }, () => wire({ fin: false, opcode: 0 }))]), [1008]],
    ['invalid UTF-8', wire({ payload: Buffer.from([0x22, 0xff, 0xfe, 0x22]) }), [1007]],
    ['half of a surrogate pair in UTF-8', wire({ payload: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]) }), [1007]],
    ['binary', wire({ opcode: 2, payload: text }), [4400]],
    ['unmasked', wire({ masked: false, payload: text }), [1002]],
    ['an unknown opcode', wire({ opcode: 3, payload: text }), [1002]],
    ['a reserved bit', wire({ rsv: 4, payload: text }), [1002]],
    ['compressed, though nobody agreed to it', wire({ rsv: 4, payload: Buffer.from([0xab, 0x56, 0x2a]) }), [1002]],
    ['a continuation of nothing', wire({ opcode: 0, payload: text }), [1002]],
    ['a ping of 126 bytes', wire({ opcode: 9, payload: 'x'.repeat(126) }), [1002]],
    ['a ping in pieces', wire({ fin: false, opcode: 9 }), [1002]],
    ['a close with a code that does not exist', wire({ opcode: 8, payload: Buffer.from([0x03, 0xe7]) }), [1002]],
    ['a frame begun inside another', Buffer.concat([wire({ fin: false, payload: 'x' }), wire({ payload: text })]), [1002]],
  ];
  test.each(wrong)('%s: closed, whether she has greeted or not, and nobody else notices', async (_name, bytes, codes) => {
    expect(codes).toContain(await end((await target.visitor()).bytes(bytes)));
    expect(codes).toContain(await end((await target.knock()).bytes(bytes)));
  });

  test('65,536 bytes are heard, and refused only for what they say', async () => {
    const line = await target.visitor();
    expect(big(65_536)).toHaveLength(65_536);
    line.say(big(65_536));
    await line.until(() => line.of('nak').length > 0, 'a refusal');
    expect(line.of('nak')[0]).toMatchObject({ id: 'm', code: 'bad_frame' });
    expect(line.closed).toBeUndefined();
    line.drop();
  });

  test('a message in a few pieces, with a ping between them, is a message like any other', async () => {
    const line = await target.visitor();
    const part = (from: number, to: number) => Buffer.from(text).subarray(from, to);
    line.bytes(wire({ fin: false, payload: part(0, 9) })).bytes(wire({ opcode: 9, payload: 'still there?' }))
      .bytes(wire({ fin: false, opcode: 0, payload: part(9, 20) })).bytes(wire({ opcode: 0, payload: part(20, 999) }));
    await line.until(() => line.of('ack').length > 0, 'an ack');
    expect(line.pongs).toBe(1);
    line.drop();
  });

  test('text with NUL, half a surrogate pair and bidi marks is kept as it was said, but for the half', async () => {
    const line = await target.visitor();
    line.say('{"type":"say","id":"m","thread":"nul","body":"a\\u0000b\\ud800c\\u202ed\\u0007"}');
    line.say('{"type":"say","id":"m","thread":"nul","body":"a\\u0000b\\ud800c\\u202ed\\u0007"}');
    line.say({ type: 'pull', thread: 'nul', before: 2, n: 1 });
    await line.until(() => line.of('page').length > 0, 'a page');
    expect(line.of('page')[0].rows[0].body).toBe('a\0b\ufffdc\u202ed\u0007');
    expect(line.of('ack').map(({ seq }) => seq)).toEqual([1, 1]);
    line.drop();
  });
});

describe('A23 a frame within 64 KiB that would cost much', () => {
  const heavy: [string, string][] = [
    ['32,000 levels deep', '['.repeat(32_000)], ['32,000 levels inside a field', `{"type":"say","id":"m","thread":"t","body":${'{"a":'.repeat(12_000)}`],
    ['6,000 fields', `{${Array.from({ length: 6_000 }, (_, n) => `"k${n}":1`).join()}}`],
    ['__proto__', '{"type":"track","id":"m","name":"x","data":{"__proto__":{"polluted":1}}}'],
    ['__proto__ with a value that fits', '{"type":"track","id":"m","name":"x","data":{"__proto__":1}}'],
    ['constructor.prototype', '{"type":"say","id":"m","thread":"t","body":"x","constructor":{"prototype":{"polluted":1}}}'],
    ['a number of 60,000 digits', `{"type":"got","thread":"t","seq":${'9'.repeat(60_000)}}`],
    ['1e309', '{"type":"track","id":"m","name":"x","data":{"n":1e309}}'],
    ['60,000 backslashes', `{"type":"say","id":"m","thread":"t","body":"${'\\'.repeat(60_000)}"}`],
  ];
  test.each(heavy)('%s: refused as bad_frame, at once', async (_name, text) => {
    const line = await target.visitor();
    const heard = line.heard.length;
    const began = performance.now();
    line.say(text);
    await line.until(() => line.heard.length > heard, 'a refusal');
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(line.heard.slice(heard)).toEqual([expect.objectContaining({ code: 'bad_frame' })]);
    line.drop();
    await expectServed();
  });

  test('and the process has logged no fault of its own', () => {
    expect(target.server.output()).not.toMatch(/handler_failed|door_failed|upgrade_failed|crashed|RangeError/);
  });
});
