/** The parts of a browser that the client uses, each of the tab in which it is asked for. */
import { RawChannel, type Tab, tabAt } from './device.ts';
import { rangeOf, shelvesOf } from './shelf.ts';
import { ClientSocket } from './line.ts';
import { playing, stage } from './stage.ts';

export const Browser: Record<string, unknown> = {
  WebSocket: ClientSocket,
  BroadcastChannel: RawChannel,
  IDBKeyRange: rangeOf,
  fetch: (url: string, init?: { body?: string; keepalive?: boolean; signal?: AbortSignal | null }) => stage().net.fetch(url, init ?? {}),
};
for (const [name, find] of Object.entries({
  window: (tab: Tab) => tab.window,
  document: (tab: Tab) => tab.document,
  location: (tab: Tab) => tab.location,
  indexedDB: shelvesOf,
})) Object.defineProperty(Browser, name, { enumerable: true, configurable: true, get: () => { const at = playing(); return at && find(tabAt(at.world.current)); } });
