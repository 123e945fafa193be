// @vitest-environment happy-dom
/** What the team knows and how it is reached: notes, saved replies, tags, search, who looks, block, undo, the palette, calls. */
import { render } from 'preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ringer } from '../inbox/bell.ts';
import { openDoors } from '../inbox/doors.ts';
import { openKeep } from '../inbox/keep.ts';
import { createInbox, type Inbox } from '../inbox/state.ts';
import { App } from '../inbox/ui/app.tsx';
import { COMMANDS } from '../inbox/ui/commands.ts';
import type { Hit } from '../protocol/frames.ts';
import { agent, entry, type FakeEngine, fakeEngine, message, T0, thread, visitor } from './inbox-fake.ts';

const BRAND = { id: 'acme', name: 'Acme', color: '#0f766e', logo: 'A' };
const MARTA = agent('marta', 'Marta Oliveira', { role: 'owner' });
const CANNED = [
  { id: 'c1', name: 'Hello', body: 'Hello {visitor}, this is {agent}. How can I help?' },
  { id: 'c2', name: 'Refund', body: 'Your refund is on its way.' },
];
let doors: Record<string, unknown>;
let engine: FakeEngine;
let inbox: Inbox;
let address: string;
let ids: number;
let shown: { title: string; body: string; tag: string; click: () => void }[];
let rings: { permission: ReturnType<Ringer['permission']>; answer: ReturnType<Ringer['permission']>; chimes: number; claims: string[]; mine: boolean };

const ringer = (): Ringer => ({
  permission: () => rings.permission,
  ask: async () => (rings.permission = rings.answer),
  show: (call, click) => void shown.push({ ...call, click }),
  chime: () => { rings.chimes++; },
  claim: async (id) => { rings.claims.push(id); return rings.mine; },
  watch: () => undefined,
});

function open(at: string): void {
  address = at;
  inbox = createInbox({
    brand: 'acme', keep: openKeep('acme', () => localStorage), newId: () => `id-${++ids}`, startEngine: () => engine, ringer: ringer(),
    doors: openDoors('acme', (async (url: string, init?: RequestInit) => {
      const body = doors[`${init?.method ?? 'GET'} ${url.replace('/v1/acme/', '')}`];
      if (!body) throw new TypeError('Failed to fetch');
      return new Response(JSON.stringify(body));
    }) as typeof fetch),
    address: { path: () => address, push: (path) => { address = path; }, replace: (path) => { address = path; } },
  });
  render(<App inbox={inbox} />, document.body);
  void inbox.start();
}

beforeEach(async () => {
  localStorage.clear();
  ids = 0;
  shown = [];
  rings = { permission: 'default', answer: 'granted', chimes: 0, claims: [], mine: true };
  engine = fakeEngine();
  doors = { 'GET desk/me': { agent: MARTA, brand: BRAND }, 'GET desk/canned': { canned: CANNED } };
  Object.assign(window, { IntersectionObserver: class { observe() {} disconnect() {} }, ResizeObserver: class { observe() {} disconnect() {} } });
  Element.prototype.scrollTo = () => undefined;
  (window as unknown as { happyDOM: { setViewport(size: object): void } }).happyDOM.setViewport({ width: 1_440, height: 900 });
  engine.put(
    MARTA, agent('jonas', 'Jonas Weber'), agent('ravi', 'Ravi Patel'), agent('gone', 'Rada Gone', { left: true }),
    visitor('v-ada', { name: 'Ada Lindqvist' }), visitor('v-bob', { name: 'Bob' }),
    thread('t-ada', 'v-ada', { seq: 2, state: 'assigned', agent: 'marta', team: { got: 2, seen: 2 }, preview: 'And the blue one?', tags: ['tea'] }),
    thread('t-bob', 'v-bob', { tags: ['tea', 'wholesale'], preview: 'Boxes?', team: { got: 1, seen: 1 }, at: T0 - 5_000 }),
    message('t-ada', 1, 'Is the red one in?', { page: { url: 'https://shop.example/red', title: 'Red' } }),
    message('t-ada', 2, 'And the blue one?', { page: { url: 'https://shop.example/blue' } }),
    message('t-bob', 1, 'Boxes?'),
  );
  engine.arrive('marta', 'ravi', 'jonas');
  open('/inbox/acme/mine/t-ada');
  await settled();
});
afterEach(() => {
  render(null, document.body);
  inbox.close();
  vi.restoreAllMocks();
});

const settled = async () => { for (let i = 0; i < 8; i++) await new Promise((resolve) => setTimeout(resolve, 4)); };
const find = (selector: string) => document.querySelector<HTMLElement>(selector);
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const text = (selector = 'body') => find(selector)?.textContent ?? '';
const field = () => find('.composer textarea') as HTMLTextAreaElement;
const nameOf = (each: HTMLElement) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim();
const named = (name: string) => all('button, a').find((each) => nameOf(each).startsWith(name))!;
async function click(target: HTMLElement | string): Promise<void> {
  (typeof target === 'string' ? named(target) : target).click();
  await settled();
}
async function type(into: string, value: string): Promise<void> {
  const input = find(into) as HTMLInputElement;
  input.focus();
  input.value = value;
  input.setSelectionRange(value.length, value.length);
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
}
async function press(target: Element, key: string, more = {}): Promise<void> {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  await settled();
}
const key = (name: string, more = {}) => press(document.body, name, more);
const did = (kind: string) => engine.did.filter((each) => (each as { type: string }).type === kind);
/** What a screen reader is told to be on in the list under the field. */
const active = (input: Element) => text(`#${input.getAttribute('aria-activedescendant')}`);

describe('D11: a note', () => {
  it('is written on the other side of the composer, which is turned by key and looks and is called otherwise', async () => {
    await key('n');
    expect(nameOf(field())).toBe('Your note');
    expect(text('.composer')).toContain('Only your team sees this');
    expect(find('.composer-note-side')).toBeTruthy();
    await type('.composer textarea', 'She asks about wholesale');
    await press(field(), 'Enter');
    expect(did('note')).toEqual([{ type: 'note', id: 'id-1', thread: 't-ada', body: 'She asks about wholesale' }]);
    expect(did('say')).toEqual([]);
    expect(text('.log .note')).toContain('Only your team sees this');
    expect(text('.log .note')).toContain('Sending');
    engine.put(entry('t-ada', 'note', { id: 'id-1', by: 'marta', text: 'She asks about wholesale', after: 2 }));
    await settled();
    expect(all('.log .note')).toHaveLength(1);
  });

  it('keeps its draft apart from the answer, and tells nobody that she writes', async () => {
    await type('.composer textarea', 'To her');
    await click('Note');
    expect(field().value).toBe('');
    const told = did('typing').length;
    await type('.composer textarea', 'To us');
    expect(did('typing')).toHaveLength(told);
    await click('Reply');
    expect(field().value).toBe('To her');
  });

  it('offers colleagues after @, by arrows and Enter, and names them', async () => {
    await key('n');
    await type('.composer textarea', '@r');
    expect(all('.composer [role=option]').map((each) => each.textContent)).toEqual(['RPRavi Patel']);
    await type('.composer textarea', '@');
    await press(field(), 'ArrowDown');
    expect(active(field())).toContain('Ravi Patel');
    await press(field(), 'Enter');
    expect(field().value).toBe('@Ravi Patel ');
    expect(did('note')).toEqual([]);
    await type('.composer textarea', '@Ravi Patel do we have any?');
    await press(field(), 'Enter');
    expect(did('note')).toMatchObject([{ body: '@Ravi Patel do we have any?', mentions: ['ravi'] }]);
    expect(text('.note .mention')).toBe('@Ravi Patel');
  });

  it('shuts the list with Escape without leaving the field, and sends then', async () => {
    await key('n');
    await type('.composer textarea', '@ra');
    await press(field(), 'Escape');
    expect(find('.composer [role=listbox]')).toBeNull();
    await press(field(), 'Enter');
    expect(did('note')).toMatchObject([{ body: '@ra' }]);
  });

  it('marks the thread of whom it names until she has looked at it', async () => {
    inbox.watched.value = true;
    engine.put(entry('t-bob', 'note', { by: 'ravi', text: '@Marta Oliveira look', mentions: ['marta'] }));
    await click('Queue');
    expect(find('[data-thread="t-bob"] .row-named')!.getAttribute('aria-label')).toBe('You were named in a note');
    await click(find('[data-thread="t-bob"]')!);
    expect(find('.row-named')).toBeNull();
    expect(text('.note .mention-me')).toBe('@Marta Oliveira');
  });

  it('keeps what was refused, to try again or to discard', async () => {
    await key('n');
    await type('.composer textarea', 'Hm');
    await press(field(), 'Enter');
    engine.refuse('id-1', 'forbidden');
    await settled();
    expect(text('.note')).toContain('You may not do this.');
    await click(find('.note .text-button-bad')!);
    expect(find('.note')).toBeNull();
  });
});

describe('saved replies', () => {
  it('open with / at the start, are filtered as one types, and filled with the names', async () => {
    await type('.composer textarea', '/');
    expect(all('.composer [role=option]')).toHaveLength(2);
    await type('.composer textarea', '/hel');
    expect(active(field())).toContain('Hello Ada Lindqvist, this is Marta Oliveira.');
    await press(field(), 'Enter');
    expect(field().value).toBe('Hello Ada Lindqvist, this is Marta Oliveira. How can I help?');
    expect(did('say')).toEqual([]);
  });

  it('open anywhere with Ctrl and /, and go in where the cursor stands', async () => {
    await type('.composer textarea', 'Good news: ');
    await press(field(), '/', { ctrlKey: true });
    await type('.composer textarea', 'Good news: ref');
    await press(field(), 'Tab');
    expect(field().value).toBe('Good news: Your refund is on its way.');
  });

  it('say that there is none, that they cannot be fetched, and send what was written all the same', async () => {
    await type('.composer textarea', '/nothing');
    expect(text('.composer-menu')).toContain('No saved reply for “nothing”');
    await press(field(), 'Enter');
    expect(did('say')).toMatchObject([{ body: '/nothing' }]);
  });

  it('are gone while she is elsewhere, and do not come by themselves with a draft', async () => {
    await type('.composer textarea', '/hel');
    field().blur();
    await settled();
    expect(find('.composer-menu')).toBeNull();
    await key('5');
    await click(find('[data-thread="t-bob"]')!);
    await click(find('[data-thread="t-ada"]')!);
    field().blur();
    await settled();
    expect([field().value, find('.composer-menu')]).toEqual(['/hel', null]);
  });

  it('say so when they cannot be fetched', async () => {
    delete doors['GET desk/canned'];
    await type('.composer textarea', '/');
    expect(text('.composer-menu')).toContain('cannot be fetched right now');
  });
});

describe('D12: tags', () => {
  it('are offered from those in use, added by Enter, and removed', async () => {
    await type('.details .tags-field', 'who');
    expect(active(find('.details .tags-field')!)).toBe('wholesale');
    await press(find('.details .tags-field')!, 'Enter');
    expect(did('tag')).toEqual([{ type: 'tag', id: 'id-1', thread: 't-ada', tags: ['tea', 'wholesale'] }]);
    expect(all('.details .chip').map((each) => each.textContent)).toEqual(['tea', 'wholesale']);
    await click('Remove the tag tea');
    expect(did('tag').at(-1)).toMatchObject({ tags: ['wholesale'] });
  });

  it('are new where nobody has used them, and never twice the same', async () => {
    await key('l');
    await type('dialog .tags-field', 'Tea');
    expect(all('dialog [role=option]')).toHaveLength(0);
    await type('dialog .tags-field', 'gift');
    expect(active(find('dialog .tags-field')!)).toBe('Add “gift”');
    await press(find('dialog .tags-field')!, 'Enter');
    expect(did('tag')).toMatchObject([{ tags: ['tea', 'gift'] }]);
  });
});

describe('D13: the search', () => {
  const hits: Hit[] = [
    { thread: 't-ada', at: T0 + 2_000, by: 'visitor', seq: 2, text: 'And the <b>blue</b> one?' },
    { thread: 't-bob', at: T0, by: 'note', name: 'Ravi Patel', text: 'Bluebird boxes' },
  ];
  const look = async (query: string) => {
    await key('/');
    await type('.finder-field', query);
    await new Promise((resolve) => setTimeout(resolve, 220));
    await settled();
  };

  it('lights up what was asked for in plain text, also the beginning of the last word, and says what is a note', async () => {
    engine.finds.push({ type: 'found', text: 'the blue', hits, set: [], more: false });
    await look('the blue');
    expect(did('search')).toEqual([{ type: 'search', text: 'the blue', before: Number.MAX_SAFE_INTEGER }]);
    expect(all('.finder mark').map((each) => each.textContent)).toEqual(['the', 'blue', 'Bluebird']);
    expect(text('.finder')).toContain('And the <b>blue</b> one?');
    expect(find('.finder .found-text b')).toBeNull();
    expect(all('.finder [role=option]')[1]!.textContent).toContain('Note');
  });

  it('leads to the message, and asks for what is older first where it is not held', async () => {
    engine.put(thread('t-old', 'v-bob', { state: 'ended', seq: 9 }), message('t-old', 9, 'Newest'));
    const held = engine.threads.value.get('t-old')!;
    (engine.threads as unknown as { value: Map<string, object> }).value = new Map(engine.threads.value).set('t-old', { ...held, more: true });
    vi.spyOn(engine, 'older').mockImplementation(async () => { engine.put(message('t-old', 8, 'Blue moon')); });
    engine.finds.push({ type: 'found', text: 'blue', hits: [{ thread: 't-old', at: T0, by: 'visitor', seq: 8, text: 'Blue moon' }], set: [], more: false });
    await look('blue');
    await press(find('.finder-field')!, 'Enter');
    await new Promise((resolve) => setTimeout(resolve, 80));
    await settled();
    expect(address).toBe('/inbox/acme/ended/t-old');
    expect(text('.aimed')).toContain('Blue moon');
  });

  it('says what it is for, that nothing was found, and that there is nobody to ask', async () => {
    await key('/');
    expect(text('.finder')).toContain('Everything that was ever said');
    engine.finds.push({ type: 'found', text: 'zebra', hits: [], set: [], more: false });
    await type('.finder-field', 'zebra');
    await new Promise((resolve) => setTimeout(resolve, 220));
    await settled();
    expect(text('.finder')).toContain('Nobody has said “zebra”');
    engine.lineIs('broken');
    await type('.finder-field', 'zebras');
    await new Promise((resolve) => setTimeout(resolve, 220));
    await settled();
    expect(text('.finder')).toContain('Searching needs a connection.');
  });

  it('does not show the answer to a question she has typed past', async () => {
    let answer!: (found: undefined) => void;
    vi.spyOn(engine, 'search').mockImplementationOnce(() => new Promise((done) => { answer = done; }));
    await look('blu');
    engine.finds.push({ type: 'found', text: 'blue', hits, set: [], more: false });
    await type('.finder-field', 'blue');
    await new Promise((resolve) => setTimeout(resolve, 220));
    answer(undefined);
    await settled();
    expect(all('.finder [role=option]')).toHaveLength(2);
  });
});

describe('D15: who else looks', () => {
  it('stands in the head of the thread, writing or not', async () => {
    engine.look('ravi', 't-ada');
    engine.look('jonas', 't-bob');
    await settled();
    expect(text('.lookers')).toContain('Ravi Patel is looking');
    expect(text('.lookers')).not.toContain('Jonas');
    engine.write('t-ada', { agent: 'ravi' });
    await settled();
    expect(text('.lookers')).toContain('Ravi Patel is writing');
    engine.look('ravi');
    await settled();
    expect(text('.lookers')).toBe('');
  });

  it('is told of the thread on the screen, of none while the page is hidden, and again over a new line', async () => {
    expect(did('look').at(-1)).toEqual({ type: 'look', thread: 't-ada' });
    inbox.visible.value = false;
    await settled();
    expect(did('look').at(-1)).toEqual({ type: 'look' });
    inbox.visible.value = true;
    const told = did('look').length;
    engine.lineIs('broken');
    engine.lineIs('on');
    await settled();
    expect(did('look')).toHaveLength(told + 1);
    expect(did('look').at(-1)).toEqual({ type: 'look', thread: 't-ada' });
  });
});

describe('the details', () => {
  it('ask for her other threads once, and show the pages she wrote from, the newest first', async () => {
    expect(did('list')).toEqual([{ type: 'list', box: 'all', before: Number.MAX_SAFE_INTEGER, who: 'v-ada' }]);
    engine.put(thread('t-ada-2', 'v-ada', { state: 'ended', preview: 'An older matter' }));
    await settled();
    expect(text('.others')).toContain('An older matter');
    expect(all('.visit').map((each) => each.querySelector('.page-name')!.textContent)).toEqual(['shop.example/blue', 'Red']);
  });

  it('D14: block her after a plain question, say so, and let her in again', async () => {
    await click(find('.button-block')!);
    expect(text('dialog')).toContain('Block Ada Lindqvist?');
    await click(find('dialog .button-danger')!);
    expect(did('block')).toEqual([{ type: 'block', id: 'id-1', visitor: 'v-ada', on: true }]);
    expect(text('.details')).toContain('Blocked: may not write');
    expect(text('.blocked-note')).toContain('This visitor is blocked.');
    await click(find('.blocked-note .text-button')!);
    expect(did('block').at(-1)).toMatchObject({ on: false });
    expect(find('.blocked-note')).toBeNull();
  });
});

describe('undo', () => {
  it('takes the last act back by key, for ten seconds, and says so', async () => {
    await key('4');
    await key('1');
    await click(find('[data-thread="t-bob"]')!);
    await key('t');
    expect(text('.undo')).toContain('Yours now');
    await key('z');
    expect(did('transfer')).toEqual([{ type: 'transfer', id: 'id-2', thread: 't-bob' }]);
    expect(find('.undo')).toBeNull();
    expect(text('.toast')).toBe('Taken back');
    await key('z');
    expect(did('transfer')).toHaveLength(1);
  });

  it('is offered no longer when the thread has moved on, and no key does it', async () => {
    await key('1');
    await click(find('[data-thread="t-bob"]')!);
    await key('t');
    engine.did.length = 0;
    (engine.pending as unknown as { value: unknown[] }).value = [];
    engine.put(thread('t-bob', 'v-bob', { state: 'assigned', agent: 'ravi', rev: 9 }));
    await settled();
    expect(find('.undo')).toBeNull();
    await key('z');
    expect([...did('transfer'), ...did('take')]).toEqual([]);
  });

  it('is gone when the act was refused', async () => {
    await key('1');
    await click(find('[data-thread="t-bob"]')!);
    await key('t');
    engine.refuse('id-1', 'not_found');
    await settled();
    expect(find('.undo')).toBeNull();
  });
});

describe('the palette', () => {
  it('opens from anywhere, also from a field and where letters are off, and does what it says', async () => {
    inbox.setKeen(false);
    await press(field(), 'k', { ctrlKey: true });
    await type('.finder-field', 'snooz');
    expect(active(find('.finder-field')!)).toContain('Snooze…');
    await press(find('.finder-field')!, 'Enter');
    await settled();
    expect(find('.finder')).toBeNull();
    expect(inbox.desk.value!.handling.sheet.value).toBe('snooze');
  });

  it('goes to a thread by the name of its visitor or its holder, and hands what it does not know to the search', async () => {
    await key('k', { metaKey: true });
    await type('.finder-field', 'bob');
    expect(active(find('.finder-field')!)).toContain('Bob');
    await press(find('.finder-field')!, 'Enter');
    expect(address).toBe('/inbox/acme/all/t-bob');
    await key('k', { ctrlKey: true });
    await type('.finder-field', 'blue');
    await press(find('.finder-field')!, 'Enter');
    await settled();
    expect((find('.finder-field') as HTMLInputElement).value).toBe('blue');
    expect(inbox.dialog.value).toBe('search');
  });

  it('D4: gives the thread to a colleague by name, and takes that back', async () => {
    await key('k', { ctrlKey: true });
    expect(text('.finder')).not.toContain('Transfer to');
    await type('.finder-field', 'transfer to rav');
    expect(active(find('.finder-field')!)).toContain('Transfer to Ravi Patel');
    await press(find('.finder-field')!, 'Enter');
    expect(did('transfer')).toEqual([{ type: 'transfer', id: 'id-1', thread: 't-ada', to: 'ravi' }]);
    expect(text('.undo')).toContain('Ravi Patel');
    await key('z');
    // Not by a take, which would begin her wait anew.
    expect(did('transfer').at(-1)).toEqual({ type: 'transfer', id: 'id-2', thread: 't-ada', to: 'marta', mark: 'none' });
    expect(did('take')).toEqual([]);
  });

  it('offers nothing that cannot be done now', async () => {
    await key('k', { ctrlKey: true });
    expect(text('.finder')).not.toContain('Open again');
    expect(text('.finder')).not.toContain('Be available');
    expect(text('.finder')).toContain('Be away');
  });
});

describe('the shortcuts', () => {
  it('listed under ? are those of the table, each key once among those that may be pressed at the same time', async () => {
    await key('?');
    const listed = all('.keys dd').map((each) => each.textContent);
    expect(listed).toEqual(expect.arrayContaining(COMMANDS.filter((each) => each.key).map(({ label }) => label)));
    const keys = COMMANDS.flatMap((each) => (each.run && each.key ? [each.key] : []));
    expect(new Set(keys).size).toBe(keys.length);
    await click(find('dialog .button-icon')!);
    await key('5');
    await click(find('[data-thread="t-bob"]')!);
    await key('t');
    for (const told of all('[aria-keyshortcuts]')) expect([nameOf(told), keys]).toEqual([nameOf(told), expect.arrayContaining([told.getAttribute('aria-keyshortcuts')])]);
    expect(text('.undo kbd')).toBe(COMMANDS.find(({ id }) => id === 'undo')!.key);
  });
});

describe('a call', () => {
  const write = (id: string, seq: number, body: string) => {
    engine.put(message(id, seq, body));
    engine.happen({ type: 'message', message: message(id, seq, body) });
  };
  const want = async () => {
    await inbox.desk.value!.bell.setWants(true);
    inbox.watched.value = false;
  };

  it('is not made before she has asked for it, and the browser is asked by her own hand', async () => {
    inbox.watched.value = false;
    write('t-ada', 3, 'Hello?');
    await settled();
    expect([shown, rings.permission]).toEqual([[], 'default']);
    await want();
    write('t-ada', 4, 'Hello again?');
    await settled();
    expect(shown).toMatchObject([{ title: 'Ada Lindqvist', body: 'New message' }]);
    shown[0]!.click();
    await settled();
    expect(address).toBe('/inbox/acme/mine/t-ada');
  });

  it('shows what was written only where she chose so', async () => {
    await want();
    inbox.desk.value!.bell.setText(true);
    write('t-ada', 3, 'A secret');
    await settled();
    expect(shown).toMatchObject([{ body: 'A secret' }]);
  });

  it('is not for what a colleague holds, nor while she looks, nor where another tab has made it', async () => {
    await want();
    engine.put(thread('t-bob', 'v-bob', { state: 'assigned', agent: 'ravi' }));
    write('t-bob', 2, 'For Ravi');
    inbox.watched.value = true;
    write('t-ada', 3, 'Seen');
    inbox.watched.value = false;
    rings.mine = false;
    write('t-ada', 4, 'Elsewhere');
    await settled();
    expect(shown).toEqual([]);
    expect(rings.claims).toEqual(['t-bob-2', 't-ada-4']);
  });

  it('is one for what comes together', async () => {
    await want();
    write('t-ada', 3, 'One');
    write('t-bob', 2, 'Two');
    await settled();
    expect(shown).toMatchObject([{ title: '2 new messages', body: 'Ada Lindqvist, Bob' }]);
  });

  it('is made when a colleague names her', async () => {
    await want();
    engine.put(entry('t-bob', 'note', { by: 'ravi', text: '@Marta Oliveira look', mentions: ['marta'] }));
    await settled();
    expect(shown).toMatchObject([{ title: 'Ravi Patel named you in a note', body: 'In the thread with Bob' }]);
  });

  it('may be a sound alone, and says in words that the browser forbids the rest', async () => {
    rings.answer = 'denied';
    inbox.go({ at: 'settings', section: 'you' });
    await settled();
    const boxes = all('.settings input[type=checkbox]') as HTMLInputElement[];
    const box = boxes.find((each) => each.closest('label')!.textContent!.startsWith('Show notifications'))!;
    box.checked = true;
    box.dispatchEvent(new Event('change', { bubbles: true }));
    await settled();
    expect(box.checked).toBe(false);
    expect(text('.bell-state')).toContain('Your browser blocks notifications of this page.');
    inbox.desk.value!.bell.setSound(true);
    inbox.watched.value = false;
    const heard = rings.chimes;
    write('t-ada', 3, 'Hello?');
    await settled();
    expect([rings.chimes, shown]).toEqual([heard + 1, []]);
  });
});
