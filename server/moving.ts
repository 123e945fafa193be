/**
 * Moving house: a brand is sealed, so that nothing more is acknowledged here; read out page by page; written down there,
 * where nobody is let in until all of it has arrived; and opened under a new epoch, by which every client notices (S4, S5).
 */
import type { Rev, Time } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import { Problem } from './errand.ts';
import type { Bind, Host } from './host.ts';
import { SCHEMA } from './schema.ts';

/** Open to everybody; closed because it was read out for another house; closed until all of it has arrived in this one. */
export type Moving = '' | 'sealed' | 'arriving';

/**
 * What moves, and by which key it is paged: parents before those who refer to them. `head` travels in the header, and
 * each house has its own `schema`.
 */
export const TABLES: Record<string, string[]> = {
  setting: ['key'], identity_key: ['id'], agent: ['id'], visitor: ['id'], token: ['hash'], thread: ['id'], message: ['n'],
  event: ['visitor', 'id'], gone: ['visitor'], act: ['agent', 'id'], session: ['hash'], ticket: ['hash'], erased: ['hash'], job: ['kind', 'arg'],
  entry: ['n'], episode: ['thread', 'n'], conversion: ['id'], canned: ['id'], delivery: ['quarter', 'kind'], tally: ['one'],
  stood: ['thread'],
};

/** Of one page: small enough to be written between two messages of somebody else's brand. */
const PAGE_ROWS = 500;
const PAGE_CHARS = 512_000;

export interface Header { leaveword: 'brand'; brand: string; schema: number; epoch: string; rev: Rev; created: Time; at: Time }

type Cell = string | number | null;
export interface Page { table: string; columns: string[]; rows: Cell[][] }
/** The last row that was read. */
export interface Bookmark { table: string; key: Cell[] }

const NAME = /^[a-z_]{1,40}$/;
const EPOCH_BYTES = 12;
/** Whoever was here comes back then, not all in the same moment: perhaps to the other house already. */
const COME_BACK_MS = 2_000;
const COME_BACK_WITHIN_MS = 4_000;

/** How long somebody shall wait who wants to come in while the brand moves, in milliseconds. */
export function waitOf(host: Host): number {
  const [high, low] = host.random(2) as unknown as [number, number];
  return COME_BACK_MS + Math.round(((high << 8) | low) / 65_536 * COME_BACK_WITHIN_MS);
}

/** Nothing is written here any more, and everybody is sent away. A second time it changes nothing. */
export function seal(brand: Brand): Header {
  const { host } = brand;
  if (brand.moving === 'arriving') throw new Problem(`"${brand.id}" has not arrived here in whole: import it again`);
  brand.deliveries.keep();
  host.sql("UPDATE head SET moving = 'sealed'");
  host.wakeAt(null);
  for (const each of host.connections()) brand.turnAway(each);
  const { epoch, rev, created } = host.sql<{ epoch: string; rev: Rev; created: Time }>('SELECT epoch, rev, created FROM head')[0]!;
  return { leaveword: 'brand', brand: brand.id, schema: SCHEMA, epoch, rev, created, at: host.now() };
}

/** For a move that was given up. */
export function unseal(brand: Brand): void {
  if (brand.moving !== 'sealed') throw new Problem(`"${brand.id}" is not sealed`);
  brand.host.sql("UPDATE head SET moving = ''");
  brand.resume();
}

/** The rows behind `mark`, all of one table; nothing behind the last. */
export function packPage(brand: Brand, mark?: Bookmark): Page & { mark: Bookmark } | undefined {
  if (brand.moving !== 'sealed') throw new Problem(`"${brand.id}" is not sealed any more: what was read so far may be out of date. Export it again.`);
  const names = Object.keys(TABLES);
  const first = mark ? names.indexOf(mark.table) : 0;
  if (first < 0) throw new Problem('there is no such page');
  for (const table of names.slice(first)) {
    const rows = read(brand.host, table, mark?.table === table ? mark.key : undefined);
    if (rows.length) return toPage(table, rows);
  }
  return undefined;
}

type Row = Record<string, Cell>;

function read(host: Host, table: string, after: Cell[] | undefined): Row[] {
  const key = TABLES[table]!;
  const behind = after ? `WHERE (${key}) > (${key.map(() => '?')})` : '';
  return host.sql<Row>(`SELECT * FROM ${table} ${behind} ORDER BY ${key} LIMIT ${PAGE_ROWS}`, ...(after ?? []) as Bind[]);
}

function toPage(table: string, found: Row[]): Page & { mark: Bookmark } {
  const columns = Object.keys(found[0]!);
  const rows: Cell[][] = [];
  let room = PAGE_CHARS;
  for (const row of found) {
    const cells = columns.map((column) => row[column]!);
    room -= JSON.stringify(cells).length;
    if (room < 0 && rows.length) break;
    rows.push(cells);
  }
  const last = found[rows.length - 1]!;
  return { table, columns, rows, mark: { table, key: TABLES[table]!.map((column) => last[column]!) } };
}

/** Makes a brand that has just been made the empty place for one that moves in: until it is settled, nobody is let in. */
export function arrive(brand: Brand, { rev, created }: Header): void {
  const { host } = brand;
  for (const table of Object.keys(TABLES)) host.sql(`DELETE FROM ${table}`);
  brand.words.clear();
  host.sql("UPDATE head SET moving = 'arriving', rev = ?, created = ?", rev, created);
  host.wakeAt(null);
}

/** Writes a page down; the same page once more changes nothing, for its answer may have been lost. */
export function unpackPage(brand: Brand, { table, columns, rows }: Page): void {
  mustBeArriving(brand);
  if (!Object.hasOwn(TABLES, table) || !columns.every((column) => NAME.test(column))) throw new Problem(`this version of Leaveword has no such table: ${table}`);
  if (rows.some((row) => row.length !== columns.length)) throw new Problem(`a row of ${table} is not whole`);
  const query = `INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')}) ON CONFLICT DO NOTHING`;
  for (const row of rows) brand.host.sql(query, ...row);
}

/** All of it is here: the brand opens, under an epoch of its own, and does what fell due on the way. @param rows how many were sent */
export function settle(brand: Brand, rows: number): void {
  mustBeArriving(brand);
  const { host } = brand;
  const found = countRows(host);
  if (found !== rows) throw new Problem(`${found} of ${rows} rows have arrived: import "${brand.id}" again`);
  host.sql("UPDATE head SET moving = '', epoch = ?", newEpoch(host));
  brand.resume();
}

export function countRows(host: Host): number {
  return Object.keys(TABLES).reduce((sum, table) => sum + host.sql<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]!.n, 0);
}

function mustBeArriving(brand: Brand): void {
  if (brand.moving !== 'arriving') throw new Problem(`"${brand.id}" is not moving in`);
}

/** The name of a database's life: clients that knew another one start anew. */
export const newEpoch = (host: Host): string => [...host.random(EPOCH_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
