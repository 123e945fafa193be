/** The tables behind the charts: what a screen reader reads, and what is saved as CSV. Pure. */
import type { AgentFigures, Report, Times } from '../protocol/report.ts';
import { type Cell, toCsv } from './csv.ts';
import { barsOf, barText, count, goodOf, hourText, moneyText, perContact, shareText, tookText } from './figures.ts';
import { words } from './words.ts';

export interface Sheet {
  /** The name of its file, without the dates. */
  file: string;
  caption: string;
  columns: string[];
  /** What is read, a row under `columns`. */
  shows: string[][];
  /** What is saved, a row under `fields`: whole numbers of seconds and of the smallest unit of money, nothing rounded. */
  fields: string[];
  saves: Cell[][];
}

/** @param report whose dates stand in the name */
export const fileOf = ({ file, fields, saves }: Sheet, { days }: Report): { name: string; text: string } =>
  ({ name: `${file}-${days[0]?.day ?? ''}-${days.at(-1)?.day ?? ''}.csv`, text: toCsv(fields, saves) });

export function volumeSheet({ days }: Report): Sheet {
  const { by, bars } = barsOf(days);
  return {
    file: 'volume', caption: words.report.volume.title, columns: [words.report.volume[by], words.report.began, words.report.ended],
    shows: bars.map((bar) => [barText(bar), count(bar.began), count(bar.ended)]),
    fields: ['day', 'started', 'ended'], saves: days.map(({ day, began, ended }) => [day, began, ended]),
  };
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export function hoursSheet({ week }: Report): Sheet {
  const days = words.hoursSettings.days;
  return {
    file: 'hours', caption: words.report.hours.title, columns: [words.report.hours.day, ...HOURS.map(hourText)],
    shows: week.map((hours, weekday) => [days[weekday]!, ...hours.map(count)]),
    fields: ['weekday', ...HOURS.map((hour) => `h${String(hour).padStart(2, '0')}`)], saves: week.map((hours, weekday) => [days[weekday]!, ...hours]),
  };
}

const shownTimes = ({ n, median, p90 }: Times): string[] => [count(n), tookText(median), tookText(p90)];
const seconds = (ms: number | undefined): Cell => (ms === undefined ? undefined : Math.round(ms / 1_000));
const savedTimes = ({ n, median, p90 }: Times): Cell[] => [n, seconds(median), seconds(p90)];

export function timesSheet(report: Report): Sheet {
  const { times, team } = words.report;
  const rows = [{ name: team.all, firstReply: report.firstReply, resolution: report.resolution }, ...report.agents];
  return {
    file: 'times', caption: times.title,
    columns: [times.who, times.replies, times.replyMedian, times.reply90, times.ended, times.endMedian, times.end90],
    shows: rows.map(({ name, firstReply, resolution }) => [name, ...shownTimes(firstReply), ...shownTimes(resolution)]),
    fields: ['who', 'first_replies', 'first_reply_median_s', 'first_reply_p90_s', 'ended', 'resolution_median_s', 'resolution_p90_s'],
    saves: rows.map(({ name, firstReply, resolution }) => [name, ...savedTimes(firstReply), ...savedTimes(resolution)]),
  };
}

const SCORES = [5, 4, 3, 2, 1] as const;

export function satisfactionSheet({ satisfaction: { counts, n } }: Report): Sheet {
  const { rated } = words.report;
  const of = (score: number) => counts[score - 1] ?? 0;
  return {
    file: 'satisfaction', caption: rated.title, columns: [rated.face, rated.ratings, rated.share],
    shows: SCORES.map((score) => [words.handling.faces[score], count(of(score)), shareText(of(score), n)]),
    fields: ['score', 'ratings'], saves: SCORES.map((score) => [score, of(score)]),
  };
}

export type TeamRow = Omit<AgentFigures, 'agent' | 'left' | 'prompts' | 'lapses'>;
export const wholeTeam = (report: Report): TeamRow => ({ ...report, name: words.report.team.all, contacts: report.ended });

/** In the file a column of money for each currency that was paid in: sums of different money cannot be added. */
export function teamSheet(report: Report): Sheet {
  const { team } = words.report;
  const rows: TeamRow[] = [...report.agents, wholeTeam(report)];
  const currencies = report.money.map(({ currency }) => currency);
  return {
    file: 'team', caption: team.title,
    columns: [team.agent, team.contacts, team.reply, team.reply90, team.resolution, team.good, team.ratings, team.orders, team.sales],
    shows: rows.map((row) => [
      row.name, count(row.contacts), tookText(row.firstReply.median), tookText(row.firstReply.p90), tookText(row.resolution.median),
      shareText(goodOf(row.satisfaction), row.satisfaction.n), count(row.satisfaction.n), count(row.conversions), moneyText(row.money) || '–',
    ]),
    fields: ['agent', 'contacts', 'first_reply_median_s', 'first_reply_p90_s', 'resolution_median_s', 'resolution_p90_s', 'rated_good', 'ratings', 'orders',
      ...currencies.map((currency) => `minor_${currency}`)],
    saves: rows.map((row) => [
      row.name, row.contacts, seconds(row.firstReply.median), seconds(row.firstReply.p90), seconds(row.resolution.median), seconds(row.resolution.p90),
      goodOf(row.satisfaction), row.satisfaction.n, row.conversions, ...currencies.map((currency) => row.money.find((each) => each.currency === currency)?.amount ?? 0),
    ]),
  };
}

type Named = readonly [name: string, meaning: string];
/** An older server does not say what has still to come. */
export function deliveryRows({ delivery: { acked, duplicates, retried, refused, pending } }: Report): (readonly [Named, number])[] {
  const say = words.report.delivery;
  const rows: (readonly [Named, number])[] = [[say.acked, acked], [say.duplicates, duplicates], [say.retried, retried], [say.refused, refused]];
  return pending === undefined ? rows : [...rows, [say.pending, pending]];
}

export function deliverySheet(report: Report): Sheet {
  const { delivery } = words.report;
  const { acked, duplicates, retried, refused, pending } = report.delivery;
  return {
    file: 'delivery', caption: delivery.title, columns: [delivery.what, delivery.messages],
    shows: deliveryRows(report).map(([[name], n]) => [name, count(n)]),
    fields: ['kept', 'suppressed', 'asked_again', 'refused', 'still_to_come'], saves: [[acked, duplicates, retried, refused, pending]],
  };
}

export function restraintSheet({ agents }: Report): Sheet {
  const { restraint } = words.report;
  return {
    file: 'restraint', caption: restraint.title, columns: [restraint.agent, restraint.contacts, restraint.prompts, restraint.each, restraint.lapses, restraint.each],
    shows: agents.map(({ name, contacts, prompts, lapses }) =>
      [name, count(contacts), count(prompts), perContact(prompts, contacts), count(lapses), perContact(lapses, contacts)]),
    fields: ['agent', 'contacts', 'prompts', 'lapses'], saves: agents.map(({ name, contacts, prompts, lapses }) => [name, contacts, prompts, lapses]),
  };
}
