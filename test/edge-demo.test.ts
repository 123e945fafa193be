import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHOPS, TEA } from '../demo/goods.ts';
import { cleanUp, tempDir, until } from './browser.ts';
import { answers, familyOf, freePorts, isAlive, isUp, type Ports, START_MS, settingsOf, type Started, start } from './demo-run.ts';
import { newToken, Talker } from './talker.ts';

const THREAD = 't-kettle';
const token = newToken();
let ports: Ports;
let dataDir: string;
let demo: Started;
let family: Map<number, string>;

async function open(): Promise<void> {
  demo = start(settingsOf(ports, dataDir), 'edge');
  await isUp(demo);
  family = familyOf(demo.child.pid!);
}

/** A visitor of the tea shop, who comes through the line as its pages do. */
function visit(): Talker {
  const she = new Talker({ url: `ws://localhost:${ports.line}/v1/${TEA.brand}/visitor`, origin: `http://localhost:${ports.shop}`, secret: () => token });
  she.connect();
  return she;
}

const bodiesOf = (she: Talker): string[] => [...she.held.get(THREAD)?.values() ?? []].map(({ body }) => body);
const nobodyIsLeft = () => until(() => ![...family.keys()].some(isAlive), `${[...family]} to be gone`);

beforeAll(async () => {
  dataDir = await tempDir('edge-demo');
  ports = await freePorts();
  await open();
}, START_MS);

afterAll(async () => {
  demo.child.kill('SIGTERM');
  await demo.ended;
  await cleanUp();
});

describe('npm run start:edge', () => {
  test('prints the same page of addresses as npm start, and none of wrangler’s words', () => {
    for (const { name, home, brand } of SHOPS) {
      expect(demo.output()).toContain(name);
      expect(demo.output()).toContain(`http://localhost:${ports.shop}${home}`);
      expect(demo.output()).toMatch(new RegExp(`http://localhost:${ports.server}/inbox/${brand}#join=[\\w-]{43}`));
    }
    expect(demo.output()).not.toMatch(/wrangler|miniflare|bindings/i);
    expect(demo.output()).not.toContain('cannot be reached');
  });

  test('serves shop, loader and inbox, and each brand as its shop looks', async () => {
    expect(await (await fetch(`http://localhost:${ports.shop}/`)).text()).toContain(`src="http://localhost:${ports.line}/widget.js"`);
    expect((await fetch(`http://localhost:${ports.line}/widget.js`)).headers.get('content-type')).toContain('javascript');
    expect(await (await fetch(`http://localhost:${ports.server}/inbox/${TEA.brand}`)).text()).toContain('<script');
    for (const { brand, name, color } of SHOPS) {
      const card = await fetch(`http://localhost:${ports.line}/v1/${brand}/card`, { headers: { origin: `http://localhost:${ports.shop}` } });
      expect(await card.json()).toMatchObject({ name, color });
    }
  });

  test('nobody but its operator may ask for an errand, and only its operator can read the word for it', async () => {
    const ask = (word: string) => fetch(`http://localhost:${ports.line}/operator/errand`, {
      method: 'POST', headers: { authorization: `Bearer ${word}`, 'content-type': 'application/json' }, body: '{"verb":"brand list","args":[]}',
    });
    expect((await ask('')).status).toBe(401);
    expect(statSync(`${dataDir}/admin-token`).mode & 0o777).toBe(0o600);
    expect(await (await ask(readFileSync(`${dataDir}/admin-token`, 'utf8'))).json()).toEqual({ said: expect.stringContaining(TEA.brand) });
  });

  test('takes a message through the shop’s line, over a cut, once', async () => {
    const turn = (cut: boolean) => fetch(`http://localhost:${ports.shop}/line`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ cut }) });
    const she = visit();
    she.say(THREAD, 'Is the kettle in?');
    await until(() => she.acked.size === 1, 'the first to be acknowledged');
    await turn(true);
    she.say(THREAD, 'And the cups?');
    await turn(false);
    await until(() => she.acked.size === 2, 'the second to be acknowledged');
    await until(() => bodiesOf(she).length === 3, 'the auto-reply');
    expect(she.broken).toEqual([]);
    she.stop();
  });

  test('leaves nobody behind when it is told to go, and has the thread when it is back', async () => {
    expect([...family.values()].filter((name) => name.startsWith('workerd')).length).toBeGreaterThan(0);
    demo.child.kill('SIGTERM');
    expect(await demo.ended).toBe(0);
    await nobodyIsLeft();
    for (const port of Object.values(ports)) expect(await answers(port)).toBe(false);

    await open();
    const she = visit();
    await until(() => bodiesOf(she).length === 3, 'the thread to be there');
    expect(bodiesOf(she).filter((body) => body.includes('?'))).toEqual(['Is the kettle in?', 'And the cups?']);
    she.stop();
  }, START_MS);

  test('leaves nobody behind when what runs workerd is killed, and says that it ended', async () => {
    const [, , runner] = [...family.keys()];
    process.kill(runner!, 'SIGKILL');
    expect(await demo.ended).toBe(1);
    expect(demo.output()).toContain('workerd has ended by itself');
    await nobodyIsLeft();
  });

  test('says in plain words that its port is taken, and does nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(ports.server, resolve));
    const late = start(settingsOf(ports, dataDir), 'edge');
    expect(await late.ended).toBe(1);
    expect(late.output()).toMatch(/^Port \d+ is in use\. Stop what listens there, or set PORT to another port\.$/m);
    expect(late.output()).not.toMatch(/\bat .*:\d+:\d+/);
    await new Promise((resolve) => other.close(resolve));
  }, START_MS);
});
