/** What the team has done: the report for everybody on it, the ledger for its owners. */
import { REPORT_DAYS_MOST } from '../../protocol/report.ts';
import type { Report } from '../../protocol/report.ts';
import { zone as zoneShape } from '../../protocol/settings.ts';
import { type Cell, toCsv } from '../csv.ts';
import { ledger, LEDGER_COLUMNS } from '../ledger.ts';
import { reportInSteps, type Stretch } from '../report.ts';
import type { Call, Knock } from './door.ts';
import { badRequest } from './turned-away.ts';

export const REPORT_QUERY = ['from', 'to', 'zone'];
export const LEDGER_QUERY = ['from', 'to'];
const DAY_MS = 24 * 3_600_000;
/** Where nobody says which. */
const USUAL_DAYS = 28;
/** A file of 10 MB: more than a spreadsheet is good for. */
const LEDGER_ROWS_MOST = 50_000;

/** Every agent's: who is measured by these figures may see them, and each other's work is no secret in a team. */
export async function getReport({ owner, house, knock }: Call): Promise<Report> {
  const [stretch, asked] = [stretchOf(knock, house.now()), zoneOf(knock)];
  const steps = reportInSteps({ ...stretch, zone: asked ?? await owner.run((brand) => brand.settings.hours.zone) });
  // The relay goes on in between.
  for (;;) {
    const step = await owner.run((brand) => steps.next(brand));
    if (step.done) return step.value;
    await house.pause();
  }
}

/** An owner's: what people bought, line by line, leaves the house with it. */
export async function getLedger({ owner, house, knock }: Call): Promise<Response> {
  const { from, to } = stretchOf(knock, house.now());
  const rows: Cell[][] = [];
  // A day at a time: the relay goes on in between.
  for (let day = from; day < to; day += DAY_MS) {
    rows.push(...await owner.run(({ host }) => ledger(host, day, Math.min(day + DAY_MS, to))));
    await house.pause();
    if (rows.length > LEDGER_ROWS_MOST) throw badRequest(`more than ${LEDGER_ROWS_MOST} lines: ask for a shorter time`);
  }
  const csv = toCsv(LEDGER_COLUMNS, rows);
  house.log('ledger_read', { brand: owner.id, bytes: csv.length });
  return new Response(csv, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="ledger-${owner.id}-${dateOf(from)}-${dateOf(to)}.csv"`,
      'cache-control': 'no-store',
    },
  });
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** @throws TurnedAway 400 */
function stretchOf(knock: Knock, now: number): Omit<Stretch, 'zone'> {
  const to = timeOf(knock, 'to') ?? now;
  const from = timeOf(knock, 'from') ?? Math.max(to - USUAL_DAYS * DAY_MS, 0);
  if (from >= to) throw badRequest('from: must come before to');
  // A day more: where the clocks are put forward a year of days is an hour longer than its hours.
  if (to - from > (REPORT_DAYS_MOST + 1) * DAY_MS) throw badRequest(`at most ${REPORT_DAYS_MOST} days at once`);
  return { from, to };
}

/** Milliseconds since 1970, not beyond what a calendar can say. */
function timeOf(knock: Knock, name: string): number | undefined {
  const text = knock.req.query(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,14}$/.test(text)) throw badRequest(`${name}: must be a time in milliseconds since 1970`);
  return Number(text);
}

function zoneOf(knock: Knock): string | undefined {
  const text = knock.req.query('zone');
  const problem = text === undefined ? undefined : zoneShape(text);
  if (problem) throw badRequest(`zone: ${problem}`);
  return text;
}
