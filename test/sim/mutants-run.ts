/** `npm run mutants`: plants one bug after the other, and says by which rule and in which world it was found: a seed, or one of `kept.ts`, which are played first. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTANTS } from './mutants.ts';

const { values, positionals } = parseArgs({ options: { seeds: { type: 'string', default: '600' } }, allowPositionals: true });
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

let escaped = 0;
console.log(`| ${'mutant'.padEnd(76)} | found by | at |`);
console.log(`|${'-'.repeat(78)}|----------|----|`);
for (const { name } of MUTANTS) {
  if (positionals.length && !positionals.some((part) => name.includes(part))) continue;
  const { stdout, stderr } = spawnSync(process.execPath, [MAIN, '--mutant', name, '--seeds', values.seeds, '--first', '--json'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const line = stdout.trim().split('\n').at(-1)!;
  // One that throws where nobody listens ends the process.
  const { failures, runs } = line.startsWith('{') ? JSON.parse(line) as { failures: { rule: string; name: string }[]; runs: number } : { failures: [{ rule: 'crash', name: '' }], runs: 0 };
  if (!line.startsWith('{')) console.error(`${name}: ${stderr}`);
  if (!failures.length) escaped++;
  console.log(`| ${name.padEnd(76)} | ${(failures[0]?.rule ?? 'NOT FOUND').padEnd(8)} | ${failures[0]?.name ?? `${runs} worlds`} |`);
}
console.log(`\n${escaped ? `${escaped} were not found` : 'All were found.'}`);
process.exitCode = escaped ? 1 : 0;
