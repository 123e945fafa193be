/**
 * What was refused for now must not be overtaken by what came behind it. A client sends in order, and in order it sends again what was
 * refused; but what was on its way meanwhile comes in first, however late. So the messages of a connection that were refused
 * stand here in the order in which they came. Forgotten with the connection, and on a restart, which closes it.
 */
import type { Refusal } from '../protocol/frames.ts';
import type { Id, Time } from '../protocol/messages.ts';
import { LEAST_WAIT_MS } from './limits.ts';

interface Said { readonly id: Id; readonly thread: Id }
interface Waiting extends Said {
  /** Refused after the last refusal of all that stand before it. If it comes again sooner than they do, they were given up. */
  told: boolean;
  /** Answered for good, as far as memory knows: a commit may still fail, and bring it back to its place. */
  done: boolean;
}
interface Hold { code: Refusal; until: Time; ms: number; row: Waiting[] }

/** A client has 8 unanswered (rule M6) and keeps few that wait; whoever sends more without hearing an answer loses the order, not the words. */
const ROW_MOST = 64;

export class Holds {
  readonly #holds = new WeakMap<object, Hold>();
  /** As they were at the last commit, of those that have changed since. Nothing with a host that never hears again what a commit has lost. */
  #before: Map<object, Hold | undefined> | undefined;

  /** All is on disk so far. */
  kept(): void {
    if (!this.#before || this.#before.size) this.#before = new Map();
  }

  /** The commit has failed, and what it was to keep is heard again: what was taken must find its place before what was refused behind it. */
  lost(): void {
    for (const [connection, hold] of this.#before ?? []) {
      if (hold) this.#holds.set(connection, hold);
      else this.#holds.delete(connection);
    }
    this.kept();
  }

  #change(connection: object): void {
    if (!this.#before || this.#before.has(connection)) return;
    const hold = this.#holds.get(connection);
    this.#before.set(connection, hold && { ...hold, row: hold.row.map((each) => ({ ...each })) });
  }

  /** `said` was refused for `ms`: nothing on this connection is taken before that, and nothing of its thread before itself. */
  refused(connection: object, said: Said, code: Refusal, ms: number, now: Time): void {
    this.#change(connection);
    const hold = Object.assign(this.#holds.get(connection) ?? { row: [] }, { code, until: now + ms, ms });
    this.#holds.set(connection, hold);
    stand(hold, said);
  }

  /** @returns the time until `said` may come again, or 0 where it has waited; nothing where nobody waits */
  held(connection: object, said: Said, now: Time): { code: Refusal; wait: number } | undefined {
    const hold = this.#holds.get(connection);
    if (!hold) return undefined;
    const left = hold.until - now;
    // More than it ever was: the clock was set back.
    const wait = left > 0 && left <= hold.ms ? left : mayPass(hold, said) ? 0 : LEAST_WAIT_MS;
    if (wait) {
      this.#change(connection);
      stand(hold, said);
    }
    return { code: hold.code, wait };
  }

  /** `said` was taken or refused for good: it holds up nobody any more, nor does what was given up before it. */
  done(connection: object, said: Said): void {
    const hold = this.#holds.get(connection);
    if (!hold) return;
    this.#change(connection);
    const { row, at } = place(hold, said);
    for (const each of row.slice(0, at + 1)) each.done = true;
    if (hold.row.every((each) => each.done)) this.#holds.delete(connection);
  }

  holdsUp(connection: object): boolean {
    return this.#holds.has(connection);
  }
}

/** Those of its thread, and where it stands among them: -1 if it does not. */
function place({ row }: Hold, { id, thread }: Said): { row: Waiting[]; at: number } {
  const same = row.filter((each) => each.thread === thread);
  return { row: same, at: same.findIndex((each) => each.id === id) };
}

function mayPass(hold: Hold, said: Said): boolean {
  const { row, at } = place(hold, said);
  return !!row[at]?.told || row.slice(0, at < 0 ? row.length : at).every(({ done }) => done);
}

function stand(hold: Hold, { id, thread }: Said): void {
  const { row, at } = place(hold, { id, thread });
  if (at < 0) {
    if (hold.row.length >= ROW_MOST) hold.row = [];
    hold.row.push({ id, thread, told: true, done: false });
    return;
  }
  Object.assign(row[at]!, { told: true, done: false });
  // They may be on their way again, and were sent before this refusal was heard.
  for (const behind of row.slice(at + 1)) behind.told = false;
}
