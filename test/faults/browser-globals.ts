/** What the engine of the widget asks of a browser, where there is none: a disk, a page that is looked at, a socket that tells its origin. */
import 'fake-indexeddb/auto';
import { WebSocket as RealSocket } from 'ws';
import { openDatabase } from '../../client/database.ts';
import { startSync, type Sync } from '../../client/sync.ts';
import type { VisitorMe, VisitorSay } from '../../protocol/frames.ts';
import type { Thread } from '../../protocol/messages.ts';
import { row, TO_VISITOR } from '../../protocol/to-visitor.ts';

export type Visitor = Sync<Thread, VisitorSay, VisitorMe>;

/** @param origin where the page seems to stand */
export function beBrowser(origin: string): void {
  Object.assign(globalThis, {
    window: new EventTarget(),
    document: Object.assign(new EventTarget(), { hidden: false }),
    WebSocket: class extends RealSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { origin });
        // A line that fails closes as well, and that is heard.
        this.on('error', () => undefined);
      }
    },
  });
}

/** The network is said to be there again: nobody waits any longer before she tries. */
export const beOnline = (): boolean => window.dispatchEvent(new Event('online'));

export const visit = (url: string, brand: string, name: string, token: string): Visitor => {
  const sync: Visitor = startSync<Thread, VisitorSay, VisitorMe>({
    database: openDatabase(`leaveword:${name}`), side: 'visitor', frames: TO_VISITOR, row,
    url: `${url.replace('http', 'ws')}/v1/${brand}/visitor`, protocols: async () => ['chat.v1', `t.${token}`], hi: () => ({ lang: 'en' }),
  });
  sync.connect();
  return sync;
};
