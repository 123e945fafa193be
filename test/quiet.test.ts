// @vitest-environment happy-dom
/** What is cut out of the packages on their way to visitors, and the tests of socket and disk once more without it. */
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';

interface Quiet { shorten(esbuild: unknown, file: string, read?: (file: string) => string): Promise<string> }

const shortened = vi.hoisted(() => async (name: string, read?: (file: string) => string) => {
  const { shorten } = await import(path.resolve('bench/quiet.mjs')) as Quiet;
  return shorten(await import('esbuild'), path.resolve('node_modules', name), read);
});
const load = vi.hoisted(() => async (name: string) =>
  import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(await shortened(name))}`));
vi.mock('partysocket/ws', () => load('partysocket/dist/ws.js'));
vi.mock('idb-keyval', () => load('idb-keyval/dist/index.js'));

test('these are the shortened packages', async () => {
  const { default: Socket } = await import('partysocket/ws');
  expect('bufferedAmount' in Socket.prototype).toBe(false);
  expect((await import('idb-keyval')).get.length).toBe(2);
});

test('a package that is not what it was is not cut blindly', async () => {
  await expect(shortened('partysocket/dist/ws.js', () => 'export default class {}')).rejects.toThrow('is not what it was');
});

describe('the socket', async () => { await import('./socket.test.ts'); });
describe('the disk', async () => { await import('./database.test.ts'); });
