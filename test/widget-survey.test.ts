// @vitest-environment happy-dom
/** How it was, asked in the thread (D17), and the line of a brand where many wait (D19), on a visitor that is fed by hand. */
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RATING_CHARS } from '../protocol/limits.ts';
import type { Survey, Thread } from '../protocol/messages.ts';
import { RATING_MOST } from '../widget/rare/answer.ts';
import { SURVEY_WORDS } from '../widget/rare/survey-words.ts';
import { words as arabic } from '../widget/words/ar.ts';
import { words as english } from '../widget/words/en.ts';
import { CARD, message, type Stage, stage, waiting } from './widget-fake.ts';

const TEXT = SURVEY_WORDS['en']!;
const HOUR_MS = 3_600_000;

let on: Stage;
beforeEach(() => { on = stage(); });
afterEach(() => {
  on.end();
  vi.useRealTimers();
});

const $ = <E extends HTMLElement = HTMLElement>(selector: string) => on.root.querySelector<E>(selector);
const inputs = () => [...on.root.querySelectorAll<HTMLInputElement>('.faces input')];
const chosen = () => inputs().findIndex(({ checked }) => checked) + 1;
const note = () => $('.survey .note')!.textContent;
const field = () => $<HTMLTextAreaElement>('.survey textarea')!;
const rates = () => on.visitor.asked.flatMap(([verb, what]) => verb === 'tell' ? [what as { type: string; score: number; text?: string }] : []);
const discards = () => on.visitor.asked.filter(([verb]) => verb === 'discard').map(([, id]) => id);
const soon = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));
const asked = (more: Partial<Survey> = {}): Survey => ({ episode: 1, until: Date.now() + HOUR_MS, ...more });
function ended(survey: Survey | undefined, more: Partial<Thread> = {}): void {
  on.visitor.holds([message(1, 'visitor', 'Hi'), message(2, 'agent', 'Bye', { name: 'Mina' })], { ended: true, ...(survey && { survey }), ...more });
}
async function open(): Promise<void> {
  on.state.open();
  await vi.waitFor(() => expect(on.state.bottom.value).toBeDefined());
}
async function shown(): Promise<void> {
  await vi.waitFor(() => { if (!$('.survey')) throw new Error('no survey yet'); });
}
/** As a mouse does, or a finger. */
async function choose(score: number): Promise<void> {
  const input = inputs()[score - 1]!;
  input.dispatchEvent(new Event('pointerdown', { bubbles: true }));
  input.click();
  await soon();
}
/** As an arrow key does: a browser chooses what it goes to. */
function arrow(to: number): void {
  inputs()[to - 1]!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  inputs()[to - 1]!.click();
}
function write(text: string): void {
  field().value = text;
  field().dispatchEvent(new Event('input', { bubbles: true }));
}

describe('D17 the question', () => {
  it('stands at the end of an ended thread, as one group of five named faces', async () => {
    ended(asked());
    await open();
    await shown();
    const group = $('[role=radiogroup]')!;
    expect(on.root.querySelector(`#${group.getAttribute('aria-labelledby')}`)!.textContent).toBe(TEXT.ask);
    expect([...group.querySelectorAll('label')].map(({ textContent }) => textContent)).toEqual(['Very bad', 'Bad', 'Okay', 'Good', 'Very good']);
    expect(inputs().every(({ type, name }) => type === 'radio' && name === inputs()[0]!.name)).toBe(true);
    expect(chosen()).toBe(0);
    const log = $('.t')!;
    expect(log.lastElementChild!.contains(group)).toBe(true);
    // Nothing was closed: she may write on.
    expect($<HTMLTextAreaElement>('form textarea')!.disabled).toBe(false);
  });

  it('is not there where nobody asks, nor a day later', async () => {
    ended(undefined);
    await open();
    await soon(50);
    expect($('.survey')).toBeNull();
    ended(asked({ until: Date.now() - 1 }));
    await soon(50);
    expect($('.survey')).toBeNull();
  });

  it('is told to a screen reader once, politely, and not face by face', async () => {
    ended(asked());
    await open();
    await shown();
    expect($('.survey')!.getAttribute('aria-live')).toBe('off');
    const call = $('.survey .sr')!;
    expect(call.getAttribute('role')).toBe('status');
    await vi.waitFor(() => expect(call.textContent).toBe(TEXT.ask));
    expect($('.survey .note')!.getAttribute('role')).toBe('status');
  });

  it('comes while she is there, and goes with the next episode', async () => {
    on.visitor.holds([message(1, 'visitor', 'Hi')]);
    await open();
    ended(asked());
    await shown();
    ended(undefined, { ended: false, episode: 2 });
    expect($('.survey')).toBeNull();
    ended(asked({ episode: 2 }), { episode: 2 });
    expect(chosen()).toBe(0);
    await choose(4);
    expect(rates()).toEqual([{ type: 'rate', thread: 't1', episode: 2, score: 4 }]);
  });

  it('goes as soon as she writes on, and nothing of it outlives her being forgotten', async () => {
    ended(asked());
    await open();
    await shown();
    on.visitor.pending.value = [waiting('One more thing')];
    expect($('.survey')).toBeNull();
    on.visitor.pending.value = [];
    expect($('.survey')).not.toBeNull();
    await on.visitor.face.forget();
    expect($('.survey')).toBeNull();
  });

  it('is the same one when she comes back to it, half a sentence and all', async () => {
    ended(asked());
    await open();
    await shown();
    await choose(2);
    write('Half a');
    on.state.close();
    await open();
    expect(field().value).toBe('Half a');
    expect(chosen()).toBe(2);
  });
});

describe('D17 her answer', () => {
  it('is sent with the choice; thanks follow, and a place for words', async () => {
    ended(asked());
    await open();
    await shown();
    expect($('.survey .field')!.hidden).toBe(true);
    await choose(5);
    expect(rates()).toEqual([{ type: 'rate', thread: 't1', episode: 1, score: 5 }]);
    expect(note()).toBe(TEXT.thanks);
    expect($('.survey .field')!.hidden).toBe(false);
    write('  Quick and kind. ');
    $('.survey .say')!.click();
    expect(rates().at(-1)).toEqual({ type: 'rate', thread: 't1', episode: 1, score: 5, text: 'Quick and kind.' });
    expect(note()).toBe(TEXT.added);
    $('.survey .say')!.click();
    expect(rates()).toHaveLength(2);
  });

  it('can be changed, and keeps the words that were sent', async () => {
    ended(asked());
    await open();
    await shown();
    await choose(1);
    write('Cold tea');
    field().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    write('Cold tea, but');
    await choose(3);
    expect(rates().map(({ score, text }) => [score, text])).toEqual([[1, undefined], [1, 'Cold tea'], [3, 'Cold tea']]);
    expect(field().value).toBe('Cold tea, but');
  });

  it('goes by the arrows without a word, and is sent where she stays or leaves', async () => {
    ended(asked());
    await open();
    await shown();
    for (const to of [1, 2, 3, 4]) arrow(to);
    // Whoever goes on with Tab finds the place for words.
    expect($('.survey .field')!.hidden).toBe(false);
    await soon();
    expect(rates()).toEqual([]);
    await vi.waitFor(() => expect(rates().map(({ score }) => score)).toEqual([4]), 3_000);
    arrow(5);
    inputs()[4]!.dispatchEvent(new FocusEvent('focusout', { bubbles: true, relatedTarget: field() }));
    expect(rates().map(({ score }) => score)).toEqual([4, 5]);
    await soon(800);
    expect(rates()).toHaveLength(2);
  });

  it('waits like a message without a line, and only her last mind leaves', async () => {
    ended(asked());
    await open();
    await shown();
    on.visitor.line.value = 'broken';
    await choose(2);
    // Not called saved before it is.
    expect(note()).toBe(TEXT.thanks);
    on.visitor.pending.value = on.visitor.pending.value.map((each) => ({ ...each, kept: true }));
    expect(note()).toBe(`${TEXT.thanks} ${english.fates.saved}.`);
    const [first] = on.visitor.pending.value;
    await choose(4);
    expect(discards()).toEqual([first!.frame.id]);
    expect(on.visitor.pending.value.map(({ frame }) => 'score' in frame && frame.score)).toEqual([4]);
    expect(chosen()).toBe(4);
    on.visitor.line.value = 'on';
    on.visitor.pending.value = [];
    expect(note()).toBe(TEXT.thanks);
    // The acknowledgement came before the row: what she chose stays.
    expect(chosen()).toBe(4);
  });

  it('that is on its way is not taken back by the next', async () => {
    ended(asked());
    await open();
    await shown();
    await choose(2);
    await choose(3);
    expect(discards()).toEqual([]);
    expect(on.visitor.pending.value).toHaveLength(2);
  });

  it('that was given before, here or elsewhere, is shown', async () => {
    ended(asked({ score: 4, text: 'Good' }));
    await open();
    await shown();
    expect([chosen(), field().value, note()]).toEqual([4, 'Good', TEXT.added]);
    ended(asked({ score: 1, text: 'Not good' }));
    expect([chosen(), field().value]).toEqual([1, 'Not good']);
  });

  it('that waits in the outbox is newer than the row', async () => {
    on.visitor.line.value = 'broken';
    on.visitor.pending.value = [{ frame: { type: 'rate', id: 'r1', thread: 't1', episode: 1, score: 2 }, at: 1, fate: 'saved', kept: true }];
    ended(asked({ score: 5 }));
    await open();
    await shown();
    expect(chosen()).toBe(2);
  });

  it('that was refused is named, and does not lie in the outbox for ever', async () => {
    ended(asked());
    await open();
    await shown();
    await choose(3);
    const { frame } = on.visitor.pending.value[0]!;
    on.visitor.pending.value = [{ frame, at: 1, fate: 'refused', refusal: 'stale' }];
    expect(note()).toBe('Not sent. It could not be accepted.');
    expect(discards()).toEqual([frame.id]);
  });
});

it('agrees with the protocol about its limit, which it cannot import', () => {
  expect(RATING_MOST).toBe(RATING_CHARS);
});

it('speaks every language that the widget speaks', () => {
  const languages = readdirSync('widget/words').filter((name) => name !== 'words.ts').map((name) => name.replace('.ts', ''));
  expect(Object.keys(SURVEY_WORDS).sort()).toEqual(languages.sort());
  for (const { faces } of Object.values(SURVEY_WORDS)) expect(new Set(faces).size).toBe(5);
});

it('asks in her language', async () => {
  on.end();
  on = stage(arabic);
  ended(asked());
  await open();
  await shown();
  expect($('#lw-asked')!.textContent).toBe(SURVEY_WORDS['ar']!.ask);
});

describe('D19 where many wait', () => {
  const busy = () => [...on.root.querySelectorAll('form .note')].map(({ textContent }) => textContent);
  const crowd = (is: boolean) => { on.visitor.me.value = { verified: false, card: { ...CARD, busy: is } }; };

  it('she is told so, and may write all the same', async () => {
    crowd(true);
    ended(undefined);
    await open();
    expect(busy()).toEqual([english.busy]);
    on.state.write('Hello');
    await on.state.say();
    expect(on.visitor.asked.some(([verb]) => verb === 'send')).toBe(true);
    crowd(false);
    expect(busy()).toEqual([]);
  });

  it('also before she has ever written', async () => {
    on.visitor.card.value = { ...CARD, busy: true };
    await open();
    expect(busy()).toEqual([english.busy]);
  });

  it('but not while somebody is answering her, nor instead of what her line has to say', async () => {
    crowd(true);
    on.visitor.holds([message(1, 'visitor', 'Hi')], { agent: { id: 'a', name: 'Mina' } });
    await open();
    expect(busy()).toEqual([]);
    on.visitor.holds([message(1, 'visitor', 'Hi')]);
    expect(busy()).toEqual([english.busy]);
    on.visitor.line.value = 'broken';
    expect(busy()).toEqual([english.offline]);
  });
});
