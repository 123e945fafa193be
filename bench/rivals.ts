/**
 * The widget beside others that are published on npm, on the same plain page, in the same browser at 4x CPU slowdown, in one run:
 * what a visitor loads until there is a composer she can type into, what that costs the main thread, and how long it takes from
 * the click. The packages are installed into a temporary folder for this alone, bundled and minified as a site would, and served
 * with brotli 11, as ours is. They run without their servers, which nobody can install from npm: what that leaves out is said.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { cleanUp, makeBrand, openBrowser, startServer, tempDir } from '../test/browser.ts';
import { count, median, ms, type Row } from './figures.ts';
import { PRICE, SETTLE_MS, SLOWDOWN, type Tasks, traced } from './page.ts';
import { RIVALS, type Rival } from './rival-list.ts';

const { brotli } = await import(new URL('weight.mjs', import.meta.url).href) as { brotli(bytes: Uint8Array): Uint8Array };

const LOADS = 5;
const OPENS = 3;
/** Longer than any of them takes, slowed down. */
const PATIENCE_MS = 30_000;

interface Contender { name: string; url: string; rival?: Rival }
interface Measured { loads: Tasks[]; opens: Tasks[]; clicks: number[]; wire: { bytes: number; requests: number } }

export async function rivals(): Promise<Row[]> {
  try {
    return await measure();
  } finally {
    await cleanUp();
  }
}

async function measure(): Promise<Row[]> {
  const site = await serveSite();
  const dataDir = await tempDir('rivals');
  await makeBrand({ dataDir, brand: 'bench', url: 'http://localhost', settings: { origins: [site.origin] } });
  const server = await startServer({ dataDir });
  site.put('ours', `<script async src="${server.url}/widget.js" data-brand="bench"></script>`);
  site.put('bare', '');
  const contenders: Contender[] = [{ name: 'Leaveword', url: `${site.origin}/ours` }];
  for (const rival of RIVALS) contenders.push({ ...await pack(rival, site), rival });

  const wire = new Map<Contender, Measured['wire']>();
  for (const each of contenders) wire.set(each, await weigh(each));
  const context = await openBrowser({ profile: await tempDir('profile') });
  const load = (url: string) => traced(context, (page) => page.goto(url, { waitUntil: 'load' }));
  for (const { url } of contenders) await load(url);
  const bare: Tasks[] = [];
  const measured = new Map(contenders.map((each): [Contender, Measured] => [each, { loads: [], opens: [], clicks: [], wire: wire.get(each)! }]));
  for (let n = 0; n < LOADS; n++) {
    bare.push(await load(`${site.origin}/bare`));
    for (const [{ url }, { loads }] of measured) loads.push(await load(url));
  }
  for (let n = 0; n < OPENS; n++) {
    for (const [each, { opens, clicks }] of measured) {
      if (each.rival?.hasNoButton) continue;
      opens.push(await traced(context, (page) => clickOn(page, each), each.url));
      if (!each.rival?.hasNoComposer) clicks.push(await clickToComposer(context, each));
    }
  }
  return rowsOf(measured, bare);
}

function rowsOf(measured: Map<Contender, Measured>, bare: Tasks[]): Row[] {
  const [, ours] = [...measured][0]!;
  const added = ({ loads }: Measured) => median(loads.map(({ sum }, n) => sum - bare[n]!.sum));
  const longest = (tasks: Tasks[]) => median(tasks.map((each) => each.longest));
  const against = (value: number, mine: number) => (mine > 0 && value !== mine ? `, ${(value / mine).toFixed(1)} times ours` : '');
  return [...measured].flatMap(([{ name, rival }, each]): Row[] => [
    [`${name}: on the wire until ${rival?.hasNoComposer ? 'its window is asked for (which its server holds)' : 'a visitor can type'}, brotli 11`,
      `${count(each.wire.bytes)} bytes in ${each.wire.requests} requests${against(each.wire.bytes, ours.wire.bytes)}`],
    [`… main-thread time added to a page load${rival?.hasNoButton ? ', which draws it open' : ''}, ${SLOWDOWN}x slowdown; longest task (the bare page: ${ms(longest(bare))})`,
      `${ms(added(each))}${against(added(each), added(ours))}; ${ms(longest(each.loads))}`],
    ...(each.opens.length ? [[`… opened: longest task; click to a composer that takes words${each === ours ? '' : ', against ours'}`,
      `${ms(longest(each.opens))}; ${each.clicks.length ? `${ms(median(each.clicks))}${against(median(each.clicks), median(ours.clicks))}` : 'not measured: its window is a page of its server'}`] satisfies Row] : []),
    ...(rival?.note ? [[`… not measured of ${name}`, rival.note] satisfies Row] : []),
  ]);
}

// ---- their packages

/** Installed, bundled as a site would, and put on a page of its own. */
async function pack(rival: Rival, site: Site): Promise<Contender> {
  const dir = await tempDir('rival');
  const npm = spawnSync('npm', ['i', '--no-save', '--prefix', dir, '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', '--legacy-peer-deps', ...rival.packages],
    { cwd: dir, encoding: 'utf8', shell: process.platform === 'win32' });
  if (npm.status !== 0) throw new Error(`${rival.packages[0]} could not be installed: ${npm.stderr}`);
  const [name] = /^@?[^@]+/.exec(rival.packages[0]!)!;
  const { version } = JSON.parse(readFileSync(path.join(dir, 'node_modules', name, 'package.json'), 'utf8')) as { version: string };
  mkdirSync(path.join(dir, 'out'));
  const { outputFiles } = await build({
    stdin: { contents: rival.entry, resolveDir: dir, loader: 'jsx' }, bundle: true, minify: true, write: false, outfile: path.join(dir, 'out', 'chat.js'),
    format: 'iife', target: 'es2020', platform: 'browser', legalComments: 'none', logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' }, loader: { '.svg': 'dataurl', '.woff2': 'dataurl', '.png': 'dataurl' },
  });
  const tags = outputFiles.map(({ path: file, contents }) => {
    const at = `/${rival.key}-${path.basename(file)}`;
    site.put(at.slice(1), contents);
    return file.endsWith('.css') ? `<link rel="stylesheet" href="${at}">` : `<script async src="${at}"></script>`;
  });
  site.put(rival.key, tags.join(''));
  if (rival.stub) site.put(rival.stub.at, rival.stub.html);
  return { name: `${name} ${version}`, url: `${site.origin}/${rival.key}` };
}

// ---- their page

interface Site { origin: string; put(name: string, what: string | Uint8Array): void }

/** A plain page of a shop; a text is what stands in its head, bytes are a file. Everything else is nothing there. */
async function serveSite(): Promise<Site> {
  const files = new Map<string, { type: string; body: Uint8Array }>();
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://shop').pathname.slice(1));
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': file.type, 'content-encoding': 'br', 'cache-control': file.type.includes('html') ? 'no-store' : 'max-age=3600' });
    return response.end(file.body);
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    put(name, what) {
      const type = typeof what === 'string' ? 'text/html; charset=utf-8' : name.endsWith('.css') ? 'text/css' : 'text/javascript; charset=utf-8';
      // A body is there when the script runs, as on a page of some size.
      const page = `<!doctype html><html lang="en"><head><title>Tea</title><meta name="viewport" content="width=device-width"></head><body><h1>Tea</h1><p>Loose leaves, no dust.</p>${PRICE}<div id="chat"></div>${String(what)}</body></html>`;
      files.set(name, { type, body: brotli(Buffer.from(typeof what === 'string' ? page : what)) });
    },
  };
}

// ---- in the browser

/** Bytes of everything but the page itself, headers included, with nothing in any cache, until there is a composer. */
async function weigh(contender: Contender): Promise<Measured['wire']> {
  const context = await openBrowser({ profile: await tempDir('profile') });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  const urls = new Map<string, string>();
  const sizes = new Map<string, number>();
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => { urls.set(requestId, request.url); });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { sizes.set(requestId, encodedDataLength); });
  await page.goto(contender.url, { waitUntil: 'load' });
  await page.waitForTimeout(SETTLE_MS);
  if (!contender.rival?.hasNoButton) await clickOn(page, contender);
  if (!contender.rival?.hasNoComposer) await page.waitForFunction(COMPOSER, undefined, { timeout: PATIENCE_MS });
  await page.waitForTimeout(SETTLE_MS);
  await context.close();
  const loaded = [...sizes].filter(([id]) => urls.get(id)?.startsWith('http') && urls.get(id) !== contender.url && !urls.get(id)!.endsWith('favicon.ico'));
  return { bytes: loaded.reduce((sum, [, size]) => sum + size, 0), requests: loaded.length };
}

/** In the page: all elements, also in shadow roots and in frames of the same origin. */
const ALL = `(() => { const all = []; const walk = (root) => { for (const each of root.querySelectorAll('*')) { all.push(each); if (each.shadowRoot) walk(each.shadowRoot);
  if (each.localName === 'iframe' && each.contentDocument) walk(each.contentDocument); } }; walk(document); return all; })()`;
/** Whether there is a field to write into that can be seen and is not disabled. */
const COMPOSER = `${ALL}.some((each) => each.matches('textarea, [contenteditable="true"], input[type="text"]') && !each.disabled && each.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && each.getBoundingClientRect().height > 0)`;
const buttonOf = ({ rival }: Contender): string => `${ALL}.find((each) => each.matches(${JSON.stringify(rival?.button ?? 'leave-word button, button')}))`;

async function clickOn(page: Page, contender: Contender): Promise<void> {
  await page.waitForFunction(`!!${buttonOf(contender)}`, undefined, { timeout: PATIENCE_MS }).catch((error: Error) => { throw new Error(`${contender.name} shows no button`, { cause: error }); });
  await page.evaluate(`${buttonOf(contender)}.click()`);
}

async function clickToComposer(context: BrowserContext, contender: Contender): Promise<number> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await page.goto(contender.url, { waitUntil: 'load' });
  await page.waitForTimeout(SETTLE_MS);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  const took = await page.evaluate(`(async () => {
    const began = performance.now();
    ${buttonOf(contender)}.click();
    while (!${COMPOSER}) await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - began;
  })()`) as number;
  await page.close();
  return took;
}
