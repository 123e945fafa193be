/** Plays one plan from its beginning to its verdict. */
import { checkAll, logOf } from './checker.ts';
import { Game } from './game.ts';
import { on } from './globals.ts';
import type { Plan } from './plan.ts';
import { Broken, type Rule } from './world.ts';
import * as ids from '../../client/uuid.ts';

export interface Verdict {
  seed: number;
  events: number;
  hash: number;
  counts: Map<string, number>;
  broken: { rule: Rule; text: string } | undefined;
  story: string[] | undefined;
}

/** See `seams.ts`: a page has a module of its own, here all share one. */
const { forgetLast } = ids as unknown as { forgetLast(): void };

/** Has to be called from no promise: promises are settled inside. */
export function play(plan: Plan, told = false): Verdict {
  forgetLast();
  const game = new Game(plan, told);
  const { world } = game;
  let broken: Broken | undefined;
  on(game, () => {
    try {
      game.play();
      checkAll(game);
      for (const brand of plan.brands) world.note('log', world.nowhere, JSON.stringify([...logOf(game, brand).messages]));
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      broken = error;
    }
    if (game.house.place) game.house.die(true);
    for (const person of game.people) for (const tab of [...person.device.tabs]) tab.place.alive = false;
    game.disks.giveBack();
  });
  return { seed: plan.seed, events: world.events, hash: world.hash >>> 0, counts: world.counts, broken: broken && { rule: broken.rule, text: broken.message }, story: world.story };
}
