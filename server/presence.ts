/**
 * Who is here: whoever has an open connection that was heard of within the lease. Nothing is stored but the time
 * somebody was last here, so a restart knows no less than before it.
 */
import { CLOSE } from '../protocol/frames.ts';
import { HELLO_MS, LEASE_MS, PAGE_TURN_MS } from '../protocol/limits.ts';
import type { Id, Time } from '../protocol/messages.ts';
import { hasRunOut } from './sessions.ts';
import type { Brand } from './brand.ts';
import type { Change } from './change.ts';
import type { Who } from './host.ts';
import { isOpen } from './hours.ts';
import type { Seat } from './routing.ts';
import { greeted } from './tell.ts';

const MINUTE_MS = 60_000;
/** The process may die with all its lines, and nobody hears them end: that somebody was here is written down at every other look around. */
const SEEN_EVERY_MS = 30_000;

export class Presence {
  readonly #brand: Brand;
  /** Those whom the agents were told of as here: everybody who is still connected, where connections outlive our memory. */
  readonly #told: Set<string>;
  /** What visitors were told last; telling them once more does no harm. */
  #available: boolean | undefined;

  constructor(brand: Brand) {
    this.#brand = brand;
    this.#told = new Set(greeted(brand.host.connections()).map((each) => tagOfPerson(each.data)));
  }

  /** The visitors and agents with a live connection, for an agent's `ok`. */
  here(): Id[] {
    const live = greeted(this.#brand.host.connections()).filter((each) => each.heard > this.#brand.host.now() - LEASE_MS);
    return [...new Set(live.map((each) => idOf(each.data)))];
  }

  isHere(tag: string): boolean {
    const since = this.#brand.host.now() - LEASE_MS;
    return greeted(this.#brand.host.connections(tag)).some((each) => each.heard > since);
  }

  /** Not on the site, nor between two of its pages. */
  isAway(tag: string): boolean {
    return !this.isHere(tag) && !this.#told.has(tag);
  }

  /** After a `hi`. */
  came(change: Change, who: Who): void {
    const tag = tagOfPerson(who);
    this.#brand.jobs.cancel('away', tag);
    if (!this.#told.has(tag)) this.#tellAgents(tag, true);
    if (who.role !== 'agent') return;
    if (!this.#brand.host.full) this.#brand.agents.seen(who.agent, this.#brand.host.now());
    // She may be the one for whom the queue has waited.
    change.desk = true;
    this.tellAvailable();
  }

  /** Who may be given threads: available, and here, or gone for less than her brand lets pass (rule D3). */
  seats(): Seat[] {
    const since = this.#brand.host.now() - this.#brand.settings.desk.absentMinutes * MINUTE_MS;
    return this.#brand.agents.seats().filter(({ agent, seenAt }) => (seenAt !== null && seenAt > since) || this.isHere(`a:${agent}`));
  }

  isIn(id: Id): boolean {
    return this.seats().some(({ agent }) => agent === id);
  }

  connected(): void {
    this.#brand.jobs.ensure('sweep', this.#brand.host.now() + HELLO_MS);
  }

  /** After a close: away only when the next page does not come. */
  went(who: Who): void {
    if (!who.greeted) return;
    const tag = tagOfPerson(who);
    if (!this.isHere(tag)) this.#brand.jobs.ensure('away', this.#brand.host.now() + PAGE_TURN_MS, tag);
  }

  /** The job behind `went`. @param since when her last connection went: long ago, if nobody was up to do the job in time */
  away(change: Change, tag: string, since: Time): void {
    if (this.isHere(tag)) return;
    this.#tellAgents(tag, false);
    const id = tag.slice(2);
    if (tag.startsWith('v:')) {
      if (this.#brand.visitors.exists(id)) this.#brand.visitors.left(change, id);
      return;
    }
    this.#brand.agents.left(id, since);
    change.desk = true;
    this.tellAvailable();
  }

  /**
   * Closes what said no `hi` in time, and what has not been heard for a lease: its owner is gone, or on another line. Looks
   * again when the next may run out, and only while an agent is there to be told: where a brand sleeps, each look wakes it.
   */
  sweep(): void {
    const now = this.#brand.host.now();
    const all = this.#brand.host.connections();
    const isWatched = all.some(({ data }) => data.role === 'agent');
    let next = Infinity;
    for (const each of all) {
      const silent = now - each.heard;
      if (!each.data.greeted && silent >= HELLO_MS) this.#brand.sendAway(each, CLOSE.silent, 'no hi in time');
      else if (!each.data.greeted) next = Math.min(next, each.heard + HELLO_MS);
      else if (each.data.role === 'agent' && hasRunOut(this.#brand.host, each.data.session)) this.#brand.sendAway(each, CLOSE.token, 'sign in again');
      else if (silent >= LEASE_MS) each.close(CLOSE.tryLater, 'not heard of');
      else {
        if (each.data.role === 'agent' && !this.#brand.host.full) this.#brand.agents.seen(each.data.agent, now, SEEN_EVERY_MS);
        if (isWatched) next = Math.min(next, each.heard + LEASE_MS);
      }
    }
    // A close may have been heard in a batch that failed.
    for (const tag of this.#told) if (!this.isHere(tag)) this.#brand.jobs.ensure('away', now + PAGE_TURN_MS, tag);
    if (next < Infinity) this.#brand.jobs.schedule('sweep', next);
  }

  /** Somebody who may take a thread is in, and the brand is open. */
  available(): boolean {
    if (!isOpen(this.#brand.settings.hours, this.#brand.host.now())) return false;
    return this.#brand.agents.all().some((agent) => agent.status === 'available' && !agent.left && this.isHere(`a:${agent.id}`));
  }

  /** Tells visitors when the answer has changed. */
  tellAvailable(): void {
    const available = this.available();
    if (available === this.#available) return;
    this.#available = available;
    for (const each of greeted(this.#brand.host.connections('visitors'))) each.send({ type: 'presence', available });
  }

  #tellAgents(tag: string, here: boolean): void {
    if (here) this.#told.add(tag);
    else this.#told.delete(tag);
    for (const each of greeted(this.#brand.host.connections('agents'))) each.send({ type: 'presence', who: tag.slice(2), here });
  }
}

const idOf = (who: Who): Id => (who.role === 'visitor' ? who.visitor : who.agent);
const tagOfPerson = (who: Who): string => (who.role === 'visitor' ? `v:${who.visitor}` : `a:${who.agent}`);
