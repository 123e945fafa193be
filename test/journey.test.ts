/**
 * The journey of the README, step by step, for real: Chromium, a server in a process of its own on real SQLite, a line
 * that is cut and a server that is killed. Each step goes on where the one before it stopped.
 */
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import type { BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULTS } from '../server/settings.ts';
import {
  cleanUp, freePort, type Line, makeBrand, openBrowser, openLine, openShopPage, type RunningServer, type ShopPage, startServer,
  tempDir, until,
} from './browser.ts';
import { inSteps } from './in-steps.ts';
import { Seller } from './seller.ts';
import { Shopper } from './shopper.ts';

const BRAND = 'kettle';
const AUTO_REPLY = DEFAULTS.autoReply.text['en']!;
/** A browser on a busy machine, and the wait between two tries of a broken line. */
const STEP_MS = 120_000;
/** Bytes of everything a visitor loads for a text conversation. */
const TALK_MOST = 22_000;

let dataDir: string;
let server: RunningServer;
let line: Line;
let shop: ShopPage;
let herBrowser: BrowserContext;
let she: Shopper;
let agentBrowser: BrowserContext;
let mina: Seller;
let join: string;
const profile = { hers: '', agents: '' };

const tag = () => `<script async src="http://localhost:${line.port}/widget.js" data-brand="${BRAND}"></script>`;

beforeAll(async () => {
  dataDir = await tempDir('journey');
  profile.hers = await tempDir('visitor');
  profile.agents = await tempDir('agent');
  const port = await freePort();
  line = await openLine(port);
  shop = await openShopPage(() => tag());
  const url = `http://localhost:${port}`;
  ({ join } = await makeBrand({
    dataDir, brand: BRAND, url, settings: { name: 'Kettle & Fern', color: '#2f6b4f', logo: 'KF', origins: [shop.origin] },
  }));
  server = await startServer({ dataDir, port, url });
}, STEP_MS);

afterAll(cleanUp, STEP_MS);

inSteps();

/** Bytes on the wire of each script of ours, the first time it came. */
const scripts = new Map<string, Promise<number>>();
/** Those of a text conversation: written, kept, sent, answered, come back to, read. */
let talk = new Map<string, Promise<number>>();
function weigh(request: Request): void {
  const url = request.url();
  if (!url.startsWith(`http://localhost:${line.port}/`) || request.resourceType() !== 'script' || scripts.has(url)) return;
  scripts.set(url, request.sizes().then(({ responseBodySize }) => responseBodySize));
}

/** All messages there are, as the server's disk has them. */
function onDisk(): { seq: number; id: string; by: string; body: string }[] {
  const database = new DatabaseSync(path.join(dataDir, 'brands', `${BRAND}.sqlite`), { readOnly: true });
  try {
    return database.prepare('SELECT seq, id, by, body FROM message ORDER BY thread, seq').all() as never;
  } finally {
    database.close();
  }
}

describe('the journey', () => {
  test('1. before she acts there is one request, nothing kept, nothing moved, and a button', async () => {
    herBrowser = await openBrowser({ profile: profile.hers });
    herBrowser.on('requestfinished', weigh);
    const without = await lookAt(await herBrowser.newPage(), false);
    const page = await herBrowser.newPage();
    const asked: string[] = [];
    const sockets: string[] = [];
    page.on('request', (request) => { if (!request.url().startsWith(shop.origin)) asked.push(request.url()); });
    page.on('websocket', (socket) => sockets.push(socket.url()));
    const withIt = await lookAt(page, true);

    expect(asked).toEqual([`http://localhost:${line.port}/widget.js`]);
    expect(sockets).toEqual([]);
    expect(await herBrowser.cookies()).toEqual([]);
    expect(withIt.kept).toEqual({ local: 0, session: 0, databases: [], cookie: '' });
    expect(withIt.globals.filter((name) => !without.globals.includes(name))).toEqual(['leaveword']);
    expect(withIt.boxes).toEqual(without.boxes);
    expect(withIt.styles).toEqual(without.styles);

    const button = page.getByRole('button', { name: 'Open chat', exact: true });
    const box = (await button.boundingBox())!;
    expect(box.x + box.width).toBeGreaterThan(1_280 - 60);
    expect(box.y + box.height).toBeGreaterThan(800 - 60);
    await page.close();
  }, STEP_MS);

  test('2. what she writes while the line is cut is kept, shown as kept, and sent once when it is back', async () => {
    she = await Shopper.enter(herBrowser, `${shop.origin}/earl-grey`);
    await she.open();
    await line.cut();
    await she.say('Is the Earl Grey back?');
    expect(await she.texts()).toEqual(['Is the Earl Grey back?']);
    expect(await she.fateOf('Is the Earl Grey back?')).toContain('Saved on this device, will be sent');

    await she.leave();
    she = await Shopper.enter(herBrowser, `${shop.origin}/earl-grey`);
    await she.open();
    expect(await she.texts()).toEqual(['Is the Earl Grey back?']);
    expect(await she.fateOf('Is the Earl Grey back?')).toContain('Saved on this device, will be sent');
    expect(onDisk()).toEqual([]);

    await line.mend();
    await until(async () => /Sent|Delivered/.test(await she.fateOf('Is the Earl Grey back?')), 'it to be sent', 70_000);
    expect(onDisk().filter(({ by }) => by === 'visitor').map(({ body }) => body)).toEqual(['Is the Earl Grey back?']);
  }, STEP_MS);

  test('3. nobody is in: the auto-reply appears, once', async () => {
    await until(async () => (await she.texts()).length === 2, 'the auto-reply');
    await she.say('The loose one, I mean.');
    await until(() => onDisk().length === 3, 'the second message');
    await she.page.reload();
    await she.open();
    expect(await she.texts()).toEqual(['Is the Earl Grey back?', AUTO_REPLY, 'The loose one, I mean.']);
    await she.leave();
  }, STEP_MS);

  test('4. an agent signs in, sees her waiting with a red dot, reads where she wrote, answers and goes', async () => {
    agentBrowser = await openBrowser({ profile: profile.agents });
    mina = await Seller.join(agentBrowser, join, { name: 'Mina', password: 'Seventeen Kettles' });
    // She is in and has nothing else to do: what waited is hers at once (D3).
    await mina.page.getByRole('link', { name: /^Mine/ }).first().click();
    const row = mina.row('The loose one, I mean.');
    await row.waitFor();
    // Walking from page to page is not leaving: the dot takes its time.
    await row.getByRole('img', { name: 'has left' }).waitFor({ timeout: 30_000 });
    await row.click();
    await until(async () => (await mina.texts()).length === 3, 'the whole thread');
    expect(await mina.texts()).toEqual(['Is the Earl Grey back?', AUTO_REPLY, 'The loose one, I mean.']);
    expect(await mina.log.textContent()).toContain('/earl-grey');
    await mina.say('It came in this morning.');
    await until(async () => /Sent/.test(await mina.fateOf('It came in this morning.')), 'the answer to be sent');
    await mina.page.close();
  }, STEP_MS);

  test('5. she comes back: the whole thread before any answer of the network, one unread, and the agent sees that it was read', async () => {
    await server.kill('SIGTERM');
    she = await Shopper.enter(herBrowser, `${shop.origin}/jade-needle`);
    await she.open();
    expect(await she.texts()).toEqual(['Is the Earl Grey back?', AUTO_REPLY, 'The loose one, I mean.']);
    await she.close();
    await server.start();
    await she.page.getByRole('button', { name: 'Open chat, 1 new message' }).waitFor({ timeout: 70_000 });
    await she.open();
    await until(async () => (await she.texts()).at(-1) === 'It came in this morning.', 'the new answer');
    await she.close();
    await she.page.getByRole('button', { name: 'Open chat', exact: true }).waitFor();

    mina = await Seller.comeBack(agentBrowser, `${server.url}/inbox/${BRAND}`);
    await mina.open('It came in this morning.');
    await until(async () => /Seen/.test(await mina.fateOf('It came in this morning.')), 'the watermark');
    talk = new Map(scripts);
  }, STEP_MS);

  test('6. both at once: typing, live answers, a green dot, two tabs alike, one sound, one count', async () => {
    await mina.log.page().getByRole('img', { name: 'on the site' }).first().waitFor();
    await she.open();
    await she.turnSoundOn();
    const other = await Shopper.enter(herBrowser, `${shop.origin}/oolong`);
    await she.page.bringToFront();

    await she.field.pressSequentially('And the Ool', { delay: 30 });
    await mina.page.getByText(/is writing/).first().waitFor();
    await she.field.fill('');
    await mina.field.pressSequentially('We also', { delay: 30 });
    await she.page.getByText('Mina is writing').waitFor({ state: 'attached' });
    await mina.field.fill('');

    await she.say('And the Oolong?');
    await until(async () => (await mina.texts()).at(-1) === 'And the Oolong?', 'her question in the inbox');
    const before = (await she.sounds()) + (await other.sounds());
    await she.close();
    await mina.say('That too, since Monday.');
    for (const tab of [she, other]) await tab.page.getByRole('button', { name: 'Open chat, 1 new message' }).waitFor();
    expect((await she.sounds()) + (await other.sounds()) - before).toBe(1);

    await other.page.bringToFront();
    await other.open();
    await until(async () => (await other.texts()).at(-1) === 'That too, since Monday.', 'the answer in the other tab');
    await she.page.bringToFront();
    await until(async () => !/new message/.test(await she.label()), 'the count to go in the first tab, too');
    await she.open();
    expect(await she.texts()).toEqual(await other.texts());
    await other.leave();
  }, STEP_MS);

  test('7. the server is killed in the middle of a burst: what anybody saw as sent is there, once, in one order for all', async () => {
    const hers = Array.from({ length: 12 }, (_, n) => `her ${n}`);
    const agents = Array.from({ length: 30 }, (_, n) => `mina ${n}`);
    await she.watchSent();
    await mina.watchSent();
    const bursts = [she.burst(hers), mina.burst(agents)];
    await until(async () => (await she.sent()).length + (await mina.sent()).length >= 12, 'a part of it to be sent', 30_000);
    await server.kill('SIGKILL');
    const seenAsSent = [...await she.sent(), ...await mina.sent()];
    const killedWith = onDisk().map(({ body }) => body);
    expect(killedWith.filter((body) => /^(her|mina) \d+$/.test(body)).length, 'killed in the middle of it').toBeLessThan(hers.length + agents.length);
    for (const body of seenAsSent) expect(killedWith, 'on disk at the moment of the kill').toContain(body);
    await Promise.all(bursts);
    await server.start();

    await until(() => onDisk().filter(({ body }) => /^(her|mina) \d+$/.test(body)).length === hers.length + agents.length, 'what was pending', 100_000);
    const rows = onDisk();
    const bodies = rows.map(({ body }) => body);
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
    expect(bodies.filter((body) => body.startsWith('her '))).toEqual(hers);
    expect(bodies.filter((body) => body.startsWith('mina '))).toEqual(agents);

    for (const face of [she, mina]) await until(async () => (await face.texts()).length === bodies.length, 'both to hold all of it', 70_000);
    expect(await she.texts()).toEqual(bodies);
    expect(await mina.texts()).toEqual(bodies);
  }, 2 * STEP_MS);

  test('8. she asks this device to forget her: thread, outbox and token are gone, here and in the other tab', async () => {
    const other = await Shopper.enter(herBrowser, `${shop.origin}/basket`);
    await other.open();
    await until(async () => (await other.texts()).length > 3, 'the thread in the other tab');
    await line.cut();
    await she.page.bringToFront();
    await she.say('Never mind.');
    await she.forgetMe();
    for (const tab of [she, other]) {
      await until(async () => (await tab.texts()).length === 0, 'an empty thread');
      await until(async () => (await tab.databases()).length === 0, 'nothing to be kept');
    }
    await line.mend();
    await she.page.reload();
    await she.open();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await she.texts()).toEqual([]);
    expect(onDisk().map(({ body }) => body)).not.toContain('Never mind.');
  }, STEP_MS);

  test('and all of it weighed no more than it may, as the browser asked for it', async () => {
    const bytes = await Promise.all(talk.values());
    expect(bytes.length).toBeGreaterThanOrEqual(3);
    expect(bytes.every((each) => each > 0)).toBe(true);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(TALK_MOST);
  });
});

/** The page as it is two seconds after it has loaded, with nobody touching it. */
async function lookAt(page: Page, withTag: boolean): Promise<{
  globals: string[]; boxes: unknown[]; styles: unknown[]; kept: { local: number; session: number; databases: unknown[]; cookie: string };
}> {
  await page.goto(`${shop.origin}/${withTag ? '' : 'plain'}`);
  if (withTag) await page.getByRole('button', { name: 'Open chat' }).waitFor();
  await page.waitForTimeout(2_000);
  return page.evaluate(async () => ({
    globals: Object.getOwnPropertyNames(window),
    boxes: [...document.querySelectorAll('body, body *')].map((element) => JSON.stringify(element.getBoundingClientRect())),
    styles: [...document.querySelectorAll('html, body, body *')].map((element) => {
      const { font, color, backgroundColor, margin, padding, display, overflow, textTransform } = getComputedStyle(element);
      return { font, color, backgroundColor, margin, padding, display, overflow, textTransform };
    }),
    kept: { local: localStorage.length, session: sessionStorage.length, databases: await indexedDB.databases(), cookie: document.cookie },
  }));
}
