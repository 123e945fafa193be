/** Plays worlds in a process of its own, for it replaces clocks, dice and disks. For tests. */
import { spawn } from 'node:child_process';

export interface Result { runs: number; events: number; seconds: number; hashes: string[]; failures: { name: string; rule: string; text: string }[]; never: string[]; counts: Record<string, number> }

/** Machines differ; whoever waits longer waits for something that hangs. */
export const PATIENCE_MS = 600_000;
/** Two million events, about a minute of one core each half: two files of tests, which run side by side, play one each. */
export const HALF = Number(process.env['SEEDS'] ?? 2_100) / 2;

/** @param args those of `main.ts` */
export function simulate(...args: string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname, '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let problems = '';
    child.stdout.on('data', (data) => { said += data; });
    child.stderr.on('data', (data) => { problems += data; });
    child.on('error', reject);
    child.on('close', () => {
      const line = said.trim().split('\n').at(-1)!;
      if (line.startsWith('{')) resolve(JSON.parse(line));
      else reject(new Error(problems));
    });
  });
}

/** Half of the worlds, and says how fast that went. */
export async function playHalf(from: number): Promise<Result> {
  const result = await simulate('--from', String(from), '--seeds', String(HALF), '--rare');
  const { runs, events, seconds } = result;
  console.log(`${runs} worlds, ${events} events in ${seconds.toFixed(0)} s of one core: ${Math.round(runs / seconds * 60)} worlds and ${Math.round(events / seconds * 60)} events a minute`);
  return result;
}
