// @vitest-environment happy-dom
/** What she sees and does in the panel, on a visitor that is fed by hand. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BODY_CHARS, TYPING_EVERY_MS } from '../protocol/limits.ts';
import { words as arabic } from '../widget/words/ar.ts';
import { CARD, message, type Stage, stage, T0, waiting } from './widget-fake.ts';

let on: Stage;
beforeEach(() => { on = stage(); });
afterEach(() => {
  on.end();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const $ = (selector: string) => on.root.querySelector<HTMLElement>(selector);
const all = (selector: string) => [...on.root.querySelectorAll<HTMLElement>(selector)];
const texts = () => all('.b').map(({ textContent }) => textContent);
const field = () => on.root.querySelector('textarea')!;
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));
function type(text: string): void {
  field().value = text;
  field().dispatchEvent(new Event('input', { bubbles: true }));
}
function press(target: HTMLElement, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}
/** Opened, painted and measured. */
async function open(): Promise<void> {
  on.state.open();
  await vi.waitFor(() => expect(on.state.bottom.value).toBeDefined());
}
const sends = () => on.visitor.asked.filter(([verb]) => verb === 'send').map(([, frame]) => (frame as { body: string }).body);

describe('opening', () => {
  it('draws nothing before, a named dialog then, and hides it after', async () => {
    expect($('[role=dialog]')).toBeNull();
    await open();
    expect($('[role=dialog]')!.getAttribute('aria-label')).toBe(CARD.name);
    expect($('[role=dialog]')!.hidden).toBe(false);
    on.state.close();
    expect($('[role=dialog]')!.hidden).toBe(true);
  });

  it('puts the focus into the composer, and closing gives it back to the button', async () => {
    await open();
    expect(on.root.activeElement).toBe(field());
    press(field(), 'Escape');
    expect(on.state.isOpen.value).toBe(false);
    expect(on.root.activeElement).toBe(on.button);
  });

  it('takes no focus from the page when the page closes it', async () => {
    await open();
    const search = document.createElement('input');
    document.body.append(search);
    field().blur();
    search.focus();
    on.state.close();
    expect(document.activeElement).toBe(search);
    search.remove();
  });

  it('greets her in the words of the brand, or in its own', async () => {
    on.visitor.card.value = { ...CARD, greeting: 'Ask us about tea' };
    await open();
    expect($('.hello h2')!.textContent).toBe('Ask us about tea');
    on.visitor.card.value = CARD;
    expect($('.hello h2')!.textContent).toBe('Hello! How can we help?');
  });

  it.each([
    [{ available: true, replyTime: 'minutes' }, 'Here now · replies in minutes'],
    [{ available: false, replyTime: 'day' }, 'Away · replies within a day'],
    [{ available: false, replyTime: 'none' }, 'Away'],
    [{ available: false, open: false, opens: T0 }, /^Away · Back Sunday/],
  ] as const)('says who is in, and when to expect an answer: %j', async (card, line) => {
    on.visitor.card.value = { ...CARD, ...card } as typeof CARD;
    await open();
    expect($('header p')!.textContent).toMatch(line);
    expect($('header .mark i') !== null).toBe(card.available);
  });
});

describe('writing', () => {
  beforeEach(open);

  it('is sent by Enter, at once on the screen, and the composer is empty again', async () => {
    type('Is it back?');
    expect(press(field(), 'Enter').defaultPrevented).toBe(true);
    await soon();
    expect(sends()).toEqual(['Is it back?']);
    expect(field().value).toBe('');
    expect(texts()).toEqual(['Is it back?']);
  });

  it('goes on in a new line after Shift+Enter, and is not sent by the Enter of an input method', async () => {
    type('a');
    expect(press(field(), 'Enter', { shiftKey: true }).defaultPrevented).toBe(false);
    press(field(), 'Enter', { isComposing: true });
    press(field(), 'Enter', { keyCode: 229 } as KeyboardEventInit);
    await soon();
    expect(sends()).toEqual([]);
  });

  it('of nothing but blanks sends nothing', async () => {
    type(' \n ');
    press(field(), 'Enter');
    await soon();
    expect(sends()).toEqual([]);
  });

  it('is never refused by the composer: offline, without storage, after the end it stays writable', () => {
    on.visitor.holds([message(1, 'agent', 'bye')], { ended: true });
    for (const line of ['off', 'connecting', 'broken', 'stopped'] as const) {
      on.visitor.line.value = line;
      on.visitor.keeps.value = 'memory';
      expect(field().disabled || field().readOnly).toBe(false);
    }
  });

  it('twice pressed Enter is one message', async () => {
    type('once');
    press(field(), 'Enter');
    press(field(), 'Enter');
    await soon();
    expect(sends()).toEqual(['once']);
  });

  it('shows its length near the limit, and past it keeps every character and sends none', async () => {
    type('x'.repeat(BODY_CHARS - 500));
    expect($('.note')).toBeNull();
    type('x'.repeat(BODY_CHARS));
    expect($('.note')!.textContent).toBe(`${BODY_CHARS} / ${BODY_CHARS}`);
    type('x'.repeat(BODY_CHARS + 1));
    expect($('.note')!.className).toContain('over');
    press(field(), 'Enter');
    await soon();
    expect(sends()).toEqual([]);
    expect(field().value).toHaveLength(BODY_CHARS + 1);
  });

  it('keeps a draft, and takes it up again after a reload', async () => {
    type('half a thou');
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(on.visitor.disk.get('draft')).toBe('half a thou');
    on.end();
    on = stage();
    on.visitor.disk.set('draft', 'half a thou');
    on.visitor.holds([]);
    await open();
    await soon();
    expect(field().value).toBe('half a thou');
  });

  it('takes a draft from disk only if it is text', async () => {
    on.visitor.disk.set('draft', { type: 'img' });
    on.visitor.holds([]);
    await soon();
    expect(field().value).toBe('');
  });

  it('is told to the team at most every three seconds', () => {
    on.visitor.holds([message(1, 'agent', 'hi')]);
    const now = vi.spyOn(Date, 'now').mockReturnValue(T0);
    for (const text of ['a', 'ab', 'abc']) type(text);
    const mentions = () => on.visitor.asked.filter(([verb]) => verb === 'mention').length;
    expect(mentions()).toBe(1);
    now.mockReturnValue(T0 + TYPING_EVERY_MS + 1);
    type('abcd');
    expect(mentions()).toBe(2);
    type('');
    expect(mentions()).toBe(2);
  });

  it('goes to the thread on the screen, or begins one', async () => {
    type('first');
    press(field(), 'Enter');
    await soon();
    type('second');
    press(field(), 'Enter');
    await soon();
    const threads = on.visitor.asked.filter(([verb]) => verb === 'send').map(([, frame]) => (frame as { thread: string }).thread);
    expect(threads[0]).toBe(threads[1]);
  });
});

describe('the fate of her messages', () => {
  beforeEach(async () => {
    on.visitor.holds([message(1, 'visitor', 'one')]);
    await open();
  });
  const fate = () => all('.own').at(-1)!.querySelector('.m')!.textContent;

  it('goes from sent to delivered to seen', () => {
    expect(fate()).toMatch(/^Sent · /);
    on.visitor.holds([message(1, 'visitor', 'one')], { team: { got: 1, seen: 0 } });
    expect(fate()).toMatch(/^Delivered · /);
    on.visitor.holds([message(1, 'visitor', 'one')], { team: { got: 1, seen: 1 } });
    expect(fate()).toMatch(/^Seen · /);
  });

  it('is said in words where it waits', () => {
    on.visitor.pending.value = [waiting('two')];
    expect(fate()).toBe('Saved on this device, will be sent');
    on.visitor.pending.value = [waiting('two', { fate: 'sending' })];
    expect(fate()).toBe('Sending');
  });

  it('is not called saved before it is', () => {
    on.visitor.pending.value = [waiting('two', { kept: false })];
    expect(fate()).toBe('Sending');
  });

  it('of a refused message comes with its reason and two ways on', () => {
    on.visitor.pending.value = [waiting('two', { fate: 'refused', refusal: 'blocked' })];
    expect(fate()).toContain('Not sent');
    expect(fate()).toContain('Messages from here are not accepted');
    const [retry, discard] = all('.refused .m button');
    retry!.click();
    discard!.click();
    expect(on.visitor.asked.slice(-2)).toEqual([['retry', 'p-two'], ['discard', 'p-two']]);
  });

  it('of a reason that would tell her nothing has words of its own', () => {
    on.visitor.pending.value = [waiting('two', { fate: 'refused', refusal: 'conflict' })];
    expect(fate()).toContain('It could not be accepted');
  });
});

describe('what she should know', () => {
  it('is that there is no line, and that it waits', async () => {
    await open();
    on.visitor.holds([]);
    expect($('.note')).toBeNull();
    on.visitor.line.value = 'broken';
    expect($('.note')!.textContent).toBe('No connection. Messages are saved and sent later.');
    on.visitor.line.value = 'on';
    expect($('.note')).toBeNull();
  });

  it('is that this browser keeps nothing, while something waits', async () => {
    await open();
    on.visitor.holds([]);
    on.visitor.keeps.value = 'memory';
    expect($('.note')).toBeNull();
    on.visitor.pending.value = [waiting('a')];
    expect($('.note')!.textContent).toContain('stay on this page until it is sent');
  });

  it('is that nothing comes any more', async () => {
    await open();
    on.visitor.holds([]);
    on.visitor.line.value = 'stopped';
    expect($('.note')!.textContent).toContain('Reload the page');
  });
});

describe('the thread', () => {
  const talk = [message(1, 'visitor', 'one'), message(2, 'brand', 'two'), message(3, 'agent', 'three', { agent: 'x', name: 'Mina' })];

  it('is a log that says who said what, and when', async () => {
    on.visitor.holds(talk);
    await open();
    expect($('[role=log]')!.getAttribute('aria-label')).toBe('Messages');
    expect(texts()).toEqual(['one', 'two', 'three']);
    const metas = all('.m').map(({ textContent }) => textContent);
    expect(metas[1]).toMatch(/^Kettle & Fern · automatic reply · 11:00/);
    expect(metas[2]).toMatch(/^Mina · 11:00/);
    expect(all('.c .sr').map(({ textContent }) => textContent)).toEqual(expect.arrayContaining(['You: ', 'Kettle & Fern: ', 'Mina: ']));
  });

  it('marks where she stopped reading, and tells the server what she has seen', async () => {
    on.visitor.holds(talk, { visitor: { got: 3, seen: 1 } });
    expect(on.state.count.value).toBe(2);
    await open();
    expect($('.new')!.textContent).toBe('New');
    expect($('.new')!.compareDocumentPosition(all('.b')[1]!) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    expect(on.visitor.asked).toContainEqual(['seen', 't1', 3]);
    expect(on.state.count.value).toBe(0);
    on.state.close();
    await open();
    expect($('.new')).toBeNull();
  });

  it('marks nothing that comes while she is looking', async () => {
    on.visitor.holds(talk, { visitor: { got: 3, seen: 3 } });
    await open();
    on.visitor.holds([...talk, message(4, 'agent', 'four', { agent: 'x', name: 'Mina' })], { visitor: { got: 3, seen: 3 } });
    expect($('.new')).toBeNull();
    expect(on.visitor.asked).toContainEqual(['seen', 't1', 4]);
  });

  it('has seen nothing while it is closed', () => {
    on.visitor.holds(talk);
    expect(on.visitor.asked.filter(([verb]) => verb === 'seen')).toEqual([]);
  });

  it('shows who is writing, to the eye and to a screen reader', async () => {
    on.visitor.holds(talk, {}, { typing: { name: 'Mina' } });
    await open();
    expect($('.dots')).not.toBeNull();
    expect(all('[role=status]').map(({ textContent }) => textContent)).toContain('Mina is writing');
  });

  it('says that it was ended, and how to take it up', async () => {
    on.visitor.holds(talk, { ended: true });
    await open();
    expect($('.t')!.textContent).toContain('Write to take it up again');
  });

  it('draws a part of a long one, and more when she scrolls up', async () => {
    on.visitor.holds(Array.from({ length: 300 }, (_, n) => message(n + 1, n % 2 ? 'agent' : 'visitor', `${n}`)), {}, { more: true, first: false });
    await open();
    const drawn = texts().length;
    expect(drawn).toBeLessThan(100);
    await on.state.older();
    expect(texts().length).toBeGreaterThan(drawn);
    expect(texts().at(-1)).toBe('299');
    for (let n = 0; n < 5; n++) await on.state.older();
    expect(texts()).toHaveLength(300);
    expect(on.visitor.asked).toContainEqual(['older', 't1']);
  });

  it('makes text nodes of everything, whatever it looks like', async () => {
    on.visitor.holds([message(1, 'agent', '<img src=x onerror=alert(1)>', { name: '<b>Mina</b>' })]);
    await open();
    expect(texts()).toEqual(['<img src=x onerror=alert(1)>']);
    expect($('.t img, .t b')).toBeNull();
  });

  it('opens links elsewhere, and tells them nothing', async () => {
    on.visitor.holds([message(1, 'agent', 'see https://tea.example/x.')]);
    await open();
    const link = $('.b a') as HTMLAnchorElement;
    expect([link.href, link.target, link.rel, link.textContent])
      .toEqual(['https://tea.example/x', '_blank', 'noopener noreferrer nofollow ugc', 'https://tea.example/x']);
  });

  it('is the newest of several', async () => {
    on.visitor.holds([message(1, 'visitor', 'old')], { id: 't1', at: T0 });
    on.visitor.holds([message(1, 'visitor', 'new', { thread: 't2' })], { id: 't2', at: T0 + 1 });
    await open();
    expect(texts()).toEqual(['new']);
    expect($('.back')!.getAttribute('aria-label')).toBe('All conversations');
  });

  it('leaves nothing in a panel that is only hidden, once she is forgotten (A08)', async () => {
    on.visitor.holds(talk);
    await open();
    on.state.close();
    on.visitor.sync.value = undefined;
    expect(all('.b')).toEqual([]);
  });

  it('is gone when she is forgotten, with what she was writing', async () => {
    on.visitor.holds(talk);
    await open();
    type('secret');
    on.visitor.sync.value = undefined;
    expect(texts()).toEqual([]);
    expect(field().value).toBe('');
  });
});

describe('what few need', () => {
  const openMenu = async () => {
    $('.menu')!.click();
    await vi.waitFor(() => expect($('[role=menu]')).not.toBeNull());
  };
  beforeEach(async () => {
    on.visitor.holds([message(1, 'visitor', 'one')]);
    await open();
  });

  it('is a menu that the keyboard walks through, and that Esc closes without the panel', async () => {
    await openMenu();
    const [sound, forget] = all('[role^=menuitem]');
    expect(on.root.activeElement).toBe(sound);
    press(sound!, 'ArrowDown');
    expect(on.root.activeElement).toBe(forget);
    press(forget!, 'ArrowDown');
    expect(on.root.activeElement).toBe(sound);
    press(sound!, 'Escape');
    expect($('[role=menu]')).toBeNull();
    expect(on.state.isOpen.value).toBe(true);
    expect(on.root.activeElement).toBe($('.menu'));
  });

  it('turns sound on and off, and keeps it', async () => {
    vi.stubGlobal('AudioContext', class { currentTime = 0; createOscillator = () => ({ frequency: {}, connect: (to: unknown) => to, start() {}, stop() {} });
      createGain = () => ({ gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (to: unknown) => to }); });
    await openMenu();
    const sound = $('[role=menuitemcheckbox]')!;
    sound.click();
    expect(sound.getAttribute('aria-checked')).toBe('true');
    expect(on.visitor.disk.get('sound')).toBe(true);
    sound.click();
    expect(on.visitor.disk.get('sound')).toBe(false);
    vi.unstubAllGlobals();
  });

  it('forgets her only after she has said so twice', async () => {
    await openMenu();
    $('[role=menuitem]')!.click();
    const ask = $('[role=alertdialog]')!;
    expect(ask.textContent).toContain('leaves this device');
    expect(on.root.activeElement!.textContent).toBe('Cancel');
    press(ask, 'Escape');
    expect(on.visitor.asked).not.toContainEqual(['forget']);
    expect(on.state.isOpen.value).toBe(true);
    await openMenu();
    $('[role=menuitem]')!.click();
    $('.do')!.click();
    await soon();
    expect(on.visitor.asked).toContainEqual(['forget']);
    expect($('[role=alertdialog]')).toBeNull();
  });

  it('is a list of her conversations, and the way back into one', async () => {
    on.visitor.holds([message(1, 'agent', 'unread', { thread: 't2' })], { id: 't2', at: T0 + 1, agent: { id: 'x', name: 'Mina' } });
    $('.back')!.click();
    await vi.waitFor(() => expect($('nav')).not.toBeNull());
    const rows = all('nav button');
    expect(rows.map(({ textContent }) => textContent)).toEqual([expect.stringContaining('unread'), expect.stringContaining('one')]);
    rows[1]!.click();
    expect($('nav')).toBeNull();
    expect(texts()).toEqual(['one']);
    expect(on.root.activeElement).toBe(field());
  });
});

it('speaks Arabic as well', async () => {
  on.end();
  on = stage(arabic);
  on.visitor.holds([message(1, 'visitor', 'مرحبا')]);
  await open();
  expect(field().placeholder).toBe('اكتب رسالة');
  expect($('.own .m')!.textContent).toContain('أُرسلت');
});
