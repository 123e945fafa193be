/** Every figure of the README, as a table: `npm run bench`, or one of them: `npm run bench -- relay`. */
import { cpus, release, type } from 'node:os';
import { catchup } from './catchup.ts';
import type { Row } from './figures.ts';
import { hosts } from './hosts.ts';
import { idle } from './idle.ts';
import { page } from './page.ts';
import { relay } from './relay.ts';
import { rivals } from './rivals.ts';
import { search } from './search.ts';

const BENCHES: Record<string, () => Promise<Row[]>> = { relay, hosts, catchup, idle, search, page, rivals };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length) {
  console.error(`no such figure: ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}
const rows: Row[] = [];
for (const [name, measure] of Object.entries(BENCHES)) {
  if (wanted.length && !wanted.includes(name)) continue;
  const began = performance.now();
  try {
    rows.push(...await measure());
    console.error(`${name}: ${Math.round((performance.now() - began) / 1_000)} s`);
  } catch (error) {
    // What the others have measured is not lost for it.
    console.error(`${name} failed:`, error);
    process.exitCode = 1;
  }
}
const [processor] = cpus();
console.log(`\nMeasured with Node ${process.version} on ${cpus().length} x ${processor?.model ?? 'a processor'}, ${type()} ${release()}.\n\n| | |\n|---|---|`);
for (const [what, figure] of rows) console.log(`| ${what} | ${figure} |`);
process.exit();
