/**
 * `npm run browsers`: the story in Firefox and in WebKitGTK, against a real server and a line that is really cut. What a
 * machine lacks of them is installed where that is possible (Debian, as root). Chromium is tested by `npm test`.
 *
 *   npm run browsers                        both, everything
 *   npm run browsers -- webkit 'two tabs'   one of them, what has these words in its name
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { cleanUp, freePort, type Line, makeBrand, openLine, openShopPage, startServer, tempDir } from '../browser.ts';
import type { Driven } from './driven.ts';
import { openFirefox } from './firefox.ts';
import { type Place, STORY } from './story.ts';
import { openWebKit } from './webkit.ts';

const BRAND = 'kettle';
const PACKAGES = ['firefox-esr', 'webkit2gtk-driver', 'xvfb'];
const FIREFOXES = [process.env['FIREFOX'], '/usr/bin/firefox-esr', '/usr/bin/firefox'];
const DRIVERS = [process.env['WEBKIT_DRIVER'], '/usr/bin/WebKitWebDriver'];
const MINIS = ['4.1', '4.0', '6.0'].flatMap((version) => ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${version}/MiniBrowser`));
const PICTURES = path.join(import.meta.dirname, '..', '.artifacts');
/** Before the tag on such a page. */
const BEFORE: Record<string, string> = {
  forbids: `IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };`,
  ahead: `{ const now = Date.now.bind(Date); Date.now = () => now() + 365 * 86400000; }`,
};

/** What is not there is said by whoever needs it. */
const find = (places: (string | undefined)[]) => places.find((place) => place && existsSync(place));

function install(): void {
  if (find(FIREFOXES) && find(DRIVERS) && existsSync('/usr/bin/Xvfb')) return;
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return;
  console.log(`Installing ${PACKAGES.join(', ')} with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['-qq', 'update'], { env, stdio: 'inherit' });
  spawnSync('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...PACKAGES], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function settle(): Promise<Omit<Place, 'browser'> & { line: Line }> {
  const dataDir = await tempDir('browsers');
  const port = await freePort();
  const line = await openLine(port);
  const tag = (at: string) => `<script>${BEFORE[at.slice(1)] ?? ''}</script><script async src="http://localhost:${line.port}/widget.js" data-brand="${BRAND}"></script>`;
  const shop = await openShopPage(tag);
  const url = `http://localhost:${port}`;
  await makeBrand({ dataDir, brand: BRAND, url, settings: { name: 'Kettle & Fern', color: '#2f6b4f', origins: [shop.origin] } });
  await startServer({ dataDir, port, url });
  return {
    line, page: (kind = 'shop') => `${shop.origin}/${kind}`, cut: () => line.cut(), mend: () => line.mend(),
    told() {
      const database = new DatabaseSync(path.join(dataDir, 'brands', `${BRAND}.sqlite`), { readOnly: true });
      try {
        return (database.prepare("SELECT body FROM message WHERE by = 'visitor' ORDER BY n").all() as { body: string }[]).map(({ body }) => body);
      } finally {
        database.close();
      }
    },
  };
}

/** Each play has a browser and a server of its own: what one leaves behind is nothing to the next. @returns the number that failed */
async function play(open: () => Promise<Driven>): Promise<number> {
  let failed = 0;
  for (const [name, scene] of Object.entries(STORY)) {
    if (!name.includes(words)) continue;
    const browser = await open();
    const place = await settle();
    const began = Date.now();
    let outcome = '✓';
    try {
      const cannot = await scene({ browser, ...place }, (n) => `${browser.name} ${n}`);
      if (cannot) outcome = `– (cannot be asked: ${cannot})`;
    } catch (error) {
      failed++;
      outcome = `✗ ${(error as Error).message}`;
    }
    console.log(`  ${outcome.slice(0, 1)} ${name}${outcome.slice(1)} (${((Date.now() - began) / 1_000).toFixed(1)} s)`);
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(path.join(PICTURES, `${browser.name.toLowerCase()}.png`), await browser.picture());
    await browser.end();
    await cleanUp();
  }
  return failed;
}

install();
const [only = 'both', words = ''] = process.argv.slice(2);
const [firefox, driver, mini] = [find(FIREFOXES), find(DRIVERS), find(MINIS)];
let failed = 0;
if (only !== 'webkit') {
  if (!firefox) throw new Error('no Firefox here. Debian: apt-get install firefox-esr; or set FIREFOX to its path');
  console.log(`Firefox (${String(spawnSync(firefox, ['--version']).stdout).trim()})`);
  failed += await play(async () => openFirefox(firefox, await tempDir('firefox')));
}
if (only !== 'firefox') {
  if (!driver || !mini) throw new Error('no WebKitGTK here. Debian: apt-get install webkit2gtk-driver xvfb');
  console.log(`WebKitGTK (${mini.split('/').at(-2)})`);
  failed += await play(() => openWebKit(driver, mini));
}
process.exit(failed ? 1 : 0);
