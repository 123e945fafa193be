/** What attackers found here once, each mended: none of it may come back. */
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { toCsv as toInboxCsv } from '../inbox/csv.ts';
import { hrefOf, pieces } from '../inbox/links.ts';
import { toCsv } from '../server/csv.ts';
import { networkOf } from '../server/doors/address.ts';
import { takeErrands } from '../server/hosts/node-control.ts';
import { listen } from '../server/hosts/node.ts';
import { snippetOf } from '../server/words.ts';
import { ask, type FrontDoor, hire, openFrontDoor, signInAs } from './front-door.ts';

vi.setConfig({ testTimeout: 30_000 });

let door: FrontDoor;
let owner: string;
beforeAll(async () => {
  door = await openFrontDoor();
  await hire(door, 'ann', 'owner');
  owner = await signInAs(door, 'ann');
});
afterAll(() => door.close());

const dismiss = (id: string) => ask(door, `/v1/acme/desk/agents/${id}`, { method: 'DELETE', body: {}, cookie: owner });

describe('A20 whoever is dismissed', () => {
  test('does nothing more with a request that she had begun, and whose body comes in afterwards', async () => {
    await hire(door, 'dora', 'owner');
    const cookie = await signInAs(door, 'dora');
    const listening = await listen(door.house, door.app, { port: 0, host: '127.0.0.1' });
    const body = JSON.stringify({ email: 'hers@acme.example', role: 'owner' });
    const socket = connect(listening.port, '127.0.0.1');
    let answer = '';
    const ended = new Promise<void>((resolve) => socket.on('data', (bytes) => { answer += bytes; }).on('close', () => resolve()));
    const isLet = new Promise<void>((resolve) => {
      // Her session is looked up once before her body is asked for: from then on she is in.
      const { owner: ownerOf } = door.house;
      door.house.owner = async (brand) => {
        const found = await ownerOf.call(door.house, brand);
        if (!found) return found;
        return new Proxy(found, { get: (target, name) => (name === 'run' ? async (handler: never) => {
          const done = await target.run(handler);
          if ((done as { agent?: string } | undefined)?.agent === 'dora') resolve();
          return done;
        } : Reflect.get(target, name)) });
      };
    });
    socket.write(`POST /v1/acme/desk/invites HTTP/1.1\r\nhost: chat.example\r\norigin: ${door.house.url}\r\ncookie: ${cookie}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`);
    await isLet;
    expect((await dismiss('dora')).status).toBe(204);
    socket.write(body.slice(10));
    await ended;
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(await (await ask(door, '/v1/acme/desk/invites', { cookie: owner })).json()).toEqual({ invites: [] });
    listening.server.close();
    listening.server.closeAllConnections();
  });

  test('does not come back by an invitation that she made for herself; those of others stay', async () => {
    await hire(door, 'dina', 'owner');
    const hers = await signInAs(door, 'dina');
    const invite = async (cookie: string, email: string) => ((await (await ask(door, '/v1/acme/desk/invites', { body: { email, role: 'owner' }, cookie })).json()) as { link: string }).link.split('=')[1]!;
    const [back, other] = [await invite(hers, 'me-again@acme.example'), await invite(owner, 'somebody@acme.example')];
    await dismiss('dina');
    const look = async (code: string) => (await ask(door, '/v1/acme/desk/invited', { body: { code } })).status;
    expect([await look(back), await look(other)]).toEqual([404, 200]);
  });
});

describe('A01 a table for a spreadsheet', () => {
  const BEGINNINGS = ['=', '+', '-', '@', '\t=', '\r=', ' =', '\n=', '\u00a0=', '\ufeff=', '\uff1d', '\uff0b', '\uff0d', '\uff20'];
  /** How it is cut where the separator is this, by readers that know of quotes only at the beginning of a field, and by those that know of none. */
  const cells = (csv: string, separator: string) => csv.replace(/^\ufeff/, '').split(/\r\n|\r|\n/).flatMap((line) => line.split(separator)).map((cell) => cell.replace(/^"/, ''));
  const LEADS = ['', 'A1;', 'A1\t', 'x"', 'x";', 'x"\r\n', 'A1; ', '";"'];

  test.each([['server', toCsv], ['inbox', toInboxCsv]] as const)('has no cell that is run, wherever a reader cuts it: %s', (_name, write) => {
    for (const lead of LEADS) {
      for (const beginning of BEGINNINGS) {
        const csv = write(['a', 'b'], [[`${lead}${beginning}HYPERLINK("http://evil.example")`, 'x']]);
        for (const separator of [',', ';', '\t']) {
          // Between quotes a comma is none, and every reader for whom it separates knows quotes.
          if (separator === ',' && lead.includes('"')) continue;
          for (const cell of cells(csv, separator)) expect(cell.trimStart(), JSON.stringify(csv)).not.toMatch(/^[=+\-@\uff1d\uff0b\uff0d\uff20]/);
        }
      }
    }
  });
  test('and says plain texts and numbers as they are', () => {
    expect(toCsv(['a'], [['a=b'], ['12-5'], ['x; y'], [-5], ['mail@x']])).toBe('\ufeffa\r\na=b\r\n12-5\r\n"x; y"\r\n-5\r\nmail@x\r\n');
  });
});

test('A03 a link to write a mail says to whom, and nothing else: no copy to a stranger, no words put into her mouth', () => {
  for (const text of ['ada@x.example?bcc=evil@y.example', 'mailto:ada@x.example?bcc=evil@y.example&body=x', 'mailto:ada@x.example?cc=a@b.example#x']) expect(hrefOf(text)).toBe('mailto:ada@x.example');
  expect(pieces('mailto:ada@x.example?bcc=evil@y.example').map(({ href }) => href)).toEqual(['mailto:ada@x.example']);
});

test('A12 what is hard to fold is looked through so far and no further, in each of fifty hits; what is plain, to its end', () => {
  const costly = 'ﷺ '.repeat(4_990);
  expect(snippetOf(`${costly}order`, ['order'])).not.toContain('order');
  expect(snippetOf(`${'ﷺ '.repeat(900)}order ${'x '.repeat(500)}`, ['order'])).toContain('order');
  expect(snippetOf(`${'word '.repeat(1_900)}Order ${'x '.repeat(90)}`, ['order'])).toContain('Order');
});

test('the socket that an operator\'s errands come in by is the operator\'s alone, also in a folder that is not', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'leaveword-control-'));
  chmodSync(dir, 0o777);
  const control = takeErrands(dir, () => undefined, async () => ({ said: '' }));
  const place = join(dir, 'control.sock');
  await expect.poll(() => (statSync(place, { throwIfNoEntry: false })?.mode ?? 0) & 0o777).toBe(0o600);
  control.close();
  rmSync(dir, { recursive: true, force: true });
});

test('figures are for this machine, and no proxy on it is taken for it', async () => {
  const status = async (headers: Record<string, string>) => (await ask(door, '/metrics', { address: '127.0.0.1', headers })).status;
  expect(await status({})).toBe(200);
  for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip', 'x-real-ip', 'forwarded', 'via', 'cdn-loop']) expect([name, await status({ [name]: '127.0.0.1' })]).toEqual([name, 401]);
});

test('A16 an address with the port behind it is that address, not one and the same for all', () => {
  expect([networkOf('203.0.113.9:4711'), networkOf('[2001:db8:1:2::9]:4711'), networkOf('[2001:db8:1:2::8]'), networkOf(' 203.0.113.9 ')]).toEqual(['203.0.113.9', '2001:db8:1:2::/64', '2001:db8:1:2::/64', '203.0.113.9']);
  for (const none of ['', 'x', '1.2.3', '1.2.3.4:x', ':', '[]', '[::1', '1.2.3.4.5:1']) expect([none, networkOf(none)]).toEqual([none, 'unknown']);
});
