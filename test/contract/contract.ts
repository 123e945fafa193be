/** Everything in `protocol/README.md` that a client can see, asked of a server that stands behind a wire. */
import { afterAll, afterEach, beforeAll, describe, vi } from 'vitest';
import type { Settings } from '../../protocol/settings.ts';
import { DEFAULTS } from '../../server/settings.ts';
import { connecting } from './connecting.ts';
import { desk } from './desk.ts';
import { deskMore } from './desk-more.ts';
import { doors } from './doors.ts';
import { frames } from './frames.ts';
import { greeting } from './greeting.ts';
import type { Served } from './hosts.ts';
import { http } from './http.ts';
import { identity } from './identity.ts';
import { later, typing } from './later.ts';
import { marks } from './marks.ts';
import { messages } from './messages.ts';
import { outlives } from './outlives.ts';
import { rates } from './rates.ts';
import { beginSlowRules, everyRule } from './rules.ts';
import { site } from './site.ts';
import { Place } from './talk.ts';
import { team } from './team.ts';
import type { Truths } from './truths.ts';

// A cold start on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 90_000 });

const SILENT: Partial<Settings> = { autoReply: { ...DEFAULTS.autoReply, when: 'never' } };
const IN_THREE_DAYS = (new Date().getUTCDay() + 2) % 7;
/** Closed today, so that when it opens next is told. */
const KETTLE: Partial<Settings> = {
  name: 'Kettle & Fern', color: '#2f6b4f', logo: 'KF', greeting: { en: 'Ask us anything about tea.', ar: 'اسألنا عن الشاي' }, replyTime: 'day',
  hours: { on: true, zone: 'UTC', days: Array.from({ length: 7 }, (_, day) => (day === IN_THREE_DAYS ? [{ from: 540, to: 1_080 }] : [])) },
  autoReply: { when: 'always', text: { en: 'Thank you!', ar: 'مرحبا' } },
};

export function contract(serve: () => Promise<Served>, truths: Truths): void {
  let served: Served;
  /** Says nothing by itself, and gives nobody a thread. */
  let acme: Place;
  /** Answers whoever leaves word. */
  let kettle: Place;
  /** Where somebody comes and goes. */
  let fern: Place;
  /** Where hundreds wait, and nobody else is in a hurry. */
  let crowd: Place;
  /** Where it matters who of the team is in. */
  let bureau: Place;
  /** Where threads are put aside for some seconds. */
  let aside: Place;
  beforeAll(async () => {
    served = await serve();
    [acme, kettle, fern, crowd, bureau, aside] = await Promise.all([
      Place.openUngiving(served, 'acme', SILENT),
      Place.open(served, 'kettle', KETTLE),
      Place.open(served, 'fern'),
      Place.openUngiving(served, 'crowd', SILENT),
      Place.openUngiving(served, 'bureau', { ...SILENT, desk: { ...DEFAULTS.desk, queue: 2 } }),
      Place.openUngiving(served, 'aside', SILENT),
    ]);
    beginSlowRules();
  });
  afterAll(() => served?.close());

  describe('what is answered at once', () => {
    afterEach(() => [acme, kettle].forEach((place) => { place.hangUp(); }));
    connecting(() => acme, truths);
    frames(() => acme, truths);
    greeting(() => acme, truths);
    messages(() => acme, () => kettle);
    marks(() => acme);
    typing(() => acme);
    identity(() => acme);
    team(() => acme);
    desk(() => bureau, () => aside);
    deskMore(() => bureau);
    http(() => acme, () => kettle);
    rates(() => acme, () => kettle);
    doors(() => acme);
    site(() => acme, truths);
  });
  describe('what takes its time', () => {
    afterAll(() => [crowd, fern, aside].forEach((place) => { place.hangUp(); }));
    later(() => crowd, () => fern);
  });
  outlives(() => acme);
  everyRule();
}
