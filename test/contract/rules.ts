/** Which rule of `protocol/README.md` is tested by what: a rule's numbers stand in front of its test's name. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** What a client does by itself, so that no server can tell whether it did. Tests of the client and the widget look after these. */
const NOT_ON_THE_WIRE: Record<string, string> = {
  C4: 'says when a client opens no connection',
  C7: 'says what a client makes of a refusal that it cannot read',
  P5: 'says what a client passes over',
  S10: 'says what a client pulls; that there are no holes is tested as M4',
  S11: 'says what a client keeps on its own disk',
  D6: 'says what happens after an hour at the least: test/routing.test.ts, test/histories.test.ts',
  M5: 'says what stands in the outbox, and until when',
  M6: 'says how much a client has on its way, and when it sends it again',
  M8: 'says which words a client shows',
  W3: 'says what a client counts',
  X2: 'says when a client comes back',
};

/** Parts of rules that are about more than a few seconds. Tests of the core turn its clock instead. */
const TOO_LONG_TO_WAIT_FOR: Record<string, string> = {
  C5: 'a ticket is good for 30 s: test/access.test.ts',
  E2: 'a lease runs out after 75 s: test/brand.test.ts',
  R3: 'what comes back within a minute, an hour, a day: test/rates.test.ts, test/abuse-flood.test.ts',
};

const tested = new Set<string>();

/** A test of the contract. @param name begins with the rules it is about, in brackets */
export function rule(name: string, work: () => Promise<void> | void): void {
  note(name);
  test(name, work);
}

const slow: (() => void)[] = [];

/** One that waits. It is begun with `beginSlowRules`, beside all the others, and looked at when its turn comes. */
export function slowRule(name: string, work: () => Promise<void>): void {
  note(name);
  let outcome: Promise<PromiseSettledResult<void>[]>;
  slow.push(() => { outcome = Promise.allSettled([work()]); });
  test(name, async () => {
    for (const each of await outcome) if (each.status === 'rejected') throw each.reason;
  });
}

export const beginSlowRules = (): void => slow.forEach((begin) => { begin(); });

function note(name: string): void {
  for (const [, number] of name.matchAll(/\[([A-Z]\d+)\]/g)) tested.add(number!);
}

/** Comes last. */
export function everyRule(): void {
  describe('every rule of protocol/README.md', () => {
    const page = readFileSync(new URL('../../protocol/README.md', import.meta.url), 'utf8');
    const rules = [...page.matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map(([, number]) => number!);

    test('is tested here, or is nothing that a server could be asked', () => {
      expect(rules.length).toBeGreaterThan(60);
      expect(rules.filter((number) => !tested.has(number) && !(number in NOT_ON_THE_WIRE))).toEqual([]);
    });

    test('is on one of the two lists only, and the lists name no others', () => {
      expect(Object.keys(NOT_ON_THE_WIRE).filter((number) => tested.has(number))).toEqual([]);
      expect([...tested, ...Object.keys(NOT_ON_THE_WIRE), ...Object.keys(TOO_LONG_TO_WAIT_FOR)].filter((number) => !rules.includes(number))).toEqual([]);
      expect(Object.keys(TOO_LONG_TO_WAIT_FOR).filter((number) => !tested.has(number)), 'a rule that is tested in part').toEqual([]);
    });
  });
}
