/** How often one may knock, in memory: the numbers of threats.md 4.2 for everything that is not a frame. */
import { Buckets, rule } from '../rates.ts';
import { tooSoon } from './turned-away.ts';

const MINUTE = 60_000;

export type DoorRates = Record<keyof typeof RULES, Buckets>;

const RULES = {
  /** By network: people who mistype get five tries, programs that guess get nowhere. */
  signIn: rule(5, 5 * MINUTE),
  /** By address of the account, whoever asks from wherever. */
  account: rule(10, 15 * MINUTE),
  /** By network: an invitation cannot be guessed, but each try to use one costs a scrypt. */
  join: rule(10, 5 * MINUTE),
  /** By network: looking at an invitation costs little, but nobody looks at many. */
  invited: rule(30, 5 * MINUTE),
  /** By network. An office may have many tabs that come back at once after an outage. */
  connect: rule(30, MINUTE),
  /** By session: agents are never kept out by visitors behind the same address. */
  agentConnect: rule(30, MINUTE),
  frames: rule(60, MINUTE),
  identify: rule(30, MINUTE),
  /** By network: a page view of a shop asks once at most. */
  card: rule(120, MINUTE),
  /** By session: what an inbox asks beside its socket. */
  desk: rule(240, MINUTE),
} as const;

export function doorRates(): DoorRates {
  return Object.fromEntries(Object.entries(RULES).map(([name, numbers]) => [name, new Buckets(numbers)])) as DoorRates;
}

/** Sockets of people who have said nothing yet, open at once from one network. */
export const STRANGERS_MOST = 20;

/** @throws TurnedAway 429 */
export function take(buckets: Buckets, key: string, now: number): void {
  const wait = buckets.take(key, now);
  if (wait) throw tooSoon(wait);
}
