// @vitest-environment happy-dom
/** What a page may ask of the widget, and what happens when it asks wrongly. */
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, type Mock, vi } from 'vitest';
import { EMAIL_CHARS, EVENT_CHARS, NAME_CHARS } from '../protocol/limits.ts';
import type { Leaveword, MessageNews, Order, PendingMessage } from '../widget/leaveword.ts';
import { type Api, createApi, MOST } from '../widget/rare/api.ts';
import { message, type Stage, stage, waiting } from './widget-fake.ts';

let on: Stage;
let api: Api;
let complaint: Mock;
const call = (...args: unknown[]) => api.call(args);
const told = () => on.visitor.asked.filter(([verb]) => verb === 'tell').map(([, what]) => what);
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  on = stage();
  api = createApi(on.state);
  complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined) as unknown as Mock;
});
afterEach(() => {
  on.end();
  vi.restoreAllMocks();
});

it('agrees with the protocol about its limits, which it cannot import', () => {
  expect(MOST).toMatchObject({ name: NAME_CHARS, email: EMAIL_CHARS, event: EVENT_CHARS });
});

describe('a wrong call is named in the console and changes nothing', () => {
  it.each([
    ['opne'], [undefined], [42], ['constructor'], ['__proto__'],
    ['on', 'opened', () => undefined], ['on', 'open', 'not a function'], ['off', 'toString', () => undefined],
    ['identify'], ['identify', 'Ada'], ['identify', {}], ['identify', { name: { type: 'img' } }], ['identify', { email: 'x'.repeat(EMAIL_CHARS + 1) }],
    ['identify', { jwt: 'x'.repeat(MOST.jwt + 1) }], ['identify', ['a']], ['identify', null],
    ['track'], ['track', ''], ['track', 'x'.repeat(EVENT_CHARS + 1)], ['track', 'a', 'b'], ['track', 'a', { deep: {} }], ['track', 'a', [1]],
    ['track', 'a', { n: Number.NaN }], ['track', 'a', JSON.parse('{"__proto__":"x"}')], ['track', 'a', { t: 'x'.repeat(MOST.text + 1) }],
    ['track', 'a', Object.fromEntries(Array.from({ length: MOST.fields + 1 }, (_, n) => [`k${n}`, n]))], ['track', 'a', null],
  ])('%j %j', (...args) => {
    on.visitor.holds([]);
    const before = on.visitor.asked.length;
    expect(() => call(...args)).not.toThrow();
    expect(complaint).toHaveBeenCalledOnce();
    expect(complaint.mock.calls[0]![0]).toContain('leaveword(');
    expect(on.visitor.asked).toHaveLength(before);
  });
});

describe('identify', () => {
  it('by name and email is a label', () => {
    on.visitor.holds([]);
    call('identify', { name: 'Ada', email: '' });
    expect(told()).toEqual([{ type: 'label', name: 'Ada', email: '' }]);
  });

  it('takes only what the object says itself, not what a page wrote on every object (A04)', () => {
    on.visitor.holds([]);
    Object.assign(Object.prototype, { jwt: 'stolen', name: 'Everybody' });
    try {
      call('identify', { email: 'ada@tea.example' });
      expect(told()).toEqual([{ type: 'label', email: 'ada@tea.example' }]);
      expect(on.visitor.asked.some(([verb]) => verb === 'prove')).toBe(false);
    } finally {
      for (const name of ['jwt', 'name']) delete (Object.prototype as Record<string, unknown>)[name];
    }
  });

  it('by a jwt waits until she has acted', async () => {
    call('identify', { jwt: 'signed' });
    await soon();
    expect(on.visitor.asked).toEqual([]);
    on.visitor.acted.value = true;
    await soon();
    expect(on.visitor.asked).toEqual([['prove', 'signed']]);
  });

  it('is shown again when a line comes, where there was no answer, and no more after one', async () => {
    on.visitor.statuses = [0, 503, 200];
    on.visitor.acted.value = true;
    on.visitor.line.value = 'broken';
    call('identify', { jwt: 'signed' });
    await soon();
    for (let n = 0; n < 4; n++) {
      on.visitor.line.value = 'on';
      await soon();
      on.visitor.line.value = 'broken';
    }
    expect(on.visitor.asked.filter(([verb]) => verb === 'prove')).toHaveLength(3);
    expect(complaint).not.toHaveBeenCalled();
  });

  it('of another person forgets the one before her, then shows it again', async () => {
    on.visitor.holds([message(1, 'visitor', 'hers')]);
    on.visitor.statuses = [409, 200];
    on.visitor.acted.value = true;
    call('identify', { jwt: 'signed' });
    await soon();
    expect(on.visitor.asked).toEqual([['prove', 'signed'], ['forget'], ['prove', 'signed']]);
  });

  it('that the server does not accept is said to the developer, once', async () => {
    on.visitor.statuses = [401];
    on.visitor.acted.value = true;
    call('identify', { jwt: 'expired' });
    await soon();
    on.visitor.line.value = 'broken';
    on.visitor.line.value = 'on';
    await soon();
    expect(complaint).toHaveBeenCalledOnce();
    expect(on.visitor.asked).toHaveLength(1);
  });
});

describe('who is forgotten', () => {
  it('is not shown to the server any more: the next one may be somebody else (A08)', async () => {
    call('identify', { jwt: 'ada' });
    await on.visitor.face.forget();
    on.visitor.acted.value = true;
    await soon();
    expect(on.visitor.asked).toEqual([['forget']]);
  });
});

describe('what a page tells before she is anybody', () => {
  it('waits in memory, the newest twenty, and follows her first message', () => {
    for (let n = 0; n < 30; n++) call('track', `n${n}`, { n });
    expect(told()).toEqual([]);
    on.visitor.holds([]);
    expect(told()).toHaveLength(20);
    expect(told().at(-1)).toEqual({ type: 'track', name: 'n29', data: { n: 29 } });
  });

  it('is dropped when she is forgotten', async () => {
    call('track', 'secret');
    await on.visitor.face.forget();
    on.visitor.holds([]);
    expect(told()).toEqual([]);
  });
});

describe('events', () => {
  it('are told to who listens, until it no longer does', () => {
    const listener = vi.fn();
    call('on', 'unread', listener);
    api.tell('unread', 3);
    call('off', 'unread', listener);
    api.tell('unread', 4);
    expect(listener.mock.calls).toEqual([[3]]);
  });

  it('name a message by its ids, never by its text', () => {
    const sent = vi.fn();
    const failed = vi.fn();
    call('on', 'sent', sent);
    call('on', 'failed', failed);
    on.visitor.holds([message(1, 'visitor', 'secret words')]);
    on.visitor.pending.value = [waiting('b')];
    api.hear({ type: 'fate', id: 'm1', fate: 'sent' });
    api.hear({ type: 'fate', id: 'p-b', fate: 'failed', refusal: 'blocked' });
    expect(sent.mock.calls).toEqual([[{ id: 'm1', thread: 't1' }]]);
    expect(failed.mock.calls).toEqual([[{ id: 'p-b', thread: 't1', reason: 'blocked' }]]);
  });

  it('are not told of what is no message', () => {
    const queued = vi.fn();
    call('on', 'queued', queued);
    api.hear({ type: 'fate', id: 'a-label', fate: 'queued' });
    expect(queued).not.toHaveBeenCalled();
  });

  it('survive a listener that throws', () => {
    const second = vi.fn();
    call('on', 'open', () => { throw new Error('the page has a bug'); });
    call('on', 'open', second);
    expect(() => api.tell('open')).not.toThrow();
    expect(second).toHaveBeenCalledOnce();
  });

  it('have a "ready" that is told to late listeners, too', async () => {
    const ready = vi.fn();
    call('on', 'ready', ready);
    await soon();
    expect(ready).toHaveBeenCalledOnce();
  });
});

describe('retry', () => {
  beforeEach(() => {
    on.visitor.holds([]);
    on.visitor.pending.value = [waiting('a'), waiting('b', { fate: 'refused', refusal: 'blocked' }), waiting('c', { fate: 'refused', refusal: 'blocked' })];
  });
  const retried = () => on.visitor.asked.filter(([verb]) => verb === 'retry').map(([, id]) => id);

  it('tries one again, or all that were refused', () => {
    call('retry', 'p-b');
    expect(retried()).toEqual(['p-b']);
    call('retry');
    expect(retried()).toEqual(['p-b', 'p-b', 'p-c']);
    call('retry', 'p-a');
    expect(retried()).toHaveLength(3);
  });
});

describe('an order (D18)', () => {
  const warned = () => vi.mocked(console.warn).mock.calls.length;
  beforeEach(() => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    on.visitor.holds([]);
  });

  it('is told as it is, whatever else it says', () => {
    const order = { id: 'A-17', amount: 4900, currency: 'EUR', gift: true };
    call('track', 'order', order);
    call('track', 'order', { ...order, amount: 0 });
    expect(told()).toEqual([{ type: 'track', name: 'order', data: order }, { type: 'track', name: 'order', data: { ...order, amount: 0 } }]);
    expect(warned()).toBe(0);
  });

  it.each([
    { id: 'A-17', amount: 49.5, currency: 'EUR' }, { id: 'A-17', amount: 4900 }, { id: 'A-17', amount: '4900', currency: 'EUR' }, { id: 17, amount: 4900, currency: 'EUR' },
    { id: 'A-17', amount: 4900, currency: 'eur' }, { id: 'A-17', amount: -1, currency: 'EUR' }, { id: '', amount: 4900, currency: 'EUR' }, {}, undefined,
  ])('that cannot be counted is an event like all others, and the console says so: %j', (data) => {
    call('track', 'order', data);
    expect(told()).toEqual([{ type: 'track', name: 'order', ...(data && { data }) }]);
    expect(warned()).toBe(1);
    call('track', 'ordered', data);
    expect(warned()).toBe(1);
  });
});

it('has types that say what each call takes and gives', () => {
  const leaveword = vi.fn() as unknown as Leaveword;
  expectTypeOf(leaveword('pending')).toEqualTypeOf<Promise<PendingMessage[]>>();
  leaveword('on', 'sent', (news) => { expectTypeOf(news).toEqualTypeOf<MessageNews>(); });
  leaveword('on', 'unread', (news) => { expectTypeOf(news).toEqualTypeOf<number>(); });
  leaveword('track', 'order', { id: 'A-17', amount: 4900, currency: 'EUR', gift: true });
  leaveword('track', 'basket', { items: 3 });
  expectTypeOf<Order['amount']>().toEqualTypeOf<number>();
  // @ts-expect-error: there is no such call
  leaveword('opne');
  // @ts-expect-error: there is no such event
  leaveword('on', 'opened', () => undefined);
  expect(leaveword).toBeTypeOf('function');
});

describe('the npm entry', () => {
  it('draws the button, and its undo leaves nothing', async () => {
    const { load } = await import('../widget/index.ts');
    on.end();
    const undo = load({ brand: 'acme', server: 'https://chat.example', color: '#123456' });
    expect(document.querySelectorAll('leave-word')).toHaveLength(1);
    expect(window.leaveword).toBeTypeOf('function');
    expect(load({ brand: 'acme', server: 'https://chat.example' })).toBeTypeOf('function');
    expect(document.querySelectorAll('leave-word')).toHaveLength(1);
    undo();
    await soon();
    expect(document.querySelector('leave-word')).toBeNull();
    expect('leaveword' in window).toBe(false);
  });
});
