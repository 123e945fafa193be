import { describe, expect, it } from 'vitest';
import { afterAgent, afterEnd, afterTake, afterVisitor, FRESH, type Standing } from '../server/desk.ts';
import { seeded } from './seeded.ts';

const ended: Standing = { ...FRESH, state: 'ended', agent: 'ada', answered: 5 };

describe('a thread', () => {
  it('waits from the visitor\'s first unanswered message, not from her last', () => {
    expect(afterVisitor(afterVisitor(FRESH, 10), 20)).toMatchObject({ state: 'waiting', waiting: 10 });
  });

  it('belongs to the agent who answers it first, and the waiting is over', () => {
    const answered = afterAgent(afterVisitor(FRESH, 10), 'ada', 20);
    expect(answered).toMatchObject({ state: 'assigned', agent: 'ada', waiting: null, greeted: false, answered: 20 });
    expect(afterAgent(answered, 'bob', 30)).toMatchObject({ agent: 'ada', answered: 30 });
  });

  it('passes to the agent who takes it, and stays ended if it was', () => {
    expect(afterTake(afterVisitor(FRESH, 10), 'bob')).toMatchObject({ state: 'assigned', agent: 'bob', waiting: 10 });
    expect(afterTake(ended, 'bob')).toEqual(ended);
  });

  it('begins its next episode when the visitor writes after the end, and when an agent does', () => {
    expect(afterVisitor(ended, 10)).toMatchObject({ state: 'waiting', agent: null, episode: 2, waiting: 10 });
    expect(afterAgent(ended, 'bob', 10)).toMatchObject({ state: 'assigned', agent: 'bob', episode: 2 });
  });

  it('wakes with its agent when the visitor writes while it is snoozed', () => {
    expect(afterVisitor({ ...FRESH, state: 'snoozed', agent: 'ada' }, 10)).toMatchObject({ state: 'assigned', agent: 'ada' });
    expect(afterVisitor({ ...FRESH, state: 'snoozed' }, 10)).toMatchObject({ state: 'waiting', agent: null });
  });

  it('is never ended by anything but an agent\'s own end, in any history', () => {
    const seed = Date.now() % 1_000_000;
    const random = seeded(seed);
    for (let history = 0; history < 500; history++) {
      let standing = FRESH;
      for (let step = 1; step < 40; step++) {
        const agent = ['ada', 'bob'][Math.floor(random() * 2)]!;
        const what = Math.floor(random() * 4);
        const before = standing.state;
        standing = [
          () => afterVisitor(standing, step), () => afterAgent(standing, agent, step), () => afterTake(standing, agent), () => afterEnd(standing, agent),
        ][what]!();
        if (standing.state === 'ended' && before !== 'ended') expect(what, `seed ${seed}`).toBe(3);
        if (standing.state === 'assigned') expect(standing.agent, `seed ${seed}`).not.toBeNull();
      }
    }
  });
});
