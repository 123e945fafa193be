/** The demo as people start it: a process, its words, and all that it brings with it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { connect } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, until } from './browser.ts';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
export const START_MS = 60_000;

export interface Ports { server: number; shop: number; line: number }
export interface Started { child: ChildProcess; output: () => string; ended: Promise<number | null> }

export const freePorts = async (): Promise<Ports> => ({ server: await freePort(), shop: await freePort(), line: await freePort() });

export const settingsOf = (ports: Ports, dataDir: string): Record<string, string> => ({
  PORT: String(ports.server), DEMO_PORT: String(ports.shop), LINE_PORT: String(ports.line), DATA_DIR: dataDir, PUBLIC_URL: `http://localhost:${ports.server}`,
});

/** @param words behind the command: `edge` */
export function start(env: Record<string, string>, ...words: string[]): Started {
  let output = '';
  const child = spawn(process.execPath, ['demo/start.mjs', ...words], { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (bytes: Buffer) => { output += bytes; });
  return { child, output: () => output, ended: new Promise((resolve) => child.once('close', resolve)) };
}

/** Until the page of addresses is there. */
export function isUp({ output }: Started): Promise<void> {
  return until(() => output().includes('Ctrl-C stops everything'), `the demo to start:\n${output()}`, START_MS);
}

export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** It, and all that was started by it. @returns their ids and names */
export function familyOf(pid: number): Map<number, string> {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n').map((row) => row.trim().split(/\s+/));
  const family = new Map<number, string>();
  const add = (id: string): void => {
    for (const [child, parent, name] of rows) if (child === id) family.set(Number(child), name!);
      else if (parent === id) add(child!);
  };
  add(String(pid));
  return family;
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
