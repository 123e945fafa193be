/** Takes out of a plan what it does not need to fail: faults, steps, people, and what makes them peculiar. */
import type { Plan } from './plan.ts';

/** @param fails the same failure as before */
export function shrink(plan: Plan, fails: (plan: Plan) => boolean): Plan {
  let least = plan;
  const attempt = (next: Plan): boolean => {
    if (!fails(next)) return false;
    least = next;
    return true;
  };
  for (let before = ''; before !== JSON.stringify(least);) {
    before = JSON.stringify(least);
    thin(least.faults, (faults) => attempt({ ...least, faults }));
    thin(least.steps, (steps) => attempt({ ...least, steps }));
    for (let who = 0; who < least.shoppers.length + least.clerks.length; who++) {
      if (!least.absent.includes(who)) attempt({ ...least, absent: [...least.absent, who], steps: least.steps.filter((step) => step.who !== who) });
    }
    attempt({ ...least, weather: { ...least.weather, stall: 0, lost: 0, missed: 0 } });
    for (const each of ['shoppers', 'clerks'] as const) {
      least[each].forEach((one, at) => {
        for (const plain of [{ tabs: 1 }, { skew: 0 }]) if (Object.entries(plain).some(([key, value]) => one[key as 'tabs'] !== value)) attempt({ ...least, [each]: least[each].with(at, { ...least[each][at]!, ...plain }) });
      });
    }
  }
  return least;
}

/** Halves, quarters, and so on, as long as something can go. */
function thin<T>(list: T[], attempt: (less: T[]) => boolean): void {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < list.length;) {
      const less = [...list.slice(0, from), ...list.slice(from + size)];
      if (less.length < list.length && attempt(less)) list = less;
      else from += size;
    }
  }
}
