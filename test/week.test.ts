/**
 * A week of a small team, as a script: two agents in their inboxes and three visitors on the shop's pages in one Chromium, two more
 * people on the line, a server in a process of its own, and one clock for all of them, which is moved. Paris puts its clocks
 * forward in the night before Sunday. Each step goes on where the one before it stopped.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import type { BrowserContext } from 'playwright-core';
import { DEFAULTS } from '../server/settings.ts';
import { takeProblems, until } from './browser.ts';
import { Shopper } from './shopper.ts';
import { at } from './week-clock.ts';
import { type Box, Hand } from './week-hand.ts';
import { beginWeek, type Week } from './week-place.ts';

const AUTO_REPLY = DEFAULTS.autoReply.text['en']!;
/** A browser on a busy machine. */
const STEP_MS = 60_000;
/** A closed page counts as left after ten seconds. */
const LEFT_MS = 11_000;

let week: Week;
let mina: Hand;
let ravi: Hand;
let annas: BrowserContext;
let anna: Shopper;
let bea: Shopper;
let carla: Shopper;
/** The five threads, by who began them. */
const thread = { anna: '', bea: '', carla: '', dora: '', emil: '' };

beforeAll(async () => {
  week = await beginWeek('Mon 08:50');
}, STEP_MS);
afterAll(() => week.close(), STEP_MS);

/** A step that failed leaves nothing for the next to go on from. */
let stopped = '';
beforeEach(({ task }) => {
  if (stopped) throw new Error(`not reached: "${stopped}" failed`);
  onTestFailed(() => {
    stopped = task.name;
  });
});
afterEach(() => {
  expect(takeProblems(), 'errors in the consoles of the pages').toEqual([]);
});

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

describe('Monday', () => {
  test('queue: five threads wait in the order in which they came, and everybody was told that nobody is in', async () => {
    const [minas, ravis] = [await week.person(), await week.person()];
    [mina, ravi] = await Promise.all([Hand.join(minas, week.join.owner, 'Mina'), Hand.join(ravis, week.join.agent, 'Ravi')]);
    await Promise.all([mina, ravi].map((hand) => hand.be('Away')));
    await see(() => mina.colleague('Ravi'), 'Ravi: Away', 'Ravi to be away');
    await see(() => ravi.colleague('Mina'), 'Mina: Away', 'Mina to be away');

    annas = await week.person();
    [anna, bea, carla] = await Promise.all([shop(annas, '/'), shop(await week.person(), '/'), shop(await week.person(), '/')]);
    thread.anna = await begin(anna, 'Mon 09:00', 'Where is my parcel?');
    await seeSaid(anna, AUTO_REPLY);
    thread.bea = await begin(bea, 'Mon 09:01', 'Do you ship to Norway?');
    thread.carla = await begin(carla, 'Mon 09:02', 'Is the Oolong back?');
    for (const [wall, name, text] of [['Mon 09:03', 'dora', 'Can I pay by invoice?'], ['Mon 09:04', 'emil', 'One cup is broken.']] as const) {
      const caller = await week.caller();
      thread[name] = caller.thread;
      await week.clock.moveTo(wall);
      caller.talker.say(caller.thread, text);
      await until(() => caller.talker.outbox.size === 0, `"${text}" to be acknowledged`);
    }
    const all = [thread.anna, thread.bea, thread.carla, thread.dora, thread.emil];
    for (const hand of [mina, ravi]) {
      await seeCount(hand, 'waiting', 5);
      await seeThreads(hand, 'waiting', all);
    }
  }, STEP_MS);

  test('slots: whoever is available gets two, first come, first served; then she is full, and the fifth waits', async () => {
    await week.clock.moveTo('Mon 09:10');
    await mina.be('Available');
    await see(() => mina.standing(), 'Full · 2 of 2', 'Mina to be full');
    await seeThreads(mina, 'mine', [thread.bea, thread.anna]);
    await see(() => ravi.colleague('Mina'), 'Mina: Full', 'Mina to be full, on Ravi’s screen');
    await seeCount(ravi, 'waiting', 3);
    await ravi.be('Available');
    await seeThreads(ravi, 'mine', [thread.dora, thread.carla]);
    await seeThreads(ravi, 'waiting', [thread.emil]);
    await anna.page.getByText('Here now').waitFor();
  }, STEP_MS);

  test('an answer is on her page at once; an agent whose visitor has left is told that she need not hurry', async () => {
    await week.clock.moveTo('Mon 09:20');
    await mina.open('mine', thread.anna);
    await mina.say('It left on Friday.');
    await seeSaid(anna, 'It left on Friday.');
    await anna.leave();
    await week.clock.moveBy(LEFT_MS);
    await mina.banner.getByText(/has left\. She will see your answer when she is back\./).waitFor();
    await mina.banner.getByRole('button', { name: 'Learn more' }).click();
    await mina.page.getByRole('dialog', { name: 'How threads work here' }).getByText('Nothing ends by itself').waitFor();
    await mina.page.keyboard.press('Escape');
  }, STEP_MS);

  test('snooze for 3 hours: it lies aside with its time, and its slot goes to who waits', async () => {
    await mina.snooze('3 hours');
    await seeThreads(mina, 'snoozed', [thread.anna]);
    await see(markOf(mina, thread.anna), 'Today 12:20', 'when it comes back');
    await seeThreads(mina, 'mine', [thread.emil, thread.bea]);
    await seeCount(mina, 'waiting', 0);
    await see(() => mina.standing(), 'Full · 2 of 2', 'Mina to be full again');
    await mina.open('mine', thread.emil);
    await see(() => mina.history(), ['Given to you'], 'why she has it');
  }, STEP_MS);

  test('end, and undo: the last act can be taken back; an end is the agent’s own', async () => {
    await week.clock.moveTo('Mon 09:30');
    await mina.say('We send you a new one.');
    await mina.end();
    await mina.page.getByRole('button', { name: /^Undo/ }).first().click();
    await see(() => mina.history(), ['Given to you', 'You ended it', 'You opened it again'], 'what happened');
    await seeThreads(mina, 'mine', [thread.emil, thread.bea]);
    await mina.open('mine', thread.emil);
    await mina.end('Careful, they are thin.');
    await seeThreads(mina, 'ended', [thread.emil]);
    await see(() => mina.standing(), 'Available · 1 of 2', 'a slot to be free');
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
    await see(markOf(ravi, thread.carla), 'Wrote again', 'why it is back');
    await ravi.open('mine', thread.carla);
    expect(await ravi.history()).toEqual(['Given to you', expect.stringMatching(/^You put it aside until tomorrow 10:05$/), 'Woken by her message']);
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
    await see(markOf(mina, thread.anna), 'Snooze ended', 'why it is back');
    await mina.open('mine', thread.anna);
    await mina.banner.getByText('The snooze has ended, and there was no word.').waitFor();
    await mina.banner.getByRole('button', { name: 'Snooze again' }).waitFor();
    await mina.banner.getByRole('button', { name: 'End…' }).waitFor();
  }, STEP_MS);

  test('restraint: one more message to somebody who is out is asked about; Snooze comes first, Send is still possible', async () => {
    await mina.seller.field.fill('Has it arrived?');
    await mina.seller.field.press('Enter');
    await mina.pause.getByText('She will see your answer when she is back').waitFor();
    expect(await mina.pause.getByRole('button').allTextContents()).toEqual(['Snooze', 'Send anyway', '']);
    expect(await mina.pause.getByRole('button', { name: 'Snooze' }).evaluate((button) => button === document.activeElement)).toBe(true);
    expect(week.rows.messages().map(({ body }) => body)).not.toContain('Has it arrived?');
    await mina.pause.getByRole('button', { name: 'Send anyway' }).click();
    await until(() => week.rows.messages().some(({ body }) => body === 'Has it arrived?'), 'it to be said all the same');
    await mina.snooze('1 day');
    await mina.go('snoozed');
    await see(markOf(mina, thread.anna), 'Tomorrow 12:21', 'when it comes back');
  }, STEP_MS);
});
