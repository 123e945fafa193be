/**
 * Situations that the dice bring about too seldom: a few things that go wrong one after the other, to the same people, at the right time.
 * Put on top of what was drawn anyway, by dice of their own.
 */
import { seeded } from '../seeded.ts';
import type { FaultKind, Plan } from './plan.ts';

const SECOND = 1_000;

interface Hand {
  plan: Plan;
  between(least: number, most: number): number;
  /** A visitor, and an agent of her brand. */
  who: number;
  clerk: number;
  fault(kind: FaultKind, at: number, who?: number): void;
  step(who: number, at: number, hasty?: true): void;
}

const THEMES: Record<string, (hand: Hand) => void> = {
  /** Everybody has come back once and is quiet when the brand goes back: all that is held is offered anew, and nobody says anything new. */
  'a quiet restore'({ plan, between, who, clerk, fault, step }) {
    plan.lasts = 40 * SECOND;
    plan.steps = [];
    plan.faults = [];
    plan.weather.lost = plan.weather.missed = plan.weather.stall = 0;
    step(who, 200, true);
    for (let n = 0; n < 6; n++) step(clerk, 3_000 + n * 600);
    step(who, 7_200);
    for (const at of [2_500, 8_500]) fault('cut', at);
    fault('restore', 12 * SECOND + between(0, 8 * SECOND));
  },
  /** Two tabs of one device, each with a line that breaks and comes back while much is said. */
  'two tabs on a bad line'({ plan, between, who, clerk, fault, step }) {
    plan.shoppers[who]!.tabs = 2;
    plan.steps = [];
    plan.lasts = Math.max(plan.lasts, 40 * SECOND);
    for (let n = 0; n < 3; n++) step(who, between(1_000, plan.lasts), true);
    for (let at = between(1_000, 4_000); at < plan.lasts - 2 * SECOND; at += between(300, 1_500)) {
      if (between(0, 2)) fault('cut', at);
      if (!between(0, 2)) step(clerk, at, between(0, 1) ? true : undefined);
    }
    if (between(0, 1)) fault('no sockets', between(2_000, 20 * SECOND), who);
  },
  /** Two tabs that have more to say than is welcome, and each its own words: what one keeps the other cannot read. */
  'a flood from two tabs'({ plan, between, who, fault, step }) {
    plan.shoppers[who]!.tabs = 2;
    plan.steps = [];
    plan.faults = [];
    plan.lasts = 40 * SECOND;
    step(who, 200, true);
    if (between(0, 3)) fault('device full', 2_000, who);
    for (let at = between(2_500, 4_000), n = 0; n < 7; n++, at += between(100, 900)) step(who, at, true);
  },
  /** The line dies without a word, and once more when the first one has been noticed. */
  'half open again and again'({ plan, between, fault }) {
    plan.lasts = 120 * SECOND;
    plan.faults = plan.faults.filter(({ kind }) => kind !== 'kill' && kind !== 'deploy');
    for (const at of [5, 8, 75, 90, 105]) fault('half open', at * SECOND + between(0, 5 * SECOND));
  },
  /** Who is erased goes on writing, and the team hears of all of it at once. */
  'erased while the team is away'({ plan, between, clerk, fault, step }) {
    const erased = plan.seed % plan.shoppers.length;
    const at = plan.lasts * 0.7;
    plan.steps = plan.steps.filter((one) => one.who !== erased);
    for (const offset of [-2_000, -300, 500, 4_000]) step(erased, at + offset, true);
    fault('offline', at - between(200, 3_000), clerk);
  },
  /** Just so many messages come in together as are welcome, and find no room; the next ones come on another line. */
  'a full disk in a burst'({ plan, between, who, fault, step }) {
    plan.steps = [];
    plan.faults = [];
    plan.weather = { slow: 2, stall: 0, lost: 0, missed: 0 };
    plan.lasts = 30 * SECOND;
    step(who, 500, true);
    const at = 500 + between(300, 1_500);
    for (let n = 0; n < 2; n++) step(who, at, true);
    fault('disk full', at - between(0, 5));
    for (let cut = at + between(1_000, 3_000), n = 0; n < 4; n++, cut += between(500, 2_500)) fault('cut', cut);
  },
  /** Those who went a moment ago are back before anybody took them for gone, and their greetings find no room. */
  'all come back to a full disk'({ plan, between, who, clerk, fault, step }) {
    plan.lasts = 45 * SECOND;
    plan.faults = [];
    for (const at of [5, 25]) {
      const isVisitor = between(0, 1) > 0;
      if (isVisitor || between(0, 1)) fault('close', at * SECOND, who);
      if (!isVisitor || between(0, 1)) fault('close', at * SECOND + between(0, 500), clerk);
      for (let n = 0; n < 6; n++) step(isVisitor ? clerk : who, at * SECOND + between(0, 15_000));
      for (let n = 0; n < 2; n++) fault('disk full', at * SECOND + between(500, 6_000));
    }
  },
  /** Greetings, and the words of others at the same time, while single writes fail. */
  'writes fail while all come back'({ plan, between, who, clerk, fault, step }) {
    plan.weather.slow = 10;
    plan.steps = [];
    for (let n = 0; n < 3; n++) step(who, between(1_000, plan.lasts), true);
    for (let at = between(1_000, 3_000); at < plan.lasts - SECOND; at += between(1_500, 4_000)) {
      fault('cut', at);
      fault('write', at + between(0, 400));
      for (let n = 0; n < 3; n++) step(clerk, at + between(0, 1_500));
    }
  },
};
const NAMES = Object.keys(THEMES);
const CHANCE = 0.3;

export function withTheme(plan: Plan): Plan {
  const random = seeded(Math.imul(plan.seed, 0x85ebca6b) ^ 0x7f4a7c15);
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const dice = () => Math.floor(random() * 2 ** 32);
  if (random() >= CHANCE) return plan;
  const who = between(0, plan.shoppers.length - 1);
  const clerk = plan.shoppers.length + plan.clerks.findIndex(({ brand }) => brand === plan.shoppers[who]!.brand);
  THEMES[NAMES[between(0, NAMES.length - 1)]!]!({
    plan, between, who, clerk,
    fault: (kind, at, whom) => plan.faults.push({ at: Math.max(0, Math.floor(at)), kind, dice: dice(), ...(whom === undefined ? {} : { who: whom }) }),
    step: (whom, at, hasty) => plan.steps.push({ at: Math.max(0, Math.floor(at)), who: whom, dice: dice(), ...(hasty ? { hasty } : {}) }),
  });
  return plan;
}
