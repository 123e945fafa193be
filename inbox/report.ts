/** The report while somebody reads it: which stretch she chose, its figures, and those of the stretch before. */
import { signal } from '@preact/signals';
import type { Time } from '../protocol/messages.ts';
import type { Report } from '../protocol/report.ts';
import type { Doors, Failure } from './doors.ts';
import type { Keep } from './keep.ts';
import { choose, type Period, type PeriodProblem, periodOf } from './period.ts';

/** `before` is absent where the server could not say it; the figures stand without it. */
export interface Shown { report: Report; before?: Report; days: number; /** When it was counted. */ at: Time }
export type ReportState = ReturnType<typeof createReport>;

interface Parts { doors: Pick<Doors, 'report' | 'ledger'>; keep: Keep; zone: () => string; now: () => Time }

export function createReport({ doors, keep, zone, now }: Parts) {
  const period = signal<Period>(periodOf(keep.get('report')));
  const shown = signal<Shown | undefined>(undefined);
  const failure = signal<Failure | undefined>(undefined);
  const problem = signal<PeriodProblem | undefined>(undefined);
  const busy = signal(false);
  /** Somebody may choose faster than the server answers: only the newest question counts. */
  let asked = 0;

  async function load(): Promise<void> {
    const here = zone();
    const at = now();
    const chosen = choose(period.peek(), at, here);
    const mine = ++asked;
    problem.value = chosen.problem;
    failure.value = undefined;
    busy.value = chosen.problem === undefined;
    if (chosen.problem !== undefined) return;
    const { stretch, before, days } = chosen;
    const [answer, earlier] = await Promise.all([doors.report(stretch.from, stretch.to, here), doors.report(before.from, before.to, here)]);
    if (mine !== asked) return;
    busy.value = false;
    failure.value = answer.failure;
    if (!answer.failure) shown.value = { report: answer.value, days, at, ...(!earlier.failure && { before: earlier.value }) };
  }

  return {
    period, shown, failure, problem, busy, load,
    /** @returns when its figures are there, or are known not to come */
    choose(next: Period): Promise<void> {
      period.value = next;
      keep.set('report', JSON.stringify(next));
      return load();
    },
    /** Contacts and orders of the stretch that is shown, line by line. */
    ledger: () => doors.ledger(shown.peek()!.report.from, shown.peek()!.report.to),
  };
}
