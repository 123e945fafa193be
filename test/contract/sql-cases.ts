/**
 * Everything in which the two SQLites differ, as a list of what is said to them and what has to come of it. The same code
 * runs in Node and inside workerd, so it imports neither.
 */
import type { Bind, Host } from '../../server/host.ts';
import { migrate } from '../../server/schema.ts';

export type Sql = Pick<Host, 'sql' | 'script'>;
type Transaction = <T>(work: () => T) => T;
interface Case { says: string; run(db: Sql, transaction: Transaction): unknown; comes: unknown }

/** What came of a case, as JSON. */
export function play(db: Sql, says: string, transaction: Transaction): string {
  const found = CASES.find((each) => each.says === says);
  if (!found) throw new Error(`there is no case "${says}"`);
  return toJson(answerOf(() => found.run(db, transaction)));
}

export const toJson = (value: unknown): string =>
  JSON.stringify(value ?? null, (_key, each) => (each instanceof Uint8Array ? { bytes: [...each] } : each));

/** What our own checks say is said word for word; of SQLite's errors, the primary code that the doors know them by. */
function answerOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    const { name, message, errcode } = error as Error & { errcode?: number };
    if (typeof errcode === 'number') return `SQLite ${errcode & 0xff}`;
    return name === 'RangeError' ? name : `${name}: ${message}`;
  }
}

const ERROR = 'SQLite 1';
const TOO_BIG = 'SQLite 18';
const CONSTRAINT = 'SQLite 19';
const times = (count: number, text: string, between: string): string => Array(count).fill(text).join(between);
const bad = (type: string, at = 1): string => `BadBind: parameter ${at} is of type ${type}: bind a string, a number, null or a Uint8Array`;
const BEYOND = 'BadBind: parameter 1 is a number beyond 2^53 or none at all';
const ONE = 'BadStatement: one statement at a time, with nothing behind its semicolon';
const QUOTES = "BadStatement: 'single quotes' around a text, and none around a name";
const NAMES = 'BadStatement: parameters have no names or numbers: write ?';

/** One after the other. */
const last = (...results: unknown[]): unknown => results.at(-1);
const binding = (value: unknown) => (db: Sql) => db.sql('SELECT ? AS it', value as Bind);
const saying = (text: string) => (db: Sql) => db.sql(text);
const scripting = (text: string) => (db: Sql) => db.script(text);
const each = (texts: string[]) => (db: Sql) => texts.map((text) => answerOf(() => db.sql(text)));

const BINDS: Case[] = [
  { says: 'a number is bound as a REAL: in a text and in JSON it has a point', comes: [{ type: 'real', text: 'a5.0', json: '{"n":5.0}', half: 2.5 }],
    run: (db) => db.sql("SELECT typeof(?) AS type, 'a' || ? AS text, json_object('n', ?) AS json, ? / 2 AS half", 5, 5, 5, 5) },
  { says: 'an INTEGER column of a STRICT table makes a number whole again', comes: [{ type: 'integer', n: 5, text: 'a5' }],
    run: (db) => last(db.script('CREATE TABLE t (n INTEGER) STRICT'), db.sql('INSERT INTO t VALUES (?)', 5), db.sql("SELECT typeof(n) AS type, n, 'a' || n AS text FROM t")) },
  { says: 'a broken number does not fit into an INTEGER column', comes: CONSTRAINT,
    run: (db) => last(db.script('CREATE TABLE t (n INTEGER) STRICT'), db.sql('INSERT INTO t VALUES (?)', 5.5)) },
  { says: 'LIMIT, OFFSET and substr take a bound number', comes: [{ value: 3, text: 'bc' }],
    run: (db) => db.sql("SELECT value, substr('abc', ?) AS text FROM json_each('[1,2,3,4]') LIMIT ? OFFSET ?", 2, 1, 2) },
  { says: 'true and false are refused', run: binding(true), comes: bad('Boolean') },
  { says: 'undefined is refused', run: binding(undefined), comes: bad('Undefined') },
  { says: 'a Date is refused', run: binding(new Date(0)), comes: bad('Date') },
  { says: 'an array is refused', run: binding([1]), comes: bad('Array') },
  { says: 'an object is refused, and its own word for its type is not repeated', run: binding({ constructor: { name: 'secret' } }), comes: bad('Object') },
  { says: 'a bigint is refused', run: binding(1n), comes: bad('BigInt') },
  { says: 'an ArrayBuffer is refused', run: binding(new ArrayBuffer(1)), comes: bad('ArrayBuffer') },
  { says: 'the refusal names the place', run: (db) => db.sql('SELECT ?, ?', 1, false as unknown as Bind), comes: bad('Boolean', 2) },
  { says: 'a number that has lost its last digits is refused', run: binding(2 ** 53), comes: BEYOND },
  { says: 'a number that is none is refused', run: binding(Number.NaN), comes: BEYOND },
  { says: 'an endless number is refused', run: binding(Number.NEGATIVE_INFINITY), comes: BEYOND },
  { says: 'the largest safe number comes back as it went', comes: [{ n: 2 ** 53 - 1 }, { n: 1 - 2 ** 53 }],
    run: (db) => last(db.script('CREATE TABLE t (n INTEGER) STRICT'), db.sql('INSERT INTO t VALUES (?), (?)', 2 ** 53 - 1, 1 - 2 ** 53), db.sql('SELECT n FROM t')) },
  { says: 'a number beyond 2^53 that SQL itself has made is not handed out rounded', run: saying('SELECT 9007199254740993 AS n'), comes: 'RangeError' },
  { says: 'null is null', run: binding(null), comes: [{ it: null }] },
  { says: 'a blob comes back as a Uint8Array, of a part of a buffer that part', comes: [{ it: { bytes: [2, 3] }, type: 'blob' }],
    run: (db) => ((part) => db.sql('SELECT ? AS it, typeof(?) AS type', part, part))(new Uint8Array([1, 2, 3, 4]).subarray(1, 3)) },
  { says: 'a blob of nothing is a blob', comes: [{ it: { bytes: [] }, type: 'blob' }],
    run: (db) => db.sql('SELECT ? AS it, typeof(?) AS type', new Uint8Array(), new Uint8Array()) },
  { says: 'half of a pair of surrogates becomes the replacement character', comes: [{ it: 'a\ufffdb\u{1f600}', hex: '61EFBFBD62F09F9880' }],
    run: (db) => ((text) => db.sql('SELECT ? AS it, hex(?) AS hex', text, text))('a\ud83db\u{1f600}') },
  { says: 'a text with a NUL in it comes back whole', run: binding('a\0b'), comes: [{ it: 'a\0b' }] },
  { says: 'a parameter that is missing is refused', run: saying('SELECT ?'), comes: 'BadBind: this statement takes 1 parameters, not 0' },
  { says: 'a parameter too many is refused', run: (db) => db.sql('SELECT 1', 1), comes: 'BadBind: this statement takes 0 parameters, not 1' },
  { says: 'a question mark in a text or a comment is no parameter', comes: [{ a: '?', b: "it's ?", c: 7 }],
    run: (db) => db.sql("SELECT '?' AS a, 'it''s ?' AS b, /* ? */ ? AS c -- ?", 7) },
  { says: 'parameters with names or numbers are refused', comes: [NAMES, NAMES, NAMES, NAMES], run: each(['SELECT :a', 'SELECT @a', 'SELECT $a', 'SELECT ?1']) },
];

const STATEMENTS: Case[] = [
  { says: 'two statements in one are refused', run: saying('SELECT 1; SELECT 2'), comes: ONE },
  { says: 'one semicolon at the end is fine, and so is one in a text', run: saying("SELECT ';' AS it;\n"), comes: [{ it: ';' }] },
  { says: 'a comment behind the last semicolon is refused in a statement', run: saying('SELECT 1; -- one'), comes: ONE },
  { says: 'no statement at all is refused', run: each(['', ' ', ';', '-- nothing']), comes: times(4, 'BadStatement: there is no statement', '|').split('|') },
  { says: 'a script runs all it holds, comments or none behind the last semicolon', comes: [{ a: "it's -- no comment" }, { a: '/* nor this */' }],
    run: (db) => last(db.script("-- first\nCREATE TABLE t (a); /* ; */\nINSERT INTO t VALUES ('it''s -- no comment');\t\r\nINSERT INTO t VALUES ('/* nor this */'); -- last\n"), db.sql('SELECT a FROM t')) },
  { says: 'a script may hold nothing but a comment', run: scripting('-- nothing to do'), comes: null },
  { says: 'a script may hold a trigger with statements of its own', comes: [{ a: 1 }, { a: 2 }],
    run: (db) => last(db.script('CREATE TABLE t (a); CREATE TRIGGER twice AFTER INSERT ON t WHEN new.a = 1 BEGIN INSERT INTO t VALUES (2); DELETE FROM t WHERE a = 9; END;'), db.sql('INSERT INTO t VALUES (1)'), db.sql('SELECT a FROM t')) },
  { says: 'a script has no parameters', run: scripting('SELECT ?'), comes: 'BadStatement: a script has no parameters' },
  { says: 'a script that fails has done what came before: whoever wants all or nothing asks for a transaction', comes: [ERROR, [{ a: 1 }], ERROR, [{ a: 1 }]],
    run: (db, transaction) => {
      db.script('CREATE TABLE t (a)');
      const loose = answerOf(() => db.script('INSERT INTO t VALUES (1); INSERT INTO nowhere VALUES (1)'));
      const after = db.sql('SELECT a FROM t');
      const whole = answerOf(() => transaction(() => db.script('INSERT INTO t VALUES (2); INSERT INTO nowhere VALUES (1)')));
      return [loose, after, whole, db.sql('SELECT a FROM t')];
    } },
  { says: 'double quotes make neither a text nor a name, and neither do other marks', run: each(['SELECT "abc"', 'SELECT `abc`', 'SELECT [abc]']), comes: [QUOTES, QUOTES, QUOTES] },
  { says: 'double quotes inside a text are a part of it', run: saying(`SELECT '"a" [b] \`c\` :d' AS it`), comes: [{ it: '"a" [b] `c` :d' }] },
  { says: 'a text that is not closed is refused', run: saying("SELECT 'abc"), comes: 'BadStatement: a text is not closed' },
  { says: 'UPDATE and DELETE with LIMIT or ORDER BY are refused', comes: ['UPDATE takes no LIMIT', 'DELETE takes no LIMIT', 'DELETE takes no ORDER', 'UPDATE takes no LIMIT']
      .map((what) => `BadStatement: ${what}: choose the rows with a SELECT in brackets`),
    run: each(['UPDATE t SET a = 1 LIMIT 1', 'delete from t where a in (select 1) limit 1', 'DELETE FROM t ORDER BY a LIMIT 1', 'WITH w AS (SELECT 1) UPDATE t SET a = 1 LIMIT 1']) },
  { says: 'the same through a SELECT in brackets works', comes: [{ a: 2 }],
    run: (db) => last(db.script('CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)'), db.sql('DELETE FROM t WHERE rowid IN (SELECT rowid FROM t ORDER BY a LIMIT 1)'), db.sql('SELECT a FROM t')) },
  { says: 'INSERT from a SELECT with LIMIT, and with ON CONFLICT DO UPDATE, works', comes: [{ a: 1, n: 2 }],
    run: (db) => last(db.script('CREATE TABLE t (a UNIQUE, n); INSERT INTO t VALUES (1, 1)'), db.sql('INSERT INTO t SELECT a, n FROM t WHERE true ORDER BY a LIMIT 1 ON CONFLICT (a) DO UPDATE SET n = n + 1 RETURNING a, n')) },
];

const LIMITS: Case[] = [
  { says: 'a hundred parameters are fine', run: (db) => db.sql(`SELECT ${times(100, '?', ' + ')} AS sum`, ...Array<Bind>(100).fill(1)), comes: [{ sum: 100 }] },
  { says: 'a hundred and one parameters are refused', run: (db) => db.sql(`SELECT max(${times(20, '?', ', ')}), ${times(81, '?', ', ')}`, ...Array<Bind>(101).fill(1)), comes: ERROR },
  { says: 'a long list goes through json_each', comes: [{ n: 1_000 }],
    run: (db) => db.sql('SELECT count(*) AS n FROM json_each(?) WHERE value IN (SELECT value FROM json_each(?))', JSON.stringify([...Array(1_000).keys()]), JSON.stringify([...Array(1_000).keys()])) },
  { says: 'a pattern of 50 bytes is fine', run: (db) => db.sql('SELECT ? LIKE ? AS yes', 'abc', `${'a'.repeat(49)}%`), comes: [{ yes: 0 }] },
  { says: 'a pattern of 51 bytes is refused', run: (db) => db.sql('SELECT ? LIKE ? AS yes', 'abc', `${'a'.repeat(50)}%`), comes: ERROR },
  { says: 'any length is found by instr and by a trigram index', comes: [{ body: `${'x'.repeat(60)} and more` }],
    run: (db) => last(db.script("CREATE VIRTUAL TABLE t USING fts5(body, tokenize = 'trigram')"), db.sql('INSERT INTO t VALUES (?)', `${'x'.repeat(60)} and more`),
      db.sql('SELECT body FROM t WHERE t MATCH ? AND instr(body, ?) > 0', `"${'x'.repeat(55)}"`, 'x'.repeat(55))) },
  { says: 'five SELECTs in a UNION are fine', run: saying(times(5, 'SELECT 1 AS it', ' UNION ')), comes: [{ it: 1 }] },
  { says: 'six SELECTs in a UNION are refused', run: saying(times(6, 'SELECT 1 AS it', ' UNION ')), comes: ERROR },
  { says: 'an expression more than a hundred deep is refused', run: saying(`SELECT ${times(101, '1', ' + ')}`), comes: ERROR },
  { says: 'a function takes 32 arguments', run: saying(`SELECT max(${times(32, '1', ', ')}) AS it`), comes: [{ it: 1 }] },
  { says: 'a function of more arguments than either host takes is refused', run: saying(`SELECT max(${times(128, '1', ', ')})`), comes: ERROR },
  { says: 'a table of a hundred and one columns is refused', comes: ERROR,
    run: scripting(`CREATE TABLE t (${[...Array(101).keys()].map((n) => `c${n}`).join(', ')})`) },
  { says: 'a statement of more than 100 KB is refused', run: saying(`SELECT '${'x'.repeat(100_000)}'`), comes: TOO_BIG },
  { says: 'triggers more than ten deep are refused', comes: ERROR,
    run: (db) => {
      for (let n = 0; n <= 12; n++) db.script(`CREATE TABLE t${n} (a)`);
      for (let n = 0; n < 12; n++) db.script(`CREATE TRIGGER go${n} AFTER INSERT ON t${n} BEGIN INSERT INTO t${n + 1} VALUES (1); END`);
      return db.sql('INSERT INTO t0 VALUES (1)');
    } },
];

const ANSWERS: Case[] = [
  { says: 'a key that is there already', comes: CONSTRAINT,
    run: (db) => last(db.script('CREATE TABLE t (a UNIQUE)'), db.sql('INSERT INTO t VALUES (1)'), db.sql('INSERT INTO t VALUES (1)')) },
  { says: 'a NULL where there may be none', run: (db) => last(db.script('CREATE TABLE t (a NOT NULL)'), db.sql('INSERT INTO t VALUES (NULL)')), comes: CONSTRAINT },
  { says: 'a row that refers to none', comes: CONSTRAINT,
    run: (db) => last(db.script('CREATE TABLE a (id PRIMARY KEY); CREATE TABLE b (a REFERENCES a (id))'), db.sql('INSERT INTO b VALUES (1)')) },
  { says: 'a trigger that raises', comes: CONSTRAINT,
    run: (db) => last(db.script("CREATE TABLE t (a); CREATE TRIGGER no BEFORE INSERT ON t BEGIN SELECT raise(ABORT, 'no'); END"), db.sql('INSERT INTO t VALUES (1)')) },
  { says: 'a table that is not there', run: saying('SELECT * FROM nowhere'), comes: ERROR },
  { says: 'a word that is no SQL', run: saying('SELEKT 1'), comes: ERROR },
  { says: 'JSON that is none', run: saying("SELECT json('{')"), comes: ERROR },
  { says: 'a statement that failed before works when the data allow it', comes: [CONSTRAINT, []],
    run: (db) => last(db.script('CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)'), [answerOf(() => db.sql('INSERT INTO t VALUES (?)', 1)), db.sql('INSERT INTO t VALUES (?)', 2)]) },
  { says: 'a known statement goes on when the table has changed under it', comes: [[{ a: 1 }], [{ a: 1, b: null }]],
    run: (db) => {
      db.script('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
      const before = db.sql('SELECT * FROM t');
      db.script('ALTER TABLE t ADD COLUMN b');
      return [before, db.sql('SELECT * FROM t')];
    } },
  { says: 'ON CONFLICT DO NOTHING RETURNING tells new from known', comes: [[{ added: 1 }], []],
    run: (db) => last(db.script('CREATE TABLE t (a UNIQUE)'), [1, 2].map(() => db.sql('INSERT INTO t VALUES (7) ON CONFLICT (a) DO NOTHING RETURNING 1 AS added'))) },
  { says: 'everything is written, whether or not anybody looks at what RETURNING says', comes: [{ n: 3 }],
    run: (db) => last(db.script('CREATE TABLE t (a)'), db.sql('INSERT INTO t VALUES (1), (2), (3) RETURNING a'), db.sql('SELECT count(*) AS n FROM t')) },
  { says: 'all rows come, in order', run: saying("SELECT value AS n FROM json_each('[3,1,2]') ORDER BY value DESC"), comes: [{ n: 3 }, { n: 2 }, { n: 1 }] },
  { says: 'of two columns of one name the last is kept', run: saying('SELECT 1 AS a, 2 AS a'), comes: [{ a: 2 }] },
  { says: 'what a transaction wrote is gone when it throws', comes: ['Error: changed my mind', [{ n: 1 }]],
    run: (db, transaction) => {
      db.script('CREATE TABLE t (a)');
      transaction(() => db.sql('INSERT INTO t VALUES (1)'));
      const thrown = answerOf(() => transaction(() => { db.sql('INSERT INTO t VALUES (2)'); throw new Error('changed my mind'); }));
      return [thrown, db.sql('SELECT count(*) AS n FROM t')];
    } },
  { says: 'words are kept without their texts, found newest first, and taken out again', comes: [[{ n: 3 }, { n: 1 }], [{ n: 1 }], [{ n: 1 }], [{ last: 3, first: -2 }], [{ n: 3 }], []],
    run: (db, transaction) => {
      migrate({ ...bound(db), transaction } as Host);
      db.sql("INSERT INTO told (told) VALUES ('flush')");
      const find = (query: string) => db.sql('SELECT rowid AS n FROM told WHERE told MATCH ? AND rowid BETWEEN 1 AND ? ORDER BY rowid DESC LIMIT ?', query, Number.MAX_SAFE_INTEGER, 9);
      for (const [n, words] of [[1, 'earl grey tea'], [2, 'coffee'], [3, 'green tea'], [-1, 'tea of hers'], [-2, '']] as const) db.sql('INSERT INTO told (rowid, words) VALUES (?, ?)', n, words);
      const found = [find('"tea" *'), find('"grey tea" AND "ear" *'), db.sql("SELECT -rowid AS n FROM told WHERE told MATCH '\"tea\"' AND rowid BETWEEN ? AND -1 ORDER BY rowid LIMIT 9", -5)];
      const kept = db.sql('SELECT max(id) AS last, min(id) AS first FROM told_docsize');
      db.sql("INSERT INTO told (told, rowid, words) VALUES ('delete', ?, ?)", 1, 'earl grey tea');
      const without = find('"tea" *');
      db.sql("INSERT INTO told (told) VALUES ('delete-all')");
      return [...found, kept, without, find('"coffee" *')];
    } },
  { says: 'every table of ours comes into being, and a second start changes nothing', comes: true,
    run: (db, transaction) => {
      const host = { ...bound(db), transaction } as Host;
      const tables = () => toJson(db.sql("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name"));
      migrate(host);
      const once = tables();
      migrate(host);
      return once.includes('CREATE TABLE message') && once === tables();
    } },
];
const bound = (db: Sql): Sql => ({ sql: db.sql.bind(db), script: db.script.bind(db) });

/** Each can be done with SQLite, on Node: that they are refused is our doing there, and the runtime's on the edge. */
export const FORBIDDEN: [what: string, statements: string[]][] = [
  ['transactions of its own', ['BEGIN', 'SAVEPOINT s', 'BEGIN; COMMIT', 'BEGIN; ROLLBACK', 'BEGIN; END', 'SAVEPOINT s; RELEASE s']],
  ['other files', ["ATTACH ':memory:' AS other", 'VACUUM']],
  ['tables that vanish', ['CREATE TEMP TABLE t (a)', 'CREATE TABLE temp.t (a)', 'CREATE TEMP VIEW v AS SELECT 1', 'CREATE VIRTUAL TABLE temp.t USING fts5(a)']],
  ['what the runtime keeps for itself', ['CREATE TABLE _cf_mine (a)']],
  ['modules that are not there', ['CREATE VIRTUAL TABLE t USING fts3(a)', 'CREATE VIRTUAL TABLE t USING fts4(a)', 'CREATE VIRTUAL TABLE t USING dbstat', 'SELECT * FROM dbstat']],
  ['pragmas that say what a host is like', ['user_version', 'user_version = 5', 'journal_mode', 'synchronous', 'integrity_check', 'wal_checkpoint', 'page_count', 'application_id', 'compile_options', 'secure_delete = OFF', 'writable_schema = ON']
    .map((name) => `PRAGMA ${name}`)],
  ['pragmas as tables', ['SELECT * FROM pragma_user_version', 'SELECT count(*) FROM pragma_compile_options']],
  ['functions that are not there', ['sqlite_version()', "json_pretty('[]')", "json_error_position('[]')", "json_array_insert('[1]', '$[0]', 2)", 'if(1, 2, 3)', 'log10(10)', 'power(2, 3)', 'ceiling(1.5)', 'sqlite_source_id()', "unistr('a')"]
    .map((call) => `SELECT ${call}`)],
];
const isOne = (statement: string): boolean => !statement.includes(';');
const REFUSALS: Case[] = FORBIDDEN.flatMap(([what, statements]) => [
  { says: `${what}: refused in a script`, comes: statements.map(() => 'refused'),
    run: (db: Sql) => statements.map((statement) => refusalOf(() => db.script(statement))) },
  { says: `${what}: refused in a statement`, comes: statements.filter(isOne).map(() => 'refused'),
    run: (db: Sql) => statements.filter(isOne).map((statement) => refusalOf(() => db.sql(statement))) },
]);
/** Which code a refusal has depends on the host. */
const refusalOf = (work: () => unknown): unknown => {
  const answer = answerOf(() => work() ?? 'done');
  return typeof answer === 'string' && answer.startsWith('SQLite ') ? 'refused' : answer;
};

export const TOPICS: [topic: string, cases: Case[]][] = [
  ['what is bound', BINDS], ['what is said', STATEMENTS], ['how much', LIMITS], ['what comes back', ANSWERS], ['what is forbidden', REFUSALS],
];
const CASES: Case[] = TOPICS.flatMap(([, cases]) => cases);
