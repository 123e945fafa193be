/** Two agents in two real browsers: notes, names, search, who looks, undo, block, and a call that is made once. */
import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, freePort, makeBrand, openBrowser, type RunningServer, startServer, takeProblems, tempDir, until } from './browser.ts';
import { newToken, Talker } from './talker.ts';

const BRAND = 'kettle';
const SHOP = 'https://tea.example';
const PASSWORD = 'a kettle of fish';
const STEP_MS = 120_000;

let server: RunningServer;
let minas: BrowserContext;
let mina: Page;
let ravi: Page;
let ada: Talker;
const thread = randomUUID();

beforeAll(async () => {
  const dataDir = await tempDir('known');
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const { join } = await makeBrand({ dataDir, brand: BRAND, url, settings: { name: 'Kettle & Fern', origins: [SHOP] } });
  server = await startServer({ dataDir, port, url });
  minas = await openBrowser({ profile: await tempDir('mina') });
  await minas.grantPermissions(['notifications'], { origin: url });
  // Headless browsers have nowhere to show one: what would be shown is written down.
  await minas.addInitScript(() => {
    const shown: string[] = [];
    Object.assign(window, { shown });
    class Shown {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      onclick: unknown;
      constructor(title: string, { body }: { body: string }) { shown.push(`${title}: ${body}`); }
    }
    Object.assign(window, { Notification: Shown });
    // There is no loudspeaker either: what goes to it goes to a meter as well.
    const heard = { tones: 0, loudest: 0, state: '' };
    Object.assign(window, { heard });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
      heard.tones++;
      start.apply(this, when);
    };
    const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
    AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode) {
      if (to instanceof AudioDestinationNode) {
        const meter = to.context.createAnalyser();
        meter.fftSize = 32_768;
        const wave = new Float32Array(meter.fftSize);
        connect.call(this, meter);
        setInterval(() => {
          meter.getFloatTimeDomainData(wave);
          heard.state = to.context.state;
          heard.loudest = wave.reduce((most, each) => Math.max(most, Math.abs(each)), heard.loudest);
        }, 50);
      }
      return connect.call(this, to);
    } as typeof AudioNode.prototype.connect;
  });
  mina = await minas.newPage();
  await enter(mina, join, 'Mina Okafor');
  const link = await mina.evaluate(async (path) => {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${path}/canned`, { method: 'PUT', headers, body: JSON.stringify({ canned: [{ id: 'c1', name: 'Hello', body: 'Hello {visitor}, this is {agent}.' }] }) });
    const made = await fetch(`${path}/invites`, { method: 'POST', headers, body: JSON.stringify({ email: 'ravi@tea.example', role: 'agent' }) });
    return ((await made.json()) as { link: string }).link;
  }, `/v1/${BRAND}/desk`);
  ravi = await (await openBrowser({ profile: await tempDir('ravi') })).newPage();
  await enter(ravi, link, 'Ravi Patel');
  const secret = newToken();
  ada = new Talker({ url: `${url.replace('http', 'ws')}/v1/${BRAND}/visitor`, origin: SHOP, secret: () => secret });
  await ada.connect();
  await until(() => ada.greeted, 'the visitor to be greeted');
  say('Is the Earl Grey back?');
  await until(() => (ada.held.get(thread)?.size ?? 0) > 0, 'her message to be kept');
  ada.ask({ type: 'label', id: randomUUID(), name: 'Ada Lindqvist' });
  for (const page of [mina, ravi]) {
    await page.goto(`${url}/inbox/${BRAND}/all/${thread}`);
    await page.getByText('Is the Earl Grey back?').first().waitFor();
    await page.getByRole('heading', { name: 'Ada Lindqvist' }).first().waitFor();
  }
}, STEP_MS);

afterAll(async () => {
  ada?.stop();
  await cleanUp();
}, STEP_MS);

async function enter(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.locator('.list').waitFor();
}

const say = (body: string) => ada.ask({ type: 'say', id: randomUUID(), thread, body });
const heard = () => [...ada.held.get(thread)?.values() ?? []].map(({ body }) => body);
const field = (page: Page) => page.locator('.composer textarea');
const meter = (page: Page) => page.evaluate(() => (window as unknown as { heard: { tones: number; loudest: number; state: string } }).heard);
const shown = (page: Page) => page.evaluate(() => (window as unknown as { shown: string[] }).shown);

describe('what the team knows', () => {
  test('D15: each sees that the other looks, and that she writes', async () => {
    await mina.locator('.lookers').getByText('Ravi Patel is looking').waitFor({ state: 'attached' });
    await ravi.locator('.lookers').getByText('Mina Okafor is looking').waitFor({ state: 'attached' });
    await field(ravi).fill('Let me');
    await mina.locator('.lookers').getByText('Ravi Patel is writing').waitFor({ state: 'attached' });
    await field(ravi).fill('');
  }, STEP_MS);

  test('D11: a note names a colleague, reaches her at once, and never the visitor', async () => {
    await field(ravi).press('Escape');
    await ravi.keyboard.press('n');
    await ravi.getByRole('textbox', { name: 'Your note' }).waitFor();
    await ravi.keyboard.type('@mi');
    await ravi.keyboard.press('Enter');
    await ravi.keyboard.type('we have thirty in the back');
    await ravi.keyboard.press('Enter');
    await mina.locator('.note .mention-me', { hasText: '@Mina Okafor' }).waitFor();
    await ravi.locator('.note', { hasText: 'thirty in the back' }).waitFor();
    await until(async () => await ravi.locator('.note .fate').count() === 0, 'the note to be kept by the server');
    expect(heard()).toEqual(['Is the Earl Grey back?']);
  }, STEP_MS);

  test('a saved reply goes in with the names, and only Enter again sends it', async () => {
    await field(mina).fill('');
    await field(mina).pressSequentially('/hel');
    await mina.getByRole('option', { name: /Hello/ }).waitFor();
    await mina.keyboard.press('Enter');
    expect(await field(mina).inputValue()).toBe('Hello Ada Lindqvist, this is Mina Okafor.');
    expect(heard()).toHaveLength(1);
    await mina.keyboard.press('Enter');
    await until(() => heard().includes('Hello Ada Lindqvist, this is Mina Okafor.'), 'the visitor to have the answer');
  }, STEP_MS);

  test('D13: the search finds note and message, and leads to each', async () => {
    await field(mina).press('Escape');
    await mina.keyboard.press('/');
    await mina.keyboard.type('thirty ba');
    await mina.getByRole('option').filter({ hasText: 'thirty in the back' }).waitFor();
    expect(await mina.locator('.finder mark').allTextContents()).toEqual(['thirty', 'back']);
    await mina.keyboard.press('Enter');
    await mina.locator('.note.aimed').waitFor();
    await mina.keyboard.press('Control+k');
    await mina.keyboard.type('earl grey');
    await mina.keyboard.press('Enter');
    await mina.getByRole('option').filter({ hasText: 'Is the Earl Grey back?' }).waitFor();
    await mina.keyboard.press('Enter');
    await mina.locator('.aimed', { hasText: 'Is the Earl Grey back?' }).waitFor();
  }, STEP_MS);

  test('D12: a tag is there for both, and is taken back with one key', async () => {
    await field(mina).press('Escape');
    await mina.keyboard.press('l');
    await mina.keyboard.type('wholesale');
    await mina.keyboard.press('Enter');
    await ravi.locator('.chip', { hasText: 'wholesale' }).waitFor();
    await mina.keyboard.press('Escape');
    await mina.locator('.undo', { hasText: 'Tags changed' }).waitFor();
    await mina.keyboard.press('z');
    await ravi.locator('.chip').waitFor({ state: 'detached' });
    await mina.locator('.toast', { hasText: 'Taken back' }).waitFor();
  }, STEP_MS);

  test('D14: whoever is blocked cannot write, which both see, until she is let in again', async () => {
    await mina.getByRole('button', { name: 'Block this visitor…' }).click();
    await mina.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click();
    await ravi.locator('.blocked-note').waitFor();
    say('Anybody?');
    await mina.keyboard.press('z');
    await ravi.locator('.blocked-note').waitFor({ state: 'detached' });
    say('And now?');
    await ravi.locator('.bubble', { hasText: 'And now?' }).waitFor();
    expect(await ravi.locator('.bubble', { hasText: 'Anybody?' }).count()).toBe(0);
  }, STEP_MS);

  test('a call is made by one of her tabs when she looks at none, with no word of what was said', async () => {
    // Whose it was the routing has decided.
    await field(mina).press('Escape');
    await mina.keyboard.press('t');
    await mina.locator('.holder', { hasText: 'Yours' }).waitFor({ state: 'attached' });
    const second = await minas.newPage();
    const pages = [mina, second];
    await second.goto(`${server.url}/inbox/${BRAND}/settings/you`);
    await second.getByText('Show notifications on this device').click();
    // In a headless browser every page believes that it is looked at.
    for (const page of pages) {
      await page.evaluate(() => {
        document.hasFocus = () => false;
        window.dispatchEvent(new Event('blur'));
      });
    }
    say('A secret of mine');
    await until(async () => (await Promise.all(pages.map(shown))).flat().length > 0, 'somebody to be called');
    await mina.locator('.bubble', { hasText: 'A secret of mine' }).waitFor();
    await second.waitForTimeout(500);
    expect((await Promise.all(pages.map(shown))).flat()).toEqual(['Ada Lindqvist: New message']);
    await second.close();
  }, STEP_MS);

  test('a sound is really heard, when she has switched it on and never else', async () => {
    /** She writes, and is told of. @returns how many tones were begun for it */
    const tonesFor = async (body: string) => {
      const [before, { tones }] = [(await shown(mina)).length, await meter(mina)];
      say(body);
      await until(async () => (await shown(mina)).length > before, 'her to be called');
      return (await meter(mina)).tones - tones;
    };
    const sound = mina.getByLabel('Play a sound');
    expect(await tonesFor('Without a sound')).toBe(0);
    await mina.keyboard.press('Control+k');
    await mina.keyboard.type('settings');
    await mina.keyboard.press('Enter');
    await sound.check();
    await until(async () => (await meter(mina)).loudest > 0.01, 'the sound to be heard');
    const { state, loudest, tones } = await meter(mina);
    expect([state, loudest < 0.5, tones]).toEqual(['running', true, 2]);
    expect(await tonesFor('With a sound')).toBe(2);
    await sound.uncheck();
    expect(await tonesFor('Without one again')).toBe(0);
  }, STEP_MS);

  test('none of it has made a page complain', () => {
    expect(takeProblems()).toEqual([]);
  });
});
