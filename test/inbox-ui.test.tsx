// @vitest-environment happy-dom
/** What an agent sees and does, on a sync engine that is fed by hand. */
import { render } from 'preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Doors, openDoors } from '../inbox/doors.ts';
import { openKeep } from '../inbox/keep.ts';
import { createInbox, type Inbox } from '../inbox/state.ts';
import { App } from '../inbox/ui/app.tsx';
import { BODY_CHARS } from '../protocol/limits.ts';
import { DEFAULTS } from '../server/settings.ts';
import { agent, type FakeEngine, fakeEngine, message, T0, thread, visitor } from './inbox-fake.ts';

const BRAND = { id: 'acme', name: 'Acme', color: '#0f766e', logo: 'A' };
const MARTA = agent('marta', 'Marta Oliveira', { role: 'owner' });
const asked: string[] = [];
/** What each door answers; a door that is not here does not answer at all. */
let doors: Record<string, { status?: number; body: unknown }>;
let engine: FakeEngine;
let inbox: Inbox;
let address: string;
let ids: number;

const said = (value: unknown) => ({ body: value });
const refused = (status: number, code: string, more = {}) => ({ status, body: { error: { code, reason: code, ...more } } });

async function answer(url: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const name = `${init?.method ?? 'GET'} ${String(url).replace('/v1/acme/', '')}`;
  asked.push(name);
  const door = doors[name];
  if (!door) throw new TypeError('Failed to fetch');
  return new Response(JSON.stringify(door.body), { status: door.status ?? 200 });
}

function open(at: string, invite?: string): void {
  address = at;
  inbox = createInbox({
    brand: 'acme', doors: openDoors('acme', answer as typeof fetch), keep: openKeep('acme', () => localStorage), newId: () => `id-${++ids}`, startEngine: () => engine,
    address: { path: () => address, push: (path) => { address = path; }, replace: (path) => { address = path; } }, invite,
  });
  render(<App inbox={inbox} />, document.body);
  void inbox.start();
}

beforeEach(() => {
  localStorage.clear();
  asked.length = 0;
  ids = 0;
  engine = fakeEngine();
  doors = { 'GET desk/me': said({ agent: MARTA, brand: BRAND }), 'GET card?lang=en': said({ name: 'Acme', color: '#0f766e', logo: 'A' }) };
  Object.assign(window, { IntersectionObserver: class { observe() {} disconnect() {} }, ResizeObserver: class { observe() {} disconnect() {} } });
  Element.prototype.scrollTo = () => undefined;
  (window as unknown as { happyDOM: { setViewport(size: object): void } }).happyDOM.setViewport({ width: 1_440, height: 900 });
});
afterEach(() => {
  render(null, document.body);
  inbox.close();
});

const settled = async () => { for (let i = 0; i < 6; i++) await new Promise((resolve) => setTimeout(resolve, 2)); };
const find = (selector: string) => document.querySelector<HTMLElement>(selector);
const text = (selector = 'body') => find(selector)?.textContent ?? '';
function named(name: string): HTMLElement {
  const all = [...document.querySelectorAll<HTMLElement>('button, a, label')];
  const nameOf = (each: HTMLElement) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim();
  return (all.find((each) => nameOf(each) === name) ?? all.find((each) => nameOf(each).startsWith(name)))!;
}
async function click(target: HTMLElement | string): Promise<void> {
  (typeof target === 'string' ? named(target) : target).click();
  await settled();
}
async function type(selector: string, value: string): Promise<void> {
  const field = find(selector) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
}
async function press(target: Element, key: string, more = {}): Promise<void> {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  await settled();
}
const submit = async (selector: string) => {
  find(selector)!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await settled();
};
const did = (type: string) => engine.did.filter((each) => (each as { type: string }).type === type);

function fill(): void {
  engine.put(
    MARTA, agent('jonas', 'Jonas Weber'),
    visitor('v-ada', { name: 'Ada Lindqvist', email: 'ada@l.example', page: { url: 'https://shop.example/tea', title: 'Tea', referrer: 'https://search.example/' }, lang: 'sv', device: 'Firefox on Linux' }),
    visitor('v-x-4f2a'),
    thread('t-ada', 'v-ada', { seq: 2, waiting: T0, team: { got: 2, seen: 1 }, preview: 'And the blue one?' }),
    thread('t-anon', 'v-x-4f2a', { state: 'assigned', agent: 'jonas', preview: 'Bye', previewBy: 'agent', at: T0 - 1_000, team: { got: 1, seen: 1 } }),
    message('t-ada', 1, 'Is the red one in?'), message('t-ada', 2, 'And the blue one?'), message('t-anon', 1, 'Bye', { by: 'agent', agent: 'jonas', name: 'Jonas Weber' }),
  );
}

describe('signing in', () => {
  beforeEach(() => { doors['GET desk/me'] = refused(401, 'unauthorized'); });

  async function tryIn(): Promise<void> {
    open('/inbox/acme');
    await settled();
    await type('input[type=email]', 'marta@shop.example');
    await type('input[type=password]', 'a password');
    await submit('form');
  }

  it('says whose inbox it is', async () => {
    open('/inbox/acme');
    await settled();
    expect(text('h1')).toBe('Sign in');
    expect(text()).toContain('to the inbox of Acme');
  });

  it('tells a wrong password, a pause that is asked for, and a server that is silent apart', async () => {
    doors['POST desk/sign-in'] = refused(401, 'unauthorized');
    await tryIn();
    expect(text('.form .problem')).toBe('That address and password do not match.');
    doors['POST desk/sign-in'] = refused(429, 'rate_limited', { retryAfter: 240_000 });
    await submit('form');
    expect(text('.form .problem')).toBe('Too many tries. Wait 4 minutes, then try again.');
    delete doors['POST desk/sign-in'];
    await submit('form');
    expect(text('.form .problem')).toContain('The server does not answer');
  });

  it('asks for what is missing beside its field, and not at the server', async () => {
    open('/inbox/acme');
    await settled();
    await submit('form');
    expect(text('.field-wrong')).toContain('Enter your email address.');
    expect(asked).not.toContain('POST desk/sign-in');
  });

  it('goes on at the address that was asked for', async () => {
    fill();
    doors['POST desk/sign-in'] = said({ agent: MARTA });
    open('/inbox/acme/waiting/t-ada');
    await settled();
    await type('input[type=email]', 'marta@shop.example');
    await type('input[type=password]', 'a password');
    doors['GET desk/me'] = said({ agent: MARTA, brand: BRAND });
    await submit('form');
    expect(text('.thread h1')).toContain('Ada Lindqvist');
    expect(did('connect')).toHaveLength(1);
  });

  it('says that there is no such inbox', async () => {
    doors['GET card?lang=en'] = refused(404, 'not_found');
    open('/inbox/nobody');
    await settled();
    expect(text()).toContain('There is no inbox at this address.');
  });
});

describe('who was here before', () => {
  it('sees her inbox though the server is silent, and loses it only when the server says she is out', async () => {
    localStorage.setItem('leaveword-inbox:acme:me', JSON.stringify({ agent: MARTA, brand: BRAND }));
    delete doors['GET desk/me'];
    fill();
    open('/inbox/acme/waiting');
    await settled();
    expect(text('.row')).toContain('Ada Lindqvist');
    doors['GET desk/me'] = refused(401, 'unauthorized');
    engine.lineIs('stopped');
    await settled();
    expect(text('.note')).toContain('You were signed out. Sign in again to go on; what you wrote is kept here.');
    expect(did('forget')).toHaveLength(0);
  });

  it('is not made of whatever lies in the storage', async () => {
    localStorage.setItem('leaveword-inbox:acme:me', JSON.stringify({ agent: { ...MARTA, name: { type: 'b' } }, brand: BRAND }));
    delete doors['GET desk/me'];
    open('/inbox/acme');
    await settled();
    expect(text('h1')).toBe('Sign in');
  });

  it('is signed out here when another tab has signed out', async () => {
    open('/inbox/acme');
    await settled();
    doors['GET desk/me'] = refused(401, 'unauthorized');
    engine.happen({ type: 'forgotten' });
    await settled();
    expect(text('h1')).toBe('Sign in');
  });

  it('is not connected again by itself after the server has closed the line for good', async () => {
    open('/inbox/acme');
    await settled();
    engine.lineIs('stopped');
    await settled();
    expect(did('connect')).toHaveLength(1);
    await click('Connect again');
    expect(did('connect')).toHaveLength(2);
  });
});

describe('joining', () => {
  it('says that an invitation was used', async () => {
    doors['POST desk/invited'] = refused(404, 'not_found');
    open('/inbox/acme', 'code');
    await settled();
    expect(text()).toContain('This invitation has been used');
  });

  it('lets whoever opens the first link say her address', async () => {
    doors['POST desk/invited'] = said({ email: 'owner@acme.example', role: 'owner', brand: BRAND, anyEmail: true });
    open('/inbox/acme', 'code');
    await settled();
    const email = find('input[type=email]') as HTMLInputElement;
    expect([email.readOnly, email.value]).toEqual([false, '']);
    await submit('form');
    expect(text()).toContain('Enter your email address');
  });
});

describe('the list', () => {
  beforeEach(async () => {
    fill();
    engine.arrive('v-ada', 'marta');
    open('/inbox/acme/all');
    await settled();
  });

  it('E2 says of nobody that she has left while there is no line by which to know', async () => {
    await click(document.querySelector<HTMLElement>('.row')!);
    expect([text('.thread-where'), document.querySelectorAll('.row .dot, .thread-head .dot, .details .dot').length]).toEqual(['On the site now · Tea', 4]);
    engine.lineIs('broken');
    await settled();
    expect([text('.thread-where').replace(/seen .* ago$/, 'seen … ago'), document.querySelectorAll('.row .dot, .thread-head .dot, .details .dot').length]).toEqual(['Last seen … ago', 0]);
  });

  it('says in words what the dots say in colour', () => {
    const [ada, anon] = [...document.querySelectorAll('.row')];
    expect(ada!.querySelector('.dot')!.getAttribute('aria-label')).toBe('on the site');
    expect(anon!.querySelector('.dot')!.getAttribute('aria-label')).toBe('has left');
    expect(ada!.textContent).toContain('Waiting for an answer for');
    expect(ada!.querySelector('[aria-label="Unread"]')).toBeTruthy();
    expect(anon!.textContent).toContain('Visitor 4F2A');
    expect(anon!.textContent).toContain('Held by Jonas Weber');
    expect(anon!.textContent).toContain('Jonas Weber: Bye');
  });

  it('counts the boxes, and the unread in the title', () => {
    expect([...document.querySelectorAll('.boxes li .box')].map((box) => box.textContent)).toEqual(['Queue1', 'Mine', 'Returned', 'Snoozed', 'Everyone’s2', 'Ended']);
    expect(document.title).toBe('(1) Everyone’s · Acme');
  });

  it('follows live: who leaves, who writes, whose thread it is', async () => {
    engine.go('v-ada');
    engine.write('t-anon', {});
    await settled();
    expect(find('.row .dot')!.getAttribute('aria-label')).toBe('has left');
    expect(text('.rows')).toContain('Someone is writing…');
    engine.write('t-anon', undefined);
    await settled();
    expect(text('.rows')).not.toContain('is writing');
  });

  it('is walked with j, k and the arrows, and not while somebody writes', async () => {
    const focused = () => (document.activeElement as HTMLElement).dataset['thread'];
    await press(document.body, 'j');
    expect(focused()).toBe('t-ada');
    await press(document.activeElement!, 'ArrowDown');
    expect(focused()).toBe('t-anon');
    await press(document.activeElement!, 'k');
    expect(focused()).toBe('t-ada');
    await click(document.activeElement as HTMLElement);
    expect(address).toBe('/inbox/acme/all/t-ada');
    await press(find('.composer textarea')!, 'j');
    expect(address).toBe('/inbox/acme/all/t-ada');
    inbox.setKeen(false);
    await press(document.body, 'j');
    expect(address).toBe('/inbox/acme/all/t-ada');
  });

  it('says in words that a box is empty, and asks for older threads where there may be some', async () => {
    await click(named('Mine'));
    expect(text('.list')).toContain('Nothing is yours right now');
    engine.lists.push(true);
    await click(named('Ended'));
    expect(did('list')).toMatchObject([{ box: 'ended' }]);
  });

  it('turns the pages of a box one after the other, whatever old thread is known besides', async () => {
    for (let n = 0; n < 50; n++) engine.put(thread(`old-${n}`, 'v-ada', { state: 'ended', at: T0 - n * 1_000 }));
    engine.put(thread('ancient', 'v-ada', { state: 'ended', at: 5 }));
    engine.lists.push(true, false);
    await click(named('Ended'));
    await click('Show older threads');
    await click('Show older threads');
    expect(did('list')).toEqual([{ type: 'list', box: 'ended', before: Number.MAX_SAFE_INTEGER }, { type: 'list', box: 'ended', before: T0 - 49_000 }]);
    expect(named('Show older threads')).toBeUndefined();
  });

  it('keeps the open thread in sight when it has left the box', async () => {
    await click(named('Queue'));
    await click(find('.row')!);
    await click('Take');
    expect(document.querySelectorAll('.row')).toHaveLength(1);
    expect(named('Queue').textContent).toBe('Queue');
    expect(named('Mine').textContent).toBe('Mine1');
  });
});

describe('a thread', () => {
  beforeEach(async () => {
    fill();
    open('/inbox/acme/waiting/t-ada');
    inbox.watched.value = true;
    await settled();
  });
  const composer = () => find('.composer textarea') as HTMLTextAreaElement;

  it('is read when it is looked at, not before', async () => {
    expect(did('seen')).toEqual([{ type: 'seen', thread: 't-ada', seq: 2 }]);
    inbox.watched.value = false;
    engine.put(message('t-ada', 3, 'Hello?'), thread('t-ada', 'v-ada', { seq: 3, team: { got: 3, seen: 2 } }));
    await settled();
    expect(did('seen')).toHaveLength(1);
    inbox.watched.value = true;
    await settled();
    expect(did('seen')).toHaveLength(2);
  });

  it('marks what is new, and shows where she was', () => {
    expect(text('.new-mark')).toBe('New');
    expect(text('.details')).toContain('Tea');
    expect(text('.details')).toContain('shop.example/tea');
    expect(text('.details')).toContain('search.example');
    expect(text('.details')).toContain('Swedish');
    expect(text('.details')).toContain('Firefox on Linux');
  });

  it('labels an unproved name and address so, and a proved one otherwise', async () => {
    expect(text('.standing')).toBe('Unverified');
    engine.put(visitor('v-ada', { name: 'Ada Lindqvist', verified: true, rev: 2 }));
    await settled();
    expect(text('.standing')).toBe('Verified');
    engine.put(visitor('v-ada', { rev: 3 }));
    await settled();
    expect(text('.standing')).toBe('Anonymous');
  });

  it('sends with Enter, starts a line with Shift and Enter, and leaves Enter to whoever composes a word', async () => {
    await type('.composer textarea', 'It is');
    await press(composer(), 'Enter', { shiftKey: true });
    await press(composer(), 'Enter', { isComposing: true });
    expect(did('say')).toEqual([]);
    await press(composer(), 'Enter');
    expect(did('say')).toEqual([{ type: 'say', id: 'id-1', thread: 't-ada', body: 'It is' }]);
    expect(composer().value).toBe('');
    expect(text('.log')).toContain('It isSending');
    await type('.composer textarea', '   ');
    await press(composer(), 'Enter');
    expect(did('say')).toHaveLength(1);
  });

  it('has a composer that is never disabled, says the length near the limit, and keeps what is too long', async () => {
    engine.lineIs('broken');
    await type('.composer textarea', 'x'.repeat(BODY_CHARS - 10));
    expect(text('.composer-note')).toBe('10 characters left');
    await type('.composer textarea', 'x'.repeat(BODY_CHARS + 1));
    expect(text('.composer-note')).toContain('1 character too long');
    await press(composer(), 'Enter');
    expect(did('say')).toEqual([]);
    expect([composer().disabled, composer().value.length]).toEqual([false, BODY_CHARS + 1]);
  });

  it('tells that she writes at most every three seconds, and keeps the draft of each thread', async () => {
    await type('.composer textarea', 'H');
    await type('.composer textarea', 'Ha');
    expect(did('typing')).toHaveLength(1);
    await click('Everyone’s');
    expect(text('.rows')).toContain('Draft: Ha');
    await click(find('[data-thread="t-ada"]')!);
    expect(composer().value).toBe('Ha');
  });

  it('offers to try again or to discard what was refused, and to discard what is only kept', async () => {
    engine.lineIs('broken');
    await type('.composer textarea', 'One');
    await press(composer(), 'Enter');
    expect(text('.said .fate')).toContain('Kept here, will be sent');
    engine.refuse('id-1', 'blocked');
    await settled();
    expect(text('.said-refused')).toContain('Writing here is blocked.');
    await click(find('.said-refused .text-button')!);
    expect(did('retry')).toEqual([{ type: 'retry', id: 'id-1' }]);
    await click(find('.said-refused .text-button-bad')!);
    expect(did('discard')).toEqual([{ type: 'discard', id: 'id-1' }]);
    expect(find('.said-refused')).toBeNull();
  });

  it('ends only what was seen of it, and explains when she wrote again', async () => {
    await click('End…');
    await submit('dialog form');
    expect(did('end')).toEqual([{ type: 'end', id: 'id-1', thread: 't-ada', seq: 2 }]);
    expect(text('.log')).toContain('This thread has ended.');
    engine.refuse('id-1', 'stale');
    await settled();
    expect(text('.log-end')).toBe('');
    expect(text('.refusals')).toContain('The visitor wrote again before you ended it.');
    await click('Dismiss');
    expect(text('.refusals')).toBe('');
  });

  it('says who else is answering, and what she heard from whom', async () => {
    engine.write('t-ada', { agent: 'jonas' });
    await settled();
    expect(text('.typing')).toBe('Jonas Weber is answering…');
    engine.put(message('t-ada', 3, 'Hello?'), thread('t-ada', 'v-ada', { seq: 3 }));
    await settled();
    expect(find('.typing')).toBeNull();
    expect(text('.log-frame > .unseen')).toBe('Ada Lindqvist: Hello?');
  });

  it('A01, A02: shows markup as text, and text in its own direction', async () => {
    engine.put(message('t-ada', 3, '<b>bold</b> javascript:alert(1) https://ok.example'), visitor('v-ada', { name: '<img src=x onerror=1>', rev: 2 }));
    await settled();
    expect(find('.log b, .log img, h1 img')).toBeNull();
    expect(text('.thread h1')).toContain('<img src=x onerror=1>');
    const links = [...document.querySelectorAll<HTMLAnchorElement>('.bubble a')];
    expect(links.map((link) => [link.href, link.rel])).toEqual([['https://ok.example/', 'noopener noreferrer nofollow ugc']]);
    expect(find('.bubble')!.getAttribute('dir')).toBe('auto');
  });

  it('says that a thread is not there only once the server could have told', async () => {
    engine.lineIs('connecting');
    inbox.go({ at: 'box', box: 'ended', thread: 'nowhere' });
    await settled();
    expect(text('.thread')).toBe('');
    engine.lists.push(true, false);
    engine.lineIs('on');
    await settled();
    expect(did('list').length).toBeGreaterThanOrEqual(2);
    expect(text('.thread')).toContain('This thread is not here');
  });
});

describe('a broken line', () => {
  it('is told after a moment, with what waits for it', async () => {
    fill();
    open('/inbox/acme/waiting/t-ada');
    await settled();
    engine.lineIs('broken');
    await type('.composer textarea', 'Later');
    await press(find('.composer textarea')!, 'Enter');
    expect(text('.notices')).toBe('');
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(text('.notices')).toContain('No connection. Your answers are kept here and will be sent.');
    expect(text('.notices')).toContain('1 not sent yet');
  });

  it('is told apart from a browser that keeps nothing', async () => {
    engine.keepsIn('memory');
    open('/inbox/acme');
    await settled();
    expect(text('.notices')).toContain('This browser keeps nothing on disk.');
  });
});

describe('oneself', () => {
  beforeEach(async () => {
    fill();
    open('/inbox/acme');
    await settled();
  });

  it('is available or away, at once', async () => {
    await click(find('.me-button')!);
    const away = find('input[value=away]') as HTMLInputElement;
    away.checked = true;
    away.dispatchEvent(new Event('change', { bubbles: true }));
    await settled();
    expect(did('status')).toEqual([{ type: 'status', id: 'id-1', status: 'away' }]);
    expect(text('.me-status')).toBe('Away · 0 of 3');
  });

  it('signs out after a warning when answers wait, taking everything off this device', async () => {
    doors['POST desk/sign-out'] = said({});
    engine.pend({ frame: { type: 'say', id: 'p', thread: 't-ada', body: 'Hm' }, at: T0, fate: 'saved', kept: true });
    localStorage.setItem('leaveword-inbox:acme:draft:marta:t-ada', 'draft');
    await click(find('.me-button')!);
    await click('Sign out');
    expect(text('dialog')).toContain('1 answer has not been sent yet. Signing out deletes it from this device.');
    expect(asked).not.toContain('POST desk/sign-out');
    await click('Sign out and delete');
    expect(did('forget')).toHaveLength(1);
    expect(localStorage.length).toBe(0);
    expect(text('h1')).toBe('Sign in');
  });

  it('stays signed in when the server cannot be told', async () => {
    await click(find('.me-button')!);
    await click('Sign out');
    expect(did('forget')).toHaveLength(0);
    expect(text('.toast')).toContain('The server does not answer');
  });
});

describe('settings', () => {
  beforeEach(() => {
    doors['GET desk/settings'] = said({ settings: DEFAULTS, tag: '<script></script>' });
    engine.put(MARTA);
  });

  it('are kept while unsaved, also over another page of them, and said', async () => {
    open('/inbox/acme/settings/brand');
    await settled();
    await type('.settings-page input', 'Kettle');
    expect(text('.save-bar')).toContain('You have unsaved changes');
    await click('Team');
    expect(text('.save-bar')).toContain('They are kept while you look around.');
    await click('Discard changes');
    expect(find('.save-bar')).toBeNull();
  });

  it('name what is wrong beside the field, once somebody has tried to save', async () => {
    open('/inbox/acme/settings/brand');
    await settled();
    await type('.settings-page input', '');
    expect(find('.problem')).toBeNull();
    await click('Save');
    expect(text('.field-wrong')).toContain('Visitors need a name to talk to.');
    expect(asked).not.toContain('PUT desk/settings');
    expect(text('.save-bar')).toContain('1 field needs your attention');
  });

  it('say when the server did not take them, and keep them', async () => {
    open('/inbox/acme/settings/brand');
    await settled();
    await type('.settings-page input', 'Kettle');
    await click('Save');
    expect(text('.save-bar')).toContain('The server does not answer');
    expect((find('.settings-page input') as HTMLInputElement).value).toBe('Kettle');
  });

  it('give each language its texts', async () => {
    open('/inbox/acme/settings/words');
    await settled();
    const add = find('.stack > .field select') as HTMLSelectElement;
    add.value = 'fr';
    add.dispatchEvent(new Event('change', { bubbles: true }));
    await settled();
    expect([...document.querySelectorAll('.block-head h2')].map((head) => head.textContent)).toEqual(['English en', 'Arabic ar', 'French fr']);
  });

  it('of the brand are the owner’s alone', async () => {
    doors['GET desk/me'] = said({ agent: { ...MARTA, role: 'agent' }, brand: BRAND });
    engine.put({ ...MARTA, role: 'agent' });
    open('/inbox/acme/settings/brand');
    await settled();
    expect(text('.settings-nav ul')).toBe('YouReplies');
    expect(text('#settings-title')).toBe('You');
    expect(asked).not.toContain('GET desk/settings');
  });
});

describe('the doors', () => {
  const ask = async (response: () => Response | Promise<Response>): Promise<Answer<unknown>> => {
    const opened: Doors = openDoors('acme', (async () => response()) as typeof fetch);
    return opened.me();
  };

  it('give every failure a name, whatever stood behind it', async () => {
    expect(await ask(() => { throw new TypeError('Failed to fetch'); })).toMatchObject({ failure: { code: 'unreachable' } });
    expect(await ask(() => new Response('<html>Bad gateway', { status: 502 }))).toMatchObject({ failure: { code: 'unreachable' } });
    expect(await ask(() => new Response('<html>', { status: 200 }))).toMatchObject({ failure: { code: 'broken' } });
    expect(await ask(() => new Response('{"agent":{"name":{}}}', { status: 200 }))).toMatchObject({ failure: { code: 'broken' } });
    expect(await ask(() => new Response('{"error":{"code":{},"reason":7}}', { status: 418 }))).toMatchObject({ failure: { code: 'status_418' } });
    expect(await ask(() => new Response('{"error":{"code":"forbidden","reason":"no"}}', { status: 403 }))).toEqual({ failure: { code: 'forbidden', reason: 'no' } });
  });
});

describe('where storage is forbidden', () => {
  it('drafts live as long as the page', () => {
    const keep = openKeep('acme', () => { throw new DOMException('no', 'SecurityError'); });
    keep.set('draft:a', 'x');
    keep.set('other', 'y');
    expect(keep.get('draft:a')).toBe('x');
    keep.forget('draft:');
    expect([keep.get('draft:a'), keep.get('other')]).toEqual([undefined, 'y']);
  });
});
