/** Everything in `protocol/README.md` that a client can see, asked of a server that stands behind a wire. */
import { afterAll, afterEach, beforeAll, describe, vi } from 'vitest';
import type { Settings } from '../../protocol/settings.ts';
import { DEFAULTS } from '../../server/settings.ts';
import { connecting } from './connecting.ts';
import { desk } from './desk.ts';
import { doors } from './doors.ts';
import { frames } from './frames.ts';
import { greeting } from './greeting.ts';
import type { Served } from './hosts.ts';
import { http } from './http.ts';
import { identity } from './identity.ts';
import { later, typing } from './later.ts';
import { marks } from './marks.ts';
import { messages } from './messages.ts';
import { beginSlowRules, everyRule } from './rules.ts';
import { site } from './site.ts';
import { Place } from './talk.ts';
import { team } from './team.ts';
import type { Truths } from './truths.ts';

// A cold start on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 90_000 });

const IN_THREE_DAYS = (new Date().getUTCDay() + 2) % 7;
/** Closed today, so that when it opens next is told. */
const KETTLE: Partial<Settings> = {
  name: 'Kettle & Fern', color: '#2f6b4f', logo: 'KF', greeting: { en: 'Ask us anything about tea.', ar: 'اسألنا عن الشاي' }, replyTime: 'day',
  hours: { on: true, zone: 'UTC', days: Array.from({ length: 7 }, (_, day) => (day === IN_THREE_DAYS ? [{ from: 540, to: 1_080 }] : [])) },
  autoReply: { when: 'always', text: { en: 'Thank you!', ar: 'مرحبا' } },
};

export function contract(serve: () => Promise<Served>, truths: Truths): void {
  let served: Served;
  /** Says nothing by itself. */
  let acme: Place;
  /** Answers whoever leaves word. */
  let kettle: Place;
  /** Where somebody comes and goes. */
  let fern: Place;
  /** Whose agents are left alone with their threads. */
  let maple: Place;
  /** The first once more, for those who stay on the line while others hang up. */
  let longer: Place;
  beforeAll(async () => {
    served = await serve();
    [acme, kettle, fern, maple] = await Promise.all([
      Place.open(served, 'acme', { autoReply: { ...DEFAULTS.autoReply, when: 'never' } }),
      Place.open(served, 'kettle', KETTLE),
      Place.open(served, 'fern'),
      Place.open(served, 'maple', { autoReply: { ...DEFAULTS.autoReply, when: 'never' } }),
    ]);
    longer = new Place(served, acme.brand, acme.owner);
    beginSlowRules();
  });
  afterAll(() => served?.close());

  describe('what is answered at once', () => {
    afterEach(() => [acme, kettle].forEach((place) => { place.hangUp(); }));
    connecting(() => acme);
    frames(() => acme, truths);
    greeting(() => acme, truths);
    messages(() => acme, () => kettle);
    marks(() => acme);
    typing(() => acme);
    identity(() => acme);
    team(() => acme);
    desk(() => maple);
    http(() => acme, () => kettle);
    doors(() => acme);
    site(() => acme);
  });
  describe('what takes its time', () => {
    afterAll(() => [longer, fern].forEach((place) => { place.hangUp(); }));
    later(() => longer, () => fern);
  });
  everyRule();
}
