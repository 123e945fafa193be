/** The brand as its agents hold it (rule D20): told anew whenever something of it is another. */
import type { BrandRow, Rev } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import { tagOf } from './canned.ts';
import type { Change } from './change.ts';

/** Under `setting`: when it was told last, and what the ready answers were then, which nobody should have to read through for each who comes. */
const KEY = 'told';
interface Told { rev: Rev; replies: string }
/** Nobody has saved any since this is told; who has others from before fetches them each time she comes. */
const NOTHING_YET: Told = { rev: 0, replies: tagOf([]) };

export function brandRow(brand: Brand): BrandRow {
  const { slots, survey } = brand.settings.desk;
  return { kind: 'brand', id: brand.id, slots, survey, ...toldOf(brand) };
}

/** @param replies the tag of the ready answers, where they are others now */
export function retellBrand(brand: Brand, change: Change, replies: string = toldOf(brand).replies): void {
  const told: Told = { rev: change.rev, replies };
  brand.host.sql('INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', KEY, JSON.stringify(told));
  change.brand = true;
}

function toldOf(brand: Brand): Told {
  const row = brand.host.sql<{ value: string }>('SELECT value FROM setting WHERE key = ?', KEY)[0];
  return row ? JSON.parse(row.value) as Told : NOTHING_YET;
}
