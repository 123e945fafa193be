// @vitest-environment happy-dom
/** The button, the global and the queue: all that a page gets before its visitor shows intent. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pick } from '../widget/language.ts';
import type { Seat, Wishes } from '../widget/seat.ts';
import { settle } from '../widget/seat.ts';

const WISHES: Wishes = { brand: 'acme', server: 'https://chat.example/', lang: 'en', color: null, left: false, hide: false };

let seat: Seat;
let keeper: MutationObserver;
/** What reached the rest, in order. */
let calls: unknown[][];
let loads: number;
/** What the next loads come to. */
let fails: boolean;
let databases: () => Promise<{ name: string }[]>;

const page = () => window as unknown as { leaveword?: ((...args: unknown[]) => unknown) & { q?: unknown[][] } };
const call = (...args: unknown[]) => page().leaveword!(...args);
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

function start(wishes: Partial<Wishes> = {}): void {
  [seat, keeper] = settle({ ...WISHES, ...wishes }, async () => {
    loads++;
    if (fails) throw new TypeError('Failed to fetch dynamically imported module');
    return (args) => {
      calls.push(args);
      return args[0] === 'pending' ? ['one'] : undefined;
    };
  });
}

beforeEach(() => {
  calls = [];
  loads = 0;
  fails = false;
  databases = async () => [];
  vi.stubGlobal('indexedDB', { databases: () => databases() });
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  keeper.disconnect();
  seat.root.host.remove();
  delete page().leaveword;
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the button', () => {
  it('is a named button in an open shadow root on <html>, outside of the body', () => {
    start();
    const host = document.querySelector('leave-word')!;
    expect(host.parentNode).toBe(document.documentElement);
    const button = host.shadowRoot!.querySelector('button')!;
    expect(button.getAttribute('aria-label')).toBe('Open chat');
    expect(button.hidden).toBe(false);
  });

  it('speaks the language of the visitor', () => {
    start({ lang: 'ar' });
    expect(seat.button.getAttribute('aria-label')).toBe('فتح المحادثة');
  });

  it('carries its colour and its side as the tag wishes', () => {
    start({ color: '#ff8800', left: true });
    expect(seat.frame.style.getPropertyValue('--c')).toBe('#ff8800');
    expect(seat.frame.className).toBe('left');
  });

  it('writes no style element and no style attribute that a Content-Security-Policy could forbid', () => {
    start();
    expect(seat.root.querySelector('style, link')).toBeNull();
    expect(seat.root.adoptedStyleSheets).toHaveLength(1);
  });

  it('comes back when the page sweeps <html> clean, and survives a new body', async () => {
    start();
    seat.root.host.remove();
    await soon();
    expect(seat.root.host.isConnected).toBe(true);
    document.body.replaceWith(document.createElement('body'));
    await soon();
    expect(document.querySelectorAll('leave-word')).toHaveLength(1);
  });

  it('is not there when the tag hides it, until the page shows it', () => {
    start({ hide: true });
    expect(seat.button.hidden).toBe(true);
    call('show');
    expect(seat.button.hidden).toBe(false);
    call('hide');
    expect(seat.button.hidden).toBe(true);
    expect(loads).toBe(0);
  });
});

describe('before the visitor acts', () => {
  it('nothing is loaded, however much the page has to say', async () => {
    start();
    call('identify', { name: 'Ada' });
    call('track', 'cart', { items: 2 });
    call('on', 'unread', () => undefined);
    call('close');
    await soon();
    expect(loads).toBe(0);
  });

  it('a listener for "ready" is told without loading anything', async () => {
    start();
    const ready = vi.fn();
    call('on', 'ready', ready);
    expect(ready).not.toHaveBeenCalled();
    await soon();
    expect(ready).toHaveBeenCalledOnce();
    expect(loads).toBe(0);
  });

  it('a "ready" that is no function does no harm', () => {
    start();
    expect(() => call('on', 'ready', 'alert(1)')).not.toThrow();
  });

  it('a page that calls without end fills no memory', async () => {
    start();
    for (let n = 0; n < 10_000; n++) call('track', `n${n}`);
    call('open');
    await soon();
    expect(calls.length).toBeLessThanOrEqual(99);
  });
});

describe('calls before the rest is there', () => {
  it('reach it in their order, the ones from before the script first', async () => {
    page().leaveword = Object.assign(() => undefined, { q: [['on', 'open', 1], ['identify', { name: 'Ada' }]] });
    start();
    call('track', 'cart');
    call('open');
    await soon();
    expect(calls).toEqual([['on', 'open', 1], ['identify', { name: 'Ada' }], ['track', 'cart'], ['open']]);
    expect(loads).toBe(1);
  });

  it('are answered once it is', async () => {
    start();
    expect(await call('pending')).toEqual(['one']);
  });

  it('go straight to it from then on', async () => {
    start();
    call('open');
    await soon();
    call('close');
    expect(calls.at(-1)).toEqual(['close']);
    seat.button.click();
    expect(calls.at(-1)).toEqual(['toggle']);
  });
});

describe('loading', () => {
  it('begins when she means to: her pointer or her focus is on the button', async () => {
    start();
    seat.button.dispatchEvent(new Event('pointerenter'));
    await soon();
    expect(loads).toBe(1);
    seat.button.dispatchEvent(new Event('focus'));
    seat.button.click();
    await soon();
    expect(loads).toBe(1);
    expect(calls).toEqual([['toggle']]);
  });

  it('that fails ahead of a click says nothing to her, and is tried again by the click', async () => {
    fails = true;
    start();
    seat.button.dispatchEvent(new Event('pointerenter'));
    await soon();
    expect(seat.button.title).toBe('');
    fails = false;
    seat.button.click();
    await soon();
    expect(loads).toBe(2);
    expect(calls).toEqual([['open']]);
  });

  it('that fails after a click says so in words on the button, and another click tries again', async () => {
    fails = true;
    start();
    seat.button.click();
    expect(seat.button.className).toContain('busy');
    await soon();
    expect(seat.button.title).toBe('Could not load. Try again');
    expect(seat.button.getAttribute('aria-label')).toBe('Could not load. Try again');
    expect(seat.button.className).not.toContain('busy');
    expect(console.error).toHaveBeenCalled();
    fails = false;
    seat.button.click();
    await soon();
    expect(seat.button.title).toBe('');
    expect(calls.every(([verb]) => verb === 'open')).toBe(true);
    expect(calls.length).toBeGreaterThan(0);
  });

  it('happens by itself for who has written before, so that an answer shows', async () => {
    databases = async () => [{ name: 'other' }, { name: 'leaveword:acme' }];
    vi.stubGlobal('requestIdleCallback', (work: () => void) => setTimeout(work));
    start();
    await soon();
    await soon();
    expect(loads).toBe(1);
    expect(await seat.known).toBe(true);
  });

  it('does not happen for a visitor of another brand of the same shop', async () => {
    databases = async () => [{ name: 'leaveword:acme2' }];
    start();
    await soon();
    expect(await seat.known).toBe(false);
    expect(loads).toBe(0);
  });

  it('waits for intent where the browser forbids to look', async () => {
    databases = () => { throw new DOMException('forbidden', 'SecurityError'); };
    start();
    await soon();
    expect(await seat.known).toBe(undefined);
    expect(loads).toBe(0);
  });
});

describe('the language', () => {
  const known = { en: 1, ar: 1 };
  it('is the first one wanted that there is', () => {
    expect(pick(known, ['', 'de-CH', 'ar-EG', 'en'])).toBe('ar');
    expect(pick(known, ['fr'])).toBe('en');
  });
  it('is never a property that every object has', () => {
    expect(pick(known, ['constructor', 'toString', '__proto__'])).toBe('en');
  });
});
