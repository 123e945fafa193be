// @vitest-environment happy-dom
/** How an owner sets the desk, how many threads each is handed, and the replies that the team keeps ready. */
import { render } from 'preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Canned } from '../inbox/canned.ts';
import { openDoors } from '../inbox/doors.ts';
import { openKeep } from '../inbox/keep.ts';
import { problemsOf } from '../inbox/problems.ts';
import { problemsOfReply, REPLIES_MOST } from '../inbox/replies.ts';
import { createInbox, type Inbox } from '../inbox/state.ts';
import { App } from '../inbox/ui/app.tsx';
import { SETTINGS, type Settings } from '../protocol/settings.ts';
import { tagOf } from '../server/canned.ts';
import { DEFAULTS } from '../server/settings.ts';
import { agent, brandRow, type FakeEngine, fakeEngine } from './inbox-fake.ts';

const BRAND = { id: 'acme', name: 'Acme', color: '#0f766e', logo: 'A' };
const MARTA = agent('marta', 'Marta Oliveira', { role: 'owner' });
const HELLO: Canned = { id: 'c1', name: 'hello', body: 'Hello {visitor}, this is {agent}.' };
const REFUND: Canned = { id: 'c2', name: 'Refund', body: 'It is on its way.' };

let me: typeof MARTA;
let engine: FakeEngine;
let inbox: Inbox;
let settings: Settings;
let canned: Canned[];
const asked: { name: string; body: unknown }[] = [];
/** Of this door, until it is taken away. */
let refuse: Record<string, { status: number; code: string }>;
/** What a colleague does right before a reply is saved. */
let meanwhile: (() => void) | undefined;
let ids = 0;

async function answer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const name = `${init?.method ?? 'GET'} ${String(input).replace('/v1/acme/desk/', '')}`;
  const body = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
  asked.push({ name, body });
  const no = refuse[name];
  if (no) return new Response(JSON.stringify({ error: { code: no.code, reason: no.code } }), { status: no.status });
  const say = (value: unknown) => new Response(JSON.stringify(value));
  if (name === 'GET me') return say({ agent: me, brand: BRAND });
  if (name === 'GET settings') return say({ settings, tag: '' });
  if (name === 'PUT settings') return say({ settings: settings = body });
  if (name === 'GET invites') return say({ invites: [] });
  if (name === 'GET canned') return say({ canned, tag: tagOf(canned) });
  if (name === 'PUT canned') {
    meanwhile?.();
    meanwhile = undefined;
    if (body.tag !== tagOf(canned)) return new Response(JSON.stringify({ error: { code: 'conflict', reason: '' } }), { status: 409 });
    canned = body.canned;
    return say({ canned, tag: tagOf(canned) });
  }
  if (name.startsWith('POST agents/')) return say({ agent: {} });
  throw new TypeError('Failed to fetch');
}

const settled = async () => { for (let i = 0; i < 6; i++) await new Promise((resolve) => setTimeout(resolve, 2)); };
async function open(section: string): Promise<void> {
  inbox = createInbox({
    brand: 'acme', doors: openDoors('acme', answer as typeof fetch), keep: openKeep('acme', () => localStorage), newId: () => `new-${++ids}`, startEngine: () => engine,
    address: { path: () => `/inbox/acme/settings/${section}`, push: () => undefined, replace: () => undefined },
  });
  render(<App inbox={inbox} />, document.body);
  void inbox.start();
  await settled();
}
function shut(): void {
  render(null, document.body);
  inbox.close();
}
const find = (selector: string) => document.querySelector<HTMLElement>(selector);
const text = (selector = 'body') => find(selector)?.textContent ?? '';
const named = (name: string) => [...document.querySelectorAll<HTMLElement>('button, a, label')].find((each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim() === name)!;
const click = async (name: string) => { named(name).click(); await settled(); };
const labelled = (label: string) => document.getElementById([...document.querySelectorAll('label')].find((each) => each.textContent === label)!.htmlFor) as HTMLInputElement;
async function type(label: string, value: string): Promise<void> {
  const field = labelled(label);
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
}
async function pick(select: HTMLSelectElement, value: string): Promise<void> {
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await settled();
}
const submit = async () => { find('.reply-form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })); await settled(); };
const lastPut = (name: string) => asked.findLast((each) => each.name === name)?.body;

beforeEach(() => {
  localStorage.clear();
  asked.length = 0;
  refuse = {};
  meanwhile = undefined;
  me = MARTA;
  settings = DEFAULTS;
  canned = [HELLO, REFUND];
  engine = fakeEngine();
  engine.put(MARTA, agent('jonas', 'Jonas Weber'));
  Object.assign(window, { IntersectionObserver: class { observe() {} disconnect() {} }, ResizeObserver: class { observe() {} disconnect() {} } });
  Element.prototype.scrollTo = () => undefined;
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  (window as unknown as { happyDOM: { setViewport(size: object): void } }).happyDOM.setViewport({ width: 1_440, height: 900 });
});
afterEach(shut);

describe('the desk', () => {
  it('is set whole, and is what the server takes', async () => {
    await open('desk');
    await type('Threads for each agent', '5');
    await type('Waiting at most', '0');
    await type('Absent after', '10');
    await type('Passed on after', '12');
    await type('Overdue after', '8');
    find('.check input')!.click();
    await settled();
    await click('Save');
    const put = lastPut('PUT settings') as Settings;
    expect(put.desk).toEqual({ slots: 5, queue: 0, absentMinutes: 10, fallbackHours: 12, overdueHours: 8, survey: false });
    expect(SETTINGS(put)).toBeUndefined();
    expect(find('.save-bar')).toBeNull();
  });

  it('says of each number in a sentence what it does', async () => {
    await open('desk');
    const hints = [...document.querySelectorAll('.number input')].map((input) => document.getElementById(input.getAttribute('aria-describedby')!)!.textContent!);
    expect(hints).toHaveLength(5);
    for (const hint of hints) expect(hint).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('takes no number that the server would refuse, and keeps what was typed', async () => {
    await open('desk');
    for (const wrong of ['0', '51', '', '1.5', '-2']) {
      await type('Threads for each agent', wrong);
      await click('Save');
      expect([wrong, text('.field-wrong .problem')]).toEqual([wrong, 'A whole number from 1 to 50.']);
      expect(labelled('Threads for each agent').value).toBe(wrong);
    }
    expect(lastPut('PUT settings')).toBeUndefined();
    await click('Discard changes');
    expect(labelled('Threads for each agent').value).toBe('3');
  });

  it('is refused here exactly where the server refuses it', () => {
    for (const [field, values] of Object.entries({ slots: [0, 1, 50, 51], queue: [-1, 0, 10_000, 10_001], fallbackHours: [0, 1, 720, 721], overdueHours: [0, 720, 721], absentMinutes: [0, 1, 1_440, 1_441] })) {
      for (const value of values) {
        const draft = { ...DEFAULTS, desk: { ...DEFAULTS.desk, [field]: value } };
        expect([field, value, problemsOf(draft).has(`desk.${field}`)]).toEqual([field, value, SETTINGS(draft) !== undefined]);
      }
    }
  });

  it('forgets a draft from a time that knew no desk, instead of breaking on it', async () => {
    const { desk: _, ...old } = DEFAULTS;
    localStorage.setItem('leaveword-inbox:acme:draft:marta:settings', JSON.stringify({ ...old, name: 'Old' }));
    await open('desk');
    expect(labelled('Threads for each agent').value).toBe('3');
    expect(find('.save-bar')).toBeNull();
  });

  it('tells visitors how soon it has lately answered, if the owner wants that', async () => {
    await open('hours');
    await pick(find('.settings-page select') as HTMLSelectElement, 'own');
    await click('Save');
    expect((lastPut('PUT settings') as Settings).replyTime).toBe('own');
  });
});

describe('how many threads somebody is handed', () => {
  it('is an owner’s to say of everybody', async () => {
    await open('team');
    const select = find('[aria-label="Threads at once: Jonas Weber"]') as HTMLSelectElement;
    expect([select.value, select.options[0]!.textContent]).toEqual(['all', 'As everybody (3)']);
    await pick(select, '7');
    expect(asked.at(-1)).toEqual({ name: 'POST agents/jonas/slots', body: { slots: 7 } });
    await pick(find('[aria-label="Threads at once: Jonas Weber"]') as HTMLSelectElement, 'all');
    expect(asked.at(-1)).toEqual({ name: 'POST agents/jonas/slots', body: { slots: null } });
  });

  it('is everybody’s to say of herself', async () => {
    me = { ...MARTA, role: 'agent' };
    engine.put(me);
    await open('you');
    await pick(labelled('Threads at once') as unknown as HTMLSelectElement, '2');
    expect(asked.at(-1)).toEqual({ name: 'POST agents/marta/slots', body: { slots: 2 } });
  });

  it('D2 says whether the number is her own or her brand’s, and leads back to that, for agents as for owners', async () => {
    me = { ...MARTA, role: 'agent', slots: 5, own: true };
    engine.put(me, brandRow({ slots: 4 }));
    await open('you');
    expect([(labelled('Threads at once') as unknown as HTMLSelectElement).value, text('.slots-whose')]).toEqual(['5', 'A number of your own. Back to the brand’s number (4)']);
    await click('Back to the brand’s number (4)');
    expect(asked.at(-1)).toEqual({ name: 'POST agents/marta/slots', body: { slots: null } });
    engine.put({ ...MARTA, role: 'agent', slots: 4, rev: 2 });
    await settled();
    const select = labelled('Threads at once') as unknown as HTMLSelectElement;
    expect([select.value, select.options[0]!.textContent, text('.slots-whose')]).toEqual(['all', 'As everybody (4)', 'Your brand’s number. It changes when your brand changes it. ']);
  });

  it('says when the server did not take it', async () => {
    refuse['POST agents/jonas/slots'] = { status: 403, code: 'forbidden' };
    await open('team');
    await pick(find('[aria-label="Threads at once: Jonas Weber"]') as HTMLSelectElement, '7');
    expect(text('.slots-choice .problem')).not.toBe('');
  });
});

describe('replies', () => {
  it('H7 of a colleague are here as soon as she has saved, under / and on this page, and after a line was lost', async () => {
    engine.put(brandRow({ replies: tagOf(canned) }));
    await open('replies');
    const here = () => [inbox.desk.value!.canned.all.value?.length, document.querySelectorAll('.table-row').length];
    expect(here()).toEqual([2, 2]);
    const save = (reply: Canned) => {
      canned = [...canned, reply];
      engine.put(brandRow({ replies: tagOf(canned), rev: canned.length }));
      return settled();
    };
    await save({ id: 'c3', name: 'Sorry', body: 'We are sorry.' });
    expect(here()).toEqual([3, 3]);
    const fetched = asked.length;
    engine.put(brandRow({ replies: tagOf(canned), survey: false, rev: 9 }));
    await settled();
    expect(asked.length, 'what is held is not fetched again').toBe(fetched);
    engine.lineIs('broken');
    await save({ id: 'c4', name: 'Thanks', body: 'Thank you.' });
    expect(here()[0]).toBe(3);
    engine.lineIs('on');
    await settled();
    expect(here()[0]).toBe(4);
  });

  it('stand by name, and are any agent’s to add to', async () => {
    me = { ...MARTA, role: 'agent' };
    engine.put(me);
    await open('replies');
    expect([...document.querySelectorAll('.table-words b')].map((each) => each.textContent)).toEqual(['hello', 'Refund']);
    await click('New reply');
    await type('Name', 'Bye');
    await type('Text', 'Good bye, {visitor}.');
    expect(text('.reply-preview')).toContain('Good bye, Ada.');
    await submit();
    expect(lastPut('PUT canned')).toEqual({ canned: [HELLO, REFUND, { id: expect.any(String), name: 'Bye', body: 'Good bye, {visitor}.' }], tag: tagOf([HELLO, REFUND]) });
    expect(find('.reply-form')).toBeNull();
    expect([...document.querySelectorAll('.table-words b')].map((each) => each.textContent)).toEqual(['Bye', 'hello', 'Refund']);
  });

  it('are changed one at a time, and the others are left as they are at that moment', async () => {
    await open('replies');
    canned = [HELLO, REFUND, { id: 'c3', name: 'theirs', body: 'Added by a colleague.' }];
    await click('Edit hello');
    await type('Text', 'Hi {visitor}!');
    await submit();
    expect(canned.map(({ name, body }) => [name, body])).toEqual([['Refund', REFUND.body], ['theirs', 'Added by a colleague.'], ['hello', 'Hi {visitor}!']]);
  });

  it('begin again when a colleague saves between the look and the word', async () => {
    await open('replies');
    await click('Edit hello');
    await type('Text', 'Hi!');
    meanwhile = () => { canned = [...canned, { id: 'c9', name: 'late', body: 'Just in time.' }]; };
    await submit();
    expect(canned.map(({ name }) => name).sort()).toEqual(['Refund', 'hello', 'late']);
    expect(canned.find(({ id }) => id === 'c1')!.body).toBe('Hi!');
  });

  it('are not overwritten when a colleague has changed the same one: both texts are shown, and nothing is lost', async () => {
    const clash = async () => {
      canned = [HELLO, REFUND];
      await open('replies');
      await click('Edit hello');
      await type('Text', 'Mine.');
      canned = [{ ...HELLO, body: 'Theirs.' }, REFUND];
      await submit();
      expect(text('.note-warn')).toContain('A colleague has changed this reply in the meantime');
      expect(text('.reply-theirs')).toContain('Theirs.');
      expect(labelled('Text').value).toBe('Mine.');
      expect(canned[0]!.body).toBe('Theirs.');
    };
    const bodies = () => canned.map(({ body }) => body).sort();
    await clash();
    await click('Save mine over it');
    expect(bodies()).toEqual([REFUND.body, 'Mine.']);
    shut();
    await clash();
    await click('Save mine as a new one');
    expect(bodies()).toEqual([REFUND.body, 'Mine.', 'Theirs.']);
    expect(canned.map(({ name }) => name).sort()).toEqual(['Refund', 'hello', 'hello 2']);
    shut();
    await clash();
    await click('Use theirs');
    expect(labelled('Text').value).toBe('Theirs.');
    expect(bodies()).toEqual([REFUND.body, 'Theirs.']);
  });

  it('say that a colleague has deleted what was being changed, and bring it back if asked', async () => {
    await open('replies');
    await click('Edit hello');
    await type('Text', 'Mine.');
    canned = [REFUND];
    await submit();
    expect(text('.note-warn')).toContain('A colleague has deleted this reply in the meantime');
    expect(labelled('Text').value).toBe('Mine.');
    await click('Save mine again');
    expect(canned.map(({ body }) => body)).toEqual([REFUND.body, 'Mine.']);
  });

  it('are deleted only as they were read', async () => {
    await open('replies');
    await click('Delete: hello');
    canned = [{ ...HELLO, body: 'Theirs.' }, REFUND];
    await click('Delete');
    expect(canned).toHaveLength(2);
    expect(text('.toast')).toContain('Not deleted: a colleague has changed it');
    expect(text('.table')).toContain('Theirs.');
    await click('Delete: hello');
    await click('Delete');
    expect(canned).toEqual([REFUND]);
  });

  it('keep what is being written over a reload, a silent server, and the deletion of another', async () => {
    await open('replies');
    await click('Edit hello');
    await type('Text', 'A long text.');
    refuse['PUT canned'] = { status: 503, code: 'unreachable' };
    await submit();
    expect(text('.reply-form .problem')).toContain('The server does not answer');
    shut();
    refuse = {};
    await open('replies');
    expect(labelled('Text').value).toBe('A long text.');
    expect((named('New reply') as HTMLButtonElement).disabled).toBe(true);
    await click('Delete: Refund');
    await click('Delete');
    expect(labelled('Text').value).toBe('A long text.');
    await submit();
    expect(canned).toEqual([{ ...HELLO, body: 'A long text.' }]);
  });

  it('name what is wrong beside its field, and ask nothing of the server', async () => {
    await open('replies');
    await click('New reply');
    await submit();
    expect(text('.reply-form')).toContain('Give it a name.');
    expect(text('.reply-form')).toContain('Write what it says.');
    await type('Name', ' HELLO ');
    expect(text('.field-wrong')).toContain('Another reply has this name.');
    expect(lastPut('PUT canned')).toBeUndefined();
    const many = Array.from({ length: REPLIES_MOST }, (_, n) => ({ id: `m${n}`, name: `m${n}`, body: 'x' }));
    expect(problemsOfReply({ id: 'new', name: 'one more', body: 'x' }, many).name).toContain('500');
    expect(problemsOfReply({ id: 'm1', name: 'm1', body: 'x'.repeat(5_001) }, many)).toEqual({ body: 'At most 5,000 characters; this has 5,001.' });
  });

  it('say that there are none, and that the server is silent', async () => {
    canned = [];
    await open('replies');
    expect(text('.nothing')).toContain('No replies yet');
    shut();
    refuse['GET canned'] = { status: 503, code: 'unreachable' };
    await open('replies');
    expect(text('.settings-page .problem')).toContain('The server does not answer');
    refuse = {};
    canned = [HELLO];
    await click('Try again');
    expect(text('.table')).toContain('hello');
  });
});
