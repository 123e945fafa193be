// @vitest-environment happy-dom
/** Where to write to her when nobody can answer now (D19), on a visitor that is fed by hand. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Card, Thread } from '../protocol/messages.ts';
import type { Refusal } from '../protocol/frames.ts';
import { EMAIL_CHARS } from '../protocol/limits.ts';
import { ADDRESS_MOST } from '../widget/rare/address-form.ts';
import { createApi } from '../widget/rare/api.ts';
import { words as arabic } from '../widget/words/ar.ts';
import { words as english } from '../widget/words/en.ts';
import { CARD, message, type Stage, stage, waiting } from './widget-fake.ts';

const TEXT = english.address;
const ADA = 'ada@example.com';
const THANKS = `Thank you: we will write to ${ADA}.`;

let on: Stage;
beforeEach(() => { on = stage(); });
afterEach(() => { on.end(); });

const $ = <E extends HTMLElement = HTMLElement>(selector: string) => on.root.querySelector<E>(`.address ${selector}`);
const box = () => on.root.querySelector<HTMLElement>('.address');
const field = () => $<HTMLInputElement>('input')!;
const isOffered = () => !!box() && !$('form')!.hidden;
const note = () => $('.note')!.textContent;
const labels = () => on.visitor.asked.flatMap(([verb, what]) => verb === 'tell' ? [what] : []);
const says = () => on.visitor.asked.flatMap(([verb, what]) => verb === 'send' ? [(what as { body: string }).body] : []);
const discards = () => on.visitor.asked.filter(([verb]) => verb === 'discard').map(([, id]) => id);
const soon = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param about of her that the server tells */
function brand(more: Partial<Card>, about: { email?: string; verified?: boolean } = {}): void {
  on.visitor.card.value = { ...CARD, ...more };
  on.visitor.me.value = { verified: false, ...about, card: { ...CARD, ...more } };
}
const NIGHT = { available: false };
const CROWD = { busy: true };
const HERS = message(1, 'visitor', 'Is it back?');
const AUTO = message(2, 'brand', 'We answer right here.');
const holds = (more: Partial<Thread> = {}) => on.visitor.holds([HERS, AUTO], more);
async function open(): Promise<void> {
  on.state.open();
  await vi.waitFor(() => expect(on.state.bottom.value).toBeDefined());
}
const offered = () => vi.waitFor(() => { if (!isOffered()) throw new Error('no offer yet'); });
function write(text: string): void {
  field().value = text;
  field().dispatchEvent(new Event('input', { bubbles: true }));
}
async function leave(text: string): Promise<void> {
  write(text);
  $('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
  await soon();
}
/** As the server does: what was on the way arrives. */
function acknowledge(): void {
  for (const { frame } of on.visitor.pending.value) on.visitor.leaves(frame.id);
}
function refuse(refusal: Refusal): void {
  on.visitor.pending.value = on.visitor.pending.value.map((each) => ({ ...each, fate: 'refused', refusal }));
}

describe('D19 the offer', () => {
  it('stands under the reply of a brand that is away, once she has written, and keeps her from nothing', async () => {
    brand(NIGHT);
    await open();
    await soon(50);
    expect(box()).toBeNull();
    holds();
    await offered();
    expect($('label')!.textContent).toBe(TEXT.offer);
    expect($('label')!.getAttribute('for')).toBe(field().id);
    expect(on.root.querySelector('.t')!.lastElementChild!.contains(box())).toBe(true);
    expect(on.root.querySelector<HTMLTextAreaElement>('form textarea')!.disabled).toBe(false);
    expect(on.root.activeElement?.localName).toBe('textarea');
  });

  it('waits until her message is there, so that it stands below the reply to it, or until it is clear that there is no line', async () => {
    brand(NIGHT);
    on.visitor.holds([]);
    on.visitor.pending.value = [waiting('Hi', { fate: 'sending' })];
    await open();
    await soon(50);
    expect(box()).toBeNull();
    on.visitor.line.value = 'broken';
    await offered();
  });

  it('says that nobody is in, where she may not wait for anybody; many people are not waiting there', async () => {
    brand({ ...NIGHT, ...CROWD });
    await open();
    await offered();
    expect($('label')!.textContent).toBe(`${TEXT.nobody} ${TEXT.offer}`);
    await vi.waitFor(() => expect($('.sr')!.textContent).toBe(`${TEXT.nobody} ${TEXT.offer}`));
    expect(on.root.textContent).not.toContain(english.busy);
    on.end();
    on = stage();
    brand(CROWD);
    await open();
    await offered();
    expect($('label')!.textContent).toBe(TEXT.offer);
    expect(on.root.textContent).toContain(english.busy);
  });

  it('is there at once where many wait, also before her first word, but not while somebody answers her', async () => {
    brand(CROWD);
    await open();
    await offered();
    on.visitor.holds([HERS], { agent: { id: 'a', name: 'Mina' } });
    expect(box()).toBeNull();
  });

  it.each<[string, () => void]>([
    ['somebody is in', () => { brand({}); holds(); }],
    ['somebody has answered', () => { brand(NIGHT); on.visitor.holds([HERS, message(2, 'agent', 'Yes', { name: 'Mina' })]); }],
    ['her brand has proved who she is', () => { brand(NIGHT, { verified: true }); holds(); }],
    ['what she said was refused', () => { brand(NIGHT); holds(); on.visitor.pending.value = [waiting('x', { fate: 'refused', refusal: 'blocked' })]; }],
    ['the conversation was ended', () => { brand(CROWD); holds({ ended: true }); }],
  ])('is not made where %s', async (_why, set) => {
    set();
    await open();
    await soon(50);
    expect(box()).toBeNull();
  });

  it('goes when the conversation is ended, however late the device said what it knows of her', async () => {
    const { kept } = on.visitor.face;
    on.visitor.face.kept = async (key) => {
      await soon(50);
      return kept(key);
    };
    brand(NIGHT);
    holds();
    await open();
    await offered();
    holds({ ended: true });
    expect(box()).toBeNull();
  });

  it('goes when somebody answers, but never from under her hands', async () => {
    brand(NIGHT);
    holds();
    await open();
    await offered();
    write('ada@');
    brand({});
    expect(isOffered()).toBe(true);
    write('');
    brand(NIGHT);
    brand({});
    expect(box()).toBeNull();
  });

  it('is told to a screen reader once, politely', async () => {
    brand(NIGHT);
    holds();
    await open();
    await offered();
    expect(box()!.getAttribute('aria-live')).toBe('off');
    await vi.waitFor(() => expect($('.sr')!.textContent).toBe(TEXT.offer));
    expect([$('.sr')!.getAttribute('role'), $('.note')!.getAttribute('role')]).toEqual(['status', 'status']);
  });

  it('that she declines is not made again, also not on the next page, and she is back at her message', async () => {
    brand(NIGHT);
    holds();
    await open();
    await offered();
    expect($('.no')!.getAttribute('aria-label')).toBe(TEXT.no);
    $('.no')!.click();
    expect(box()).toBeNull();
    expect(on.root.activeElement?.localName).toBe('textarea');
    const { disk } = on.visitor;
    on.end();
    on = stage();
    for (const [key, value] of disk) on.visitor.disk.set(key, value);
    brand(NIGHT);
    holds();
    await open();
    await soon(50);
    expect(box()).toBeNull();
  });

  it('that she declined before she was anybody is remembered when she is', async () => {
    brand(CROWD);
    await open();
    await offered();
    $('.no')!.click();
    expect(on.visitor.disk.size).toBe(0);
    holds();
    await soon(50);
    expect(box()).toBeNull();
    expect(on.visitor.disk.get('address')).toBe('-');
  });
});

describe('D19 an address', () => {
  beforeEach(async () => {
    brand(NIGHT);
    holds();
    await open();
    await offered();
  });

  it.each(['', 'ada', 'ada@', '@example.com', 'ada@example', 'ada@example,com', 'ada@example.', 'ada@@example.com', 'Ada <ada@example.com>', 'a b@example.com'])(
    'that cannot be one is not sent, and she is told what one looks like: %j', async (text) => {
      await leave(text);
      expect(labels()).toEqual([]);
      expect([note(), field().getAttribute('aria-invalid')]).toEqual([TEXT.wrong, 'true']);
      expect(on.root.activeElement).toBe(field());
      expect(field().getAttribute('aria-describedby')).toBe($('.note')!.id);
      write('ada');
      expect([note(), field().getAttribute('aria-invalid')]).toEqual(['', null]);
    });

  it.each(['ada@example.com', ' ada+tea@mail.example.co.uk ', "o'neil@example.org", 'ada@bücher.example', '用户@例子.中国'])(
    'is sent as a label and thanked for in words: %j', async (text) => {
      await leave(text);
      expect(labels()).toEqual([{ type: 'label', email: text.trim() }]);
      expect(says()).toEqual([]);
      expect(isOffered()).toBe(false);
      expect(note()).toBe(TEXT.thanks.replace('{email}', text.trim()));
      expect($('bdi')!.textContent).toBe(text.trim());
      expect(on.root.activeElement).toBe($('.change'));
      acknowledge();
      expect(note()).toBe(TEXT.thanks.replace('{email}', text.trim()));
    });

  it('can be changed, or left as it is', async () => {
    await leave('ada@exampel.com');
    acknowledge();
    $('.change')!.click();
    expect([isOffered(), field().value, on.root.activeElement === field()]).toEqual([true, 'ada@exampel.com', true]);
    expect($('.no')!.getAttribute('aria-label')).toBe('Cancel');
    write('nobody@');
    $('.no')!.click();
    expect([isOffered(), note(), on.root.activeElement === $('.change')]).toEqual([false, 'Thank you: we will write to ada@exampel.com.', true]);
    $('.change')!.click();
    expect(field().value).toBe('ada@exampel.com');
    await leave(ADA);
    expect(labels()).toEqual([{ type: 'label', email: 'ada@exampel.com' }, { type: 'label', email: ADA }]);
    expect(note()).toBe(THANKS);
  });

  it('that waits for a line is said to be safe, and thanked for when it has arrived', async () => {
    on.visitor.line.value = 'broken';
    await leave(ADA);
    on.visitor.pending.value = on.visitor.pending.value.map((each) => ({ ...each, kept: true }));
    expect(note()).toBe(`${THANKS} Saved on this device, will be sent.`);
    on.visitor.line.value = 'on';
    expect(note()).toBe(THANKS);
    acknowledge();
    expect(note()).toBe(THANKS);
    await soon();
    expect(on.visitor.disk.get('address')).toBe(ADA);
  });

  it('that was refused is named, hers to mend, and does not lie in the outbox for ever', async () => {
    await leave(ADA);
    const { frame } = on.visitor.pending.value[0]!;
    refuse('blocked');
    expect([isOffered(), field().value, note()]).toEqual([true, ADA, 'Not sent. It could not be accepted.']);
    expect(discards()).toEqual([frame.id]);
    expect(on.visitor.disk.has('address')).toBe(false);
  });

  it('goes from the screen when somebody answers, and with her when she is forgotten', async () => {
    await leave(ADA);
    acknowledge();
    on.visitor.holds([HERS, AUTO, message(3, 'agent', 'It is', { name: 'Mina' })]);
    expect(box()).toBeNull();
    holds();
    expect(note()).toBe(THANKS);
    on.state.close();
    await on.visitor.face.forget();
    brand(NIGHT);
    on.visitor.disk.clear();
    on.state.chosen.value = undefined;
    holds();
    await open();
    await offered();
    expect(field().value).toBe('');
  });
});

describe('D19 what is known of her', () => {
  it('by the server is not asked for again, and hers to change', async () => {
    brand(NIGHT, { email: ADA });
    holds();
    await open();
    await vi.waitFor(() => expect(note()).toBe(THANKS));
    expect(isOffered()).toBe(false);
    await vi.waitFor(() => expect(on.visitor.disk.get('address')).toBe(ADA));
    // A server that has lost it asks again.
    brand(NIGHT);
    expect(isOffered()).toBe(true);
  });

  it('on this device counts while the server has not been asked', async () => {
    on.visitor.disk.set('address', ADA);
    on.visitor.line.value = 'connecting';
    brand(NIGHT);
    holds();
    await open();
    await vi.waitFor(() => expect(note()).toBe(THANKS));
    on.visitor.line.value = 'on';
    expect(isOffered()).toBe(true);
    await vi.waitFor(() => expect(on.visitor.disk.get('address')).toBe(''));
  });

  it('is what the page told a moment ago, too; refused labels and events of a page do not pile up', async () => {
    brand(NIGHT);
    holds();
    const api = createApi(on.state);
    api.call(['identify', { email: ADA }]);
    acknowledge();
    await open();
    await vi.waitFor(() => expect(note()).toBe(THANKS));
    api.call(['identify', { name: 'Ada' }]);
    api.call(['track', 'basket']);
    const ids = on.visitor.pending.value.map(({ frame }) => frame.id);
    refuse('blocked');
    expect(discards().toSorted()).toEqual(ids.toSorted());
  });

  it('before her first word is her first word as well: a label alone waits in no queue', async () => {
    brand(CROWD);
    await open();
    await offered();
    on.state.write('I was about to');
    await leave(ADA);
    await vi.waitFor(() => expect(labels()).toEqual([{ type: 'label', email: ADA }]));
    expect(says()).toEqual([ADA]);
    expect(on.state.draft.value).toBe('I was about to');
    expect(on.root.activeElement?.localName).toBe('textarea');
    expect(note()).toBe(THANKS);
  });
});

it('agrees with the protocol about its limit, which it cannot import', () => {
  expect(ADDRESS_MOST).toBe(EMAIL_CHARS);
});

it('speaks her language', async () => {
  on.end();
  on = stage(arabic);
  brand(NIGHT);
  holds();
  await open();
  await offered();
  expect($('label')!.textContent).toBe(arabic.address.offer);
  for (const { address } of [english, arabic]) expect(address.thanks.split('{email}')).toHaveLength(2);
});
