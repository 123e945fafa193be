import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, makeBrand, type RunningServer, startServer, tempDir, until } from './browser.ts';
import { NodeHouse } from '../server/hosts/node.ts';
import { seeded } from './seeded.ts';
import { newToken, Talker } from './talker.ts';

const KILLS = Number(process.env['KILLS'] ?? 8);
const VISITORS = 12;
/** A burst of 24 is answered within about this time: kills are to fall into it, and some behind it. */
const MOST_MS = 25;
const SHOP = 'https://shop.example';

afterAll(cleanUp);

describe('a server that is killed in the middle of a burst from both sides', () => {
  it('keeps every message that anybody was told is safe, once, in one order for everyone, and takes what was pending', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    const random = seeded(seed);
    const dataDir = await tempDir('kill');
    const { join } = await makeBrand({ dataDir, brand: 'acme', url: 'http://localhost:1', settings: { origins: [SHOP] } });
    const server = await startServer({ dataDir, env: { TRUSTED_PROXY: '127.0.0.1,::1' } });
    const cookie = await signUp(server, join.split('#join=')[1]!);
    const ws = server.url.replace('http', 'ws');

    const visitors = Array.from({ length: VISITORS }, (_, n) => {
      const token = newToken();
      return { thread: randomUUID(), talker: new Talker({ url: `${ws}/v1/acme/visitor`, origin: SHOP, from: `198.51.100.${n}`, secret: () => token }) };
    });
    const agent = new Talker({ url: `${ws}/v1/acme/agent`, origin: server.url, secret: () => ticket(server, cookie) });
    const everyone = [agent, ...visitors.map(({ talker }) => talker)];
    for (const each of everyone) void each.connect();

    let hit = 0;
    for (const { talker, thread } of visitors) talker.say(thread, `first of ${thread}`);
    await until(() => visitors.every(({ talker }) => talker.acked.size === 1), 'everybody to have said something', 20_000);
    // Ten at once is what a visitor may say: the first, one before each kill, and the last.
    for (let kill = 0; kill < KILLS; kill++) {
      await until(() => everyone.every((each) => each.greeted), 'everybody to be back', 20_000);
      for (const { talker, thread } of visitors) {
        talker.say(thread, `visitor, before kill ${kill}`);
        agent.say(thread, `agent, before kill ${kill}`);
      }
      await new Promise((resolve) => setTimeout(resolve, random() * MOST_MS));
      await server.kill('SIGKILL');
      if (everyone.some((each) => each.outbox.size > 0)) hit++;
      await server.start();
    }
    for (const { talker, thread } of visitors) talker.say(thread, 'the last');
    await until(() => everyone.every((each) => each.outbox.size === 0), `all outboxes to be empty (seed ${seed})`, 100_000);
    for (const each of everyone) each.stop();
    await server.kill('SIGTERM');

    expect(everyone.flatMap((each) => each.broken), `seed ${seed}`).toEqual([]);
    expect(agent.opened, 'the agent has come back after the kills').toBeGreaterThan(KILLS / 2);
    expect(hit, 'kills that came while something was unanswered').toBeGreaterThan(KILLS / 4);
    const house = new NodeHouse({ dataDir, assetDir: '.', url: server.url, log: () => undefined });
    const owner = (await house.owner('acme'))!;
    for (const { talker, thread } of visitors) {
      const rows = await owner.run((brand) => brand.threads.page(thread, 1e9, 1_000).rows);
      expect(rows.map((row) => row.seq), `seed ${seed}`).toEqual(rows.map((_, index) => index + 1));
      expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
      const bySeq = new Map(rows.map((row) => [row.seq, row]));
      for (const each of [talker, agent]) {
        for (const [seq, message] of each.held.get(thread) ?? []) expect(bySeq.get(seq)).toMatchObject({ id: message.id, body: message.body });
      }
      for (const [id, seq] of talker.acked) expect(bySeq.get(seq)?.id, `seed ${seed}: what was acknowledged`).toBe(id);
    }
    const all = await owner.run((brand) => brand.host.sql<{ id: string; seq: number }>("SELECT id, seq FROM message WHERE by = 'agent'"));
    expect(all.length).toBe(agent.acked.size);
    house.close();
    console.log(`${KILLS} kills, ${everyone.reduce((sum, each) => sum + each.acked.size, 0)} acknowledged, ${everyone.reduce((sum, each) => sum + each.rescued, 0)} written before the kill and answered after it, 0 lost (seed ${seed})`);
  }, 150_000);
});

async function signUp(server: RunningServer, code: string): Promise<string> {
  const response = await fetch(`${server.url}/v1/acme/desk/join`, {
    method: 'POST', headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ code, name: 'Ada', password: 'correct horse battery' }),
  });
  if (!response.ok) throw new Error(`join: ${response.status} ${await response.text()}`);
  return response.headers.getSetCookie()[0]!.split(';')[0]!;
}

async function ticket(server: RunningServer, cookie: string): Promise<string> {
  const response = await fetch(`${server.url}/v1/acme/desk/ticket`, {
    method: 'POST', headers: { 'content-type': 'application/json', origin: server.url, cookie }, body: '{}',
  });
  if (!response.ok) throw new Error(`ticket: ${response.status}`);
  return ((await response.json()) as { ticket: string }).ticket;
}
