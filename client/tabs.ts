/** The other tabs of this page's origin, told that the disk has changed. Whoever says whatever there: it means no more than to look. */

/** A burst of changes is looked at once. */
const BURST_MS = 40;

export interface Tabs {
  nudge(): void;
  listen(): void;
  close(): void;
}

export function openTabs(name: string, look: () => void): Tabs {
  let channel: BroadcastChannel | undefined;
  let soon: ReturnType<typeof setTimeout> | undefined;
  return {
    nudge: () => channel?.postMessage(0),
    listen() {
      // Safari before 15.4 has none: there a tab learns of the others when it is reloaded, or over its own line.
      if (channel || typeof BroadcastChannel === 'undefined') return;
      channel = new BroadcastChannel(name);
      channel.onmessage = () => {
        clearTimeout(soon);
        soon = setTimeout(look, BURST_MS);
      };
    },
    close() {
      clearTimeout(soon);
      channel?.close();
      channel = undefined;
    },
  };
}
