/** A brand moves from one host to the other and back, while its people go on talking: they know one address, and no host. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Line } from '../../demo/line.ts';
import { newToken, Talker } from '../talker.ts';
import { inhabit, type Served, serveEdge, serveNode, SHOP, until } from './hosts.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const VISITORS = 4;
/** While a brand moves each says this many: ten at once is what a visitor may. */
const MEANWHILE = 5;
const EVERY_MS = 300;

let node: Served;
let edge: Served;
let dir: string;
let line: Line;
let cookie: string;
let people: { talker: Talker; thread: string; token: string }[];
let agent: Talker;
/** By body: everything that anybody has said, with its id. */
const said = new Map<string, string>();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'leaveword-moves-'));
  node = await serveNode();
  edge = await serveEdge({ env: { PUBLIC_URL: node.url } });
  line = new Line(0, node.port);
  await line.mend();
  cookie = (await inhabit(node, 'acme')).ownerCookie;
  const ws = `ws://localhost:${line.port}/v1/acme`;
  people = Array.from({ length: VISITORS }, (_, n) => {
    const token = newToken();
    return { token, thread: randomUUID(), talker: new Talker({ url: `${ws}/visitor`, origin: SHOP, from: `198.51.100.${n}`, secret: () => token }) };
  });
  agent = new Talker({ url: `${ws}/agent`, origin: node.url, from: '198.51.100.99', secret: ticket });
  for (const each of everyone()) void each.connect();
  for (const { talker, thread } of people) say(talker, thread, `${thread}: the first`);
  await quiet();
});
afterAll(async () => {
  for (const each of everyone()) each.stop();
  await line?.cut();
  await Promise.all([node?.close(), edge?.close()]);
  rmSync(dir, { recursive: true, force: true });
});

const everyone = (): Talker[] => (agent ? [agent, ...people.map(({ talker }) => talker)] : []);
const say = (talker: Talker, thread: string, body: string) => said.set(body, talker.say(thread, body));
const quiet = () => until(() => everyone().every((each) => each.greeted && each.outbox.size === 0), 'all outboxes to be empty', 40_000);
const door = (path: string, init: RequestInit = {}) => fetch(`http://localhost:${line.port}/v1/acme/${path}`, {
  ...init, headers: { origin: node.url, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.99', cookie },
});

async function ticket(): Promise<string> {
  const response = await door('desk/ticket', { method: 'POST', body: '{}' });
  if (!response.ok) throw new Error(`ticket: ${response.status}`);
  return ((await response.json()) as { ticket: string }).ticket;
}

/** Everybody writes on, whoever answers, until the work is done and a little longer. */
async function underTalk(name: string, work: () => Promise<void>): Promise<void> {
  let isDone = false;
  const talking = (async () => {
    for (let n = 0; n < MEANWHILE || !isDone; n++) {
      if (n < MEANWHILE) {
        for (const { talker, thread } of people) {
          say(talker, thread, `${thread}: visitor, ${name}, ${n}`);
          say(agent, thread, `${thread}: agent, ${name}, ${n}`);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  await work();
  isDone = true;
  await talking;
}

async function move(from: Served, to: Served, file: string): Promise<void> {
  await from.admin('export', 'acme', file);
  for (const { talker, thread } of people) say(talker, thread, `${thread}: between ${from.name} and ${to.name}`);
  await to.admin('import', 'acme', file);
  // Nobody has answered them: the old house does not any more, and the new one they do not know.
  for (const { talker } of people) expect(talker.outbox.size).toBeGreaterThan(0);
  await leadTo(to);
}

async function leadTo(house: Served): Promise<void> {
  await line.cut();
  line = new Line(line.port, house.port);
  await line.mend();
}

/** What the house holds, by the wire: the same for the visitor and the agent, once each, without a hole. */
async function expectAllThere(): Promise<void> {
  const known: string[] = [];
  for (const { thread, talker } of people) {
    for (const each of [agent, talker]) {
      each.ask({ type: 'pull', thread, before: 1_000_000, n: 200 });
      const rows = () => [...each.held.get(thread)?.values() ?? []];
      await until(() => rows().some(({ seq }) => seq === 1) && rows().length === Math.max(...rows().map(({ seq }) => seq)), 'the whole thread');
    }
    const hers = [...talker.held.get(thread)!.values()].sort((a, b) => a.seq - b.seq);
    const theirs = [...agent.held.get(thread)!.values()].sort((a, b) => a.seq - b.seq);
    expect(hers.map(({ seq, id, body }) => ({ seq, id, body }))).toEqual(theirs.map(({ seq, id, body }) => ({ seq, id, body })));
    expect(hers.map(({ seq }) => seq)).toEqual(hers.map((_, at) => at + 1));
    const fromPeople = hers.filter(({ by }) => by !== 'brand');
    expect(fromPeople.map(({ body }) => body).sort()).toEqual([...said.keys()].filter((body) => body.startsWith(thread)).sort());
    for (const { id, seq } of fromPeople) expect(talker.acked.get(id) ?? agent.acked.get(id), 'the place that was acknowledged').toBe(seq);
    known.push(...hers.map(({ id }) => id));
  }
  for (const each of everyone()) expect([...each.acked.keys()].filter((id) => !known.includes(id)), 'acknowledged, and lost').toEqual([]);
  expect(everyone().flatMap((each) => each.broken)).toEqual([]);
}

test.each([
  ['from Node to workerd', () => [node, edge] as const],
  ['from workerd to Node', () => [edge, node] as const],
])('%s: every message that was acknowledged is there, once, in one order; what was said on the way arrives; clients begin anew under the new epoch (S4, S5)', async (name, hosts) => {
  const [from, to] = hosts();
  const before = everyone().map(({ epochs }) => epochs.at(-1));
  expect(new Set(before).size).toBe(1);
  await underTalk(name, () => move(from, to, join(dir, name.replaceAll(' ', '-'))));
  for (const { talker, thread } of people) say(talker, thread, `${thread}: after the move ${name}`);
  await quiet();
  const after = everyone().map(({ epochs }) => epochs.at(-1));
  expect(new Set(after).size).toBe(1);
  expect(after[0]).not.toBe(before[0]);
  await expectAllThere();
  expect(await (await door('desk/me')).json(), 'who was signed in still is').toMatchObject({ agent: { email: 'ada@acme.example' }, brand: { id: 'acme' } });

  const old = await fetch(`${from.url}/v1/acme/frames`, {
    method: 'POST', headers: { 'content-type': 'text/plain', origin: SHOP },
    body: JSON.stringify({ token: people[0]!.token, frames: [{ type: 'say', id: 'late', thread: people[0]!.thread, body: 'into the empty house' }] }),
  });
  expect([old.status, Number(old.headers.get('retry-after')) > 0]).toEqual([503, true]);
  expect(await from.admin('brand', 'remove', 'acme')).toContain('gone');
  expect(await from.admin('brand', 'list')).not.toContain('acme');
});

test('an import is begun again after workerd was killed in the middle of it; nobody is let in to half a brand', async () => {
  const file = join(dir, 'begun-again');
  await node.admin('export', 'acme', file);
  const [header, ...pages] = readFileSync(file, 'utf8').split('\n');
  await errand('arrive', 'acme', header!);
  for (const page of pages.slice(0, 3)) expect(await errand('unpack', 'acme', page)).toEqual({ said: '' });
  await edge.kill();
  await edge.start();
  expect((await fetch(`${edge.url}/v1/acme/card`)).status).toBe(503);
  expect(await errand('settle', 'acme', '1000')).toEqual({ problem: expect.stringContaining('of 1000 rows have arrived') });
  for (const { talker, thread } of people) say(talker, thread, `${thread}: to a house that is not ready`);
  await leadTo(edge);
  await edge.admin('import', 'acme', file);
  await quiet();
  await expectAllThere();
});

async function errand(verb: string, ...args: string[]): Promise<unknown> {
  const response = await fetch(`${edge.url}/operator/errand`, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${edge.adminToken}` }, body: JSON.stringify({ verb, args }),
  });
  return response.json();
}
