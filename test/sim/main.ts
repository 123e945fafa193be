/** (draft) */
import { parseArgs } from 'node:util';
import { openSeams } from './seams.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' }, from: { type: 'string' } } });
openSeams([]);
const { draw } = await import('./plan.ts');
const { play } = await import('./play.ts');
const later = setImmediate;

const first = Number(values.seed ?? values.from ?? 1);
const count = values.seed ? 1 : Number(values.seeds ?? 100);
const total = new Map<string, number>();
const broken = new Map<string, number[]>();
let events = 0;
let seed = first;
process.on('unhandledRejection', (error) => { console.log('unhandled', seed, error); });
const began = performance.now();
function next(): void {
  if (seed >= first + count) return done();
  const verdict = play(draw(seed), !!values.seed);
  events += verdict.events;
  for (const [what, n] of verdict.counts) total.set(what, (total.get(what) ?? 0) + n);
  if (values.seed) console.log(verdict.story!.join('\n'), verdict.hash);
  if (verdict.broken) {
    const { text } = verdict.broken;
    console.log(seed, text.slice(0, 600));
    broken.set(verdict.broken.rule, [...broken.get(verdict.broken.rule) ?? [], seed]);
  }
  seed++;
  later(next);
}
function done(): void {
  const ms = performance.now() - began;
  console.log([...total].sort().map(([what, n]) => `${String(n).padStart(8)} ${what}`).join('\n'));
  console.log(`${count} seeds, ${events} events, ${Math.round(ms)} ms, ${Math.round(events / ms * 1000)} events/s`);
  console.log([...broken].map(([rule, seeds]) => `${rule}: ${seeds.length} (${seeds.slice(0, 8)})`).join('\n'));
}
later(next);
