/**
 * What a Durable Object's SQLite allows, found by asking workerd for everything that Node's SQLite knows. It holds on Node
 * too, so that no statement works on one host only. `test/contract/sql.test.ts` compares both lists with workerd's own.
 */
import { constants } from 'node:sqlite';

/** workerd's own numbers (`src/workerd/util/sqlite.c++`), some of which are in no documentation. */
export const SQL_LIMITS = {
  length: 2_000_000, sqlLength: 100_000, column: 100, exprDepth: 100, compoundSelect: 5, vdbeOp: 25_000, functionArg: 32,
  attach: 0, likePatternLength: 50, variableNumber: 100, triggerDepth: 10,
};

export const FUNCTIONS = new Set(`
  -> ->> abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil changes char coalesce concat concat_ws cos cosh count cume_dist
  current_date current_time current_timestamp date datetime degrees dense_rank exp first_value floor format glob group_concat hex
  highlight ifnull iif instr json json_array json_array_length json_extract json_group_array json_group_object json_insert
  json_object json_patch json_quote json_remove json_replace json_set json_type json_valid jsonb jsonb_array jsonb_extract
  jsonb_group_array jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set julianday lag
  last_insert_rowid last_value lead length like likelihood likely ln log log2 lower ltrim match max min mod nth_value ntile nullif
  octet_length percent_rank pi pow printf quote radians random randomblob rank replace round row_number rtreecheck rtrim sign sin
  sinh snippet sqrt strftime string_agg substr substring sum tan tanh time timediff total total_changes trim trunc typeof unhex
  unicode unixepoch unlikely upper zeroblob`.trim().split(/\s+/));
/** ALTER TABLE calls them by itself; nobody else can. */
const SQLITES_OWN = /^sqlite_(rename_|drop_|add_|find_|fail)/;

export const PRAGMAS = new Set(['data_version', 'defer_foreign_keys', 'foreign_key_check', 'foreign_keys', 'optimize', 'page_size', 'quick_check', 'table_list']);
/** Of a table or an index, which they name. */
export const PRAGMAS_OF = new Set(['foreign_key_list', 'index_info', 'index_list', 'index_xinfo', 'table_info', 'table_xinfo']);

const MODULES = new Set(['fts5', 'fts5vocab', 'rtree', 'rtree_i32']);
/** Tables of Node's SQLite that need no CREATE. */
const NOT_THERE = new Set(['dbstat', 'sqlite_dbpage']);
/** The runtime keeps its own there. */
const RESERVED = /^_cf_/i;

/** `SELECT … FROM pragma_table_info('thread')` */
const AS_TABLE = 'pragma_';

const NEVER = new Set([constants.SQLITE_TRANSACTION, constants.SQLITE_SAVEPOINT, constants.SQLITE_ATTACH, constants.SQLITE_DETACH]);

/** For `setAuthorizer`: what a statement is about to do, in SQLite's words (sqlite.org/c3ref/c_alter_table.html). */
export function allows(action: number, first: string | null, second: string | null, database: string | null): boolean {
  if (NEVER.has(action) || RESERVED.test(first ?? '')) return false;
  if (action === constants.SQLITE_FUNCTION) return FUNCTIONS.has(second!) || SQLITES_OWN.test(second!);
  if (action === constants.SQLITE_PRAGMA) return allowsPragma(first!, second !== null);
  if (action === constants.SQLITE_CREATE_VTABLE) return MODULES.has(second!);
  if (action === constants.SQLITE_READ) return first!.startsWith(AS_TABLE) ? allowsPragma(first!.slice(AS_TABLE.length), true) : !NOT_THERE.has(first!);
  // Whatever comes into being is a new row of its database's schema first.
  return !(action === constants.SQLITE_INSERT && database === 'temp');
}

const allowsPragma = (name: string, hasArgument: boolean): boolean => PRAGMAS.has(name) || (PRAGMAS_OF.has(name) && hasArgument);
