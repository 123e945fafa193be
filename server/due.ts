/** What each job does when its time has come. */
import { PAGE_TURN_MS } from '../protocol/limits.ts';
import type { Brand } from './brand.ts';
import type { Change } from './change.ts';
import type { Job } from './jobs.ts';
import { fallBack } from './queue.ts';
import { takeWords } from './search.ts';
import { runOut } from './snooze.ts';

export const TIDY_MS = 24 * 3_600_000;
/** A client that was away for longer than this with an act in its outbox may find it done twice; acts are harmless twice. */
const ACTS_KEPT_MS = 30 * TIDY_MS;

export function doWhatIsDue(brand: Brand, change: Change, { kind, arg, due }: Job): void {
  switch (kind) {
    case 'away': return brand.presence.away(change, arg, due - PAGE_TURN_MS);
    case 'sweep':
      // Whoever was silent for a while and is heard of again has her place back, without a word to us.
      change.desk = true;
      return brand.presence.sweep();
    case 'snooze': return runOut(brand, change, arg);
    case 'fallback': case 'stuck': return fallBack(brand, change, arg);
    case 'hours':
      brand.presence.tellAvailable();
      return brand.watchHours();
    case 'words': return takeWords(brand);
    case 'delivery': return brand.deliveries.tally();
    case 'tidy': return tidy(brand);
    default: throw new Error(`no such job: ${kind}`);
  }
}

function tidy({ host, jobs, deliveries }: Brand): void {
  const now = host.now();
  host.sql('DELETE FROM act WHERE at < ?', now - ACTS_KEPT_MS);
  host.sql('DELETE FROM ticket WHERE due < ?', now);
  deliveries.tally();
  jobs.schedule('tidy', now + TIDY_MS);
}
