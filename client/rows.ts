/**
 * The rows this device has kept, and the `rev` they are complete to. Several tabs write here, each what it heard on its
 * own line; the rules in `keep` make sure that the `rev` on disk never claims a row that is not there.
 */
import type { Entry, Id, Message, Rev, Seq } from '../protocol/messages.ts';
import { isRecord, type Shape } from '../protocol/shape.ts';
import type { Change, Database } from './database.ts';

/** Newest messages of a thread that stay on disk, with what happened behind them; older ones are a page away. */
export const KEPT_MESSAGES = 500;
const OK = 'ok';
const ROW = 'row:';
const SEEN = 'seen:';

export interface AnyRow { kind: string; rev: Rev; id: Id }
/** What the newest `ok` said, without its rows: the epoch and `rev` of the rows kept, and who we are. */
export interface Standing { epoch: string; rev: Rev; me: unknown }

/** What was on disk, each value checked. */
export interface Found<Row> { standing: Standing | undefined; rows: Row[]; seen: Map<Id, Seq> }

export function find<Row extends AnyRow>(entries: [string, unknown][], ok: Shape<unknown>, row: Shape<unknown>): Found<Row> {
  const found: Found<Row> = { standing: undefined, rows: [], seen: new Map() };
  for (const [key, value] of entries) {
    if (key === OK) {
      if (isRecord(value) && !ok({ v: 1, now: 0, set: [], ...value })) found.standing = value as unknown as Standing;
    } else if (key.startsWith(ROW)) {
      if (!row(value)) found.rows.push(value as Row);
    } else if (key.startsWith(SEEN) && Number.isSafeInteger(value)) found.seen.set(key.slice(SEEN.length), value as Seq);
  }
  return found;
}

export interface Rows {
  /**
   * Writes what changed between `since` and `standing.rev`. Where the disk is not complete to `since` (it was emptied, or
   * these rows are a fresh start) `everything()` is written instead.
   * @param gone what need not lie there any more
   * @returns whether anything was written: other tabs may have been faster, or have met another epoch since.
   */
  keep(standing: Standing, since: Rev, changed: AnyRow[], everything: () => AnyRow[], fresh: boolean, gone?: readonly AnyRow[]): Promise<boolean>;
  /** History and acknowledged messages: true whatever the `rev`. `newest` is the thread's. */
  add(rows: AnyRow[], newest: Seq): Promise<boolean>;
  drop(rows: readonly AnyRow[]): Promise<boolean>;
  /** `undefined`: the server knows. */
  seen(thread: Id, seq: Seq | undefined): Promise<boolean>;
  /** Everything but the outbox and what the face keeps. */
  empty(): Promise<void>;
}

export function openRows(database: Database): Rows {
  return {
    async keep(standing, since, changed, everything, fresh, gone = []) {
      let wrote = false;
      const decide = (found: unknown): false | Change => {
        const known = isStanding(found) ? found : undefined;
        const sameEpoch = known?.epoch === standing.epoch;
        if (known && !sameEpoch && !fresh) return false;
        // Somebody was erased: nothing of hers may stay behind here.
        const erased = changed.some(({ kind }) => kind === 'gone');
        if (!known || !sameEpoch || known.rev < since || erased || (fresh && known.rev < standing.rev)) {
          return { clear: ROW, put: [[OK, standing], ...entriesOf(everything())] };
        }
        // The disk is complete to that rev already: what we hold can only be older than what is there.
        if (known.rev > standing.rev || (known.rev === standing.rev && changed.length)) return false;
        return { drop: [...goneFrom(changed), ...gone.map(keyOf)], put: [[OK, standing], ...entriesOf(changed.filter((row) => !gone.includes(row)))] };
      };
      await database.change({
        look: OK,
        passes(found) {
          const change = decide(found);
          wrote = !!change;
          return change;
        },
      });
      return wrote;
    },
    add: (rows, newest) => database.change({ put: entriesOf(rows.filter((row) => placeOf(row) > newest - KEPT_MESSAGES)) }),
    drop: (rows) => database.change({ drop: rows.map(keyOf) }),
    seen: (thread, seq) => database.change(seq === undefined ? { drop: [SEEN + thread] } : { put: [[SEEN + thread, seq]] }),
    async empty() {
      await database.change({ clear: ROW, drop: [OK] });
      await database.change({ clear: SEEN });
    },
  };
}

const isStanding = (value: unknown): value is Standing =>
  isRecord(value) && typeof value['epoch'] === 'string' && Number.isSafeInteger(value['rev']);
const keyOf = (row: AnyRow): string => {
  const { kind, id } = row;
  const { thread, seq } = row as Message;
  return `${ROW}${kind}:${kind === 'message' ? `${thread}:${seq}` : kind === 'entry' ? `${thread}:${id}` : id}`;
};
/** Of a message, or of an entry. */
const placeOf = (row: AnyRow): Seq => row.kind === 'message' ? (row as Message).seq : (row as Entry).after;
const entriesOf = (rows: AnyRow[]): [string, AnyRow][] => rows.map((row) => [keyOf(row), row]);
/** Each message that comes pushes out the one that stands `KEPT_MESSAGES` before it. */
const goneFrom = (rows: AnyRow[]): string[] => rows
  .filter((row) => row.kind === 'message')
  .map((row) => keyOf({ ...row, seq: (row as Message).seq - KEPT_MESSAGES } as Message));
