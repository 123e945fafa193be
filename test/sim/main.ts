/**
 * Deterministic simulation of the whole product: `npm run simulate -- --seeds N`, or `--seed K` to play one again and read it.
 *
 * What is real: protocol, the client's engine (sync, outbox, courier, record, socket, line, tabs, database, partysocket), the
 * widget's `openVisitor`, the team's engine, and the server from its doors (upgrade, post, tickets) through `NodeOwner` with its
 * group commit and output gate to the brand, desk, jobs and presence, on real SQLite, and `putBack` for restores.
 * What is not: clock, timers, dice, WebSocket and fetch (`line.ts`), IndexedDB, BroadcastChannel, window and document (`shelf.ts`,
 * `device.ts`), and the file under SQLite (`disk.ts`). Each seed draws a plan (`plan.ts`): one or two brands, visitors with one or
 * two tabs, agents, what they do (`shopper.ts`, `clerk.ts`), and a random subset of faults (`faults.ts`). All of it is events on
 * one heap (`world.ts`): one event is one thing popped from it at one place: a frame that arrives, a timer, a disk that answers, a
 * commit, a step of somebody's, a fault. Between two events promises are settled, so the same seed always plays the same world;
 * its hash says so. Then everything mends (`game.ts`), and `checker.ts` and `mirror.ts` judge it by the rules I1 to I15 of the
 * reliability programme, from what people were told (`ledger.ts`), the rows, and what every tab holds. A seed that fails is
 * shrunk (`shrink.ts`) and kept (`kept.ts`). `mutants.ts` plants bugs into the modules as they are loaded (`seams.ts`): every one
 * has to be found. `rare.ts` says what must have happened at least once.
 */
import { parseArgs } from 'node:util';
import type { Plan } from './plan.ts';
import type { Verdict } from './play.ts';
import { mutant } from './mutants.ts';
import { openSeams } from './seams.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' }, from: { type: 'string', default: '1' }, seed: { type: 'string' }, kept: { type: 'boolean', default: false },
    mutant: { type: 'string' }, first: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, rare: { type: 'boolean', default: false },
    least: { type: 'boolean', default: false },
  },
});
/** Node's own, from before all that could wait became the worlds'. */
const turn = setImmediate;
openSeams(values.mutant ? mutant(values.mutant).changes : []);
const { draw } = await import('./plan.ts');
const { play } = await import('./play.ts');
const { shrink } = await import('./shrink.ts');
const { KEPT } = await import('./kept.ts');
const { MUST_HAPPEN } = await import('./rare.ts');

interface Failure { name: string; seed: number; rule: string; text: string }

const kept: [string, () => Plan][] = KEPT.map(({ name, plan }) => [name, () => plan]);
/** A bug that is planted is looked for first in what was once found. */
const plans: [string, () => Plan][] = values.kept ? kept : [...(values.mutant && !values.seed ? kept : []), ...Array.from({ length: values.seed ? 1 : Number(values.seeds) }, (_, n) => {
    const seed = Number(values.seed ?? values.from) + n;
    return [`seed ${seed}`, () => draw(seed)] as [string, () => Plan];
  })];
const isOne = values.seed !== undefined;
const counts = new Map<string, number>();
const failures: Failure[] = [];
let events = 0;
/** Of each run: what tells it from any other. */
const hashes: string[] = [];
let at = 0;
/** A promise of the product's that nobody answered for, told by Node after the run. */
process.on('unhandledRejection', (error) => fail(at - 1, 'threw', String((error as Error)?.stack ?? error)));
const began = process.cpuUsage();

function fail(n: number, rule: string, text: string): void {
  const [name, plan] = plans[n]!;
  if (!failures.some((each) => each.name === name)) failures.push({ name, seed: plan().seed, rule, text });
}

/** One run in each turn of Node's own loop: promises are settled inside, and a run may be in none. */
function next(): void {
  if (at >= plans.length || (values.first && failures.length)) return end();
  const [, plan] = plans[at]!;
  at++;
  const verdict = play(plan(), isOne);
  take(verdict);
  if (verdict.broken) fail(at - 1, verdict.broken.rule, verdict.broken.text);
  if (isOne && values.least && verdict.broken) {
    const { rule } = verdict.broken;
    const least = shrink(plan(), (less) => play(less).broken?.rule === rule);
    console.log(play(least, true).story!.join('\n'));
    console.log(JSON.stringify(least));
  } else if (isOne) console.log(verdict.story!.join('\n'));
  turn(next);
}

function take(verdict: Verdict): void {
  events += verdict.events;
  hashes.push(verdict.hash.toString(16));
  for (const [what, n] of verdict.counts) counts.set(what, (counts.get(what) ?? 0) + n);
}

function end(): void {
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  const never = values.rare ? MUST_HAPPEN.filter((what) => !counts.has(what)) : [];
  if (values.json) console.log(JSON.stringify({ runs: at, events, seconds, failures, hashes: hashes.slice(0, 100), never, counts: Object.fromEntries(counts) }));
  else {
    for (const [what, n] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${String(n).padStart(9)}  ${what}`);
    for (const { name, text } of failures) console.log(`\n✗ ${name}: ${text.slice(0, 500)}\n  npm run simulate -- --${name.replace('seed ', 'seed=')} --least`);
    for (const what of never) console.log(`✗ never happened: ${what}`);
    console.log(`\n${at} runs, ${events} events, ${isOne ? `hash ${hashes[0]}, ` : ''}${seconds.toFixed(1)} s of one core: ${Math.round(at / seconds * 60)} runs and ${Math.round(events / seconds * 60)} events a minute; ${failures.length} failed`);
  }
  process.exitCode = failures.length || never.length ? 1 : 0;
}
turn(next);
