// @vitest-environment happy-dom
/** What an agent does with a thread besides answering, on a sync engine that is fed by hand. */
import { render } from 'preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDoors } from '../inbox/doors.ts';
import { openKeep } from '../inbox/keep.ts';
import { createInbox, type Inbox } from '../inbox/state.ts';
import { App } from '../inbox/ui/app.tsx';
import { agent, brandRow, entry, type FakeEngine, fakeEngine, message, thread, visitor } from './inbox-fake.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.now();
const BRAND = { id: 'acme', name: 'Acme', color: '#0f766e', logo: 'A' };
const MARTA = agent('marta', 'Marta Oliveira', { role: 'owner', active: 2 });
let engine: FakeEngine;
let inbox: Inbox;
let address: string;
let ids: number;

async function open(at: string): Promise<void> {
  address = at;
  const answer = async () => new Response(JSON.stringify({ agent: MARTA, brand: BRAND }));
  inbox = createInbox({
    brand: 'acme', doors: openDoors('acme', answer as typeof fetch), keep: openKeep('acme', () => localStorage), newId: () => `id-${++ids}`, startEngine: () => engine,
    address: { path: () => address, push: (path) => { address = path; }, replace: (path) => { address = path; } },
  });
  render(<App inbox={inbox} />, document.body);
  void inbox.start();
  await settled();
}

beforeEach(() => {
  localStorage.clear();
  ids = 0;
  engine = fakeEngine();
  Object.assign(window, { IntersectionObserver: class { observe() {} disconnect() {} }, ResizeObserver: class { observe() {} disconnect() {} } });
  Element.prototype.scrollTo = () => undefined;
  (window as unknown as { happyDOM: { setViewport(size: object): void } }).happyDOM.setViewport({ width: 1_440, height: 900 });
  engine.put(
    MARTA, agent('jonas', 'Jonas Weber', { active: 3 }), agent('ravi', 'Ravi Menon', { active: 1 }), agent('lea', 'Léa Bernard'),
    visitor('v-ada', { name: 'Ada Lindqvist' }), visitor('v-bo', { name: 'Bo Nilsson' }), visitor('v-4f2a'),
    thread('t-ada', 'v-ada', { seq: 2, state: 'assigned', agent: 'marta', mark: 'returned', at: NOW - HOUR, team: { got: 2, seen: 2 }, previewBy: 'agent' }),
    message('t-ada', 1, 'Is it in?'), message('t-ada', 2, 'Tomorrow.', { by: 'agent', agent: 'marta', name: 'Marta Oliveira' }),
    thread('t-bo', 'v-bo', { seq: 1, state: 'assigned', agent: 'marta', at: NOW, waiting: NOW - 23 * HOUR, due: NOW + HOUR }), message('t-bo', 1, 'Hello'),
    thread('t-q', 'v-4f2a', { seq: 1, at: NOW, waiting: NOW - DAY, due: NOW - 2 * HOUR }), message('t-q', 1, 'Anyone?'),
  );
  engine.arrive('marta', 'jonas', 'ravi', 'v-bo');
});
afterEach(() => {
  render(null, document.body);
  inbox.close();
});

const settled = async () => { for (let i = 0; i < 6; i++) await new Promise((resolve) => setTimeout(resolve, 2)); };
const find = <T extends HTMLElement = HTMLElement>(selector: string) => document.querySelector<T>(selector);
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const text = (selector = 'body') => find(selector)?.textContent ?? '';
const named = (name: string, inside = 'body') => all(`${inside} button, ${inside} a, ${inside} label`).find((each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim().startsWith(name))!;
async function click(target: HTMLElement | string, inside?: string): Promise<void> {
  (typeof target === 'string' ? named(target, inside) : target).click();
  await settled();
}
async function press(target: Element, key: string, more = {}): Promise<void> {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  await settled();
}
async function put(selector: string, value: string): Promise<void> {
  const field = find<HTMLInputElement>(selector)!;
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
}
async function submit(selector: string): Promise<void> {
  find(selector)!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await settled();
}
async function say(body: string): Promise<void> {
  await put('.composer textarea', body);
  await press(find('.composer textarea')!, 'Enter');
}
const did = (type: string) => engine.did.filter((each) => (each as { type: string }).type === type);
const two = (n: number) => String(n).padStart(2, '0');
const focused = () => document.activeElement?.textContent?.trim();

describe('the boxes', () => {
  it('count what is hers, what came back, what is aside, and put what came back first', async () => {
    engine.put(thread('t-aside', 'v-ada', { state: 'snoozed', agent: 'jonas', snooze: { until: NOW + DAY, keep: true } }));
    await open('/inbox/acme/mine');
    expect(all('.boxes li .box').map((box) => box.textContent)).toEqual(['Queue1', 'Mine2', 'Returned1', 'Snoozed1', 'Everyone’s4', 'Ended']);
    expect(all('.rows-part').map((part) => part.textContent)).toEqual(['Returned', 'In hand']);
    expect(all('.row-name').map((name) => name.textContent)).toEqual(['Ada Lindqvist', 'Bo Nilsson']);
    expect(text('.row-mark')).toBe('Wrote again');
    await press(document.body, '4');
    expect(address).toBe('/inbox/acme/snoozed');
    expect(text('.row-mark')).toMatch(/^Tomorrow \d/);
    await press(document.body, '3');
    expect(all('.row')).toHaveLength(1);
  });

  it('D9 say what is nearly overdue and what is over', async () => {
    await open('/inbox/acme/all');
    expect(text('.row-near')).toMatch(/^Due in (59 min|1 h)$/);
    expect(text('.row-over')).toBe('Overdue 2 h');
    expect(find('[data-thread="t-q"]')!.textContent).toContain('Visitor 4F2A');
  });

  it('D12 D14 say what a thread is about, as far as there is room, and that its visitor is blocked', async () => {
    engine.put(
      visitor('v-4f2a', { blocked: true }),
      thread('t-q', 'v-4f2a', { tags: ['tea', 'wholesale', 'urgent', 'vip'] }), thread('t-bo', 'v-bo', { state: 'assigned', agent: 'marta', tags: ['tea', 'green', 'late'] }),
      thread('t-ada', 'v-ada', { state: 'assigned', agent: 'marta', mark: 'returned', tags: ['tea', 'wholesale', 'urgent'] }),
    );
    await open('/inbox/acme/all');
    const marksOf = (id: string) => all(`[data-thread=${id}] .row-marks > *`).map((each) => [...each.querySelectorAll('[aria-hidden]:not(svg)')].map((tag) => tag.textContent).join(' ') || each.textContent);
    expect(['t-q', 't-bo', 't-ada'].map(marksOf)).toEqual([['tea wholesale +2'], ['tea green late'], ['Wrote again', 'tea +2']]);
    expect(text('[data-thread=t-q] .unseen + [aria-hidden]')).toBe('tea');
    expect(find('[data-thread=t-q] .row-tags')!.title).toBe('Tags: tea, wholesale, urgent, vip');
    expect(all('.row-blocked').map((each) => [each.closest('a')!.dataset['thread'], each.textContent])).toEqual([['t-q', 'Blocked']]);
  });

  it('D2 say how much each holds, and that she is full by herself', async () => {
    await open('/inbox/acme/waiting/t-q');
    expect(text('.me-status')).toBe('Available · 2 of 3');
    expect(all('.colleague').map((each) => each.title)).toEqual(['Jonas Weber: Full', 'Léa Bernard: not here', 'Ravi Menon: Available']);
    await click('Take');
    expect(text('.me-status')).toBe('Full · 3 of 3');
    engine.refuse('id-1', 'not_found');
    await settled();
    expect(text('.me-status')).toBe('Available · 2 of 3');
  });
});

describe('D5 to snooze', () => {
  beforeEach(() => open('/inbox/acme/mine/t-bo'));

  it('is a key and a choice: three hours, kept unless she says otherwise', async () => {
    await press(document.body, 's');
    expect([find('.popover')!.getAttribute('aria-label'), focused()]).toEqual(['Snooze until', expect.stringMatching(/^3 hours/)]);
    expect(find<HTMLInputElement>('.keep input')!.checked).toBe(true);
    const before = Date.now();
    await click('3 hours');
    const [frame] = did('snooze') as { until: number }[];
    expect(frame).toMatchObject({ type: 'snooze', thread: 't-bo', seq: 1, keep: true });
    expect(Math.abs(frame!.until - before - 3 * HOUR)).toBeLessThan(2_000);
    expect(find('.popover')).toBeNull();
    expect(text('.banner')).toMatch(/^Snoozed until .*Then it comes back to you\.$/);
    expect(named('Snoozed', '.boxes').textContent).toBe('Snoozed1');
  });

  it('goes by the server’s clock where that of this device is wrong', async () => {
    engine.aheadBy(-2 * DAY);
    await press(document.body, 's');
    const before = Date.now();
    await click('Choose a date and time…');
    const tomorrow = new Date(before - DAY);
    expect(find<HTMLInputElement>('.chooser input[type=date]')!.value).toBe(`${tomorrow.getFullYear()}-${two(tomorrow.getMonth() + 1)}-${two(tomorrow.getDate())}`);
    expect(text('.chooser-says')).toMatch(/^Comes back tomorrow 0?9:00/);
    await click('3 hours');
    const [frame] = did('snooze') as { until: number }[];
    expect(Math.abs(frame!.until - (before - 2 * DAY) - 3 * HOUR)).toBeLessThan(2_000);
    expect(text('.undo')).toMatch(/^Snoozed until (today|tomorrow) /);
  });

  it('is not offered to be taken back any more once the visitor has woken it', async () => {
    await press(document.body, 's');
    await click('3 hours');
    expect(text('.undo')).toMatch(/^Snoozed until /);
    // The server has it, and then her message.
    engine.put(thread('t-bo', 'v-bo', { state: 'snoozed', agent: 'marta', snooze: { until: NOW + DAY, keep: true }, rev: 8 }));
    await engine.discard('id-1');
    await settled();
    expect(text('.undo')).toMatch(/^Snoozed until /);
    engine.put(thread('t-bo', 'v-bo', { state: 'assigned', agent: 'marta', mark: 'returned', seq: 2, rev: 9 }));
    await settled();
    expect(find('.undo')).toBeNull();
    await press(document.body, 'z');
    expect(did('wake')).toEqual([]);
  });

  it('is walked with the arrows, and left with Escape to where she was', async () => {
    const log = find('.log')!;
    log.focus();
    await press(log, 's');
    await press(document.activeElement!, 'ArrowDown');
    expect(focused()).toMatch(/^1 day/);
    await press(document.activeElement!, 'ArrowUp');
    await press(document.activeElement!, 'ArrowUp');
    expect(focused()).toMatch(/^Choose a date/);
    await press(document.activeElement!, 'Escape');
    expect([find('.popover'), document.activeElement === log, address]).toEqual([null, true, '/inbox/acme/mine/t-bo']);
  });

  it('is any time to come, given up to the queue, with what is wrong beside it', async () => {
    await press(document.body, 's');
    await click('Choose a date and time…');
    const tomorrow = find<HTMLInputElement>('.chooser input[type=date]')!.value;
    expect(text('.chooser-says')).toMatch(/^Comes back tomorrow 0?9:00/);
    await put('.chooser input[type=date]', '2020-01-01');
    expect(text('.chooser-says')).toBe('Choose a time that is still to come.');
    await submit('.chooser');
    expect(did('snooze')).toEqual([]);
    await put('.chooser input[type=date]', tomorrow);
    await put('.chooser input[type=time]', '14:30');
    find<HTMLInputElement>('.keep input')!.click();
    await settled();
    expect(text('.keep')).toContain('It goes to the queue.');
    await submit('.chooser');
    const [year, month, day] = tomorrow.split('-').map(Number) as [number, number, number];
    expect(did('snooze')).toMatchObject([{ until: new Date(year, month - 1, day, 14, 30).getTime(), keep: false }]);
    expect(text('.banner')).toContain('Then it goes to the queue.');
  });

  it('is taken back by waking, and refused when she wrote in the meantime: the row is back, the thread says why', async () => {
    await press(document.body, 's');
    await click('1 day');
    await press(document.body, 'w');
    expect(did('wake')).toMatchObject([{ thread: 't-bo' }]);
    expect(find('.banner')).toBeNull();
    engine.refuse('id-1', 'stale');
    engine.refuse('id-2', 'stale');
    await settled();
    expect(text('.refusals')).toContain('Not snoozed: the visitor wrote in the meantime');
    expect(find('[data-thread="t-bo"]')!.textContent).toContain('Not done');
    expect(named('Mine', '.boxes').textContent).toBe('Mine2');
  });
});

describe('D4 to transfer', () => {
  beforeEach(() => open('/inbox/acme/mine/t-bo'));

  it('offers who can look at it first, with how much each holds, and takes a note along', async () => {
    await press(document.body, 'g');
    expect(all('.taker').map((each) => each.textContent)).toEqual([
      'RMRavi MenonAvailable1 of 3', 'JWJonas WeberFull3 of 3', 'LBLéa Bernardnot here0 of 3', 'Back to the queueThe next free colleague gets it.',
    ]);
    expect(find<HTMLInputElement>('.taker input:checked')!.value).toBe('ravi');
    engine.put(agent('ravi', 'Ravi Menon', { active: 3 }));
    await settled();
    expect(all('.taker').at(-1)!.textContent).toBe('Back to the queueNo colleague is free now: it may come back to you.');
    find<HTMLInputElement>('.taker input[value=jonas]')!.click();
    await settled();
    await put('dialog textarea', ' She asks about wholesale. ');
    expect(named('Transfer to Jonas Weber', 'dialog')).toBeTruthy();
    await submit('dialog form');
    expect(did('transfer')).toEqual([{ type: 'transfer', id: 'id-1', thread: 't-bo', to: 'jonas', note: 'She asks about wholesale.' }]);
    expect(find('dialog')).toBeNull();
    expect(named('Mine', '.boxes').textContent).toBe('Mine1');
    expect(text('.holder')).toContain('Jonas Weber');
  });

  it('goes back to the queue, and says it when the colleague has left', async () => {
    await click('Transfer…');
    find<HTMLInputElement>('.taker input[value=""]')!.click();
    await settled();
    await submit('dialog form');
    expect(did('transfer')).toEqual([{ type: 'transfer', id: 'id-1', thread: 't-bo' }]);
    expect(named('Queue', '.boxes').textContent).toBe('Queue2');
    engine.refuse('id-1', 'not_found');
    await settled();
    expect(text('.refusals')).toContain('Not transferred: this colleague has left the team.');
  });
});

describe('to end', () => {
  beforeEach(() => open('/inbox/acme/mine/t-bo'));

  it('asks for a last word, sends it first, and is taken back with one key (D16)', async () => {
    await press(document.body, 'e');
    expect(text('dialog')).toContain('The visitor is asked how it was');
    await put('dialog textarea', 'Enjoy your tea!');
    await press(find('dialog textarea')!, 'Enter');
    expect(engine.did.filter((each) => ['say', 'end'].includes((each as { type: string }).type))).toEqual([
      { type: 'say', id: 'id-1', thread: 't-bo', body: 'Enjoy your tea!' }, { type: 'end', id: 'id-2', thread: 't-bo', seq: 1 },
    ]);
    expect(text('.log-end')).toBe('This thread has ended. An answer opens it again.');
    const undos = all('button').filter((each) => each.textContent!.startsWith('Undo'));
    expect([undos.length, text('.undo')], 'offered once').toEqual([1, 'EndedUndoz']);
    const aloud = all('[role=status], [aria-live=polite]').filter((each) => /ended/i.test(each.textContent!));
    expect(aloud.map((each) => each.textContent), 'and said once').toEqual(['EndedUndoz']);
    await press(document.body, 'z');
    expect(did('reopen')).toEqual([{ type: 'reopen', id: 'id-3', thread: 't-bo' }]);
    expect([find('.log-end'), text('.holder')]).toEqual([null, expect.stringContaining('Yours')]);
  });

  it('D17 says whether she will be asked how it was, as the brand has set it', async () => {
    await press(document.body, 'e');
    expect(text('dialog')).toContain('asked how it was, if your brand wants that.');
    engine.put(brandRow({ survey: true }));
    await settled();
    expect(text('dialog')).toContain('The visitor will be asked how it was.');
    engine.put(brandRow({ survey: false, rev: 2 }));
    await settled();
    expect(text('dialog')).toContain('The visitor will not be asked how it was.');
  });

  it('is opened again also later, and by a colleague', async () => {
    engine.put(thread('t-bo', 'v-bo', { state: 'ended', agent: 'jonas', rev: 9 }));
    await settled();
    await click('Open again');
    expect(did('reopen')).toEqual([{ type: 'reopen', id: 'id-1', thread: 't-bo' }]);
  });

  it('needs no last word, and is left with Escape', async () => {
    await press(document.body, 'e');
    find('dialog')!.dispatchEvent(new Event('cancel', { cancelable: true }));
    await settled();
    expect([find('dialog'), did('end')]).toEqual([null, []]);
    await click('End…');
    await submit('dialog form');
    expect([did('say'), did('end')]).toEqual([[], [{ type: 'end', id: 'id-1', thread: 't-bo', seq: 1 }]]);
  });

  it('is not offered to be taken back where somebody else ended it', async () => {
    engine.put(thread('t-bo', 'v-bo', { state: 'ended', agent: 'jonas', rev: 9 }));
    await settled();
    expect([text('.log-end'), text('.undo')]).toEqual(['This thread has ended. An answer opens it again.', '']);
  });
});

describe('D8 restraint', () => {
  beforeEach(() => open('/inbox/acme/mine/t-ada'));

  it('says on a thread whose visitor has left how such threads work', async () => {
    expect(text('.banner')).toBe('Ada Lindqvist has left. She will see your answer when she is back. Learn more');
    await click('Learn more');
    expect(text('dialog')).toContain('Nothing ends by itself');
    await click('Got it');
    expect(find('dialog')).toBeNull();
    engine.arrive('v-ada');
    await settled();
    expect(find('.banner')).toBeNull();
  });

  it('offers to snooze before another message, and never stands in the way', async () => {
    await say('Are you still there?');
    expect(did('say')).toEqual([]);
    expect([text('.pause strong'), focused()]).toEqual(['She will see your answer when she is back', 'Snooze']);
    await press(document.activeElement!, 'Escape');
    expect([find('.pause'), document.activeElement, find<HTMLTextAreaElement>('.composer textarea')!.value]).toEqual([null, find('.composer textarea'), 'Are you still there?']);
    await press(find('.composer textarea')!, 'Enter');
    await click('Send anyway');
    expect(did('say')).toMatchObject([{ body: 'Are you still there?' }]);
    expect(find('.pause')).toBeNull();
    await say('Hello?');
    await click('Snooze', '.pause');
    expect([find('.pause'), focused()]).toEqual([null, expect.stringMatching(/^3 hours/)]);
    expect(did('say')).toHaveLength(1);
  });

  it('sends at once what is said twice, and what answers her', async () => {
    await say('Are you still there?');
    await press(find('.composer textarea')!, 'Enter');
    expect(did('say')).toHaveLength(1);
    engine.put(message('t-ada', 3, 'Yes', {}), thread('t-ada', 'v-ada', { seq: 3, rev: 5, state: 'assigned', agent: 'marta', waiting: NOW }));
    await inbox.desk.value!.discard('id-1');
    await settled();
    await say('Good!');
    expect(did('say')).toHaveLength(2);
  });

  it('goes away when she writes while it stands there', async () => {
    await say('Are you still there?');
    engine.put(message('t-ada', 3, 'Yes', {}), thread('t-ada', 'v-ada', { seq: 3, rev: 5, state: 'assigned', agent: 'marta', waiting: NOW }));
    await settled();
    expect(find('.pause')).toBeNull();
  });

  it('suggests a goodbye after two snoozes without a word, with what she was about to say', async () => {
    engine.put(thread('t-ada', 'v-ada', { seq: 2, rev: 5, state: 'assigned', agent: 'marta', mark: 'snooze_ended', lapses: 2 }));
    await settled();
    expect(text('.banner')).toContain('2 snoozes have ended without a word.');
    await say('Goodbye then');
    expect(focused()).toBe('Say goodbye and end…');
    await click('Say goodbye and end…', '.pause');
    expect(find<HTMLTextAreaElement>('dialog textarea')!.value).toBe('Goodbye then');
    await submit('dialog form');
    expect([did('say'), did('end')]).toMatchObject([[{ body: 'Goodbye then' }], [{ seq: 2 }]]);
    expect(find<HTMLTextAreaElement>('.composer textarea')!.value).toBe('');
  });

  it('offers to snooze again or to end when a snooze has ended', async () => {
    engine.put(thread('t-ada', 'v-ada', { seq: 2, rev: 5, state: 'assigned', agent: 'marta', mark: 'snooze_ended', lapses: 1 }));
    await settled();
    await click('Snooze again', '.banner');
    expect(text('.popover-title')).toBe('Snooze until');
  });
});

describe('D10 the log', () => {
  it('says in quiet lines what happened, and tells a screen reader what others do', async () => {
    engine.put(
      entry('t-ada', 'assigned', { after: 1, reason: 'transferred', by: 'jonas', to: 'marta', text: 'You know <b>tea</b>.' }),
      entry('t-ada', 'rated', { after: 2, score: 4, text: 'Kind.' }), entry('t-ada', 'ordered', { after: 2, amount: 4_980, currency: 'EUR' }),
    );
    await open('/inbox/acme/mine/t-ada');
    expect(all('.entry-line > span').map((each) => each.textContent)).toEqual(['Jonas Weber gave it to you', 'Rated: Good', 'Ordered for €49.80']);
    expect(all('.entry-text').map((each) => each.textContent)).toEqual(['You know <b>tea</b>.', 'Kind.']);
    expect([find('.entry b'), find('.entry-line')!.title.length > 10, find('.entry .face-4') !== null]).toEqual([null, true, true]);
    const spoken = () => all('.log-frame > .unseen').map((each) => each.textContent).join('');
    expect(spoken()).toBe('');
    engine.put(entry('t-ada', 'assigned', { after: 2, reason: 'taken', by: 'ravi', to: 'ravi', rev: 99 }), entry('t-ada', 'snoozed', { after: 2, by: 'marta', until: NOW, rev: 100 }));
    await settled();
    expect(spoken()).toBe('Ravi Menon took it');
  });
});

describe('on a phone', () => {
  beforeEach(async () => {
    (window as unknown as { happyDOM: { setViewport(size: object): void } }).happyDOM.setViewport({ width: 390, height: 844 });
    await open('/inbox/acme/mine/t-bo');
  });

  it('Mine calls for what has returned, which stands at its top, also where nothing else does', async () => {
    await open('/inbox/acme/mine');
    const mine = find('.boxes-mine .box')!;
    expect([mine.textContent, mine.classList.contains('box-calls')]).toEqual(['Mine2 (1 returned)', true]);
    engine.put(thread('t-bo', 'v-bo', { state: 'ended', agent: 'marta', rev: 9 }));
    await settled();
    expect(all('.rows-part').map((part) => part.textContent)).toEqual(['Returned']);
    engine.put(thread('t-ada', 'v-ada', { state: 'assigned', agent: 'marta', rev: 9 }));
    await settled();
    expect([mine.textContent, mine.classList.contains('box-calls'), find('.rows-part')]).toEqual(['Mine1', false, null]);
  });

  it('all acts stand behind one button, and each opens', async () => {
    for (const [act, opens] of [['Transfer…', 'dialog'], ['End…', 'dialog'], ['Snooze', '.popover-title']] as const) {
      await click('More', '.thread-acts');
      await click(act, '.popover');
      expect([act, find(opens) !== null]).toEqual([act, true]);
      inbox.desk.value!.handling.shut();
      await settled();
    }
  });
});
