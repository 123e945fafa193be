import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { operate } from '../server/doors/operator.ts';
import type { Done, Errand } from '../server/errand.ts';
import { freePort, run } from './process.ts';

vi.setConfig({ testTimeout: 30_000 });

const TOKEN = 'a token of more than sixteen characters';
const heard: Errand[] = [];
const work = async (errand: Errand): Promise<Done> => {
  heard.push(errand);
  return errand.args[0] === 'nobody' ? { problem: 'there is no brand "nobody"' } : { said: `did ${errand.verb}` };
};

interface Knock { token?: string | undefined; given?: string; address?: string; path?: string; method?: string; type?: string; body?: string }
let networks = 0;
const knock = ({ token = TOKEN, given = `Bearer ${TOKEN}`, address = `198.51.100.${++networks}`, path = '/operator/errand', method = 'POST', type = 'application/json', body = '{"verb":"team","args":["acme"]}', ...rest }: Knock = {}) =>
  operate(
    new Request(`https://chat.example${path}`, { method, headers: { authorization: given, 'content-type': type }, ...(method === 'POST' ? { body } : {}) }),
    { token: 'token' in rest ? undefined : token, address, now: 1e12 }, work);

/** Nine starts of the command, on a machine that has other things to do. */
const MANY_STARTS_MS = 90_000;

describe('the operator\'s door', () => {
  test('is opened by the token, and answers what was said or what is wrong', async () => {
    const done = await knock();
    expect([done.status, await done.json()]).toEqual([200, { said: 'did team' }]);
    expect(done.headers.get('cache-control')).toBe('no-store');
    expect(await (await knock({ body: '{"verb":"team","args":["nobody"]}' })).json()).toEqual({ problem: 'there is no brand "nobody"' });
    await knock({ body: '{"verb":"brand create","args":["acme"],"jurisdiction":"eu"}' });
    expect(heard.at(-1)).toEqual({ verb: 'brand create', args: ['acme'], jurisdiction: 'eu' });
  });

  test('is not there where nobody set a token, or one that could be guessed, and nowhere else', async () => {
    for (const wrong of [{ token: '' }, { token: 'short', given: 'Bearer short' }, { path: '/operator' }, { path: '/operator/errand/' }, { method: 'GET' }]) {
      expect((await knock(wrong)).status, JSON.stringify(wrong)).toBe(404);
    }
    expect((await operate(new Request('https://chat.example/operator/errand', { method: 'POST' }), { token: undefined, address: '', now: 1 }, work)).status).toBe(404);
  });

  test('refuses every other token, after ten of them from one network with a pause, and never keeps the right one waiting', async () => {
    const before = heard.length;
    for (const given of ['', 'Bearer ', TOKEN, `bearer ${TOKEN}`, `Bearer ${TOKEN.slice(0, -1)}`, `Bearer ${TOKEN}x`, 'Basic YTpi']) expect((await knock({ given })).status, given).toBe(401);
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await knock({ given: `Bearer ${n}`, address: '192.0.2.7' })).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await knock({ given: 'Bearer x', address: '192.0.2.7' })).headers.get('retry-after')).toMatch(/^\d+$/);
    expect(heard.length).toBe(before);
    expect((await knock({ address: '192.0.2.7' })).status).toBe(200);
  });

  test.each([
    ['no JSON', { body: 'team acme' }, 400], ['no errand', { body: '{"verb":"team"}' }, 400], ['no text', { body: '{"verb":"team","args":[1]}' }, 400],
    ['a field too many', { body: '{"verb":"team","args":[],"as":"root"}' }, 400], ['another type', { type: 'text/plain' }, 403],
    ['more than any page', { body: JSON.stringify({ verb: 'unpack', args: ['acme', 'x'.repeat(13_000_000)] }) }, 413],
  ])('does not run what is no errand: %s', async (_name, wrong, status) => {
    const before = heard.length;
    expect((await knock(wrong)).status).toBe(status);
    expect(heard.length).toBe(before);
  });
});

describe('admin --at', () => {
  let server: Server;
  let at: string;
  let status = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (bytes) => { body += bytes; }).on('end', async () => {
        const headers = { authorization: request.headers.authorization ?? '', 'content-type': request.headers['content-type'] ?? '' };
        const answer = status ? new Response('out of order', { status })
          : await operate(new Request(`http://chat.example${request.url}`, { method: 'POST', headers, body }), { token: TOKEN, address: '203.0.113.9', now: 1e12 }, work);
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, () => resolve()));
    at = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => { server.close(); });
  const admin = (token: string | undefined, ...words: string[]) => run('admin.ts', words, token === undefined ? {} : { ADMIN_TOKEN: token });

  test('asks a deployment with its token, and says what it said', async () => {
    expect(await admin(TOKEN, 'team', 'acme', '--at', at)).toMatchObject({ code: 0, out: 'did team\n' });
    expect(await admin(TOKEN, 'brand', 'create', 'acme', '--name', 'Acme', '--origin', 'https://a.example', '--at', at, '--jurisdiction', 'eu')).toMatchObject({ code: 0 });
    expect(heard.at(-1)).toEqual({ verb: 'brand create', args: ['acme', 'Acme', 'https://a.example'], jurisdiction: 'eu' });
    expect(await admin(TOKEN, 'team', 'nobody', '--at', at)).toMatchObject({ code: 1, err: 'there is no brand "nobody"\n' });
  });

  test('says in words what is wrong with the way there', async () => {
    const complaint = async (token: string | undefined, ...words: string[]) => {
      const { code, out, err } = await admin(token, ...words);
      expect([code, out]).toEqual([1, '']);
      expect(err).not.toMatch(/\n\s+at /);
      return err;
    };
    const wrong: [string | undefined, string[], string][] = [
      [undefined, ['--at', at], 'Set ADMIN_TOKEN'], ['something else entirely', ['--at', at], 'does not know this ADMIN_TOKEN'],
      [TOKEN, ['--at', `http://localhost:${await freePort()}`], 'cannot be reached: ECONNREFUSED'], [TOKEN, ['--at', 'chat.example'], 'say where it is'],
      [TOKEN, ['--at', at, '--jurisdiction', 'eu'], 'takes no --jurisdiction'],
    ];
    await Promise.all(wrong.map(async ([token, options, words]) => expect(await complaint(token, 'team', 'acme', ...options)).toContain(words)));
    expect(await complaint(TOKEN, 'backup', '--all', '/tmp/x', '--at', at)).toContain('takes no --at');
    expect(await complaint(TOKEN, 'import', 'acme', '/tmp/x', '--jurisdiction', 'eu')).toContain('say which, with --at');
    for (const [sent, words] of [[404, 'takes no errands'], [500, 'answered 500: out of order']] as const) {
      status = sent;
      expect(await complaint(TOKEN, 'team', 'acme', '--at', at)).toContain(words);
    }
  }, MANY_STARTS_MS);
});
