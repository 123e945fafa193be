/** The report and the ledger of some days, computed from rows as one would on paper. */
import type { Report } from '../protocol/report.ts';
import type { Kept, Order } from './week-rows.ts';

const HOUR_MS = 3_600_000;

type Figures = Omit<Report, 'delivery' | 'from' | 'to' | 'zone'>;

export interface Basis { episodes: Kept[]; orders: Order[]; agents: { id: string; name: string }[] }

export function figuresOf({ episodes, orders, agents }: Basis, from: number, to: number, zone: string): Figures {
  const within = (at: number | null) => at !== null && at >= from && at < to;
  const began = episodes.filter((each) => within(each.began));
  const ended = episodes.filter((each) => within(each.ended));
  const bought = orders.filter(({ at }) => within(at));
  const on = calendarOf(zone);
  const days = new Map<string, { day: string; began: number; ended: number }>();
  for (let at = from; at < to; at += HOUR_MS) days.set(on(at).day, { day: on(at).day, began: 0, ended: 0 });
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const each of began) {
    const { day, weekday, hour } = on(each.began);
    days.get(day)!.began++;
    week[weekday]![hour]!++;
  }
  for (const each of ended) days.get(on(each.ended!).day)!.ended++;
  return {
    days: [...days.values()], week, began: began.length, ended: ended.length, overdue: began.filter(({ overdue }) => overdue > 0).length,
    ...parts(began, ended, bought),
    agents: agents.map(({ id, name }) => {
      const hers = ended.filter(({ agent }) => agent === id);
      return {
        agent: id, name, contacts: hers.length, ...parts(began.filter(({ agent }) => agent === id), hers, bought.filter(({ agent }) => agent === id)),
        prompts: sum(hers.map(({ prompts }) => prompts)), lapses: sum(hers.map(({ lapses }) => lapses)),
      };
    }),
  };
}

function parts(began: Kept[], ended: Kept[], bought: Order[]) {
  return {
    firstReply: times(began.flatMap((each) => (each.first_reply === null ? [] : [each.first_reply - each.began]))),
    resolution: times(ended.map((each) => each.ended! - each.began)),
    satisfaction: { n: ended.filter(({ score }) => score !== null).length, counts: [1, 2, 3, 4, 5].map((score) => ended.filter((each) => each.score === score).length) },
    conversions: bought.length,
    money: [...new Set(bought.map(({ currency }) => currency))].sort().map((currency) => {
      const same = bought.filter((each) => each.currency === currency);
      return { currency, amount: sum(same.map(({ amount }) => amount)), orders: same.length };
    }),
  };
}

/** The lines of the ledger, as fields of text. */
export function ledgerOf({ episodes, orders, agents }: Basis): string[][] {
  const utc = (at: number | null) => (at === null ? '' : new Date(at).toISOString());
  // What a spreadsheet would run is marked as text; one agent's id in 64 begins like that.
  const text = (value: string | number | null) => (value === null ? '' : String(value).replace(/^[=+\-@]/, "'$&"));
  const nameOf = (agent: string | null) => text(agents.find(({ id }) => id === agent)?.name ?? null);
  const contacts = episodes.filter(({ ended }) => ended !== null).map((each) => ({
    at: each.ended!, line: ['contact', utc(each.ended), text(each.agent), nameOf(each.agent), each.thread, text(each.n), utc(each.began), utc(each.first_reply),
      text(each.score), text(each.prompts), text(each.lapses), '', '', ''],
  }));
  const conversions = orders.map((each) => ({
    at: each.at, line: ['conversion', utc(each.at), text(each.agent), nameOf(each.agent), each.thread, text(each.episode), '', '', '', '', '', text(each.id), text(each.amount), each.currency],
  }));
  return [...contacts, ...conversions].sort((a, b) => a.at - b.at).map(({ line }) => line);
}

/** RFC 4180, without line breaks inside of fields. */
export function linesOf(csv: string): string[][] {
  return csv.replace(/^\ufeff/, '').split('\r\n').filter(Boolean)
    .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!));
}

function times(durations: number[]) {
  const sorted = durations.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.ceil(sorted.length * share / 100) - 1]!;
  return sorted.length ? { n: sorted.length, median: rank(50), p90: rank(90) } : { n: 0 };
}

function calendarOf(zone: string) {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short', hour: '2-digit', hourCycle: 'h23' });
  return (at: number) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return { day: `${part['year']}-${part['month']}-${part['day']}`, weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part['weekday']!), hour: Number(part['hour']) };
  };
}

const sum = (numbers: number[]): number => numbers.reduce((all, each) => all + each, 0);
