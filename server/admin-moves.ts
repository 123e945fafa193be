/** The errands of which a move is made (moving.ts): what is carried goes through them as text, a page at a time. */
import type { Id } from '../protocol/messages.ts';
import { exact, exactly, list, type Shape, text, whole } from '../protocol/shape.ts';
import type { Verb } from './admin-verbs.ts';
import { Problem } from './errand.ts';
import type { Estate, Owner } from './host.ts';
import { type Header, type Bookmark, type Page, packPage, seal, settle, unpackPage, unseal } from './moving.ts';
import { SCHEMA } from './schema.ts';

export const MOVES: Record<string, Verb> = {
  seal: sealBrand, pack, unseal: unsealBrand, arrive: makeRoom, unpack, settle: settleBrand, 'brand remove': removeBrand,
};

async function sealBrand(house: Estate, id: Id = ''): Promise<string> {
  const header = await (await owned(house, id)).run(seal);
  house.log('brand_sealed', { brand: id });
  return JSON.stringify(header);
}

/** @param mark what the page before said; none for the first. @returns a page and its mark, or nothing: that was all */
async function pack(house: Estate, id: Id = '', mark = ''): Promise<string> {
  const owner = await owned(house, id);
  const page = await owner.run((brand) => packPage(brand, mark ? read(mark, BOOKMARK) : undefined));
  return page ? JSON.stringify(page) : '';
}

async function unsealBrand(house: Estate, id: Id = ''): Promise<string> {
  await (await owned(house, id)).run(unseal);
  house.log('brand_unsealed', { brand: id });
  return `"${id}" is open here again. If it was imported somewhere else, remove it there: what is said in one house the other never hears of.`;
}

async function makeRoom(house: Estate, id: Id = '', header = ''): Promise<string> {
  const coming = read(header, HEADER);
  if (coming.brand !== id) throw new Problem(`this is the brand "${coming.brand}", and not "${id}"`);
  if (coming.schema > SCHEMA) throw new Problem(`it was exported by a newer version of Leaveword (schema ${coming.schema}; here it is ${SCHEMA}): update this one first`);
  const there = await house.owner(id);
  if (there) {
    const moving = await there.run((brand) => brand.moving);
    if (moving === 'sealed') throw new Problem(`"${id}" is here, sealed: open it again (admin unseal ${id}), or remove it first (admin brand remove ${id})`);
    if (!moving) throw new Problem(`there is a brand "${id}" already`);
    await house.remove(id); // the rest of an import that was cut off
  }
  await house.makeRoom(id, coming);
  house.log('brand_arriving', { brand: id });
  return '';
}

async function unpack(house: Estate, id: Id = '', page = ''): Promise<string> {
  await (await owned(house, id)).run((brand) => unpackPage(brand, read(page, PAGE)));
  return '';
}

async function settleBrand(house: Estate, id: Id = '', rows = ''): Promise<string> {
  await (await owned(house, id)).run((brand) => settle(brand, Number(rows)));
  house.log('brand_settled', { brand: id, rows: Number(rows) });
  return '';
}

/** Only what is closed already: nobody who is talking is cut off by a word too much. */
async function removeBrand(house: Estate, id: Id = ''): Promise<string> {
  if (!await (await owned(house, id)).run((brand) => brand.moving)) throw new Problem(`"${id}" is open. Export it first: what is removed is gone.`);
  await house.remove(id);
  house.log('brand_removed', { brand: id });
  return `"${id}" is gone from here.`;
}

/** @throws Problem when there is none */
export async function owned(house: Estate, id: Id): Promise<Owner> {
  const owner = await house.owner(id);
  if (!owner) throw new Problem(`there is no brand "${id}": see admin brand list`);
  return owner;
}

const NAME_CHARS = 40;
const COLUMNS_MOST = 100;
const PAGE_MOST = 1_000;
const name = text(NAME_CHARS);
const cell: Shape<string | number | null> = (value) =>
  value === null || typeof value === 'string' || Number.isSafeInteger(value) ? undefined : 'must be text, a whole number, or nothing';
const cells = list(cell, COLUMNS_MOST);

export const HEADER: Shape<Header> = exactly({
  leaveword: exact('brand'), brand: name, schema: whole(1), epoch: name, rev: whole(), created: whole(), at: whole(),
});
const BOOKMARK: Shape<Bookmark> = exactly({ table: name, key: cells });
const PAGE: Shape<Page> = exactly({ table: name, columns: list(name, COLUMNS_MOST), rows: list(cells, PAGE_MOST) });

/** @throws Problem when it is something else */
function read<T>(sent: string, shape: Shape<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(sent);
  } catch {
    throw new Problem('what was sent is not JSON');
  }
  const problem = shape(value);
  if (problem) throw new Problem(`what was sent is not part of a brand: ${problem}`);
  return value as T;
}
