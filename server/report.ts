/**
 * The figures of a stretch of time (`protocol/report.ts`), out of the rows of episodes and orders. SQLite hands numbers over
 * in long lists: a hundred thousand rows as objects would take ten times as long.
 */
import type { Id, Time } from '../protocol/messages.ts';
import type { AgentFigures, Money, Report, Satisfaction, Times } from '../protocol/report.ts';
import type { Brand } from './brand.ts';
import { calendar, dateOf } from './calendar.ts';
import { QUARTER_MS } from './delivery.ts';
import type { Host } from './host.ts';
import { percentile } from './percentile.ts';

export interface Stretch { from: Time; to: Time; zone: string }

/** Asked for at a time: a list of one agent's week stays far below what SQLite puts into one text, 2,000,000 characters. */
const ASKED_MS = 7 * 24 * 3_600_000;

/** `quarters` (of an hour, since 1970) are when they began, or ended; `lasted` how long until the first answer, or until the end. */
interface Began { agent: Id | null; n: number; quarters: number[]; lasted: number[]; overdue: number }
interface Ended {
  agent: Id | null; n: number; quarters: number[]; lasted: number[]; prompts: number; lapses: number;
  bad: number; poor: number; fair: number; good: number; best: number;
}
/** As SQLite hands it over: numbers with commas between, nothing for none. */
type Listed<Row> = Omit<Row, 'quarters' | 'lasted'> & { quarters: string | null; lasted: string | null };
interface Ordered { agent: Id | null; currency: string; amount: number; orders: number }

/** Reads each row of the stretch once, out of the indexes of their times alone. */
export function report(brand: Brand, { from, to, zone }: Stretch): Report {
  const { host } = brand;
  const [began, ended] = [inParts<Began>(from, to, (...part) => beganIn(host, ...part)), inParts<Ended>(from, to, (...part) => endedIn(host, ...part))];
  const ordered = orderedIn(host, from, to);
  return {
    from, to, zone, ...volumeOf(began, ended, { from, to, zone }), ...partsOf(began, ended, ordered),
    began: count(began), ended: count(ended), overdue: sum(began.map(({ overdue }) => overdue)),
    agents: agentsOf(brand, began, ended, ordered), delivery: brand.deliveries.figures(from, to),
  };
}

function inParts<Row>(from: Time, to: Time, ask: (from: Time, to: Time) => Listed<Row>[]): Row[] {
  const found: Row[] = [];
  for (let at = from; at < to; at += ASKED_MS) {
    for (const row of ask(at, Math.min(at + ASKED_MS, to))) found.push({ ...row, quarters: numbersIn(row.quarters), lasted: numbersIn(row.lasted) } as Row);
  }
  return found;
}

const beganIn = (host: Host, from: Time, to: Time) => host.sql<Listed<Began>>(
  `SELECT agent, count(*) AS n, group_concat(began / ${QUARTER_MS}) AS quarters, group_concat(first_reply - began) AS lasted, sum(overdue > 0) AS overdue
   FROM episode WHERE began >= ? AND began < ? GROUP BY agent`, from, to);

const endedIn = (host: Host, from: Time, to: Time) => host.sql<Listed<Ended>>(
  `SELECT agent, count(*) AS n, group_concat(ended / ${QUARTER_MS}) AS quarters, group_concat(ended - began) AS lasted, sum(prompts) AS prompts, sum(lapses) AS lapses,
     count(iif(score = 1, 1, NULL)) AS bad, count(iif(score = 2, 1, NULL)) AS poor, count(iif(score = 3, 1, NULL)) AS fair,
     count(iif(score = 4, 1, NULL)) AS good, count(iif(score = 5, 1, NULL)) AS best
   FROM episode WHERE ended >= ? AND ended < ? GROUP BY agent`, from, to);

/** `total`, for a sum that is too large is no reason to say nothing at all. */
const orderedIn = (host: Host, from: Time, to: Time) => host.sql<Ordered>(
  'SELECT agent, currency, total(amount) AS amount, count(*) AS orders FROM conversion WHERE at >= ? AND at < ? GROUP BY agent, currency ORDER BY currency', from, to);

/** By day, and by hour of the week. No zone is apart from UTC by anything but whole quarters of an hour. */
function volumeOf(began: Began[], ended: Ended[], stretch: Stretch): Pick<Report, 'days' | 'week'> {
  const { from, to, zone } = stretch;
  const momentOf = calendar(zone, from, to);
  const [first, last] = [momentOf(from).day, momentOf(Math.max(to - 1, from)).day];
  const days = Array.from({ length: last - first + 1 }, (_, n) => ({ day: dateOf(first + n), began: 0, ended: 0 }));
  const week = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  for (const [at, n] of quartersOf(began, stretch)) {
    const { day, weekday, hour } = momentOf(at);
    days[day - first]!.began += n;
    week[weekday]![hour]! += n;
  }
  for (const [at, n] of quartersOf(ended, stretch)) days[momentOf(at).day - first]!.ended += n;
  return { days, week };
}

/** How many in each that has any, by its beginning; the first begins with the stretch. */
function* quartersOf(rows: { quarters: number[] }[], { from, to }: Stretch): Iterable<[at: Time, n: number]> {
  const first = Math.floor(from / QUARTER_MS);
  const counts = new Uint32Array(Math.floor(to / QUARTER_MS) - first + 1);
  for (const { quarters } of rows) for (const quarter of quarters) counts[quarter - first]!++;
  for (const [n, found] of counts.entries()) if (found) yield [Math.max((first + n) * QUARTER_MS, from), found];
}

/** What is said of the team as of each agent. */
const partsOf = (began: Began[], ended: Ended[], ordered: Ordered[]) => ({
  firstReply: timesOf(began), resolution: timesOf(ended), satisfaction: satisfactionOf(ended),
  conversions: sum(ordered.map(({ orders }) => orders)), money: moneyOf(ordered),
});

/** Of each who is in the team, or did something then. */
function agentsOf({ agents }: Brand, began: Began[], ended: Ended[], ordered: Ordered[]): AgentFigures[] {
  const active = new Set([...began, ...ended, ...ordered].map(({ agent }) => agent));
  return agents.all().filter(({ id, left }) => !left || active.has(id)).map(({ id, name, left }) => {
    const hers = ended.filter(({ agent }) => agent === id);
    return {
      agent: id, name, ...(left ? { left } : {}), contacts: count(hers),
      ...partsOf(began.filter(({ agent }) => agent === id), hers, ordered.filter(({ agent }) => agent === id)),
      prompts: sum(hers.map(({ prompts }) => prompts)), lapses: sum(hers.map(({ lapses }) => lapses)),
    };
  }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function timesOf(rows: { lasted: number[] }[]): Times {
  const all = new Float64Array(sum(rows.map(({ lasted }) => lasted.length)));
  let at = 0;
  for (const { lasted } of rows) {
    all.set(lasted, at);
    at += lasted.length;
  }
  if (!all.length) return { n: 0 };
  return { n: all.length, median: percentile(all, 50)!, p90: percentile(all, 90)! };
}

function satisfactionOf(ended: Ended[]): Satisfaction {
  const counts = (['bad', 'poor', 'fair', 'good', 'best'] as const).map((score) => sum(ended.map((each) => each[score])));
  return { n: sum(counts), counts };
}

/** A currency for itself. */
function moneyOf(ordered: Ordered[]): Money[] {
  const found = new Map<string, Money>();
  for (const { currency, amount, orders } of ordered) {
    const money = found.get(currency) ?? { currency, amount: 0, orders: 0 };
    found.set(currency, { currency, amount: Math.min(money.amount + amount, Number.MAX_SAFE_INTEGER), orders: money.orders + orders });
  }
  return [...found.values()];
}

const numbersIn = (list: string | null): number[] => (list === null ? [] : JSON.parse(`[${list}]`) as number[]);
const sum = (numbers: number[]): number => numbers.reduce((all, each) => all + each, 0);
const count = (rows: { n: number }[]): number => sum(rows.map(({ n }) => n));
