import { describe, expect, it } from 'vitest';
import {
  afterAgent, afterDismissal, afterEnd, afterReopen, afterRouting, afterSnooze, afterTake, afterTime, afterTransfer, afterVisitor, afterWake,
  FRESH, type Stale, type Standing, type Step,
} from '../server/desk.ts';
import { passageOf } from '../server/episodes.ts';
import { seeded } from './seeded.ts';

const HOUR = 3_600_000;
const everybody = () => true;
const nobody = () => false;
/** Of a step that was possible. */
const now = (step: Step | Stale): Standing => (step as Step).standing;
const asked = now(afterVisitor(FRESH, 10, everybody));
const adas = now(afterRouting(asked, 'ada', 20));
const answered = now(afterAgent(adas, 'ada', 30, false));
const ended = now(afterEnd(answered, 'ada', 40));
const snoozed = now(afterSnooze(answered, 'ada', 40, 1_000, true));
const givenUp = now(afterSnooze(answered, 'ada', 40, 1_000, false));

describe('D1: where a thread stands', () => {
  it('waits from the visitor\'s first unanswered message, not from her last', () => {
    expect(now(afterVisitor(asked, 20, everybody))).toMatchObject({ state: 'waiting', waiting: 10 });
  });

  it('belongs to the agent who answers it first, and the waiting is over', () => {
    const first = now(afterAgent(asked, 'ada', 20, false));
    expect(first).toMatchObject({ state: 'assigned', agent: 'ada', waiting: null, greeted: false, answered: 20 });
    expect(now(afterAgent(first, 'bob', 30, false))).toMatchObject({ agent: 'ada', answered: 30 });
  });

  it('passes to the agent who takes it, and stays ended if it was', () => {
    expect(now(afterTake(adas, 'bob', 50))).toMatchObject({ state: 'assigned', agent: 'bob', waiting: 10, held: 50 });
    expect(afterTake(ended, 'bob', 50)).toEqual({ standing: ended, entries: [] });
  });

  it('refuses what is not possible from there', () => {
    const refused = [
      afterSnooze(ended, 'ada', 50, 60, true), afterTransfer(ended, 'ada', 'bob', 50), afterTransfer(ended, 'ada', undefined, 50),
      afterWake(adas, 'ada', 50), afterWake(asked, 'ada', 50), afterWake(ended, 'ada', 50),
      afterReopen(adas, 'ada', 50, null), afterReopen(asked, 'ada', 50, null), afterReopen(snoozed, 'ada', 50, null),
      afterSnooze(adas, 'ada', 50, 50, true),
    ];
    for (const each of refused) expect(each).toHaveProperty('stale');
  });

  it('is never ended by anything but an agent\'s own end, in any history', () => {
    const seed = Date.now() % 1_000_000;
    const random = seeded(seed);
    const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)]!;
    for (let history = 0; history < 500; history++) {
      let standing = FRESH;
      for (let at = 1; at < 120; at++) {
        const agent = pick(['ada', 'bob']);
        const before = standing;
        const acts: Record<string, () => Step | Stale> = {
          visitor: () => afterVisitor(standing, at, pick([everybody, nobody])),
          say: () => afterAgent(standing, agent, at, random() < 0.5),
          take: () => afterTake(standing, agent, at),
          end: () => afterEnd(standing, agent, at),
          snooze: () => afterSnooze(standing, agent, at, at + 5, random() < 0.5),
          wake: () => afterWake(standing, agent, at),
          transfer: () => afterTransfer(standing, agent, pick(['ada', 'bob', undefined]), at),
          reopen: () => afterReopen(standing, agent, at, pick([null, at - 1])),
          ...(standing.state === 'snoozed' ? { time: () => afterTime(standing, at) } : {}),
          ...(standing.state === 'waiting' || standing.state === 'assigned' ? { route: () => afterRouting(standing, agent, at) } : {}),
          dismiss: () => afterDismissal(standing, at),
        };
        const what = pick(Object.keys(acts));
        const step = acts[what]!();
        if ('stale' in step) continue;
        standing = step.standing;
        const said = `seed ${seed}, history ${history}, step ${at}: ${what} of ${before.state} to ${standing.state}`;
        const { state } = standing;
        // Not `expect`, which costs more than the history.
        const holds = [
          state !== 'ended' || before.state === 'ended' || what === 'end',
          state !== 'ended' || standing.waiting === null,
          (standing.endedAt !== null) === (state === 'ended'),
          (standing.snoozeUntil !== null) === (state === 'snoozed'),
          state !== 'assigned' || standing.agent !== null,
          state !== 'waiting' || standing.agent === null,
          state === 'assigned' || standing.mark === null,
          standing.episode === before.episode || (standing.episode === before.episode + 1 && before.state === 'ended'),
        ];
        if (!holds.every(Boolean)) expect.fail(`${said}: ${JSON.stringify(holds)}`);
      }
    }
  });
});

describe('D4: transfer', () => {
  it('gives a thread to a colleague, marked, with the words for her', () => {
    const step = afterTransfer(snoozed, 'ada', 'bob', 50, 'She asks about wholesale.') as Step;
    expect(step.standing).toMatchObject({ state: 'assigned', agent: 'bob', mark: 'transferred', held: 50, snoozeUntil: null });
    expect(step.entries).toEqual([{ what: 'assigned', reason: 'transferred', by: 'ada', to: 'bob', text: 'She asks about wholesale.' }]);
  });

  it('without a colleague puts it back into the queue, and knows who gave it back', () => {
    const step = afterTransfer(adas, 'bob', undefined, 50) as Step;
    expect(step.standing).toMatchObject({ state: 'waiting', agent: null, lastAgent: 'ada', waiting: 10 });
    expect(step.entries).toEqual([{ what: 'assigned', reason: 'released', by: 'bob' }]);
  });

  it('to oneself is taking it', () => {
    const step = afterTransfer(adas, 'bob', 'bob', 50) as Step;
    expect(step.standing).toMatchObject({ agent: 'bob', mark: null });
    expect(step.entries).toEqual([{ what: 'assigned', reason: 'taken', by: 'bob', to: 'bob' }]);
    expect(afterTransfer(adas, 'ada', 'ada', 50)).toEqual({ standing: adas, entries: [] });
  });

  it('that takes an act back leaves it as it stood, also where it is already: under its mark, and since when (D6)', () => {
    const back = { mark: 'fallback', held: 3 } as const;
    for (const from of [adas, snoozed, asked]) expect(now(afterTransfer(from, 'ada', 'bob', 50, undefined, back))).toMatchObject({ state: 'assigned', agent: 'bob', mark: 'fallback', held: 3 });
    expect(afterTransfer(adas, 'ada', 'ada', 50, undefined, back)).toEqual({ standing: { ...adas, ...back }, entries: [] });
  });
});

describe('D5: snooze', () => {
  it('comes back to its agent at her message, or at the time; without keep it is the queue\'s', () => {
    expect(now(afterVisitor(snoozed, 50, nobody))).toMatchObject({ state: 'assigned', agent: 'ada', mark: 'returned', held: 50 });
    expect(now(afterTime(snoozed, 1_000))).toMatchObject({ state: 'assigned', agent: 'ada', mark: 'snooze_ended', lapses: 1, held: 1_000 });
    expect(now(afterVisitor(givenUp, 50, everybody))).toMatchObject({ state: 'waiting', agent: null, mark: null, lastAgent: 'ada' });
    expect(now(afterTime(givenUp, 1_000))).toMatchObject({ state: 'waiting', agent: null, lapses: 1 });
  });

  it('stays as it is when an agent writes into it, whoever she is', () => {
    for (const who of ['ada', 'bob']) expect(now(afterAgent(snoozed, who, 50, false))).toMatchObject({ state: 'snoozed', agent: 'ada', snoozeUntil: 1_000 });
  });

  it('of a colleague\'s thread leaves it hers; of nobody\'s makes it one\'s own', () => {
    expect(now(afterSnooze(adas, 'bob', 50, 1_000, true))).toMatchObject({ agent: 'ada' });
    expect(now(afterSnooze(asked, 'bob', 50, 1_000, true))).toMatchObject({ agent: 'bob' });
  });

  it('again moves the time', () => {
    expect(now(afterSnooze(snoozed, 'ada', 50, 2_000, false))).toMatchObject({ state: 'snoozed', snoozeUntil: 2_000, snoozeKeep: false });
  });

  it('ends at once for whoever wakes it', () => {
    const step = afterWake(snoozed, 'bob', 50) as Step;
    expect(step.standing).toMatchObject({ state: 'assigned', agent: 'bob', mark: null, lapses: 0 });
    expect(step.entries).toEqual([{ what: 'woken', reason: 'agent', by: 'bob', to: 'bob' }]);
  });

  it('outlives its agent: it stays aside until its time, and is the queue\'s then', () => {
    const orphan = now(afterDismissal(snoozed, 50));
    expect(orphan).toMatchObject({ state: 'snoozed', agent: null, snoozeUntil: 1_000 });
    expect(now(afterVisitor(orphan, 60, everybody))).toMatchObject({ state: 'waiting', agent: null, waiting: 60 });
    expect(now(afterTime(orphan, 1_000))).toMatchObject({ state: 'waiting', agent: null });
    expect(now(afterAgent(orphan, 'bob', 60, false))).toMatchObject({ state: 'assigned', agent: 'bob' });
  });
});

describe('D7: a message after an end', () => {
  it('begins the next episode, with the agent who had the last if she is in, else in the queue', () => {
    expect(now(afterVisitor(ended, 50, everybody))).toMatchObject({ state: 'assigned', agent: 'ada', mark: 'returned', episode: 2, waiting: 50, endedAt: null });
    expect(now(afterVisitor(ended, 50, nobody))).toMatchObject({ state: 'waiting', agent: null, mark: null, episode: 2, waiting: 50 });
    expect(now(afterAgent(ended, 'bob', 50, false))).toMatchObject({ state: 'assigned', agent: 'bob', episode: 2 });
  });

  it('returns to who had it, not to a colleague who ended it', () => {
    const byBob = afterEnd(answered, 'bob', 40);
    expect(byBob).toMatchObject({ standing: { agent: 'ada' }, entries: [{ what: 'ended', by: 'bob' }] });
    expect(now(afterVisitor(byBob.standing, 50, everybody)).agent).toBe('ada');
    expect(afterEnd(asked, 'bob', 40).standing.agent).toBe('bob');
  });
});

describe('D8: marks, prompts and lapses', () => {
  const marked = now(afterTime(snoozed, 1_000));

  it('is gone when its agent says something in it, takes, snoozes, transfers or ends it, and not when a colleague says something', () => {
    const gone = [
      afterAgent(marked, 'ada', 1_100, false), afterTake(marked, 'ada', 1_100), afterSnooze(marked, 'ada', 1_100, 2_000, true),
      afterTransfer(marked, 'ada', undefined, 1_100), afterEnd(marked, 'ada', 1_100),
    ];
    for (const each of gone) expect(now(each).mark).toBeNull();
    expect(now(afterAgent(marked, 'bob', 1_100, false)).mark).toBe('snooze_ended');
  });

  it('counts what is said to an absent visitor beyond the answer, until she writes', () => {
    const first = now(afterAgent(adas, 'ada', 30, true));
    expect(first.prompts, 'an answer is no prompt').toBe(0);
    const second = now(afterAgent(first, 'ada', 40, true));
    expect(second.prompts).toBe(1);
    expect(now(afterAgent(second, 'ada', 50, false)).prompts, 'she is here').toBe(1);
    expect(now(afterVisitor(marked, 1_200, everybody))).toMatchObject({ prompts: 0, lapses: 0 });
  });

  it('counts the snoozes that ran out, one after the other', () => {
    expect(now(afterTime(now(afterSnooze(marked, 'ada', 1_100, 2_000, true)), 2_000)).lapses).toBe(2);
  });
});

describe('D16: an end taken back', () => {
  it('goes on in the same episode, with the agent who asks', () => {
    const step = afterReopen(ended, 'bob', 50, 35) as Step;
    expect(step.standing).toMatchObject({ state: 'assigned', agent: 'bob', episode: 1, waiting: 35, endedAt: null, mark: null });
    expect(step.entries).toEqual([{ what: 'reopened', by: 'bob', to: 'bob' }]);
  });
});

describe('what an episode comes to', () => {
  it('is a first reply, an end, and whatever was overdue by then', () => {
    expect(passageOf(adas, answered, 30, 24 * HOUR)).toMatchObject({ firstReply: 30, overdue: 0 });
    expect(passageOf(adas, answered, 10 + 24 * HOUR, 24 * HOUR)).toMatchObject({ overdue: 1 });
    expect(passageOf(answered, ended, 40, 24 * HOUR)).toMatchObject({ firstReply: null, ended: 40, agent: 'ada', overdue: 0 });
    expect(passageOf(adas, afterEnd(adas, 'ada', 40).standing, 10 + 24 * HOUR, 24 * HOUR)).toMatchObject({ firstReply: null, overdue: 1 });
    expect(passageOf(answered, now(afterVisitor(answered, 60, everybody)), 60, HOUR)).toBeUndefined();
  });
});
