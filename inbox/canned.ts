/** Answers that are kept ready, with places for the two names. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Answer, Failure } from './doors.ts';
import { plain } from './mentions.ts';
import type { Id } from '../protocol/messages.ts';

export interface Canned { id: Id; name: string; body: string }

export type ReadyAnswers = ReturnType<typeof createCanned>;

/**
 * Held while the page is open: fetched when the server says that they are others, and whenever the list is opened.
 * @param told the tag of those that there are now, while there is a line; nothing where nobody has said
 */
export function createCanned(fetch: () => Promise<Answer<{ canned: Canned[]; tag?: string }>>, told: ReadonlySignal<string | undefined>) {
  const all = signal<readonly Canned[] | undefined>(undefined);
  const failure = signal<Failure | undefined>(undefined);
  let isAsking = false;
  let tag: string | undefined;
  async function load(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    let asked: string | undefined;
    do {
      asked = told.peek();
      const answer = await fetch();
      failure.value = answer.failure;
      if (answer.failure) continue;
      all.value = answer.value.canned;
      tag = answer.value.tag;
      // A colleague may have saved again while the answer was on its way.
    } while (told.peek() !== asked && told.peek() !== tag);
    isAsking = false;
  }
  const stop = effect(() => { if (told.value !== undefined && told.value !== tag) void load(); });
  return { all, failure, load, close: stop };
}

/** By name first, then by what they say. */
export function cannedLike(query: string, all: readonly Canned[]): Canned[] {
  const wanted = plain(query.trim());
  const rank = ({ name, body }: Canned): number =>
    plain(name).startsWith(wanted) ? 0 : plain(name).includes(wanted) ? 1 : plain(body).includes(wanted) ? 2 : 3;
  return all.map((each) => ({ each, rank: rank(each) })).filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank || a.each.name.localeCompare(b.each.name)).map(({ each }) => each);
}

/** A name that is not known leaves no hole: "Hello {visitor}, …" becomes "Hello, …". */
export function fillIn(body: string, names: { visitor: string | undefined; agent: string }): string {
  return body.replaceAll(/([ \t]?)\{(visitor|agent)\}/g, (_all, space: string, who: 'visitor' | 'agent') =>
    names[who] ? space + names[who] : '').replace(/^[ \t,;:]+/, '');
}
