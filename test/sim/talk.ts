/** What people write: each text once in a world, short or long, and not in Latin letters alone. */
const WORDS = ['Is the Earl Grey back?', 'شكرًا لكم', 'ありがとう', 'Two tins, please 🫖', '<b>not bold</b>', '{"type":"say"}', "l'été"];

/** @param roll from 0 to 1 */
export function textOf(who: string, n: number, roll: number): string {
  const words = WORDS[Math.floor(roll * 997) % WORDS.length]!;
  return `${who} ${n}: ${roll > 0.97 ? words.repeat(60) : words}`;
}
