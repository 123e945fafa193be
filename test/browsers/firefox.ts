/** Firefox as Debian has it, over WebDriver BiDi, which it speaks by itself. https://www.w3.org/TR/webdriver-bidi/ */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { WebSocket } from 'ws';
import type { Driven } from './driven.ts';

/** A cold start on a busy machine. */
const START_MS = 60_000;
/** Nothing is asked of anybody but the page. */
const PREFERENCES = {
  'browser.shell.checkDefaultBrowser': false, 'browser.startup.page': 0, 'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false, 'app.update.enabled': false, 'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false, 'extensions.update.enabled': false, 'browser.safebrowsing.update.enabled': false,
};

interface Answer { id: number; type: 'success' | 'error'; result: Record<string, unknown>; error?: string; message?: string }

export async function openFirefox(program: string, profile: string): Promise<Driven> {
  mkdirSync(profile, { recursive: true });
  writeFileSync(path.join(profile, 'user.js'), Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  let child: ChildProcess;
  let socket: WebSocket;
  let context = '';
  let asked = 0;
  const waiting = new Map<number, (answer: Answer) => void>();

  async function ask<T = Record<string, unknown>>(method: string, params: object): Promise<T> {
    const id = ++asked;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (answer.type === 'error') throw new Error(`${method}: ${answer.error}: ${answer.message}`);
    return answer.result as T;
  }

  async function start(): Promise<void> {
    child = spawn(program, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      const late = setTimeout(() => reject(new Error(`Firefox did not start:\n${said}`)), START_MS);
      child.stderr!.on('data', (bytes: Buffer) => {
        said += bytes;
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
        if (!found) return;
        clearTimeout(late);
        resolve(found[1]!);
      });
    });
    socket = new WebSocket(`${url}/session`);
    socket.on('message', (data) => {
      const answer = JSON.parse(String(data)) as Answer;
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    });
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
    await ask('session.new', { capabilities: {} });
  }

  /** Its helpers, too. */
  const kill = () => new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    process.kill(-child.pid!, 'SIGKILL');
    socket.terminate();
  });

  await start();
  return {
    name: 'Firefox',
    async open(url) {
      ({ context } = await ask<{ context: string }>('browsingContext.create', { type: 'tab' }));
      await ask('browsingContext.navigate', { context, url, wait: 'complete' });
      return context;
    },
    async look(tab) {
      context = tab;
      await ask('browsingContext.activate', { context });
    },
    async run(work, ...given) {
      const expression = `Promise.resolve((${work})(...${JSON.stringify(given)})).then((value) => JSON.stringify(value ?? null))`;
      const { type, result, exceptionDetails } = await ask<{ type: string; result: { value: string }; exceptionDetails?: { text: string } }>(
        'script.evaluate', { expression, target: { context }, awaitPromise: true });
      if (type !== 'success') throw new Error(exceptionDetails?.text);
      return JSON.parse(result.value);
    },
    reload: async () => { await ask('browsingContext.reload', { context, wait: 'complete' }); },
    back: async () => { await ask('browsingContext.traverseHistory', { context, delta: -1 }); },
    go: async (url) => { await ask('browsingContext.navigate', { context, url, wait: 'complete' }); },
    async close() {
      await ask('browsingContext.close', { context });
    },
    async killAndRestart() {
      await kill();
      await start();
    },
    async picture() {
      const { data } = await ask<{ data: string }>('browsingContext.captureScreenshot', { context });
      return Buffer.from(data, 'base64');
    },
    end: kill,
  };
}
