/**
 * The figures of a stretch of time (`protocol/report.ts`), out of the rows of episodes and orders. SQLite hands numbers over
 * in long lists: a hundred thousand rows as objects would take ten times as long. It goes in steps: a year of a large
 * brand is 150 ms of work, and whoever talks would have to wait for the end of it.
 */
import type { Id, Time } from '../protocol/messages.ts';
import type { AgentFigures, Money, Report, Satisfaction, Times } from '../protocol/report.ts';
import type { Brand } from './brand.ts';
import { calendar, dateOf } from './calendar.ts';
import { QUARTER_MS } from './delivery.ts';
import type { Host } from './host.ts';
import { percentile } from './percentile.ts';

export interface Stretch { from: Time; to: Time; zone: string }

/** Read in one step, some milliseconds where a thousand threads begin in a day. A list of it stays far below what SQLite puts into one text, 2,000,000 characters. */
const READ_MS = 24 * 3_600_000;

/** `quarters` (of an hour, since 1970) are when they began, or ended; `lasted` how long until the first answer, or until the end. */
interface Began { agent: Id | null; n: number; quarters: number[]; lasted: number[]; overdue: number }
interface Ended {
  agent: Id | null; n: number; quarters: number[]; lasted: number[]; prompts: number; lapses: number;
  bad: number; poor: number; fair: number; good: number; best: number;
}
/** As SQLite hands it over: numbers with commas between, nothing for none. */
type Listed<Row> = Omit<Row, 'quarters' | 'lasted'> & { quarters: string | null; lasted: string | null };
interface Ordered { agent: Id | null; currency: string; amount: number; orders: number }

/** All of it in one go. */
export function report(brand: Brand, stretch: Stretch): Report {
  const steps = reportInSteps(stretch);
  for (let step = steps.next(brand); ; step = steps.next(brand)) if (step.done) return step.value;
}

/**
 * Reads each row of the stretch once, out of the indexes of their times alone. What changes between two steps may be counted
 * in one figure and not yet in another. Each step wants the brand as it stands; the first begins and does nothing.
 */
export function* reportInSteps({ from, to, zone }: Stretch): Generator<undefined, Report, Brand> {
  let brand = yield;
  const [began, ended]: [Began[], Ended[]] = [[], []];
  for (let at = from; at < to; at += READ_MS) {
    const until = Math.min(at + READ_MS, to);
    for (const row of beganIn(brand.host, at, until)) began.push(asNumbers(row));
    for (const row of endedIn(brand.host, at, until)) ended.push(asNumbers(row));
    brand = yield;
  }
  const ordered = orderedIn(brand.host, from, to);
  brand = yield;
  const volume = volumeOf(began, ended, { from, to, zone });
  brand = yield;
  const whole = partsOf(began, ended, ordered);
  brand = yield;
  const team = yield* agentsOf(brand, began, ended, ordered);
  brand = yield;
  return {
    from, to, zone, ...volume, ...whole,
    began: count(began), ended: count(ended), overdue: sum(began.map(({ overdue }) => overdue)),
    agents: team, delivery: brand.deliveries.figures(from, to),
  };
}

const asNumbers = <Row extends Began | Ended>(row: Listed<Row>): Row => ({ ...row, quarters: numbersIn(row.quarters), lasted: numbersIn(row.lasted) }) as Row;

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

/** Of each who is in the team, or did something then: a step for each. */
function* agentsOf(brand: Brand, began: Began[], ended: Ended[], ordered: Ordered[]): Generator<undefined, AgentFigures[], Brand> {
  const active = new Set([...began, ...ended, ...ordered].map(({ agent }) => agent));
  const found: AgentFigures[] = [];
  for (const { id, name, left } of brand.agents.all().filter((each) => !each.left || active.has(each.id))) {
    const hers = ended.filter(({ agent }) => agent === id);
    found.push({
      agent: id, name, ...(left ? { left } : {}), contacts: count(hers),
      ...partsOf(began.filter(({ agent }) => agent === id), hers, ordered.filter(({ agent }) => agent === id)),
      prompts: sum(hers.map(({ prompts }) => prompts)), lapses: sum(hers.map(({ lapses }) => lapses)),
    });
    yield;
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
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
