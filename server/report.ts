/** The figures of a stretch of time (`protocol/report.ts`), out of the rows of episodes and orders. */
import type { Id, Score, Time } from '../protocol/messages.ts';
import type { AgentFigures, Money, Report, Satisfaction, Times } from '../protocol/report.ts';
import type { Brand } from './brand.ts';
import { calendar, dateOf } from './calendar.ts';
import { percentile } from './percentile.ts';

export interface Stretch { from: Time; to: Time; zone: string }
type Figures = Omit<Report, keyof Stretch | 'agents' | 'delivery'>;

export interface Began { at: Time; reply: Time | null; overdue: number; agent: Id | null }
export interface Ended { at: Time; began: Time; agent: Id | null; score: Score | null; prompts: number; lapses: number }
export interface Ordered { agent: Id | null; amount: number; currency: string }
export interface Rows { began: Began[]; ended: Ended[]; ordered: Ordered[] }

/** Reads each row of the stretch once, by the index of its time. */
export function report(brand: Brand, stretch: Stretch): Report {
  const rows = rowsOf(brand, stretch);
  return { ...stretch, ...figuresOf(rows, stretch), agents: agentsOf(brand, rows), delivery: brand.deliveries.figures() };
}

export function rowsOf({ host }: Brand, { from, to }: Stretch): Rows {
  return {
    began: host.sql<Began>('SELECT began AS at, first_reply AS reply, overdue, agent FROM episode WHERE began >= ? AND began < ?', from, to),
    ended: host.sql<Ended>(
      'SELECT ended AS at, began, agent, score, prompts, lapses FROM episode WHERE ended >= ? AND ended < ?', from, to),
    ordered: host.sql<Ordered>('SELECT agent, amount, currency FROM conversion WHERE at >= ? AND at < ?', from, to),
  };
}

/** Pure: of the whole team. */
export function figuresOf({ began, ended, ordered }: Rows, { from, to, zone }: Stretch): Figures {
  const momentOf = calendar(zone, from, to);
  const [first, last] = [momentOf(from).day, momentOf(Math.max(to - 1, from)).day];
  const days = Array.from({ length: last - first + 1 }, (_, n) => ({ day: dateOf(first + n), began: 0, ended: 0 }));
  const week = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  let overdue = 0;
  for (const each of began) {
    const { day, weekday, hour } = momentOf(each.at);
    days[day - first]!.began++;
    week[weekday]![hour]!++;
    if (each.overdue) overdue++;
  }
  for (const each of ended) days[momentOf(each.at).day - first]!.ended++;
  return {
    days, week, began: began.length, ended: ended.length, firstReply: repliesOf(began), resolution: resolutionsOf(ended),
    satisfaction: satisfactionOf(ended), conversions: ordered.length, money: moneyOf(ordered), overdue,
  };
}

/** Of each who was here or did something in it. */
function agentsOf({ agents }: Brand, { began, ended, ordered }: Rows): AgentFigures[] {
  const [replied, contacts, orders] = [byAgent(began), byAgent(ended), byAgent(ordered)];
  return agents.all().filter(({ id, left }) => !left || replied.has(id) || contacts.has(id) || orders.has(id)).map(({ id, name, left }) => {
    const [hers, gone, sold] = [replied.get(id) ?? [], contacts.get(id) ?? [], orders.get(id) ?? []];
    return {
      agent: id, name, ...(left ? { left } : {}), contacts: gone.length, conversions: sold.length, money: moneyOf(sold),
      firstReply: repliesOf(hers), resolution: resolutionsOf(gone), satisfaction: satisfactionOf(gone),
      prompts: sum(gone.map(({ prompts }) => prompts)), lapses: sum(gone.map(({ lapses }) => lapses)),
    };
  }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function byAgent<Row extends { agent: Id | null }>(rows: Row[]): Map<Id, Row[]> {
  const found = new Map<Id, Row[]>();
  for (const row of rows) {
    if (row.agent === null) continue;
    const hers = found.get(row.agent);
    if (hers) hers.push(row);
    else found.set(row.agent, [row]);
  }
  return found;
}

const repliesOf = (began: Began[]): Times => timesOf(began.flatMap(({ at, reply }) => (reply === null ? [] : [reply - at])));
const resolutionsOf = (ended: Ended[]): Times => timesOf(ended.map(({ at, began }) => at - began));

function timesOf(durations: number[]): Times {
  // Typed: numbers sort as numbers there, and ten times as fast.
  const sorted = Float64Array.from(durations).sort() as unknown as number[];
  if (!sorted.length) return { n: 0 };
  return { n: sorted.length, median: percentile(sorted, 50)!, p90: percentile(sorted, 90)! };
}

function satisfactionOf(ended: Ended[]): Satisfaction {
  const counts = [0, 0, 0, 0, 0];
  for (const { score } of ended) if (score !== null) counts[score - 1]!++;
  return { n: sum(counts), counts };
}

/** A currency for itself; whole numbers stay whole. */
function moneyOf(ordered: Ordered[]): Money[] {
  const found = new Map<string, Money>();
  for (const { currency, amount } of ordered) {
    const money = found.get(currency) ?? { currency, amount: 0, orders: 0 };
    found.set(currency, { currency, amount: money.amount + amount, orders: money.orders + 1 });
  }
  return [...found.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

const sum = (numbers: number[]): number => numbers.reduce((all, each) => all + each, 0);
