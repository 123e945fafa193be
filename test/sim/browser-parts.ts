/** The parts of a browser that the client uses, each of the tab in which it is asked for. */
import { RawChannel, tabAt } from './device.ts';
import { rangeOf, shelvesOf } from './shelf.ts';
import { ClientSocket } from './line.ts';
import { stage } from './stage.ts';

export const Browser: Record<string, unknown> = {
  WebSocket: ClientSocket,
  BroadcastChannel: RawChannel,
  IDBKeyRange: rangeOf,
  fetch: (url: string, init?: { body?: string; keepalive?: boolean; signal?: AbortSignal | null }) => stage().net.fetch(url, init ?? {}),
};
for (const [name, find] of Object.entries({
  window: () => tabAt(stage().world.current).window,
  document: () => tabAt(stage().world.current).document,
  location: () => tabAt(stage().world.current).location,
  indexedDB: () => shelvesOf(tabAt(stage().world.current)),
})) Object.defineProperty(Browser, name, { enumerable: true, configurable: true, get: find });
