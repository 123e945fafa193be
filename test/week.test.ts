/**
 * A week of a small team, as a script: two agents in their inboxes and three visitors on the shop's pages in one Chromium, two more
 * people on the line, a server in a process of its own, and one clock for all of them, which is moved. Paris puts its clocks
 * forward in the night before Sunday. Each step goes on where the one before it stopped.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { words } from '../inbox/words.ts';
import type { Report } from '../protocol/report.ts';
import { DEFAULTS } from '../server/settings.ts';
import { SURVEY_WORDS } from '../widget/rare/survey-words.ts';
import { words as visitors } from '../widget/words/en.ts';
import { until } from './browser.ts';
import { inSteps } from './in-steps.ts';
import { Shopper } from './shopper.ts';
import type { Talker } from './talker.ts';
import { at, ZONE } from './week-clock.ts';
import { type Basis, figuresOf, ledgerOf, linesOf } from './week-figures.ts';
import { type Box, Hand } from './week-hand.ts';
import { beginWeek, HOURS, type Week } from './week-place.ts';
import { retell, type Rows } from './week-rows.ts';

const AUTO_REPLY = DEFAULTS.autoReply.text['en']!;
/** What the inbox says, and the survey. */
const say = words.handling;
const ASKED = SURVEY_WORDS['en']!;
/** A browser on a busy machine. */
const STEP_MS = 60_000;
/** A closed page counts as left after ten seconds. */
const LEFT_MS = 11_000;
const PHONE = { width: 390, height: 844 };

let week: Week;
let mina: Hand;
let ravi: Hand;
let annas: BrowserContext;
let anna: Shopper;
let bea: Shopper;
let carla: Shopper;
/** The threads, by who began them. */
const thread = { anna: '', bea: '', carla: '', dora: '', emil: '', fay: '', gus: '' };
let emil: Talker;

beforeAll(async () => {
  week = await beginWeek('Mon 08:50');
}, STEP_MS);
afterAll(() => (week as Week | undefined)?.close(), STEP_MS);

inSteps();

const isOver = (text: string) => Array.from({ length: 9 }, (_, n) => say.overdue(`${n} min`)).includes(text);

/** Until it is so on her screen; if it never is, what is there instead is told. */
async function see<T>(look: () => Promise<T>, wanted: T, what: string): Promise<void> {
  let seen: T | undefined;
  try {
    await until(async () => {
      seen = await look();
      return JSON.stringify(seen) === JSON.stringify(wanted);
    }, what);
  } catch {
    expect(seen, what).toEqual(wanted);
  }
}
const seeCount = (hand: Hand, box: Box, count: number) => see(() => hand.count(box), count, `the number beside ${box}`);
const seeThreads = (hand: Hand, box: Box, threads: string[]) => see(() => hand.threads(box), threads, `the threads of ${box}`);
const seeSaid = (shopper: Shopper, text: string) => until(async () => (await shopper.texts()).at(-1) === text, `"${text}" on her page`);
const markOf = (hand: Hand, id: string) => async () => (await hand.row(id).locator('.row-mark').allTextContents()).join();
const asideUntil = (id: string) => week.rows.all<{ snooze_until: number | null }>('SELECT snooze_until FROM thread WHERE id = ?', id)[0]!.snooze_until;

async function shop(context: BrowserContext, path: string): Promise<Shopper> {
  const shopper = await Shopper.enter(context, week.shop.origin + path);
  await shopper.open();
  return shopper;
}

/** Her first word, and the thread it began. */
async function begin(shopper: Shopper, wall: string, text: string): Promise<string> {
  await week.clock.moveTo(wall);
  await shopper.say(text);
  await until(async () => /Sent|Delivered/.test(await shopper.fateOf(text)), `"${text}" to be sent`);
  return week.rows.threadOf(text);
}

/** Somebody on another page, whom we only hear. */
async function call(name: 'dora' | 'emil' | 'fay' | 'gus', wall: string, text: string): Promise<Talker> {
  const { thread: id, talker } = await week.caller();
  thread[name] = id;
  await week.clock.moveTo(wall);
  await calls(talker, id, text);
  return talker;
}
async function calls(talker: Talker, id: string, text: string): Promise<void> {
  talker.say(id, text);
  await until(() => talker.outbox.size === 0, `"${text}" to be acknowledged`);
}

/** To be looked at: test/.artifacts/week. Nothing may stick out at the side, and in the dark nothing may be light. */
async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(import.meta.dirname, '.artifacts', 'week', `${name}.png`), animations: 'disabled' });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${name}: what sticks out at the side`).toBeLessThanOrEqual(0);
}
/** From 0 to 255; what lets through what is behind it has none. */
const lightness = (behind: Locator) => behind.evaluate((element) => {
  const [red, green, blue, alpha = 1] = [...getComputedStyle(element).backgroundColor.matchAll(/[\d.]+/g)].map(Number);
  return alpha === 1 ? Math.round((red! + green! + blue!) / 3) : NaN;
});
/** In the dark, and in the hand. @param behind all that is ours on the page */
async function lookOtherwise(page: Page, behind: Locator, name: string): Promise<void> {
  const size = page.viewportSize()!;
  await until(async () => await lightness(behind) > 200, `${name} to be light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await until(async () => await lightness(behind) < 60, `${name} to be dark`);
  await look(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  await look(page, `${name}-phone`);
  await page.setViewportSize(size);
}

async function rate(shopper: Shopper, face: string): Promise<void> {
  await shopper.page.getByRole('radio', { name: face, exact: true }).check();
  await shopper.page.getByText(ASKED.thanks).waitFor();
}

/** Her page reports what she has bought. */
async function order(shopper: Shopper, data: { id: string; amount: number; currency: string }): Promise<void> {
  const events = () => week.rows.all<{ n: number }>('SELECT count(*) AS n FROM event')[0]!.n;
  const before = events();
  await shopper.page.evaluate((bought) => (window as unknown as { leaveword: (...call: unknown[]) => void }).leaveword('track', 'order', bought), data);
  await until(() => events() > before, 'the order to arrive');
}

describe('Monday', () => {
  test('queue: five threads wait in the order in which they came, and everybody was told that nobody is in', async () => {
    const [minas, ravis] = [await week.person(), await week.person()];
    [mina, ravi] = await Promise.all([Hand.join(minas, week.join.owner, 'Mina'), Hand.join(ravis, week.join.agent, 'Ravi')]);
    await Promise.all([mina, ravi].map((hand) => hand.be('away')));
    await see(() => mina.colleague('Ravi'), words.colleagueState('Ravi', words.status.away), 'Ravi to be away');
    await see(() => ravi.colleague('Mina'), words.colleagueState('Mina', words.status.away), 'Mina to be away');

    annas = await week.person();
    [anna, bea, carla] = await Promise.all([shop(annas, '/'), shop(await week.person(), '/'), shop(await week.person(), '/')]);
    thread.anna = await begin(anna, 'Mon 09:00', 'Where is my parcel?');
    await seeSaid(anna, AUTO_REPLY);
    thread.bea = await begin(bea, 'Mon 09:01', 'Do you ship to Norway?');
    thread.carla = await begin(carla, 'Mon 09:02', 'Is the Oolong back?');
    for (const [wall, name, text] of [['Mon 09:03', 'dora', 'Can I pay by invoice?'], ['Mon 09:04', 'emil', 'One cup is broken.']] as const) {
      emil = await call(name, wall, text);
    }
    const all = [thread.anna, thread.bea, thread.carla, thread.dora, thread.emil];
    for (const hand of [mina, ravi]) {
      await seeCount(hand, 'waiting', 5);
      await seeThreads(hand, 'waiting', all);
    }
  }, STEP_MS);

  test('slots: whoever is available gets two, first come, first served; then she is full, and the fifth waits', async () => {
    await week.clock.moveTo('Mon 09:10');
    await mina.be('available');
    await see(() => mina.standing(), `${say.full} · ${say.slots(2, 2)}`, 'Mina to be full');
    await seeThreads(mina, 'mine', [thread.bea, thread.anna]);
    await see(() => ravi.colleague('Mina'), words.colleagueState('Mina', say.full), 'Mina to be full, on Ravi’s screen');
    await seeCount(ravi, 'waiting', 3);
    await ravi.be('available');
    await seeThreads(ravi, 'mine', [thread.dora, thread.carla]);
    await seeThreads(ravi, 'waiting', [thread.emil]);
    await anna.page.getByText(visitors.here).waitFor();
  }, STEP_MS);

  test('an answer is on her page at once; an agent whose visitor has left is told that she need not hurry', async () => {
    await week.clock.moveTo('Mon 09:20');
    await mina.open('mine', thread.anna);
    await mina.say('It left on Friday.');
    await seeSaid(anna, 'It left on Friday.');
    await anna.leave();
    await week.clock.moveBy(LEFT_MS);
    await mina.banner.getByText(say.away('').split('|').at(-1)!.trim()).waitFor();
    await mina.banner.getByRole('button', { name: say.learnMore }).click();
    const learn = mina.page.getByRole('dialog', { name: say.learnTitle });
    await learn.getByText(say.learn[3][0]).waitFor();
    await learn.getByRole('button', { name: say.gotIt }).click();
    await learn.waitFor({ state: 'hidden' });
  }, STEP_MS);

  test('snooze for 3 hours: it lies aside with its time, and its slot goes to who waits', async () => {
    await mina.snooze('3 hours');
    await seeThreads(mina, 'snoozed', [thread.anna]);
    await see(markOf(mina, thread.anna), 'Today 12:20', 'when it comes back');
    await seeThreads(mina, 'mine', [thread.emil, thread.bea]);
    await seeCount(mina, 'waiting', 0);
    await see(() => mina.standing(), `${say.full} · ${say.slots(2, 2)}`, 'Mina to be full again');
    await mina.open('mine', thread.emil);
    await see(() => mina.history(), [say.entries.routed('you')], 'why she has it');
  }, STEP_MS);

  test('end, and undo: the last act can be taken back; an end is the agent’s own', async () => {
    await week.clock.moveTo('Mon 09:30');
    await mina.say('We send you a new one.');
    await mina.end();
    await mina.page.getByRole('button', { name: /^Undo/ }).first().click();
    await see(() => mina.history(), [say.entries.routed('you'), say.entries.ended('You'), say.entries.reopened('You')], 'what happened');
    await seeThreads(mina, 'mine', [thread.emil, thread.bea]);
    await mina.open('mine', thread.emil);
    await mina.end('Careful, they are thin.');
    await seeThreads(mina, 'ended', [thread.emil]);
    await see(() => mina.standing(), `${words.status.available} · ${say.slots(1, 2)}`, 'a slot to be free');
  }, STEP_MS);

  test('snooze until a chosen time: nine on Sunday is nine by the clocks of Sunday', async () => {
    await week.clock.moveTo('Mon 10:00');
    await ravi.open('mine', thread.dora);
    await ravi.say('Yes, from 100 euro on.');
    await ravi.snoozeUntil('2026-03-29', '09:00');
    await seeThreads(ravi, 'snoozed', [thread.dora, thread.anna]);
    await see(markOf(ravi, thread.dora), 'Sunday 09:00', 'when it comes back');
    expect(asideUntil(thread.dora)).toBe(Date.UTC(2026, 2, 29, 7));
    expect(at('Sun 09:00')).toBe(Date.UTC(2026, 2, 29, 7));
  }, STEP_MS);

  test('snooze for a day, and the visitor writes before: it is back with the same agent, at the top', async () => {
    await week.clock.moveTo('Mon 10:05');
    await ravi.open('mine', thread.carla);
    await ravi.say('Since this morning.');
    await ravi.snooze('1 day');
    await ravi.go('snoozed');
    await see(markOf(ravi, thread.carla), 'Tomorrow 10:05', 'when it comes back');
    await seeCount(ravi, 'mine', 0);

    await week.clock.moveTo('Mon 11:00');
    await carla.say('And the Jade Needle?');
    await seeThreads(ravi, 'returned', [thread.carla]);
    await see(markOf(ravi, thread.carla), say.marks.returned, 'why it is back');
    await ravi.open('mine', thread.carla);
    expect(await ravi.history()).toEqual([say.entries.routed('you'), say.entries.snoozed('You', 'tomorrow 10:05'), say.entries.wokenByVisitor]);
    await ravi.say('That too.');
    await seeSaid(carla, 'That too.');
    await seeCount(ravi, 'returned', 0);
    await seeCount(mina, 'snoozed', 2);
  }, STEP_MS);

  test('the three hours are over: not before, then at the top, marked, to snooze again or to end', async () => {
    await week.clock.moveTo('Mon 12:19');
    await seeCount(mina, 'snoozed', 2);
    expect(week.rows.historyOf(thread.anna).at(-1)).toBe('snoozed');
    await week.clock.moveTo('Mon 12:21');
    await seeThreads(mina, 'mine', [thread.anna, thread.bea]);
    await see(markOf(mina, thread.anna), say.marks.snooze_ended, 'why it is back');
    await mina.open('mine', thread.anna);
    await mina.banner.getByText(say.snoozeOver).waitFor();
    await mina.banner.getByRole('button', { name: say.snoozeAgain }).waitFor();
    await mina.banner.getByRole('button', { name: say.end }).waitFor();
  }, STEP_MS);

  test('restraint: one more message to somebody who is out is asked about; Snooze comes first, Send is still possible', async () => {
    await mina.seller.field.fill('Has it arrived?');
    await mina.seller.field.press('Enter');
    await mina.pause.getByText(say.restraint.away[0]).waitFor();
    expect(await mina.pause.getByRole('button').allTextContents()).toEqual([say.snooze, say.sendAnyway, '']);
    expect(await mina.pause.getByRole('button', { name: say.snooze }).evaluate((button) => button === document.activeElement)).toBe(true);
    expect(week.rows.messages().map(({ body }) => body)).not.toContain('Has it arrived?');
    await mina.pause.getByRole('button', { name: say.sendAnyway }).click();
    await until(() => week.rows.messages().some(({ body }) => body === 'Has it arrived?'), 'it to be said all the same');
    await mina.snooze('1 day');
    await mina.go('snoozed');
    await see(markOf(mina, thread.anna), 'Tomorrow 12:21', 'when it comes back');
  }, STEP_MS);
});

describe('Tuesday', () => {
  test('overdue: the clock of an unanswered message is shown as it nears, and when it is over', async () => {
    await week.clock.moveTo('Tue 08:00');
    await mina.go('mine');
    await see(() => mina.row(thread.bea).locator('.row-wait').textContent(), say.dueIn('1 h'), 'that it nears');
    await week.clock.moveTo('Tue 09:05');
    await until(async () => isOver(await mina.row(thread.bea).locator('.row-wait').textContent() ?? ''), 'that it is over');
    await seeThreads(mina, 'mine', [thread.bea]);
  }, STEP_MS);

  test('fallback: what she has not handled for 24 hours is given to her colleague, and the thread says why', async () => {
    await week.clock.moveTo('Tue 09:12');
    await seeThreads(ravi, 'returned', [thread.bea]);
    await see(markOf(ravi, thread.bea), say.marks.fallback, 'why he has it');
    await seeCount(mina, 'mine', 0);
    await ravi.open('mine', thread.bea);
    await see(() => ravi.history(), [say.entries.routed('Mina'), say.entries.fallback('you', '24 hours')], 'why he has it');
    await ravi.say('Yes, in four days.');
    await seeSaid(bea, 'Yes, in four days.');
    await seeCount(ravi, 'returned', 0);
  }, STEP_MS);

  test('after the second snooze without a word the inbox suggests a goodbye, and ends nothing by itself', async () => {
    await week.clock.moveTo('Tue 12:22');
    await seeThreads(mina, 'returned', [thread.anna]);
    await mina.open('returned', thread.anna);
    await mina.banner.getByText(say.snoozesOver(2)).waitFor();
    await mina.seller.field.fill('Write whenever you like.');
    await mina.seller.field.press('Enter');
    await mina.pause.getByText(say.restraint.goodbye[0]).waitFor();
    await mina.pause.getByRole('button', { name: say.sayGoodbye }).click();
    await mina.sayGoodbye('Write whenever you like.');
    await seeThreads(mina, 'ended', [thread.anna, thread.emil]);
    await seeCount(mina, 'mine', 0);
  }, STEP_MS);

  test('end and survey: five faces under the goodbye; what she chooses stands in the thread, and may be changed for a day', async () => {
    await week.clock.moveTo('Tue 13:30');
    await order(carla, { id: 'o-1', amount: 2_490, currency: 'EUR' });
    await ravi.open('mine', thread.carla);
    await until(async () => (await ravi.history()).at(-1) === say.entries.ordered('€24.90'), 'the order in the thread');
    await week.clock.moveTo('Tue 14:00');
    await ravi.end('Enjoy it!');
    await seeSaid(carla, 'Enjoy it!');
    await carla.page.getByText(visitors.ended).waitFor();
    await carla.page.getByRole('radiogroup', { name: ASKED.ask }).waitFor();
    await rate(carla, ASKED.faces[2]);
    await ravi.open('ended', thread.carla);
    await until(async () => (await ravi.history()).at(-1) === say.entries.rated(say.faces[3]), 'the rating in the thread');
    await week.clock.moveTo('Tue 15:00');
    await rate(carla, ASKED.faces[4]);
    await until(async () => (await ravi.history()).at(-1) === say.entries.rated(say.faces[5]), 'the new rating in the thread');
  }, STEP_MS);
});

describe('Wednesday and Thursday', () => {
  test('she comes back: the goodbye and the question wait for her, for a day after the end and no longer', async () => {
    await week.clock.moveTo('Wed 09:00');
    anna = await shop(annas, '/parcels');
    await until(async () => (await anna.texts()).length === 5, 'all that was said');
    expect(await anna.texts()).toEqual(['Where is my parcel?', AUTO_REPLY, 'It left on Friday.', 'Has it arrived?', 'Write whenever you like.']);
    await rate(anna, ASKED.faces[3]);
    await week.clock.moveTo('Wed 12:30');
    await anna.page.reload();
    await anna.open();
    await until(async () => (await anna.texts()).length === 5, 'all that was said, again');
    expect(await anna.page.getByRole('radiogroup').count()).toBe(0);
  }, STEP_MS);

  test('reopen: her next message opens the same thread again, before the same agent', async () => {
    await week.clock.moveTo('Thu 09:00');
    await anna.say('It never arrived.');
    await seeThreads(mina, 'returned', [thread.anna]);
    await see(markOf(mina, thread.anna), say.marks.returned, 'why it is back');
    await seeCount(ravi, 'returned', 0);
    await mina.open('returned', thread.anna);
    await until(async () => (await mina.history()).at(-1) === say.entries.returned('you'), 'whose it is');
    expect((await mina.history()).slice(-4)).toEqual([say.entries.ended('You'), say.entries.rated(say.faces[4]), say.entries.reopenedByVisitor, say.entries.returned('you')]);
    await mina.say('A new one leaves today.');
    await seeSaid(anna, 'A new one leaves today.');
    expect(await anna.texts()).toHaveLength(7);
  }, STEP_MS);

  test('ledger: an order within 48 hours after the end is his, each order once, and none of later', async () => {
    await ravi.open('ended', thread.carla);
    await week.clock.moveTo('Thu 13:00');
    await order(carla, { id: 'o-2', amount: 500, currency: 'EUR' });
    await order(carla, { id: 'o-1', amount: 2_490, currency: 'EUR' });
    await until(async () => (await ravi.history()).at(-1) === say.entries.ordered('€5.00'), 'the second order in the thread');
    await week.clock.moveTo('Thu 14:30');
    await order(carla, { id: 'o-3', amount: 9_900, currency: 'EUR' });
    expect(week.rows.orders().map(({ id }) => id)).toEqual(['o-1', 'o-2']);
    expect((await ravi.history()).filter((line) => /€/.test(line))).toEqual([say.entries.ordered('€24.90'), say.entries.ordered('€5.00')]);
  }, STEP_MS);
});

describe('Friday', () => {
  test('a thread that comes back to a full agent is hers above the limit, and she gets nothing new until she is below it', async () => {
    await week.clock.moveTo('Fri 09:00');
    await ravi.be('away');
    await see(() => mina.colleague('Ravi'), words.colleagueState('Ravi', words.status.away), 'Ravi to be away');
    await calls(emil, thread.emil, 'Another one is broken.');
    await seeThreads(mina, 'returned', [thread.emil]);
    await call('fay', 'Fri 09:05', 'Do you have decaf?');
    await call('gus', 'Fri 09:06', 'Do you wrap gifts?');
    await seeThreads(mina, 'waiting', [thread.fay, thread.gus]);
    await mina.open('mine', thread.anna);
    await mina.snooze('3 hours');
    await seeThreads(mina, 'waiting', [thread.gus]);

    await week.clock.moveTo('Fri 09:30');
    await anna.say('Any news?');
    await see(() => mina.standing(), `${say.full} · ${say.slots(3, 2)}`, 'Mina to have one above the limit');
    await seeThreads(mina, 'mine', [thread.anna, thread.emil, thread.fay]);
    await see(markOf(mina, thread.anna), say.marks.returned, 'why it is back');
    await seeThreads(mina, 'waiting', [thread.gus]);
    await mina.open('mine', thread.anna);
    await look(mina.page, 'above-the-limit');
    await lookOtherwise(mina.page, mina.page.locator('body'), 'above-the-limit');
    await mina.open('mine', thread.emil);
    await mina.end();
    await see(() => mina.standing(), `${say.full} · ${say.slots(2, 2)}`, 'Mina to be full');
    await seeThreads(mina, 'waiting', [thread.gus]);
  }, STEP_MS);

  test('transfer with a note: whoever gets it reads why, and the slot goes to who waits', async () => {
    await mina.open('mine', thread.fay);
    await mina.transfer('Ravi', 'You know the decaf.');
    await seeCount(mina, 'waiting', 0);
    await seeThreads(mina, 'mine', [thread.anna, thread.gus]);
    await seeThreads(ravi, 'returned', [thread.fay]);
    await see(markOf(ravi, thread.fay), say.marks.transferred, 'why he has it');
    await ravi.open('returned', thread.fay);
    await until(async () => (await ravi.history()).at(-1) === say.entries.transferred('Mina', 'you'), 'who gave it to him');
    await ravi.seller.log.getByText('You know the decaf.').waitFor();
  }, STEP_MS);

  test('a note that names a colleague calls her to it, and is nobody’s but the team’s', async () => {
    await ravi.note('@Mina how much of it is left?');
    await mina.go('all');
    await mina.row(thread.fay).getByRole('img', { name: words.know.named }).waitFor();
    await mina.open('all', thread.fay);
    await see(() => mina.seller.log.locator('.mention-me').allTextContents(), ['@Mina'], 'her name in the note');
    await look(mina.page, 'note');
    await mina.note('@Ravi two kilos.');
    await ravi.say('Yes, two kinds of it.');
    await seeCount(ravi, 'returned', 0);
    expect(week.rows.messages().filter(({ thread: id }) => id === thread.fay).map(({ by, body }) => `${by}: ${body}`)).toEqual([
      'visitor: Do you have decaf?', 'agent: Yes, two kinds of it.',
    ]);
  }, STEP_MS);

  test('tags: what one puts on a thread the other sees on it', async () => {
    await mina.open('mine', thread.anna);
    await mina.tag('parcel');
    await mina.tag('late');
    await ravi.go('all');
    await see(() => ravi.row(thread.anna).locator('.row-tag').allTextContents(), ['parcel', 'late'], 'the tags on his screen');
  }, STEP_MS);

  test('search: what was ever said and noted, the newest first, with the words lit; and Enter leads there', async () => {
    const found = await mina.search('decaf');
    expect(found.map(({ text, lit }) => [text, lit])).toEqual([['Mina: You know the decaf.', 'decaf'], ['Do you have decaf?', 'decaf']]);
    await look(mina.page, 'search');
    await mina.page.keyboard.press('Escape');
    expect((await mina.search('oolong')).map(({ text, lit }) => [text, lit])).toEqual([['Is the Oolong back?', 'Oolong']]);
    await mina.page.keyboard.press('Enter');
    await mina.seller.log.getByText('Is the Oolong back?').waitFor();
    await see(() => mina.history().then((lines) => lines.at(-1)), say.entries.ordered('€5.00'), 'the thread in which it was said');
  }, STEP_MS);

  test('server down: a snooze that ends meanwhile is caught up once, and what she says meanwhile arrives once', async () => {
    await week.clock.moveTo('Fri 14:00');
    await mina.open('mine', thread.gus);
    await mina.say('Yes, in paper.');
    await mina.snooze('3 hours');
    await seeThreads(mina, 'snoozed', [thread.gus, thread.dora]);
    await week.crash();
    await mina.open('mine', thread.anna);
    await mina.seller.say('It comes today.');
    await week.clock.moveTo('Fri 17:30');
    expect(week.rows.historyOf(thread.gus).at(-1)).toBe('snoozed');

    await week.restart();
    for (const { page } of [mina, ravi, anna, bea, carla]) await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await seeThreads(mina, 'returned', [thread.gus]);
    await see(markOf(mina, thread.gus), say.marks.snooze_ended, 'why it is back');
    await seeSaid(anna, 'It comes today.');
    await week.clock.moveTo('Fri 18:30');
    expect(week.rows.historyOf(thread.gus).filter((line) => line.startsWith('woken'))).toEqual(['woken time']);
    expect(week.rows.messages().filter(({ body }) => body === 'It comes today.')).toHaveLength(1);
    expect((await anna.texts()).filter((text) => text === 'It comes today.')).toHaveLength(1);
    await ravi.be('available');
    await lookOtherwise(anna.page, anna.panel, 'widget');
  }, STEP_MS);
});

describe('Sunday', () => {
  test('nine o’clock by the new time: the thread that was put aside until then is back, and not a minute before', async () => {
    await week.clock.moveTo('Sun 08:59');
    await ravi.go('snoozed');
    await see(markOf(ravi, thread.dora), 'Today 09:00', 'when it comes back');
    expect(week.rows.historyOf(thread.dora)).toEqual(['assigned routed', 'snoozed']);
    await week.clock.moveTo('Sun 09:01');
    await seeThreads(ravi, 'returned', [thread.dora]);
    await see(markOf(ravi, thread.dora), say.marks.snooze_ended, 'why it is back');
    expect(week.rows.historyOf(thread.dora)).toEqual(['assigned routed', 'snoozed', 'woken time']);
  }, STEP_MS);

  test('each snooze of the week has ended once', () => {
    const ends = (id: string) => week.rows.historyOf(id).filter((line) => line.startsWith('woken'));
    expect([thread.anna, thread.carla, thread.dora, thread.gus].map(ends)).toEqual([['woken time', 'woken time', 'woken visitor'], ['woken visitor'], ['woken time'], ['woken time']]);
  });

  test('the report on her screen, and the door behind it, say what the raw rows say', async () => {
    await week.clock.moveTo('Sun 09:30');
    await ravi.open('mine', thread.bea);
    await ravi.end();
    await bea.page.getByRole('radiogroup', { name: ASKED.ask }).waitFor();
    await rate(bea, ASKED.faces[1]);
    // Her page has been open all week.
    await see(() => bea.page.locator('leave-word .day').allTextContents(), ['Monday', 'Tuesday'], 'the days of her thread');
    await week.clock.moveTo('Sun 18:00');

    const [from, to] = [at('Mon 00:00'), at('Sun 23:59') + 60_000];
    const basis = basisOf(week.rows);
    const answer = await ask<Report>(mina, `report?from=${from}&to=${to}&zone=${encodeURIComponent(ZONE)}`);
    expect(answer).toEqual({
      from, to, zone: ZONE, ...figuresOf(basis, from, to, ZONE),
      delivery: expect.objectContaining({ since: from, acked: week.rows.messages().filter(({ by }) => by !== 'brand').length, refused: 0 }) as object,
    });
    expect(answer).toMatchObject({
      began: 9, ended: 5, overdue: 1, conversions: 2, money: [{ currency: 'EUR', amount: 2_990, orders: 2 }], satisfaction: { n: 3, counts: [0, 1, 0, 1, 1] },
      agents: [
        { name: 'Mina', contacts: 3, conversions: 0, prompts: 2, lapses: 2 },
        { name: 'Ravi', contacts: 2, conversions: 2, prompts: 0, lapses: 0 },
      ],
    });

    await mina.page.getByRole('navigation').getByRole('link', { name: words.report.title }).click();
    await mina.page.getByRole('radio', { name: words.report.periods[7] }).check();
    const tile = async (name: string) => mina.page.locator('.tile', { has: mina.page.getByText(name, { exact: true }) }).locator('.tile-value').textContent();
    const tiles = { began: '9', ended: '5', good: '67%', overdue: '1', orders: '2', prompts: '2' } as const;
    for (const [name, value] of Object.entries(tiles)) await see(() => tile(words.report.tiles[name as keyof typeof tiles]), value, name);
    const delivered = mina.page.locator('.delivery');
    const { acked, duplicates, retried, refused, pending } = answer.delivery;
    await see(() => delivered.locator('dd').allTextContents(), [acked, duplicates, retried, refused, pending!, 0].map(String), 'what became of the messages');
    await delivered.scrollIntoViewIfNeeded();
    await look(mina.page, 'report');
  }, STEP_MS);

  test('the ledger that she saves is a line for each contact and each order, as the rows have them', async () => {
    const [download] = await Promise.all([
      mina.page.waitForEvent('download'), mina.page.getByRole('button', { name: words.report.ledger }).click(),
    ]);
    const [head, ...lines] = linesOf(await readFile(await download.path(), 'utf8'));
    expect(head).toEqual([
      'what', 'time', 'agent', 'agent_name', 'thread', 'episode', 'began', 'first_reply', 'score', 'prompts', 'reminders', 'order', 'amount_minor', 'currency',
    ]);
    expect(lines).toEqual(ledgerOf(basisOf(week.rows)));
    expect(lines.map(([what, , , name]) => `${what} ${name}`)).toEqual([
      'contact Mina', 'contact Mina', 'conversion Ravi', 'contact Ravi', 'conversion Ravi', 'contact Mina', 'contact Ravi',
    ]);
  }, STEP_MS);
});

/** What an inbox asks at a door. */
async function ask<T>(hand: Hand, path: string): Promise<T> {
  return hand.page.evaluate(async (url) => (await fetch(url)).json() as Promise<T>, `/v1/${week.brand}/desk/${path}`);
}

/** Each episode as the messages and entries tell it: nothing but who was away is taken from what the server has summed up. */
function basisOf(rows: Rows): Basis {
  const kept = rows.kept();
  const told = retell(rows.messages(), rows.entries(), HOURS * 3_600_000);
  expect(kept.map(({ prompts: _, ...row }) => row)).toEqual(told);
  return { episodes: told.map((each, nth) => ({ ...each, prompts: kept[nth]!.prompts })), orders: rows.orders(), agents: rows.agents() };
}
