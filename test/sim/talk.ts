import type { AnyThread, Held } from '../../client/thread.ts';
import type { Tab } from './device.ts';
import type { World } from './world.ts';

/** What people write: each text once in a world, short or long, and not in Latin letters alone. */
const WORDS = ['Is the Earl Grey back?', 'شكرًا لكم', 'ありがとう', 'Two tins, please 🫖', '<b>not bold</b>', '{"type":"say"}', "l'été"];

/** @param roll from 0 to 1 */
export function textOf(who: string, n: number, roll: number): string {
  const words = WORDS[Math.floor(roll * 997) % WORDS.length]!;
  return `${who} ${n}: ${roll > 0.97 ? words.repeat(60) : words}`;
}

/** I5, at any time: what is on the screen is one stretch without a hole. */
export function isWhole(world: World, tab: Tab, threads: ReadonlyMap<string, Held<AnyThread>> | undefined): void {
  for (const [id, { messages }] of threads ?? []) {
    const first = messages[0]?.seq ?? 0;
    if (messages.some(({ seq }, at) => seq !== first + at)) world.fail('I5', `${tab.place.name} shows a hole in ${id}: ${messages.map(({ seq }) => seq)}`);
  }
}
