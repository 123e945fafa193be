/** The whole product in simulated worlds: see `test/sim/main.ts`. Each is played in a process of its own, for it replaces clocks, dice and disks. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KEPT } from './sim/kept.ts';
import { MUTANTS } from './sim/mutants.ts';
import { change } from './sim/seams.ts';

/** Machines differ; whoever waits longer waits for something that hangs. */
const PATIENCE_MS = 600_000;
/** A minute of one core. */
const SEEDS = Number(process.env['SEEDS'] ?? 750);
/** Of the bugs that `npm run mutants` plants, one of each kind. */
const SAMPLE = ['acknowledged before the commit', 'together: what is said again is taken twice', 'nothing is sent again after a cut', 'a dead line is not noticed'];

interface Result { runs: number; events: number; seconds: number; hashes: string[]; failures: { name: string; rule: string; text: string }[]; never: string[]; counts: Record<string, number> }

function simulate(...args: string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [new URL('sim/main.ts', import.meta.url).pathname, '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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

test('the same seed plays the same world, whatever was played before it', async () => {
  const [one, other] = await Promise.all([simulate('--seeds', '16'), simulate('--from', '9', '--seeds', '8')]);
  expect(one.hashes).toHaveLength(16);
  expect(other.hashes).toEqual(one.hashes.slice(8));
  expect(new Set(one.hashes).size).toBe(16);
}, PATIENCE_MS);

test('what was once found stays mended', async () => {
  const { runs, failures } = await simulate('--kept');
  expect(failures).toEqual([]);
  expect(runs).toBe(KEPT.length);
}, PATIENCE_MS);

test(`nothing is lost, doubled, out of order or told to the wrong one in ${SEEDS} worlds, and each thing that can go wrong in them did`, async () => {
  const { runs, events, seconds, failures, never } = await simulate('--seeds', String(SEEDS), '--rare');
  console.log(`${runs} worlds, ${events} events in ${seconds.toFixed(0)} s of one core: ${Math.round(runs / seconds * 60)} worlds and ${Math.round(events / seconds * 60)} events a minute`);
  expect(failures).toEqual([]);
  expect(never).toEqual([]);
  expect(runs).toBe(SEEDS);
}, PATIENCE_MS);

test('every bug that is planted fits the product of today', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  for (const each of MUTANTS.flatMap(({ changes }) => changes)) change(readFileSync(new URL(`../${each.file}`, import.meta.url), 'utf8'), each);
});

test.each(SAMPLE)('a planted bug is found: %s', async (name) => {
  const { failures } = await simulate('--mutant', name, '--seeds', '400', '--first');
  expect(failures).not.toEqual([]);
}, PATIENCE_MS);
