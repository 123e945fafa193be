import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHOPS } from '../demo/goods.ts';
import { cleanUp, tempDir, until } from './browser.ts';
import { answers, freePorts, isUp, type Ports, START_MS, settingsOf, type Started, start } from './demo-run.ts';

let ports: Ports;
let dataDir: string;
let demo: Started;
const settings = () => settingsOf(ports, dataDir);

beforeAll(async () => {
  dataDir = await tempDir('demo');
  ports = await freePorts();
  demo = start(settings());
  await isUp(demo);
}, START_MS);

afterAll(async () => {
  demo.child.kill('SIGKILL');
  await cleanUp();
});

describe('npm start', () => {
  test('prints every address, and a one-time way in for the first agent of each brand', () => {
    for (const { name, home, brand } of SHOPS) {
      expect(demo.output()).toContain(name);
      expect(demo.output()).toContain(`http://localhost:${ports.shop}${home}`);
      expect(demo.output()).toMatch(new RegExp(`http://localhost:${ports.server}/inbox/${brand}#join=[\\w-]{43}`));
    }
  });

  test('serves shops with the one script tag, each for its own brand, loaded through the line', async () => {
    for (const { home, brand, goods } of SHOPS) {
      for (const page of [home, `${home}${goods[0]!.slug}`, `${home}basket`]) {
        const html = await (await fetch(`http://localhost:${ports.shop}${page}`)).text();
        expect(html.match(/<script async[^>]*>/g)).toEqual([`<script async src="http://localhost:${ports.line}/widget.js" data-brand="${brand}">`]);
        expect(html.replaceAll(`http://localhost:${ports.line}`, '').replaceAll(`http://localhost:${ports.server}`, '').replaceAll('http://www.w3.org/2000/svg', ''))
          .not.toMatch(/https?:\/\//);
      }
    }
  });

  test('lets the shops in, and nobody else', async () => {
    const ask = async (origin: string) => (await fetch(`http://localhost:${ports.server}/v1/${SHOPS[0]!.brand}/card`, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await ask(`http://localhost:${ports.shop}`)).toBe(`http://localhost:${ports.shop}`);
    expect(await ask('http://localhost:1')).toBeNull();
  });

  test('cuts and mends the line when the shop says so, and only then', async () => {
    const turn = (body: string, type = 'application/json') =>
      fetch(`http://localhost:${ports.shop}/line`, { method: 'POST', headers: { 'content-type': type }, body });
    expect((await turn('{"cut":true}', 'text/plain')).status).toBe(400);
    expect((await turn('{"cut":"yes"}')).status).toBe(400);
    expect(await answers(ports.line)).toBe(true);
    expect(await (await turn('{"cut":true}')).json()).toEqual({ cut: true });
    expect(await answers(ports.line)).toBe(false);
    expect(await (await turn('{"cut":false}')).json()).toEqual({ cut: false });
    expect((await fetch(`http://localhost:${ports.line}/livez`)).ok).toBe(true);
  });

  test('says in plain words that a port is taken, and does nothing', async () => {
    const second = start({ ...settings(), DATA_DIR: await tempDir('second') });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/^Port \d+ is in use\. Stop what listens there, or set \w+ to another port\.$/m);
    expect(second.output()).not.toMatch(/\bat .*:\d+:\d+/);
  }, START_MS);

  test('says in plain words that the data is in use, and does nothing', async () => {
    const second = start(settingsOf(await freePorts(), dataDir));
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('Another Leaveword process is using the data');
  }, START_MS);

  test('leaves nobody behind when it is killed', async () => {
    demo.child.kill('SIGKILL');
    await demo.ended;
    for (const port of Object.values(ports)) await until(async () => !await answers(port), `port ${port} to be free`);
  });
});
