/** Answers that are kept ready, with places for the two names. */
import { signal } from '@preact/signals';
import type { Answer, Failure } from './doors.ts';
import { plain } from './mentions.ts';
import type { Id } from '../protocol/messages.ts';

export interface Canned { id: Id; name: string; body: string }

export type ReadyAnswers = ReturnType<typeof createCanned>;

/** Held while the page is open, and fetched anew whenever the list is opened: what was there shows at once. */
export function createCanned(fetch: () => Promise<Answer<{ canned: Canned[] }>>) {
  const all = signal<readonly Canned[] | undefined>(undefined);
  const failure = signal<Failure | undefined>(undefined);
  let isAsking = false;
  return {
    all, failure,
    async load() {
      if (isAsking) return;
      isAsking = true;
      const answer = await fetch();
      isAsking = false;
      failure.value = answer.failure;
      if (!answer.failure) all.value = answer.value.canned;
    },
  };
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
