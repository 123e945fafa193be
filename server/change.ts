/** What one handler has changed: collected while it writes, told once, after its last row. */
import type { Entry, Id, Message, Rev } from '../protocol/messages.ts';
import type { Host } from './host.ts';
import type { ThreadRow } from './threads.ts';

export class Change {
  readonly host: Host;
  #rev = 0;
  readonly messages: Message[] = [];
  /** For agents alone. */
  readonly entries: Entry[] = [];
  /** As they stand after the change. */
  readonly threads = new Map<Id, ThreadRow>();
  readonly visitors = new Set<Id>();
  readonly agents = new Set<Id>();
  readonly gone = new Set<Id>();
  /** Agents who hold more or fewer threads than before. */
  readonly counts = new Set<Id>();
  /** What every agent knows of the brand. */
  brand = false;
  /** Something waits that did not, or a slot may have become free: the queue is looked at before this is told. */
  desk = false;
  /** Many spoke at once: what can wait, waits. */
  isCrowded = false;

  constructor(host: Host) {
    this.host = host;
  }

  /** The number of this change: taken once, and only by a handler that writes a row. */
  get rev(): Rev {
    return this.#rev ||= this.host.sql<{ rev: Rev }>('UPDATE head SET rev = rev + 1 RETURNING rev')[0]!.rev;
  }

  get any(): boolean {
    return this.#rev > 0;
  }
}
