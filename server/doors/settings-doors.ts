/** What an owner sets, and the line that puts the widget on a page. */
import { SETTINGS, type Settings } from '../../protocol/settings.ts';
import type { Call } from './door.ts';

/** Seven days of six spans, and two texts in sixty languages. */
const KEYS = 400;
export const NEW_SETTINGS = { shape: SETTINGS, bytes: 524_288, keys: KEYS, type: 'json' } as const;

export async function getSettings({ owner, house }: Call): Promise<object> {
  const settings = await owner.run((brand) => brand.settings);
  return { settings, tag: tagOf(house.url, owner.id) };
}

export async function putSettings({ owner, house, body }: Call<Settings>): Promise<object> {
  await owner.run((brand) => brand.change(body));
  house.log('settings_changed', { brand: owner.id });
  return { settings: body };
}

export const tagOf = (url: string, brand: string): string => `<script async src="${url}/widget.js" data-brand="${brand}"></script>`;
