/** WebKitGTK as Debian has it, the engine that Safari has, over WebDriver. https://www.w3.org/TR/webdriver2/ It needs a screen: Xvfb's will do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { freePort, until } from '../browser.ts';
import type { Driven } from './driven.ts';

const SCREEN = '1280x900x24';
const START_MS = 60_000;

export async function openWebKit(driver: string, browser: string): Promise<Driven> {
  const port = await freePort();
  const children: ChildProcess[] = [];
  const begin = (program: string, args: string[], env = {}) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...env } });
    children.push(child);
  };
  const end = async () => { for (const { pid } of children) process.kill(-pid!, 'SIGKILL'); };
  // A number that nobody else is likely to have.
  const display = `:${port}`;
  begin('Xvfb', [display, '-screen', '0', SCREEN, '-nolisten', 'tcp']);
  // Its own sandbox needs rights that a container does not give.
  begin(driver, [`--port=${port}`], { DISPLAY: display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' });

  async function ask<T>(method: 'GET' | 'POST' | 'DELETE', at: string, body?: object): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}${at}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = await response.json() as { value: T & { error?: string; message?: string } };
    if (!response.ok) throw new Error(`${at}: ${value.error}: ${value.message}`);
    return value;
  }
  await until(async () => {
    try {
      await ask('GET', '/status');
      return true;
    } catch (error) {
      // Not listening yet; anything else is not what we wait for.
      if (error instanceof TypeError) return false;
      throw error;
    }
  }, 'WebKitWebDriver', START_MS);
  const { sessionId } = await ask<{ sessionId: string }>('POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } } },
  });
  const at = `/session/${sessionId}`;
  const look = async (handle: string) => { await ask('POST', `${at}/window`, { handle }); };

  return {
    name: 'WebKitGTK', look, end,
    async open(url) {
      // Nobody looks at a new tab, and what nobody looks at is not drawn; windows are all looked at.
      const { handle } = await ask<{ handle: string }>('POST', `${at}/window/new`, { type: 'window' });
      await look(handle);
      await ask('POST', `${at}/url`, { url });
      return handle;
    },
    async run(work, ...given) {
      const script = `const [given, done] = arguments; Promise.resolve((${work})(...given)).then((value) => done({ value: value ?? null }), (error) => done({ error: String(error) }));`;
      const { value, error } = await ask<{ value: never; error?: string }>('POST', `${at}/execute/async`, { script, args: [given] });
      if (error) throw new Error(error);
      return value;
    },
    reload: async () => { await ask('POST', `${at}/refresh`, {}); },
    back: async () => { await ask('POST', `${at}/back`, {}); },
    go: async (url) => { await ask('POST', `${at}/url`, { url }); },
    async close() {
      const left = await ask<string[]>('DELETE', `${at}/window`);
      await look(left[0]!);
    },
    picture: async () => Buffer.from(await ask<string>('GET', `${at}/screenshot`), 'base64'),
  };
}
